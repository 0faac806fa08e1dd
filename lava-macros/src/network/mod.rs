//! `network!`: processes and connections → an expression that builds a network.
//!
//! The macro knows names and connections, not types. The compiler checks, on the user's own tokens,
//! that a port exists, carries what it should, and is fed if it must be.

pub(crate) mod check;
mod connection;
mod end;
mod expand;
mod head;
mod loops;
pub(crate) mod model;
pub(crate) mod parse;
mod result;
mod statement;
#[cfg(test)]
mod tests;

use proc_macro2::TokenStream;
use quote::quote;

use self::model::Frame;
use crate::errors::Errors;
use crate::fallback::repair_network;

/// The expansion of `network! { input }`.
pub(crate) fn network(input: TokenStream) -> TokenStream {
    let mut errors = Errors::default();
    let statements = parse::parse(input, &mut errors);
    if statements.is_item && statements.signature.is_none() {
        return errors.to_tokens();
    }
    let mut network = check::resolve(statements);
    let repairs = check::check(&network, &mut errors);
    repair_network(&mut network, repairs);
    let loops = loops::loops(&network);
    let expansion = expand::expand(&network, &loops, errors.is_empty());
    let is_typed = matches!(network.frame, Some(Frame::New(_))) && network.untyped.is_empty();
    let is_sound = errors.is_empty();
    let errors = errors.to_tokens();
    // Mistakes come last where the value has no type, so that the whole has none.
    let body = match (is_typed, is_sound) {
        (_, true) => expansion,
        (true, false) => quote!({ #errors #expansion }),
        (false, false) => quote!({ let _ = #expansion; #errors }),
    };
    match &network.signature {
        Some(signature) => result::function(&network, signature, &body),
        None => body,
    }
}
