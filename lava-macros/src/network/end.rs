//! The ends of connections and exports: ports, lists of them, and methods behind them.

use proc_macro2::{Group, Span, TokenStream, TokenTree};
use quote::ToTokens;
use syn::ext::IdentExt;
use syn::parse::ParseStream;
use syn::{AngleBracketedGenericArguments, Ident, Lit, Token, token};

use super::model::End;
use super::parse::{Reader, advance, here};
use super::statement::STATEMENTS;

/// The two sides of an arrow.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Side {
    Sources,
    Targets,
}

impl Side {
    fn end(self, input: ParseStream<'_>, reader: &mut Reader<'_>) -> syn::Result<End> {
        match self {
            Side::Sources => parse_output(input, reader),
            Side::Targets => parse_input(input, reader),
        }
    }
}

/// One end, or a list of them.
pub(super) fn parse_ends(
    input: ParseStream<'_>,
    reader: &mut Reader<'_>,
    side: Side,
) -> syn::Result<Vec<End>> {
    let ahead = input.fork();
    let Ok(list) = ahead.parse::<Group>() else {
        return parse_bare_list(input, reader, side);
    };
    let is_list = input.peek(token::Bracket);
    if !is_list {
        let message = "a list of ports stands in square brackets: `[a.x, b.y]`";
        reader.errors.push(here(input, message));
    }
    advance(input, &ahead);
    let parser = |input: ParseStream<'_>| parse_list(input, reader, side);
    let ends = syn::parse::Parser::parse2(parser, list.stream())?;
    if ends.is_empty() {
        return Err(syn::Error::new_spanned(
            list,
            "the list is empty; name a port",
        ));
    }
    if input.peek(Token![.]) {
        let message = "a list has no methods; write them behind each output in it";
        return Err(here(input, message));
    }
    Ok(ends)
}

/// The inside of a list.
fn parse_list(
    input: ParseStream<'_>,
    reader: &mut Reader<'_>,
    side: Side,
) -> syn::Result<Vec<End>> {
    let mut ends = Vec::new();
    while !input.is_empty() {
        ends.push(side.end(input, reader)?);
        if input.is_empty() || input.parse::<Option<Token![,]>>()?.is_some() {
            continue;
        }
        reader
            .errors
            .push(here(input, "the ports of a list are separated by `,`"));
        if !input.peek(Ident::peek_any) {
            input.parse::<TokenTree>()?;
        }
    }
    Ok(ends)
}

/// One end; several without brackets are reported.
fn parse_bare_list(
    input: ParseStream<'_>,
    reader: &mut Reader<'_>,
    side: Side,
) -> syn::Result<Vec<End>> {
    let mut ends = vec![side.end(input, reader)?];
    let mut comma = None;
    while input.peek(Token![,]) {
        let ahead = input.fork();
        ahead.parse::<Token![,]>()?;
        if ahead.peek(Ident) && ahead.peek2(Token![=]) {
            let from = sources_text(&ends);
            let message = match side {
                Side::Targets => {
                    "a connection has no options; a delay is a method of the output: `a.x.delayed(2) -> b.y;`".to_owned()
                }
                Side::Sources => format!("expected `->` behind `{from}`"),
            };
            return Err(here(input, message));
        }
        if !continues(&ahead, side) {
            break;
        }
        comma.get_or_insert(input.span());
        input.parse::<Token![,]>()?;
        ends.push(side.end(input, reader)?);
    }
    if let Some(comma) = comma {
        let message = format!(
            "several ports are a list in square brackets: `[{}]`",
            sources_text(&ends)
        );
        reader.errors.push(syn::Error::new(comma, message));
    }
    Ok(ends)
}

/// Returns `true` if a port comes next that is no source of the next statement.
fn continues(input: ParseStream<'_>, side: Side) -> bool {
    let input = input.fork();
    let is_port = input.call(Ident::parse_any).is_ok()
        && input.parse::<Token![.]>().is_ok()
        && input.call(Ident::parse_any).is_ok();
    is_port && (side == Side::Sources || input.peek(Token![,]) || input.peek(Token![;]))
}

