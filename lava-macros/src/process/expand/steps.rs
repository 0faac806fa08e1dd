//! What the builder must be given, one step after the other.

use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote};
use syn::Attribute;

use crate::process::model::{Kind, Member, Process};

/// One required parameter: how it is taken and how it is kept.
pub(super) struct Step {
    pub(super) name: Ident,
    pub(super) field: Ident,
    pub(super) taken_as: TokenStream,
    pub(super) kept_as: TokenStream,
    pub(super) kept: TokenStream,
    pub(super) docs: Vec<Attribute>,
}

impl Step {
    /// The shape of the population first, then the members in the order of their declaration.
    pub(super) fn all(process: &Process) -> Vec<Step> {
        let population = process.has_population().then(|| Step::population(process));
        let members = process
            .required()
            .map(|member| Step::member(process, member));
        population.into_iter().chain(members).collect()
    }

    fn population(process: &Process) -> Step {
        let library = &process.library;
        let parameter = match process.population_parameter() {
            Some(parameter) => quote!(#parameter),
            None => quote!(#library::Dyn),
        };
        let name = format_ident!("shape");
        Step {
            taken_as: quote!(impl #library::IntoShape<#parameter>),
            kept_as: quote!(#library::Dims),
            kept: quote!(#library::IntoShape::<#parameter>::into_dims(#name)),
            field: format_ident!("__shape"),
            name,
            docs: Vec::new(),
        }
    }

    fn member(process: &Process, member: &Member) -> Step {
        Step {
            name: member.name.clone(),
            field: member.name.clone(),
            taken_as: taken_as(process, member),
            kept_as: kept_as(process, member),
            kept: kept(process, member),
            docs: member.docs().cloned().collect(),
        }
    }
}

pub(super) fn taken_as(process: &Process, member: &Member) -> TokenStream {
    let (library, element) = (&process.library, &member.element);
    match member.kind {
        Kind::Var => quote!(impl #library::IntoInit<#element>),
        _ => quote!(#element),
    }
}

pub(super) fn kept_as(process: &Process, member: &Member) -> TokenStream {
    let (library, element) = (&process.library, &member.element);
    match member.kind {
        Kind::Var => quote!(#library::Init<#element>),
        _ => quote!(#element),
    }
}

pub(super) fn kept(process: &Process, member: &Member) -> TokenStream {
    let (library, name) = (&process.library, &member.name);
    match member.kind {
        Kind::Var => quote!(#library::Init::new(#name)),
        _ => quote!(#name),
    }
}
