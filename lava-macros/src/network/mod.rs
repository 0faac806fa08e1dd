//! `network!`: processes and connections → an expression that builds a network.
//!
//! The macro knows names and connections, not types. The compiler checks, on the user's own tokens,
//! that a port exists, carries what it should, and is fed if it must be.

pub(crate) mod check;
mod expand;
mod loops;
pub(crate) mod model;
pub(crate) mod parse;
#[cfg(test)]
mod tests;

use proc_macro2::TokenStream;
use quote::quote;

use crate::errors::Errors;
use crate::fallback::repair_network;

/// The expansion of `network! { input }`.
pub(crate) fn network(input: TokenStream) -> TokenStream {
    let mut errors = Errors::default();
    let mut network = check::resolve(parse::parse(input, &mut errors));
    let repairs = check::check(&network, &mut errors);
    repair_network(&mut network, repairs);
    let loops = loops::loops(&network);
    let expansion = expand::expand(&network, &loops, errors.is_empty());
    let errors = errors.to_tokens();
    // Mistakes come last where there is no network, so that the whole has no type.
    match &network.frame {
        Some(_) if errors.is_empty() => expansion,
        Some(_) => quote!({ #errors #expansion }),
        None => quote!({ #expansion #errors }),
    }
}
