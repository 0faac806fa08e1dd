//! `synapse!`: equations → a rule of plasticity, by `lava_equations`.

use lava_equations::Paths;
use proc_macro2::TokenStream;
use quote::quote;

use crate::errors::Errors;
use crate::paths;

/// The expansion of `synapse! { input }`.
pub(crate) fn synapse(input: TokenStream) -> TokenStream {
    let mut errors = Errors::default();
    let (library, input) = paths::leading(input, &mut errors);
    let items = lava_equations::synapse(
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
