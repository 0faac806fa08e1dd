//! The declaration: the table of members, and the function that declares each of them in a network
//! and makes the handle.

use proc_macro2::{Ident, Span, TokenStream, TokenTree};
use quote::{ToTokens, format_ident, quote, quote_spanned};
use syn::Expr;
use syn::ext::IdentExt;

use super::wiring;
use crate::process::model::{Extents, Kind, Member, Process, ShapeType, docs_text};
use crate::spans::{ends, parenthesized};
use crate::text::type_text;

pub(super) fn impls(process: &Process) -> TokenStream {
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
    let described = members.iter().map(|member| describe(process, member));
    let unfed = wiring::unfed(process);
    let declarations = Ident::new("declarations", Span::mixed_site());
    let declare = Declare {
        process,
        declarations: &declarations,
    };
    let bindings = declare.bindings();
    let fields = members.iter().map(|member| {
        let (name, value) = (&member.name, declare.member(member));
        quote!(#name: #value)
    });
    quote! {
        #[automatically_derived]
        impl #impl_generics #library::Process for #name #ty_generics #where_clause {
            const DECLARATION: #library::Declaration = #library::Declaration::new(
                #text,
                #docs,
                &[#(#described),*],
            );

            type Required = #unfed;

            fn declare(
                #declarations: &mut #library::Declarations,
            ) -> ::core::result::Result<Self, #library::BuildError> {
                #bindings
                ::core::result::Result::Ok(Self {
                    #(#fields,)*
                    __process: #declarations.process(),
                })
            }

            fn process_ref(&self) -> &#library::ProcessRef {
                &self.__process
            }
        }
    }
}

