//! Collects the mistakes of one declaration, so that all of them are reported together.

use std::fmt::Display;

use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, quote_spanned};

/// The first and last token of a part of the source.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Place {
    pub(crate) first: Span,
    pub(crate) last: Span,
}

impl Place {
    pub(crate) fn at(span: Span) -> Place {
        Place {
            first: span,
            last: span,
        }
    }

    pub(crate) fn to(self, last: Place) -> Place {
        Place {
            first: self.first,
            last: last.last,
        }
    }

    /// A mistake that marks the part.
    pub(crate) fn error(self, message: impl Display) -> syn::Error {
        syn::Error::new_spanned(self, message)
    }
}

impl ToTokens for Place {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        let (first, last) = (self.first, self.last);
        tokens.extend(quote_spanned!(first=> a));
        tokens.extend(quote_spanned!(last=> b));
    }
}

/// The mistakes found so far.
#[derive(Debug, Default)]
pub struct Errors(Option<syn::Error>);

impl Errors {
    /// Notes a mistake on `tokens`.
    pub fn at(&mut self, tokens: impl ToTokens, message: impl Display) {
        self.push(syn::Error::new_spanned(tokens, message));
    }

    /// Notes a mistake.
    pub fn push(&mut self, error: syn::Error) {
        match &mut self.0 {
            Some(errors) => errors.combine(error),
            None => self.0 = Some(error),
        }
    }

    /// Takes over what another collector noted.
    pub fn append(&mut self, other: Errors) {
        if let Some(error) = other.0 {
            self.push(error);
        }
    }

    /// The value, or a note of what is wrong with it.
    pub fn keep<T>(&mut self, result: syn::Result<T>) -> Option<T> {
        result.map_err(|error| self.push(error)).ok()
    }

    /// Returns `true` if no mistake was noted.
    pub fn is_empty(&self) -> bool {
        self.0.is_none()
    }

    /// The items that make the compiler print every mistake.
    pub fn to_tokens(&self) -> TokenStream {
        self.0
            .as_ref()
            .map(syn::Error::to_compile_error)
            .unwrap_or_default()
    }

    /// The messages, in the order in which they were noted.
    pub fn messages(&self) -> Vec<String> {
        self.0
            .iter()
            .flat_map(|errors| errors.clone().into_iter())
            .map(|error| error.to_string())
            .collect()
    }
}
