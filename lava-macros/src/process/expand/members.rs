//! The members as types: the fields of a model look theirs up by name.

use std::collections::HashSet;

use proc_macro2::{Ident, Literal, TokenStream};
use quote::{ToTokens, quote};
use syn::ext::IdentExt;
use syn::parse_quote;

use super::handle::member_type;
use crate::process::model::Process;
use crate::text::key;

/// An impl for each member. Those that could not be read are of a type that any field binds.
pub(super) fn impls(process: &Process) -> TokenStream {
    let Process {
        library,
        name,
        generics,
        ..
    } = process;
    let (impl_generics, ty_generics, where_clause) = generics.split_for_impl();
    if process.is_unread {
        let mut generics = generics.clone();
        generics.params.push(parse_quote!(const __NAME: u64));
        let (impl_generics, _, _) = generics.split_for_impl();
        return quote! {
            impl #impl_generics #library::HasMember<__NAME> for #name #ty_generics #where_clause {}

            impl #impl_generics #library::MemberType<__NAME, #library::UnknownMember>
                for #name #ty_generics #where_clause {}
        };
    }
    let known = process.members.iter().map(|member| {
        let ty = member_type(process, member).into_token_stream();
        (&member.name, ty)
    });
    let unread = process.unread.iter();
    let unread = unread.map(|name| (name, quote!(#library::UnknownMember)));
    let mut seen = HashSet::new();
    let members = known
        .chain(unread)
        .filter(|(name, _)| seen.insert(name.unraw()));
    let impls = members.map(|(member, ty): (&Ident, _)| {
        let key = Literal::u64_unsuffixed(key(&member.unraw().to_string()));
        quote! {
            #[automatically_derived]
            impl #impl_generics #library::HasMember<#key> for #name #ty_generics #where_clause {}

            #[automatically_derived]
            impl #impl_generics #library::MemberType<#key, #ty> for #name #ty_generics #where_clause {}
        }
    });
    impls.collect()
}
