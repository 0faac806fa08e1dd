//! The spike phase: a loop over the neurons of each block, without branches, in which the compiler
//! finds vectors.

mod block;
mod idle;
mod neuron;

use std::collections::HashMap;

use proc_macro2::{Ident, TokenStream};
use quote::quote;

use super::Parts;
use super::model::fired;
use super::value::{Outside, Precision, Writer, own};
use crate::graph::{Id, Leaf};
use crate::plan::Plan;

pub(super) struct Kernel<'a> {
    pub(super) parts: &'a Parts<'a>,
    plan: &'a Plan,
    outside: Outside,
    roots: Vec<Id>,
}

impl<'a> Kernel<'a> {
    pub(super) fn new(parts: &'a Parts<'a>, plan: &'a Plan) -> Kernel<'a> {
        let mut roots: Vec<Id> = plan.states.iter().map(|(_, id)| *id).collect();
        roots.extend(plan.spikes.iter().map(|(_, id)| *id));
        roots.extend(plan.outputs.iter().map(|(_, id)| *id));
        Kernel {
            outside: Outside::of(&plan.graph, &roots, &plan.driven),
            parts,
            plan,
            roots,
        }
    }

    /// The coefficients of each neuron.
    pub(super) fn coefficients(&self) -> &[Id] {
        &self.outside.coefficients
    }

    pub(super) fn uses(&self, leaf: Leaf) -> bool {
        let mut roots = self.roots.iter();
        roots.any(|id| self.plan.graph.depends(*id, &|other| other == leaf))
    }

    fn name(&self, symbol: usize) -> &'a Ident {
        &self.parts.scope.symbols[symbol].name
    }

    /// The body of `run_spk`: the loop over neurons as a function, and its call for each block.
    pub(super) fn run(&self) -> TokenStream {
        let (start, len) = (own("start"), own("len"));
        let before = self.before();
        let (slices, driven) = (self.slices(), self.driven());
        let ((function, call), idle) = (self.function(), self.idle());
        let spikes = self.parts.spike_ports().into_iter().map(spikes_name);
        let (after, ends) = (self.after(), self.ends());
        let (begin_events, end_events) = (self.begin_events(), self.end_events());
        let (_, first) = self.parts.states().next().expect("a neuron has a variable");
        let (list, next) = match self.sleeps() {
            true => self.awake_blocks(first),
            false => (
                TokenStream::new(),
                quote!(for (#start, #len) in blocks(self.#first.len())),
            ),
        };
        let (look_before, look_after) = self.looks();
        quote! {
            #function
            #begin_events
            #before
            #list
            #next {
                #look_before
                #slices
                #driven
                #idle
                #(let mut #spikes = [false; BLOCK];)*
                #call
                #after
                #look_after
            }
            #end_events
            #ends
        }
    }

    /// Messages, numbers that are the same for all neurons, and lists to fill.
    fn before(&self) -> TokenStream {
        let nodes = self.of_step();
        let tables = self.tables(&nodes).into_iter();
        let mut before = self.is_uniform();
        before.extend(tables.map(|name| quote!(let #name = &self.#name;)));
        let (dt, t) = (own("dt"), own("t"));
        if !self.outside.uniform.is_empty() {
            let mut roots = self.outside.uniform.iter();
            let graph = &self.plan.graph;
            if roots
                .clone()
                .any(|id| graph.depends(*id, &|leaf| leaf == Leaf::Step))
            {
                before.extend(quote!(let #dt = self.dt;));
            }
            if roots.any(|id| graph.depends(*id, &|leaf| leaf == Leaf::Time)) {
                before.extend(quote!(let #t = (self.context.time_step() - 1) as f64 * self.dt;));
            }
            before.extend(self.uniform());
        }
        for (index, name) in self.parts.inputs() {
            if self.drives(index) || self.feeds_idle(index) {
                let connected = connected_name(name);
                before.extend(quote!(let #connected = self.#name.is_connected();));
            }
            let mutable = self.uses(Leaf::Input(index)).then(|| quote!(mut));
            before.extend(quote!(let #mutable #name = self.#name.recv_blocks();));
        }
        for (_, name) in self.parts.outputs() {
            before.extend(quote!(let #name = self.#name.accumulate()?;));
        }
        if self.parts.is_random() {
            let random = own("random");
            before.extend(quote!(let #random = StepRandom::new(self.seed, &self.context);));
        }
        for port in self.parts.spike_ports() {
            let fired = fired(port);
            before.extend(quote!(self.#fired.clear();));
        }
        before
    }

    fn uniform(&self) -> TokenStream {
        let writer = Writer {
            graph: &self.plan.graph,
            scope: self.parts.scope,
            precision: Precision::Double,
            named: HashMap::new(),
        };
        let lines = self.outside.uniform.iter().enumerate().map(|(index, id)| {
            let (name, value) = (uniform_name(index), writer.write(*id));
            quote!(let #name = T::of(#value);)
        });
        lines.collect()
    }

    /// Collects the spikes of a block.
    fn after(&self) -> TokenStream {
        let (start, len) = (own("start"), own("len"));
        let ports = self.parts.spike_ports().into_iter();
        let collect = ports.map(|port| {
            let (fired, name) = (fired(port), spikes_name(port));
            quote!(self.#fired.collect(#start, &#name[..#len]);)
        });
        collect.collect()
    }

    /// Sends the spikes.
    fn ends(&self) -> TokenStream {
        let mut ends = TokenStream::new();
        for port in self.parts.spike_ports() {
            let fired = fired(port);
            ends.extend(quote!(self.#port.send_indices(&self.#fired.neurons)?;));
        }
        quote!(#ends ::core::result::Result::Ok(()))
    }
}

fn coefficient_name(index: usize) -> Ident {
    own(&format!("k{index}"))
}

fn driven_name(index: usize) -> Ident {
    own(&format!("drive{index}"))
}

fn connected_name(input: &Ident) -> Ident {
    own(&format!("has_{input}"))
}

fn uniform_name(index: usize) -> Ident {
    own(&format!("c{index}"))
}

fn block_name(name: &Ident) -> Ident {
    own(&format!("{name}_block"))
}

fn spikes_name(port: &Ident) -> Ident {
    own(&format!("spikes_of_{port}"))
}
