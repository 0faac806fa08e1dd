//! Rust's tokens as tokens of rules.

use lava_rules::{Kind, Token};
use proc_macro2::{Delimiter, Group, Punct, Spacing, Span, TokenStream, TokenTree};

use crate::errors::Errors;

/// The message for a rule in quotes.
const QUOTED: &str = "a rule is written without quotes: `learning_rule! { dw = x0; }`; a text that is known at run time is parsed: `text.parse::<LearningRule>()`";

/// A token and where it was written.
pub(super) struct Spanned {
    pub(super) token: Token,
    /// A token tree with its span.
    pub(super) tree: TokenTree,
}

/// The tokens of a rule; notes those that have no meaning in one.
pub(super) fn spanned(input: TokenStream, errors: &mut Errors) -> Vec<Spanned> {
    let mut tokens = Vec::new();
    append(input, &mut tokens, errors);
    tokens
}

fn append(input: TokenStream, tokens: &mut Vec<Spanned>, errors: &mut Errors) {
    for tree in input {
        match tree {
            TokenTree::Group(group) => append_group(&group, tokens, errors),
            TokenTree::Ident(word) => {
                tokens.push(Spanned {
                    token: Token::new(Kind::Word, word.to_string()),
                    tree: word.into(),
                });
            }
            TokenTree::Literal(literal) => {
                let text = literal.to_string();
                if text.contains('"') {
                    errors.at(&literal, QUOTED);
                } else if !text.starts_with(|first: char| first.is_ascii_digit()) {
                    errors.at(
                        &literal,
                        format!("{text} has no meaning in a learning rule"),
                    );
                }
                tokens.push(Spanned {
                    token: Token::new(Kind::Number, text),
                    tree: literal.into(),
                });
            }
            TokenTree::Punct(punct) => {
                if !"+-*/^=:,;".contains(punct.as_char()) {
                    errors.at(
                        &punct,
                        format!("`{}` has no meaning in a learning rule", punct.as_char()),
                    );
                }
                tokens.push(Spanned {
                    token: Token::new(Kind::Symbol, punct.as_char().to_string()),
                    tree: punct.into(),
                });
            }
        }
    }
}

fn append_group(group: &Group, tokens: &mut Vec<Spanned>, errors: &mut Errors) {
    match group.delimiter() {
        Delimiter::Parenthesis => {
            tokens.push(symbol('(', group.span_open()));
            append(group.stream(), tokens, errors);
            tokens.push(symbol(')', group.span_close()));
        }
        Delimiter::None => append(group.stream(), tokens, errors),
        Delimiter::Brace | Delimiter::Bracket => errors.at(
            group,
            "a learning rule has no `{}` or `[]`; a rule with numbers that are known at run time is parsed there: `format!(\"…\").parse::<LearningRule>()`",
        ),
    }
}

/// A bracket. A token tree cannot be one, so that any other stands for it, at its place.
fn symbol(bracket: char, span: Span) -> Spanned {
    let mut stand_in = Punct::new('*', Spacing::Alone);
    stand_in.set_span(span);
    Spanned {
        token: Token::new(Kind::Symbol, bracket.to_string()),
        tree: stand_in.into(),
    }
}