/// `name.port`, then any methods.
pub(super) fn parse_output(input: ParseStream<'_>, reader: &mut Reader<'_>) -> syn::Result<End> {
    let mut end = parse_end(input, reader)?;
    while input.peek(Token![.]) {
        parse_method(input, reader, &mut end)?;
    }
    if input.peek(token::Bracket) {
        let text = end_text(&end);
        let message = format!(
            "`{text}` is a port, not an array; choose neurons by `{text}.select([0, 2]) -> …;`"
        );
        return Err(here(input, message));
    }
    Ok(end)
}

/// `name.port`
pub(super) fn parse_input(input: ParseStream<'_>, reader: &mut Reader<'_>) -> syn::Result<End> {
    let mut end = parse_end(input, reader)?;
    while selects(input) {
        parse_method(input, reader, &mut end)?;
    }
    if input.peek(Token![.]) {
        let ahead = input.fork();
        ahead.parse::<Token![.]>()?;
        if let (Some(port), Ok(member)) = (&end.port, ahead.call(Ident::parse_any))
            && !ahead.peek(token::Paren)
        {
            return Err(too_deep(reader, &end, port, &member));
        }
        return Err(here(
            input,
            "an input has no method here but `select`; change what the output sends",
        ));
    }
    if input.peek(token::Bracket) {
        let message = format!("choose neurons by `-> {}.select([0, 2]);`", end_text(&end));
        return Err(here(input, message));
    }
    Ok(end)
}

/// Returns `true` if neurons of an input are chosen next: `.select([0, 2])`.
fn selects(input: ParseStream<'_>) -> bool {
    let ahead = input.fork();
    ahead.parse::<Token![.]>().is_ok()
        && ahead
            .parse::<Ident>()
            .is_ok_and(|method| method == "select")
        && ahead.peek(token::Paren)
}

/// The error of `net.lif.a_in`, or of `layer.lif.a_in`.
fn too_deep(reader: &Reader<'_>, end: &End, port: &Ident, member: &Ident) -> syn::Error {
    let process = &end.process;
    let message = if reader.names.contains(&port.to_string()) {
        format!("a process is named alone: `{port}.{member}`")
    } else {
        format!(
            "`{process}.{port}` has no ports; a port is `process.port`, and one inside a process is exported by it"
        )
    };
    syn::Error::new(process.span(), message)
}

/// `name.port`, and what is written for it.
fn parse_end(input: ParseStream<'_>, reader: &mut Reader<'_>) -> syn::Result<End> {
    if input.peek(Token![&]) {
        reader
            .errors
            .push(here(input, "a port is named without `&`"));
        input.parse::<Token![&]>()?;
        input.parse::<Option<Token![mut]>>()?;
    }
    if input.peek(Lit) {
        let ahead = input.fork();
        ahead.parse::<Lit>()?;
        if ahead.peek(Token![*]) {
            let message =
                "weights are a process of their own, as `Dense` is: it stands between the two";
            return Err(here(input, message));
        }
    }
    if !input.peek(Ident::peek_any) {
        return Err(here(input, STATEMENTS));
    }
    let process = reader.process(input)?;
    let mut end = End {
        process,
        port: None,
        chain: TokenStream::new(),
        delayed: false,
        method: None,
    };
    if input.peek(token::Bracket) {
        let name = &end.process;
        let message = format!(
            "`{name}` is one process; connect those of a list in Rust: `a.s_out.connect(&{name}[0].a_in)?`"
        );
        return Err(here(input, message));
    }
    parse_port(input, reader, &mut end)?;
    if input.peek(token::Paren)
        && let Some(port) = end.port.clone()
    {
        let name = &end.process;
        let message = if !reader.names.contains(&name.to_string()) {
            format!(
                "no methods are called here: call `{name}.{port}(…)` behind `network! {{ … }}?`"
            )
        } else if port == "connect" {
            format!("a connection is an arrow: `{name}.port -> name.port;`")
        } else {
            format!("`{name}.{port}` is a port, which has no arguments")
        };
        return Err(syn::Error::new(port.span(), message));
    }
    Ok(end)
}

