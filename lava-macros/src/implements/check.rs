//! Rules that concern several parts of a model at once. Nothing is changed here; what to leave out,
//! so that the compiler does not repeat a message, is for [`fallback`](crate::fallback).

use proc_macro2::{Ident, TokenStream, TokenTree};
use quote::ToTokens;
use syn::{GenericParam, Path, PathArguments, Type};

use super::model::{Field, Model, Role};
use crate::attributes::listing;
use crate::errors::Errors;
use crate::fallback::ModelRepair;
use crate::text::type_text;

/// Reports every broken rule. Returns the repairs that let the model expand.
pub(crate) fn check(model: &Model, errors: &mut Errors) -> Vec<ModelRepair> {
    let mut repairs = Vec::new();
    for parameter in model.generics.lifetimes() {
        errors.at(
            parameter,
            "a model owns what it holds; it has no lifetime parameters",
        );
    }
    if model.alternative
        && let Some(tag) = model.tags.first()
    {
        errors.at(
            tag,
            "an `alternative` is chosen by a configuration's `overrides`, not by a tag; remove one of them",
        );
    }
    sub_model(model, errors, &mut repairs);
    tags(model, errors, &mut repairs);
    parameters(model, errors, &mut repairs);
    named_fields(model, errors, &mut repairs);
    threads(model, errors, &mut repairs);
    repairs
}

/// A hierarchical model has no fields and is not sharded.
fn sub_model(model: &Model, errors: &mut Errors, repairs: &mut Vec<ModelRepair>) {
    let Some(word) = &model.sub_model else {
        return;
    };
    if let Some(shardable) = &model.shardable {
        errors.at(
            shardable,
            "a `sub_model` is not cut itself, the processes inside it are; remove `shardable`",
        );
        repairs.push(ModelRepair::Shardable);
    }
    for field in &model.fields {
        errors.at(
            &field.name,
            format_args!(
                "a `{word}` binds no members; what it adds to the network in `build` stays there"
            ),
        );
    }
    if !model.fields.is_empty() {
        repairs.push(ModelRepair::Fields);
    }
}

fn tags(model: &Model, errors: &mut Errors, repairs: &mut Vec<ModelRepair>) {
    let mut seen: Vec<&Path> = Vec::new();
    for (index, tag) in model.tags.iter().enumerate() {
        if seen.contains(&tag) {
            errors.at(
                tag,
                format_args!("the tag `{}` is given twice", type_text(tag)),
            );
            repairs.push(ModelRepair::Tag(index));
        } else {
            seen.push(tag);
        }
    }
}

/// A model that is chosen by configurations has the parameters of its process.
fn parameters(model: &Model, errors: &mut Errors, repairs: &mut Vec<ModelRepair>) {
    let process = &model.process;
    let parameters = model
        .generics
        .params
        .iter()
        .filter_map(|param| match param {
            GenericParam::Type(param) => Some(&param.ident),
            GenericParam::Const(param) => Some(&param.ident),
            GenericParam::Lifetime(_) => None,
        });
    let parameters: Vec<&Ident> = parameters.collect();
    let mut missing = parameters
        .iter()
        .filter(|name| !mentions(process.to_token_stream(), name));
    let Some(first) = missing.next() else {
        return;
    };
    let last = process.segments.last();
    let (path, name) = (type_text(process), &model.name);
    if model.alternative {
        return;
    }
    if last.is_some_and(|last| matches!(last.arguments, PathArguments::None)) {
        let all: Vec<String> = parameters.iter().map(ToString::to_string).collect();
        errors.at(
            process,
            format_args!(
                "`{name}` has the parameter `{first}`, which its process does not say; write `proc = {path}<{}>`, or replace it by a type if `{path}` has no parameters",
                all.join(", ")
            ),
        );
        repairs.push(ModelRepair::Content);
        repairs.push(ModelRepair::Parameters(
            parameters.into_iter().cloned().collect(),
        ));
    } else {
        errors.at(
            process,
            format_args!(
                "`{name}` has the parameter `{first}`, which `{path}` does not say; no configuration could choose its value: name it here, or mark the model `alternative`"
            ),
        );
        repairs.push(ModelRepair::Choice);
    }
}

