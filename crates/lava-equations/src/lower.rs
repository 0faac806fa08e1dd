//! [`Expr`] → nodes in coherent units.

use std::collections::HashMap;

use proc_macro2::Ident;

use crate::expression::{Expr, ExprKind, Operator};
use crate::graph::{Graph, Id, Leaf};
use crate::item::SymbolKind;
use crate::parse::expression::{literal, rational};
use crate::scope::{Meaning, Scope};
use crate::unit::Unit;

/// Lowers the expressions of a declaration that has no mistakes.
pub(crate) struct Lower<'a> {
    pub(crate) scope: &'a Scope<'a>,
    pub(crate) graph: Graph,
    /// The values of `let`s, as functions of the variables at the beginning of a step.
    lets: HashMap<usize, Id>,
}

impl<'a> Lower<'a> {
    pub(crate) fn new(scope: &'a Scope<'a>) -> Lower<'a> {
        Lower {
            scope,
            graph: Graph::default(),
            lets: HashMap::new(),
        }
    }

    /// Lowers what follows as it is written, see [`Graph::is_literal`].
    pub(crate) fn literally(&mut self) {
        self.graph.is_literal = true;
        self.lets.clear();
    }

    /// The factor from the unit of a symbol to the coherent one.
    pub(crate) fn factor(&self, symbol: usize) -> f64 {
        let unit = self.scope.symbols[symbol].unit.as_ref();
        unit.map_or(1.0, Unit::to_coherent)
    }

    fn leaf(&mut self, symbol: usize, leaf: Leaf) -> Id {
        let factor = self.factor(symbol);
        let factor = self.graph.number(factor);
        let leaf = self.graph.leaf(leaf);
        self.graph.mul(factor, leaf)
    }

    fn symbol(&mut self, index: usize) -> Id {
        let symbol = &self.scope.symbols[index];
        match &symbol.kind {
            // Variables are in coherent units from the moment they are read.
            SymbolKind::State { .. } => self.graph.leaf(Leaf::State(index)),
            SymbolKind::Param { .. } => self.leaf(index, Leaf::Param(index)),
            SymbolKind::Input(_) => self.leaf(index, Leaf::Input(index)),
            SymbolKind::Const(expr) => {
                let value = expr.as_ref().map_or(0.0, |expr| self.value(expr, index));
                let factor = self.factor(index);
                self.graph.number(value * factor)
            }
            SymbolKind::Table(_) => self.graph.number(0.0),
            SymbolKind::Let(expr) | SymbolKind::Output(expr) => {
                if let Some(id) = self.lets.get(&index) {
                    return *id;
                }
                let Some(expr) = expr else {
                    return self.graph.number(0.0);
                };
                let id = self.expr(expr);
                self.lets.insert(index, id);
                let name = symbol.name.to_string();
                self.graph.names.entry(id).or_insert(name);
                id
            }
        }
    }

    /// The number that stands behind `=` in a declaration, in the unit of its symbol.
    pub(crate) fn value(&mut self, expr: &Expr, symbol: usize) -> f64 {
        let factor = self.factor(symbol);
        self.value_in(expr, factor)
    }

    /// The number in a unit, of which this is the factor to the coherent one.
    pub(crate) fn value_in(&mut self, expr: &Expr, factor: f64) -> f64 {
        if let Some(value) = literal(expr) {
            return value;
        }
        let id = self.expr(expr);
        let value = self.graph.constant(id).unwrap_or(f64::NAN);
        // Division by a power of ten is exact where it can be.
        value / factor
    }

    pub(crate) fn expr(&mut self, expr: &Expr) -> Id {
        match &expr.kind {
            ExprKind::Number(value, unit) => {
                let factor = unit.as_ref().map_or(1.0, Unit::to_coherent);
                self.graph.number(value * factor)
            }
            ExprKind::Name(name) => match self.scope.meaning(name) {
                Some(Meaning::Symbol(index)) => self.symbol(index),
                Some(Meaning::Time) => self.graph.leaf(Leaf::Time),
                Some(Meaning::Step) => self.graph.leaf(Leaf::Step),
                Some(Meaning::Noise(noise)) => self.graph.leaf(Leaf::Noise(noise)),
                Some(Meaning::Unit(unit)) => self.graph.number(unit.to_coherent()),
                None => self.graph.number(0.0),
            },
            ExprKind::Minus(inner) => {
                let inner = self.expr(inner);
                self.graph.neg(inner)
            }
            ExprKind::Not(inner) => {
                let inner = self.expr(inner);
                self.graph.not(inner)
            }
            // Where it can stand, the condition is lowered by `Plan`.
            ExprKind::Rises(inner) => self.expr(inner),
            ExprKind::Binary(operator, left, right) => self.binary(*operator, left, right),
            ExprKind::Call(function, arguments) => {
                let arguments = arguments
                    .iter()
                    .map(|argument| self.expr(argument))
                    .collect();
                self.graph.call(*function, arguments)
            }
            ExprKind::Lookup(name, arguments) => match (self.scope.table(name), &arguments[..]) {
                (Ok(table), [argument]) => self.lookup(name, &table.unit, argument),
                _ => self.graph.number(0.0),
            },
            ExprKind::If(condition, yes, no) => {
                let condition = self.expr(condition);
                let (yes, no) = (self.expr(yes), self.expr(no));
                self.graph.select(condition, yes, no)
            }
        }
    }

    /// The value of a table, whose points have the units of its declaration.
    fn lookup(&mut self, name: &Ident, unit: &Unit, argument: &Expr) -> Id {
        let Some(table) = self.scope.index(name) else {
            return self.graph.number(0.0);
        };
        let argument = self.expr(argument);
        let of_argument = self.graph.number(unit.to_coherent());
        let of_value = self.factor(table);
        let argument = self.graph.div(argument, of_argument);
        let of_value = self.graph.number(of_value);
        let value = self.graph.lookup(table, argument);
        self.graph.mul(of_value, value)
    }

    fn binary(&mut self, operator: Operator, left: &Expr, right: &Expr) -> Id {
        let base = self.expr(left);
        if operator == Operator::Power
            && let Some(exponent) = rational(right)
        {
            return self.graph.power(base, exponent.value());
        }
        let other = self.expr(right);
        match operator {
            Operator::Add => self.graph.add(base, other),
            Operator::Subtract => self.graph.sub(base, other),
            Operator::Multiply => self.graph.mul(base, other),
            Operator::Divide => self.graph.div(base, other),
            Operator::Power => self.graph.powf(base, other),
            Operator::And => self.graph.and(base, other),
            Operator::Or => self.graph.or(base, other),
            _ => self.graph.compare(operator, base, other),
        }
    }
}
