//! [`Process`] → tokens. Nothing here can fail.

mod build;
mod builder;
mod declaration;
mod handle;
mod inside;
mod steps;
mod wiring;

use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote};
use syn::{Attribute, parse_quote};

use super::model::{Member, Process};
use crate::text::camel;

/// Everything that `#[process]` puts in the place of the struct.
pub(super) fn expand(process: &Process) -> TokenStream {
    let handle = handle::expand(process);
    let builder = builder::expand(process);
    let build = build::expand(process);
    let declaration = declaration::expand(process);
    let wiring = wiring::expand(process);
    let inside = inside::expand(process);
    quote! {
        #handle
        #builder
        #build
        #declaration
        #wiring
        #inside
    }
}

impl Process {
    fn builder_name(&self) -> Ident {
        format_ident!("{}Builder", self.name)
    }

    fn exports_name(&self) -> Ident {
        format_ident!("{}Exports", self.name)
    }

    fn wiring_name(&self) -> Ident {
        format_ident!("{}Wiring", self.name)
    }

    /// The type that marks a required in-port.
    fn marker_name(&self, member: &Member) -> Ident {
        format_ident!("{}{}", self.name, camel(&member.text()))
    }
}

/// For generated items that a program need not use, or that use what the user deprecated.
fn quiet() -> Attribute {
    parse_quote!(#[allow(dead_code, deprecated)])
}
