//! Required in-ports, as types: `network!` sees that each of them is fed.

use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote};
use syn::parse_quote;

use crate::process::model::{Member, Process};
use crate::text::snake;

/// The types that mark required in-ports, and traits that say what is wrong where nothing feeds
/// one.
pub(super) fn items(process: &Process) -> TokenStream {
    let Process { vis, name, .. } = process;
    let items = process.fed().map(|port| {
        let marker = process.marker_name(port);
        let fed = fed_name(process, port);
        let text = port.text();
        let message = format!("nothing feeds `{text}`, an input that `{name}` requires [E3308]");
        let label = format!("`{text}` is not connected");
        let variable = snake(&name.to_string());
        let note = format!("connect an output to it: `source.s_out -> {variable}.{text};`");
        quote! {
            #[doc(hidden)]
            #[allow(non_camel_case_types)]
            #vis enum #marker {}

            #[doc(hidden)]
            #[allow(non_camel_case_types)]
            #[diagnostic::on_unimplemented(message = #message, label = #label, note = #note)]
            #vis trait #fed {}
        }
    });
    items.collect()
}

/// The place of each mark among the required in-ports, and the process with all of them fed.
pub(super) fn impls(process: &Process) -> TokenStream {
    let Process {
        library,
        name,
        generics,
        ..
    } = process;
    let ports: Vec<&Member> = process.fed().collect();
    if ports.is_empty() {
        return TokenStream::new();
    }
    let marks = ports.iter().enumerate().map(|(index, port)| {
        let (marker, fed) = (process.marker_name(port), fed_name(process, port));
        let here = quote!(#library::Here);
        let place = (0..index).fold(here, |place, _| quote!(#library::Next<#place>));
        quote! {
            impl #library::RequiredMark for #marker {
                type Place = #place;
            }

            impl<L> #library::TakesFrom<L> for #marker {}

            impl #fed for #library::Fed {}
        }
    });
    let states: Vec<Ident> = (0..ports.len()).map(|i| format_ident!("__P{i}")).collect();
    let mut all = generics.clone();
    for (state, port) in states.iter().zip(&ports) {
        let fed = fed_name(process, port);
        match &port.options.required_by {
            None => all.params.push(parse_quote!(#state: #fed)),
            Some(requirement) => {
                all.params.push(parse_quote!(#state));
                let bound = parse_quote! {
                    <#requirement as #library::Requirement>::After<#state>: #fed
                };
                all.make_where_clause().predicates.push(bound);
            }
        }
    }
    let (impl_generics, _, where_clause) = all.split_for_impl();
    let (_, ty_generics, _) = generics.split_for_impl();
    let list = list(states.iter().map(|state| quote!(#state)));
    quote! {
        #(#marks)*

        impl #impl_generics #library::Complete<#list> for #name #ty_generics #where_clause {}
    }
}

/// The type of the required in-ports before any of them is fed.
pub(super) fn unfed(process: &Process) -> TokenStream {
    let library = &process.library;
    let ports: Vec<_> = process.fed().collect();
    list(ports.iter().map(|_| quote!(#library::Unfed)))
}

/// A list of types: `(A, (B, ()))`.
fn list(types: impl DoubleEndedIterator<Item = TokenStream>) -> TokenStream {
    types
        .rev()
        .fold(quote!(()), |rest, ty| quote!((#ty, #rest)))
}

fn fed_name(process: &Process, port: &Member) -> Ident {
    format_ident!("{}Feeds_{}", process.name, port.text())
}
