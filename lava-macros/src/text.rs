//! Names and source text, as a reader would write them.

use std::fmt::Display;

use proc_macro2::{Delimiter, Spacing, TokenStream, TokenTree};
use quote::ToTokens;

/// `a_in` as part of a type's name: `AIn`.
pub(crate) fn camel(name: &str) -> String {
    name.split('_')
        .flat_map(|word| {
            let mut letters = word.chars();
            let first = letters.next().map(|letter| letter.to_ascii_uppercase());
            first.into_iter().chain(letters)
        })
        .collect()
}

/// `LifReset` as the name of a variable: `lif_reset`.
pub(crate) fn snake(name: &str) -> String {
    let mut snake = String::new();
    for letter in name.chars() {
        if letter.is_uppercase() && !snake.is_empty() {
            snake.push('_');
        }
        snake.extend(letter.to_lowercase());
    }
    snake
}

/// The number that stands for a member's name in types: its FNV-1a hash.
pub(crate) fn key(name: &str) -> u64 {
    name.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    })
}

/// A name with its article: an `Input`, a `Lif`.
pub(crate) fn article(name: impl Display) -> String {
    let name = name.to_string();
    let vowel = name.starts_with(['A', 'E', 'I', 'O', 'a', 'e', 'i', 'o']);
    format!("{} `{name}`", if vowel { "an" } else { "a" })
}

/// A type with the usual spaces: `InPort<f32, D1<100>>`.
pub(crate) fn type_text(tokens: impl ToTokens) -> String {
    text(tokens.to_token_stream(), true)
}

/// An expression with the usual spaces: `0..=max - 1`.
pub(crate) fn expression_text(tokens: impl ToTokens) -> String {
    text(tokens.to_token_stream(), false)
}

#[derive(PartialEq)]
enum Atom {
    Word(String),
    Prefix(String),
    Operator(String),
    Open(&'static str),
    Close(&'static str),
}

const LONG: [&str; 12] = [
    "..=", "::", "->", "=>", "..", "==", "!=", "&&", "||", "<=", ">=", "<<",
];

fn text(tokens: TokenStream, types: bool) -> String {
    let mut atoms = Vec::new();
    split(tokens, types, &mut atoms);
    let mut text = String::new();
    for (index, atom) in atoms.iter().enumerate() {
        if index > 0 && spaced(&atoms[index - 1], atom, types) {
            text.push(' ');
        }
        match atom {
            Atom::Word(atom) | Atom::Prefix(atom) | Atom::Operator(atom) => text.push_str(atom),
            Atom::Open(atom) | Atom::Close(atom) => text.push_str(atom),
        }
    }
    text
}

fn split(tokens: TokenStream, types: bool, atoms: &mut Vec<Atom>) {
    let mut operator = String::new();
    let mut tokens = tokens.into_iter().peekable();
    while let Some(token) = tokens.next() {
        match token {
            TokenTree::Group(group) => {
                let (open, close) = match group.delimiter() {
                    Delimiter::Parenthesis => ("(", ")"),
                    Delimiter::Bracket => ("[", "]"),
                    Delimiter::Brace => ("{", "}"),
                    Delimiter::None => ("", ""),
                };
                if open.is_empty() {
                    split(group.stream(), types, atoms);
                    continue;
                }
                atoms.push(Atom::Open(open));
                split(group.stream(), types, atoms);
                atoms.push(Atom::Close(close));
            }
            TokenTree::Punct(punct) if punct.as_char() == '\'' => {
                atoms.push(Atom::Prefix("'".to_owned()));
            }
            TokenTree::Punct(punct) => {
                operator.push(punct.as_char());
                let longer = match tokens.peek() {
                    Some(TokenTree::Punct(next)) if punct.spacing() == Spacing::Joint => {
                        let longer = format!("{operator}{}", next.as_char());
                        let known = LONG.iter().any(|known| known.starts_with(&longer));
                        known && !(types && longer.starts_with(['<', '>', '&']))
                    }
                    _ => false,
                };
                if !longer {
                    let operator = std::mem::take(&mut operator);
                    atoms.push(classify(operator, atoms.last(), types));
                }
            }
            word => atoms.push(Atom::Word(word.to_string())),
        }
    }
}

fn classify(operator: String, before: Option<&Atom>, types: bool) -> Atom {
    let after_operand = match before {
        Some(Atom::Word(_) | Atom::Close(_)) => true,
        Some(Atom::Operator(before)) => before == "?" || (types && before == ">"),
        _ => false,
    };
    match operator.as_str() {
        "&" | "*" | "-" | "!" if !after_operand => Atom::Prefix(operator),
        _ => Atom::Operator(operator),
    }
}

fn spaced(left: &Atom, right: &Atom, types: bool) -> bool {
    let tight = |operator: &str| {
        matches!(operator, "::" | "." | ".." | "..=") || (types && matches!(operator, "<" | ">"))
    };
    match (left, right) {
        (Atom::Open("{"), _) | (_, Atom::Close("}")) => true,
        (Atom::Open(_) | Atom::Prefix(_), _) | (_, Atom::Close(_)) => false,
        (_, Atom::Operator(right)) if matches!(right.as_str(), "," | ";" | ":" | "?") => false,
        (Atom::Operator(left), Atom::Operator(right)) if left == ">" => !tight(right),
        (Atom::Operator(left), Atom::Word(_)) if left == ">" => true,
        (Atom::Operator(operator), _) | (_, Atom::Operator(operator)) => !tight(operator),
        (_, Atom::Open("(" | "[")) => false,
        _ => true,
    }
}

#[cfg(test)]
mod tests {
    use quote::quote;

    use super::*;

    #[test]
    fn names_change_their_case() {
        assert_eq!(camel("a_in"), "AIn");
        assert_eq!(camel("weights"), "Weights");
        assert_eq!(snake("LifReset"), "lif_reset");
        assert_eq!(article("Input"), "an `Input`");
    }

    #[test]
    fn types_read_as_written() {
        assert_eq!(
            type_text(quote!(lava::InPort<f32, D2<3, 4>>)),
            "lava::InPort<f32, D2<3, 4>>"
        );
        assert_eq!(
            type_text(quote!(Box<dyn Fn(&'static str) -> [u8; 3] + Send>)),
            "Box<dyn Fn(&'static str) -> [u8; 3] + Send>"
        );
    }

    #[test]
    fn expressions_read_as_written() {
        assert_eq!(expression_text(quote!(0..=63)), "0..=63");
        assert_eq!(expression_text(quote!(-1.0..=1.0)), "-1.0..=1.0");
        assert_eq!(expression_text(quote!(T::ZERO..1 << 7)), "T::ZERO..1 << 7");
        assert_eq!(
            expression_text(quote!(low(*a, b)..-x.y)),
            "low(*a, b)..-x.y"
        );
    }
}
