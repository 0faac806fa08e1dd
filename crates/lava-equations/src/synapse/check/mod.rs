//! The rules of a declaration: units, and that a synapse reads what is at the synapse.

mod locality;
mod statements;

use proc_macro2::Ident;

use super::item::{Action, Owner, Side, Synapse};
use crate::check::{constant, cycles};
use crate::dimensions::{Dimensions, Expected};
use crate::errors::{Errors, Place};
use crate::expression::{Expr, ExprKind, Operator};
use crate::item::SymbolKind;
use crate::scope::Scope;
use crate::unit::Dims;
use locality::Reads;

/// Names that mean something in every synapse, or that its rule uses.
pub(super) const RESERVED: [&str; 5] = ["t", "dt", "xi", "kernel", "new"];

/// Notes all mistakes.
pub(super) fn check(scope: &Scope<'_>, synapse: &Synapse, errors: &mut Errors) {
    let check = Check {
        scope,
        synapse,
        dims: Dimensions::new(scope),
    };
    cycles(scope, errors);
    check.parts(errors);
    check.symbols(errors);
    check.range(errors);
    check.arrivals(errors);
    check.input(errors);
    check.unchanged(errors);
}

/// The end of the message for a name without a meaning.
pub(super) fn readable(synapse: &Synapse) -> String {
    let list = |owners: &[Owner]| {
        let indices = owners.iter().flat_map(|owner| synapse.variables(*owner));
        let names: Vec<String> = indices
            .map(|index| format!("`{}`", synapse.symbols[index].name))
            .collect();
        match names.is_empty() {
            true => "none".to_owned(),
            false => names.join(", "),
        }
    };
    format!(
        "is not at the synapse, which reads its own variables ({}), those of its source ({}) and of \
         its target ({}), parameters, and an `input` that is its third factor",
        list(&[Owner::Weight, Owner::Synapse]),
        list(&[Owner::Pre]),
        list(&[Owner::Post]),
    )
}

struct Check<'a> {
    scope: &'a Scope<'a>,
    synapse: &'a Synapse,
    dims: Dimensions<'a>,
}

