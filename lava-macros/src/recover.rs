//! Structs that are being typed: a field that cannot be read is left out, and the rest expands.

use proc_macro2::{Delimiter, Group, Ident, TokenStream, TokenTree};
use syn::parse::{ParseStream, Parser};
use syn::{Field, Item, Token};

use crate::errors::Errors;

/// Parses an item. Returns it without the fields that cannot be read, and the names of these; or
/// `None`, after noting an error, if it is no item even so.
///
/// The compiler has read the item before the macro does, and reported what is wrong with a field
/// that is not complete; any other is reported here.
pub(crate) fn item(tokens: TokenStream, errors: &mut Errors) -> Option<(Item, Vec<Ident>)> {
    let error = match syn::parse2(tokens.clone()) {
        Ok(item) => return Some((item, Vec::new())),
        Err(error) => error,
    };
    let mut trees: Vec<TokenTree> = tokens.into_iter().collect();
    if let Some(TokenTree::Group(body)) = trees.last()
        && body.delimiter() == Delimiter::Brace
    {
        let mut unread = Vec::new();
        let mut mistakes = Errors::default();
        let mut fields = Group::new(
            Delimiter::Brace,
            readable(body.stream(), &mut unread, &mut mistakes),
        );
        fields.set_span(body.span());
        trees.pop();
        trees.push(fields.into());
        if let Ok(item @ Item::Struct(_)) = syn::parse2(trees.into_iter().collect()) {
            errors.append(mistakes);
            return Some((item, unread));
        }
    }
    errors.push(error);
    None
}

/// Returns `true` if an item has no attributes, neither its own nor of its fields, but for docs.
pub(crate) fn is_plain(item: &TokenStream) -> bool {
    let trees: Vec<TokenTree> = item.clone().into_iter().collect();
    let is_doc = |at: usize| {
        trees.get(at).is_some_and(|tree| match tree {
            TokenTree::Group(group) => {
                let first = group.stream().into_iter().next();
                matches!(first, Some(TokenTree::Ident(name)) if name == "doc")
            }
            _ => false,
        })
    };
    trees.iter().enumerate().all(|(at, tree)| match tree {
        TokenTree::Group(body) if body.delimiter() == Delimiter::Brace => is_plain(&body.stream()),
        tree => !is_punct(tree, '#') || is_doc(at + 1),
    })
}

