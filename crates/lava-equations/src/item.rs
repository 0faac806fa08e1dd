//! The declaration of a neuron as it is written.

use proc_macro2::Ident;
use syn::{Attribute, Visibility};

use crate::errors::Place;
use crate::expression::Expr;
use crate::unit::Unit;

/// `pub AdEx { … }`. A part that cannot be read is missing; its name is kept.
#[derive(Debug)]
pub(crate) struct Neuron {
    pub(crate) attributes: Vec<Attribute>,
    pub(crate) visibility: Visibility,
    pub(crate) name: Ident,
    /// The names with quantities, in the order of their statements.
    pub(crate) symbols: Vec<Symbol>,
    pub(crate) events: Vec<Event>,
    pub(crate) refractory: Option<Refractory>,
    pub(crate) integrate: Vec<Integrate>,
    /// `update event_driven;`
    pub(crate) update: Option<Place>,
    /// A statement could not be read.
    pub(crate) is_broken: bool,
}

/// A name that stands for a quantity.
#[derive(Debug)]
pub(crate) struct Symbol {
    pub(crate) docs: Vec<Attribute>,
    pub(crate) name: Ident,
    /// `None` for `let` without a unit, and if it could not be read.
    pub(crate) unit: Option<Unit>,
    pub(crate) kind: SymbolKind,
}

#[derive(Debug)]
pub(crate) enum SymbolKind {
    /// `dv/dt = … : mV = −70;`, or `var x: 1 = 0;` without an equation.
    State {
        equation: Option<Expr>,
        start: Option<Expr>,
    },
    /// `let x = …;`.
    Let(Option<Expr>),
    /// `const x: mV = …;`.
    Const(Option<Expr>),
    /// `param x: mV = …;`.
    Param { default: Option<Expr>, range: Range },
    /// `table f(v: mV): 1 = [(−80, 0), …];`.
    Table(Table),
    /// `input x: pA;`, or `input x: nS { g += x; }`.
    Input(Option<Vec<Assignment>>),
    /// `output x: mV = v;`.
    Output(Option<Expr>),
}

/// A function of one argument that is given by points.
#[derive(Debug)]
pub(crate) struct Table {
    pub(crate) argument: Ident,
    /// The unit of the argument.
    pub(crate) unit: Unit,
    pub(crate) points: Option<Vec<(Expr, Expr)>>,
}

/// The values that a parameter may have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Range {
    Finite,
    Positive,
    NonNegative,
}

/// `w += b;`.
#[derive(Debug)]
pub(crate) struct Assignment {
    pub(crate) name: Ident,
    pub(crate) operator: Assign,
    pub(crate) value: Expr,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Assign {
    Set,
    Add,
    Subtract,
    Multiply,
}

/// `spike when v > v_th { … }`, `spike with rate r { … }` or `when x > y { … }`.
#[derive(Debug)]
pub(crate) struct Event {
    pub(crate) docs: Vec<Attribute>,
    /// The port that sends a spike.
    pub(crate) port: Option<Ident>,
    pub(crate) trigger: Trigger,
    pub(crate) body: Vec<Assignment>,
}

#[derive(Debug)]
pub(crate) enum Trigger {
    When(Expr),
    Rate(Expr),
}

/// `refractory t_ref: ms = 2 for v;`.
#[derive(Debug)]
pub(crate) struct Refractory {
    pub(crate) name: Ident,
    pub(crate) holds: Option<Vec<Ident>>,
}

/// `integrate v, w by heun;`.
#[derive(Debug)]
pub(crate) struct Integrate {
    /// Empty for all variables.
    pub(crate) names: Vec<Ident>,
    pub(crate) method: Method,
    pub(crate) steps: u32,
    pub(crate) place: Place,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Method {
    Exact,
    ExponentialEuler,
    Euler,
    Heun,
    Rk4,
}

impl Method {
    pub(crate) const ALL: [(&str, Method); 5] = [
        ("exact", Method::Exact),
        ("exponential_euler", Method::ExponentialEuler),
        ("euler", Method::Euler),
        ("heun", Method::Heun),
        ("rk4", Method::Rk4),
    ];
}
