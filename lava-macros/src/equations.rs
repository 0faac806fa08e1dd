//! `neuron!` and `synapse!`: equations → a process and its model, or a rule, by `lava_equations`.

use lava_equations::Paths;
use proc_macro2::TokenStream;
use quote::quote;

use crate::errors::Errors;
use crate::paths;

/// The expansion of `neuron! { input }`.
pub(crate) fn neuron(input: TokenStream) -> TokenStream {
    expanded(input, lava_equations::neuron)
}

/// The expansion of `synapse! { input }`.
pub(crate) fn synapse(input: TokenStream) -> TokenStream {
    expanded(input, lava_equations::synapse)
}

fn expanded(input: TokenStream, items: fn(TokenStream, &Paths) -> TokenStream) -> TokenStream {
    let mut errors = Errors::default();
    let (library, input) = paths::leading(input, &mut errors);
    let paths = Paths {
        library: library.root(),
        private: library.path(),
        option: library.option(),
    };
    let items = items(input, &paths);
    let errors = errors.to_tokens();
    quote!(#errors #items)
}