/// The fields that can be read. The names of the others are added to `unread`.
fn readable(body: TokenStream, unread: &mut Vec<Ident>, errors: &mut Errors) -> TokenStream {
    let trees: Vec<TokenTree> = body.into_iter().collect();
    let mut fields = TokenStream::new();
    let mut at = 0;
    while at < trees.len() {
        match field(&trees[at..]) {
            Ok((field, len)) => {
                fields.extend(quote::quote!(#field,));
                at += len;
            }
            Err(error) => {
                let starts = at + 1..trees.len();
                let next = starts
                    .into_iter()
                    .find(|start| begins_field(&trees, *start) && field(&trees[*start..]).is_ok());
                let next = next.unwrap_or(trees.len());
                if is_complete(&trees[at..next]) {
                    errors.push(error);
                }
                unread.extend(name(&trees[at..next]));
                at = next;
            }
        }
    }
    fields
}

/// The first field and its number of tokens, with the comma.
fn field(trees: &[TokenTree]) -> syn::Result<(Field, usize)> {
    let parser = |input: ParseStream<'_>| {
        let field = Field::parse_named(input)?;
        let is_followed = input.is_empty() || input.peek(Token![,]) || input.peek(Token![#]);
        if !is_followed && !input.peek(syn::Ident) && !input.peek(Token![pub]) {
            return Err(input.error("expected `,`"));
        }
        input.parse::<Option<Token![,]>>()?;
        let rest: TokenStream = input.parse()?;
        Ok((field, rest.into_iter().count()))
    };
    let (field, rest) = parser.parse2(trees.iter().cloned().collect())?;
    Ok((field, trees.len() - rest))
}

/// Returns `true` if a field may begin at this token: after a comma, at an attribute, or at a name
/// and a colon.
fn begins_field(trees: &[TokenTree], at: usize) -> bool {
    let is = |back, letter| at >= back && is_punct(&trees[at - back], letter);
    let in_path = is(1, ':') && is(2, ':');
    match &trees[at] {
        _ if is(1, ',') => true,
        TokenTree::Ident(word) => word == "pub" || (!in_path && is_colon(trees, at + 1)),
        tree => is_punct(tree, '#'),
    }
}

/// Returns `true` for a single colon.
fn is_colon(trees: &[TokenTree], at: usize) -> bool {
    let is_colon = |at| trees.get(at).is_some_and(|tree| is_punct(tree, ':'));
    is_colon(at) && !is_colon(at + 1)
}

fn is_punct(tree: &TokenTree, letter: char) -> bool {
    matches!(tree, TokenTree::Punct(punct) if punct.as_char() == letter)
}

/// The name of a field.
fn name(trees: &[TokenTree]) -> Option<Ident> {
    trees.iter().find_map(|tree| match tree {
        TokenTree::Ident(name) if name != "pub" => Some(name.clone()),
        _ => None,
    })
}

/// Returns `true` if a field has a colon, a type, and as many closing as opening brackets.
fn is_complete(trees: &[TokenTree]) -> bool {
    let count = |letter| trees.iter().filter(|tree| is_punct(tree, letter)).count();
    let colon = trees.iter().position(|tree| is_punct(tree, ':'));
    let has_type = colon.is_some_and(|colon| {
        trees
            .get(colon + 1)
            .is_some_and(|tree| !is_punct(tree, ','))
    });
    let is_cut_off = trees.last().is_some_and(|tree| is_punct(tree, ':'));
    has_type && !is_cut_off && count('<') == count('>')
}

#[cfg(test)]
mod tests {
    use quote::quote;

    use super::*;

    fn read(tokens: &str) -> (Vec<String>, Vec<String>, usize) {
        let mut errors = Errors::default();
        let tokens = tokens.parse().expect("tokens");
        let (item, unread) = item(tokens, &mut errors).expect("an item");
        let Item::Struct(item) = item else {
            panic!("not a struct")
        };
        let names = item.fields.iter().map(|field| field.ident.as_ref());
        (
            names
                .map(|name| name.expect("a name").to_string())
                .collect(),
            unread.iter().map(Ident::to_string).collect(),
            errors.messages().len(),
        )
    }

    #[test]
    fn a_half_typed_field_is_left_out() {
        let halves = [
            "b",
            "b:",
            "b: Out<",
            "b: Out<f32",
            "#[port] b: Out<",
            "pub b:",
            "b: a::",
        ];
        for half in halves {
            let next = ["#[var] c: Var<f32>", "c: f32", "pub c: f32"];
            for next in &next[..if half.ends_with("::") { 1 } else { 3 }] {
                let (names, unread, errors) =
                    read(&format!("struct P {{ a: In<f32>, {half} {next} }}"));
                assert_eq!(names, ["a", "c"], "{half} {next}");
                assert_eq!(unread, ["b"], "{half} {next}");
                assert_eq!(errors, 0, "{half} {next}");
            }
        }
    }

    #[test]
    fn docs_are_the_only_attributes_of_a_plain_item() {
        assert!(is_plain(&quote!(
            /// A model.
            struct M {
                /// A field.
                a: In<f32>,
            }
        )));
        assert!(!is_plain(&quote!(
            struct M {
                #[local]
                a: u8,
            }
        )));
        assert!(!is_plain(&quote!(
            #[tag(A)]
            struct M {
                a: u8,
            }
        )));
    }

    #[test]
    fn a_missing_comma_costs_no_field() {
        let (names, unread, _) = read("struct M { a: In<f32> b: Out<f32> }");
        assert_eq!((names.len(), unread.len()), (2, 0));
    }

    #[test]
    fn what_the_compiler_may_accept_is_reported() {
        let (names, unread, errors) = read("struct M { a: f32 @ 3, b: f32 }");
        assert_eq!((names.len(), unread.len(), errors), (1, 1, 1));
        let mut errors = Errors::default();
        assert!(item(quote!(struct 3 {}), &mut errors).is_none());
        assert_eq!(errors.messages().len(), 1);
    }
}
