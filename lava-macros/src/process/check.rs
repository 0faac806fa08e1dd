//! Rules that concern several parts of a process at once. What breaks one is left out of the
//! model, so that the expansion does not repeat the message.

use proc_macro2::{Ident, TokenStream, TokenTree};
use quote::{ToTokens, quote};
use syn::ext::IdentExt;
use syn::punctuated::Punctuated;
use syn::{Expr, GenericParam, Path, Token, Type, parse_quote};

use super::model::{Kind, Member, Options, Process, ShapeType};
use super::parse::is_reserved;
use crate::attributes::listing;
use crate::errors::Errors;

/// Reports every broken rule and mends the model.
pub(crate) fn check(process: &mut Process, errors: &mut Errors) {
    bounds(process, errors);
    derives(process, errors);
    options(process, errors);
    shapes(process, errors);
    lent(process, errors);
    known_shapes(process, errors);
    reserved(process, errors);
    duplicates(process, errors);
}

/// A type parameter that is sent, stored or shared must say so. Where it has any bound at all,
/// the compiler knows better whether that is enough.
fn bounds(process: &mut Process, errors: &mut Errors) {
    let Process {
        library,
        generics,
        members,
        ..
    } = process;
    for parameter in &mut generics.params {
        let GenericParam::Type(parameter) = parameter else {
            continue;
        };
        let name = &parameter.ident;
        let bounded = !parameter.bounds.is_empty() || generics.where_clause.is_some();
        let used = members.iter().find(|member| match &member.element {
            Type::Path(path) => path.path.is_ident(name),
            _ => false,
        });
        let Some(used) = used.filter(|_| !bounded) else {
            continue;
        };
        let (bound, text): (TokenStream, _) = match used.kind {
            Kind::InPort | Kind::OutPort => (quote!(#library::Payload), "Payload"),
            Kind::Var | Kind::RefPort | Kind::VarPort => (quote!(#library::Element), "Element"),
            Kind::Param => (
                quote!(::core::marker::Send + ::core::marker::Sync + 'static),
                "Send + Sync + 'static",
            ),
        };
        let kind = used.kind.a_name();
        errors.at(
            name,
            format_args!("{kind} of `{name}` needs a bound: `{name}: {text}`"),
        );
        parameter.bounds = parse_quote!(#bound);
    }
}

fn derives(process: &mut Process, errors: &mut Errors) {
    for attribute in &mut process.attributes {
        if !attribute.path().is_ident("derive") {
            continue;
        }
        let paths = Punctuated::<Path, Token![,]>::parse_terminated;
        // What cannot be parsed is reported by the compiler.
        let Ok(derived) = attribute.parse_args_with(paths) else {
            continue;
        };
        let others = derived.iter().filter(|path| {
            let known = ["Clone", "Debug"].iter().find(|name| path.is_ident(name));
            if let Some(name) = known {
                errors.at(path, format_args!("every process is `{name}` already"));
            }
            known.is_none()
        });
        *attribute = parse_quote!(#[derive(#(#others),*)]);
    }
}

fn options(process: &mut Process, errors: &mut Errors) {
    for member in &mut process.members {
        let options = &mut member.options;
        for (one, other) in [("scalar", "shape"), ("scalar", "rank"), ("range", "finite")] {
            if let Some(second) = conflict(&options.order, one, other) {
                let first = if second == one { other } else { one };
                errors.at(
                    second,
                    format_args!("`{second}` contradicts `{first}`; remove one of them"),
                );
                options.forget(&second.to_string());
            }
        }
        if let Some(inferred @ Expr::Infer(_)) = &options.shape
            && (member.kind != Kind::Var || options.init.is_none())
        {
            errors.at(
                inferred,
                "`_` is the shape of an `init`, which this member does not have; say its `shape`",
            );
            options.forget("shape");
        }
        if member.kind == Kind::Var
            && member.options.init.is_some()
            && let Some(rank) = member.options.order.iter().find(|name| *name == "rank")
        {
            errors.at(
                rank,
                "`rank` is for a Var that must be given; this one has an `init`, so say its `shape`",
            );
            member.options.forget("rank");
        }
        if member.options.scalar
            && let Some(shape) = &member.shape_written
        {
            errors.at(
                shape,
                "`scalar` is the shape of this Var; remove one of them",
            );
            member.options.scalar = false;
        }
    }
}

/// The later one of two options, where both were given.
fn conflict<'a>(order: &'a [Ident], one: &str, other: &str) -> Option<&'a Ident> {
    let given = |name| order.iter().any(|given| given == name);
    let both = given(one) && given(other);
    let last = order.iter().rfind(|name| *name == one || *name == other);
    last.filter(|_| both)
}

impl Options {
    fn forget(&mut self, option: &str) {
        match option {
            "scalar" => self.scalar = false,
            "shape" => self.shape = None,
            "rank" => self.rank = None,
            "range" => self.range = None,
            _ => self.finite = false,
        }
        self.order.retain(|given| given != option);
    }
}

fn shapes(process: &mut Process, errors: &mut Errors) {
    let mut first: Option<Ident> = None;
    for member in &mut process.members {
        let ShapeType::Parameter(parameter) = &member.shape else {
            continue;
        };
        match &first {
            Some(first) if first != parameter => {
                errors.at(
                    parameter,
                    format_args!(
                        "a process has one shape parameter, and `{first}` is it; use `Dyn` here and say the `shape`"
                    ),
                );
                member.shape = ShapeType::Literal;
            }
            Some(_) => {}
            None => first = Some(parameter.clone()),
        }
    }
}

/// A `VarPort` names a Var of its process.
fn lent(process: &mut Process, errors: &mut Errors) {
    let vars: Vec<String> = process
        .members
        .iter()
        .filter(|member| member.kind == Kind::Var)
        .map(Member::text)
        .collect();
    let names: Vec<&str> = vars.iter().map(String::as_str).collect();
    process.members.retain(|member| {
        let known = match &member.options.var {
            _ if member.kind != Kind::VarPort => return true,
            Some(var) => names.iter().any(|name| *var == name),
            None => false,
        };
        match &member.options.var {
            _ if known => {}
            Some(var) if names.is_empty() => {
                errors.at(var, format_args!("there is no Var `{var}`, nor any other"));
            }
            Some(var) => errors.at(
                var,
                format_args!("there is no Var `{var}`, only {}", listing(&names, "and")),
            ),
            None => errors.at(
                &member.name,
                format_args!(
                    "say whose `VarPort` it is: `#[port(var = {})]`",
                    names.first().unwrap_or(&"v")
                ),
            ),
        }
        known
    });
}

/// An expression for a shape can name what the builder was given, not a Var that has an `init`.
fn known_shapes(process: &mut Process, errors: &mut Errors) {
    let unknown: Vec<Ident> = process
        .members
        .iter()
        .filter(|member| member.kind == Kind::Var && !member.is_required())
        .map(|member| member.name.clone())
        .collect();
    for member in &mut process.members {
        let shape = member.options.shape.to_token_stream();
        let Some(named) = unknown
            .iter()
            .find_map(|name| variable(shape.clone(), name))
        else {
            continue;
        };
        errors.at(
            &named,
            format_args!(
                "`{named}` has an `init`, which a shape cannot depend on; a shape can name `shape`, parameters, and Vars without `init`"
            ),
        );
        member.options.forget("shape");
    }
}

/// The first use of a variable of this name: not of a field, method or path.
fn variable(tokens: TokenStream, name: &Ident) -> Option<Ident> {
    let mut qualified = false;
    tokens.into_iter().find_map(|token| match token {
        TokenTree::Ident(ident) if ident == *name && !qualified => Some(ident),
        TokenTree::Group(group) => variable(group.stream(), name),
        token => {
            qualified = matches!(&token, TokenTree::Punct(punct) if ".:".contains(punct.as_char()));
            None
        }
    })
}

fn reserved(process: &mut Process, errors: &mut Errors) {
    let has_population = process.has_population();
    process.members.retain(|member| {
        let reserved = member.is_set() && is_reserved(&member.name, has_population);
        if reserved {
            errors.at(
                &member.name,
                format_args!(
                    "`{}` is a method of the builder, choose another name",
                    member.name.unraw()
                ),
            );
        }
        !reserved
    });
}

fn duplicates(process: &mut Process, errors: &mut Errors) {
    let mut names: Vec<Ident> = Vec::new();
    process.members.retain(|member| {
        let new = !names.contains(&member.name);
        if new {
            names.push(member.name.clone());
        } else {
            errors.at(
                &member.name,
                format_args!(
                    "`{}` is declared twice; choose another name",
                    member.name.unraw()
                ),
            );
        }
        new
    });
}
