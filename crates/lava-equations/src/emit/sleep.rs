//! Blocks of neurons that sleep.

use proc_macro2::{Ident, TokenStream};
use quote::quote;

use super::kernel::Kernel;
use super::model::fired;
use super::value::own;
use crate::graph::Leaf;

impl Kernel<'_> {
    /// Returns `true` if blocks of neurons can sleep: a step is a function of variables, parameters and
    /// inputs alone, and sends nothing but spikes.
    pub(super) fn sleeps(&self) -> bool {
        let is_autonomous = !self.parts.is_random() && !self.uses(Leaf::Time);
        is_autonomous && self.parts.outputs().next().is_none()
    }

    /// The list of the blocks that are awake, and the head of the loop over them.
    pub(super) fn awake_blocks(&self, first: &Ident) -> (TokenStream, TokenStream) {
        let [start, len, step, list] = ["start", "len", "step", "awake"].map(own);
        let inputs = self.parts.inputs().map(|(_, name)| name);
        let blocks = quote!(self.sleep.blocks(self.#first.len(), #step, &[#(&#inputs),*]));
        let library = &self.parts.paths.library;
        let blocks = match self.parts.closed() {
            None => blocks,
            Some(_) => quote! {
                match self.update {
                    #library::model::Update::EventDriven => self.events.blocks(),
                    _ => #blocks,
                }
            },
        };
        let list_blocks = quote! {
            let #step = self.context.time_step();
            let mut #list = #blocks;
        };
        let next = quote!(while let ::core::option::Option::Some((#start, #len)) = #list.next());
        (list_blocks, next)
    }

    /// Looks at the state before and after a block.
    pub(super) fn looks(&self) -> (TokenStream, TokenStream) {
        if !self.sleeps() {
            return Default::default();
        }
        let [start, list] = ["start", "awake"].map(own);
        let mut state: Vec<TokenStream> = Vec::new();
        state.extend(self.parts.states().map(|(_, name)| quote!(&self.#name)));
        if self.parts.has_refractory() {
            state.push(quote!(&self.refractory));
        }
        let ports = self.parts.spike_ports().into_iter().map(fired);
        let fires = ports.map(|fired| quote!(self.#fired.has_fired_from(#start)));
        let fires = fires
            .reduce(|a, b| quote!(#a | #b))
            .unwrap_or_else(|| quote!(false));
        let before = quote!(if #list.look() { #list.before(&[#(#state),*]); });
        let after = quote!(if #list.look() { #list.after(&[#(#state),*], #fires); });
        (before, after)
    }
}
