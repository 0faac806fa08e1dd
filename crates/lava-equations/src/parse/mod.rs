//! Tokens → [`Neuron`]: every statement on its own, so that one with a mistake costs no other.

pub(crate) mod expression;
mod split;
mod statement;

use proc_macro2::TokenStream;
use syn::parse::{ParseStream, Parser};
use syn::{Attribute, Ident, Token, Visibility, token};

use crate::errors::Errors;
use crate::item::Neuron;

/// Reads the declaration; `None` where there is no name and no body.
pub(crate) fn neuron(tokens: TokenStream, errors: &mut Errors) -> Option<Neuron> {
    let head = |input: ParseStream<'_>| {
        let attributes = input.call(Attribute::parse_outer)?;
        let visibility: Visibility = input.parse()?;
        if input.peek(Token![struct]) {
            let message = "a neuron is declared without `struct`: `pub AdEx { … }`";
            return Err(input.error(message));
        }
        let name: Ident = input.parse().map_err(|error| {
            syn::Error::new(
                error.span(),
                "expected the name of the neuron: `pub AdEx { … }`",
            )
        })?;
        if !input.peek(token::Brace) {
            let message = "expected the equations in braces: `AdEx { dv/dt = …; }`";
            return Err(syn::Error::new(name.span(), message));
        }
        let content;
        syn::braced!(content in input);
        let body: TokenStream = content.parse()?;
        if !input.is_empty() {
            return Err(input.error("one neuron for each `neuron!`"));
        }
        Ok((attributes, visibility, name, body))
    };
    let (attributes, visibility, name, body) = errors.keep(head.parse2(tokens))?;
    let mut neuron = Neuron {
        attributes,
        visibility,
        name,
        symbols: Vec::new(),
        events: Vec::new(),
        refractory: None,
        integrate: Vec::new(),
        is_broken: false,
    };
    for tokens in split::statements(body) {
        let mut read = |input: ParseStream<'_>| {
            statement::statement(input, &mut neuron, errors);
            input.parse::<TokenStream>().map(drop)
        };
        let parsed = Parser::parse2(&mut read, tokens);
        errors.keep(parsed);
    }
    Some(neuron)
}
