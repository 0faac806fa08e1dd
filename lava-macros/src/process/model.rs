//! Declaration of a process, in the user's own tokens.

use proc_macro2::Ident;
use syn::ext::IdentExt;
use syn::{Attribute, Expr, Generics, LitInt, Path, Type, TypePath, Visibility};

use crate::paths::Library;

/// The struct under `#[process]`.
pub(crate) struct Process {
    pub(crate) library: Library,
    /// The struct's attributes, `#[process]` apart.
    pub(crate) attributes: Vec<Attribute>,
    pub(crate) vis: Visibility,
    pub(crate) name: Ident,
    pub(crate) generics: Generics,
    pub(crate) members: Vec<Member>,
    /// The names of members that could not be read or break a rule.
    pub(crate) unread: Vec<Ident>,
    /// No member could be read. There may be any.
    pub(crate) is_unread: bool,
}

/// One field.
pub(crate) struct Member {
    /// Documentation and lint attributes.
    pub(crate) attributes: Vec<Attribute>,
    pub(crate) vis: Visibility,
    pub(crate) name: Ident,
    pub(crate) kind: Kind,
    /// The type as written.
    pub(crate) ty: TypePath,
    /// The payload, element or parameter type.
    pub(crate) element: Type,
    pub(crate) shape: ShapeType,
    /// The shape as written, if it is.
    pub(crate) shape_written: Option<Type>,
    pub(crate) options: Options,
}

/// Kind of a member; `#[process]` knows it by the name of the type.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Kind {
    InPort,
    OutPort,
    RefPort,
    VarPort,
    Var,
    Param,
}

/// Shape of a member as far as its type says it.
#[derive(Clone)]
pub(crate) enum ShapeType {
    Dyn,
    /// A type parameter of the process.
    Parameter(Ident),
    /// A type that knows its shape.
    Literal,
}

/// The options of a member's attribute.
#[derive(Default)]
pub(crate) struct Options {
    pub(crate) shape: Option<Expr>,
    pub(crate) required: bool,
    /// The type that says whether the port is required, a `Requirement`.
    pub(crate) required_by: Option<Type>,
    pub(crate) delay: Option<Expr>,
    pub(crate) ahead: Option<Expr>,
    pub(crate) slack: Option<Expr>,
    /// The unit of the messages of a port.
    pub(crate) unit: Option<Type>,
    pub(crate) init: Option<Expr>,
    pub(crate) scalar: bool,
    pub(crate) rank: Option<LitInt>,
    pub(crate) range: Option<Expr>,
    pub(crate) finite: bool,
    pub(crate) default: Option<Expr>,
    /// The builder takes any value that converts.
    pub(crate) into: bool,
    /// The trait of the values that it takes then, which says so in its error.
    pub(crate) into_trait: Option<Path>,
    pub(crate) private: bool,
    pub(crate) per_sample: bool,
    /// The Var of a `VarPort`.
    pub(crate) var: Option<Ident>,
    /// It was given a value that could not be read.
    pub(crate) has_unread_value: bool,
    /// The names of the options, in the order in which they were given.
    pub(crate) order: Vec<Ident>,
}

/// Source of the extents of a member.
pub(crate) enum Extents<'a> {
    /// The user's expression.
    Given(&'a Expr),
    /// The type alone.
    Type,
    /// The value that the builder was given.
    Value,
    /// The initial value, which may be made later.
    Inferred,
    /// The shape of the population, a parameter of the builder.
    Population,
}

impl Options {
    /// Leaves an option out, as if it had not been given.
    pub(crate) fn forget(&mut self, option: &str) {
        match option {
            "scalar" => self.scalar = false,
            "shape" => self.shape = None,
            "rank" => self.rank = None,
            "range" => self.range = None,
            _ => self.finite = false,
        }
        self.order.retain(|given| given != option);
    }
}

impl Kind {
    pub(crate) const ALL: [Kind; 6] = [
        Kind::InPort,
        Kind::OutPort,
        Kind::RefPort,
        Kind::VarPort,
        Kind::Var,
        Kind::Param,
    ];

    /// The kind of a field whose type has this name.
    pub(crate) fn of(type_name: &Ident) -> Option<Kind> {
        Kind::ALL.into_iter().find(|kind| type_name == kind.name())
    }

    /// The name of the type and of the variant of `MemberKind`.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Kind::InPort => "InPort",
            Kind::OutPort => "OutPort",
            Kind::RefPort => "RefPort",
            Kind::VarPort => "VarPort",
            Kind::Var => "Var",
            Kind::Param => "Param",
        }
    }

    /// The name of the library's functions that declare and describe a member.
    pub(crate) fn function(self) -> &'static str {
        match self {
            Kind::InPort => "in_port",
            Kind::OutPort => "out_port",
            Kind::RefPort => "ref_port",
            Kind::VarPort => "var_port",
            Kind::Var => "var",
            Kind::Param => "param",
        }
    }

    /// The name with its article.
    pub(crate) fn a_name(self) -> &'static str {
        match self {
            Kind::InPort => "an `InPort`",
            Kind::OutPort => "an `OutPort`",
            Kind::RefPort => "a `RefPort`",
            Kind::VarPort => "a `VarPort`",
            Kind::Var => "a `Var`",
            Kind::Param => "a `Param`",
        }
    }

    /// The attribute that belongs on the field.
    pub(crate) fn attribute(self) -> &'static str {
        match self {
            Kind::InPort | Kind::OutPort | Kind::RefPort | Kind::VarPort => "port",
            Kind::Var => "var",
            Kind::Param => "param",
        }
    }

    /// The options of that attribute.
    pub(crate) fn options(self) -> &'static [&'static str] {
        match self {
            Kind::InPort => &["shape", "required", "slack", "unit"],
            Kind::OutPort => &["shape", "delay", "ahead", "unit"],
            Kind::RefPort => &["shape", "required"],
            Kind::VarPort => &["var"],
            Kind::Var => &[
                "init",
                "shape",
                "scalar",
                "rank",
                "range",
                "finite",
                "private",
                "per_sample",
            ],
            Kind::Param => &["default", "into"],
        }
    }

    /// Returns `true` if the type of members of this kind says their shape.
    pub(crate) fn has_shape(self) -> bool {
        self != Kind::Param
    }

    /// Returns `true` if members of this kind have extents of their own.
    pub(crate) fn has_extents(self) -> bool {
        !matches!(self, Kind::Param | Kind::VarPort)
    }
}

