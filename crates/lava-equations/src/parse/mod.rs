//! Tokens → [`Neuron`]: every statement on its own, so that one with a mistake costs no other.

pub(crate) mod expression;
pub(crate) mod split;
pub(crate) mod statement;
mod table;

use proc_macro2::TokenStream;
use syn::parse::{ParseStream, Parser};
use syn::{Attribute, Ident, Token, Visibility, token};

use crate::errors::Errors;
use crate::item::Neuron;

/// Reads the declaration; `None` where there is no name and no body.
pub(crate) fn neuron(tokens: TokenStream, errors: &mut Errors) -> Option<Neuron> {
    let Head {
        attributes,
        visibility,
        name,
        body,
    } = head(tokens, "neuron", "AdEx", "dv/dt", errors)?;
    let mut neuron = Neuron {
        attributes,
        visibility,
        name,
        symbols: Vec::new(),
        events: Vec::new(),
        refractory: None,
        integrate: Vec::new(),
        update: None,
        is_broken: false,
    };
    neuron.is_broken = each_statement(body, &split::OF_NEURONS, errors, |input, errors| {
        statement::read(input, &mut neuron, errors)
    });
    Some(neuron)
}

/// Reads the statements of a declaration, each by `read`. Returns `true` if one has a mistake; its name is
/// kept if it has one.
pub(crate) fn each_statement(
    body: TokenStream,
    words: &split::Words,
    errors: &mut Errors,
    mut read: impl FnMut(ParseStream<'_>, &mut Errors) -> syn::Result<()>,
) -> bool {
    let mut is_broken = false;
    for tokens in split::statements(body, words) {
        let mut mistakes = Errors::default();
        let parse = |input: ParseStream<'_>| {
            let read = read(input, &mut mistakes);
            // What follows a mistake.
            input.parse::<TokenStream>()?;
            read
        };
        let parsed = parse.parse2(tokens);
        mistakes.keep(parsed);
        is_broken |= !mistakes.is_empty();
        errors.append(mistakes);
    }
    is_broken
}

/// `pub AdEx { … }`
pub(crate) struct Head {
    pub(crate) attributes: Vec<Attribute>,
    pub(crate) visibility: Visibility,
    pub(crate) name: Ident,
    pub(crate) body: TokenStream,
}

/// Reads the declaration of a `what`; `example` and `equation` stand in messages.
pub(crate) fn head(
    tokens: TokenStream,
    what: &str,
    example: &str,
    equation: &str,
    errors: &mut Errors,
) -> Option<Head> {
    let head = |input: ParseStream<'_>| {
        let attributes = input.call(Attribute::parse_outer)?;
        let visibility: Visibility = input.parse()?;
        if input.peek(Token![struct]) {
            let message = format!("a {what} is declared without `struct`: `pub {example} {{ … }}`");
            return Err(input.error(message));
        }
        let name: Ident = input.parse().map_err(|error| {
            let message = format!("expected the name of the {what}: `pub {example} {{ … }}`");
            syn::Error::new(error.span(), message)
        })?;
        if !input.peek(token::Brace) {
            let message =
                format!("expected the equations in braces: `{example} {{ {equation} = …; }}`");
            return Err(syn::Error::new(name.span(), message));
        }
        let content;
        syn::braced!(content in input);
        let body: TokenStream = content.parse()?;
        if !input.is_empty() {
            return Err(input.error(format!("one {what} for each `{what}!`")));
        }
        Ok(Head {
            attributes,
            visibility,
            name,
            body,
        })
    };
    errors.keep(head.parse2(tokens))
}
