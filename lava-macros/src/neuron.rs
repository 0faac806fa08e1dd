//! `neuron!`: equations → a process and its model, by `lava_equations`.

use lava_equations::Paths;
use proc_macro2::TokenStream;
use quote::quote;

use crate::errors::Errors;
use crate::paths;

/// The expansion of `neuron! { input }`.
pub(crate) fn neuron(input: TokenStream) -> TokenStream {
    let mut errors = Errors::default();
    let (library, input) = paths::leading(input, &mut errors);
    let items = lava_equations::neuron(
        input,
        &Paths {
            library: library.root(),
            private: library.path(),
            option: library.option(),
        },
    );
    let errors = errors.to_tokens();
    quote!(#errors #items)
}