/// The options that name fields name fields of the right kind.
fn named_fields(model: &Model, errors: &mut Errors, repairs: &mut Vec<ModelRepair>) {
    if let (Some(name), None, None) = (model.replicated.first(), &model.shardable, &model.sub_model)
    {
        errors.at(
            name,
            "`replicated` is for models that are sharded; add `shardable`",
        );
    }
    let replicated: (_, _, &[&str]) = (
        "replicated",
        "in-ports and Vars",
        &["Out", "AsyncOut", "AsyncIn", "VarRef", "Exposed"],
    );
    let adds_to: (_, _, &[&str]) = (
        "adds_to",
        "out-ports",
        &["In", "AsyncIn", "VarRef", "Exposed"],
    );
    for ((option, kind, others), names) in
        [(replicated, &model.replicated), (adds_to, &model.adds_to)]
    {
        let fits = |field: &&Field| {
            let ty = type_name(&field.ty).map(ToString::to_string);
            let is_out = ty.as_deref() == Some("Out");
            matches!(field.role, Role::Bound)
                && !ty.is_some_and(|ty| others.contains(&ty.as_str()))
                && (option == "replicated" || is_out)
        };
        let fitting: Vec<String> = model
            .fields
            .iter()
            .filter(fits)
            .map(|field| field.name.to_string())
            .collect();
        let fitting: Vec<&str> = fitting.iter().map(String::as_str).collect();
        let known = match &fitting[..] {
            [] => String::new(),
            names => format!(": {}", listing(names, "and")),
        };
        for (index, name) in names.iter().enumerate() {
            let message = match model.field(name) {
                _ if names[..index].contains(name) => format!("`{name}` is given twice"),
                None if model.unread.contains(name) => continue,
                None => format!("there is no field `{name}`; `{option}` names {kind}{known}"),
                Some(field) if matches!(field.role, Role::Local(_)) => {
                    format!("`{name}` is `#[local]`; `{option}` names {kind}{known}")
                }
                Some(field)
                    if type_name(&field.ty)
                        .is_some_and(|ty| others.iter().any(|other| ty == other)) =>
                {
                    format!("`{name}` is none of the {kind}; `{option}` names these{known}")
                }
                Some(_) => continue,
            };
            errors.at(name, message);
            repairs.push(ModelRepair::Name(option, name.clone()));
        }
    }
}

/// The last name of a type's path.
fn type_name(ty: &Type) -> Option<&Ident> {
    match ty {
        Type::Path(path) => path.path.segments.last().map(|last| &last.ident),
        _ => None,
    }
}

/// A model moves between threads, which some types cannot.
fn threads(model: &Model, errors: &mut Errors, repairs: &mut Vec<ModelRepair>) {
    for field in &model.fields {
        let Some(token) = unmovable(field.ty.to_token_stream()) else {
            continue;
        };
        let message = match &token {
            TokenTree::Ident(_) => {
                "a model moves between threads, which an `Rc` cannot; use `std::sync::Arc`"
            }
            _ => {
                "a model moves between threads, which a raw pointer cannot; keep an index or an `Arc`"
            }
        };
        errors.at(token, message);
        repairs.push(ModelRepair::Content);
    }
}

/// The part of a type that cannot be sent to another thread, if it is known by its name.
fn unmovable(ty: TokenStream) -> Option<TokenTree> {
    let mut star = None;
    for token in ty {
        match &token {
            TokenTree::Ident(name) if name == "Rc" => return Some(token),
            TokenTree::Ident(name) if (name == "const" || name == "mut") && star.is_some() => {
                return star;
            }
            TokenTree::Group(group) => {
                if let Some(found) = unmovable(group.stream()) {
                    return Some(found);
                }
            }
            _ => {}
        }
        star = matches!(&token, TokenTree::Punct(punct) if punct.as_char() == '*').then_some(token);
    }
    None
}

/// Returns `true` if the tokens name `name`.
pub(super) fn mentions(tokens: TokenStream, name: &Ident) -> bool {
    tokens.into_iter().any(|token| match token {
        TokenTree::Ident(ident) => ident == *name,
        TokenTree::Group(group) => mentions(group.stream(), name),
        _ => false,
    })
}