impl Check<'_> {
    fn name(&self, symbol: usize) -> &Ident {
        &self.scope.symbols[symbol].name
    }

    /// Notes parts that are missing, or there twice.
    fn parts(&self, errors: &mut Errors) {
        let synapse = self.synapse;
        let mut weights = synapse.owners.iter().enumerate();
        let mut weights = weights
            .by_ref()
            .filter(|(_, owner)| **owner == Owner::Weight);
        let first = weights.next();
        if let Some((second, _)) = weights.next() {
            let place = Place::at(self.name(second).span());
            errors.at(place, "a synapse has one weight; declare others by `var`");
        }
        let place = Place::at(synapse.name.span());
        if first.is_none() && !synapse.is_broken {
            errors.at(place, "a synapse has a weight: `weight w: 1;`");
        }
        for side in [Side::Pre, Side::Post] {
            let word = side.word();
            let mut of_side = synapse.arrivals.iter().filter(|on| on.side == side);
            let first = of_side.next();
            if let Some(second) = of_side.next() {
                let message = format!(
                    "`on {word}` is there twice; its statements are executed one after another"
                );
                errors.at(second.place, message);
            }
            if side == Side::Pre && first.is_none() && !synapse.is_broken {
                let message = "what happens at a spike of the source is missing: `on pre { … }`; a \
                               synapse that only transmits its weight has `on pre {}`";
                errors.at(place, message);
            }
        }
        let inputs = synapse.symbols.iter();
        let mut inputs = inputs.filter(|symbol| matches!(symbol.kind, SymbolKind::Input(_)));
        inputs.next();
        for second in inputs {
            let message = "a synapse has one third factor; send the sum of several signals";
            errors.at(Place::at(second.name.span()), message);
        }
    }

    fn symbols(&self, errors: &mut Errors) {
        for (index, symbol) in self.scope.symbols.iter().enumerate() {
            if self.scope.index(&symbol.name) != Some(index) {
                continue;
            }
            let unit = symbol.unit.as_ref();
            let expected = unit.map(|unit| Expected {
                dims: unit.dims,
                by: format!("`{}`", symbol.name),
            });
            match &symbol.kind {
                SymbolKind::State { equation, start } => {
                    constant(&self.dims, start.as_ref(), unit, errors);
                    if let Some(equation) = equation {
                        let expected = unit.map(|unit| Expected {
                            dims: unit.dims.per(Dims::TIME),
                            by: "the left side".to_owned(),
                        });
                        let reads = self.of_rate(index);
                        self.expression(equation, expected.as_ref(), &reads, errors);
                    }
                }
                SymbolKind::Let(Some(expr)) => {
                    self.dims.check(expr, expected.as_ref(), errors);
                    self.foreign(expr, errors);
                }
                SymbolKind::Const(expr) => constant(&self.dims, expr.as_ref(), unit, errors),
                SymbolKind::Param { default, .. } => {
                    constant(&self.dims, default.as_ref(), unit, errors);
                }
                _ => {}
            }
        }
    }

    /// The range of weights: bounds that do not change.
    fn range(&self, errors: &mut Errors) {
        let (Some(range), Some(weight)) = (&self.synapse.range, self.synapse.weight()) else {
            return;
        };
        for bound in bounds(range) {
            let Some((_, limit)) = limit(bound, self.name(weight)) else {
                let name = self.name(weight);
                let message = format!(
                    "weights are bounded by `where {name} >= 0 && {name} <= w_max`; expected `>=` or \
                     `<=` and `{name}` on one side"
                );
                errors.at(bound.place, message);
                continue;
            };
            let expected = self.dims.of_symbol(weight).map(|dims| Expected {
                dims,
                by: format!("`{}`", self.name(weight)),
            });
            let reads = Reads {
                owners: &[],
                own: None,
                input: false,
                rule: "a bound is a number or a parameter".to_owned(),
            };
            self.expression(limit, expected.as_ref(), &reads, errors);
        }
    }

    /// Notes variables that nothing changes: a statement was forgotten.
    fn unchanged(&self, errors: &mut Errors) {
        if self.synapse.is_broken {
            return;
        }
        let is_set = |symbol: usize| {
            let spikes = [Side::Pre, Side::Post].into_iter();
            let actions = spikes.flat_map(|side| self.synapse.on(side));
            let assigned = actions.filter_map(|action| match action {
                Action::Assign(assignment) => Some(&assignment.name),
                Action::Transmit(_) => None,
            });
            let jumps = self.synapse.jumps().iter().map(|jump| &jump.name);
            let mut names = assigned.chain(jumps);
            names.any(|name| self.scope.index(name) == Some(symbol))
        };
        for (owner, place) in [
            (Owner::Pre, "`on pre`"),
            (Owner::Post, "`on post`"),
            (Owner::Synapse, "`on pre` or `on post`"),
            (Owner::Signal, "the braces of an `input`"),
        ] {
            for symbol in self.synapse.variables(owner) {
                let name = self.name(symbol);
                if !is_set(symbol) && self.scope.index(name) == Some(symbol) {
                    let message =
                        format!("nothing changes `{name}`; add `{name} += 1;` to {place}");
                    errors.at(Place::at(name.span()), message);
                }
            }
        }
    }
}

/// The conditions that a range consists of.
pub(super) fn bounds(range: &Expr) -> Vec<&Expr> {
    match &range.kind {
        ExprKind::Binary(Operator::And, left, right) => {
            let mut all = bounds(left);
            all.extend(bounds(right));
            all
        }
        _ => vec![range],
    }
}

/// The side of a bound that is no weight, and `true` if it is the lower bound.
pub(super) fn limit<'a>(bound: &'a Expr, weight: &Ident) -> Option<(bool, &'a Expr)> {
    let ExprKind::Binary(operator, left, right) = &bound.kind else {
        return None;
    };
    let is_weight = |expr: &Expr| matches!(&expr.kind, ExprKind::Name(name) if name == weight);
    match operator {
        Operator::GreaterOrEqual if is_weight(left) => Some((true, right)),
        Operator::LessOrEqual if is_weight(left) => Some((false, right)),
        Operator::GreaterOrEqual if is_weight(right) => Some((false, left)),
        Operator::LessOrEqual if is_weight(right) => Some((true, left)),
        _ => None,
    }
}
