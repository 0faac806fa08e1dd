//! Rules that concern several parts of a model at once. What breaks one is left out of the model,
//! so that the compiler does not repeat the message.

use syn::Path;

use super::model::Model;
use crate::errors::Errors;
use crate::text::type_text;

/// Reports every broken rule and mends the model.
pub(crate) fn check(model: &mut Model, errors: &mut Errors) {
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
    if let Some(word) = &model.sub_model {
        if let Some(shardable) = model.shardable.take() {
            errors.at(
                shardable,
                "a `sub_model` is not cut itself, the processes inside it are; remove `shardable`",
            );
        }
        for field in model.fields.drain(..) {
            errors.at(
                &field.name,
                format_args!(
                    "a `{word}` binds no members; what it adds to the network in `build` stays there"
                ),
            );
        }
    }
    let mut seen: Vec<Path> = Vec::new();
    model.tags.retain(|tag| {
        let new = !seen.contains(tag);
        if new {
            seen.push(tag.clone());
        } else {
            errors.at(
                tag,
                format_args!("the tag `{}` is given twice", type_text(tag)),
            );
        }
        new
    });
}
