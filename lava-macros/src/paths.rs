//! Where the expansions find the library.

use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, quote, quote_spanned};
use syn::Path;

use crate::spans::moved;

/// The module that everything an expansion names lives in: `::lava::__private`, or the same
/// module of the crate that `crate = path` names.
#[derive(Default)]
pub(crate) struct Library(Option<Path>);

impl Library {
    pub(crate) fn new(crate_path: Option<Path>) -> Library {
        Library(crate_path)
    }

    /// The path as part of an expression that the compiler reports at `span`.
    pub(crate) fn at(&self, span: Span) -> TokenStream {
        match &self.0 {
            Some(path) => {
                let path = moved(path, span);
                quote_spanned!(span=> #path::__private)
            }
            None => quote_spanned!(span=> ::lava::__private),
        }
    }
}

impl ToTokens for Library {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        tokens.extend(match &self.0 {
            Some(path) => quote!(#path::__private),
            None => quote!(::lava::__private),
        });
    }
}
