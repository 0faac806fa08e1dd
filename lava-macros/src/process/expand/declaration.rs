//! The static description, and the trait that carries it.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use syn::ext::IdentExt;

use crate::paths::Library;
use crate::process::model::{Member, Process, docs_text};
use crate::text::type_text;

pub(super) fn expand(process: &Process) -> TokenStream {
    let Process {
        library,
        attributes,
        name,
        generics,
        members,
        ..
    } = process;
    let (impl_generics, ty_generics, where_clause) = generics.split_for_impl();
    let text = name.unraw().to_string();
    let docs = docs_text(attributes);
    let members = members.iter().map(|member| describe(library, member));
    let (wiring, start) = match process.fed().next() {
        Some(_) => {
            let wiring = process.wiring_name();
            (
                quote!(#wiring),
                quote!(#wiring(::core::marker::PhantomData)),
            )
        }
        None => (quote!(#library::NoRequired), quote!(#library::NoRequired)),
    };
    quote! {
        #[automatically_derived]
        #[allow(deprecated)]
        impl #impl_generics #library::Process for #name #ty_generics #where_clause {
            const DECLARATION: #library::Declaration = #library::Declaration {
                name: #text,
                docs: #docs,
                members: &[#(#members),*],
            };

            type Wiring = #wiring;

            fn wiring() -> Self::Wiring {
                #start
            }

            fn process_ref(&self) -> &#library::ProcessRef {
                &self.__process
            }
        }
    }
}

fn describe(library: &Library, member: &Member) -> TokenStream {
    let name = member.text();
    let kind = format_ident!("{}", member.kind.name());
    let element = type_text(&member.element);
    let docs = docs_text(&member.attributes);
    let required = member.is_required() || member.must_be_fed();
    quote! {
        #library::Member {
            name: #name,
            kind: #library::MemberKind::#kind,
            element: #element,
            docs: #docs,
            required: #required,
        }
    }
}
