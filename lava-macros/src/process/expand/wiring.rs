//! What `network!` needs to see that every required in-port is fed: a type with one parameter
//! for each, which turns from `Unfed` to `Fed` as connections are made.

use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote};

use crate::process::model::{Member, Process};
use crate::text::snake;

pub(super) fn expand(process: &Process) -> TokenStream {
    let ports: Vec<&Member> = process.fed().collect();
    if ports.is_empty() {
        return TokenStream::new();
    }
    let markers = ports.iter().map(|port| marker(process, port));
    let wiring = wiring(process, &ports);
    quote! {
        #(#markers)*
        #wiring
    }
}

fn fed_name(process: &Process, port: &Member) -> Ident {
    format_ident!("{}Fed", process.marker_name(port))
}

/// The type that marks a port, and the trait that says what is wrong when nothing feeds it.
fn marker(process: &Process, port: &Member) -> TokenStream {
    let Process {
        library, vis, name, ..
    } = process;
    let marker = process.marker_name(port);
    let fed = fed_name(process, port);
    let text = port.text();
    let message = format!("nothing feeds `{text}`, an input that `{name}` requires");
    let label = format!("`{text}` is not connected");
    let variable = snake(&name.to_string());
    let note = format!("connect an output to it: `source.s_out -> {variable}.{text};`");
    quote! {
        #[doc(hidden)]
        #vis enum #marker {}

        #[doc(hidden)]
        #[diagnostic::on_unimplemented(message = #message, label = #label, note = #note)]
        #vis trait #fed {}

        #[automatically_derived]
        impl #fed for #library::Fed {}
    }
}

fn wiring(process: &Process, ports: &[&Member]) -> TokenStream {
    let Process { library, vis, .. } = process;
    let wiring = process.wiring_name();
    let states: Vec<Ident> = (0..ports.len()).map(|i| format_ident!("__P{i}")).collect();
    let bounds = ports.iter().map(|port| fed_name(process, port));
    let feeds = ports.iter().enumerate().map(|(index, port)| {
        let marker = process.marker_name(port);
        let next = states.iter().enumerate().map(|(other, state)| {
            if other == index {
                quote!(#library::Fed)
            } else {
                quote!(#state)
            }
        });
        quote! {
            #[automatically_derived]
            impl<#(#states),*> #library::Feed<#marker> for #wiring<#(#states),*> {
                type Next = #wiring<#(#next),*>;

                fn next(self) -> Self::Next {
                    #wiring(::core::marker::PhantomData)
                }
            }
        }
    });
    quote! {
        #[doc(hidden)]
        #vis struct #wiring<#(#states = #library::Unfed),*>(
            ::core::marker::PhantomData<fn() -> (#(#states,)*)>,
        );

        #(#feeds)*

        #[automatically_derived]
        impl<#(#states),*> #library::Feed<#library::Optional> for #wiring<#(#states),*> {
            type Next = Self;

            fn next(self) -> Self {
                self
            }
        }

        #[automatically_derived]
        impl<#(#states: #bounds),*> #library::Complete for #wiring<#(#states),*> {}
    }
}
