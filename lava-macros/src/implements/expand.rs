//! [`Model`] → tokens. Nothing here can fail.

use proc_macro2::{Ident, Literal, Span, TokenStream};
use quote::{ToTokens, format_ident, quote, quote_spanned};
use syn::punctuated::Punctuated;
use syn::{Expr, GenericParam, Generics, Item, Path, Token, Type, parse_quote};

use super::check::mentions;
use super::model::{Field, LocalField, Model, Role};
use crate::paths::Library;
use crate::spans::{ends, moved};
use crate::text::key;

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
    let alias = alias(model);
    let (checks, generic_checks) = match model.sub_model {
        None if !model.is_hollow => checks(model),
        _ => (TokenStream::new(), TokenStream::new()),
    };
    let models = models(model, &generic_checks);
    let choices = choices(model);
    let import = model.library.import();
    let no_member = (model.sub_model.is_none() && model.bound().next().is_some()).then(|| {
        let library = &model.library;
        quote! {
            #[allow(unused_imports)]
            use #library::NoMember as _;
        }
    });
    quote! {
        const _: () = {
            #import
            #no_member

            #alias
            #checks
            #models
            #(#choices)*
        };
    }
}

/// A name for the process that stands in expressions, so that a path that leads nowhere is reported
/// once.
fn alias(model: &Model) -> TokenStream {
    let Model {
        library, process, ..
    } = model;
    let name = alias_name(model);
    let mut generics = generics(model);
    generics.where_clause = None;
    generics.params = used_parameters(&generics, process);
    quote! {
        #[allow(dead_code)]
        type #name #generics = <#process as #library::IsProcess>::Handle;
    }
}

fn alias_name(model: &Model) -> Ident {
    let span = model.process.segments.last().map(|last| last.ident.span());
    format_ident!(
        "__{}Process",
        model.name,
        span = span.unwrap_or_else(Span::call_site)
    )
}

/// The parameters that the path mentions, without their bounds, which an alias cannot enforce.
fn used_parameters(generics: &Generics, path: &Path) -> Punctuated<GenericParam, Token![,]> {
    let used = generics.params.iter().filter(|param| match param {
        GenericParam::Type(param) => mentions(path.to_token_stream(), &param.ident),
        GenericParam::Const(param) => mentions(path.to_token_stream(), &param.ident),
        GenericParam::Lifetime(_) => false,
    });
    used.map(|param| match param {
        GenericParam::Type(param) => GenericParam::Type(param.ident.clone().into()),
        param => param.clone(),
    })
    .collect()
}

/// The parameters of the model and the process's own.
fn generics(model: &Model) -> Generics {
    let mut generics = model.generics.clone();
    generics
        .params
        .extend(model.process_generics.params.iter().cloned());
    generics
}

