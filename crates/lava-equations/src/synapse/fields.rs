//! The numbers that a rule computes with: what parameters and the time step determine.

use std::collections::HashMap;

use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote};

use super::plan::Plan;
use crate::emit::value::text;
use crate::graph::{Graph, Id, Leaf, Node};
use crate::scope::Scope;

/// The fields of the kernel of a rule.
#[derive(Debug, Default)]
pub(super) struct Fields {
    /// Numbers, in single precision or in double.
    pub(super) numbers: Vec<Field>,
    /// Decays by their time constant, and the variables that decay by it.
    pub(super) decays: Vec<Field>,
    taken: Vec<String>,
}

/// A field.
#[derive(Debug)]
pub(super) struct Field {
    pub(super) id: Id,
    pub(super) name: Ident,
    /// Its formula.
    pub(super) text: String,
    pub(super) is_double: bool,
}

impl Fields {
    /// The fields that a plan needs.
    pub(super) fn of(scope: &Scope<'_>, plan: &Plan) -> Fields {
        let mut fields = Fields::default();
        let mut decaying: Vec<(usize, Id)> = plan
            .decays
            .iter()
            .filter(|(symbol, _)| !is_modulated(plan, **symbol))
            .map(|(symbol, decay)| (*symbol, decay.tau))
            .collect();
        decaying.sort_unstable();
        for (symbol, tau) in decaying {
            if !fields.decays.iter().any(|field| field.id == tau) {
                let name = fields.free(&format!("decay_{}", scope.symbols[symbol].name));
                let text = text(&plan.graph, scope, tau);
                fields.decays.push(Field {
                    id: tau,
                    name,
                    text,
                    is_double: true,
                });
            }
        }
        let values = plan.pre.iter().chain(&plan.post);
        let values = values.chain(&plan.source).chain(&plan.target);
        let mut single: Vec<Id> = values.map(|(_, id)| *id).collect();
        single.extend(plan.sent.iter().map(|(_, id)| *id));
        single.extend(plan.transmitted);
        let rests = plan
            .decays
            .iter()
            .collect::<std::collections::BTreeMap<_, _>>();
        single.extend(rests.values().map(|decay| decay.rest));
        if let Some(third) = &plan.third {
            single.extend(plan.bounds.iter().flatten());
            for id in [third.received, third.reward].into_iter().flatten() {
                fields.collect(&plan.graph, scope, id, true);
            }
        }
        for id in single {
            fields.collect(&plan.graph, scope, id, false);
        }
        fields
    }

    fn collect(&mut self, graph: &Graph, scope: &Scope<'_>, id: Id, is_double: bool) {
        let node = graph.node(id);
        if !graph.is_invariant(id) {
            for child in node.children() {
                self.collect(graph, scope, child, is_double);
            }
            return;
        }
        let is_known = |field: &Field| field.id == id && field.is_double == is_double;
        if matches!(node, Node::Const(_)) || self.numbers.iter().any(is_known) {
            return;
        }
        let name = match node {
            Node::Leaf(Leaf::Param(index)) => scope.symbols[*index].name.to_string(),
            _ => graph.names.get(&id).cloned().unwrap_or_else(|| {
                let number = self.numbers.len();
                format!("k{number}")
            }),
        };
        let (name, text) = (self.free(&name), text(graph, scope, id));
        self.numbers.push(Field {
            id,
            name,
            text,
            is_double,
        });
    }

    /// The name, or a longer one if it is taken.
    fn free(&mut self, name: &str) -> Ident {
        let mut name = name.to_owned();
        while self.taken.contains(&name) {
            name.push('_');
        }
        self.taken.push(name.clone());
        format_ident!("{name}")
    }

    /// The numbers by their values.
    pub(super) fn named(&self, is_double: bool) -> HashMap<Id, TokenStream> {
        let fields = self.numbers.iter();
        let fields = fields.filter(|field| field.is_double == is_double);
        let named = |field: &Field| {
            let name = &field.name;
            (field.id, quote!(self.kernel.#name))
        };
        fields.map(named).collect()
    }

    /// The decay with a time constant.
    pub(super) fn decay(&self, tau: Id) -> Option<&Ident> {
        let mut decays = self.decays.iter();
        decays
            .find(|field| field.id == tau)
            .map(|field| &field.name)
    }

    pub(super) fn is_empty(&self) -> bool {
        self.numbers.is_empty() && self.decays.is_empty()
    }
}

/// Returns `true` for the eligibility and the signal, which [`Third`](super::plan::Third) solves.
pub(super) fn is_modulated(plan: &Plan, symbol: usize) -> bool {
    let third = plan.third.as_ref();
    third.is_some_and(|third| third.eligibility == symbol || third.signal == Some(symbol))
}
