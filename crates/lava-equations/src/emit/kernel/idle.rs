//! Blocks in which variables are idle: the call of the loop without them.

use proc_macro2::{Literal, TokenStream};
use quote::quote;

use super::{Kernel, connected_name};
use crate::emit::value::own;

impl Kernel<'_> {
    /// The condition under which the loop computes a variable that can be idle.
    pub(super) fn is_computed(&self, state: usize) -> Option<TokenStream> {
        let mut idle = self.plan.idle.iter();
        let index = idle.position(|idle| idle.states.contains(&state))?;
        let bit = Literal::usize_unsuffixed(1 << index);
        Some(quote!(IDLE & #bit == 0))
    }

    /// Returns `true` if idle variables depend on the input.
    pub(super) fn feeds_idle(&self, input: usize) -> bool {
        let mut idle = self.plan.idle.iter();
        idle.any(|idle| idle.inputs.contains(&input))
    }

    /// The variables that are idle in a block, a bit for each group; where neurons differ, all are computed.
    pub(super) fn idle(&self) -> TokenStream {
        let [start, len, idle, uniform] = ["start", "len", "idle", "is_uniform"].map(own);
        let bits = self.plan.idle.iter().enumerate().map(|(index, idle)| {
            let bit = Literal::usize_unsuffixed(1 << index);
            let inputs = idle.inputs.iter().map(|input| {
                let connected = connected_name(self.name(*input));
                quote!(!#connected)
            });
            let states = idle.states.iter().map(|state| {
                let name = self.name(*state);
                quote!(are_zero(&self.#name[#start..][..#len]))
            });
            let terms = inputs.chain(states);
            quote!(if #uniform && #(#terms)&&* { #bit } else { 0 })
        });
        match self.plan.idle.is_empty() {
            true => TokenStream::new(),
            false => quote!(let #idle = #(#bits)|*;),
        }
    }

    /// The call of the loop over a block with these arguments, which is compiled once for each case.
    pub(super) fn call(&self, values: &[TokenStream]) -> TokenStream {
        let [len, idle, uniform, update] = ["len", "idle", "is_uniform", "update"].map(own);
        let numbers = (1..1 << self.plan.idle.len()).map(Literal::usize_unsuffixed);
        match self.plan.idle.is_empty() {
            true => quote! {
                match #uniform {
                    true => #update::<T, true>(#len, #(#values),*),
                    false => #update::<T, false>(#len, #(#values),*),
                }
            },
            false => quote! {
                {
                    macro_rules! update {
                        ($uniform:literal, $idle:literal) => {
                            #update::<T, $uniform, $idle>(#len, #(#values),*)
                        };
                    }
                    match (#uniform, #idle) {
                        #((true, #numbers) => update!(true, #numbers),)*
                        (true, _) => update!(true, 0),
                        (false, _) => update!(false, 0),
                    }
                }
            },
        }
    }
}