fn models(model: &Model, checks: &TokenStream) -> TokenStream {
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
    if let Some(word) = &model.sub_model {
        let (at_word, sub_model) = (
            library.at(word.span()),
            Ident::new("sub_model", word.span()),
        );
        let new =
            quote_spanned!(word.span()=> #at_word::ModelSpec::#sub_model::<#name #ty_generics>);
        return quote! {
            #[automatically_derived]
            impl #impl_generics #library::ModelOf<#process> for #name #ty_generics #where_clause {
                type Protocol = #protocol;

                fn spec() -> #library::ModelSpec {
                    #new(#text)
                }
            }
        };
    }
    if model.is_hollow {
        return quote! {
            #[automatically_derived]
            impl #impl_generics #library::ModelOf<#process> for #name #ty_generics #where_clause {
                type Protocol = #protocol;

                fn spec() -> #library::ModelSpec {
                    ::core::unreachable!()
                }
            }
        };
    }
    let make = make(model);
    let locals = locals(model);
    // A protocol that cannot run the model is reported here.
    let at = ends(protocol).0;
    let at_protocol = library.at(at);
    let is_empty = model.fields.is_empty() && model.unread.is_empty();
    let new = match is_empty && generics.params.is_empty() {
        true => {
            let handle = handle(model);
            let declaration = quote!(<#handle as #library::Process>::DECLARATION);
            let has_members = quote!({ !#declaration.members.is_empty() });
            quote_spanned! {at=>
                #at_protocol::WithoutFields::<#has_members>::spec::<#protocol, #name #ty_generics>
            }
        }
        false => quote_spanned! {at=>
            #at_protocol::ModelSpec::new::<#protocol, #name #ty_generics>
        },
    };
    let shardable = model.shardable.as_ref().map(|_| {
        let replicated = model.replicated.iter().map(member_text);
        quote!(.shardable(&[#(#replicated),*]))
    });
    let batching = model.batching.as_ref().map(|word| quote!(.#word()));
    // A field that holds no sums is reported at its name in the option.
    let adds_to = model.adds_to.iter().map(|port| {
        let (adds_to, text) = (Ident::new("adds_to", port.span()), member_text(port));
        let ty = model.field(port).map(|field| moved(&field.ty, port.span()));
        quote!(.#adds_to::<#ty>(#text))
    });
    quote! {
        #[automatically_derived]
        impl #impl_generics #library::ModelOf<#process> for #name #ty_generics #where_clause {
            type Protocol = #protocol;

            fn spec() -> #library::ModelSpec {
                #checks
                #new(#text, #make, #locals)#shardable #batching #(#adds_to)*
            }
        }
    }
}

/// The function that makes a model from the members of its process.
fn make(model: &Model) -> TokenStream {
    let Model {
        library, protocol, ..
    } = model;
    let binder = Ident::new("binder", Span::mixed_site());
    let bound: Vec<&Field> = model.bound().collect();
    let index = |name: &Ident| {
        let index = bound.iter().position(|field| field.name == *name);
        index.map(Literal::usize_unsuffixed)
    };
    let fields = model.fields.iter().map(|field| {
        let Field { name, ty, role } = field;
        let text = member_text(name);
        match role {
            Role::Bound => {
                let (probe, index) = (probe(model, name), index(name));
                // A type that cannot keep the member is reported here.
                let bind = Ident::new("bind", name.span());
                quote!(#name: #probe::PROBE.slot().#bind::<#ty, #protocol>(#text, #index, #binder)?)
            }
            Role::Local(LocalField { init: None, .. }) => {
                let local = local(library, ty);
                quote!(#name: #local::local(#binder))
            }
            Role::Local(LocalField {
                init: Some(init), ..
            }) => {
                let init = typed(ty, init);
                quote!(#name: #init)
            }
        }
    });
    let access = access(&bound).map(|access| quote!(#binder.fields(#access);));
    quote! {
        |#binder| {
            #access
            ::core::result::Result::Ok(Self {
                #(#fields,)*
            })
        }
    }
}

/// The function that returns the bound field with an index.
fn access(bound: &[&Field]) -> Option<TokenStream> {
    let this = Ident::new("model", Span::mixed_site());
    let field = Ident::new("field", Span::mixed_site());
    let (last, others) = bound.split_last()?;
    let arms = others.iter().enumerate().map(|(index, field)| {
        let (index, name) = (Literal::usize_unsuffixed(index), &field.name);
        quote!(#index => &mut #this.#name)
    });
    let last = &last.name;
    Some(quote! {
        |#this: &mut Self, #field| match #field {
            #(#arms,)*
            _ => &mut #this.#last,
        }
    })
}

/// The process in an expression.
fn handle(model: &Model) -> TokenStream {
    let process = alias_name(model);
    let used = Generics {
        params: used_parameters(&generics(model), &model.process),
        ..Generics::default()
    };
    let arguments = used.split_for_impl().1.to_token_stream();
    quote!(#process #arguments)
}

/// The probe for a member of the process.
fn probe(model: &Model, field: &Ident) -> TokenStream {
    let library = model.library.at(field.span());
    let handle = handle(model);
    let key = key_of(field);
    quote_spanned!(field.span()=> #library::MemberProbe::<#handle, #key>)
}

/// The number that stands for the name of a field in types.
fn key_of(field: &Ident) -> Literal {
    let mut key = Literal::u64_unsuffixed(key(&member_text(field)));
    key.set_span(field.span());
    key
}

/// Checks that fields are members of the process, and that no member was forgotten. A generic
/// process is checked for the latter when it is used.
fn checks(model: &Model) -> (TokenStream, TokenStream) {
    let Model { library, name, .. } = model;
    let handle = handle(model);
    let bound: Vec<&Ident> = model.bound().map(|field| &field.name).collect();
    let (text, unread) = (member_text(name), model.unread.iter().map(member_text));
    let fields: Vec<String> = bound
        .iter()
        .map(|name| member_text(name))
        .chain(unread)
        .collect();
    let probes = bound.iter().map(|field| probe(model, field));
    let is_async = model
        .protocol
        .segments
        .last()
        .is_some_and(|last| last.ident == "Async");
    let (at, declaration) = (
        library.at(name.span()),
        quote!(<#handle as #library::Process>::DECLARATION),
    );
    let members = quote_spanned! {name.span()=>
        #at::check_members(&[#(#probes::EXISTS),*], &#declaration, #text, &[#(#fields),*], #is_async)
    };
    if generics(model).params.is_empty() {
        let checks = bound.iter().map(|field| {
            let (at, probe, text) = (
                library.at(field.span()),
                probe(model, field),
                member_text(field),
            );
            quote_spanned! {field.span()=>
                const _: () = #at::check_field(#probe::EXISTS, &#declaration, #text, &[#(#fields),*]);
            }
        });
        return (
            quote!(#(#checks)* const _: () = #members;),
            TokenStream::new(),
        );
    }
    let checks = bound.iter().map(|field| {
        // Of the field's own context, or the compiler would point to the attribute.
        let process = handle.clone().into_iter().map(|mut token| {
            token.set_span(field.span());
            token
        });
        let process: TokenStream = process.collect();
        let (at, key) = (library.at(field.span()), key_of(field));
        quote_spanned!(field.span()=> #at::has_member::<#process, #key>();)
    });
    (TokenStream::new(), quote!(#(#checks)* const { #members };))
}

/// The functions that concern the model's own fields.
fn locals(model: &Model) -> TokenStream {
    let library = &model.library;
    if model.bound().count() == model.fields.len() {
        return quote!(#library::Locals::<Self>::none());
    }
    let (reset, visit) = (reset(model), visit(model));
    quote!(#library::Locals::<Self>::new(#reset, #visit))
}

/// The function that visits the model's own fields which snapshots keep.
fn visit(model: &Model) -> TokenStream {
    let library = &model.library;
    let this = Ident::new("model", Span::mixed_site());
    let visit = Ident::new("visit", Span::mixed_site());
    let kept = model.fields.iter().filter_map(|Field { name, ty, role }| {
        let Role::Local(LocalField {
            is_rebuilt: false, ..
        }) = role
        else {
            return None;
        };
        let text = member_text(name);
        // The compiler chooses by the type of the field whether it can be kept.
        Some(quote! {
            (&&#library::LocalProbe::<#ty>::PROBE).visit(#text, &mut #this.#name, #visit)?;
        })
    });
    let mut kept = kept.peekable();
    match kept.peek() {
        Some(_) => quote! {
            |#this, #visit| {
                #[allow(unused_imports)]
                use #library::{SavedLocal as _, UnsavedLocal as _};
                #(#kept)*
                ::core::result::Result::Ok(())
            }
        },
        None => quote!(|_, _| ::core::result::Result::Ok(())),
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
            Role::Local(LocalField { init: None, .. }) => {
                let local = local(library, ty);
                Some(quote!(#local::reset(&mut #this.#name);))
            }
            Role::Local(LocalField {
                init: Some(init), ..
            }) => {
                let init = typed(ty, init);
                Some(quote!(#this.#name = #init;))
            }
        }
    });
    quote!(|#this| { #(#locals)* })
}

/// The trait of a local field's type, reported at the type.
fn local(library: &Library, ty: &Type) -> TokenStream {
    let at = ends(ty).0;
    let library = library.at(at);
    quote_spanned!(at=> <#ty as #library::Local>)
}

/// The first value of a field. It is written twice, and reported in the same words both times,
/// which the compiler prints once.
fn typed(ty: &Type, init: &Expr) -> TokenStream {
    let value = Ident::new("value", Span::mixed_site().located_at(ends(init).0));
    quote!({ let #value: #ty = #init; #value })
}

fn member_text(name: &Ident) -> String {
    syn::ext::IdentExt::unraw(name).to_string()
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
            // The compiler names the parameter if the process is of another crate.
            let tag = Ident::new(
                "ForAForeignProcessWriteAlternativeInImplements",
                ends(&model.process).0,
            );
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
    let at = ends(process).0;
    let at_process = library.at(at);
    quote_spanned! {at=>
        #[automatically_derived]
        impl #impl_generics #at_process::OnlyModelUnlessTaggedOrAlternative<#protocol, #tag, #resource> for #process
        #where_clause
        {
            fn only() -> #library::ModelSpec {
                <#name #ty_generics as #library::ModelOf<#process>>::spec()
            }
        }
    }
}
