//! Paths to the library.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, format_ident, quote, quote_spanned};
use syn::parse::{ParseStream, Parser};
use syn::{Path, Token};

use crate::errors::Errors;
use crate::manifest;

/// The module of everything that an expansion names: `::lava::__private_0_1_0`, or the same module
/// of the crate that `crate = path` or the manifest names. Its name carries the version of this crate, so that
/// macros and library of two versions do not compile together.
///
/// As tokens it is the alias that [`import`](Library::import) makes.
#[derive(Default)]
pub(crate) struct Library(Option<Path>);

/// The alias of the module inside an expansion.
const ALIAS: &str = "__lava";

impl Library {
    pub(crate) fn new(crate_path: Option<Path>) -> Library {
        Library(crate_path)
    }

    /// The statement that makes the alias.
    pub(crate) fn import(&self) -> TokenStream {
        let (path, alias) = (self.path(), format_ident!("{ALIAS}"));
        quote!(use #path as #alias;)
    }

    /// The crate itself.
    pub(crate) fn root(&self) -> TokenStream {
        match &self.0 {
            Some(path) => quote!(#path),
            None => {
                let name = manifest::renamed().unwrap_or_else(|| "lava".to_owned());
                let name = format_ident!("{name}");
                quote!(::#name)
            }
        }
    }

    /// `crate = path`, if a path is given.
    pub(crate) fn option(&self) -> Option<TokenStream> {
        self.0.as_ref().map(|path| quote!(crate = #path))
    }

    /// The whole path, for items outside the scope of the alias.
    pub(crate) fn path(&self) -> TokenStream {
        let (root, module) = (self.root(), private_module());
        quote!(#root::#module)
    }

    /// The alias as part of an expression that the compiler reports at `span`.
    pub(crate) fn at(&self, span: Span) -> TokenStream {
        let alias = Ident::new(ALIAS, span);
        quote_spanned!(span=> #alias)
    }
}

impl ToTokens for Library {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        tokens.extend(self.at(Span::call_site()));
    }
}

/// Reads `crate = path;`, which may come first. Returns the library and the rest.
pub(crate) fn leading(input: TokenStream, errors: &mut Errors) -> (Library, TokenStream) {
    let parser = |input: ParseStream<'_>| {
        let path = if input.peek(Token![crate]) {
            input.parse::<Token![crate]>()?;
            input.parse::<Token![=]>()?;
            let path = input.call(Path::parse_mod_style)?;
            input.parse::<Token![;]>()?;
            Some(path)
        } else {
            None
        };
        Ok((path, input.parse()?))
    };
    match parser.parse2(input.clone()) {
        Ok((path, rest)) => (Library::new(path), rest),
        Err(error) => {
            errors.push(error);
            (Library::default(), input)
        }
    }
}

/// The library's module for macros of this version.
fn private_module() -> Ident {
    let version = env!("CARGO_PKG_VERSION").replace(|letter: char| !letter.is_alphanumeric(), "_");
    format_ident!("__private_{version}")
}
