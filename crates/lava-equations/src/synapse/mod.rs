//! Synapses as equations: the tokens of `synapse!` → the rule of plasticity that a person would have
//! written.
//!
//! `parse` reads statements, `check` applies the rules, of which the first is that a synapse reads what is
//! at the synapse; `plan` solves equations between spikes and puts together what spikes change, and `emit`
//! writes it.

mod check;
mod docs;
mod emit;
mod fields;
mod item;
mod parse;
mod plan;

use proc_macro2::TokenStream;
use quote::quote;

use crate::emit::Paths;
use crate::errors::Errors;
use crate::scope::Scope;

/// The expansion of `synapse! { tokens }`. Mistakes are items that the compiler reports on the user's
/// tokens; the rule is declared even so, with what could be read.
pub fn synapse(tokens: TokenStream, paths: &Paths) -> TokenStream {
    let mut errors = Errors::default();
    let Some(synapse) = parse::synapse(tokens, &mut errors) else {
        return errors.to_tokens();
    };
    let scope = Scope::new(&synapse.symbols, &check::RESERVED, &mut errors)
        .reading(check::readable(&synapse));
    check::check(&scope, &synapse, &mut errors);
    let plan = match errors.is_empty() {
        true => plan::plan(&scope, &synapse, &mut errors),
        false => None,
    };
    let items = emit::emit(&scope, &synapse, plan.as_ref(), paths);
    let mistakes = errors.to_tokens();
    quote!(#mistakes #items)
}

/// The messages of a declaration.
#[cfg(test)]
pub(crate) fn messages(tokens: TokenStream) -> Vec<String> {
    let mut errors = Errors::default();
    let synapse = parse::synapse(tokens, &mut errors).expect("a declaration");
    let scope = Scope::new(&synapse.symbols, &check::RESERVED, &mut errors)
        .reading(check::readable(&synapse));
    check::check(&scope, &synapse, &mut errors);
    if errors.is_empty() {
        plan::plan(&scope, &synapse, &mut errors);
    }
    errors.messages()
}
