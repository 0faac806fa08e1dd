//! Variables between spikes: the solutions of their equations, and their values before the first.

use std::collections::HashMap;

use super::{Decay, Planner};
use crate::choice::nonlinear;
use crate::errors::{Errors, Place};
use crate::graph::{Leaf, Node};
use crate::item::SymbolKind;
use crate::synapse::item::Owner;

impl Planner<'_> {
    /// The solutions of all equations but that of the weight.
    pub(super) fn decays(&mut self, errors: &mut Errors) -> HashMap<usize, Decay> {
        let mut decays = HashMap::new();
        let owners = [Owner::Pre, Owner::Post, Owner::Synapse, Owner::Signal];
        for symbol in owners
            .into_iter()
            .flat_map(|owner| self.synapse.variables(owner))
        {
            let Some(equation) = self.synapse.equation(symbol) else {
                continue;
            };
            let rate = self.lower.expr(equation);
            let parts = self.lower.graph.linear(rate, Leaf::State(symbol));
            let Some((own, rest)) = parts.filter(|(own, _)| self.lower.graph.is_invariant(*own))
            else {
                let obstacle = nonlinear(&mut self.lower, symbol, &[symbol], true);
                let message = format!(
                    "{}; between spikes an equation is solved exactly, as `-{name}/tau` is",
                    obstacle.message,
                    name = self.name(symbol)
                );
                errors.at(obstacle.place, message);
                continue;
            };
            let graph = &mut self.lower.graph;
            if graph.constant(own).is_some_and(|own| own >= 0.0) {
                let name = self.name(symbol);
                let message = format!(
                    "`{name}` does not decay; a variable that spikes alone change is `var {name}`, one \
                     that decays has `-{name}/tau`"
                );
                errors.at(equation.place, message);
                continue;
            }
            let one = graph.number(1.0);
            let decay = graph.neg(own);
            let tau = graph.div(one, decay);
            let rest = match graph.node(rest).clone() {
                _ if rest == decay => one,
                Node::Mul(factor, value) if factor == decay => value,
                Node::Mul(value, factor) if factor == decay => value,
                _ => graph.mul(rest, tau),
            };
            decays.insert(symbol, Decay { tau, rest });
        }
        decays
    }

    /// The values before the first spike.
    pub(super) fn starts(
        &mut self,
        decays: &HashMap<usize, Decay>,
        errors: &mut Errors,
    ) -> HashMap<usize, f64> {
        let mut starts = HashMap::new();
        for (index, symbol) in self.scope.symbols.iter().enumerate() {
            match &symbol.kind {
                SymbolKind::Param {
                    default: Some(default),
                    ..
                } => {
                    starts.insert(index, self.lower.value(default, index));
                }
                SymbolKind::State { start, .. } => {
                    let start = start.as_ref().map(|start| {
                        let place = start.place;
                        (
                            place,
                            self.lower.value(start, index) * self.lower.factor(index),
                        )
                    });
                    let value = self.start(index, start, decays, errors);
                    starts.insert(index, value);
                }
                _ => {}
            }
        }
        starts
    }

    fn start(
        &self,
        symbol: usize,
        start: Option<(Place, f64)>,
        decays: &HashMap<usize, Decay>,
        errors: &mut Errors,
    ) -> f64 {
        let Some(Decay { rest, .. }) = decays.get(&symbol) else {
            return start.map_or(0.0, |(_, value)| value);
        };
        let rest = self.lower.graph.constant(*rest);
        let owner = self.synapse.owners[symbol];
        let name = self.name(symbol);
        let place = Place::at(self.scope.symbols[symbol].name.span());
        match (rest, start) {
            (None, None) if owner == Owner::Synapse => {
                let message = format!(
                    "`{name}` decays to a value that is not known when compiling; let it decay to 0, and \
                     add the parameter where `{name}` is read"
                );
                errors.at(place, message);
            }
            (Some(rest), _) if owner == Owner::Signal && rest != 0.0 => {
                errors.at(place, format_args!("the signal `{name}` has to decay to 0"));
            }
            (Some(rest), Some((_, start))) if rest == start => {}
            (_, None) => {}
            (_, Some((place, _))) => {
                let message = format!(
                    "before the first spike `{name}` has the value to which it decays; leave out this one"
                );
                errors.at(place, message);
            }
        }
        rest.unwrap_or(0.0)
    }
}
