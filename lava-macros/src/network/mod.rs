//! `network!`: processes and connections → an expression that builds a network.
//!
//! The macro knows names and connections, not types. Whether a port exists, what it carries and
//! whether it must be fed is left to the compiler, on the user's own tokens.

mod check;
mod expand;
mod loops;
mod model;
mod parse;
#[cfg(test)]
mod tests;

use proc_macro2::TokenStream;
use quote::quote;

use crate::errors::Errors;

/// The expansion of `network! { input }`.
pub(crate) fn network(input: TokenStream) -> TokenStream {
    let mut errors = Errors::default();
    let mut network = parse::parse(input, &mut errors);
    check::check(&mut network, &mut errors);
    let expansion = expand::expand(&network, errors.is_empty());
    let errors = errors.to_tokens();
    // What is wrong comes last where there is no network, so that the whole has no type.
    match &network.frame {
        Some(_) if errors.is_empty() => expansion,
        Some(_) => quote!({ #errors #expansion }),
        None => quote!({ #expansion #errors }),
    }
}