/// `.port`; `::port` and ` port` are reported.
fn parse_port(input: ParseStream<'_>, reader: &mut Reader<'_>, end: &mut End) -> syn::Result<()> {
    let name = &end.process;
    if input.parse::<Option<Token![.]>>()?.is_some() {
        // `name.` alone is reported with the names of processes.
        if input.peek(Ident::peek_any) {
            let port = input.call(Ident::parse_any)?;
            if syn::parse_str::<Ident>(&port.to_string()).is_err() {
                let message = format!(
                    "`{port}` is a keyword of Rust; a port of this name is written `{name}.r#{port}`"
                );
                return Err(syn::Error::new(port.span(), message));
            }
            end.port = Some(port);
        }
        return Ok(());
    }
    if input.peek(Token![::]) {
        let dots = input.parse::<Token![::]>()?;
        let port = input.call(Ident::parse_any)?;
        let message = format!("a port follows a dot: `{name}.{port}`");
        reader.errors.at(dots, message);
        end.port = Some(port);
        return Ok(());
    }
    let ahead = input.fork();
    if let Ok(port) = ahead.parse::<Ident>()
        && (ahead.is_empty()
            || [
                ahead.peek(Token![->]),
                ahead.peek(Token![;]),
                ahead.peek(Token![,]),
            ]
            .contains(&true))
    {
        advance(input, &ahead);
        let message = format!("a dot is missing: `{name}.{port}`");
        reader.errors.at(&port, message);
        end.port = Some(port);
    }
    Ok(())
}

/// `.reshape([2, 5])`
fn parse_method(input: ParseStream<'_>, reader: &Reader<'_>, end: &mut End) -> syn::Result<()> {
    let dot: Token![.] = input.parse()?;
    if !input.peek(Ident::peek_any) {
        let message = "write a method behind this dot, or remove it";
        return Err(syn::Error::new_spanned(dot, message));
    }
    let method: Ident = input.call(Ident::parse_any)?;
    end.delayed |= method == "delayed";
    dot.to_tokens(&mut end.chain);
    method.to_tokens(&mut end.chain);
    if input.peek(Token![::]) {
        let generics = AngleBracketedGenericArguments::parse_turbofish(input)?;
        generics.to_tokens(&mut end.chain);
    }
    if !input.peek(token::Paren) {
        if let Some(port) = &end.port
            && end.method.is_none()
            && reader.names.contains(&port.to_string())
        {
            return Err(too_deep(reader, end, port, &method));
        }
        let message = format!("expected a method with its arguments, `.{method}(…)`");
        return Err(syn::Error::new(method.span(), message));
    }
    input.parse::<Group>()?.to_tokens(&mut end.chain);
    end.method = Some(method);
    Ok(())
}

pub(super) fn sources_text(ends: &[End]) -> String {
    ends.iter().map(end_text).collect::<Vec<_>>().join(", ")
}

pub(super) fn end_text(end: &End) -> String {
    let chain = crate::text::expression_text(&end.chain);
    format!("{}.{}{chain}", end.process, end.port_text())
}

impl End {
    /// The name of the port, or an ellipsis.
    pub(super) fn port_text(&self) -> String {
        self.port
            .as_ref()
            .map_or_else(|| "…".to_owned(), Ident::to_string)
    }

    /// The last token of `name.port`.
    pub(crate) fn span(&self) -> Span {
        self.port.as_ref().unwrap_or(&self.process).span()
    }
}

impl ToTokens for End {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        let End {
            process,
            port,
            chain,
            ..
        } = self;
        tokens.extend(match port {
            Some(port) => quote::quote!(#process.#port #chain),
            None => quote::quote!(#process),
        });
    }
}
