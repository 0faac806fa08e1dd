//! A synapse → a rule with a builder, and its `impl Plasticity`.

mod declared;
mod events;
mod prepare;
mod third;

use std::collections::HashMap;

use proc_macro2::{Ident, Literal, TokenStream};
use quote::{ToTokens, format_ident, quote};

use super::fields::Fields;
use super::item::{Owner, Side, Synapse};
use super::plan::Plan;
use crate::emit::Paths;
use crate::emit::value::{Precision, Writer, own};
use crate::graph::Id;
use crate::item::SymbolKind;
use crate::scope::Scope;

/// The code of a synapse; without a plan, of one with a mistake, whose rule does nothing.
pub(super) fn emit(
    scope: &Scope<'_>,
    synapse: &Synapse,
    plan: Option<&Plan>,
    paths: &Paths,
) -> TokenStream {
    let fields = plan.map(|plan| Fields::of(scope, plan)).unwrap_or_default();
    let rule = Rule {
        scope,
        synapse,
        plan,
        fields,
        library: &paths.library,
        private: &paths.private,
    };
    let (declared, builder) = (rule.declared(), rule.builder());
    let plasticity = rule.plasticity();
    let third = plan.and_then(|plan| Some(rule.third(plan, plan.third.as_ref()?)));
    quote!(#declared #builder #plasticity #third)
}

/// The sources of the generated code.
pub(super) struct Rule<'a> {
    pub(super) scope: &'a Scope<'a>,
    pub(super) synapse: &'a Synapse,
    pub(super) plan: Option<&'a Plan>,
    fields: Fields,
    library: &'a TokenStream,
    private: &'a TokenStream,
}

impl Rule<'_> {
    pub(super) fn name(&self) -> &Ident {
        &self.synapse.name
    }

    fn item(&self, name: &str) -> TokenStream {
        let (library, name) = (self.library, format_ident!("{name}"));
        quote!(#library::proc::plasticity::#name)
    }

    fn symbol(&self, symbol: usize) -> &Ident {
        &self.scope.symbols[symbol].name
    }

    /// The parameters, in the order of their declaration.
    pub(super) fn parameters(&self) -> Vec<usize> {
        let symbols = self.scope.symbols.iter().enumerate();
        let symbols = symbols.filter(|(index, symbol)| {
            matches!(symbol.kind, SymbolKind::Param { .. })
                && self.scope.index(&symbol.name) == Some(*index)
        });
        symbols.map(|(index, _)| index).collect()
    }

    /// The default of a parameter; with a mistake somewhere, any.
    fn default(&self, parameter: usize) -> Option<f64> {
        match self.plan {
            Some(plan) => plan.starts.get(&parameter).copied(),
            None => Some(0.0),
        }
    }

    /// Names and values of the variables that an owner has.
    fn variables(&self, owner: Owner) -> Vec<(Ident, f64)> {
        let Some(plan) = self.plan else {
            return Vec::new();
        };
        let own = self.synapse.variables(owner).into_iter();
        let mut variables: Vec<(Ident, f64)> = own
            .map(|symbol| (self.symbol(symbol).clone(), plan.starts[&symbol]))
            .collect();
        if owner == Owner::Pre {
            let sent = plan.sent.iter();
            variables.extend(sent.map(|(name, _)| (format_ident!("{name}"), 0.0)));
        }
        variables
    }

    /// The type of the variables of an owner.
    fn type_of(&self, owner: Owner) -> TokenStream {
        match self.variables(owner).is_empty() {
            true => quote!(()),
            false => format_ident!("{}{}", self.name(), of(owner)).into_token_stream(),
        }
    }

    fn plasticity(&self) -> TokenStream {
        let name = self.name();
        let [trait_, past, pre_spike, post_spike, state, error] = [
            "Plasticity",
            "Past",
            "PreSpike",
            "PostSpike",
            "SynapseState",
            "PlasticityError",
        ]
        .map(|item| self.item(item));
        let factors = self.item(match self.plan {
            Some(plan) if plan.third.is_some() => "ThreeFactors",
            Some(_) if self.synapse.has_post() => "TwoFactors",
            _ => "OneFactor",
        });
        let [of_synapse, of_source, of_target] =
            [Owner::Synapse, Owner::Pre, Owner::Post].map(|owner| self.type_of(owner));
        let prepare = self.prepare();
        let source_fires = self.fires(Side::Pre);
        let target_fires = self.fires(Side::Post);
        let (on_pre, on_post) = (self.arrives(Side::Pre), self.arrives(Side::Post));
        let transmitted = self.transmitted(&of_source);
        let [dt, source, target, synapse, spike] =
            ["dt", "source", "target", "synapse", "spike"].map(own);
        quote! {
            #[allow(unused_variables, clippy::all)]
            impl #trait_ for #name {
                type Factors = #factors;
                type Synapse = #of_synapse;
                type Source = #of_source;
                type Target = #of_target;

                fn prepare(&mut self, #dt: f64) -> ::core::result::Result<(), #error> {
                    #prepare
                    ::core::result::Result::Ok(())
                }

                #[inline(always)]
                fn source_fires(&self, #source: #past<#of_source>) -> #of_source {
                    #source_fires
                }

                #[inline(always)]
                fn target_fires(&self, #target: #past<#of_target>) -> #of_target {
                    #target_fires
                }

                #[inline(always)]
                fn pre(&self, #synapse: &mut #state<#of_synapse>, #spike: #pre_spike<Self>) {
                    #on_pre
                }

                #[inline(always)]
                fn post(&self, #synapse: &mut #state<#of_synapse>, #spike: #post_spike<Self>) {
                    #on_post
                }

                #transmitted
            }
        }
    }

    fn writer<'p>(
        &'p self,
        plan: &'p Plan,
        precision: Precision,
        named: HashMap<Id, TokenStream>,
    ) -> Writer<'p> {
        Writer {
            graph: &plan.graph,
            scope: self.scope,
            precision,
            named,
        }
    }

    /// A weight in its own unit.
    fn to_unit(&self, weight: usize, value: TokenStream) -> TokenStream {
        match self.factor(weight) {
            None => value,
            Some(factor) => quote!((#value) / #factor),
        }
    }

    /// The factor from the unit of a weight to the coherent one, unless it is 1.
    fn factor(&self, weight: usize) -> Option<TokenStream> {
        let unit = self.scope.symbols[weight].unit.as_ref()?;
        let factor = unit.to_coherent();
        (factor != 1.0).then(|| single(factor))
    }
}

/// The end of the name of the type of an owner's variables.
fn of(owner: Owner) -> &'static str {
    match owner {
        Owner::Pre => "Source",
        Owner::Post => "Target",
        _ => "Synapse",
    }
}

/// A number in double precision.
fn double(value: f64) -> TokenStream {
    let literal = Literal::f64_unsuffixed(value.abs()).to_token_stream();
    match value < 0.0 {
        true => quote!(-#literal),
        false => literal,
    }
}

/// A number in single precision.
fn single(value: f64) -> TokenStream {
    let literal = Literal::f32_unsuffixed(value.abs() as f32).to_token_stream();
    match value < 0.0 {
        true => quote!(-#literal),
        false => literal,
    }
}