/// The entry of a member in the table.
fn describe(process: &Process, member: &Member) -> TokenStream {
    let library = &process.library;
    let kind = format_ident!("{}", member.kind.function());
    let name = member.text();
    let ty = &member.element;
    let element = type_text(ty);
    let docs = docs_text(&member.attributes);
    let required = match &member.options.required_by {
        Some(requirement) => quote!(<#requirement as #library::Requirement>::IS_REQUIRED),
        None => (member.is_required() || member.options.required).into_token_stream(),
    };
    let scalar = member.is_scalar().then(|| quote!(.scalar()));
    let of = quote_spanned!(ends(ty).0=> of::<#ty>);
    quote!(#library::Member::#kind(#name, #element, #required, #docs).#of()#scalar)
}

struct Declare<'a> {
    process: &'a Process,
    declarations: &'a Ident,
}

impl Declare<'_> {
    /// The variables that the user's expressions name: the shape of the population, Vars that must
    /// be given, and parameters. Members that are made before the handle are among them.
    fn bindings(&self) -> TokenStream {
        let Declare {
            process,
            declarations,
        } = self;
        let library = &process.library;
        let mut tokens = TokenStream::new();
        let shape = format_ident!("shape");
        if process.has_population() && self.is_named(&shape) {
            tokens.extend(quote!(let #shape: &[usize] = &#declarations.population();));
        }
        let vars = || process.required().filter(|member| member.kind == Kind::Var);
        for var in vars().filter(|var| self.is_named(&var.name)) {
            let Member { name, element, .. } = var;
            let text = var.text();
            tokens.extend(
                quote!(let #name: &#library::Init<#element> = &#declarations.given(#text);),
            );
        }
        for var in vars() {
            if let Some(rank) = &var.options.rank {
                let (element, text) = (&var.element, var.text());
                tokens.extend(quote!(#declarations.rank::<#element>(#text, #rank)?;));
            }
        }
        let first = |kind| {
            let members = process.members.iter();
            members.filter(move |member| member.kind == kind && self.is_made_first(member))
        };
        for param in first(Kind::Param) {
            let (name, element, made) = (&param.name, &param.element, made_first(&param.name));
            let value = self.make(param);
            tokens.extend(quote! {
                let #made = #value;
                let #name: &#element = &#made;
            });
        }
        for var in first(Kind::Var) {
            let (made, value) = (made_first(&var.name), self.make(var));
            tokens.extend(quote!(let #made = #value;));
        }
        tokens
    }

    /// Returns `true` if one of the user's expressions may name this variable.
    fn is_named(&self, name: &Ident) -> bool {
        let name = name.unraw().to_string();
        self.process.members.iter().any(|member| {
            let options = &member.options;
            let expressions = [
                &options.shape,
                &options.delay,
                &options.ahead,
                &options.slack,
                &options.init,
                &options.range,
                &options.default,
            ];
            let mut given = expressions.into_iter().flatten();
            given.any(|expression| mentions(expression.to_token_stream(), &name))
        })
    }

    /// Returns `true` if a member is made before the handle: parameters that expressions name, and
    /// Vars that a `VarPort` offers.
    fn is_made_first(&self, member: &Member) -> bool {
        match member.kind {
            Kind::Param => self.is_named(&member.name),
            Kind::Var => {
                let offered = self.process.members.iter();
                let mut offered = offered.filter_map(|port| port.options.var.as_ref());
                offered.any(|var| *var == member.name)
            }
            Kind::InPort | Kind::OutPort | Kind::RefPort | Kind::VarPort => false,
        }
    }

    /// The expression for a field of the handle.
    fn member(&self, member: &Member) -> TokenStream {
        if self.is_made_first(member) {
            let made = made_first(&member.name);
            return quote!(::core::clone::Clone::clone(&#made));
        }
        self.make(member)
    }

    /// The call that declares a member.
    fn make(&self, member: &Member) -> TokenStream {
        let declarations = self.declarations;
        let text = member.text();
        if let Some(var) = &member.options.var {
            let (made, var_port) = (made_first(var), Ident::new("var_port", var.span()));
            return quote!(#declarations.#var_port(#text, &#made));
        }
        if member.kind == Kind::Param {
            return self.param(member);
        }
        // A type that no port can carry and no Var can hold is reported here.
        let at = ends(&member.element).0;
        let function = Ident::new(member.kind.function(), at);
        let modifiers = self.modifiers(member);
        let declarations = quote!(#declarations #modifiers);
        if member.kind != Kind::Var {
            return quote!(#declarations.#function(#text)?);
        }
        let (valid, init) = (self.valid(member), self.init(member));
        match (init, valid) {
            (None, None) => {
                let given_var = Ident::new("given_var", at);
                quote!(#declarations.#given_var(#text)?)
            }
            (None, Some(valid)) => {
                let given_var_within = Ident::new("given_var_within", at);
                quote!(#declarations.#given_var_within(#text, #valid)?)
            }
            (Some(init), None) => quote!(#declarations.#function(#text, #init)?),
            (Some(init), Some(valid)) => {
                let var_within = Ident::new("var_within", at);
                quote!(#declarations.#var_within(#text, #valid, #init)?)
            }
        }
    }

    fn param(&self, member: &Member) -> TokenStream {
        let declarations = self.declarations;
        let (element, text) = (&member.element, member.text());
        match &member.options.default {
            // In a closure whose type is known the default alone is blamed for a wrong type.
            Some(default) => {
                quote!(#declarations.param(#text, || -> #element { #default }))
            }
            None => quote!(#declarations.given_param::<#element>(#text)),
        }
    }

    /// The calls that say what is special about the member that is declared next.
    fn modifiers(&self, member: &Member) -> TokenStream {
        let library = &self.process.library;
        let options = &member.options;
        let mut tokens = match member.extents() {
            Extents::Given(shape) => {
                let (first, last) = ends(shape);
                let (dynamic, at_shape) = (quote!(#library::Dyn), library.at(first));
                let shape = parenthesized(quote!(#shape), last);
                let dims =
                    quote_spanned!(first=> #at_shape::IntoShape::<#dynamic>::into_dims #shape);
                quote!(.shaped(#dims))
            }
            Extents::Population if matches!(member.shape, ShapeType::Parameter(_)) => {
                quote!(.of_population())
            }
            Extents::Inferred => quote!(.inferred()),
            Extents::Population | Extents::Type | Extents::Value => TokenStream::new(),
        };
        if let Some(requirement) = &options.required_by {
            tokens.extend(quote!(.required_by::<#requirement>()));
        } else if options.required {
            tokens.extend(quote!(.required()));
        }
        if let Some(delay) = &options.delay {
            tokens.extend(steps("delay", delay));
        }
        if let Some(ahead) = &options.ahead {
            tokens.extend(steps("ahead", ahead));
        }
        if let Some(slack) = &options.slack {
            tokens.extend(steps("slack", slack));
        }
        if options.per_sample || member.is_of_population() {
            tokens.extend(quote!(.per_sample()));
        }
        if options.private {
            tokens.extend(quote!(.private()));
        }
        tokens
    }

    fn init(&self, member: &Member) -> Option<TokenStream> {
        let element = &member.element;
        let init = member.options.init.as_ref()?;
        let new = self.process.library.at(ends(init).0);
        let new = quote_spanned!(ends(init).0=> #new::Init::<#element>::new(#init));
        // A closure is checked on its own; a literal needs none, its value is made at no cost.
        Some(if is_literal(init) {
            let library = &self.process.library;
            quote!(#library::ready(#new))
        } else {
            quote!(|| #new)
        })
    }

    fn valid(&self, member: &Member) -> Option<TokenStream> {
        let library = &self.process.library;
        let element = &member.element;
        if let Some(range) = &member.options.range {
            let at = ends(range).0;
            let library = library.at(at);
            return Some(quote_spanned!(at=> #library::Constraint::<#element>::range(#range)));
        }
        member.options.finite.then(|| {
            let library = library.at(ends(element).0);
            quote!(#library::Constraint::finite())
        })
    }
}

/// Returns `true` for a number, string or other literal, with or without a sign.
fn is_literal(expr: &Expr) -> bool {
    match expr {
        Expr::Lit(_) => true,
        Expr::Unary(unary) => is_literal(&unary.expr),
        _ => false,
    }
}

/// The call that sets a number of steps.
fn steps(option: &str, steps: &Expr) -> TokenStream {
    let option = Ident::new(option, ends(steps).0);
    quote!(.#option(#steps))
}

/// The variable that owns a member which is made before the handle.
fn made_first(name: &Ident) -> Ident {
    let span = Span::mixed_site().located_at(name.span());
    Ident::new(&format!("__{}", name.unraw()), span)
}

/// Returns `true` if the tokens may name a variable, in the text of a literal too.
fn mentions(tokens: TokenStream, name: &str) -> bool {
    tokens.into_iter().any(|token| match token {
        TokenTree::Ident(ident) => ident.unraw() == name,
        TokenTree::Group(group) => mentions(group.stream(), name),
        TokenTree::Literal(literal) => literal.to_string().contains(name),
        TokenTree::Punct(_) => false,
    })
}
