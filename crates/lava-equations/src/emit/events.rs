//! The event-driven update: fields, the closed form, and what a step does before and after its loop.

use std::collections::HashMap;

use proc_macro2::{Ident, Literal, TokenStream};
use quote::{format_ident, quote};

use super::Parts;
use super::doc;
use super::kernel::Kernel;
use super::model::{fired, lets};
use super::value::{Precision, Writer, own};
use crate::closed::{Closed, Silent};
use crate::graph::{Id, Leaf};
use crate::unit::Unit;

impl<'a> Parts<'a> {
    /// The closed form, if the neurons can be event-driven.
    pub(super) fn closed(&self) -> Option<&'a Closed> {
        self.plan?.closed.as_ref()
    }
}

/// The parameter of the process.
pub(super) fn parameter(parts: &Parts<'_>) -> TokenStream {
    if parts.closed().is_none() {
        return TokenStream::new();
    }
    let library = &parts.paths.library;
    let docs = doc(
        "The update: event-driven, the default, which computes a neuron when something arrives, or \
         clock-driven.",
    );
    let name = format_ident!("update");
    quote! {
        #docs
        #[param(default = #library::model::Update::EventDriven)]
        #name: #library::Param<#library::model::Update>,
    }
}

/// The fields of the model.
pub(super) fn fields(parts: &Parts<'_>) -> TokenStream {
    let Some(closed) = parts.closed() else {
        return TokenStream::new();
    };
    let (library, private) = (&parts.paths.library, &parts.paths.private);
    let [count, conditions] = [closed.states.len(), closed.conditions.len()].map(literal);
    let [update, form, events] =
        ["update", "closed_form", "events"].map(|name| format_ident!("{name}"));
    let docs = doc("Steps without input in closed form.");
    quote! {
        #update: #library::model::Update,
        #docs
        #[local(rebuilt)]
        #form: #private::equations::ClosedForms<#count, #conditions>,
        #[local(rebuilt)]
        #events: #library::model::EventDriven<[T; #count]>,
    }
}

fn literal(count: usize) -> Literal {
    Literal::usize_unsuffixed(count)
}

/// The values of which the closed form consists.
pub(super) fn sources(parts: &Parts<'_>) -> Vec<Id> {
    let Some(closed) = parts.closed() else {
        return Vec::new();
    };
    let mut sources: Vec<Id> = closed.matrix.iter().flatten().copied().collect();
    sources.extend(&closed.constants);
    for (factors, rest) in &closed.conditions {
        sources.extend(factors);
        sources.push(*rest);
    }
    sources
}

