//! Tokens → [`Model`]; takes the attributes that only `#[implements]` understands off the item.

use proc_macro2::{Ident, Span, TokenStream, TokenTree};
use quote::ToTokens;
use syn::parse::{Parse, ParseStream, Parser};
use syn::{Attribute, Expr, Fields, Generics, Item, ItemStruct, LitStr, Path, Token, parse_quote};

use super::check::mentions;
use super::model::{Field, LocalField, Model, Role};
use crate::attributes::{Accepts, Other, names, value};
use crate::errors::Errors;
use crate::paths::Library;
use crate::text::{camel, type_text};

/// Reads the options and the struct; `None` where too little is known to expand anything.
pub(crate) fn parse(
    options: TokenStream,
    item: &mut Item,
    unread: Vec<Ident>,
    errors: &mut Errors,
) -> Option<Model> {
    let options = Options::parse(options, errors);
    let item = match item {
        Item::Struct(item) => item,
        Item::Enum(item) => return not_a_struct(item.enum_token, errors),
        Item::Union(item) => return not_a_struct(item.union_token, errors),
        Item::Impl(item) => {
            errors.at(
                item.impl_token,
                "`#[implements]` belongs on the struct of the model, not on an `impl`",
            );
            return None;
        }
        item => return not_a_struct(item, errors),
    };
    let choice = Choice::take(&mut item.attrs, errors);
    let fields = fields(item, errors)?;
    let library = Library::new(options.crate_path);
    bounds(item, &fields, options.process.as_ref(), &library, errors);
    Some(Model {
        library,
        name: item.ident.clone(),
        generics: item.generics.clone(),
        fields,
        process_generics: options.generics,
        process: options.process?,
        protocol: options.protocol?,
        alternative: options.alternative,
        shardable: options.shardable,
        replicated: options.replicated,
        batching: options.batching,
        adds_to: options.adds_to,
        sub_model: options.sub_model,
        resource: choice.resource,
        tags: choice.tags,
        explicit: choice.explicit,
        unread,
        is_hollow: false,
    })
}

/// A type parameter without bounds cannot be sent or stored. It gets a likely one, so that the
/// compiler does not say so of everything that names it.
fn bounds(
    item: &mut ItemStruct,
    fields: &[Field],
    process: Option<&Path>,
    library: &Library,
    errors: &mut Errors,
) {
    if item.generics.where_clause.is_some() {
        return;
    }
    let bound = |name: &Ident| {
        let mut bound = fields
            .iter()
            .filter(|field| matches!(field.role, Role::Bound));
        bound.any(|field| mentions(field.ty.to_token_stream(), name))
    };
    for parameter in item.generics.type_params_mut() {
        let name = &parameter.ident;
        if !parameter.bounds.is_empty() || !bound(name) {
            continue;
        }
        let process = process.map_or_else(
            || "its process".to_owned(),
            |path| format!("`{}`", type_text(path)),
        );
        errors.at(
            name,
            format_args!("`{name}` needs the bounds that it has in {process}, here and in each `impl` of the model: `{name}: Value`"),
        );
        let library = library.path();
        parameter.bounds = parse_quote!(#library::Value);
    }
}

fn not_a_struct<T>(tokens: impl ToTokens, errors: &mut Errors) -> Option<T> {
    errors.at(tokens, "a model is a struct with named fields");
    None
}

/// `for<S: Shape> proc = Lif<f32, S>, protocol = Loihi, alternative, shardable, replicated(a_in),
/// adds_to(a_out), sub_model, crate = path`.
#[derive(Default)]
struct Options {
    generics: Generics,
    process: Option<Path>,
    protocol: Option<Path>,
    alternative: bool,
    shardable: Option<Ident>,
    replicated: Vec<Ident>,
    batching: Option<Ident>,
    adds_to: Vec<Ident>,
    sub_model: Option<Ident>,
    crate_path: Option<Path>,
}

impl Options {
    fn parse(tokens: TokenStream, errors: &mut Errors) -> Options {
        let accepts = Accepts {
            of: "`#[implements]`",
            options: &[
                "proc",
                "protocol",
                "alternative",
                "shardable",
                "replicated",
                "adds_to",
                "batch",
                "per_sample",
                "sub_model",
                "crate",
            ],
            others: &[
                ("process", Other::Is("proc")),
                ("splittable", Other::Is("shardable")),
                ("split", Other::Is("shardable")),
                ("submodel", Other::Is("sub_model")),
                ("batched", Other::Is("batch")),
                ("tag", Other::Say("write `#[tag(…)]` below it")),
                ("tags", Other::Say("write `#[tag(…)]` below it")),
                ("requires", Other::Say("write `#[requires(…)]` below it")),
                (
                    "explicit",
                    Other::Say("write `#[tag(…, explicit)]` below it"),
                ),
            ],
        };
        if let Some(word) = late_generics(tokens.clone()) {
            errors.at(
                word,
                "`for<…>` comes first: `#[implements(for<S: Shape> proc = …, protocol = …)]`",
            );
            return Options::default();
        }
        let whole = tokens.clone();
        let (mut mistakes, mut notes) = (Errors::default(), Errors::default());
        let mut options = Options::default();
        let mut mistakes_of_batch = None;
        let parser = |input: ParseStream<'_>| {
            if input.parse::<Option<Token![for]>>()?.is_some() {
                options.generics = input.parse()?;
            }
            let taken = accepts.parse(input, &mut mistakes, |name, input| {
                match name {
                    "proc" => options.process = Some(value::<Plain>(input)?.noted(&mut notes)),
                    "protocol" => {
                        options.protocol = Some(value::<Plain>(input)?.noted(&mut notes));
                    }
                    "replicated" => options.replicated = names(name, input)?,
                    "adds_to" => options.adds_to = names(name, input)?,
                    "alternative" => options.alternative = true,
                    "shardable" | "batch" | "per_sample" | "sub_model" => {}
                    _ => options.crate_path = Some(value::<Plain>(input)?.noted(&mut notes)),
                }
                Ok(())
            });
            let word = |word| taken.iter().find(|name| *name == word).cloned();
            (options.shardable, options.sub_model) = (word("shardable"), word("sub_model"));
            options.batching = word("batch").or(word("per_sample"));
            if let (Some(_), Some(second)) = (word("batch"), word("per_sample")) {
                mistakes_of_batch = Some(second);
            }
            Ok(())
        };
        let parsed = parser.parse2(tokens);
        mistakes.keep(parsed);
        mistakes.append(notes);
        if let Some(word) = mistakes_of_batch {
            mistakes.at(
                word,
                "a model is either `batch`, one for several samples, or `per_sample`, one for each",
            );
        }
        // An option that was misspelt or could not be read is not missing too.
        if mistakes.is_empty() {
            let needed = [
                ("process", "proc = Lif", options.process.is_some()),
                ("protocol", "protocol = Loihi", options.protocol.is_some()),
            ];
            for (what, example, _) in needed.into_iter().filter(|(_, _, given)| !given) {
                let message = format!("say the {what}: `{example}`");
                mistakes.push(match whole.is_empty() {
                    true => syn::Error::new(Span::call_site(), message),
                    false => syn::Error::new_spanned(&whole, message),
                });
            }
        }
        errors.append(mistakes);
        options
    }
}