impl Member {
    /// The name without `r#`.
    pub(crate) fn text(&self) -> String {
        self.name.unraw().to_string()
    }

    /// The documentation, a line for every line.
    pub(crate) fn docs(&self) -> impl Iterator<Item = &Attribute> {
        self.attributes
            .iter()
            .filter(|attribute| attribute.path().is_ident("doc"))
    }

    /// Returns `true` if the builder has a method for it.
    pub(crate) fn is_set(&self) -> bool {
        matches!(self.kind, Kind::Var | Kind::Param)
    }

    /// Returns `true` if the builder must be given it.
    pub(crate) fn is_required(&self) -> bool {
        match self.kind {
            Kind::Var => self.options.init.is_none(),
            Kind::Param => self.options.default.is_none(),
            Kind::InPort | Kind::OutPort | Kind::RefPort | Kind::VarPort => false,
        }
    }

    /// Returns `true` if something must be connected to it.
    pub(crate) fn must_be_fed(&self) -> bool {
        self.kind == Kind::InPort && self.options.required
    }

    /// Returns `true` for a Var with one value for the whole population.
    pub(crate) fn is_scalar(&self) -> bool {
        let is_scalar = |shape: &Type| match shape {
            Type::Path(path) => path
                .path
                .segments
                .last()
                .is_some_and(|last| last.ident == "Scalar"),
            _ => false,
        };
        let written = self.shape_written.as_ref().is_some_and(is_scalar);
        self.kind == Kind::Var && (self.options.scalar || written)
    }

    /// Returns `true` for a Var whose expression of its extents is the shape of the population.
    pub(crate) fn is_of_population(&self) -> bool {
        let is_shape =
            |shape: &Expr| matches!(shape, Expr::Path(path) if path.path.is_ident("shape"));
        self.kind == Kind::Var && self.options.shape.as_ref().is_some_and(is_shape)
    }

    pub(crate) fn extents(&self) -> Extents<'_> {
        match (&self.options.shape, &self.shape) {
            (Some(Expr::Infer(_)), _) if self.kind == Kind::Var && !self.is_required() => {
                Extents::Inferred
            }
            (Some(given), _) => Extents::Given(given),
            (None, _) if self.options.scalar => Extents::Type,
            (None, ShapeType::Literal) => Extents::Type,
            (None, ShapeType::Parameter(_)) => Extents::Population,
            (None, ShapeType::Dyn) if self.kind == Kind::Var && self.is_required() => {
                Extents::Value
            }
            (None, ShapeType::Dyn) => Extents::Population,
        }
    }
}

impl Process {
    /// Returns `true` if the builder takes a shape: a member has the shape of the population.
    pub(crate) fn has_population(&self) -> bool {
        self.is_unread
            || self.members.iter().any(|member| {
                member.kind.has_extents() && matches!(member.extents(), Extents::Population)
            })
    }

    /// The type parameter that stands for the shape of the population, if there is one.
    pub(crate) fn population_parameter(&self) -> Option<&Ident> {
        self.members.iter().find_map(|member| match &member.shape {
            ShapeType::Parameter(parameter) => Some(parameter),
            _ => None,
        })
    }

    /// The members that the builder must be given; the shape of the population is no member.
    pub(crate) fn required(&self) -> impl Iterator<Item = &Member> {
        self.members.iter().filter(|member| member.is_required())
    }

    /// The Var that a `VarPort` makes accessible.
    pub(crate) fn lent(&self, port: &Member) -> Option<&Member> {
        let var = port.options.var.as_ref()?;
        self.members
            .iter()
            .find(|member| member.kind == Kind::Var && member.name == *var)
    }

    /// The in-ports that must be fed.
    pub(crate) fn fed(&self) -> impl Iterator<Item = &Member> {
        self.members.iter().filter(|member| member.must_be_fed())
    }
}

/// The text of doc attributes.
pub(crate) fn docs_text<'a>(attributes: impl IntoIterator<Item = &'a Attribute>) -> String {
    let lines: Vec<String> = attributes.into_iter().filter_map(doc_line).collect();
    lines.join("\n").trim().to_owned()
}

fn doc_line(attribute: &Attribute) -> Option<String> {
    let syn::Meta::NameValue(meta) = &attribute.meta else {
        return None;
    };
    let Expr::Lit(syn::ExprLit {
        lit: syn::Lit::Str(line),
        ..
    }) = &meta.value
    else {
        return None;
    };
    if !attribute.path().is_ident("doc") {
        return None;
    }
    let line = line.value();
    Some(line.strip_prefix(' ').unwrap_or(&line).to_owned())
}
