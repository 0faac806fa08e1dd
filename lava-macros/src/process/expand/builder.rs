//! The builder: one step for every required parameter, then a struct with a setter for each
//! optional one.

use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote};
use syn::{GenericParam, Visibility};

use super::quiet;
use crate::process::model::{Kind, Member, Process};
use crate::text::camel;

pub(super) fn expand(process: &Process) -> TokenStream {
    let steps = Step::all(process);
    let mut tokens = start(process, &steps);
    for done in 1..steps.len() {
        tokens.extend(unfinished(process, &steps, done));
    }
    tokens.extend(finished(process, &steps));
    tokens
}

/// One required parameter: how it is taken and how it is kept.
struct Step {
    name: Ident,
    field: Ident,
    taken_as: TokenStream,
    kept_as: TokenStream,
    kept: TokenStream,
    docs: Vec<syn::Attribute>,
}

impl Step {
    /// The shape of the population first, then the members in the order of their declaration.
    fn all(process: &Process) -> Vec<Step> {
        let population = process
            .has_population()
            .then(|| Step::population(process));
        let members = process.required().map(|member| Step::member(process, member));
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

fn taken_as(process: &Process, member: &Member) -> TokenStream {
    let (library, element) = (&process.library, &member.element);
    match member.kind {
        Kind::Var => quote!(impl #library::IntoInit<#element>),
        _ => quote!(#element),
    }
}

fn kept_as(process: &Process, member: &Member) -> TokenStream {
    let (library, element) = (&process.library, &member.element);
    match member.kind {
        Kind::Var => quote!(#library::Init<#element>),
        _ => quote!(#element),
    }
}

fn kept(process: &Process, member: &Member) -> TokenStream {
    let (library, name) = (&process.library, &member.name);
    match member.kind {
        Kind::Var => quote!(#library::Init::new(#name)),
        _ => quote!(#name),
    }
}

/// The struct that a step returns, and the docs that it needs.
fn next_name(process: &Process, steps: &[Step], done: usize) -> Ident {
    match steps.get(done) {
        Some(next) => {
            let next = camel(&syn::ext::IdentExt::unraw(&next.name).to_string());
            format_ident!("{}Without{}", process.name, next)
        }
        None => process.builder_name(),
    }
}

/// The expression that makes what step number `done` returns; `kept` is that step's own value.
fn next_value(process: &Process, steps: &[Step], done: usize) -> TokenStream {
    let name = next_name(process, steps, done);
    let earlier = steps[..done.saturating_sub(1)].iter().map(|step| &step.field);
    let own = steps[..done].last().map(|step| {
        let (field, kept) = (&step.field, &step.kept);
        quote!(#field: #kept,)
    });
    let optional = (done == steps.len()).then(|| {
        let none = optional(process).map(|member| {
            let name = &member.name;
            quote!(#name: ::core::option::Option::None,)
        });
        quote!(#(#none)* __name: ::core::option::Option::None,)
    });
    quote! {
        #name {
            #(#earlier: self.#earlier,)*
            #own
            #optional
            __types: ::core::marker::PhantomData,
        }
    }
}

fn optional(process: &Process) -> impl Iterator<Item = &Member> {
    process
        .members
        .iter()
        .filter(|member| member.is_set() && !member.is_required())
}

/// The function on the process that starts building one.
fn start(process: &Process, steps: &[Step]) -> TokenStream {
    let Process {
        vis,
        name,
        generics,
        ..
    } = process;
    let (impl_generics, ty_generics, where_clause) = generics.split_for_impl();
    let quiet = quiet();
    let next = next_name(process, steps, usize::from(!steps.is_empty()));
    let value = next_value(process, steps, usize::from(!steps.is_empty()));
    let function = match steps.first() {
        Some(step) => {
            let Step {
                name: parameter,
                taken_as,
                docs,
                ..
            } = step;
            let sentence = match &step.docs[..] {
                [] if parameter == "shape" => format!("Starts building a `{name}` of this shape."),
                [] => format!("Starts building a `{name}` with this `{parameter}`."),
                _ => format!("Starts building a `{name}` with this `{parameter}`:"),
            };
            quote! {
                #[doc = #sentence]
                #[doc = ""]
                #(#docs)*
                #[track_caller]
                #vis fn #parameter(#parameter: #taken_as) -> #next #ty_generics {
                    #value
                }
            }
        }
        None => {
            let sentence = format!("Starts building a `{name}`.");
            quote! {
                #[doc = #sentence]
                #[allow(clippy::new_ret_no_self)]
                #vis fn new() -> #next #ty_generics {
                    #value
                }
            }
        }
    };
    quote! {
        #quiet
        impl #impl_generics #name #ty_generics #where_clause {
            #function
        }
    }
}

/// A builder that still lacks a required parameter: its only method takes it.
fn unfinished(process: &Process, steps: &[Step], done: usize) -> TokenStream {
    let vis = &process.vis;
    let (impl_generics, ty_generics, where_clause) = process.generics.split_for_impl();
    let quiet = quiet();
    let this = next_name(process, steps, done);
    let next = next_name(process, steps, done + 1);
    let Step {
        name,
        taken_as,
        docs,
        ..
    } = &steps[done];
    let value = next_value(process, steps, done + 1);
    let fields = steps[..done].iter().map(|step| {
        let (field, kept_as) = (&step.field, &step.kept_as);
        quote!(#field: #kept_as,)
    });
    let about = format!("A `{}` under construction that needs its `{name}` next.", process.name);
    let item = item(process, &this, &about, quote!(#(#fields)*));
    let docs = docs_or(docs, name);
    quote! {
        #item

        #quiet
        impl #impl_generics #this #ty_generics #where_clause {
            #docs
            #[track_caller]
            #vis fn #name(self, #name: #taken_as) -> #next #ty_generics {
                #value
            }
        }
    }
}

/// The builder proper, which has everything that it must be given.
fn finished(process: &Process, steps: &[Step]) -> TokenStream {
    let (impl_generics, ty_generics, where_clause) = process.generics.split_for_impl();
    let quiet = quiet();
    let this = process.builder_name();
    let required = steps.iter().map(|step| {
        let (field, kept_as) = (&step.field, &step.kept_as);
        quote!(#field: #kept_as,)
    });
    let given = optional(process).map(|member| {
        let (name, kept_as) = (&member.name, kept_as(process, member));
        quote!(#name: ::core::option::Option<#kept_as>,)
    });
    let about = format!("Builds a [`{}`]: give it to a network.", process.name);
    let item = item(
        process,
        &this,
        &about,
        quote! {
            #(#required)*
            #(#given)*
            __name: ::core::option::Option<::std::string::String>,
        },
    );
    let setters = optional(process).map(|member| setter(process, member));
    quote! {
        #item

        #quiet
        #[allow(clippy::should_implement_trait, clippy::wrong_self_convention)]
        impl #impl_generics #this #ty_generics #where_clause {
            #(#setters)*
        }
    }
}

fn setter(process: &Process, member: &Member) -> TokenStream {
    let Member { vis, name, .. } = member;
    let taken_as = taken_as(process, member);
    let kept = kept(process, member);
    let docs: Vec<_> = member.docs().cloned().collect();
    let docs = docs_or(&docs, name);
    quote! {
        #docs
        #[must_use]
        #[track_caller]
        #vis fn #name(mut self, #name: #taken_as) -> Self {
            self.#name = ::core::option::Option::Some(#kept);
            self
        }
    }
}

/// The docs of a member, or a sentence where it has none.
fn docs_or(docs: &[syn::Attribute], name: &Ident) -> TokenStream {
    match docs {
        [] => {
            let sentence = format!("Sets `{name}`.");
            quote!(#[doc = #sentence])
        }
        docs => quote!(#(#docs)*),
    }
}

/// A struct of the builder, generic as the process is.
fn item(process: &Process, name: &Ident, about: &str, fields: TokenStream) -> TokenStream {
    let vis: &Visibility = &process.vis;
    let generics = &process.generics;
    let where_clause = &generics.where_clause;
    let types = generics.params.iter().filter_map(|param| match param {
        GenericParam::Type(param) => Some(&param.ident),
        _ => None,
    });
    let quiet = quiet();
    quote! {
        #[doc = #about]
        #[must_use = "a builder does nothing until it is added to a network"]
        #quiet
        #vis struct #name #generics #where_clause {
            #fields
            __types: ::core::marker::PhantomData<fn() -> (#(#types,)*)>,
        }
    }
}
