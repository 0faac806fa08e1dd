//! Rules that concern several parts of a process at once. Nothing is changed here; what to leave
//! out, so that the expansion does not repeat a message, is for [`fallback`](crate::fallback).

use proc_macro2::{Delimiter, Ident, TokenStream, TokenTree};
use quote::ToTokens;
use syn::ext::IdentExt;
use syn::punctuated::Punctuated;
use syn::{Expr, GenericParam, Path, Token, Type};

use super::model::{Kind, Member, Process, ShapeType};
use super::parse::is_reserved;
use crate::attributes::listing;
use crate::errors::Errors;
use crate::fallback::{Bounds, IMPLEMENTED, ProcessRepair};

/// Reports every broken rule. Returns the repairs that let the process expand.
pub(crate) fn check(process: &Process, errors: &mut Errors) -> Vec<ProcessRepair> {
    let rules = [
        bounds,
        derives,
        options,
        shapes,
        var_ports,
        known_shapes,
        known_names,
        reserved,
        duplicates,
    ];
    let mut repairs = Vec::new();
    for rule in rules {
        rule(process, errors, &mut repairs);
    }
    repairs
}

/// A type parameter that is sent, stored or shared must say so. Where it has any bound at all,
/// the compiler knows better whether that is enough.
fn bounds(process: &Process, errors: &mut Errors, repairs: &mut Vec<ProcessRepair>) {
    let generics = &process.generics;
    for (index, parameter) in generics.params.iter().enumerate() {
        let GenericParam::Type(parameter) = parameter else {
            continue;
        };
        let name = &parameter.ident;
        let bounded = !parameter.bounds.is_empty() || generics.where_clause.is_some();
        let used = process.members.iter().find(|member| match &member.element {
            Type::Path(path) => path.path.is_ident(name),
            _ => false,
        });
        let Some(used) = used.filter(|_| !bounded) else {
            continue;
        };
        let (bounds, text) = match used.kind {
            Kind::InPort | Kind::OutPort => (Bounds::Payload, "Payload"),
            Kind::Var | Kind::RefPort | Kind::VarPort => (Bounds::Element, "Element"),
            Kind::Param => (Bounds::Param, "Send + Sync + 'static"),
        };
        let kind = used.kind.a_name();
        errors.at(
            name,
            format_args!("{kind} of `{name}` needs a bound: `{name}: {text}`"),
        );
        repairs.push(ProcessRepair::AddBounds(index, bounds));
    }
}

fn derives(process: &Process, errors: &mut Errors, repairs: &mut Vec<ProcessRepair>) {
    for (index, attribute) in process.attributes.iter().enumerate() {
        if !attribute.path().is_ident("derive") {
            continue;
        }
        let paths = Punctuated::<Path, Token![,]>::parse_terminated;
        // What cannot be parsed is reported by the compiler.
        let derived = attribute.parse_args_with(paths).unwrap_or_default();
        let mut known = derived.iter().filter_map(|path| {
            let name = IMPLEMENTED.iter().find(|name| path.is_ident(name))?;
            Some((path, name))
        });
        let mut wrong = false;
        for (path, name) in &mut known {
            errors.at(path, format_args!("every process is `{name}` already"));
            wrong = true;
        }
        if wrong {
            repairs.push(ProcessRepair::DropDerives(index));
        }
    }
}

fn options(process: &Process, errors: &mut Errors, repairs: &mut Vec<ProcessRepair>) {
    for (index, member) in process.members.iter().enumerate() {
        let mut order: Vec<&Ident> = member.options.order.iter().collect();
        for (one, other) in [("scalar", "shape"), ("scalar", "rank"), ("range", "finite")] {
            let Some(second) = conflict(&order, one, other) else {
                continue;
            };
            let (first, forgotten) = if second == one {
                (other, one)
            } else {
                (one, other)
            };
            errors.at(
                second,
                format_args!("`{second}` contradicts `{first}`; remove one of them"),
            );
            order.retain(|given| *given != forgotten);
            repairs.push(ProcessRepair::DropOption(index, forgotten));
        }
        if let Some(inferred @ Expr::Infer(_)) = &member.options.shape
            && (member.kind != Kind::Var || member.options.init.is_none())
        {
            errors.at(
                inferred,
                "`_` is the shape of an `init`, which this member does not have; say its `shape`",
            );
            repairs.push(ProcessRepair::DropOption(index, "shape"));
        }
        if member.kind == Kind::Var
            && member.options.init.is_some()
            && let Some(rank) = order.iter().find(|name| **name == "rank")
        {
            errors.at(
                rank,
                "`rank` is for a Var that must be given; this one has an `init`, so say its `shape`",
            );
            repairs.push(ProcessRepair::DropOption(index, "rank"));
        }
        if order.iter().any(|name| *name == "scalar")
            && let Some(shape) = &member.shape_written
        {
            errors.at(
                shape,
                "`scalar` is the shape of this Var; remove one of them",
            );
            repairs.push(ProcessRepair::DropOption(index, "scalar"));
        }
    }
}

/// Returns the later one of two options if both were given.
fn conflict<'a>(order: &[&'a Ident], one: &str, other: &str) -> Option<&'a Ident> {
    let given = |name| order.iter().any(|given| *given == name);
    let both = given(one) && given(other);
    let last = order.iter().rfind(|name| **name == one || **name == other);
    last.filter(|_| both).copied()
}

