//! Tokens → [`Process`]: every field and attribute on its own.

use proc_macro2::{Ident, Span, TokenStream, TokenTree};
use syn::parse::{ParseStream, Parser};
use syn::punctuated::Punctuated;
use syn::{
    Attribute, Field, Fields, GenericArgument, GenericParam, Generics, Item, ItemStruct,
    PathArguments, Token, Type, TypePath, Visibility, parse_quote,
};

use super::model::{Kind, Member, Options, Process, ShapeType};
use crate::attributes::{Accepts, Other, value};
use crate::errors::Errors;
use crate::paths::Library;
use crate::spans;
use crate::text::type_text;

const MEMBERS: &str =
    "`InPort<…>`, `OutPort<…>`, `RefPort<…>`, `VarPort<…>`, `Var<…>` or `Param<…>`";

/// Reads the struct; `None` where the item is nothing that could become a process.
pub(crate) fn parse(
    options: TokenStream,
    item: &Item,
    mut unread: Vec<Ident>,
    errors: &mut Errors,
) -> Option<Process> {
    let library = parse_options(options, errors);
    let item = match item {
        Item::Struct(item) => item,
        Item::Enum(item) => return not_a_struct(item.enum_token, errors),
        Item::Union(item) => return not_a_struct(item.union_token, errors),
        Item::Fn(item) => return not_a_struct(item.sig.fn_token, errors),
        item => return not_a_struct(item, errors),
    };
    let fields = match &item.fields {
        Fields::Named(fields) => &fields.named,
        Fields::Unnamed(fields) => {
            errors.at(fields, NOT_A_STRUCT);
            &Punctuated::new()
        }
        Fields::Unit => {
            errors.at(&item.ident, NOT_A_STRUCT);
            &Punctuated::new()
        }
    };
    if item.generics.lifetimes().next().is_some() {
        for lifetime in item.generics.lifetimes() {
            let message = "a process owns what it holds; it has no lifetime parameters";
            errors.at(lifetime, message);
        }
        return None;
    }
    let members = fields
        .iter()
        .filter_map(|field| {
            let member = parse_member(field, item, errors);
            if member.is_none() {
                unread.extend(field.ident.clone());
            }
            member
        })
        .collect();
    Some(Process {
        library,
        attributes: item.attrs.clone(),
        vis: item.vis.clone(),
        name: item.ident.clone(),
        generics: item.generics.clone(),
        members,
        unread,
        is_unread: !matches!(item.fields, Fields::Named(_)),
    })
}

fn not_a_struct<T>(tokens: impl quote::ToTokens, errors: &mut Errors) -> Option<T> {
    errors.at(tokens, NOT_A_STRUCT);
    None
}

/// The message for what is no struct, or has no named fields.
const NOT_A_STRUCT: &str = "a process is a struct with named fields";

fn parse_options(options: TokenStream, errors: &mut Errors) -> Library {
    let accepts = Accepts {
        of: "`#[process]`",
        options: &["crate"],
        others: &[],
    };
    let mut crate_path = None;
    let parser = |input: ParseStream<'_>| {
        accepts.parse(input, errors, |_, input| {
            let path = input.parse::<syn::Token![=]>();
            crate_path = Some(path.and_then(|_| input.call(syn::Path::parse_mod_style))?);
            Ok(())
        });
        Ok(())
    };
    let parsed = parser.parse2(options);
    errors.keep(parsed);
    Library::new(crate_path)
}

fn parse_member(field: &Field, item: &ItemStruct, errors: &mut Errors) -> Option<Member> {
    let typed = parse_type(&field.ty, &item.generics, errors);
    let kind = typed.as_ref().map(|typed| typed.kind);
    let (attributes, options) = parse_attributes(&field.attrs, kind, errors);
    let Typed {
        kind,
        ty,
        element,
        shape,
        shape_written,
    } = typed?;
    let options = match options.has_unread_value {
        true => with_value(options, kind, &element),
        false => options,
    };
    let name = field.ident.clone()?;
    Some(Member {
        attributes,
        vis: match &field.vis {
            Visibility::Inherited => inherited(&item.vis, name.span()),
            vis => vis.clone(),
        },
        name,
        kind,
        ty,
        element,
        shape,
        shape_written,
        options,
    })
}

