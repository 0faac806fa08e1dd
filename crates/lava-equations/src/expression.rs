//! Expressions as they are written.

use std::fmt;

use proc_macro2::Ident;

use crate::errors::Place;
use crate::unit::Unit;

/// An expression and its place in the source.
#[derive(Clone, Debug)]
pub(crate) struct Expr {
    pub(crate) kind: ExprKind,
    pub(crate) place: Place,
}

#[derive(Clone, Debug)]
pub(crate) enum ExprKind {
    /// A number, and the unit behind it.
    Number(f64, Option<Unit>),
    Name(Ident),
    Minus(Box<Expr>),
    Binary(Operator, Box<Expr>, Box<Expr>),
    Call(Function, Vec<Expr>),
    /// `f(v)`, where `f` is declared, or unknown.
    Lookup(Ident, Vec<Expr>),
    /// `rises(condition)`.
    Rises(Box<Expr>),
    Not(Box<Expr>),
    /// `if condition { a } else { b }`.
    If(Box<Expr>, Box<Expr>, Box<Expr>),
}

/// Binary operators; comparisons and logic yield conditions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Operator {
    Add,
    Subtract,
    Multiply,
    Divide,
    Power,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    And,
    Or,
}

impl Operator {
    pub(crate) fn text(self) -> &'static str {
        match self {
            Operator::Add => "+",
            Operator::Subtract => "-",
            Operator::Multiply => "*",
            Operator::Divide => "/",
            Operator::Power => "^",
            Operator::Less => "<",
            Operator::LessOrEqual => "<=",
            Operator::Greater => ">",
            Operator::GreaterOrEqual => ">=",
            Operator::And => "&&",
            Operator::Or => "||",
        }
    }

    pub(crate) fn binds(self) -> u8 {
        match self {
            Operator::Or => 1,
            Operator::And => 2,
            Operator::Less
            | Operator::LessOrEqual
            | Operator::Greater
            | Operator::GreaterOrEqual => 3,
            Operator::Add | Operator::Subtract => 4,
            Operator::Multiply | Operator::Divide => 5,
            Operator::Power => 7,
        }
    }

    pub(crate) fn is_comparison(self) -> bool {
        self.binds() == 3
    }

    pub(crate) fn is_logic(self) -> bool {
        self.binds() < 3
    }
}

/// Functions of equations.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Function {
    Exp,
    /// exp(x) − 1.
    Expm1,
    /// (exp(x) − 1)/x.
    Exprel,
    Log,
    Sqrt,
    Abs,
    Sin,
    Cos,
    Tanh,
    Cosh,
    Sinh,
    Min,
    Max,
    Clip,
    /// The number, or 0 if it is subnormal: no function of the user's.
    Settled,
}

impl Function {
    pub(crate) const ALL: [(&str, Function, usize); 14] = [
        ("exp", Function::Exp, 1),
        ("expm1", Function::Expm1, 1),
        ("exprel", Function::Exprel, 1),
        ("log", Function::Log, 1),
        ("sqrt", Function::Sqrt, 1),
        ("abs", Function::Abs, 1),
        ("sin", Function::Sin, 1),
        ("cos", Function::Cos, 1),
        ("tanh", Function::Tanh, 1),
        ("cosh", Function::Cosh, 1),
        ("sinh", Function::Sinh, 1),
        ("min", Function::Min, 2),
        ("max", Function::Max, 2),
        ("clip", Function::Clip, 3),
    ];

    pub(crate) fn named(name: &str) -> Option<(Function, usize)> {
        let found = Function::ALL.iter().find(|(other, ..)| *other == name);
        found.map(|(_, function, arguments)| (*function, *arguments))
    }

    pub(crate) fn name(self) -> &'static str {
        let found = Function::ALL.iter().find(|(_, other, _)| *other == self);
        found.map_or("settled", |(name, ..)| name)
    }
}

impl Expr {
    fn binds(&self) -> u8 {
        match &self.kind {
            ExprKind::Binary(operator, ..) => operator.binds(),
            ExprKind::Minus(_) | ExprKind::Not(_) => 6,
            ExprKind::Number(_, Some(_)) => 5,
            _ => 9,
        }
    }

    /// Returns `true` if the expression is a zero without a unit, which fits every unit.
    pub(crate) fn is_zero(&self) -> bool {
        match &self.kind {
            ExprKind::Number(value, None) => *value == 0.0,
            ExprKind::Minus(inner) => inner.is_zero(),
            _ => false,
        }
    }

    /// Calls `visit` with every part of the expression, itself included.
    pub(crate) fn walk<'a>(&'a self, visit: &mut dyn FnMut(&'a Expr)) {
        visit(self);
        match &self.kind {
            ExprKind::Number(..) | ExprKind::Name(_) => {}
            ExprKind::Minus(inner) | ExprKind::Not(inner) | ExprKind::Rises(inner) => {
                inner.walk(visit);
            }
            ExprKind::Binary(_, left, right) => {
                left.walk(visit);
                right.walk(visit);
            }
            ExprKind::Call(_, arguments) | ExprKind::Lookup(_, arguments) => {
                arguments.iter().for_each(|argument| argument.walk(visit));
            }
            ExprKind::If(condition, yes, no) => {
                condition.walk(visit);
                yes.walk(visit);
                no.walk(visit);
            }
        }
    }
}

fn call(f: &mut fmt::Formatter<'_>, name: &dyn fmt::Display, arguments: &[Expr]) -> fmt::Result {
    let arguments: Vec<String> = arguments.iter().map(Expr::to_string).collect();
    write!(f, "{name}({})", arguments.join(", "))
}

/// The expression as it would be typed.
impl fmt::Display for Expr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let inner = |expr: &Expr, least: u8, f: &mut fmt::Formatter<'_>| {
            if expr.binds() < least {
                write!(f, "({expr})")
            } else {
                write!(f, "{expr}")
            }
        };
        match &self.kind {
            ExprKind::Number(value, None) => write!(f, "{value}"),
            ExprKind::Number(value, Some(unit)) => write!(f, "{value} {}", unit.text()),
            ExprKind::Name(name) => write!(f, "{name}"),
            ExprKind::Minus(expr) => {
                f.write_str("-")?;
                inner(expr, 6, f)
            }
            ExprKind::Not(expr) => {
                f.write_str("!")?;
                inner(expr, 6, f)
            }
            ExprKind::Binary(operator, left, right) => {
                let binds = operator.binds();
                let (left_least, right_least) = match operator {
                    Operator::Power => (binds + 1, binds),
                    Operator::Add | Operator::Multiply | Operator::And | Operator::Or => {
                        (binds, binds)
                    }
                    _ => (binds, binds + 1),
                };
                inner(left, left_least, f)?;
                match operator {
                    Operator::Power | Operator::Multiply | Operator::Divide => {
                        f.write_str(operator.text())?;
                    }
                    _ => write!(f, " {} ", operator.text())?,
                }
                inner(right, right_least, f)
            }
            ExprKind::Call(function, arguments) => call(f, &function.name(), arguments),
            ExprKind::Lookup(table, arguments) => call(f, table, arguments),
            ExprKind::Rises(condition) => write!(f, "rises({condition})"),
            ExprKind::If(condition, yes, no) => {
                write!(f, "if {condition} {{ {yes} }} else {{ {no} }}")
            }
        }
    }
}
