//! `#[implements]`: a struct of model-side ports and fields → a model of a process.
//!
//! The macro sees the model only. That it binds every member of the process, and nothing else,
//! is checked when the expansion is compiled, by the library's `model::members`.

pub(crate) mod check;
mod expand;
pub(crate) mod model;
pub(crate) mod parse;
#[cfg(test)]
mod tests;

use proc_macro2::TokenStream;

use crate::errors::Errors;
use crate::fallback::repair_model;
use crate::recover;

/// The expansion of `#[implements(options)] item`.
pub(crate) fn implements(options: TokenStream, item: TokenStream) -> TokenStream {
    let mut errors = Errors::default();
    let written = item;
    let Some((mut item, unread)) = recover::item(written.clone(), &mut errors) else {
        return [errors.to_tokens(), written].into_iter().collect();
    };
    let is_half_typed = !unread.is_empty() && errors.is_empty();
    let mut model = parse::parse(options, &mut item, unread, &mut errors);
    if let Some(model) = &mut model {
        let repairs = check::check(model, &mut errors);
        repair_model(model, repairs);
    }
    let impls = model.as_ref().map(expand::expand).unwrap_or_default();
    // The compiler reports a field that is not complete once, however often it reads it, and then
    // allows every use of the struct's fields.
    let item = match is_half_typed && recover::is_plain(&written) {
        true => quote::quote!(#[allow(dead_code)] #written),
        false => expand::item(&item),
    };
    [item, impls, errors.to_tokens()].into_iter().collect()
}

/// The expansion of `#[tag]` and `#[requires]` where `#[implements]` did not see them.
pub(crate) fn misplaced(name: &str, item: TokenStream) -> TokenStream {
    let message = format!("`#[{name}]` belongs below `#[implements]`");
    let error = syn::Error::new(proc_macro2::Span::call_site(), message);
    [item, error.to_compile_error()].into_iter().collect()
}
