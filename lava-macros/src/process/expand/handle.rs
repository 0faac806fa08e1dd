//! The handle: the user's struct, with the types of its members completed.

use proc_macro2::TokenStream;
use quote::{ToTokens, quote};
use syn::{GenericArgument, PathArguments, TypePath, parse_quote};

use super::docs::{about_parameter, sentence};
use crate::process::model::{Kind, Member, Process, ShapeType};

/// The struct.
pub(super) fn item(process: &Process) -> TokenStream {
    let Process {
        attributes,
        vis,
        name,
        generics,
        members,
        ..
    } = process;
    let library = process.library.path();
    let where_clause = &generics.where_clause;
    let fields = members.iter().map(|member| {
        let Member {
            attributes,
            vis,
            name,
            ..
        } = member;
        let ty = member_type(process, member);
        // An undocumented field stays one that `missing_docs` finds.
        let is_documented = member.is_set() && member.docs().next().is_some();
        let about = is_documented.then(|| {
            let line = sentence(&about_parameter(member));
            quote!(#[doc = ""] #line)
        });
        quote!(#(#attributes)* #about #vis #name: #ty)
    });
    quote! {
        #(#attributes)*
        #[allow(dead_code)]
        #vis struct #name #generics #where_clause {
            #(#fields,)*
            #[doc(hidden)]
            #vis __process: #library::ProcessRef,
        }
    }
}

/// `Clone` and `Debug`, whatever the type parameters are.
pub(super) fn impls(process: &Process) -> TokenStream {
    let Process {
        name,
        generics,
        members,
        ..
    } = process;
    let (impl_generics, ty_generics, where_clause) = generics.split_for_impl();
    let names = members.iter().map(|member| &member.name);
    quote! {
        #[automatically_derived]
        impl #impl_generics ::core::clone::Clone for #name #ty_generics #where_clause {
            fn clone(&self) -> Self {
                Self {
                    #(#names: ::core::clone::Clone::clone(&self.#names),)*
                    __process: ::core::clone::Clone::clone(&self.__process),
                }
            }
        }

        #[automatically_derived]
        impl #impl_generics ::core::fmt::Debug for #name #ty_generics #where_clause {
            fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                ::core::fmt::Debug::fmt(&self.__process, f)
            }
        }
    }
}

/// The type as written, plus the parameters that the member's options add.
pub(super) fn member_type(process: &Process, member: &Member) -> TypePath {
    let mut ty = member.ty.clone();
    let added = parameters(process, member);
    if let Some(last) = ty.path.segments.last_mut()
        && let PathArguments::AngleBracketed(arguments) = &mut last.arguments
    {
        let missing = arguments.args.len() - 1;
        for parameter in added.into_iter().skip(missing) {
            arguments.args.push(parameter);
        }
    }
    ty
}

/// The parameters that follow the element type, where an option adds any.
fn parameters(process: &Process, member: &Member) -> Vec<GenericArgument> {
    let library = process.library.path();
    let shape = shape_type(process, member);
    let third = match member.kind {
        Kind::InPort if member.must_be_fed() => process.marker_name(member).into_token_stream(),
        Kind::InPort if member.options.unit.is_some() => {
            let unit = &member.options.unit;
            quote!(#library::InUnit<#unit>)
        }
        Kind::OutPort if member.options.delay.is_some() => match &member.options.unit {
            Some(unit) => quote!(#library::DelayedUnit<#unit>),
            None => quote!(#library::Delayed),
        },
        Kind::OutPort if member.options.unit.is_some() => {
            let unit = &member.options.unit;
            quote!(#library::OutUnit<#unit>)
        }
        Kind::Var if member.options.scalar => return vec![parse_quote!(#shape)],
        Kind::VarPort => {
            let var = process.lent(member).map(|var| shape_type(process, var));
            return var.map(|shape| parse_quote!(#shape)).into_iter().collect();
        }
        _ => return Vec::new(),
    };
    vec![parse_quote!(#shape), parse_quote!(#third)]
}

/// The member's shape as a type.
fn shape_type(process: &Process, member: &Member) -> TokenStream {
    let library = process.library.path();
    match &member.shape {
        _ if member.options.scalar => quote!(#library::Scalar),
        ShapeType::Dyn => quote!(#library::Dyn),
        ShapeType::Parameter(parameter) => parameter.to_token_stream(),
        ShapeType::Literal => member.shape_written.to_token_stream(),
    }
}
