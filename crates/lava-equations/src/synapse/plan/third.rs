//! The third factor: the linear form of what it changes.

use std::collections::HashMap;

use super::{Decay, Planner, Third};
use crate::errors::{Errors, Place};
use crate::graph::{Id, Leaf};
use crate::integrate::Values;
use crate::item::{Assign, SymbolKind};
use crate::synapse::item::Owner;

impl Planner<'_> {
    pub(super) fn third(
        &mut self,
        decays: &HashMap<usize, Decay>,
        errors: &mut Errors,
    ) -> Option<Third> {
        let weight = self.synapse.weight()?;
        let equation = self.synapse.equation(weight);
        let Some(input) = self.synapse.input() else {
            if let Some(equation) = equation {
                let message = "between spikes a third factor changes the weight; declare it: \
                               `input n: 1/ms;`, or change the weight in `on pre` and `on post`";
                errors.at(equation.place, message);
            }
            return None;
        };
        let place = Place::at(self.scope.symbols[input].name.span());
        let is_held = matches!(self.scope.symbols[input].kind, SymbolKind::Input(None));
        let signals = self.synapse.variables(Owner::Signal);
        if let [_, second, ..] = signals[..] {
            let place = Place::at(self.scope.symbols[second].name.span());
            errors.at(place, "the third factor has one signal");
        }
        let signal = signals.first().copied();
        if let Some(signal) = signal.filter(|signal| !decays.contains_key(signal)) {
            let name = &self.scope.symbols[signal].name;
            let message = format!(
                "a signal decays: `signal d{name}/dt = -{name}/tau : …;`; one that is received as it is \
                 is an input, `input {name}: …;`"
            );
            errors.at(Place::at(name.span()), message);
        }
        let mut values = Values::new();
        let reward = self.message(weight, signal, &mut values, errors);
        let rate = equation.map(|equation| (equation.place, self.lower.expr(equation)));
        let zero = self.lower.graph.number(0.0);
        let (mut gain, mut offset) = (zero, zero);
        let mut eligibility = reward.map(|(symbol, _)| symbol);
        if let Some((place, rate)) = rate {
            let factor = self.factor_of(rate, place, eligibility, errors)?;
            eligibility = Some(factor.0);
            let leaf = match signal {
                Some(signal) if !is_held => Leaf::State(signal),
                _ => Leaf::Input(input),
            };
            let parts = self.lower.graph.linear(factor.1, leaf);
            let graph = &self.lower.graph;
            let both = |(a, b): &(Id, Id)| graph.is_invariant(*a) && graph.is_invariant(*b);
            match parts.filter(both) {
                Some(parts) if is_held || signal.is_some() => (gain, offset) = parts,
                _ => errors.at(place, FORM),
            }
        }
        let Some(eligibility) = eligibility else {
            let name = &self.scope.symbols[input].name;
            let message = match is_held {
                true => format!("nothing reads `{name}`; a third factor changes the weight: `weight dw/dt = c*{name} : …;`"),
                false => "the third factor does not change the weight; add `weight dw/dt = c*n : …;` with \
                          the signal `n`, or `w += c*…;` to its braces".to_owned(),
            };
            errors.at(place, message);
            return None;
        };
        let is_zero = |decay: &Decay| self.lower.graph.constant(decay.rest) == Some(0.0);
        if !decays.get(&eligibility).is_some_and(is_zero) {
            let name = &self.scope.symbols[eligibility].name;
            let message = format!(
                "the variable by which a third factor changes the weight decays to 0: \
                 `d{name}/dt = -{name}/tau : …;`"
            );
            errors.at(Place::at(name.span()), message);
        }
        Some(Third {
            input,
            eligibility,
            signal,
            gain,
            offset,
            received: signal.and_then(|signal| values.get(&signal).copied()),
            reward: reward.map(|(_, reward)| reward),
        })
    }

    /// A product of a variable of the synapse and a factor, as the variable and the factor.
    fn factor_of(
        &mut self,
        value: Id,
        place: Place,
        known: Option<usize>,
        errors: &mut Errors,
    ) -> Option<(usize, Id)> {
        let variables = self.synapse.variables(Owner::Synapse).into_iter();
        let graph = &mut self.lower.graph;
        let is_read = |symbol: &usize| graph.depends(value, &|leaf| leaf == Leaf::State(*symbol));
        let read: Vec<usize> = variables.filter(is_read).collect();
        let [symbol] = read[..] else {
            errors.at(place, FORM);
            return None;
        };
        let zero = graph.number(0.0);
        let parts = graph.linear(value, Leaf::State(symbol));
        match parts.filter(|(_, rest)| *rest == zero) {
            Some((factor, _)) if known.is_none_or(|known| known == symbol) => {
                Some((symbol, factor))
            }
            _ => {
                errors.at(place, FORM);
                None
            }
        }
    }

    /// The signal after a message, in `values`. Returns the variable by which a message changes the weight, and
    /// the change by a variable of 1.
    fn message(
        &mut self,
        weight: usize,
        signal: Option<usize>,
        values: &mut Values,
        errors: &mut Errors,
    ) -> Option<(usize, Id)> {
        if let Some(signal) = signal {
            values.insert(signal, self.lower.graph.leaf(Leaf::State(signal)));
        }
        let mut reward: Option<(usize, Id)> = None;
        for jump in self.synapse.jumps() {
            if self.scope.index(&jump.name) != Some(weight) {
                self.assign(jump, [None; 2], values);
                continue;
            }
            let value = self.lower.expr(&jump.value);
            let known = reward.map(|(symbol, _)| symbol);
            let (symbol, factor) = self.factor_of(value, jump.value.place, known, errors)?;
            let graph = &mut self.lower.graph;
            let zero = graph.number(0.0);
            let before = reward.map_or(zero, |(_, before)| before);
            let sum = match jump.operator {
                Assign::Subtract => graph.sub(before, factor),
                _ => graph.add(before, factor),
            };
            reward = Some((symbol, sum));
        }
        reward
    }
}

const FORM: &str = "a third factor changes the weight by one variable of the synapse times a function of \
                    the signal that is linear: `dw/dt = c*(n - b)`";
