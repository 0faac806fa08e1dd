//! `learning_rule!`: a rule → the same rule, checked.
//!
//! The grammar is that of `lava_rules`, which the library parses with at run time. This module makes
//! tokens of it, and puts its mistakes on the user's tokens.

#[cfg(test)]
mod tests;
mod tokens;

use proc_macro2::{Span, TokenStream};
use quote::quote;

use crate::errors::Errors;
use crate::paths;
use tokens::{Spanned, spanned};

/// The expansion of `learning_rule! { input }`: an expression of the rule's type.
pub(crate) fn learning_rule(input: TokenStream) -> TokenStream {
    let mut errors = Errors::default();
    let (library, input) = paths::leading(input, &mut errors);
    let tokens = spanned(input, &mut errors);
    check(&tokens, &mut errors);
    if !errors.is_empty() {
        let errors = errors.to_tokens();
        return quote!({ #errors });
    }
    let text = text(&tokens);
    let import = library.import();
    quote!({
        #import
        #library::LearningRule::checked(#text)
    })
}

/// Notes the mistakes of a rule.
fn check(tokens: &[Spanned], errors: &mut Errors) {
    let plain: Vec<_> = tokens.iter().map(|spanned| spanned.token.clone()).collect();
    // A token without a meaning has been noted already.
    let Err(mistakes) = lava_rules::parse(&plain) else {
        return;
    };
    if !errors.is_empty() {
        return;
    }
    for mistake in mistakes {
        let place = tokens.get(mistake.tokens).unwrap_or_default();
        let place = match (place, tokens.last()) {
            ([], Some(last)) => last.tree.clone().into(),
            ([], None) => TokenStream::new(),
            (place, _) => place.iter().map(|spanned| spanned.tree.clone()).collect(),
        };
        errors.push(at(place, &mistake.message));
    }
}

/// An error on some tokens, or on the whole macro.
fn at(place: TokenStream, message: &str) -> syn::Error {
    if place.is_empty() {
        return syn::Error::new(Span::call_site(), message);
    }
    syn::Error::new_spanned(place, message)
}

/// The rule as text: a line for each statement.
fn text(tokens: &[Spanned]) -> String {
    let mut text = String::new();
    for spanned in tokens {
        let token = spanned.token.text.as_str();
        let joins = matches!(token, ";" | "," | ":" | ")" | "^")
            || text.ends_with(['(', '^', '\n'])
            || text.ends_with("^-");
        if !joins && !text.is_empty() {
            text.push(' ');
        }
        text.push_str(token);
        if token == ";" {
            text.push('\n');
        }
    }
    text.truncate(text.trim_end().len());
    text
}
