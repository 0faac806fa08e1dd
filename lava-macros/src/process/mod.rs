//! `#[process]`: a struct of ports, Vars and parameters → handle, builder and declaration.
//!
//! [`parse`] reads every field on its own, [`check`] applies the rules that concern several,
//! [`fallback`](crate::fallback) leaves out what breaks them, and [`expand`] cannot fail. Nothing here knows what a process is used for.

pub(crate) mod check;
mod expand;
pub(crate) mod model;
pub(crate) mod parse;
#[cfg(test)]
mod tests;

use proc_macro2::TokenStream;
use quote::ToTokens;
use syn::Item;

use crate::errors::Errors;
use crate::fallback::repair_process;
use crate::recover;

/// The expansion of `#[process(options)] item`.
pub(crate) fn process(options: TokenStream, item: TokenStream) -> TokenStream {
    let mut errors = Errors::default();
    let Some((parsed, unread)) = recover::item(item.clone(), &mut errors) else {
        return [errors.to_tokens(), item].into_iter().collect();
    };
    let expansion = match parse::parse(options, &parsed, unread, &mut errors) {
        Some(mut process) => {
            let repairs = check::check(&process, &mut errors);
            repair_process(&mut process, repairs);
            expand::expand(&process)
        }
        None => without_attributes(parsed).into_token_stream(),
    };
    [expansion, errors.to_tokens()].into_iter().collect()
}

/// The item as it was, without the attributes that only a process understands.
fn without_attributes(mut item: Item) -> Item {
    if let Item::Struct(item) = &mut item {
        for field in &mut item.fields {
            field.attrs.clear();
        }
    }
    item
}