fn shapes(process: &Process, errors: &mut Errors, repairs: &mut Vec<ProcessRepair>) {
    let mut first: Option<&Ident> = None;
    for (index, member) in process.members.iter().enumerate() {
        let ShapeType::Parameter(parameter) = &member.shape else {
            continue;
        };
        let first = *first.get_or_insert(parameter);
        if first != parameter {
            errors.at(
                parameter,
                format_args!(
                    "a process has one shape parameter, and `{first}` is it; use `Dyn` here and say the `shape`"
                ),
            );
            repairs.push(ProcessRepair::LiteralShape(index));
        }
    }
}

/// A `VarPort` names a Var of its process.
fn var_ports(process: &Process, errors: &mut Errors, repairs: &mut Vec<ProcessRepair>) {
    let vars: Vec<String> = process
        .members
        .iter()
        .filter(|member| member.kind == Kind::Var)
        .map(Member::text)
        .collect();
    let names: Vec<&str> = vars.iter().map(String::as_str).collect();
    for (index, member) in process.members.iter().enumerate() {
        if member.kind != Kind::VarPort {
            continue;
        }
        match &member.options.var {
            Some(var) if names.iter().any(|name| *var == name) => continue,
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
        repairs.push(ProcessRepair::DropMember(index));
    }
}

/// An expression for a shape can name what the builder was given, not a Var that has an `init`.
fn known_shapes(process: &Process, errors: &mut Errors, repairs: &mut Vec<ProcessRepair>) {
    let unknown: Vec<&Ident> = process
        .members
        .iter()
        .filter(|member| member.kind == Kind::Var && !member.is_required())
        .map(|member| &member.name)
        .collect();
    for (index, member) in process.members.iter().enumerate() {
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
        repairs.push(ProcessRepair::DropOption(index, "shape"));
    }
}

/// A variable in an expression for a shape, delay or number of steps is something that the builder
/// was given.
fn known_names(process: &Process, errors: &mut Errors, repairs: &mut Vec<ProcessRepair>) {
    let given =
        |member: &&Member| member.is_set() && (member.kind == Kind::Param || member.is_required());
    let given: Vec<String> = process
        .members
        .iter()
        .filter(given)
        .map(Member::text)
        .collect();
    for (index, member) in process.members.iter().enumerate() {
        let Some(shape) = &member.options.shape else {
            continue;
        };
        let members = &process.members;
        let is_known = |name: &Ident| {
            let text = name.unraw().to_string();
            text == "shape" || members.iter().any(|member| member.text() == text)
        };
        let Some(unknown) = unknown(shape.to_token_stream(), &is_known) else {
            continue;
        };
        let names: Vec<&str> = given.iter().map(String::as_str).chain(["shape"]).collect();
        errors.at(
            &unknown,
            format_args!(
                "there is no `{unknown}`: a shape can name {}; declare `#[param] {unknown}: Param<usize>`",
                listing(&names, "and")
            ),
        );
        repairs.push(ProcessRepair::DropOption(index, "shape"));
    }
}

/// The first variable that is not known. An expression that declares variables is left to the
/// compiler, as are constants, functions and macros.
fn unknown(tokens: TokenStream, is_known: &dyn Fn(&Ident) -> bool) -> Option<Ident> {
    let trees: Vec<TokenTree> = tokens.into_iter().collect();
    let declares = |tree: &TokenTree| match tree {
        TokenTree::Punct(punct) => punct.as_char() == '|',
        TokenTree::Ident(word) => ["let", "if", "match", "for", "as"]
            .iter()
            .any(|known| word == known),
        TokenTree::Group(group) => group.delimiter() == Delimiter::Brace,
        TokenTree::Literal(_) => false,
    };
    if trees.iter().any(declares) {
        return None;
    }
    let punct = |at: Option<usize>, letters: &str| matches!(at.and_then(|at| trees.get(at)), Some(TokenTree::Punct(punct)) if letters.contains(punct.as_char()));
    trees.iter().enumerate().find_map(|(at, tree)| match tree {
        TokenTree::Group(group) => unknown(group.stream(), is_known),
        TokenTree::Ident(name) => {
            let is_qualified = punct(at.checked_sub(1), ".:") || punct(Some(at + 1), ":!<");
            let is_called = matches!(trees.get(at + 1), Some(TokenTree::Group(_)));
            let text = name.to_string();
            let is_variable = text.starts_with(|letter: char| letter.is_lowercase())
                && syn::parse_str::<Ident>(&text).is_ok();
            (is_variable && !is_qualified && !is_called && !is_known(name)).then(|| name.clone())
        }
        _ => None,
    })
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

fn reserved(process: &Process, errors: &mut Errors, repairs: &mut Vec<ProcessRepair>) {
    let has_population = process.has_population();
    for (index, member) in process.members.iter().enumerate() {
        let name = member.name.unraw();
        if name.to_string().starts_with("__") {
            errors.at(
                &member.name,
                "names that begin with `__` are those of the macro, choose another name",
            );
        } else if member.is_set() && is_reserved(&name, has_population) {
            errors.at(
                &member.name,
                format_args!("`{name}` is a method of the builder, choose another name"),
            );
        } else {
            continue;
        }
        repairs.push(ProcessRepair::DropMember(index));
    }
}

fn duplicates(process: &Process, errors: &mut Errors, repairs: &mut Vec<ProcessRepair>) {
    let mut names: Vec<&Ident> = Vec::new();
    for (index, member) in process.members.iter().enumerate() {
        if names.contains(&&member.name) {
            errors.at(
                &member.name,
                format_args!(
                    "`{}` is declared twice; choose another name",
                    member.name.unraw()
                ),
            );
            repairs.push(ProcessRepair::DropMember(index));
        } else {
            names.push(&member.name);
        }
    }
}