/// The options with a value in place of the one that could not be read, so that the builder need not
/// be given one.
fn with_value(mut options: Options, kind: Kind, element: &Type) -> Options {
    let value = parse_quote!(<#element as ::core::default::Default>::default());
    match kind {
        Kind::Var => options.init = options.init.or(Some(value)),
        Kind::Param => options.default = options.default.or(Some(value)),
        Kind::InPort | Kind::OutPort | Kind::RefPort | Kind::VarPort => {}
    }
    options
}

/// The struct's visibility as a field's own, so that lints point to the field.
fn inherited(vis: &Visibility, at: Span) -> Visibility {
    syn::parse2(spans::moved(vis, at)).unwrap_or_else(|_| vis.clone())
}

struct Typed {
    kind: Kind,
    ty: TypePath,
    element: Type,
    shape: ShapeType,
    shape_written: Option<Type>,
}

fn parse_type(ty: &Type, generics: &Generics, errors: &mut Errors) -> Option<Typed> {
    let path = match ty {
        Type::Path(path) if path.qself.is_none() => path,
        Type::Group(group) => return parse_type(&group.elem, generics, errors),
        _ => {
            errors.at(ty, format_args!("expected {MEMBERS}"));
            return None;
        }
    };
    let last = path.path.segments.last()?;
    let Some(kind) = Kind::of(&last.ident) else {
        let model_side = [
            ("In", "InPort"),
            ("Out", "OutPort"),
            ("AsyncIn", "InPort"),
            ("AsyncOut", "OutPort"),
            ("VarRef", "RefPort"),
            ("Exposed", "VarPort"),
        ];
        match model_side.iter().find(|(name, _)| last.ident == name) {
            Some((name, kind)) => errors.at(
                ty,
                format_args!("`{name}` is the end of a model; a process has an `{kind}<…>`"),
            ),
            None => errors.at(ty, format_args!("expected {MEMBERS}")),
        }
        return None;
    };
    let arguments: Vec<&GenericArgument> = match &last.arguments {
        PathArguments::AngleBracketed(arguments) => arguments.args.iter().collect(),
        _ => Vec::new(),
    };
    let Some(GenericArgument::Type(element)) = arguments.first() else {
        let name = kind.name();
        let what = if kind.has_shape() { "f32" } else { "MyType" };
        errors.at(
            &last.ident,
            format_args!("say what it holds: `{name}<{what}>`"),
        );
        return None;
    };
    let inner = array_element(element).filter(|_| kind.has_shape());
    if let Some(inner) = inner {
        let (this, name) = (kind.a_name(), kind.name());
        errors.at(
            element,
            format_args!(
                "{this} is of arrays already; write `{name}<{}>`",
                type_text(inner)
            ),
        );
    }
    let element = inner.unwrap_or(element);
    let shape_written = match arguments.get(1) {
        Some(GenericArgument::Type(shape)) if kind.has_shape() => Some(shape),
        _ => None,
    };
    let mut most = if kind.has_shape() { 2 } else { 1 };
    if kind.has_shape() && shape_written.is_none() && arguments.len() > 1 {
        let rank = if kind == Kind::Var {
            "; a number of axes is `#[var(rank = 2)]`"
        } else {
            ""
        };
        errors.at(
            arguments[1],
            format_args!("a shape is a type: `D2<3, 4>`, or none{rank}"),
        );
        most = 1;
    } else if let Some(extra) = arguments.get(most) {
        let message = match kind {
            Kind::InPort => "the third parameter is `#[process]`'s own; write `#[port(required)]`",
            Kind::OutPort => {
                "the third parameter is `#[process]`'s own; write `#[port(delay = 1)]`"
            }
            Kind::RefPort => "a `RefPort` has an element type and a shape only",
            Kind::VarPort => "a `VarPort` has an element type and a shape only",
            Kind::Var => "a `Var` has an element type and a shape only",
            Kind::Param => "a `Param` has one type only",
        };
        errors.at(extra, message);
    }
    let mut ty = path.clone();
    if let Some(last) = ty.path.segments.last_mut()
        && let PathArguments::AngleBracketed(arguments) = &mut last.arguments
    {
        arguments.args = arguments.args.iter().take(most).cloned().collect();
        if let Some(first) = arguments.args.first_mut() {
            *first = GenericArgument::Type(element.clone());
        }
    }
    Some(Typed {
        kind,
        ty,
        element: element.clone(),
        shape: shape_written.map_or(ShapeType::Dyn, |shape| shape_type(shape, generics)),
        shape_written: shape_written.cloned(),
    })
}

/// The element type of an array or vector.
fn array_element(ty: &Type) -> Option<&Type> {
    let Type::Path(path) = ty else { return None };
    let last = path.path.segments.last()?;
    let arrays = [
        "ArrayD", "Array", "Array1", "Array2", "Array3", "Array4", "ArcArray", "Vec",
    ];
    let PathArguments::AngleBracketed(arguments) = &last.arguments else {
        return None;
    };
    match arguments.args.first()? {
        GenericArgument::Type(element) if arrays.iter().any(|name| last.ident == name) => {
            Some(element)
        }
        _ => None,
    }
}

fn shape_type(ty: &Type, generics: &Generics) -> ShapeType {
    let Type::Path(path) = ty else {
        return ShapeType::Literal;
    };
    let parameter = path.path.get_ident().filter(|name| {
        generics
            .params
            .iter()
            .any(|param| matches!(param, GenericParam::Type(param) if param.ident == **name))
    });
    let last = path.path.segments.last().map(|segment| &segment.ident);
    match parameter {
        Some(parameter) => ShapeType::Parameter(parameter.clone()),
        None if last.is_some_and(|last| last == "Dyn") => ShapeType::Dyn,
        None => ShapeType::Literal,
    }
}

/// Separates a field's attributes into those that stay and its options.
fn parse_attributes(
    attributes: &[Attribute],
    kind: Option<Kind>,
    errors: &mut Errors,
) -> (Vec<Attribute>, Options) {
    let mut kept = Vec::new();
    let mut options = None;
    for attribute in attributes {
        let path = attribute.path();
        let ours = ["port", "var", "param"]
            .into_iter()
            .find(|name| path.is_ident(name));
        match (ours, kind) {
            (None, _) if KEPT.iter().any(|name| path.is_ident(name)) => {
                kept.push(attribute.clone());
            }
            (None, _) => errors.at(
                path,
                format_args!(
                    "`#[{}]` does not belong on the field of a process; it takes `port`, `var`, `param` and documentation",
                    type_text(path)
                ),
            ),
            (Some(_), None) => {}
            (Some(ours), Some(kind)) if ours != kind.attribute() => {
                let belongs = match ours {
                    "port" => "a port",
                    "var" => "a `Var`",
                    _ => "a `Param`",
                };
                let (this, right) = (kind.a_name(), kind.attribute());
                errors.at(
                    path,
                    format_args!("`#[{ours}]` belongs on {belongs}, this is {this}; write `#[{right}]`"),
                );
            }
            (Some(ours), Some(_)) if options.is_some() => {
                errors.at(path, format_args!("`#[{ours}]` is given twice"));
            }
            (Some(_), Some(kind)) => options = Some(parse_member_options(attribute, kind, errors)),
        }
    }
    (kept, options.unwrap_or_default())
}

/// The attributes of a field that are carried over to the handle.
const KEPT: [&str; 6] = ["doc", "allow", "expect", "warn", "deny", "deprecated"];

fn parse_member_options(attribute: &Attribute, kind: Kind, errors: &mut Errors) -> Options {
    let of = format!("`#[{}]` on {}", kind.attribute(), kind.a_name());
    let accepts = Accepts {
        of: &of,
        options: kind.options(),
        others: others(kind),
    };
    let mut options = Options::default();
    let mut mistakes = Errors::default();
    let order = accepts.parse_attribute(attribute, &mut mistakes, |name, input| {
        match name {
            "shape" => options.shape = Some(value(input)?),
            "required" => {
                options.required = true;
                if kind == Kind::InPort && input.peek(Token![=]) {
                    options.required_by = Some(value(input)?);
                }
            }
            "delay" => options.delay = Some(value(input)?),
            "ahead" => options.ahead = Some(value(input)?),
            "slack" => options.slack = Some(value(input)?),
            "unit" => options.unit = Some(value(input)?),
            "init" => options.init = Some(value(input)?),
            "scalar" => options.scalar = true,
            "rank" => options.rank = Some(value(input)?),
            "range" => options.range = Some(value(input)?),
            "finite" => options.finite = true,
            "private" => options.private = true,
            "per_sample" => options.per_sample = true,
            "into" => {
                options.into = true;
                if input.peek(syn::Token![=]) {
                    options.into_trait = Some(value(input)?);
                }
            }
            "var" => options.var = Some(value(input)?),
            _ => options.default = Some(value(input)?),
        }
        Ok(())
    });
    options.order = order;
    options.has_unread_value = !mistakes.is_empty() && gives_value(attribute);
    errors.append(mistakes);
    options
}

/// Returns `true` if the attribute has something that looks like a value of the member.
fn gives_value(attribute: &Attribute) -> bool {
    match &attribute.meta {
        syn::Meta::Path(_) => false,
        syn::Meta::NameValue(_) => true,
        syn::Meta::List(list) => list.tokens.clone().into_iter().any(|token| match token {
            TokenTree::Ident(name) => ["init", "default", "value"].iter().any(|word| name == word),
            TokenTree::Literal(_) => list.tokens.clone().into_iter().count() == 1,
            _ => false,
        }),
    }
}

/// Names that are given for an option of a member, or for one of another kind of member.
fn others(kind: Kind) -> &'static [(&'static str, Other<'static>)] {
    match kind {
        Kind::InPort => &[
            (
                "delay",
                Other::Say(
                    "say it at the `OutPort`, or where they are connected: `source.s_out.delayed(1)`",
                ),
            ),
            (
                "ahead",
                Other::Say("say it at the `OutPort` that writes ahead"),
            ),
            (
                "init",
                Other::Say("a port has no value; without a message it receives zeros"),
            ),
        ],
        Kind::OutPort => &[
            (
                "required",
                Other::Say("nothing has to be connected to an output; say it at the `InPort`"),
            ),
            (
                "init",
                Other::Say("a port has no value; without a message it sends zeros"),
            ),
        ],
        Kind::RefPort => &[(
            "var",
            Other::Say("connect it to a Var: `port.connect_var(&other.v)`, or declare a `VarPort`"),
        )],
        Kind::VarPort => &[(
            "required",
            Other::Say("say it at the `RefPort` that is connected to it"),
        )],
        Kind::Var => &[
            ("default", Other::Is("init")),
            ("value", Other::Is("init")),
            ("dim", Other::Is("rank")),
            ("ndim", Other::Is("rank")),
            ("required", Other::Say("a Var without `init` must be given")),
        ],
        Kind::Param => &[
            ("init", Other::Is("default")),
            ("value", Other::Is("default")),
            (
                "range",
                Other::Say("check it in a model's `start`, or make it a `Var`"),
            ),
            (
                "shape",
                Other::Say("a parameter is one value; make it a `Var`"),
            ),
            (
                "required",
                Other::Say("a parameter without `default` must be given"),
            ),
        ],
    }
}

/// Names of the builder's own methods and of the functions that start it.
const BUILDER: [&str; 6] = [
    "name",
    "new",
    "builder",
    "detached",
    "asynchronous",
    "with_model",
];

/// Returns `true` if a parameter's name is one of the builder's own methods.
pub(crate) fn is_reserved(name: &Ident, has_population: bool) -> bool {
    BUILDER.iter().any(|reserved| name == reserved) || (has_population && name == "shape")
}
