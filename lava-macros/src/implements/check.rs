//! Rules that concern several parts of a model at once. Nothing is changed here; what to leave out,
//! so that the compiler does not repeat a message, is for [`fallback`](crate::fallback).

use syn::Path;

use super::model::Model;
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
