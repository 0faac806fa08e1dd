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
    let Some((mut item, unread)) = recover::item(item.clone(), &mut errors) else {
        return [errors.to_tokens(), item].into_iter().collect();
    };
    let mut model = parse::parse(options, &mut item, unread, &mut errors);
    if let Some(model) = &mut model {
        let repairs = check::check(model, &mut errors);
        repair_model(model, repairs);
    }
    let impls = model.as_ref().map(expand::expand).unwrap_or_default();
    let item = expand::item(&item);
    [item, impls, errors.to_tokens()].into_iter().collect()
}

/// The expansion of `#[tag]` and `#[requires]` where `#[implements]` did not see them.
pub(crate) fn misplaced(name: &str, item: TokenStream) -> TokenStream {
    let message = format!("`#[{name}]` belongs below `#[implements]`");
    let error = syn::Error::new(proc_macro2::Span::call_site(), message);
    [item, error.to_compile_error()].into_iter().collect()
}
