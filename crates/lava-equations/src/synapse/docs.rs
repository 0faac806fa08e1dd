//! The documentation of what is generated.

use proc_macro2::TokenStream;
use quote::quote;

use super::emit::Rule;
use super::item::{Action, Owner, Side, Synapse};
use crate::emit::doc;
use crate::emit::docs::{assignments, field_doc};
use crate::item::{Symbol, SymbolKind};
use crate::unit::Unit;

/// The documentation of the rule: the user's, the equations, and what a projection needs.
pub(super) fn rule_doc(rule: &Rule<'_>) -> TokenStream {
    let synapse = rule.synapse;
    let is_doc = |attribute: &&syn::Attribute| attribute.path().is_ident("doc");
    let written: Vec<&syn::Attribute> = synapse.attributes.iter().filter(is_doc).collect();
    let Some(plan) = rule.plan else {
        return quote!(#(#written)*);
    };
    let mut text = match written.is_empty() {
        true => format!("Synapses `{}`, from their equations.\n\n", synapse.name),
        false => "\n".to_owned(),
    };
    text.push_str("```text\n");
    for line in lines(synapse) {
        text.push_str(line.trim_end());
        text.push('\n');
    }
    text.push_str("```\n\nEquations are solved exactly between spikes. ");
    text.push_str(match (&plan.third, synapse.has_post()) {
        (Some(_), _) => {
            "The projection receives the spikes of its targets at `s_in_bap`, and the third factor at \
             `s_in_third`."
        }
        (None, true) => "The projection receives the spikes of its targets at `s_in_bap`.",
        (None, false) => "The spikes of the targets have no effect.",
    });
    let generated = doc(&text);
    quote!(#(#written)* #generated)
}

/// The lines of the declaration that are equations and events.
fn lines(synapse: &Synapse) -> Vec<String> {
    let mut lines = Vec::new();
    for (symbol, owner) in synapse.symbols.iter().zip(&synapse.owners) {
        let name = &symbol.name;
        let whose = match owner {
            Owner::Weight => "weight",
            Owner::Pre => "source",
            Owner::Post => "target",
            Owner::Signal => "signal",
            _ => "synapse",
        };
        let unit = symbol.unit.as_ref().map(Unit::text);
        let unit = unit.filter(|unit| *unit != "1");
        let unit = unit.map_or_else(String::new, |unit| format!("    [{unit}]"));
        match &symbol.kind {
            SymbolKind::State {
                equation: Some(equation),
                ..
            } => lines.push(format!("{whose:9} d{name}/dt = {equation}{unit}")),
            SymbolKind::State { equation: None, .. } => {
                lines.push(format!("{whose:9} {name}{unit}"));
            }
            SymbolKind::Let(Some(expr)) | SymbolKind::Const(Some(expr)) => {
                lines.push(format!("{:9} {name} = {expr}{unit}", "where"));
            }
            SymbolKind::Input(Some(jumps)) => {
                let jumps = assignments(jumps);
                lines.push(format!("{:9} {jumps}{unit}", format!("{name}:")));
            }
            SymbolKind::Input(None) => lines.push(format!("{:9} {name}{unit}", "signal")),
            _ => {}
        }
    }
    if let Some(range) = &synapse.range {
        lines.push(format!("{:9} {range}", "where"));
    }
    for side in [Side::Pre, Side::Post] {
        let actions: Vec<String> = synapse.on(side).map(action).collect();
        if !actions.is_empty() {
            let head = format!("on {}:", side.word());
            lines.push(format!("{head:9} {}", actions.join(", ")));
        }
    }
    lines
}

fn action(action: &Action) -> String {
    match action {
        Action::Assign(assignment) => assignments(std::slice::from_ref(assignment)),
        Action::Transmit(transmit) => format!("transmits {}", transmit.value),
    }
}

/// The documentation of the method that sets a parameter.
pub(super) fn parameter_doc(symbol: &Symbol, default: Option<f64>) -> TokenStream {
    let docs = field_doc(symbol);
    let Some(default) = default else {
        return docs;
    };
    let unit = symbol.unit.as_ref().map(Unit::text);
    let unit = unit.filter(|unit| *unit != "1");
    let unit = unit.map_or_else(String::new, |unit| format!(" {unit}"));
    let line = doc(&format!("\nDefault: {default}{unit}."));
    quote!(#docs #line)
}

/// The documentation of the type of an owner's variables.
pub(super) fn variables_doc(rule: &Rule<'_>, owner: Owner) -> TokenStream {
    let whose = match owner {
        Owner::Pre => "source",
        Owner::Post => "target",
        _ => "synapse",
    };
    let time = match owner {
        Owner::Synapse => "",
        _ => ", as its last spike has left them",
    };
    doc(&format!(
        "The variables of a {whose} of [`{}`]{time}.",
        rule.name()
    ))
}

/// The documentation of the numbers that a rule computes with.
pub(super) fn kernel_doc(rule: &Rule<'_>) -> TokenStream {
    doc(&format!(
        "The numbers that [`{}`] computes with, for a time step.",
        rule.name()
    ))
}