/// A `for` that stands where an option does, rather than in front of all.
fn late_generics(tokens: TokenStream) -> Option<TokenTree> {
    let (mut depth, mut after_comma) = (0, false);
    tokens.into_iter().find(|token| {
        let late = after_comma && depth == 0 && token.to_string() == "for";
        after_comma = false;
        if let TokenTree::Punct(punct) = token {
            match punct.as_char() {
                '<' => depth += 1,
                '>' => depth -= 1,
                other => after_comma = other == ',',
            }
        }
        late
    })
}

/// A path of types, `module::Lif<f32>`, and what is wrong with it if it can be understood.
struct Plain(Path, Option<syn::Error>);

impl Plain {
    /// The path; notes what is wrong with it.
    fn noted(self, errors: &mut Errors) -> Path {
        if let Some(error) = self.1 {
            errors.push(error);
        }
        self.0
    }
}

impl Parse for Plain {
    fn parse(input: ParseStream<'_>) -> syn::Result<Plain> {
        if let Ok(text) = input.parse::<LitStr>() {
            let name = camel(&text.value());
            let message = format!("expected a type, not a string: `{name}`");
            let error = syn::Error::new(text.span(), message);
            let name = syn::parse_str::<Ident>(&name).map_err(|_| error.clone())?;
            let path = Path::from(Ident::new(&name.to_string(), text.span()));
            return Ok(Plain(path, Some(error)));
        }
        let path = match input.parse()? {
            syn::Type::Path(path) if path.qself.is_none() => path.path,
            other => {
                return Err(syn::Error::new_spanned(
                    other,
                    "expected the path of a type",
                ));
            }
        };
        Ok(Plain(path, None))
    }
}

/// For which configurations the model is chosen: `#[requires]` and `#[tag]`.
#[derive(Default)]
struct Choice {
    resource: Option<Path>,
    tags: Vec<Path>,
    explicit: Option<Ident>,
}

impl Choice {
    fn take(attributes: &mut Vec<Attribute>, errors: &mut Errors) -> Choice {
        let mut choice = Choice::default();
        let mut tagged = false;
        attributes.retain(|attribute| {
            let path = attribute.path();
            if path.is_ident("requires") {
                let resources = list(attribute, errors);
                let one = choice.resource.is_none() && resources.len() == 1;
                match resources.into_iter().next_back() {
                    Some(Entry::Type(resource, _)) if one => choice.resource = Some(resource),
                    Some(other) => errors.at(other, "a model requires one resource"),
                    None => errors.at(path, "name the resource: `#[requires(Cpu)]`"),
                }
                return false;
            }
            if path.is_ident("tag") {
                if tagged {
                    errors.at(
                        path,
                        "`#[tag]` is given twice; list the tags: `#[tag(A, B)]`",
                    );
                    return false;
                }
                tagged = true;
                for entry in list(attribute, errors) {
                    match entry {
                        Entry::Type(tag, _) => choice.tags.push(tag),
                        Entry::Explicit(word, _) => choice.explicit = Some(word),
                    }
                }
                match (&choice.tags[..], choice.explicit.take()) {
                    ([], Some(word)) => errors.at(
                        word,
                        "`explicit` says how a tag is chosen; name the tag: `#[tag(FloatingPt, explicit)]`",
                    ),
                    ([], None) => errors.at(path, "name the tag: `#[tag(FloatingPt)]`"),
                    (_, explicit) => choice.explicit = explicit,
                }
                return false;
            }
            true
        });
        choice
    }
}

