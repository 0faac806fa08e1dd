//! Spans: the places at which the compiler reports errors in generated code.

use proc_macro2::{Delimiter, Group, Span, TokenStream, TokenTree};
use quote::ToTokens;

/// The same tokens, with their hygiene, reported at another place.
pub(crate) fn moved(tokens: impl ToTokens, at: Span) -> TokenStream {
    let tokens = tokens.into_token_stream().into_iter();
    tokens
        .map(|token| match token {
            TokenTree::Group(group) => {
                let span = at.resolved_at(group.span());
                let mut group = Group::new(group.delimiter(), moved(group.stream(), at));
                group.set_span(span);
                TokenTree::Group(group)
            }
            mut token => {
                token.set_span(at.resolved_at(token.span()));
                token
            }
        })
        .collect()
}

/// The places of the first and the last token. An expression whose own first and last tokens are
/// put there is reported as a whole.
pub(crate) fn ends(tokens: impl ToTokens) -> (Span, Span) {
    let mut spans = tokens
        .into_token_stream()
        .into_iter()
        .map(|token| token.span());
    let first = spans.next().unwrap_or_else(Span::call_site);
    (first, spans.last().unwrap_or(first))
}

/// `(tokens)`, reported at `at`.
pub(crate) fn parenthesized(tokens: TokenStream, at: Span) -> Group {
    let mut group = Group::new(Delimiter::Parenthesis, tokens);
    group.set_span(at);
    group
}
