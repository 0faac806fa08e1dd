//! One statement, and the mistakes that are recognized in it.

use proc_macro2::{Ident, TokenStream, TokenTree};
use syn::ext::IdentExt;
use syn::parse::ParseStream;
use syn::{Attribute, Expr, Lit, Token, Type, parse_quote, token};

use super::connection::parse_connection;
use super::model::{Process, Statement};
use super::parse::{Reader, advance, end_statement, here, skip_statement};
use crate::text::type_text;

/// The two statements, for messages about something else.
pub(super) const STATEMENTS: &str =
    "expected `name: Process = builder;` or `name.port -> name.port;`";

pub(super) fn parse_statement(
    input: ParseStream<'_>,
    reader: &mut Reader<'_>,
) -> syn::Result<Statement> {
    let docs = parse_docs(input, reader)?;
    skip_let(input, reader)?;
    if skip_control_flow(input, reader) {
        return Ok(Statement::Untyped(Vec::new()));
    }
    let timing = parse_old_timing(input)?;
    if let Some(several) = parse_several(input, reader)? {
        return Ok(several);
    }
    if let Some(name) = unquoted(input, reader)? {
        return parse_process(input, reader, name, docs, timing);
    }
    if declares(input) {
        let name = reader.name(input)?;
        return parse_process(input, reader, name, docs, timing);
    }
    if input.peek(Ident::peek_any)
        && input.peek2(Token![=])
        && !input.peek2(Token![=>])
        && !input.peek2(Token![==])
    {
        let name = reader.name(input)?;
        return parse_untyped(input, reader, name, docs);
    }
    parse_connection(input, reader)
}

/// Returns `true` if a name and a colon come next.
fn declares(input: ParseStream<'_>) -> bool {
    input.peek(Ident::peek_any) && input.peek2(Token![:]) && !input.peek2(Token![::])
}

/// Parses doc comments, and reports other attributes.
fn parse_docs(input: ParseStream<'_>, reader: &mut Reader<'_>) -> syn::Result<Vec<Attribute>> {
    let mut attributes = input.call(Attribute::parse_outer)?;
    for attribute in &attributes {
        if !attribute.path().is_ident("doc") {
            let message = "a statement has no attributes but doc comments";
            reader.errors.at(attribute, message);
        }
    }
    attributes.retain(|attribute| attribute.path().is_ident("doc"));
    Ok(attributes)
}

/// A word that comes next, unless it is the name of a process.
fn leading_word(input: ParseStream<'_>) -> Option<Ident> {
    let word = input.fork().call(Ident::parse_any).ok()?;
    let is_name = input.peek2(Token![:])
        || input.peek2(Token![.])
        || input.peek2(Token![=])
        || input.peek2(Token![->]);
    (!is_name).then_some(word)
}

/// Reports `let`, `mut` and `pub` in front of a process.
fn skip_let(input: ParseStream<'_>, reader: &mut Reader<'_>) -> syn::Result<()> {
    if let Some(word) = leading_word(input)
        && matches!(&*word.to_string(), "let" | "pub" | "mut")
    {
        if !is_other_value(input) {
            let message = format!("no `{word}` here: `name: Process = builder;`");
            reader.errors.at(&word, message);
        }
        input.call(Ident::parse_any)?;
        if input.peek(token::Paren) {
            input.parse::<TokenTree>()?;
        }
        input.parse::<Option<Token![mut]>>()?;
    }
    Ok(())
}

/// Returns `true` if a `let` follows whose value is not begun by a type: no process.
fn is_other_value(input: ParseStream<'_>) -> bool {
    let ahead = input.fork();
    let value = || -> syn::Result<Expr> {
        ahead.parse::<Token![let]>()?;
        ahead.parse::<Option<Token![mut]>>()?;
        ahead.parse::<Ident>()?;
        ahead.parse::<Token![=]>()?;
        ahead.parse()
    };
    value().is_ok_and(|value| built(&value).is_none())
}

