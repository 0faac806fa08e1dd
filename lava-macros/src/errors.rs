//! Collects the mistakes of one item, so that all of them are reported together, each with its code.

use proc_macro2::{Delimiter, Group, Literal, TokenStream, TokenTree};

pub(crate) use lava_equations::Errors;

/// The expansion, with codes behind the messages of its `compile_error!`s: those of the pages that begin with
/// `domain`, if a message is on one of them.
pub(crate) fn with_codes(domain: &str, expansion: TokenStream) -> TokenStream {
    // A group that is made again has one span for both of its ends, so that it is made only where it must.
    if !has_error(&expansion) {
        return expansion;
    }
    let mut is_error = false;
    let named = expansion.into_iter().map(|token| match token {
        TokenTree::Group(group) => {
            let inner = match message(&group).filter(|_| is_error) {
                Some(message) => named(domain, &message, &group),
                None if has_error(&group.stream()) => with_codes(domain, group.stream()),
                None => return TokenTree::Group(group),
            };
            let mut changed = Group::new(group.delimiter(), inner);
            changed.set_span(group.span());
            TokenTree::Group(changed)
        }
        other => {
            is_error = match &other {
                TokenTree::Punct(mark) => is_error && mark.as_char() == '!',
                other => is_name_of_error(other),
            };
            other
        }
    });
    named.collect()
}

fn has_error(tokens: &TokenStream) -> bool {
    tokens.clone().into_iter().any(|token| match token {
        TokenTree::Group(group) => has_error(&group.stream()),
        other => is_name_of_error(&other),
    })
}

fn is_name_of_error(token: &TokenTree) -> bool {
    matches!(token, TokenTree::Ident(name) if name == "compile_error")
}

/// The text of a `compile_error!`.
fn message(group: &Group) -> Option<String> {
    let text = syn::parse2::<syn::LitStr>(group.stream()).ok()?;
    (group.delimiter() != Delimiter::None).then(|| text.value())
}

/// The message with its code, on the tokens of before.
fn named(domain: &str, message: &str, group: &Group) -> TokenStream {
    let code = lava_errors::code_of(domain, message);
    let text = code.map_or_else(|| message.to_owned(), |code| format!("{message} [{code}]"));
    let mut literal = Literal::string(&text);
    if let Some(written) = group.stream().into_iter().next() {
        literal.set_span(written.span());
    }
    TokenTree::Literal(literal).into()
}

#[cfg(test)]
mod tests {
    use quote::quote;

    use super::*;
    use crate::testing::messages;

    #[test]
    fn a_message_is_followed_by_the_code_of_its_page() {
        let expansion = quote! {
            const _: () = { ::core::compile_error! { "`#[tag]` belongs below `#[implements]`" } };
            ::core::compile_error! { "a text of nobody" }
        };
        let expected = [
            "`#[tag]` belongs below `#[implements]` [E3109]",
            "a text of nobody",
        ];
        assert_eq!(messages(&with_codes("E31", expansion)), expected);
    }
}
