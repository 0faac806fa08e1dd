//! The last step of the builder: declares every member and makes the handle.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, format_ident, quote, quote_spanned};
use syn::Expr;

use crate::process::model::{Extents, Kind, Member, Process};
use crate::spans::{ends, parenthesized};

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
    let declarations = Ident::new("declarations", Span::mixed_site());
    let bindings = bindings(process, &declarations);
    let build = Builder {
        process,
        declarations,
    };
    // Parameters are moved into the handle, so they come after the expressions that read them.
    let (parameters, others): (Vec<_>, Vec<_>) = members
        .iter()
        .partition(|member| member.kind == Kind::Param);
    let is_lent = |var: &&Member| {
        let mut lent = members.iter().filter_map(|member| process.lent(member));
        lent.any(|lent| lent.name == var.name)
    };
    let lent: Vec<&Member> = members.iter().filter(is_lent).collect();
    let lend = lent.iter().map(|var| {
        let (name, value) = (lent_var(&var.name), build.member(var));
        quote!(let #name = #value;)
    });
    let fields = others.into_iter().chain(parameters).map(|member| {
        let name = &member.name;
        let value = match lent.iter().any(|var| var.name == *name) {
            true => {
                let var = lent_var(name);
                quote!(::core::clone::Clone::clone(&#var))
            }
            false => build.member(member),
        };
        quote!(#name: #value)
    });
    let declarations = &build.declarations;
    quote! {
        #[automatically_derived]
        #[allow(deprecated, unused_qualifications)]
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
                #declarations: &mut #library::Declarations,
            ) -> ::core::result::Result<Self::Process, #library::BuildError> {
                #bindings
                #(#lend)*
                ::core::result::Result::Ok(#name {
                    #(#fields,)*
                    __process: #declarations.process(),
                })
            }
        }
    }
}

/// What the user's expressions can name: the shape of the population, what the builder must be
/// given, and every parameter.
fn bindings(process: &Process, declarations: &Ident) -> TokenStream {
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
            tokens.extend(quote!(#declarations.rank(#text, #name, #rank)?;));
        }
    }
    for member in &process.members {
        if member.kind == Kind::Param {
            let Member { name, element, .. } = member;
            let value = parameter(name);
            let given = match &member.options.default {
                Some(default) => or(name, element, default),
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

/// What the builder was given, or else a default. In a closure whose type is known the default
/// alone is blamed for a wrong type.
fn or(name: &Ident, ty: impl ToTokens, default: impl ToTokens) -> TokenStream {
    quote! {
        ::core::option::Option::unwrap_or_else(self.#name, || -> #ty { #default })
    }
}

/// The variable that owns a parameter.
fn parameter(name: &Ident) -> Ident {
    let span = Span::mixed_site().located_at(name.span());
    format_ident!("{}_value", name, span = span)
}

/// The variable that holds a Var which has a `VarPort`.
fn lent_var(name: &Ident) -> Ident {
    let span = Span::mixed_site().located_at(name.span());
    format_ident!("{}_lent", name, span = span)
}

struct Builder<'a> {
    process: &'a Process,
    declarations: Ident,
}

impl Builder<'_> {
    /// The expression for a field of the handle.
    fn member(&self, member: &Member) -> TokenStream {
        let declarations = &self.declarations;
        let Member { name, element, .. } = member;
        let text = member.text();
        if member.kind == Kind::Param {
            let value = parameter(name);
            return quote!(#declarations.param(#text, #value));
        }
        if let Some(var) = &member.options.var {
            let (lent, at) = (lent_var(var), Ident::new("var_port", var.span()));
            return quote!(#declarations.#at(#text, &#lent));
        }
        let dims = self.dims(member);
        // A type that no port can carry and no Var can hold is reported here.
        let at = ends(element).0;
        let method = |name| Ident::new(name, at);
        match member.kind {
            Kind::InPort => {
                let (in_port, required) = (method("in_port"), member.must_be_fed());
                quote!(#declarations.#in_port(#text, #dims, #required)?)
            }
            Kind::OutPort => {
                let (delay, ahead) = (&member.options.delay, &member.options.ahead);
                let (out_port, delay, ahead) = (method("out_port"), steps(delay), steps(ahead));
                quote!(#declarations.#out_port(#text, #dims, #delay, #ahead)?)
            }
            Kind::RefPort => {
                let ref_port = method("ref_port");
                quote!(#declarations.#ref_port(#text, #dims)?)
            }
            Kind::Var if matches!(member.extents(), Extents::Inferred) => {
                let (var, valid) = (method("inferred_var"), self.valid(member));
                let (default, shared) = (self.default(member), !member.options.private);
                quote!(#declarations.#var(#text, #default, self.#name, #valid, #shared)?)
            }
            Kind::Var | Kind::VarPort | Kind::Param => {
                let (var, init, valid) = (method("var"), self.init(member), self.valid(member));
                let shared = !member.options.private;
                quote!(#declarations.#var(#text, #dims, #init, #valid, #shared)?)
            }
        }
    }

    fn dims(&self, member: &Member) -> TokenStream {
        let library = &self.process.library;
        let dims = match member.extents() {
            Extents::Given(shape) => {
                let (first, last) = ends(shape);
                let (dynamic, library) = (quote!(#library::Dyn), library.at(first));
                let shape = parenthesized(quote!(#shape), last);
                quote_spanned!(first=> #library::IntoShape::<#dynamic>::into_dims #shape)
            }
            Extents::Value => {
                let name = &member.name;
                quote!(<#library::Dims as ::core::convert::From<&[usize]>>::from(#name.shape()))
            }
            Extents::Population => quote!(::core::clone::Clone::clone(&self.__shape)),
            Extents::Type | Extents::Inferred => return quote!(::core::option::Option::None),
        };
        quote!(::core::option::Option::Some(#dims))
    }

    fn init(&self, member: &Member) -> TokenStream {
        let Member { name, element, .. } = member;
        let library = &self.process.library;
        if member.options.init.is_none() {
            return quote!(::core::clone::Clone::clone(#name));
        }
        or(name, quote!(#library::Init<#element>), self.default(member))
    }

    /// The initial value that a Var has by default, if it has one.
    fn default(&self, member: &Member) -> Option<TokenStream> {
        let element = &member.element;
        member.options.init.as_ref().map(|init| {
            let at = ends(init).0;
            let library = self.process.library.at(at);
            quote_spanned!(at=> #library::Init::<#element>::new(#init))
        })
    }

    fn valid(&self, member: &Member) -> TokenStream {
        let library = &self.process.library;
        let element = &member.element;
        match &member.options.range {
            Some(range) => {
                let at = ends(range).0;
                let library = library.at(at);
                quote_spanned!(at=> #library::Constraint::<#element>::range(#range))
            }
            None if member.options.finite => {
                let library = library.at(ends(element).0);
                quote!(#library::Constraint::finite())
            }
            None => quote!(#library::Constraint::any()),
        }
    }
}

/// A number of steps, if one is given.
fn steps(given: &Option<Expr>) -> TokenStream {
    match given {
        Some(steps) => {
            let at = ends(steps).0;
            quote_spanned!(at=> ::core::option::Option::<usize>::Some(#steps))
        }
        None => quote!(::core::option::Option::None),
    }
}