/// Reports a statement of Rust, and moves behind it. Returns `true` if there is one.
fn skip_control_flow(input: ParseStream<'_>, reader: &mut Reader<'_>) -> bool {
    let Some(word) = leading_word(input) else {
        return false;
    };
    let text = word.to_string();
    let is_rust = matches!(
        &*text,
        "for" | "while" | "loop" | "if" | "match" | "fn" | "struct" | "use" | "return"
    );
    if !is_rust {
        return false;
    }
    let message = format!(
        "`network!` has no `{text}`; add and connect these processes in Rust: `net.add(…)?`, `a.s_out.connect(&b.a_in)?`"
    );
    reader.errors.at(&word, message);
    while !input.is_empty() {
        let ends = input.peek(token::Brace) || input.peek(Token![;]);
        let _ = input.parse::<TokenTree>();
        if ends && !input.peek(Token![else]) {
            break;
        }
    }
    true
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

/// `a, b: Lif = …;` or `(a, b): Lif = …;`, which declares nothing.
fn parse_several(
    input: ParseStream<'_>,
    reader: &mut Reader<'_>,
) -> syn::Result<Option<Statement>> {
    let ahead = input.fork();
    let names = if ahead.peek(token::Paren) {
        let content;
        syn::parenthesized!(content in ahead);
        content.call(names)
    } else {
        ahead.call(names)
    };
    let Ok(names) = names else { return Ok(None) };
    if names.len() < 2 || !ahead.peek(Token![:]) || ahead.peek(Token![::]) {
        return Ok(None);
    }
    advance(input, &ahead);
    let each = names.iter().map(|name| format!("`{name}: … = …;`"));
    let message = format!(
        "a statement declares one process: {}",
        each.collect::<Vec<_>>().join(" ")
    );
    reader
        .errors
        .push(syn::Error::new(names[1].span(), message));
    skip_statement(input);
    Ok(Some(Statement::Untyped(names)))
}

fn names(input: ParseStream<'_>) -> syn::Result<Vec<Ident>> {
    let mut names = vec![input.parse()?];
    while input.parse::<Option<Token![,]>>()?.is_some() {
        names.push(input.parse()?);
    }
    Ok(names)
}

/// Reports a number or string where the name of a process stands. Returns the name in quotes.
fn unquoted(input: ParseStream<'_>, reader: &mut Reader<'_>) -> syn::Result<Option<Ident>> {
    let ahead = input.fork();
    let Ok(literal) = ahead.parse::<Lit>() else {
        return Ok(None);
    };
    if !ahead.peek(Token![:]) {
        return Ok(None);
    }
    let error = |message| Err(syn::Error::new(literal.span(), message));
    let Lit::Str(text) = &literal else {
        return error("a name begins with a letter or `_`".to_owned());
    };
    let message = format!("a name has no quotes: `{}`", text.value());
    match text.parse::<Ident>() {
        Ok(name) => {
            reader.errors.at(&literal, message);
            advance(input, &ahead);
            Ok(Some(name))
        }
        Err(_) => error(message),
    }
}

/// `name: Type = builder;`, after the timing that once stood in front of it.
fn parse_process(
    input: ParseStream<'_>,
    reader: &mut Reader<'_>,
    name: Ident,
    docs: Vec<Attribute>,
    timing: Option<Ident>,
) -> syn::Result<Statement> {
    let colon: Token![:] = input.parse()?;
    if input.peek(Token![=]) {
        return parse_untyped(input, reader, name, docs);
    }
    let ahead = input.fork();
    let ty = ahead.parse::<Type>();
    let typed = ty.is_ok() && (ahead.peek(Token![=]) || ahead.peek(Token![as]));
    if !typed && let Some(process) = builder_for_type(input, reader, &name, &docs) {
        return Ok(process);
    }
    let Ok(ty) = ty else {
        let message = format!("the type and the builder are missing: `{name}: Lif = Lif::…;`");
        reader.errors.at(colon, message);
        skip_statement(input);
        return Ok(Statement::Untyped(vec![name]));
    };
    advance(input, &ahead);
    let model: Option<Type> = match input.parse::<Option<Token![as]>>()? {
        Some(_) => Some(input.parse()?),
        None => None,
    };
    let written = format!("{name}: {}", type_text(&ty));
    if let Some(timing) = timing {
        let method = match timing == "async" {
            true => "asynchronous",
            false => "detached",
        };
        let message = format!("the builder says it: `{written} = ….{method}();`");
        reader.errors.at(timing, message);
    } else if let Some(model) = model {
        let text = type_text(&model);
        let message = format!("the builder says it: `{written} = ….with_model::<{text}>();`");
        reader.errors.at(model, message);
    }
    let builder = parse_builder(input, reader, &ty, &written);
    Ok(Statement::Process(Box::new(Process {
        name,
        ty,
        builder,
        docs,
    })))
}

/// `= builder;`. Returns `None` if it cannot be read.
fn parse_builder(
    input: ParseStream<'_>,
    reader: &mut Reader<'_>,
    ty: &Type,
    written: &str,
) -> Option<Expr> {
    let missing = format!("the builder is missing: `{written} = {}::…;`", plain(ty));
    let mut equals: TokenStream = parse_quote!(#ty);
    if input.peek(Token![==]) {
        reader.errors.push(here(input, "expected `=`, not `==`"));
        let _ = input.parse::<Token![==]>();
    } else if let Ok(token) = input.parse::<Token![=]>() {
        equals = parse_quote!(#token);
    } else if input.peek(Ident::peek_any) {
        reader.errors.push(here(
            input,
            format_args!("a `=` is missing in front of the builder"),
        ));
    }
    if input.is_empty() || input.peek(Token![;]) || input.peek(token::Brace) {
        reader.errors.at(equals, missing);
        skip_statement(input);
        return None;
    }
    let ahead = input.fork();
    match ahead.parse::<Expr>() {
        Ok(builder) => {
            advance(input, &ahead);
            end_statement(input, &builder, reader.errors);
            if is_handle(&builder, ty) {
                let message = format!(
                    "`{}` is the type of a handle, which a builder makes: `{written} = {}::…;`",
                    plain(ty),
                    plain(ty)
                );
                reader.errors.at(&builder, message);
                return None;
            }
            Some(builder)
        }
        Err(error) => {
            let rest = statement_tokens(input);
            reader.errors.push(unfinished(&rest).unwrap_or(error));
            skip_statement(input);
            None
        }
    }
}

/// Returns `true` for `Lif`, `Lif(…)` or `Lif { … }` in place of a builder.
fn is_handle(builder: &Expr, ty: &Type) -> bool {
    let path = match builder {
        Expr::Path(path) => &path.path,
        Expr::Struct(literal) => &literal.path,
        Expr::Call(call) => match &*call.func {
            Expr::Path(path) => &path.path,
            _ => return false,
        },
        _ => return false,
    };
    matches!(ty, Type::Path(ty) if ty.path.segments.last().map(|last| &last.ident)
        == path.segments.last().map(|last| &last.ident))
}

/// The error of a builder that ends in a dot.
fn unfinished(builder: &[TokenTree]) -> Option<syn::Error> {
    match builder.last()? {
        TokenTree::Punct(dot) if dot.as_char() == '.' => Some(syn::Error::new(
            dot.span(),
            "the builder is not finished: write a method behind this dot, or remove it",
        )),
        _ => None,
    }
}

/// The tokens up to the next semicolon.
fn statement_tokens(input: ParseStream<'_>) -> Vec<TokenTree> {
    let (input, mut tokens) = (input.fork(), Vec::new());
    while !input.is_empty() && !input.peek(Token![;]) {
        tokens.extend(input.parse::<TokenTree>());
    }
    tokens
}

/// `name: Lif::shape([3]);`, or `name: Lif { … };`: a builder where the type belongs.
fn builder_for_type(
    input: ParseStream<'_>,
    reader: &mut Reader<'_>,
    name: &Ident,
    docs: &[Attribute],
) -> Option<Statement> {
    let ahead = input.fork();
    let builder: Expr = ahead.parse().ok()?;
    let (ty, builder) = match &builder {
        Expr::Struct(literal) => {
            let path = &literal.path;
            let ty: Type = parse_quote!(#path);
            let text = type_text(&ty);
            let message = format!("a builder makes the process: `{name}: {text} = {text}::…;`");
            reader.errors.at(&builder, message);
            (ty, None)
        }
        _ => {
            let ty = built(&builder)?;
            let text = type_text(&ty);
            let message = format!("the type comes first: `{name}: {text} = {text}::…;`");
            reader.errors.at(&builder, message);
            (ty, Some(builder))
        }
    };
    advance(input, &ahead);
    end_statement(input, &ty, reader.errors);
    Some(Statement::Process(Box::new(Process {
        name: name.clone(),
        ty,
        builder,
        docs: docs.to_vec(),
    })))
}

/// `= builder;` behind a name, whose type is guessed.
fn parse_untyped(
    input: ParseStream<'_>,
    reader: &mut Reader<'_>,
    name: Ident,
    docs: Vec<Attribute>,
) -> syn::Result<Statement> {
    input.parse::<Token![=]>()?;
    let ahead = input.fork();
    let builder = ahead.parse::<Expr>();
    let ty = builder.as_ref().ok().and_then(built);
    let message = match (&ty, &builder) {
        (None, Ok(_)) => format!(
            "say the type of process: `{name}: Lif = …`; a value that is none stands before `network!`: `let {name} = …;`"
        ),
        (ty, _) => {
            let text = ty.as_ref().map_or_else(|| "Lif".to_owned(), type_text);
            format!("say the type: `{name}: {text} = …`")
        }
    };
    reader.errors.at(&name, message);
    let Ok(builder) = builder else {
        skip_statement(input);
        return Ok(Statement::Untyped(vec![name]));
    };
    advance(input, &ahead);
    let Some(ty) = ty else {
        end_statement(input, &builder, reader.errors);
        return Ok(Statement::Value(name, Box::new(builder)));
    };
    end_statement(input, &builder, reader.errors);
    Ok(Statement::Process(Box::new(Process {
        name,
        ty,
        builder: Some(builder),
        docs,
    })))
}

/// The type whose function starts the builder: `Lif` of `Lif::shape([3]).vth(1.0)`.
fn built(builder: &Expr) -> Option<Type> {
    let mut path = match builder {
        Expr::MethodCall(call) => return built(&call.receiver),
        Expr::Field(field) => return built(&field.base),
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

/// A type without its arguments, as it begins a builder.
fn plain(ty: &Type) -> String {
    let text = type_text(ty);
    text.split('<').next().unwrap_or(&text).to_owned()
}
