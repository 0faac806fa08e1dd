//! The check of units: a mistake is reported on the smallest term that is wrong.

use std::cell::RefCell;

use proc_macro2::Ident;

use crate::errors::Errors;
use crate::expression::{Expr, ExprKind, Function, Operator};
use crate::item::SymbolKind;
use crate::parse::expression::rational;
use crate::scope::{Meaning, Scope, noise_dims};
use crate::unit::{Dims, Rational};

/// The dimensions that a term must have, and the part of the declaration that says so.
#[derive(Clone)]
pub(crate) struct Expected {
    pub(crate) dims: Dims,
    pub(crate) by: String,
}

/// The dimensions of expressions.
pub(crate) struct Dimensions<'a> {
    pub(crate) scope: &'a Scope<'a>,
    /// Those of the `let`s that have been asked for.
    lets: RefCell<Vec<Memo>>,
}

#[derive(Clone, Copy, PartialEq)]
enum Memo {
    Unknown,
    /// It is being computed: a cycle, which is reported elsewhere.
    Open,
    Known(Option<Dims>),
}

impl<'a> Dimensions<'a> {
    pub(crate) fn new(scope: &'a Scope<'a>) -> Dimensions<'a> {
        let count = scope.symbols.len();
        Dimensions {
            scope,
            lets: RefCell::new(vec![Memo::Unknown; count]),
        }
    }

    /// The dimensions of a symbol; `None` if they are not known.
    pub(crate) fn of_symbol(&self, index: usize) -> Option<Dims> {
        let symbol = &self.scope.symbols[index];
        if let Some(unit) = &symbol.unit {
            return Some(unit.dims);
        }
        let SymbolKind::Let(Some(expr)) = &symbol.kind else {
            return None;
        };
        let memo = self.lets.borrow()[index];
        match memo {
            Memo::Open => None,
            Memo::Known(dims) => dims,
            Memo::Unknown => {
                self.lets.borrow_mut()[index] = Memo::Open;
                let dims = self.of(expr);
                self.lets.borrow_mut()[index] = Memo::Known(dims);
                dims
            }
        }
    }

    /// The dimensions of an expression, without a report; `None` if they are not known, or if any
    /// fit.
    pub(crate) fn of(&self, expr: &Expr) -> Option<Dims> {
        match &expr.kind {
            ExprKind::Number(..) if expr.is_zero() => None,
            ExprKind::Number(_, unit) => Some(unit.as_ref().map_or(Dims::NONE, |unit| unit.dims)),
            ExprKind::Name(name) => match self.scope.meaning(name)? {
                Meaning::Symbol(index) => self.of_symbol(index),
                Meaning::Time | Meaning::Step => Some(Dims::TIME),
                Meaning::Noise(_) => Some(noise_dims()),
                Meaning::Unit(unit) => Some(unit.dims),
            },
            ExprKind::Minus(inner) => self.of(inner),
            ExprKind::Not(_) | ExprKind::Rises(_) => None,
            ExprKind::Binary(operator, left, right) => match operator {
                Operator::Add | Operator::Subtract => self.common(&terms(expr)),
                Operator::Multiply => Some(self.of(left)?.times(self.of(right)?)),
                Operator::Divide => Some(self.of(left)?.per(self.of(right)?)),
                Operator::Power => match rational(right) {
                    Some(power) => self.of(left)?.power(power),
                    None => Some(Dims::NONE),
                },
                _ => None,
            },
            ExprKind::Call(function, arguments) => match function {
                Function::Sqrt => self.of(&arguments[0])?.power(HALF),
                Function::Abs => self.of(&arguments[0]),
                Function::Min | Function::Max | Function::Clip => {
                    self.common(&arguments.iter().collect::<Vec<_>>())
                }
                _ => Some(Dims::NONE),
            },
            ExprKind::Lookup(table, _) => {
                self.scope.table(table).ok()?;
                self.of_symbol(self.scope.index(table)?)
            }
            ExprKind::If(_, yes, no) => self.common(&[yes, no]),
        }
    }

    /// The dimensions that most of the terms have; the first of them decides a tie.
    fn common(&self, terms: &[&Expr]) -> Option<Dims> {
        let dims: Vec<Dims> = terms.iter().filter_map(|term| self.of(term)).collect();
        let count = |of: &Dims| dims.iter().filter(|other| *other == of).count();
        let most = dims.iter().map(count).max()?;
        dims.iter().find(|dims| count(dims) == most).copied()
    }

    /// Checks an expression. Notes every term that does not fit.
    pub(crate) fn check(&self, expr: &Expr, expected: Option<&Expected>, errors: &mut Errors) {
        match &expr.kind {
            ExprKind::Number(..) => self.compare(expr, expected, errors),
            ExprKind::Name(name) => match self.scope.meaning(name) {
                Some(_) => self.compare(expr, expected, errors),
                None => errors.at(expr.place, self.scope.unknown(name)),
            },
            ExprKind::Minus(inner) => self.check(inner, expected, errors),
            ExprKind::Not(_) | ExprKind::Rises(_) => errors.at(expr.place, CONDITION),
            ExprKind::Binary(operator, left, right) => match operator {
                Operator::Add | Operator::Subtract => {
                    self.check_terms(expr, &terms(expr), expected, errors);
                }
                Operator::Multiply | Operator::Divide => {
                    self.check_product(expr, *operator, [left, right], expected, errors);
                }
                Operator::Power => self.check_power(expr, left, right, expected, errors),
                _ => errors.at(expr.place, CONDITION),
            },
            ExprKind::Call(function, arguments) => {
                self.check_call(expr, *function, arguments, expected, errors);
            }
            ExprKind::Lookup(table, arguments) => {
                self.check_lookup(expr, table, arguments, expected, errors);
            }
            ExprKind::If(condition, yes, no) => {
                self.check_condition(condition, errors);
                self.check_terms(expr, &[yes, no], expected, errors);
            }
        }
    }

    /// Notes an expression whose own dimensions are not the expected ones.
    fn compare(&self, expr: &Expr, expected: Option<&Expected>, errors: &mut Errors) {
        let (Some(Expected { dims, by }), Some(found)) = (expected, self.of(expr)) else {
            return;
        };
        if found == *dims {
            return;
        }
        let this = match &expr.kind {
            ExprKind::Number(_, Some(unit)) => unit.text().to_owned(),
            ExprKind::Number(_, None) => {
                let wanted = dims.to_string();
                let example = match wanted.contains(['/', '*', '^']) {
                    true => format!("multiply it by its unit: `{expr}*{wanted}`"),
                    false => format!("write its unit: `{expr} {wanted}`"),
                };
                let message =
                    format!("this is a number without a unit, {by} is {wanted}; {example}");
                return errors.at(expr.place, message);
            }
            ExprKind::Name(name) => match self.scope.meaning(name) {
                Some(Meaning::Symbol(index)) => match &self.scope.symbols[index].unit {
                    Some(unit) if unit.dims != Dims::NONE => unit.text().to_owned(),
                    _ => found.to_string(),
                },
                Some(Meaning::Unit(unit)) => unit.text().to_owned(),
                _ => found.to_string(),
            },
            _ => found.to_string(),
        };
        errors.at(expr.place, format_args!("this is {this}, {by} is {dims}"));
    }

    /// Checks terms that must have the same dimensions.
    fn check_terms(
        &self,
        whole: &Expr,
        terms: &[&Expr],
        expected: Option<&Expected>,
        errors: &mut Errors,
    ) {
        let known: Vec<Dims> = terms.iter().filter_map(|term| self.of(term)).collect();
        let agree = known.windows(2).all(|pair| pair[0] == pair[1]);
        let is_whole_wrong = match (expected, known.first()) {
            (Some(expected), Some(first)) => agree && known.len() > 1 && expected.dims != *first,
            _ => false,
        };
        if is_whole_wrong {
            terms.iter().for_each(|term| self.check(term, None, errors));
            return self.compare(whole, expected, errors);
        }
        if expected.is_some() || agree {
            terms
                .iter()
                .for_each(|term| self.check(term, expected, errors));
            return;
        }
        let Some(dims) = self.common(terms) else {
            return;
        };
        let of = |term: &&&Expr| self.of(term) == Some(dims);
        let representative = terms.iter().find(of).map(ToString::to_string);
        let by = format!("`{}`", representative.unwrap_or_default());
        let expected = Expected { dims, by };
        for term in terms {
            self.check(term, Some(&expected), errors);
        }
    }

    fn check_product(
        &self,
        whole: &Expr,
        operator: Operator,
        [left, right]: [&Expr; 2],
        expected: Option<&Expected>,
        errors: &mut Errors,
    ) {
        // A factor whose own terms disagree is where the mistake is, if the rest is known.
        if let Some(Expected { dims, .. }) = expected {
            let other = |expr| self.of(expr);
            let wanted = match operator {
                _ if self.disagrees(left) && !self.disagrees(right) => {
                    other(right).map(|right| match operator {
                        Operator::Multiply => (left, right, dims.per(right)),
                        _ => (left, right, dims.times(right)),
                    })
                }
                _ if self.disagrees(right) && !self.disagrees(left) => {
                    other(left).map(|left| match operator {
                        Operator::Multiply => (right, left, dims.per(left)),
                        _ => (right, left, left.per(*dims)),
                    })
                }
                _ => None,
            };
            if let Some((factor, _, dims)) = wanted {
                let sound = if std::ptr::eq(factor, left) {
                    right
                } else {
                    left
                };
                self.check(sound, None, errors);
                let by = "what the equation needs here".to_owned();
                return self.check(factor, Some(&Expected { dims, by }), errors);
            }
        }
        let disagree = self.disagrees(left) || self.disagrees(right);
        self.check(left, None, errors);
        self.check(right, None, errors);
        if !disagree {
            self.compare(whole, expected, errors);
        }
    }

    /// Returns `true` if the expression is a sum, or has one as a factor, whose terms disagree.
    fn disagrees(&self, expr: &Expr) -> bool {
        match &expr.kind {
            ExprKind::Minus(inner) => self.disagrees(inner),
            ExprKind::Binary(Operator::Add | Operator::Subtract, ..) => {
                let terms = terms(expr);
                let known: Vec<Dims> = terms.iter().filter_map(|term| self.of(term)).collect();
                known.windows(2).any(|pair| pair[0] != pair[1])
                    || terms.iter().any(|term| self.disagrees(term))
            }
            ExprKind::Binary(Operator::Multiply | Operator::Divide, left, right) => {
                self.disagrees(left) || self.disagrees(right)
            }
            _ => false,
        }
    }

    fn check_power(
        &self,
        whole: &Expr,
        base: &Expr,
        exponent: &Expr,
        expected: Option<&Expected>,
        errors: &mut Errors,
    ) {
        let number = |by: &str| Expected {
            dims: Dims::NONE,
            by: by.to_owned(),
        };
        match rational(exponent) {
            Some(power) => {
                self.check(base, None, errors);
                let dims = self.of(base);
                if dims.is_some_and(|dims| dims.power(power).is_none()) {
                    let message = "the unit of this power has no name; divide by a unit first";
                    errors.at(whole.place, message);
                    return;
                }
            }
            None => {
                let by = "the base of a power with any exponent";
                self.check(base, Some(&number(by)), errors);
                self.check(exponent, Some(&number("an exponent")), errors);
            }
        }
        self.compare(whole, expected, errors);
    }

    fn check_call(
        &self,
        whole: &Expr,
        function: Function,
        arguments: &[Expr],
        expected: Option<&Expected>,
        errors: &mut Errors,
    ) {
        match function {
            Function::Abs => self.check(&arguments[0], expected, errors),
            Function::Min | Function::Max | Function::Clip => {
                let arguments: Vec<&Expr> = arguments.iter().collect();
                self.check_terms(whole, &arguments, expected, errors);
            }
            Function::Sqrt => {
                self.check(&arguments[0], None, errors);
                self.compare(whole, expected, errors);
            }
            _ => {
                let by = format!("the argument of `{}`", function.name());
                let dims = Dims::NONE;
                self.check(&arguments[0], Some(&Expected { dims, by }), errors);
                self.compare(whole, expected, errors);
            }
        }
    }

    fn check_lookup(
        &self,
        whole: &Expr,
        name: &Ident,
        arguments: &[Expr],
        expected: Option<&Expected>,
        errors: &mut Errors,
    ) {
        let is_broken =
            |symbol: usize| matches!(self.scope.symbols[symbol].kind, SymbolKind::Let(None));
        if self.scope.index(name).is_some_and(is_broken) {
            return;
        }
        let table = match self.scope.table(name) {
            Ok(table) => table,
            Err(message) => return errors.at(name, message),
        };
        let [argument] = arguments else {
            let message = format!("a table has one argument: `{name}({})`", table.argument);
            return errors.at(whole.place, message);
        };
        let dims = table.unit.dims;
        let by = format!("the argument of `{name}`");
        self.check(argument, Some(&Expected { dims, by }), errors);
        self.compare(whole, expected, errors);
    }

    /// Checks a condition.
    pub(crate) fn check_condition(&self, expr: &Expr, errors: &mut Errors) {
        match &expr.kind {
            ExprKind::Not(inner) | ExprKind::Rises(inner) => self.check_condition(inner, errors),
            ExprKind::Binary(operator, left, right) if operator.is_logic() => {
                self.check_condition(left, errors);
                self.check_condition(right, errors);
            }
            ExprKind::Binary(operator, left, right) if operator.is_comparison() => {
                let sides: [&Expr; 2] = [left, right];
                // The left side says what the right one has to be.
                if !self.disagrees(left)
                    && let Some(dims) = self.of(left)
                {
                    self.check(left, None, errors);
                    let by = format!("`{left}`");
                    return self.check(right, Some(&Expected { dims, by }), errors);
                }
                self.check_terms(expr, &sides, None, errors);
            }
            _ => errors.at(expr.place, "expected a condition: `v > v_th`"),
        }
    }
}

const HALF: Rational = Rational {
    numerator: 1,
    denominator: 2,
};

const CONDITION: &str = "this is a condition, not a number; write `if condition { 1 } else { 0 }`";

/// The terms of a sum.
fn terms(expr: &Expr) -> Vec<&Expr> {
    match &expr.kind {
        ExprKind::Binary(Operator::Add | Operator::Subtract, left, right) => {
            let mut all = terms(left);
            all.extend(terms(right));
            all
        }
        _ => vec![expr],
    }
}
