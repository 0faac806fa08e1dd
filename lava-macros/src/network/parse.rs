//! Tokens → [`Statements`], statement by statement: a mistake in one does not hide another's.

use proc_macro2::{Group, Ident, Span, TokenStream, TokenTree};
use quote::ToTokens;
use syn::ext::IdentExt;
use syn::parse::{Parse, ParseStream, Parser};
use syn::{AngleBracketedGenericArguments, Expr, Token, Type, bracketed, parse_quote, token};

use super::model::{Connection, End, Frame, Head, How, Outer, Process, Statement, Statements, Tie};
use crate::errors::Errors;
use crate::paths::Library;
use crate::text::type_text;

/// Reads the whole input.
pub(crate) fn parse(input: TokenStream, errors: &mut Errors) -> Statements {
    let mut head = None;
    let mut processes = Vec::new();
    let mut connections = Vec::new();
    let mut ties = Vec::new();
    let parser = |input: ParseStream<'_>| {
        head = Some(parse_head(input, errors));
        while !input.is_empty() {
            match input.parse() {
                Ok(Statement::Process(process)) => processes.push(*process),
                Ok(Statement::Mistaken(process, error)) => {
                    errors.push(error);
                    processes.push(*process);
                }
                Ok(Statement::Connections(some)) => connections.extend(some),
                Ok(Statement::Tie(tie)) => ties.push(*tie),
                Err(error) => {
                    errors.push(error);
                    skip_statement(input);
                }
            }
        }
        Ok(())
    };
    let parsed = parser.parse2(input);
    errors.keep(parsed);
    let Head { crate_path, frame } = head.unwrap_or_default();
    Statements {
        library: Library::new(crate_path),
        frame,
        processes,
        connections,
        ties,
    }
}

fn parse_head(input: ParseStream<'_>, errors: &mut Errors) -> Head {
    let mut head = Head::default();
    if input.peek(Token![crate]) && input.peek2(Token![=]) {
        match parse_crate(input) {
            Ok(path) => head.crate_path = Some(path),
            Err(error) => {
                errors.push(error);
                skip_statement(input);
            }
        }
    }
    let message = "start with the run configuration: `network! { Loihi1SimCfg; … }`";
    if let Some(outer) = parse_outer(input).transpose() {
        match outer {
            Ok(outer) => head.frame = Some(Frame::Inside(outer)),
            Err(error) => {
                errors.push(error);
                skip_statement(input);
            }
        }
        return head;
    }
    if input.is_empty() || starts_statement(input) {
        errors.push(syn::Error::new(input.span(), message));
        return head;
    }
    let config = input.parse().and_then(|config| {
        input.parse::<Token![;]>()?;
        Ok(config)
    });
    match config {
        Ok(config) => head.frame = Some(Frame::New(config)),
        Err(error) => {
            errors.push(error);
            skip_statement(input);
        }
    }
    head
}

/// `inside net, layer: Layer;`
fn parse_outer(input: ParseStream<'_>) -> syn::Result<Option<Outer>> {
    let word = input.fork().parse::<Ident>();
    let inside = word.is_ok_and(|word| word == "inside");
    if !inside || input.peek2(Token![;]) || input.peek2(Token![::]) || input.peek2(Token![<]) {
        return Ok(None);
    }
    input.parse::<Ident>()?;
    let net = input.parse()?;
    input.parse::<Token![,]>()?;
    let name = input.parse()?;
    input.parse::<Token![:]>()?;
    let ty = input.parse()?;
    input.parse::<Token![;]>()?;
    Ok(Some(Outer { net, name, ty }))
}

fn parse_crate(input: ParseStream<'_>) -> syn::Result<syn::Path> {
    input.parse::<Token![crate]>()?;
    input.parse::<Token![=]>()?;
    let path = input.call(syn::Path::parse_mod_style)?;
    input.parse::<Token![;]>()?;
    Ok(path)
}

