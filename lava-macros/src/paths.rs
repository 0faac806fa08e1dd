//! Where the expansions find the library.

use proc_macro2::TokenStream;
use quote::quote;

/// The module that everything an expansion names lives in: `::lava::__private`, or the same
/// module of the crate that `crate = path` names.
pub(crate) fn library(crate_path: Option<&syn::Path>) -> TokenStream {
    match crate_path {
        Some(path) => quote!(#path::__private),
        None => quote!(::lava::__private),
    }
}
