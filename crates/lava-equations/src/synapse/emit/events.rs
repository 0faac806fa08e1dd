//! The changes by spikes, and the contribution of a spike to its target.

use std::collections::HashMap;

use proc_macro2::{Ident, TokenStream};
use quote::{ToTokens, format_ident, quote};

use super::Rule;
use crate::emit::value::{Precision, Writer, own, shared};
use crate::graph::{Id, Leaf};
use crate::synapse::fields::is_modulated;
use crate::synapse::item::{Owner, Side};
use crate::synapse::plan::Plan;

/// The place of a value when a neuron fires or a spike arrives.
#[derive(Clone, Copy, PartialEq)]
enum Event {
    /// A neuron fires, whose variables are `Past`.
    Fires(Side),
    /// A spike arrives at a synapse.
    Arrives,
}

impl Rule<'_> {
    /// The variables of a neuron after its spike.
    pub(super) fn fires(&self, side: Side) -> TokenStream {
        let owner = side.owner();
        let (Some(plan), false) = (self.plan, self.variables(owner).is_empty()) else {
            return TokenStream::new();
        };
        let after = if side == Side::Pre {
            &plan.source
        } else {
            &plan.target
        };
        let mut values: Vec<(Ident, Id)> = after
            .iter()
            .map(|(symbol, id)| (self.symbol(*symbol).clone(), *id))
            .collect();
        if side == Side::Pre {
            let sent = plan.sent.iter();
            values.extend(sent.map(|(name, id)| (format_ident!("{name}"), *id)));
        }
        let roots: Vec<Id> = values.iter().map(|(_, id)| *id).collect();
        let (before, writer) = self.values(plan, &roots, Event::Fires(side));
        let fields = values.iter().map(|(name, id)| {
            let value = writer.write(*id);
            match *name == value.to_string() {
                true => quote!(#name),
                false => quote!(#name: #value),
            }
        });
        let ty = self.type_of(owner);
        quote!(#before #ty { #(#fields,)* })
    }

    /// Changes by a spike that arrives.
    pub(super) fn arrives(&self, side: Side) -> TokenStream {
        let Some(plan) = self.plan else {
            return TokenStream::new();
        };
        let changed = if side == Side::Pre {
            &plan.pre
        } else {
            &plan.post
        };
        let is_seen = side == Side::Pre || self.synapse.has_post();
        if changed.is_empty() || !is_seen {
            return TokenStream::new();
        }
        let roots: Vec<Id> = changed.iter().map(|(_, id)| *id).collect();
        let (before, writer) = self.values(plan, &roots, Event::Arrives);
        let synapse = own("synapse");
        let assignments = changed.iter().map(|(symbol, id)| {
            let value = writer.write(*id);
            match self.synapse.owners[*symbol] {
                Owner::Weight => {
                    let value = self.to_unit(*symbol, value);
                    quote!(#synapse.weight = #value;)
                }
                _ => {
                    let name = self.symbol(*symbol);
                    quote!(#synapse.variables.#name = #value;)
                }
            }
        });
        quote!(#before #(#assignments)*)
    }

    /// The variables that values read, the parts that they share, and a writer for the rest.
    fn values<'p>(
        &'p self,
        plan: &'p Plan,
        roots: &[Id],
        event: Event,
    ) -> (TokenStream, Writer<'p>) {
        let mut named = self.fields.named(false);
        let mut before = TokenStream::new();
        for symbol in 0..self.scope.symbols.len() {
            let is = |leaf| leaf == Leaf::State(symbol);
            if roots.iter().any(|id| plan.graph.depends(*id, &is)) {
                let (name, value) = (
                    self.symbol(symbol),
                    self.present(plan, symbol, event, &named),
                );
                before.extend(quote!(let #name = #value;));
            }
        }
        let is_named = |id: Id| named.contains_key(&id);
        let shared = shared(&plan.graph, roots, &is_named);
        let mut writer = self.writer(plan, Precision::Single, std::mem::take(&mut named));
        for (number, id) in shared.into_iter().enumerate() {
            let (value, _) = writer.formula(id);
            let name = own(&format!("x{number}"));
            before.extend(quote!(let #name = #value;));
            writer.named.insert(id, name.to_token_stream());
        }
        let is_call = |id: &Id| plan.graph.has_call(*id);
        if roots.iter().any(is_call) {
            let path = self.private;
            before = quote!(#[allow(unused_imports)] use #path::equations::*; #before);
        }
        (before, writer)
    }

    /// The present value of a variable at an event.
    fn present(
        &self,
        plan: &Plan,
        symbol: usize,
        event: Event,
        named: &HashMap<Id, TokenStream>,
    ) -> TokenStream {
        let name = self.symbol(symbol);
        let [source, target, synapse, spike] = ["source", "target", "synapse", "spike"].map(own);
        let (state, steps) = match (self.synapse.owners[symbol], event) {
            (Owner::Weight, _) => {
                let factor = self.factor(symbol).map(|factor| quote!(#factor *));
                return quote!(#factor #synapse.weight);
            }
            (Owner::Pre, Event::Arrives) => {
                (quote!(#spike.source.state), quote!(#spike.source.steps))
            }
            (Owner::Post, Event::Arrives) => {
                (quote!(#spike.target.state), quote!(#spike.target.steps))
            }
            (_, Event::Fires(Side::Pre)) => (quote!(#source.state), quote!(#source.steps)),
            (_, Event::Fires(Side::Post)) => (quote!(#target.state), quote!(#target.steps)),
            (_, Event::Arrives) => (quote!(#synapse.variables), quote!(#spike.since_last())),
        };
        let decay = plan
            .decays
            .get(&symbol)
            .filter(|_| !is_modulated(plan, symbol));
        let Some(decay) = decay else {
            return quote!(#state.#name);
        };
        let field = self.fields.decay(decay.tau);
        let left = quote!(self.kernel.#field.over(#steps));
        if plan.graph.constant(decay.rest) == Some(0.0) {
            return quote!(#state.#name * #left);
        }
        let writer = self.writer(plan, Precision::Single, named.clone());
        let rest = writer.write(decay.rest);
        quote!(#rest + (#state.#name - #rest) * #left)
    }

    /// `transmitted`, if that is not the weight.
    pub(super) fn transmitted(&self, of_source: &TokenStream) -> Option<TokenStream> {
        let plan = self.plan?;
        let (id, weight) = (plan.transmitted?, self.synapse.weight()?);
        let (number, source) = (own("weight"), own("source"));
        let mut named = self.fields.named(false);
        let after = plan
            .source
            .iter()
            .map(|(symbol, id)| (self.symbol(*symbol).clone(), *id));
        let sent = plan
            .sent
            .iter()
            .map(|(name, id)| (format_ident!("{name}"), *id));
        for (name, id) in after.chain(sent) {
            if plan.graph.constant(id).is_none() {
                named.entry(id).or_insert_with(|| quote!(#source.#name));
            }
        }
        let weight_leaf = plan.graph.leaf_id(Leaf::State(weight));
        if let Some(leaf) = weight_leaf {
            let factor = self.factor(weight).map(|factor| quote!(#factor *));
            let value = match factor {
                None => quote!(#number),
                Some(factor) => quote!((#factor #number)),
            };
            named.insert(leaf, value);
        }
        let writer = self.writer(plan, Precision::Single, named);
        let value = writer.write(id);
        let path = self.private;
        let import = plan
            .graph
            .has_call(id)
            .then(|| quote!(#[allow(unused_imports)] use #path::equations::*;));
        Some(quote! {
            #[inline(always)]
            fn transmitted(&self, #number: f32, #source: &#of_source) -> f32 {
                #import
                #value
            }
        })
    }
}
