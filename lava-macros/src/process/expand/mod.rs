//! [`Process`] → tokens. Nothing here can fail.
//!
//! Items that a program can name are beside the struct; impls of traits are in an anonymous constant,
//! where the library has a short name.

mod builder;
mod declare;
mod docs;
mod exports;
mod handle;
mod members;
mod wiring;

use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote};
use syn::{Attribute, parse_quote};

use super::model::{Member, Process};

/// Everything that `#[process]` puts in the place of the struct.
pub(super) fn expand(process: &Process) -> TokenStream {
    let import = process.library.import();
    let items = [
        handle::item(process),
        builder::items(process),
        builder::methods(process),
        exports::item(process),
        wiring::items(process),
    ];
    let impls = [
        handle::impls(process),
        builder::impls(process),
        declare::impls(process),
        exports::impls(process),
        wiring::impls(process),
        members::impls(process),
    ];
    quote! {
        #(#items)*

        #[allow(deprecated, unused_qualifications, unused_variables)]
        const _: () = {
            #import

            #(#impls)*
        };
    }
}

impl Process {
    fn builder_name(&self) -> Ident {
        format_ident!("{}Builder", self.name)
    }

    fn exports_name(&self) -> Ident {
        format_ident!("{}Exports", self.name)
    }

    /// The type that marks a required in-port. Like all names that no program writes, it holds the
    /// name of the member as it is, so that no two are the same.
    fn marker_name(&self, member: &Member) -> Ident {
        format_ident!("{}Needs_{}", self.name, member.text())
    }
}

/// For generated items that a program need not use, or that use what the user deprecated.
fn quiet() -> Attribute {
    parse_quote!(#[allow(dead_code, deprecated)])
}
