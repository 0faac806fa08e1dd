//! Documentation of builder methods: a line about each parameter, made from its options.

use proc_macro2::TokenStream;
use quote::quote;

use crate::process::model::{Extents, Kind, Member};
use crate::text::{expression_text, type_text};

/// A line of documentation, spaced as the user's own lines are.
pub(super) fn sentence(text: &str) -> TokenStream {
    let line = format!(" {text}");
    quote!(#[doc = #line])
}

/// The line about the shape of the population.
pub(super) fn about_population() -> String {
    "Shape of the population: its extents, `[3]` or `[3, 4]`. Required.".to_owned()
}

/// `` Default: `0.0`. Finite. One `f32`, or one per neuron. ``
pub(super) fn about_parameter(member: &Member) -> String {
    let options = &member.options;
    let default = options.init.as_ref().or(options.default.as_ref());
    let mut parts = vec![match default {
        Some(default) => format!("Default: `{}`.", expression_text(default)),
        None => "Required.".to_owned(),
    }];
    if let Some(range) = &options.range {
        parts.push(format!("Range: `{}`.", expression_text(range)));
    }
    if options.finite {
        parts.push("Finite.".to_owned());
    }
    parts.push(format!("{}.", extents(member)));
    parts.join(" ")
}

/// The type and number of values.
fn extents(member: &Member) -> String {
    let element = type_text(&member.element);
    if member.kind == Kind::Param {
        return format!("A `{element}`");
    }
    match member.extents() {
        Extents::Population => format!("One `{element}`, or one per neuron"),
        Extents::Given(shape) => {
            let shape = expression_text(shape);
            format!("One `{element}`, or an array of shape `{shape}`")
        }
        Extents::Inferred => format!("One `{element}`, or an array of the shape of the default"),
        Extents::Type => match &member.shape_written {
            Some(shape) => format!(
                "One `{element}`, or an array of shape `{}`",
                type_text(shape)
            ),
            None => format!("One `{element}`"),
        },
        Extents::Value => match &member.options.rank {
            Some(rank) => format!("An array of `{element}` with {rank} axes"),
            None => format!("One `{element}`, or an array of any shape"),
        },
    }
}
