//! [`Model`] → tokens. Nothing here can fail.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, format_ident, quote, quote_spanned};
use syn::spanned::Spanned;
use syn::{Generics, Item, Path, PathArguments, Token, parse_quote};

use super::model::{Field, Model, Role};

/// The user's struct, which need not use everything that it binds.
pub(super) fn item(item: &Item) -> TokenStream {
    match item {
        Item::Struct(item) => quote! {
            #[allow(dead_code)]
            #item
        },
        item => item.to_token_stream(),
    }
}

/// The impls that make the struct a model.
pub(super) fn expand(model: &Model) -> TokenStream {
    let models = models(model);
    let choices = choices(model);
    quote! {
        #models
        #(#choices)*
    }
}

/// The parameters of the model and those that only the process has.
fn generics(model: &Model) -> Generics {
    let mut generics = model.generics.clone();
    generics.params.extend(model.process_generics.params.iter().cloned());
    generics
}

fn models(model: &Model) -> TokenStream {
    let Model {
        library,
        name,
        process,
        protocol,
        ..
    } = model;
    let generics = generics(model);
    let (impl_generics, _, where_clause) = generics.split_for_impl();
    let (_, ty_generics, _) = model.generics.split_for_impl();
    let text = syn::ext::IdentExt::unraw(name).to_string();
    let make = make(model);
    let reset = reset(model);
    // A protocol that cannot run the model is reported here.
    let new = quote_spanned! {protocol.span()=>
        #library::Blueprint::new::<#protocol, #name #ty_generics>
    };
    quote! {
        #[automatically_derived]
        impl #impl_generics #library::Models<#process> for #name #ty_generics #where_clause {
            type Protocol = #protocol;

            fn blueprint() -> #library::Blueprint {
                #new(#text, #make, #reset)
            }
        }
    }
}

/// The function that makes a model from the members of its process.
fn make(model: &Model) -> TokenStream {
    let Model { library, name, .. } = model;
    let (_, ty_generics, _) = model.generics.split_for_impl();
    let binder = Ident::new("binder", Span::mixed_site());
    let this = Ident::new("model", Span::mixed_site());
    let bound: Vec<&Field> = model.bound().collect();
    let holes: Vec<Ident> = bound.iter().map(|field| hole(field)).collect();
    let literal = literal(model, &bound, &holes);
    let fields = model.fields.iter().map(|field| {
        let Field { name, ty, role } = field;
        let text = member_text(name);
        match role {
            Role::Bound => {
                let hole = hole(field);
                // A type that cannot keep the member is reported here.
                let bind = quote_spanned!(ty.span()=> #hole.bind::<#ty>);
                quote!(#name: #bind(#text, #binder)?)
            }
            Role::Local(None) => {
                let local = quote_spanned!(ty.span()=> <#ty as #library::Local>::local);
                quote!(#name: #local(#binder))
            }
            Role::Local(Some(init)) => quote!(#name: #init),
        }
    });
    let attached = bound.iter().zip(&holes).map(|(field, hole)| {
        let (field, ty) = (&field.name, &field.ty);
        let text = member_text(field);
        let attach = quote_spanned!(ty.span()=> #hole.attach::<#ty, _>);
        quote! {
            #attach(#text, #binder, |#this: &mut #name #ty_generics| &mut #this.#field);
        }
    });
    quote! {
        |#binder| {
            #(let #holes = #library::Hole::new();)*
            #literal
            let #this = #name {
                #(#fields,)*
            };
            #(#attached)*
            ::core::result::Result::Ok(#this)
        }
    }
}

/// A struct literal of the process, never evaluated, in which the compiler finds what the model
/// forgot (E0063) and what the process does not have (E0560).
fn literal(model: &Model, bound: &[&Field], holes: &[Ident]) -> TokenStream {
    let library = &model.library;
    let process = turbofish(&model.process);
    let names = bound.iter().map(|field| &field.name);
    quote! {
        let _ = || #process {
            #(#names: #holes.fill(),)*
            __process: #library::absent(),
        };
    }
}

/// The function that gives the model's own fields their first values again.
fn reset(model: &Model) -> TokenStream {
    let library = &model.library;
    let this = Ident::new("model", Span::mixed_site());
    let locals = model.fields.iter().filter_map(|field| {
        let Field { name, ty, role } = field;
        match role {
            Role::Bound => None,
            Role::Local(None) => {
                let reset = quote_spanned!(ty.span()=> <#ty as #library::Local>::reset);
                Some(quote!(#reset(&mut #this.#name);))
            }
            Role::Local(Some(init)) => Some(quote!(#this.#name = #init;)),
        }
    });
    let mut locals = locals.peekable();
    match locals.peek() {
        Some(_) => quote!(|#this| { #(#locals)* }),
        None => quote!(|_| {}),
    }
}

/// The variable that stands for a member of the process.
fn hole(field: &Field) -> Ident {
    let span = Span::mixed_site().located_at(field.name.span());
    format_ident!("{}_hole", field.name, span = span)
}

fn member_text(name: &Ident) -> String {
    syn::ext::IdentExt::unraw(name).to_string()
}

/// A path as expressions write it: `Lif::<f32>`.
fn turbofish(path: &Path) -> Path {
    let mut path = path.clone();
    for segment in &mut path.segments {
        if let PathArguments::AngleBracketed(arguments) = &mut segment.arguments {
            arguments.colon2_token.get_or_insert_with(<Token![::]>::default);
        }
    }
    path
}

/// The impls by which a configuration finds the model.
fn choices(model: &Model) -> Vec<TokenStream> {
    let library = &model.library;
    if model.alternative {
        return Vec::new();
    }
    let any: Path = parse_quote!(#library::AnyTag);
    match &model.tags[..] {
        [] => {
            let tag = format_ident!("__Tag");
            vec![choice(model, &parse_quote!(#tag), Some(&tag))]
        }
        tags => {
            let any = model.explicit.is_none().then_some(&any);
            let tags = tags.iter().chain(any);
            tags.map(|tag| choice(model, tag, None)).collect()
        }
    }
}

fn choice(model: &Model, tag: &Path, parameter: Option<&Ident>) -> TokenStream {
    let Model {
        library,
        name,
        process,
        protocol,
        ..
    } = model;
    let mut generics = generics(model);
    if let Some(parameter) = parameter {
        generics.params.push(parse_quote!(#parameter));
    }
    let (impl_generics, _, where_clause) = generics.split_for_impl();
    let (_, ty_generics, _) = model.generics.split_for_impl();
    let resource = match &model.resource {
        Some(resource) => resource.to_token_stream(),
        None => quote!(#library::Cpu),
    };
    // A second model for the same choice is reported here.
    let header = quote_spanned! {process.span()=>
        impl #impl_generics #library::HasModel<#protocol, #tag, #resource> for #process
    };
    quote! {
        #[automatically_derived]
        #header #where_clause {
            fn blueprint() -> #library::Blueprint {
                <#name #ty_generics as #library::Models<#process>>::blueprint()
            }
        }
    }
}