/// Returns `true` if a process or connection comes next, rather than a type.
fn starts_statement(input: ParseStream<'_>) -> bool {
    let declares = input.peek2(Token![:]) && !input.peek2(Token![::]);
    let connects = input.peek2(Token![.]) || input.peek2(Token![->]);
    input.peek(Ident::peek_any) && (declares || connects)
}

impl Parse for Statement {
    fn parse(input: ParseStream<'_>) -> syn::Result<Statement> {
        let timing = parse_old_timing(input)?;
        if input.peek(Ident::peek_any) && input.peek2(Token![:]) && !input.peek2(Token![::]) {
            return parse_process(input, timing);
        }
        if input.peek(Ident::peek_any) && input.peek2(Token![=]) {
            return parse_untyped(input);
        }
        if input.parse::<Option<Token![_]>>()?.is_some() {
            input.parse::<Token![->]>()?;
            let outer = input_port(input)?;
            input.parse::<Token![;]>()?;
            return Ok(tie(outer, None, How::Sends));
        }
        let sources = ends(input, output)?;
        if let [outer] = &sources[..]
            && input.peek(Token![=])
            && !input.peek(Token![=>])
        {
            input.parse::<Token![=]>()?;
            let inner = match input.parse::<Option<Token![_]>>()? {
                Some(_) => None,
                None => Some(input_port(input)?),
            };
            input.parse::<Token![;]>()?;
            return Ok(tie(outer.clone(), inner, How::Is));
        }
        input.parse::<Token![->]>()?;
        if let [outer] = &sources[..]
            && input.parse::<Option<Token![_]>>()?.is_some()
        {
            input.parse::<Token![;]>()?;
            return Ok(tie(outer.clone(), None, How::Receives));
        }
        let targets = ends(input, input_port)?;
        if input.peek(Token![.]) {
            return Err(input.error("an input has no methods here; change what the output sends"));
        }
        input.parse::<Token![;]>()?;
        let pairs = sources.iter().flat_map(|from| {
            targets.iter().map(|to| Connection {
                from: from.clone(),
                to: to.clone(),
            })
        });
        Ok(Statement::Connections(pairs.collect()))
    }
}

/// `name: Type = builder;`, after the timing that once stood in front of it.
fn parse_process(input: ParseStream<'_>, timing: Option<Ident>) -> syn::Result<Statement> {
    let name: Ident = input.parse()?;
    input.parse::<Token![:]>()?;
    let ty: Type = input.parse()?;
    let model: Option<Type> = match input.parse::<Option<Token![as]>>()? {
        Some(_) => Some(input.parse()?),
        None => None,
    };
    input.parse::<Token![=]>()?;
    let builder = input.parse()?;
    input.parse::<Token![;]>()?;
    let written = format!("{name}: {} = …", type_text(&ty));
    let old = match (timing, model) {
        (Some(timing), _) => {
            let method = if timing == "async" {
                "asynchronous"
            } else {
                "detached"
            };
            let message = format!("the builder says it: `{written}.{method}();`");
            Some(syn::Error::new(timing.span(), message))
        }
        (None, Some(model)) => {
            let text = type_text(&model);
            let message = format!("the builder says it: `{written}.with_model::<{text}>();`");
            Some(syn::Error::new_spanned(model, message))
        }
        (None, None) => None,
    };
    let process = Box::new(Process { name, ty, builder });
    Ok(match old {
        Some(error) => Statement::Mistaken(process, error),
        None => Statement::Process(process),
    })
}

/// `name = builder;`, whose type is guessed.
fn parse_untyped(input: ParseStream<'_>) -> syn::Result<Statement> {
    let name: Ident = input.parse()?;
    input.parse::<Token![=]>()?;
    let builder = input.parse()?;
    let ty = built(&builder).ok_or_else(|| untyped(&name, None))?;
    input.parse::<Token![;]>()?;
    let error = untyped(&name, Some(&ty));
    let process = Box::new(Process { name, ty, builder });
    Ok(Statement::Mistaken(process, error))
}

