//! The process: ports, Vars and parameters with their documentation.

use proc_macro2::{Literal, TokenStream};
use quote::{ToTokens, format_ident, quote};

use super::docs::{field_doc, neuron_doc};
use super::{Parts, doc, events};
use crate::item::{Range, Symbol, SymbolKind};

/// `#[process] pub struct AdEx<T> { … }`
pub(super) fn process(parts: &Parts<'_>) -> TokenStream {
    let neuron = parts.neuron;
    let (visibility, name, library) = (&neuron.visibility, &neuron.name, &parts.paths.library);
    let attribute = parts.attribute("process");
    let option = parts.paths.option.as_ref().map(|option| quote!((#option)));
    let others = neuron
        .attributes
        .iter()
        .filter(|attribute| !attribute.path().is_ident("doc"));
    let docs = neuron_doc(parts);
    let mut fields = TokenStream::new();
    for (index, name) in parts.inputs() {
        let (docs, unit) = (field_doc(&neuron.symbols[index]), port_unit(parts, index));
        fields.extend(quote!(#docs #unit #name: #library::InPort<T>,));
    }
    for port in parts.spike_ports() {
        let event = neuron
            .events
            .iter()
            .find(|event| event.port.as_ref() == Some(port));
        let written = event
            .map(|event| &event.docs)
            .filter(|docs| !docs.is_empty());
        let docs = match written {
            Some(docs) => quote!(#(#docs)*),
            None => doc("Spikes."),
        };
        fields.extend(quote!(#docs #port: #library::OutPort<#library::Spike>,));
    }
    for (index, name) in parts.outputs() {
        let (docs, unit) = (field_doc(&neuron.symbols[index]), port_unit(parts, index));
        fields.extend(quote!(#docs #unit #name: #library::OutPort<T>,));
    }
    for (index, name) in parts.states().chain(parts.parameters()) {
        let symbol = &neuron.symbols[index];
        let (docs, options) = (field_doc(symbol), var_options(parts, index, symbol));
        fields.extend(quote!(#docs #[var(#options)] #name: #library::Var<T>,));
    }
    for (index, name) in parts.tables() {
        let (docs, option) = (
            field_doc(&neuron.symbols[index]),
            table_option(parts, index),
        );
        fields.extend(quote!(#docs #option #name: #library::Param<#library::proc::LookupTable>,));
    }
    fields.extend(extra_fields(parts));
    quote! {
        #docs
        #(#others)*
        #[#attribute #option]
        #visibility struct #name<T: #library::proc::Real = f32> {
            #fields
        }
    }
}

/// `#[port(unit = …)]`
fn port_unit(parts: &Parts<'_>, index: usize) -> Option<TokenStream> {
    let unit = parts.scope.symbols[index].unit.as_ref()?;
    let ty = unit.as_type(&parts.paths.library);
    Some(quote!(#[port(unit = #ty)]))
}

/// The refractory period that is left, the seed, and the time step.
fn extra_fields(parts: &Parts<'_>) -> TokenStream {
    let library = &parts.paths.library;
    let mut fields = TokenStream::new();
    if parts.has_refractory() {
        let docs = doc("Remaining refractory period, in steps.");
        let name = format_ident!("refractory");
        fields.extend(quote!(#docs #[var(init = 0, range = 0..)] #name: #library::Var<i32>,));
    }
    if parts.is_random() {
        let docs = doc(
            "Seed of the random numbers; default: from the network's seed and the name of the process.",
        );
        let name = format_ident!("seed");
        fields.extend(quote! {
            #docs
            #[var(scalar, init = <#library::process::ProcessSeed as ::core::default::Default>::default())]
            #name: #library::Var<u64>,
        });
    }
    let docs = doc("Time step, in ms: that of the network.");
    let name = format_ident!("dt");
    let step = Literal::f64_unsuffixed(default_step(parts));
    fields.extend(quote! {
        #docs
        #[param(default = #library::process::TimeStep::network_or(#step * #library::units::ms), into)]
        #name: #library::Param<#library::process::TimeStep>,
    });
    fields.extend(events::parameter(parts));
    fields
}

/// The time step of `param dt: ms = …;`, or 0.1 ms.
fn default_step(parts: &Parts<'_>) -> f64 {
    let index = parts
        .scope
        .symbols
        .iter()
        .position(|symbol| symbol.name == "dt");
    let start = index.and_then(|index| parts.plan?.starts.get(&index));
    start.copied().filter(|step| *step > 0.0).unwrap_or(0.1)
}

fn var_options(parts: &Parts<'_>, index: usize, symbol: &Symbol) -> TokenStream {
    let start = parts.plan.and_then(|plan| plan.starts.get(&index));
    let range = match &symbol.kind {
        SymbolKind::Param { range, .. } => *range,
        _ => Range::Finite,
    };
    let range = match range {
        Range::Finite => quote!(finite),
        Range::Positive => quote!(range = T::POSITIVE),
        Range::NonNegative => quote!(range = T::NON_NEGATIVE),
    };
    // With a mistake somewhere, nothing need be given.
    let is_required =
        parts.plan.is_some() && matches!(symbol.kind, SymbolKind::Param { default: None, .. });
    let init = match start {
        Some(value) => number(*value),
        None if is_required => return quote!(shape = shape, #range),
        None => quote!(T::ZERO),
    };
    quote!(init = #init, #range)
}

/// `#[param(default = …)]`, if the table has points.
fn table_option(parts: &Parts<'_>, index: usize) -> Option<TokenStream> {
    let private = &parts.paths.private;
    let points = match parts.plan {
        Some(plan) => plan.tables.get(&index)?.as_slice(),
        // With a mistake somewhere, nothing need be given.
        None => &[(0.0, 0.0), (1.0, 0.0)],
    };
    let points = points.iter().map(|(x, y)| {
        let (x, y) = (literal(*x), literal(*y));
        quote!((#x, #y))
    });
    Some(quote!(#[param(default = #private::equations::table(&[#(#points),*]))]))
}

/// A number of the type `T`.
fn number(value: f64) -> TokenStream {
    if value == 0.0 {
        return quote!(T::ZERO);
    }
    let literal = literal(value);
    quote!(T::of(#literal))
}

fn literal(value: f64) -> TokenStream {
    let literal = Literal::f64_unsuffixed(value.abs()).to_token_stream();
    match value < 0.0 {
        true => quote!(-#literal),
        false => literal,
    }
}
