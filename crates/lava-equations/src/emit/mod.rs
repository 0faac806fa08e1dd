//! A neuron → the code that a person would have written: a process by `#[process]`, its model by
//! `#[implements]`.

pub(crate) mod docs;
mod events;
mod kernel;
mod model;
mod process;
mod sleep;
pub(crate) mod value;

use proc_macro2::{Ident, TokenStream};
use quote::{ToTokens, format_ident, quote};

use crate::item::{Neuron, SymbolKind};
use crate::plan::Plan;
use crate::scope::Scope;
pub(crate) use value::driven;

/// Paths to the library.
#[derive(Debug)]
pub struct Paths {
    /// The crate, `::lava`.
    pub library: TokenStream,
    /// The module of what only macros name.
    pub private: TokenStream,
    /// `crate = path`, if the declaration has it.
    pub option: Option<TokenStream>,
}

/// The code of a neuron; without a plan, of one with a mistake, whose model does nothing.
pub(crate) fn emit(
    scope: &Scope<'_>,
    neuron: &Neuron,
    plan: Option<&Plan>,
    paths: &Paths,
) -> TokenStream {
    let parts = Parts {
        scope,
        neuron,
        plan,
        paths,
    };
    let process = process::process(&parts);
    let model = model::model(&parts);
    quote!(#process #model)
}

/// The sources of the generated code.
struct Parts<'a> {
    scope: &'a Scope<'a>,
    neuron: &'a Neuron,
    plan: Option<&'a Plan>,
    paths: &'a Paths,
}

impl Parts<'_> {
    fn name(&self) -> &Ident {
        &self.neuron.name
    }

    fn model_name(&self) -> Ident {
        format_ident!("{}Model", self.name())
    }

    /// The ports of spikes.
    fn spike_ports(&self) -> Vec<&Ident> {
        let events = self.neuron.events.iter();
        let mut ports: Vec<&Ident> = Vec::new();
        for port in events.filter_map(|event| event.port.as_ref()) {
            let is_free = self.scope.index(port).is_none();
            if is_free && !ports.contains(&port) {
                ports.push(port);
            }
        }
        ports
    }

    fn has_refractory(&self) -> bool {
        self.neuron.refractory.is_some()
    }

    fn is_random(&self) -> bool {
        let by_rate = self.plan.is_some_and(|plan| plan.uniforms > 0);
        by_rate || !self.scope.noises.is_empty()
    }

    /// The declared parameters, without the time step.
    fn parameters(&self) -> impl Iterator<Item = (usize, &Ident)> {
        self.symbols(|kind| matches!(kind, SymbolKind::Param { .. }))
            .filter(|(_, name)| *name != "dt")
    }

    fn tables(&self) -> impl Iterator<Item = (usize, &Ident)> {
        self.symbols(|kind| matches!(kind, SymbolKind::Table(_)))
    }

    fn inputs(&self) -> impl Iterator<Item = (usize, &Ident)> {
        self.symbols(|kind| matches!(kind, SymbolKind::Input(_)))
    }

    fn states(&self) -> impl Iterator<Item = (usize, &Ident)> {
        self.symbols(|kind| matches!(kind, SymbolKind::State { .. }))
    }

    fn outputs(&self) -> impl Iterator<Item = (usize, &Ident)> {
        self.symbols(|kind| matches!(kind, SymbolKind::Output(_)))
    }

    fn symbols(&self, is: fn(&SymbolKind) -> bool) -> impl Iterator<Item = (usize, &Ident)> {
        let symbols = self.scope.symbols.iter().enumerate();
        // One declared twice is the first.
        symbols
            .filter(move |(index, symbol)| {
                is(&symbol.kind) && self.scope.index(&symbol.name) == Some(*index)
            })
            .map(|(index, symbol)| (index, &symbol.name))
    }

    /// The attribute with the crate's path, if one is given.
    fn attribute(&self, name: &str) -> TokenStream {
        let library = &self.paths.library;
        let name = format_ident!("{name}");
        quote!(#library::#name)
    }
}

/// `#[doc = …]` for each line.
pub(crate) fn doc(lines: &str) -> TokenStream {
    lines
        .lines()
        .map(|line| {
            let line = match line.is_empty() {
                true => String::new(),
                false => format!(" {line}"),
            };
            quote!(#[doc = #line]).into_token_stream()
        })
        .collect()
}
