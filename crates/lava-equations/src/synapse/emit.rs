//! A synapse → a rule with a builder, and its `impl Plasticity`.

use std::collections::HashMap;

use proc_macro2::{Ident, Literal, TokenStream};
use quote::{ToTokens, format_ident, quote};

use super::docs::{kernel_doc, parameter_doc, rule_doc, variables_doc};
use super::fields::{Fields, is_modulated};
use super::item::{Owner, Side, Synapse};
use super::plan::{Plan, Third};
use crate::emit::value::{Precision, Writer, own, shared};
use crate::emit::{Paths, doc};
use crate::item::{Range, SymbolKind};
use crate::node::{Id, Leaf, Node};
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

/// The place of a value when a neuron fires or a spike arrives.
#[derive(Clone, Copy, PartialEq)]
enum Event {
    /// A neuron fires, whose variables are `Past`.
    Fires(Side),
    /// A spike arrives at a synapse.
    Arrives,
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

    /// The rule and the types of its variables.
    fn declared(&self) -> TokenStream {
        let (visibility, name) = (&self.synapse.visibility, self.name());
        let docs = rule_doc(self);
        let others = self.synapse.attributes.iter();
        let others = others.filter(|attribute| !attribute.path().is_ident("doc"));
        let parameters = self
            .parameters()
            .into_iter()
            .map(|index| self.symbol(index));
        let kernel = format_ident!("{name}Kernel");
        let (kernel_field, kernel_type) = match self.has_kernel() {
            false => (None, None),
            true => (Some(quote!(kernel: #kernel,)), Some(self.kernel(&kernel))),
        };
        let variables = [Owner::Synapse, Owner::Pre, Owner::Post].map(|owner| self.state(owner));
        quote! {
            #docs
            #(#others)*
            #[derive(Clone, Debug)]
            #[must_use = "a plasticity does nothing until a projection is given it"]
            #visibility struct #name {
                #(#parameters: f64,)*
                #kernel_field
            }
            #(#variables)*
            #kernel_type
        }
    }

    /// The variables of an owner as a type.
    fn state(&self, owner: Owner) -> TokenStream {
        let variables = self.variables(owner);
        if variables.is_empty() {
            return TokenStream::new();
        }
        let (visibility, ty) = (&self.synapse.visibility, self.type_of(owner));
        let docs = variables_doc(self, owner);
        let names: Vec<&Ident> = variables.iter().map(|(name, _)| name).collect();
        let (derived, written) = match variables.iter().all(|(_, start)| *start == 0.0) {
            true => (Some(quote!(Default,)), None),
            false => {
                let starts = variables.iter().map(|(_, start)| single(*start));
                let default = quote! {
                    impl ::core::default::Default for #ty {
                        fn default() -> #ty {
                            #ty { #(#names: #starts,)* }
                        }
                    }
                };
                (None, Some(default))
            }
        };
        let persisted = self.persisted(&ty, &names);
        quote! {
            #docs
            #[derive(Clone, Copy, Debug, #derived PartialEq)]
            #visibility struct #ty {
                #(#names: f32,)*
            }
            #written
            #persisted
        }
    }

    /// The variables of an owner in snapshots: an array.
    fn persisted(&self, ty: &TokenStream, names: &[&Ident]) -> TokenStream {
        let library = self.library;
        let (persist, error) = (
            quote!(#library::model::Persist),
            quote!(#library::model::PersistError),
        );
        let count = proc_macro2::Literal::usize_unsuffixed(names.len());
        quote! {
            impl #persist for #ty {
                fn layout() -> ::std::string::String {
                    <[f32; #count] as #persist>::layout()
                }

                fn save(&self, bytes: &mut ::std::vec::Vec<u8>) {
                    #persist::save(&[#(self.#names),*], bytes);
                }

                fn load(bytes: &mut &[u8]) -> ::core::result::Result<Self, #error> {
                    let [#(#names),*]: [f32; #count] = #persist::load(bytes)?;
                    ::core::result::Result::Ok(#ty { #(#names),* })
                }
            }
        }
    }

    fn kernel(&self, kernel: &Ident) -> TokenStream {
        let docs = kernel_doc(self);
        let decay = self.item("Decay");
        let decays = self.fields.decays.iter().map(|field| {
            let (name, docs) = (
                &field.name,
                doc(&format!(
                    "Decay with the time constant `{}`, in ms.",
                    field.text
                )),
            );
            quote!(#docs #name: #decay,)
        });
        let numbers = self.fields.numbers.iter().map(|field| {
            let name = &field.name;
            let docs = (*name != field.text.as_str()).then(|| doc(&format!("`{}`.", field.text)));
            let ty = if field.is_double {
                quote!(f64)
            } else {
                quote!(f32)
            };
            quote!(#docs #name: #ty,)
        });
        let modulation = self.modulation_type().map(|ty| quote!(modulation: #ty,));
        quote! {
            #docs
            #[derive(Clone, Debug, Default)]
            struct #kernel {
                #(#decays)*
                #(#numbers)*
                #modulation
            }
        }
    }

    /// Returns `true` if parameters and the time step determine numbers.
    fn has_kernel(&self) -> bool {
        !self.fields.is_empty() || self.plan.is_some_and(|plan| plan.third.is_some())
    }

    fn modulation_type(&self) -> Option<TokenStream> {
        let third = self.plan?.third.as_ref();
        third.map(|_| self.item("Modulation"))
    }

    /// `new`, and a method for each parameter.
    fn builder(&self) -> TokenStream {
        let (visibility, name) = (&self.synapse.visibility, self.name());
        let (mut required, mut values) = (Vec::new(), Vec::new());
        let mut methods = TokenStream::new();
        for index in self.parameters() {
            let parameter = self.symbol(index);
            let default = self.default(index);
            match default {
                Some(value) => {
                    let value = double(value);
                    values.push(quote!(#parameter: #value));
                }
                None => {
                    required.push(quote!(#parameter: f64));
                    values.push(quote!(#parameter));
                }
            }
            let docs = parameter_doc(&self.scope.symbols[index], default);
            methods.extend(quote! {
                #docs
                #visibility fn #parameter(mut self, #parameter: f64) -> Self {
                    self.#parameter = #parameter;
                    self
                }
            });
        }
        let docs = doc(match required.is_empty() {
            true => "The rule with its defaults.",
            false => "The rule with the parameters that have no default.",
        });
        let default = required.is_empty().then(|| {
            quote! {
                impl ::core::default::Default for #name {
                    fn default() -> #name {
                        #name::new()
                    }
                }
            }
        });
        let kernel = self
            .has_kernel()
            .then(|| quote!(kernel: ::core::default::Default::default(),));
        quote! {
            #[allow(dead_code, clippy::all)]
            impl #name {
                #docs
                #visibility fn new(#(#required),*) -> Self {
                    #name {
                        #(#values,)*
                        #kernel
                    }
                }
                #methods
            }
            #default
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

    /// The checks of parameters, and the numbers that follow from them.
    fn prepare(&self) -> TokenStream {
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
                tau(id, &crate::emit::value::text(&plan.graph, self.scope, id))
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

    /// The variables of a neuron after its spike.
    fn fires(&self, side: Side) -> TokenStream {
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

    /// What a spike that arrives changes.
    fn arrives(&self, side: Side) -> TokenStream {
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
    fn transmitted(&self, of_source: &TokenStream) -> Option<TokenStream> {
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

    /// `impl ThirdFactor`
    fn third(&self, plan: &Plan, third: &Third) -> TokenStream {
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
        let factor = factor.map_or(1.0, crate::unit::Unit::to_coherent);
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
