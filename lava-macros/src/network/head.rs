//! The first lines: `crate = path;`, the signature of a function, and what the network is.

use proc_macro2::Ident;
use syn::ext::IdentExt;
use syn::parse::ParseStream;
use syn::{Attribute, GenericArgument, LitStr, PathArguments, ReturnType, Token, Type, Visibility};

use super::model::{Frame, Head, Outer, Signature};
use super::parse::{Reader, advance, end_statement, here, skip_statement};
use crate::errors::Errors;
use crate::text::type_text;

const START: &str = "start with the run configuration: `network! { Loihi1SimCfg; … }`";
const INSIDE: &str =
    "the first line names the network, and the process outside: `inside net, layer: Layer;`";

pub(super) fn parse_head(input: ParseStream<'_>, reader: &mut Reader<'_>) -> Head {
    let errors = &mut *reader.errors;
    let mut head = Head::default();
    if input.peek(Token![crate]) && input.peek2(Token![=]) {
        head.crate_path = or_skip(input, errors, parse_crate(input));
    }
    head.is_item = starts_signature(input);
    if head.is_item {
        head.signature = or_skip(input, errors, parse_signature(input));
    }
    head.frame = if starts_inside(input) {
        let outer = parse_outer(input);
        let outer = outer.map_err(|error| syn::Error::new(error.span(), INSIDE));
        let outer = or_skip(input, errors, outer);
        if let (true, Some(outer)) = (head.is_item, &outer) {
            let message = "a function builds a whole network: start with the run configuration";
            errors.at(&outer.name, message);
        }
        outer.map(Frame::Inside)
    } else {
        parse_configuration(input, errors)
    };
    head
}

/// The value; or a note of its error, behind the next semicolon.
fn or_skip<T>(input: ParseStream<'_>, errors: &mut Errors, value: syn::Result<T>) -> Option<T> {
    value
        .map_err(|error| {
            errors.push(error);
            skip_statement(input);
        })
        .ok()
}

fn parse_crate(input: ParseStream<'_>) -> syn::Result<syn::Path> {
    input.parse::<Token![crate]>()?;
    input.parse::<Token![=]>()?;
    let path = input.call(syn::Path::parse_mod_style)?;
    input.parse::<Token![;]>()?;
    Ok(path)
}

fn starts_signature(input: ParseStream<'_>) -> bool {
    let ahead = input.fork();
    let _ = ahead.call(Attribute::parse_outer);
    let _ = ahead.parse::<Visibility>();
    ahead.peek(Token![fn]) || ahead.peek(Token![async]) && ahead.peek2(Token![fn])
}

/// `pub fn digits(weights: Array2<f32>) -> lava::Result<Digits>;`
fn parse_signature(input: ParseStream<'_>) -> syn::Result<Signature> {
    let attributes = input.call(Attribute::parse_outer)?;
    let visibility = input.parse()?;
    let signature: syn::Signature = input.parse()?;
    let message = "the function is declared like `pub fn digits(weights: Array2<f32>) -> lava::Result<Digits>;`, where `Digits` is the struct to declare";
    let plain = signature.generics.params.is_empty()
        && signature.asyncness.is_none()
        && signature.receiver().is_none();
    let value = match &signature.output {
        ReturnType::Type(_, ty) if plain => result_of(ty),
        _ => None,
    };
    let value = value.ok_or_else(|| syn::Error::new_spanned(&signature, message))?;
    input.parse::<Token![;]>()?;
    Ok(Signature {
        attributes,
        visibility,
        signature,
        value,
    })
}

/// `Digits` of `lava::Result<Digits>`.
fn result_of(ty: &Type) -> Option<Ident> {
    let Type::Path(path) = ty else { return None };
    let PathArguments::AngleBracketed(arguments) = &path.path.segments.last()?.arguments else {
        return None;
    };
    match arguments.args.first()? {
        GenericArgument::Type(Type::Path(value)) => value.path.get_ident().cloned(),
        _ => None,
    }
}

