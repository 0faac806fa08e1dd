//! Neurons and synapses as differential equations: the tokens of `neuron!` → the process and model that a
//! person would have written, and those of `synapse!` → the rule of plasticity.
//!
//! `parse` reads statements, each on its own; `scope`, `dimensions` and `check` apply the rules;
//! `lower` makes a graph of values in coherent units, in which `choice` and `integrate` find and
//! apply an integrator; `closed` finds the closed form of event-driven neurons, `plan` puts a step together, and `emit` writes it.

mod check;
mod choice;
mod closed;
mod dimensions;
mod emit;
mod errors;
mod expression;
mod graph;
mod idle;
mod integrate;
mod item;
mod lower;
mod parse;
mod plan;
mod scope;
mod synapse;
#[cfg(test)]
mod tests;
mod unit;

use proc_macro2::TokenStream;
use quote::quote;

pub use emit::Paths;
pub use errors::Errors;
use scope::Scope;
pub use synapse::synapse;

/// The expansion of `neuron! { tokens }`. Mistakes are items that the compiler reports on the user's
/// tokens; the process is declared even so, with what could be read.
pub fn neuron(tokens: TokenStream, paths: &Paths) -> TokenStream {
    let mut errors = Errors::default();
    let Some(neuron) = parse::neuron(tokens, &mut errors) else {
        return errors.to_tokens();
    };
    let scope = Scope::new(&neuron.symbols, &scope::OF_NEURONS, &mut errors);
    check::check(&scope, &neuron, &mut errors);
    let plan = match errors.is_empty() {
        true => plan::plan(&scope, &neuron, &mut errors),
        false => None,
    };
    let items = emit::emit(&scope, &neuron, plan.as_ref(), paths);
    let mistakes = errors.to_tokens();
    quote!(#mistakes #items)
}
