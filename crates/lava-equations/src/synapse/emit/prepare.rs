//! The checks of parameters, and the numbers that follow from them.

use std::collections::HashMap;

use proc_macro2::TokenStream;
use quote::{format_ident, quote};

use super::Rule;
use crate::emit::value::{Precision, own, text};
use crate::graph::{Id, Leaf, Node};
use crate::item::{Range, SymbolKind};
use crate::synapse::plan::Plan;

impl Rule<'_> {
    /// The checks of parameters, and the numbers that follow from them.
    pub(super) fn prepare(&self) -> TokenStream {
        let mut body = TokenStream::new();
        for index in self.parameters() {
            let (name, symbol) = (self.symbol(index), &self.scope.symbols[index]);
            let SymbolKind::Param { range, .. } = &symbol.kind else {
                continue;
            };
            let check = own(match range {
                Range::Finite => "finite",
                Range::Positive => "positive",
                Range::NonNegative => "non_negative",
            });
            let text = name.to_string();
            body.extend(quote!(let #name = #check(#text, self.#name)?;));
        }
        let private = self.private;
        if !body.is_empty() || self.has_kernel() {
            body = quote!(#[allow(unused_imports)] use #private::equations::synapse::*; #body);
        }
        let Some(plan) = self.plan.filter(|_| self.has_kernel()) else {
            return body;
        };
        let writer = self.writer(plan, Precision::Double, HashMap::new());
        let (dt, kernel) = (own("dt"), format_ident!("{}Kernel", self.name()));
        let tau = |id: Id, text: &str| {
            let (check, value) = (own("time_constant"), writer.write(id));
            match self.is_positive(plan, id) {
                true => value,
                false => quote!(#check(#text, #value)?),
            }
        };
        let decay = self.item("Decay");
        let decays = self.fields.decays.iter().map(|field| {
            let (name, tau) = (&field.name, tau(field.id, &field.text));
            quote!(#name: #decay::new(#tau, #dt),)
        });
        let numbers = self.fields.numbers.iter().map(|field| {
            let (name, text, value) = (&field.name, &field.text, writer.write(field.id));
            let check = own(if field.is_double { "finite" } else { "single" });
            quote!(#name: #check(#text, #value)?,)
        });
        let modulation = plan.third.as_ref().map(|third| {
            let ty = self.item("Modulation");
            let of = |symbol: usize| {
                let id = plan.decays[&symbol].tau;
                tau(id, &text(&plan.graph, self.scope, id))
            };
            let tau_c = of(third.eligibility);
            let decaying = third.signal.map(|signal| {
                let tau_n = of(signal);
                quote!(.decaying(#tau_n))
            });
            let (gain, offset) = (writer.write(third.gain), writer.write(third.offset));
            quote!(modulation: #ty::new(#tau_c, #dt)#decaying.effect(#gain, #offset),)
        });
        quote! {
            #body
            self.kernel = #kernel {
                #(#decays)*
                #(#numbers)*
                #modulation
            };
        }
    }

    /// Returns `true` for a parameter that has been found positive.
    fn is_positive(&self, plan: &Plan, id: Id) -> bool {
        let Node::Leaf(Leaf::Param(symbol)) = plan.graph.node(id) else {
            return false;
        };
        let kind = &self.scope.symbols[*symbol].kind;
        matches!(
            kind,
            SymbolKind::Param {
                range: Range::Positive,
                ..
            }
        )
    }
}