/// Returns `true` if the first line is `inside …`, or should be.
fn starts_inside(input: ParseStream<'_>) -> bool {
    let Ok(word) = input.fork().parse::<Ident>() else {
        return false;
    };
    let alone = input.peek2(Token![;]) || input.peek2(Token![::]) || input.peek2(Token![<]);
    // `insde net, …`: two words and a comma, or a colon, are no configuration.
    let ahead = input.fork();
    let two = ahead.parse::<Ident>().is_ok()
        && ahead.parse::<Ident>().is_ok()
        && (ahead.peek(Token![,]) || ahead.peek(Token![:]) && word == "inside");
    (word == "inside" && !alone) || two
}

/// `inside net, layer: Layer;`
fn parse_outer(input: ParseStream<'_>) -> syn::Result<Outer> {
    let word: Ident = input.parse()?;
    if word != "inside" {
        return Err(syn::Error::new(word.span(), INSIDE));
    }
    let net = input.parse()?;
    input.parse::<Token![,]>()?;
    let name = input.parse()?;
    input.parse::<Token![:]>()?;
    let ty = input.parse()?;
    input.parse::<Token![;]>()?;
    Ok(Outer { net, name, ty })
}

fn parse_configuration(input: ParseStream<'_>, errors: &mut Errors) -> Option<Frame> {
    if input.is_empty() {
        errors.push(here(input, START));
        return None;
    }
    skip_label(input, errors);
    if starts_statement(input) {
        errors.push(here(input, START));
        return None;
    }
    if let Ok(text) = input.fork().parse::<LitStr>() {
        let message = format!("the run configuration is a type: `{};`", text.value());
        errors.push(syn::Error::new(text.span(), message));
        skip_statement(input);
        return text.parse().ok().map(Frame::New);
    }
    let ahead = input.fork();
    let Ok(ty) = ahead.parse::<Type>() else {
        errors.push(here(input, START));
        skip_statement(input);
        return None;
    };
    advance(input, &ahead);
    let constructed = constructed(&ty);
    let config = constructed.clone().unwrap_or_else(|| ty.clone());
    let called = input.peek(syn::token::Paren);
    if called || constructed.is_some() {
        let message = format!(
            "the run configuration is a type alone: `{};`",
            type_text(&config)
        );
        errors.at(&ty, message);
    }
    if called {
        skip_statement(input);
    } else {
        end_statement(input, &ty, errors);
    }
    Some(Frame::New(config))
}

/// Skips `net =` or `config:` in front of a run configuration.
fn skip_label(input: ParseStream<'_>, errors: &mut Errors) {
    let ahead = input.fork();
    let Ok(label) = ahead.parse::<Ident>() else {
        return;
    };
    let separated = ahead.peek(Token![=]) || ahead.peek(Token![:]) && !ahead.peek(Token![::]);
    if !separated || ahead.parse::<proc_macro2::TokenTree>().is_err() {
        return;
    }
    let Ok(ty) = ahead.fork().parse::<Type>() else {
        return;
    };
    let is_configuration = type_text(&ty).contains("Cfg") || type_text(&ty).contains("Config");
    if is_configuration {
        let message = format!(
            "the run configuration stands alone: `network! {{ {}; … }}`",
            type_text(&ty)
        );
        errors.at(&label, message);
        advance(input, &ahead);
    }
}

/// The type `C` of `C::new`, or of `Network::<C>` and `Network::<C>::new`.
fn constructed(ty: &Type) -> Option<Type> {
    let Type::Path(path) = ty else { return None };
    let mut segments = path.path.segments.iter();
    if let Some(network) = segments.find(|segment| segment.ident == "Network")
        && let PathArguments::AngleBracketed(arguments) = &network.arguments
        && let Some(GenericArgument::Type(config)) = arguments.args.first()
    {
        return Some(config.clone());
    }
    let last = path.path.segments.last()?;
    if path.path.segments.len() < 2 || !(last.ident == "new" || last.ident == "default") {
        return None;
    }
    let mut path = path.clone();
    path.path.segments.pop();
    path.path.segments.pop_punct();
    Some(Type::Path(path))
}

/// Returns `true` if a process or connection comes next, rather than a type.
fn starts_statement(input: ParseStream<'_>) -> bool {
    let declares = input.peek2(Token![:]) && !input.peek2(Token![::]);
    let connects = input.peek2(Token![.]) || input.peek2(Token![->]);
    input.peek(Ident::peek_any) && (declares || connects)
}
