//! The step of one neuron.

use std::collections::HashMap;

use proc_macro2::{Literal, TokenStream};
use quote::{ToTokens, quote};

use super::{Kernel, block_name, coefficient_name, driven_name, spikes_name, uniform_name};
use crate::emit::value::{Precision, Writer, own, shared};
use crate::graph::{Id, Leaf};

impl Kernel<'_> {
    /// The step of neuron `n`.
    pub(super) fn body(&self) -> TokenStream {
        let n = own("n");
        let mut body = TokenStream::new();
        for (index, name) in self.parts.states() {
            if self.uses(Leaf::State(index)) {
                let block = block_name(name);
                let value = self.scaled(quote!(#block[#n]), self.factor(index));
                let value = match self.is_computed(index) {
                    Some(is_computed) => quote!(if #is_computed { #value } else { T::ZERO }),
                    None => value,
                };
                body.extend(quote!(let #name = #value;));
            }
        }
        if self.parts.has_refractory() {
            let (held, refractory) = (own("held"), own("refractory"));
            body.extend(quote!(let #held = #refractory[#n] > 0;));
        }
        let writer = self.lets(&mut body, &self.roots, true);
        for (index, id) in &self.plan.states {
            let (block, value) = (block_name(self.name(*index)), writer.write(*id));
            let factor = self.factor(*index);
            let value = match factor == 1.0 {
                true => value,
                false => self.scaled(quote!((#value)), 1.0 / factor),
            };
            let store = quote!(#block[#n] = #value;);
            body.extend(match self.is_computed(*index) {
                Some(is_computed) => quote!(if #is_computed { #store }),
                None => store,
            });
        }
        for (index, id) in &self.plan.outputs {
            let (name, value) = (self.name(*index), writer.write(*id));
            let value = self.scaled(quote!((#value)), 1.0 / self.factor(*index));
            body.extend(quote!(#name[#n] = #value;));
        }
        for (event, id) in &self.plan.spikes {
            if let Some(port) = &self.parts.neuron.events[*event].port {
                let (name, value) = (spikes_name(port), writer.write(*id));
                body.extend(quote!(#name[#n] = #value;));
            }
        }
        body.extend(self.refractory(&writer));
        body
    }

    /// Counts the refractory period.
    fn refractory(&self, writer: &Writer<'_>) -> TokenStream {
        if !self.parts.has_refractory() {
            return TokenStream::new();
        }
        let names = ["n", "held", "refractory", "period"].map(own);
        let [n, held, refractory, period] = names;
        let fires = self.plan.spikes.iter().map(|(_, id)| writer.write(*id));
        let fires = fires
            .reduce(|a, b| quote!(#a | #b))
            .unwrap_or_else(|| quote!(false));
        quote! {
            #refractory[#n] = select(#fires, #period[#n], #refractory[#n] - i32::from(#held));
        }
    }

    /// `let`s for what is used more than once.
    pub(super) fn lets(&self, body: &mut TokenStream, roots: &[Id], is_loop: bool) -> Writer<'_> {
        let n = own("n");
        let mut named: HashMap<Id, TokenStream> = HashMap::new();
        for (index, id) in self.outside.coefficients.iter().enumerate() {
            let name = coefficient_name(index);
            named.insert(*id, quote!(#name[#n]));
        }
        for (index, id) in self.outside.uniform.iter().enumerate() {
            named.insert(*id, uniform_name(index).into_token_stream());
        }
        if is_loop {
            for (index, (id, _)) in self.outside.driven.iter().enumerate() {
                let name = driven_name(index);
                named.insert(*id, quote!(#name[#n]));
            }
        }
        let graph = &self.plan.graph;
        let is_named = |id: Id| named.contains_key(&id);
        let mut roots = roots.to_vec();
        // Conditions are used by the refractory period too.
        roots.extend(
            self.plan
                .spikes
                .iter()
                .map(|(_, id)| *id)
                .filter(|_| is_loop && self.parts.has_refractory()),
        );
        let shared = shared(graph, &roots, &is_named);
        let mut writer = Writer {
            graph,
            scope: self.parts.scope,
            precision: Precision::Generic,
            named,
        };
        let mut taken = Vec::new();
        for (index, id) in shared.into_iter().enumerate() {
            let given = graph.names.get(&id).filter(|name| !taken.contains(*name));
            let name = match given {
                Some(name) => own(name),
                None => own(&format!("x{index}")),
            };
            taken.extend(given.cloned());
            let (formula, _) = writer.formula(id);
            body.extend(quote!(let #name = #formula;));
            writer.named.insert(id, name.into_token_stream());
        }
        writer
    }

    fn factor(&self, symbol: usize) -> f64 {
        let unit = self.parts.scope.symbols[symbol].unit.as_ref();
        unit.map_or(1.0, crate::unit::Unit::to_coherent)
    }

    fn scaled(&self, value: TokenStream, factor: f64) -> TokenStream {
        if factor == 1.0 {
            return value;
        }
        let factor = Literal::f64_unsuffixed(factor);
        quote!(#value * T::of(#factor))
    }
}