/// An entry of `#[tag(…)]`.
enum Entry {
    Type(Path, Option<syn::Error>),
    Explicit(Ident, Option<syn::Error>),
}

impl Parse for Entry {
    fn parse(input: ParseStream<'_>) -> syn::Result<Entry> {
        let Plain(path, error) = input.parse()?;
        let Some(word) = path.get_ident() else {
            return Ok(Entry::Type(path, error));
        };
        let text = word.to_string();
        Ok(if text == "explicit" {
            Entry::Explicit(word.clone(), None)
        } else if text.starts_with("exp") {
            let message = format!("a tag is a type, which `{text}` is not; write `explicit`");
            Entry::Explicit(word.clone(), Some(syn::Error::new(word.span(), message)))
        } else if text.starts_with(|letter: char| letter.is_lowercase()) {
            let name = Ident::new(&camel(&text), word.span());
            let message = format!("a tag is a type: `{name}`");
            Entry::Type(name.into(), Some(syn::Error::new(word.span(), message)))
        } else {
            Entry::Type(path, error)
        })
    }
}

impl ToTokens for Entry {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        match self {
            Entry::Type(path, _) => path.to_tokens(tokens),
            Entry::Explicit(word, _) => word.to_tokens(tokens),
        }
    }
}

fn list(attribute: &Attribute, errors: &mut Errors) -> Vec<Entry> {
    if matches!(attribute.meta, syn::Meta::Path(_)) {
        return Vec::new();
    }
    let parser = syn::punctuated::Punctuated::<Entry, Token![,]>::parse_terminated;
    let entries = errors.keep(attribute.parse_args_with(parser));
    let mut entries: Vec<Entry> = entries.into_iter().flatten().collect();
    entries.retain_mut(|entry| {
        let (Entry::Type(_, error) | Entry::Explicit(_, error)) = entry;
        let Some(error) = error.take() else {
            return true;
        };
        errors.push(error);
        matches!(entry, Entry::Type(..))
    });
    entries
}

fn fields(item: &mut ItemStruct, errors: &mut Errors) -> Option<Vec<Field>> {
    let fields = match &mut item.fields {
        Fields::Named(fields) => &mut fields.named,
        Fields::Unit => return Some(Vec::new()),
        Fields::Unnamed(fields) => {
            errors.at(&*fields, "a model is a struct with named fields");
            for field in &mut fields.unnamed {
                field
                    .attrs
                    .retain(|attribute| !attribute.path().is_ident("local"));
            }
            return None;
        }
    };
    let mut read = Vec::new();
    for field in fields {
        let mut role = Role::Bound;
        field.attrs.retain(|attribute| {
            let ours = attribute.path().is_ident("local");
            if ours {
                role = Role::Local(local(attribute, errors));
            }
            !ours
        });
        read.push(Field {
            name: field.ident.clone()?,
            ty: field.ty.clone(),
            role,
        });
    }
    Some(read)
}

/// The value `self`; not the module, which a path leads through.
fn this(tokens: TokenStream) -> Option<Ident> {
    let mut tokens = tokens.into_iter().peekable();
    while let Some(token) = tokens.next() {
        let found = match token {
            TokenTree::Ident(word) if word == "self" => {
                let is_path =
                    |next: &TokenTree| matches!(next, TokenTree::Punct(p) if p.as_char() == ':');
                (!tokens.peek().is_some_and(is_path)).then_some(word)
            }
            TokenTree::Group(group) => this(group.stream()),
            _ => None,
        };
        if found.is_some() {
            return found;
        }
    }
    None
}

fn local(attribute: &Attribute, errors: &mut Errors) -> LocalField {
    let accepts = Accepts {
        of: "`#[local]`",
        options: &["init", "rebuilt"],
        others: &[
            ("default", Other::Is("init")),
            ("value", Other::Is("init")),
            ("rebuild", Other::Is("rebuilt")),
            ("derived", Other::Is("rebuilt")),
        ],
    };
    let mut init = None;
    let taken = accepts.parse_attribute(attribute, errors, |name, input| {
        if name == "init" {
            init = Some(value::<Expr>(input)?);
        }
        Ok(())
    });
    let is_rebuilt = taken.iter().any(|name| name == "rebuilt");
    let this = init.as_ref().and_then(|init| this(init.to_token_stream()));
    if let Some(this) = this {
        errors.at(
            this,
            "there is no model yet when its fields get their first values; set this one in `start`",
        );
        init = Some(parse_quote!(::core::default::Default::default()));
    }
    LocalField { init, is_rebuilt }
}
