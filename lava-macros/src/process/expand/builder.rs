//! The builder: a struct whose type parameters say which required parameters were given, with a
//! method for every parameter, in any order.

use proc_macro2::{Ident, TokenStream};
use quote::{ToTokens, format_ident, quote};
use syn::{Attribute, GenericParam, Generics, Type, parse_quote};

use super::docs::{about_parameter, about_population, sentence};
use super::quiet;
use crate::process::model::{Kind, Member, Process};
use crate::text::article;

/// A required parameter: the shape of the population, or a member.
struct Required<'a> {
    process: &'a Process,
    /// `None` is the shape of the population.
    member: Option<&'a Member>,
}

/// The shape of the population first, then the members in the order of their declaration.
fn required(process: &Process) -> Vec<Required<'_>> {
    let population = process.has_population().then_some(None);
    let members = process.required().map(Some);
    population
        .into_iter()
        .chain(members)
        .map(|member| Required { process, member })
        .collect()
}

impl Required<'_> {
    fn name(&self) -> Ident {
        match self.member {
            Some(member) => member.name.clone(),
            None => format_ident!("shape"),
        }
    }

    /// The type that says that the parameter is missing.
    fn missing(&self) -> TokenStream {
        let (library, name) = (self.process.library.path(), &self.process.name);
        match self.member {
            Some(member) => format_ident!("{name}Without_{}", member.text()).into_token_stream(),
            None => quote!(#library::WithoutShape),
        }
    }

    /// The trait of the type that says that the parameter was given.
    fn given(&self) -> TokenStream {
        let (library, name) = (self.process.library.path(), &self.process.name);
        match self.member {
            Some(member) => format_ident!("{name}With_{}", member.text()).into_token_stream(),
            None => quote!(#library::WithShape),
        }
    }

    /// The types that say that a member is missing or was given.
    fn states(&self) -> Option<TokenStream> {
        let (Process { vis, name, .. }, text) = (self.process, self.member?.text());
        let (missing, given) = (self.missing(), self.given());
        let message = format!("a builder of `{name}` lacks `{text}`, which has no default [E3205]");
        let label = format!("`{text}` is missing");
        let note = format!("give it: `.{text}(…)`");
        Some(quote! {
            #[doc(hidden)]
            #[allow(non_camel_case_types)]
            #vis enum #missing {}

            #[doc(hidden)]
            #[allow(non_camel_case_types)]
            #[diagnostic::on_unimplemented(message = #message, label = #label, note = #note)]
            #vis trait #given {}
        })
    }

    /// The type of the argument.
    fn argument(&self) -> TokenStream {
        match self.member {
            Some(member) => argument(self.process, member),
            None => {
                let (library, shape) = (self.process.library.path(), self.population());
                quote!(impl #library::IntoShape<#shape>)
            }
        }
    }

    /// The call that keeps the value.
    fn keep(&self) -> TokenStream {
        match self.member {
            Some(member) => keep(self.process, member),
            None => {
                let shape = self.population();
                quote!(shape::<#shape, _>(shape))
            }
        }
    }

    /// The shape type of the population.
    fn population(&self) -> TokenStream {
        let library = self.process.library.path();
        match self.process.population_parameter() {
            Some(parameter) => quote!(#parameter),
            None => quote!(#library::Dyn),
        }
    }

    fn docs(&self) -> TokenStream {
        match self.member {
            Some(member) => parameter_docs(member),
            None => {
                let about = sentence(&about_population());
                quote!(#about)
            }
        }
    }
}

/// The payload parameter whose messages have the elements of a Var: `M` of `Var<M::Record>`. What
/// gives such a Var must not decide `M`, or a mistake would be one of two types that differ.
fn record_of<'a>(process: &'a Process, member: &'a Member) -> Option<&'a Ident> {
    let Type::Path(element) = &member.element else {
        return None;
    };
    let mut segments = element.path.segments.iter();
    let (payload, record) = (segments.next()?, segments.next()?);
    let mut params = process.generics.type_params();
    let is_record = member.kind == Kind::Var
        && segments.next().is_none()
        && record.ident == "Record"
        && params.any(|param| param.ident == payload.ident);
    is_record.then_some(&payload.ident)
}

/// The parameters and the bounds of a method that takes a member.
fn bounds(process: &Process, member: Option<&Member>) -> (TokenStream, TokenStream) {
    let library = process.library.path();
    match member.and_then(|member| record_of(process, member)) {
        Some(payload) => (
            quote!(<__Value>),
            quote!(where #payload: #library::TakesRecords<__Value>),
        ),
        None => Default::default(),
    }
}

/// The type of the argument that gives a member.
fn argument(process: &Process, member: &Member) -> TokenStream {
    let (library, element) = (process.library.path(), &member.element);
    match member.kind {
        Kind::Var if record_of(process, member).is_some() => quote!(__Value),
        Kind::Var => quote!(impl #library::IntoInit<#element>),
        Kind::Param if member.options.into => match &member.options.into_trait {
            Some(converts) => quote!(impl #converts),
            None => quote!(impl ::core::convert::Into<#element>),
        },
        _ => quote!(#element),
    }
}

/// The call that keeps the value of a member.
fn keep(process: &Process, member: &Member) -> TokenStream {
    let (name, element, text) = (&member.name, &member.element, member.text());
    if let Some(payload) = record_of(process, member) {
        let library = process.library.path();
        let init = quote!(<#payload as #library::TakesRecords<__Value>>::init(#name));
        return quote!(var::<#element, _>(#text, #init));
    }
    match member.kind {
        Kind::Var => quote!(var::<#element, _>(#text, #name)),
        Kind::Param if member.options.into => {
            quote!(param::<#element, _>(#text, ::core::convert::Into::into(#name)))
        }
        _ => quote!(param(#text, #name)),
    }
}

/// The struct, and the states of each required member.
pub(super) fn items(process: &Process) -> TokenStream {
    let Process { vis, name, .. } = process;
    let library = process.library.path();
    let required = required(process);
    let builder = process.builder_name();
    let mut generics = process.generics.clone();
    let states = states(&required);
    for state in &states {
        generics.params.push(parse_quote!(#state = #library::Given));
    }
    let where_clause = &generics.where_clause;
    let types = generics.params.iter().filter_map(|param| match param {
        GenericParam::Type(param) => Some(&param.ident),
        _ => None,
    });
    let about = sentence(&format!(
        "A builder of [`{name}`], to be added to a network."
    ));
    let quiet = quiet();
    let states = required.iter().filter_map(Required::states);
    quote! {
        #about
        #[must_use = "a builder does nothing until it is added to a network"]
        #quiet
        #vis struct #builder #generics(#library::BuilderValues<(#(#types,)*)>) #where_clause;

        #(#states)*
    }
}

/// The type parameters of the required parameters.
fn states(required: &[Required<'_>]) -> Vec<Ident> {
    (0..required.len())
        .map(|index| format_ident!("__S{index}"))
        .collect()
}

/// The methods. They are not in the anonymous constant, which the compiler would name in messages.
pub(super) fn methods(process: &Process) -> TokenStream {
    let required = required(process);
    let start = start(process, &required);
    let steps = (0..required.len()).map(|index| step(process, &required, index));
    let setters = setters(process, &required);
    quote! {
        #start
        #(#steps)*
        #setters
    }
}

/// The builder with these types for its states.
fn builder_type(process: &Process, states: &[TokenStream]) -> TokenStream {
    let builder = process.builder_name();
    let params = process.generics.params.iter();
    let own = params.filter_map(|param| match param {
        GenericParam::Type(param) => Some(&param.ident),
        GenericParam::Const(param) => Some(&param.ident),
        GenericParam::Lifetime(_) => None,
    });
    let own = own.map(ToTokens::to_token_stream);
    let arguments: Vec<_> = own.chain(states.iter().cloned()).collect();
    match arguments.is_empty() {
        true => quote!(#builder),
        false => quote!(#builder<#(#arguments),*>),
    }
}

/// The process's parameters and these for states.
fn with_states(process: &Process, states: &[Ident]) -> Generics {
    let mut generics = process.generics.clone();
    for state in states {
        generics.params.push(parse_quote!(#state));
    }
    generics
}

/// The functions on the process that start building one: `builder`, and one with the name of the
/// first required parameter, or `new`.
fn start(process: &Process, required: &[Required<'_>]) -> TokenStream {
    let Process {
        vis,
        name,
        generics,
        ..
    } = process;
    let library = process.library.path();
    let (impl_generics, ty_generics, where_clause) = generics.split_for_impl();
    let quiet = quiet();
    let builder = process.builder_name();
    let all_missing: Vec<_> = required.iter().map(Required::missing).collect();
    let empty = builder_type(process, &all_missing);
    let mut after = all_missing.clone();
    let short = match required.first() {
        Some(first) => {
            let (parameter, argument) = (first.name(), first.argument());
            after[0] = quote!(#library::Given);
            let what = match first.member {
                None => "of this shape".to_owned(),
                Some(_) => format!("from its `{parameter}`"),
            };
            let about = sentence(&format!("Starts building {} {what}.", article(name)));
            let docs = first.docs();
            let next = builder_type(process, &after);
            let (parameters, bounds) = bounds(process, first.member);
            quote! {
                #about
                #[doc = ""]
                #docs
                #[track_caller]
                #vis fn #parameter #parameters (#parameter: #argument) -> #next #bounds {
                    Self::builder().#parameter(#parameter)
                }
            }
        }
        None => {
            let about = sentence(&format!("Starts building {}.", article(name)));
            quote! {
                #about
                #[allow(clippy::new_ret_no_self)]
                #vis fn new() -> #empty {
                    Self::builder()
                }
            }
        }
    };
    let about = sentence(&match required {
        [] => format!("Starts building {}.", article(name)),
        [one] => format!(
            "Starts building {}; give its `{}` next.",
            article(name),
            one.name()
        ),
        some => {
            let names: Vec<_> = some.iter().map(|one| format!("`{}`", one.name())).collect();
            let names = names.join(", ");
            format!(
                "Starts building {}; give its {names} next, in any order.",
                article(name)
            )
        }
    });
    quote! {
        #quiet
        impl #impl_generics #name #ty_generics #where_clause {
            #short

            #about
            #vis fn builder() -> #empty {
                #builder(#library::BuilderValues::new())
            }
        }
    }
}

/// The method that takes a required parameter, on a builder that lacks it.
fn step(process: &Process, required: &[Required<'_>], index: usize) -> TokenStream {
    let (library, vis) = (process.library.path(), &process.vis);
    let this = &required[index];
    let states = states(required);
    let others: Vec<_> = states
        .iter()
        .enumerate()
        .filter(|(other, _)| *other != index)
        .map(|(_, state)| state.clone())
        .collect();
    let generics = with_states(process, &others);
    let (impl_generics, _, where_clause) = generics.split_for_impl();
    let mut arguments: Vec<_> = states.iter().map(ToTokens::to_token_stream).collect();
    arguments[index] = this.missing();
    let before = builder_type(process, &arguments);
    arguments[index] = quote!(#library::Given);
    let after = builder_type(process, &arguments);
    let (builder, quiet) = (process.builder_name(), quiet());
    let (name, argument, keep, docs) = (this.name(), this.argument(), this.keep(), this.docs());
    let (parameters, bounds) = bounds(process, this.member);
    quote! {
        #quiet
        impl #impl_generics #before #where_clause {
            #docs
            #[track_caller]
            #vis fn #name #parameters (self, #name: #argument) -> #after #bounds {
                #builder(self.0.#keep)
            }
        }
    }
}

/// The methods for the optional parameters.
fn setters(process: &Process, required: &[Required<'_>]) -> TokenStream {
    let optional = process
        .members
        .iter()
        .filter(|member| member.is_set() && !member.is_required());
    let setters: Vec<_> = optional.map(|member| setter(process, member)).collect();
    if setters.is_empty() {
        return TokenStream::new();
    }
    let states = states(required);
    let generics = with_states(process, &states);
    let (impl_generics, _, where_clause) = generics.split_for_impl();
    let states: Vec<_> = states.iter().map(ToTokens::to_token_stream).collect();
    let this = builder_type(process, &states);
    let quiet = quiet();
    quote! {
        #quiet
        #[allow(clippy::should_implement_trait, clippy::wrong_self_convention)]
        impl #impl_generics #this #where_clause {
            #(#setters)*
        }
    }
}

fn setter(process: &Process, member: &Member) -> TokenStream {
    let Member { vis, name, .. } = member;
    let (argument, keep) = (argument(process, member), keep(process, member));
    let (parameters, bounds) = bounds(process, Some(member));
    let docs = parameter_docs(member);
    quote! {
        #docs
        #[track_caller]
        #vis fn #name #parameters (self, #name: #argument) -> Self #bounds {
            Self(self.0.#keep)
        }
    }
}

/// The docs of a member, and what it takes.
fn parameter_docs(member: &Member) -> TokenStream {
    let mut docs: Vec<Attribute> = member.docs().cloned().collect();
    if docs.is_empty() {
        let line = sentence(&format!("Sets `{}`.", member.text()));
        docs.push(parse_quote!(#line));
    }
    let about = sentence(&about_parameter(member));
    quote! {
        #(#docs)*
        #[doc = ""]
        #about
    }
}

/// The trait by which a network takes a builder that has everything it must be given.
pub(super) fn impls(process: &Process) -> TokenStream {
    let Process {
        library,
        name,
        generics,
        ..
    } = process;
    let required = required(process);
    let states = states(&required);
    let all = with_states(process, &states);
    let given = required.iter().map(Required::given);
    let bounds = states.iter().zip(given);
    let bounds = bounds.map(|(state, given)| quote!(#state: #given));
    let mut bounded = all.clone();
    let predicates = &mut bounded.make_where_clause().predicates;
    predicates.extend(bounds.map(|bound| -> syn::WherePredicate { parse_quote!(#bound) }));
    let members = required.iter().filter(|required| required.member.is_some());
    let given = members.map(Required::given);
    let (_, ty_generics, _) = generics.split_for_impl();
    let (impl_generics, _, where_clause) = bounded.split_for_impl();
    let states: Vec<_> = states.iter().map(ToTokens::to_token_stream).collect();
    let builder = builder_type(process, &states);
    quote! {
        #(impl #given for #library::Given {})*

        #[automatically_derived]
        impl #impl_generics #library::ProcessBuilder for #builder #where_clause {
            type Process = #name #ty_generics;
            type Choice = #library::Choice;

            fn values(&mut self) -> &mut #library::GivenValues {
                &mut self.0
            }
        }
    }
}
