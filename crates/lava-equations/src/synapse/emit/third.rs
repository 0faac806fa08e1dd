//! The third factor.

use proc_macro2::TokenStream;
use quote::{ToTokens, quote};

use super::{Rule, double};
use crate::emit::value::{Precision, own};
use crate::graph::Leaf;
use crate::synapse::item::Owner;
use crate::synapse::plan::{Plan, Third};
use crate::unit::Unit;

impl Rule<'_> {
    /// `impl ThirdFactor`
    pub(super) fn third(&self, plan: &Plan, third: &Third) -> TokenStream {
        let name = self.name();
        let [trait_, past, span, state, signal_type, interval_type] = [
            "ThirdFactor",
            "Past",
            "SignalSpan",
            "SynapseState",
            "Dopamine",
            "DopamineInterval",
        ]
        .map(|item| self.item(item));
        let of_synapse = self.type_of(Owner::Synapse);
        let [signal, received, synapse, interval, change] =
            ["signal", "received", "synapse", "interval", "change"].map(own);
        let receive = self.receive(plan, third);
        let c = self.symbol(third.eligibility);
        let weight = self.synapse.weight().unwrap_or_default();
        let changed = self.to_unit(weight, quote!(#change));
        let grown = quote!(#synapse.weight + #changed);
        let writer = self.writer(plan, Precision::Single, self.fields.named(false));
        let [low, high] = plan
            .bounds
            .map(|bound| bound.map(|bound| writer.write(bound)));
        let equations = self.private;
        let grown = match (low, high) {
            (None, None) => grown,
            (Some(low), None) => quote!(#equations::equations::max(#grown, #low)),
            (None, Some(high)) => quote!(#equations::equations::min(#grown, #high)),
            (Some(low), Some(high)) => quote!(#equations::equations::clip(#grown, #low, #high)),
        };
        quote! {
            #[allow(unused_variables, clippy::all)]
            impl #trait_ for #name {
                type Signal = #signal_type;
                type Interval = #interval_type;

                fn period(&self) -> u32 {
                    self.kernel.modulation.period()
                }

                fn begin_period(&self, #signal: #past<#signal_type>) -> #signal_type {
                    self.kernel.modulation.begin_period(#signal)
                }

                fn receive(
                    &self,
                    #signal: #past<#signal_type>,
                    #received: f32,
                ) -> ::core::option::Option<#signal_type> {
                    #receive
                }

                #[inline(always)]
                fn interval(&self, #signal: #span<#signal_type>) -> #interval_type {
                    self.kernel.modulation.interval(#signal)
                }

                #[inline(always)]
                fn elapse(&self, #synapse: &mut #state<#of_synapse>, #interval: &#interval_type) {
                    let #change = #synapse.variables.#c * #interval.change();
                    #synapse.weight = #grown;
                    #synapse.variables.#c *= #interval.decay();
                }
            }
        }
    }

    /// The signal after a message.
    fn receive(&self, plan: &Plan, third: &Third) -> TokenStream {
        let [signal, received] = ["signal", "received"].map(own);
        let input = self.symbol(third.input);
        let none = quote!(::core::option::Option::None);
        let mut named = self.fields.named(true);
        let factor = self.scope.symbols[third.input].unit.as_ref();
        let factor = factor.map_or(1.0, Unit::to_coherent);
        if third.received.is_none() && third.reward.is_none() {
            // The message is the signal itself.
            let value = match factor == 1.0 {
                true => quote!(f64::from(#received)),
                false => {
                    let factor = double(factor);
                    quote!(#factor * f64::from(#received))
                }
            };
            return quote! {
                let #input = #value;
                if #input == #signal.state.concentration() {
                    return #none;
                }
                let #signal = self.kernel.modulation.later(#signal);
                ::core::option::Option::Some(#signal.with_concentration(#input))
            };
        }
        if let Some(leaf) = plan.graph.leaf_id(Leaf::Input(third.input)) {
            named.insert(leaf, input.to_token_stream());
        }
        let state = third.signal.map(|state| self.symbol(state));
        let roots = [third.received, third.reward];
        let reads = |state: usize| {
            let mut roots = roots.iter().flatten();
            roots.any(|id| plan.graph.depends(*id, &|leaf| leaf == Leaf::State(state)))
        };
        let read = third.signal.filter(|state| reads(*state));
        let read = read
            .and(state)
            .map(|name| quote!(let #name = #signal.concentration();));
        let writer = self.writer(plan, Precision::Double, named);
        let concentration = third.received.map(|id| {
            let value = writer.write(id);
            quote!(.with_concentration(#value))
        });
        let reward = third.reward.map(|id| {
            let value = writer.write(id);
            quote!(.with_reward(#value))
        });
        quote! {
            if #received == 0.0 {
                return #none;
            }
            let #input = f64::from(#received);
            let #signal = self.kernel.modulation.later(#signal);
            #read
            ::core::option::Option::Some(#signal #concentration #reward)
        }
    }
}
