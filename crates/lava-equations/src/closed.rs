//! The closed form of event-driven neurons: their equations as one linear system, and the conditions of their
//! events as sums of variables, of which it is known for how long they stay negative.

use std::collections::HashMap;

use crate::choice::{Group, obstacle, rates};
use crate::errors::{Errors, Place};
use crate::expression::{Expr, ExprKind, Operator};
use crate::graph::{Id, Leaf};
use crate::integrate::{Rate, linear_system};
use crate::item::{Method, Neuron, SymbolKind, Trigger};
use crate::lower::Lower;

/// dx/dt = `matrix`·x + `constants`, if nothing arrives.
#[derive(Debug)]
pub(crate) struct Closed {
    /// The variables by symbol, in the order of rows.
    pub(crate) states: Vec<usize>,
    pub(crate) matrix: Vec<Vec<Id>>,
    pub(crate) constants: Vec<Id>,
    /// Sums of variables with a constant, which are negative while an event does not happen.
    pub(crate) conditions: Vec<(Vec<Id>, Id)>,
    /// An event does not happen while this holds, for each event.
    pub(crate) silent: Vec<Silent>,
}

/// A statement about the conditions.
#[derive(Debug)]
pub(crate) enum Silent {
    /// The condition of this number stays negative.
    Stays(usize),
    Any(Vec<Silent>),
    All(Vec<Silent>),
}

/// The closed form of neurons with `update event_driven;`. What prevents it is noted.
pub(crate) fn closed(
    lower: &mut Lower<'_>,
    neuron: &Neuron,
    groups: &[Group],
    errors: &mut Errors,
) -> Option<Closed> {
    neuron.update?;
    let symbols = neuron.symbols.iter().enumerate();
    let states = symbols.filter(|(_, symbol)| matches!(symbol.kind, SymbolKind::State { .. }));
    let states: Vec<usize> = states.map(|(index, _)| index).collect();
    let mut rates = rates(lower, &states, &[]);
    if let Some(obstacle) = obstacle(lower, &rates, Method::Exact) {
        let message = obstacle.message;
        errors.at(
            obstacle.place,
            format_args!("{message}; event-driven neurons are integrated exactly"),
        );
        return None;
    }
    methods(neuron, groups, errors);
    outputs(neuron, errors);
    complete(lower, &states, &mut rates);
    let (matrix, constants) = linear_system(&mut lower.graph, &rates);
    let mut events = Events {
        lower,
        states: &states,
        conditions: Vec::new(),
        errors,
    };
    let mut silent = Vec::new();
    for event in &neuron.events {
        match &event.trigger {
            Trigger::When(condition) => silent.extend(events.silent(condition, false)),
            Trigger::Rate(rate) => events.errors.at(
                rate.place,
                "a rate draws a number in each step; the events of event-driven neurons are \
                 comparisons: `spike when …`",
            ),
        }
    }
    let conditions = events.conditions;
    errors.is_empty().then_some(Closed {
        states,
        matrix,
        constants,
        conditions,
        silent,
    })
}

/// Notes a method that is not that of all variables together.
fn methods(neuron: &Neuron, groups: &[Group], errors: &mut Errors) {
    let are_exact = groups.len() <= 1 && groups.iter().all(|group| group.method == Method::Exact);
    if let (false, Some(statement)) = (are_exact, neuron.integrate.first()) {
        errors.at(
            statement.place,
            "event-driven neurons are integrated exactly, all variables together; leave this out",
        );
    }
}

/// Notes outputs, which send in each step.
fn outputs(neuron: &Neuron, errors: &mut Errors) {
    for symbol in &neuron.symbols {
        if matches!(symbol.kind, SymbolKind::Output(_)) {
            let name = &symbol.name;
            errors.at(
                Place::at(name.span()),
                format_args!(
                    "`{name}` sends a number in each step; event-driven neurons send spikes only"
                ),
            );
        }
    }
}

/// Sets inputs to zero, and adds the variables that have no equation.
fn complete(lower: &mut Lower<'_>, states: &[usize], rates: &mut Vec<Rate>) {
    let zero = lower.graph.number(0.0);
    let given = std::mem::take(rates);
    for &state in states {
        let rate = given.iter().find(|rate| rate.state == state);
        rates.push(Rate {
            state,
            rate: rate.map_or(zero, |rate| without_input(lower, rate.rate)),
            is_held: false,
        });
    }
}

fn without_input(lower: &mut Lower<'_>, id: Id) -> Id {
    let zero = lower.graph.number(0.0);
    let by = |leaf| matches!(leaf, Leaf::Input(_)).then_some(zero);
    lower.graph.substitute(id, &by, &mut HashMap::new())
}

struct Events<'a, 'b> {
    lower: &'a mut Lower<'b>,
    states: &'a [usize],
    conditions: Vec<(Vec<Id>, Id)>,
    errors: &'a mut Errors,
}

impl Events<'_, '_> {
    /// The statement that a condition stays false; that it stays true if `is_negated`.
    fn silent(&mut self, expr: &Expr, is_negated: bool) -> Option<Silent> {
        match &expr.kind {
            ExprKind::Not(inner) => self.silent(inner, !is_negated),
            ExprKind::Rises(inner) if !is_negated => self.silent(inner, false),
            ExprKind::Binary(operator @ (Operator::And | Operator::Or), left, right) => {
                let (left, right) = (
                    self.silent(left, is_negated),
                    self.silent(right, is_negated),
                );
                let both = vec![left?, right?];
                match (*operator == Operator::And) != is_negated {
                    true => Some(Silent::Any(both)),
                    false => Some(Silent::All(both)),
                }
            }
            ExprKind::Binary(operator, left, right) => {
                let is_above = match operator {
                    Operator::Greater | Operator::GreaterOrEqual => true,
                    Operator::Less | Operator::LessOrEqual => false,
                    _ => return self.unknown(expr),
                };
                let (left, right) = (self.lower.expr(left), self.lower.expr(right));
                let excess = match is_above != is_negated {
                    true => self.lower.graph.sub(left, right),
                    false => self.lower.graph.sub(right, left),
                };
                self.condition(excess).or_else(|| self.unknown(expr))
            }
            _ => self.unknown(expr),
        }
    }

    /// A sum of variables with constant factors.
    fn condition(&mut self, excess: Id) -> Option<Silent> {
        let mut rest = without_input(self.lower, excess);
        let mut factors = Vec::new();
        for state in self.states {
            let (factor, left) = self.lower.graph.linear(rest, Leaf::State(*state))?;
            factors.push(factor);
            rest = left;
        }
        let graph = &self.lower.graph;
        if !factors
            .iter()
            .chain([&rest])
            .all(|id| graph.is_invariant(*id))
        {
            return None;
        }
        self.conditions.push((factors, rest));
        Some(Silent::Stays(self.conditions.len() - 1))
    }

    fn unknown(&mut self, expr: &Expr) -> Option<Silent> {
        self.errors.at(
            expr.place,
            format_args!(
                "`{expr}` does not compare sums of variables with constant factors; of event-driven \
                 neurons it must be known for how long it stays false"
            ),
        );
        None
    }
}
