//! The last step of the builder: declares every member and makes the handle.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{format_ident, quote, quote_spanned};
use syn::Expr;
use syn::spanned::Spanned;

use super::handle::shape_type;
use crate::process::model::{Extents, Kind, Member, Process};
use crate::text::expression_text;

pub(super) fn expand(process: &Process) -> TokenStream {
    let Process {
        library,
        name,
        generics,
        members,
        ..
    } = process;
    let (impl_generics, ty_generics, where_clause) = generics.split_for_impl();
    let builder = process.builder_name();
    let assembly = Ident::new("assembly", Span::mixed_site());
    let bindings = bindings(process, &assembly);
    let build = Builder { process, assembly };
    // Parameters are moved into the handle, so they come after the expressions that read them.
    let (parameters, others): (Vec<_>, Vec<_>) = members
        .iter()
        .partition(|member| member.kind == Kind::Param);
    let fields = others.into_iter().chain(parameters).map(|member| {
        let (name, value) = (&member.name, build.member(member));
        quote!(#name: #value)
    });
    let assembly = &build.assembly;
    quote! {
        #[automatically_derived]
        #[allow(deprecated)]
        impl #impl_generics #library::Build for #builder #ty_generics #where_clause {
            type Process = #name #ty_generics;

            fn name(
                mut self,
                name: impl ::core::convert::Into<::std::string::String>,
            ) -> Self {
                self.__name = ::core::option::Option::Some(::core::convert::Into::into(name));
                self
            }

            fn given_name(&self) -> ::core::option::Option<&str> {
                ::core::option::Option::as_deref(&self.__name)
            }

            #[allow(unused_variables)]
            fn build(
                self,
                #assembly: &mut #library::Assembly,
            ) -> ::core::result::Result<Self::Process, #library::BuildError> {
                #bindings
                ::core::result::Result::Ok(#name {
                    #(#fields,)*
                    __process: #assembly.process(),
                })
            }
        }
    }
}

/// What the user's expressions can name: the shape of the population, what the builder must be
/// given, and every parameter.
fn bindings(process: &Process, assembly: &Ident) -> TokenStream {
    let library = &process.library;
    let mut tokens = TokenStream::new();
    if process.has_population() {
        let shape = format_ident!("shape");
        tokens.extend(quote!(let #shape: &[usize] = #library::Dims::as_slice(&self.__shape);));
    }
    let vars = || process.required().filter(|member| member.kind == Kind::Var);
    for var in vars() {
        let name = &var.name;
        tokens.extend(quote!(let #name = &self.#name;));
    }
    for var in vars() {
        if let Some(rank) = &var.options.rank {
            let (name, text) = (&var.name, var.text());
            tokens.extend(quote!(#assembly.rank(#text, #name, #rank)?;));
        }
    }
    for member in &process.members {
        if member.kind == Kind::Param {
            let Member { name, element, .. } = member;
            let value = parameter(name);
            let given = match &member.options.default {
                Some(default) => quote! {
                    match self.#name {
                        ::core::option::Option::Some(given) => given,
                        ::core::option::Option::None => #default,
                    }
                },
                None => quote!(self.#name),
            };
            tokens.extend(quote! {
                let #value: #element = #given;
                let #name: &#element = &#value;
            });
        }
    }
    tokens
}

/// The variable that owns a parameter.
fn parameter(name: &Ident) -> Ident {
    let span = Span::mixed_site().located_at(name.span());
    format_ident!("{}_value", name, span = span)
}

struct Builder<'a> {
    process: &'a Process,
    assembly: Ident,
}

impl Builder<'_> {
    /// The expression for a field of the handle.
    fn member(&self, member: &Member) -> TokenStream {
        let Builder { process, assembly } = self;
        let Member { name, element, .. } = member;
        let text = member.text();
        if member.kind == Kind::Param {
            let value = parameter(name);
            return quote!(#assembly.param(#text, #value));
        }
        let dims = self.dims(member);
        let shape = shape_type(process, member);
        // A type that no port can carry and no Var can hold is reported here.
        let at = element.span();
        match member.kind {
            Kind::InPort => {
                let required = member.must_be_fed();
                let call = quote_spanned!(at=> #assembly.in_port::<#element, #shape, _>);
                quote!(#call(#text, #dims, #required)?)
            }
            Kind::OutPort => {
                let delay = option(member.options.delay.as_ref());
                let call = quote_spanned!(at=> #assembly.out_port::<#element, #shape, _>);
                quote!(#call(#text, #dims, #delay)?)
            }
            Kind::Var | Kind::Param => {
                let (init, valid) = (self.init(member), self.valid(member));
                let call = quote_spanned!(at=> #assembly.var::<#element, #shape>);
                quote!(#call(#text, #dims, #init, #valid)?)
            }
        }
    }

    fn dims(&self, member: &Member) -> TokenStream {
        let library = &self.process.library;
        let dims = match member.extents() {
            Extents::Given(shape) => {
                quote_spanned!(shape.span()=> #library::Dims::from(#shape))
            }
            Extents::Value => {
                let name = &member.name;
                quote!(#library::Dims::from(#name.shape()))
            }
            Extents::Population => quote!(::core::clone::Clone::clone(&self.__shape)),
            Extents::Type => return quote!(::core::option::Option::None),
        };
        quote!(::core::option::Option::Some(#dims))
    }

    fn init(&self, member: &Member) -> TokenStream {
        let (library, name) = (&self.process.library, &member.name);
        match &member.options.init {
            None => quote!(::core::clone::Clone::clone(#name)),
            Some(init) => {
                let default = quote_spanned!(init.span()=> #library::Init::new(#init));
                quote! {
                    match self.#name {
                        ::core::option::Option::Some(given) => given,
                        ::core::option::Option::None => #default,
                    }
                }
            }
        }
    }

    fn valid(&self, member: &Member) -> TokenStream {
        let library = &self.process.library;
        match &member.options.range {
            Some(range) => {
                let rule = format!("values in `{}`", expression_text(range));
                quote_spanned!(range.span()=> #library::Valid::range(#range, #rule))
            }
            None if member.options.finite => quote!(#library::Valid::finite()),
            None => quote!(#library::Valid::any()),
        }
    }
}

fn option(value: Option<&Expr>) -> TokenStream {
    match value {
        Some(value) => quote!(::core::option::Option::Some(#value)),
        None => quote!(::core::option::Option::None),
    }
}
