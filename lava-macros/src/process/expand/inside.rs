//! What a hierarchical model must say: a struct with a field for every port and Var.

use proc_macro2::TokenStream;
use quote::quote;

use super::handle::member_type;
use super::quiet;
use crate::process::model::{Kind, Member, Process};

pub(super) fn expand(process: &Process) -> TokenStream {
    let Process {
        library,
        vis,
        name,
        generics,
        ..
    } = process;
    let (impl_generics, ty_generics, where_clause) = generics.split_for_impl();
    let inside = process.exports_name();
    let members: Vec<&Member> = process.members.iter().filter(stands_for_others).collect();
    let quiet = quiet();
    let about = format!(" What stands behind the ports and Vars of a hierarchical [`{name}`].");
    let fields = members.iter().map(|member| {
        let ty = member_type(process, member);
        let Member { vis, name, .. } = member;
        let docs = format!(" What stands behind `{}`.", member.text());
        let process = &process.name;
        quote!(#[doc = #docs] #vis #name: #library::Export<#ty, #process #ty_generics>)
    });
    let names = members.iter().map(|member| &member.name);
    // Parameters are used by the fields, if there are any.
    let (parameters, arguments, bounds) = match members.is_empty() {
        true => (None, None, None),
        false => (Some(generics), Some(&ty_generics), Some(where_clause)),
    };
    quote! {
        #[doc = #about]
        #quiet
        #vis struct #inside #parameters #bounds {
            #(#fields,)*
        }

        #[automatically_derived]
        #quiet
        impl #impl_generics #library::Composite for #name #ty_generics #where_clause {
            type Exports = #inside #arguments;

            #[allow(unused_variables)]
            fn bind(
                &self,
                exports: Self::Exports,
                binder: &mut #library::ExportBinder,
            ) -> #library::Result<()> {
                #(binder.put(&self.#names, exports.#names)?;)*
                ::core::result::Result::Ok(())
            }
        }
    }
}

/// Whether something must stand behind a member.
fn stands_for_others(member: &&Member) -> bool {
    match member.kind {
        Kind::InPort | Kind::OutPort | Kind::RefPort | Kind::Var => true,
        Kind::VarPort | Kind::Param => false,
    }
}
