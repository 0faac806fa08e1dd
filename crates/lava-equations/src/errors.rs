//! Collects the mistakes of one declaration, so that all of them are reported together.

use std::fmt::Display;

use proc_macro2::{Span, TokenStream};
use quote::quote_spanned;

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
        let mut tokens = quote_spanned!(self.first=> a);
        tokens.extend(quote_spanned!(self.last=> b));
        syn::Error::new_spanned(tokens, message)
    }
}

/// The mistakes found so far.
#[derive(Debug, Default)]
pub(crate) struct Errors(Option<syn::Error>);

impl Errors {
    pub(crate) fn at(&mut self, place: Place, message: impl Display) {
        self.push(place.error(message));
    }

    pub(crate) fn push(&mut self, error: syn::Error) {
        match &mut self.0 {
            Some(errors) => errors.combine(error),
            None => self.0 = Some(error),
        }
    }

    /// Takes over what another collector noted.
    pub(crate) fn take(&mut self, other: Errors) {
        if let Some(error) = other.0 {
            self.push(error);
        }
    }

    pub(crate) fn keep<T>(&mut self, result: syn::Result<T>) -> Option<T> {
        result.map_err(|error| self.push(error)).ok()
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_none()
    }

    /// The items that make the compiler print every mistake.
    pub(crate) fn to_tokens(&self) -> TokenStream {
        self.0
            .as_ref()
            .map(syn::Error::to_compile_error)
            .unwrap_or_default()
    }

    #[cfg(test)]
    pub(crate) fn messages(&self) -> Vec<String> {
        let errors = self.0.iter().flat_map(|errors| errors.clone().into_iter());
        errors.map(|error| error.to_string()).collect()
    }
}
