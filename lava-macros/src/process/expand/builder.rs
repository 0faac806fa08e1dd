//! The builder: one step for every required parameter, then a struct with a setter for each
//! optional one.

use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote};
use syn::ext::IdentExt;
use syn::{Attribute, GenericParam};

use super::quiet;
use super::steps::{Step, kept, kept_as, taken_as};
use crate::process::model::{Member, Process};
use crate::text::{article, camel};

pub(super) fn expand(process: &Process) -> TokenStream {
    let steps = Step::all(process);
    let mut tokens = start(process, &steps);
    for done in 1..steps.len() {
        tokens.extend(unfinished(process, &steps, done));
    }
    tokens.extend(finished(process, &steps));
    tokens
}

/// The struct that a step returns.
fn next_name(process: &Process, steps: &[Step], done: usize) -> Ident {
    match steps.get(done) {
        Some(next) => {
            let next = camel(&next.name.unraw().to_string());
            format_ident!("{}Without{}", process.name, next)
        }
        None => process.builder_name(),
    }
}

/// The expression that makes what step number `done` returns; `kept` is that step's own value.
fn next_value(process: &Process, steps: &[Step], done: usize) -> TokenStream {
    let name = next_name(process, steps, done);
    let earlier = steps[..done.saturating_sub(1)]
        .iter()
        .map(|step| &step.field);
    let own = steps[..done].last().map(|step| {
        let Step {
            name, field, kept, ..
        } = step;
        match *name == kept.to_string() {
            true => quote!(#field,),
            false => quote!(#field: #kept,),
        }
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
            let what = match parameter == "shape" {
                true => "of this shape".to_owned(),
                false => format!("from its `{parameter}`"),
            };
            let sentence = sentence(&match docs.is_empty() {
                true => format!("Starts building {} {what}.", article(name)),
                false => format!("Starts building {} {what}:", article(name)),
            });
            let blank = (!docs.is_empty()).then(|| quote!(#[doc = ""]));
            quote! {
                #sentence
                #blank
                #(#docs)*
                #[track_caller]
                #vis fn #parameter(#parameter: #taken_as) -> #next #ty_generics {
                    #value
                }
            }
        }
        None => {
            let sentence = sentence(&format!("Starts building {}.", article(name)));
            quote! {
                #sentence
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
    let about = format!(
        "A builder of `{}` that needs its `{name}` next.",
        process.name
    );
    let item = item(process, &this, &about, &quote!(#(#fields)*));
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
    let about = format!(
        "A builder of [`{}`], to be added to a network.",
        process.name
    );
    let item = item(
        process,
        &this,
        &about,
        &quote! {
            #(#required)*
            #(#given)*
            __name: ::core::option::Option<::std::string::String>,
        },
    );
    let setters: Vec<_> = optional(process)
        .map(|member| setter(process, member))
        .collect();
    if setters.is_empty() {
        return item;
    }
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
        #[track_caller]
        #vis fn #name(mut self, #name: #taken_as) -> Self {
            self.#name = ::core::option::Option::Some(#kept);
            self
        }
    }
}

/// The docs of a member, or a sentence where it has none.
fn docs_or(docs: &[Attribute], name: &Ident) -> TokenStream {
    match docs {
        [] => sentence(&format!("Sets `{name}`.")),
        docs => quote!(#(#docs)*),
    }
}

/// A line of documentation, spaced as the user's own lines are.
fn sentence(text: &str) -> TokenStream {
    let line = format!(" {text}");
    quote!(#[doc = #line])
}

/// A struct of the builder, generic as the process is.
fn item(process: &Process, name: &Ident, about: &str, fields: &TokenStream) -> TokenStream {
    let vis = &process.vis;
    let generics = &process.generics;
    let where_clause = &generics.where_clause;
    let types = generics.params.iter().filter_map(|param| match param {
        GenericParam::Type(param) => Some(&param.ident),
        _ => None,
    });
    let quiet = quiet();
    let about = sentence(about);
    quote! {
        #about
        #[must_use = "a builder does nothing until it is added to a network"]
        #quiet
        #vis struct #name #generics #where_clause {
            #fields
            __types: ::core::marker::PhantomData<fn() -> (#(#types,)*)>,
        }
    }
}