/// `async` or `detached` in front of a process, which its builder says.
fn parse_old_timing(input: ParseStream<'_>) -> syn::Result<Option<Ident>> {
    let word = input.fork().call(Ident::parse_any);
    let is_timing = word.is_ok_and(|word| word == "async" || word == "detached");
    if is_timing && input.peek2(Ident::peek_any) {
        return input.call(Ident::parse_any).map(Some);
    }
    Ok(None)
}

fn tie(outer: End, inner: Option<End>, how: How) -> Statement {
    Statement::Tie(Box::new(Tie { outer, inner, how }))
}

fn untyped(name: &Ident, ty: Option<&Type>) -> syn::Error {
    let ty = ty.map_or_else(|| "Lif".to_owned(), type_text);
    syn::Error::new(name.span(), format!("say the type: `{name}: {ty} = …`"))
}

/// The type whose function starts the builder: `Lif` of `Lif::shape([3]).vth(1.0)`.
fn built(builder: &Expr) -> Option<Type> {
    let mut path = match builder {
        Expr::MethodCall(call) => return built(&call.receiver),
        Expr::Call(call) => match &*call.func {
            Expr::Path(function) if function.qself.is_none() => function.path.clone(),
            _ => return None,
        },
        _ => return None,
    };
    path.segments.pop()?;
    path.segments.pop_punct();
    let is_type = path
        .segments
        .last()?
        .ident
        .to_string()
        .starts_with(char::is_uppercase);
    is_type.then(|| parse_quote!(#path))
}

/// One end, or a list of them.
fn ends(input: ParseStream<'_>, end: ParseEnd) -> syn::Result<Vec<End>> {
    if !input.peek(token::Bracket) {
        return Ok(vec![end(input)?]);
    }
    let list;
    bracketed!(list in input);
    let ends = list.parse_terminated(end, Token![,])?;
    Ok(ends.into_iter().collect())
}

type ParseEnd = fn(ParseStream<'_>) -> syn::Result<End>;

/// `name.port`, then any methods.
fn output(input: ParseStream<'_>) -> syn::Result<End> {
    let mut end = input_port(input)?;
    while input.peek(Token![.]) {
        method(input, &mut end)?;
    }
    Ok(end)
}

/// `name.port`
fn input_port(input: ParseStream<'_>) -> syn::Result<End> {
    if !input.peek(Ident::peek_any) {
        let message = "expected `name: Process = builder;` or `name.port -> name.port;`";
        return Err(input.error(message));
    }
    let process = input.parse()?;
    let mut end = End {
        process,
        port: None,
        chain: TokenStream::new(),
        delayed: false,
    };
    if input.parse::<Option<Token![.]>>()?.is_some() {
        end.port = Some(input.parse()?);
    }
    Ok(end)
}

/// `.reshape([2, 5])`
fn method(input: ParseStream<'_>, end: &mut End) -> syn::Result<()> {
    let dot: Token![.] = input.parse()?;
    let method: Ident = input.parse()?;
    end.delayed |= method == "delayed";
    dot.to_tokens(&mut end.chain);
    method.to_tokens(&mut end.chain);
    if input.peek(Token![::]) {
        let generics = AngleBracketedGenericArguments::parse_turbofish(input)?;
        generics.to_tokens(&mut end.chain);
    }
    if !input.peek(token::Paren) {
        let message = format!("expected a method with its arguments, `.{method}(…)`");
        return Err(syn::Error::new(method.span(), message));
    }
    input.parse::<Group>()?.to_tokens(&mut end.chain);
    Ok(())
}

/// Moves behind the next semicolon.
fn skip_statement(input: ParseStream<'_>) {
    while !input.is_empty()
        && input
            .parse::<Option<Token![;]>>()
            .is_ok_and(|end| end.is_none())
    {
        let _ = input.parse::<TokenTree>();
    }
}

impl End {
    /// The last token of `name.port`.
    pub(crate) fn span(&self) -> Span {
        self.port.as_ref().unwrap_or(&self.process).span()
    }
}
