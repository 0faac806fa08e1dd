//! Exports: a struct with a field for every port and Var, which a hierarchical model fills.

use proc_macro2::TokenStream;
use quote::quote;

use super::handle::member_type;
use crate::process::model::{Kind, Member, Process};

/// The struct.
pub(super) fn item(process: &Process) -> TokenStream {
    let Process {
        vis,
        name,
        generics,
        ..
    } = process;
    let library = process.library.path();
    let (_, ty_generics, where_clause) = generics.split_for_impl();
    let exports = process.exports_name();
    let about = format!(
        " Exports of a hierarchical [`{name}`]: the members inside that its ports and Vars stand for."
    );
    let fields: Vec<TokenStream> = exported(process)
        .map(|member| {
            let ty = member_type(process, member);
            let Member {
                vis, name: field, ..
            } = member;
            quote!(#vis #field: #library::Export<#ty, #name #ty_generics>)
        })
        .collect();
    // Parameters are used by the fields, if there are any.
    let (parameters, bounds) = match fields.is_empty() {
        true => (None, None),
        false => (Some(generics), where_clause),
    };
    quote! {
        #[doc = #about]
        #[allow(dead_code, deprecated, missing_docs)]
        #vis struct #exports #parameters #bounds {
            #(#fields,)*
        }
    }
}

/// The impl that binds each export.
pub(super) fn impls(process: &Process) -> TokenStream {
    let Process {
        library,
        name,
        generics,
        ..
    } = process;
    let (impl_generics, ty_generics, where_clause) = generics.split_for_impl();
    let exports = process.exports_name();
    let names: Vec<_> = exported(process).map(|member| &member.name).collect();
    let arguments = (!names.is_empty()).then_some(&ty_generics);
    let binder = match names.is_empty() {
        true => quote!(_),
        false => quote!(binder),
    };
    quote! {
        #[automatically_derived]
        impl #impl_generics #library::Composite for #name #ty_generics #where_clause {
            type Exports = #exports #arguments;

            fn unexported() -> Self::Exports {
                #exports { #(#names: #library::unexported(),)* }
            }

            fn bind(&self, exports: Self::Exports, binder: &mut #library::ExportBinder) {
                #(#binder.export(&self.#names, exports.#names);)*
            }
        }
    }
}

/// The members that stand for one inside.
fn exported(process: &Process) -> impl Iterator<Item = &Member> {
    process.members.iter().filter(|member| match member.kind {
        Kind::InPort | Kind::OutPort | Kind::RefPort | Kind::Var => true,
        Kind::VarPort | Kind::Param => false,
    })
}