/// `if self.update == EventDriven { self.closed_form = …; }`
pub(super) fn derive(parts: &Parts<'_>) -> TokenStream {
    let (Some(plan), Some(closed)) = (parts.plan, parts.closed()) else {
        return TokenStream::new();
    };
    let library = &parts.paths.library;
    let roots = sources(parts);
    let is_used = |index: usize| {
        let is = |leaf| leaf == Leaf::Param(index);
        roots.iter().any(|id| plan.graph.depends(*id, &is))
    };
    let used: Vec<&Ident> = parts
        .parameters()
        .filter(|(index, _)| is_used(*index))
        .map(|(_, name)| name)
        .collect();
    let mut writer = Writer {
        graph: &plan.graph,
        scope: parts.scope,
        precision: Precision::Double,
        named: HashMap::new(),
    };
    let lets = lets(&mut writer, &roots);
    let row = |ids: &[Id]| {
        let entries = ids.iter().map(|id| writer.write(*id));
        quote!([#(#entries),*])
    };
    let matrix = closed.matrix.iter().map(|entries| row(entries));
    let constants = row(&closed.constants);
    let conditions = closed.conditions.iter().map(|(factors, rest)| {
        let (factors, rest) = (row(factors), writer.write(*rest));
        quote!((#factors, #rest))
    });
    let units = closed.states.iter().map(|state| {
        let unit = parts.scope.symbols[*state].unit.as_ref();
        Literal::f64_unsuffixed(unit.map_or(1.0, Unit::to_coherent))
    });
    let dt = own("dt");
    quote! {
        if self.update == #library::model::Update::EventDriven {
            self.closed_form = ClosedForms::new::<T, _>(
                &self.context,
                #dt,
                [#(#units),*],
                [#(&self.#used),*],
                |[#(#used),*]| {
                    #lets
                    ([#(#matrix),*], #constants, [#(#conditions),*])
                },
            );
        }
    }
}

/// `impl ClosedForm for …`
pub(super) fn closed_form(parts: &Parts<'_>) -> TokenStream {
    let Some(closed) = parts.closed() else {
        return TokenStream::new();
    };
    let (library, model) = (&parts.paths.library, parts.model_name());
    let count = literal(closed.states.len());
    let names: Vec<&Ident> = closed
        .states
        .iter()
        .map(|state| &parts.scope.symbols[*state].name)
        .collect();
    let [neuron, state, steps, stays] = ["neuron", "state", "steps", "stays"].map(own);
    let mut silent: Vec<TokenStream> = Vec::new();
    if parts.has_refractory() {
        silent.push(quote!(self.refractory[#neuron] == 0));
    }
    silent.extend(closed.silent.iter().map(|silent| statement(silent, &stays)));
    let silent = match silent.is_empty() {
        true => quote!(true),
        false => quote!(#(#silent)&&*),
    };
    let declared = (!closed.conditions.is_empty()).then(|| {
        let condition = own("condition");
        quote! {
            let #stays = |#condition| self.closed_form.stays_negative(#neuron, #condition, #state);
        }
    });
    quote! {
        #[allow(clippy::all, unused_variables)]
        impl<T: #library::proc::Real> #library::model::ClosedForm for #model<T> {
            type State = [T; #count];
            fn state(&self, #neuron: usize) -> [T; #count] {
                [#(self.#names[#neuron]),*]
            }
            fn set_state(&mut self, #neuron: usize, #state: [T; #count]) {
                [#(self.#names[#neuron]),*] = #state;
            }
            fn advanced(&self, #neuron: usize, #state: [T; #count], #steps: u64) -> [T; #count] {
                self.closed_form.advanced(#neuron, #state, #steps)
            }
            fn stays_below_threshold(&self, #neuron: usize, #state: [T; #count]) -> bool {
                #declared
                #silent
            }
            fn events(&mut self) -> &mut #library::model::EventDriven<[T; #count]> {
                &mut self.events
            }
        }
    }
}

fn statement(silent: &Silent, stays: &Ident) -> TokenStream {
    let each = |parts: &[Silent]| -> Vec<TokenStream> {
        parts.iter().map(|part| statement(part, stays)).collect()
    };
    match silent {
        Silent::Stays(condition) => {
            let condition = literal(*condition);
            quote!(#stays(#condition))
        }
        Silent::Any(parts) => {
            let parts = each(parts);
            quote!((#(#parts)||*))
        }
        Silent::All(parts) => {
            let parts = each(parts);
            quote!((#(#parts)&&*))
        }
    }
}

/// The methods of the protocol that event-driven neurons have.
pub(super) fn methods(parts: &Parts<'_>) -> TokenStream {
    if parts.closed().is_none() {
        return TokenStream::new();
    }
    let private = &parts.paths.private;
    quote!(#private::equations::event_methods!();)
}

impl Kernel<'_> {
    /// Wakes the neurons at which something arrives.
    pub(super) fn begin_events(&self) -> TokenStream {
        if self.parts.closed().is_none() {
            return TokenStream::new();
        }
        let library = &self.parts.paths.library;
        let (_, first) = self.parts.states().next().expect("a neuron has a variable");
        let inputs = self.parts.inputs().map(|(_, name)| name);
        quote! {
            if self.update == #library::model::Update::EventDriven {
                begin_events!(self, self.#first.len() #(, #inputs)*);
            }
        }
    }

    /// Lets neurons sleep that stay silent.
    pub(super) fn end_events(&self) -> TokenStream {
        if self.parts.closed().is_none() {
            return TokenStream::new();
        }
        let lists = self.parts.spike_ports().into_iter().map(fired);
        quote!(end_events!(self; #(#lists),*);)
    }
}
