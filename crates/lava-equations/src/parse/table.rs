//! A function that is given by points.

use proc_macro2::TokenStream;
use syn::ext::IdentExt;
use syn::parse::ParseStream;
use syn::{Attribute, Ident, Token, bracketed, parenthesized, token};

use super::statement::{symbol, typed};
use crate::errors::Errors;
use crate::expression::Expr;
use crate::item::{Symbol, SymbolKind, Table};

/// `table name(argument: unit): unit = [(at, value), …];`
pub(super) fn read(
    input: ParseStream<'_>,
    docs: Vec<Attribute>,
    symbols: &mut Vec<Symbol>,
    errors: &mut Errors,
) -> syn::Result<()> {
    symbol(input, docs, symbols, errors, |input| {
        if !input.peek(token::Paren) {
            let message = "a table has an argument with its unit: `table f(v: mV): 1;`";
            return Err(input.error(message));
        }
        let content;
        parenthesized!(content in input);
        let (argument, of_argument) = (content.call(Ident::parse_any)?, typed(&content)?);
        if !content.is_empty() {
            return Err(content.error("a table has one argument"));
        }
        let unit = typed(input)?;
        let points = match input.peek(Token![=]) {
            true => Some(points(input)?),
            false => None,
        };
        let table = Table {
            argument,
            unit: of_argument,
            points,
        };
        Ok((Some(unit), SymbolKind::Table(table)))
    })
}

/// `= [(at, value), …]`
fn points(input: ParseStream<'_>) -> syn::Result<Vec<(Expr, Expr)>> {
    input.parse::<Token![=]>()?;
    if !input.peek(token::Bracket) {
        return Err(input.error(FORM));
    }
    let list;
    let brackets = bracketed!(list in input);
    let points = drained(&list, list.parse_terminated(point, Token![,]))?;
    if points.len() < 2 {
        let message = "a table has two points or more, between which its values are interpolated";
        return Err(syn::Error::new(brackets.span.join(), message));
    }
    Ok(points.into_iter().collect())
}

/// `(at, value)`
fn point(input: ParseStream<'_>) -> syn::Result<(Expr, Expr)> {
    if !input.peek(token::Paren) {
        return Err(input.error(FORM));
    }
    let content;
    parenthesized!(content in input);
    let pair = || {
        let at = content.parse()?;
        content.parse::<Token![,]>()?;
        let value = content.parse()?;
        match content.is_empty() {
            true => Ok((at, value)),
            false => Err(content.error(FORM)),
        }
    };
    drained(&content, pair())
}

/// The result; what follows a mistake is read, so that it is not another one.
fn drained<X>(content: ParseStream<'_>, result: syn::Result<X>) -> syn::Result<X> {
    if result.is_err() {
        content.parse::<TokenStream>()?;
    }
    result
}

const FORM: &str = "the points of a table are pairs in brackets: `[(-80, 0), (-40, 0.5)]`";
