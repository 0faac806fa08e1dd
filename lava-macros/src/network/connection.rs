//! Connections and exports, and the mistakes that are recognized in them.

use proc_macro2::{TokenStream, TokenTree};
use quote::ToTokens;
use syn::ext::IdentExt;
use syn::parse::ParseStream;
use syn::{Ident, Token, token};

use super::end::{Side, end_text, parse_ends, parse_input, sources_text};
use super::model::{Connection, End, How, Statement, Tie};
use super::parse::{Reader, end_statement, here, skip_statement};

/// `a.x -> b.y;`, `a.x -> _;`, `_ -> a.x;` or `a.x = b.y;`
pub(super) fn parse_connection(
    input: ParseStream<'_>,
    reader: &mut Reader<'_>,
) -> syn::Result<Statement> {
    if let Ok(nothing) = input.parse::<Token![_]>() {
        input.parse::<Token![->]>()?;
        let outer = parse_input(input, reader)?;
        end_statement(input, nothing, reader.errors);
        return Ok(tie(outer, None, How::Sends));
    }
    let sources = parse_ends(input, reader, Side::Sources)?;
    let is_export = input.peek(Token![=]) && !input.peek(Token![=>]) && !input.peek(Token![==]);
    if let [outer] = &sources[..]
        && is_export
    {
        return parse_export(input, reader, outer.clone());
    }
    let arrow = match parse_arrow(input, reader, &sources) {
        Ok(arrow) => arrow,
        Err(Broken::Nothing(error)) => return Err(error),
        Err(Broken::Half(error)) => {
            reader.errors.push(error);
            skip_statement(input);
            return Ok(Statement::Loose(sources));
        }
    };
    if let [outer] = &sources[..]
        && let Ok(nothing) = input.parse::<Token![_]>()
    {
        end_statement(input, nothing, reader.errors);
        return Ok(tie(outer.clone(), None, How::Receives));
    }
    if input.is_empty() || input.peek(Token![;]) {
        let message = format!(
            "the input is missing: `{} -> name.port;`",
            sources_text(&sources)
        );
        reader.errors.at(arrow, message);
        skip_statement(input);
        return Ok(Statement::Loose(sources));
    }
    let targets = parse_ends(input, reader, Side::Targets)?;
    if input.peek(Token![->]) {
        let next = targets.first().map_or_else(
            || "name.port".to_owned(),
            |end| format!("{}.…", end.process),
        );
        let message = format!("a connection has two ends; begin another statement: `{next} -> …;`");
        return Err(here(input, message));
    }
    let last = targets.last().map(End::to_token_stream);
    end_statement(input, last, reader.errors);
    let pairs = sources.iter().flat_map(|from| {
        targets.iter().map(|to| Connection {
            from: from.clone(),
            to: to.clone(),
        })
    });
    Ok(Statement::Connections(pairs.collect()))
}

/// `= lif.v;` or `= _;`
fn parse_export(
    input: ParseStream<'_>,
    reader: &mut Reader<'_>,
    outer: End,
) -> syn::Result<Statement> {
    input.parse::<Token![=]>()?;
    if let Ok(nothing) = input.parse::<Token![_]>() {
        end_statement(input, nothing, reader.errors);
        return Ok(tie(outer, None, How::Is));
    }
    if !input.peek(Ident::peek_any) {
        let text = end_text(&outer);
        return Err(here(
            input,
            format!(
                "`{text} = …` exports a Var of a process inside, `{text} = lif.v;`, or none, `{text} = _;`"
            ),
        ));
    }
    let inner = parse_input(input, reader)?;
    end_statement(input, &inner, reader.errors);
    Ok(tie(outer, Some(inner), How::Is))
}

fn tie(outer: End, inner: Option<End>, how: How) -> Statement {
    Statement::Tie(Box::new(Tie { outer, inner, how }))
}

/// An error where an arrow should be.
enum Broken {
    /// There is no statement.
    Nothing(syn::Error),
    /// There is one end of a connection.
    Half(syn::Error),
}

/// `->`, or what was written for it.
fn parse_arrow(
    input: ParseStream<'_>,
    reader: &mut Reader<'_>,
    sources: &[End],
) -> Result<TokenStream, Broken> {
    if let Ok(arrow) = input.parse::<Token![->]>() {
        return Ok(arrow.to_token_stream());
    }
    let (ahead, mut puncts) = (input.fork(), Vec::new());
    while let Ok(punct) = ahead.parse::<proc_macro2::Punct>() {
        if matches!(punct.as_char(), ';' | '.' | '&' | '_') {
            break;
        }
        puncts.push(punct);
    }
    let text: String = puncts.iter().map(proc_macro2::Punct::as_char).collect();
    let at = puncts
        .first()
        .map_or_else(|| input.span(), proc_macro2::Punct::span);
    let from = sources_text(sources);
    let message = match &*text {
        "" | "?" => return Err(without_arrow(input, sources)),
        "-" if ahead.peek(token::Bracket) => format!(
            "an arrow has no options; a delay is a method of the output: `{from}.delayed(2) -> …;`"
        ),
        "+" => format!("outputs that are summed are a list: `[{from}, …] -> …;`"),
        "*" | "/" => "weights are a process of their own, as `Dense` is: it stands between the two"
            .to_owned(),
        _ if text.starts_with('<') => match parse_input(&ahead, reader) {
            Ok(output) => format!(
                "an arrow leads from the output to the input: `{} -> {from};`",
                end_text(&output)
            ),
            Err(error) => return Err(Broken::Half(error)),
        },
        "->" | "=>" | ">>" | "-->" | "-" | ">" | "~>" | "|>" | "==>" | "->>" | "==" => {
            advance_behind(input, puncts.len());
            let message = format!("a connection is written `->`, not `{text}`");
            reader.errors.push(syn::Error::new(at, message));
            return Ok(puncts.into_iter().map(TokenTree::Punct).collect());
        }
        _ => "expected `->`".to_owned(),
    };
    Err(Broken::Half(syn::Error::new(at, message)))
}

/// Moves behind a number of tokens.
fn advance_behind(input: ParseStream<'_>, tokens: usize) {
    for _ in 0..tokens {
        let _ = input.parse::<TokenTree>();
    }
}

/// The error of an end that is followed by no arrow.
fn without_arrow(input: ParseStream<'_>, sources: &[End]) -> Broken {
    let text = sources_text(sources);
    let [end] = sources else {
        return Broken::Half(here(input, "expected `->` behind the list"));
    };
    if let Some(method) = &end.method {
        let message = match method == "connect" {
            true => format!(
                "a connection is an arrow: `{}.{} -> name.port;`",
                end.process,
                end.port_text()
            ),
            false => {
                format!("no methods are called here: call `net.{text}` behind `network! {{ … }}?`")
            }
        };
        return Broken::Nothing(syn::Error::new(method.span(), message));
    }
    if input.is_empty() || input.peek(Token![;]) {
        let message = format!("expected `->` and an input: `{text} -> name.port;`");
        return Broken::Half(syn::Error::new_spanned(end, message));
    }
    Broken::Half(here(input, format!("expected `->` behind `{text}`")))
}
