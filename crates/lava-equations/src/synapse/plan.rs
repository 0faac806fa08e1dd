//! A synapse as values: what spikes and the third factor change, and what happens between them.

use std::collections::HashMap;

use super::check::{bounds, limit};
use super::item::{Action, Owner, Side, Synapse};
use crate::choice::nonlinear;
use crate::errors::{Errors, Place};
use crate::expression::Function;
use crate::integrate::Values;
use crate::item::{Assign, Assignment, SymbolKind};
use crate::lower::Lower;
use crate::node::{Graph, Id, Leaf, Node};
use crate::scope::Scope;

/// The values of a synapse. `Leaf::State` is the value of a variable when a spike arrives.
#[derive(Debug)]
pub(super) struct Plan {
    pub(super) graph: Graph,
    /// The default of a parameter, in its own unit, and the value of a variable before the first spike, in
    /// its coherent unit.
    pub(super) starts: HashMap<usize, f64>,
    /// Variables that decay between spikes.
    pub(super) decays: HashMap<usize, Decay>,
    /// The weight and the variables of the synapse after a spike of the source, if it changes them.
    pub(super) pre: Vec<(usize, Id)>,
    /// … of the target.
    pub(super) post: Vec<(usize, Id)>,
    /// The variables of a source after its spike.
    pub(super) source: Vec<(usize, Id)>,
    /// The variables of a target after its spike.
    pub(super) target: Vec<(usize, Id)>,
    /// Parts of what is transmitted that the variables of the source after a spike do not have.
    pub(super) sent: Vec<(String, Id)>,
    /// The transmitted value, if that is not the weight.
    pub(super) transmitted: Option<Id>,
    /// The least and the greatest weight, in its own unit.
    pub(super) bounds: [Option<Id>; 2],
    pub(super) third: Option<Third>,
}

/// The solution of an equation between spikes: x = rest + (x₀ − rest)·exp(−t/tau).
#[derive(Clone, Copy, Debug)]
pub(super) struct Decay {
    pub(super) tau: Id,
    pub(super) rest: Id,
}

/// A third factor: dc/dt = −c/τ, dw/dt = c·(gain·n + offset), and w += c·reward at a message.
#[derive(Debug)]
pub(super) struct Third {
    pub(super) input: usize,
    /// c.
    pub(super) eligibility: usize,
    /// n; none if it is the input.
    pub(super) signal: Option<usize>,
    pub(super) gain: Id,
    pub(super) offset: Id,
    /// n after a message.
    pub(super) received: Option<Id>,
    /// The reward of a message.
    pub(super) reward: Option<Id>,
}

/// Makes the plan of a declaration without mistakes. Equations that cannot be solved are noted.
pub(super) fn plan(scope: &Scope<'_>, synapse: &Synapse, errors: &mut Errors) -> Option<Plan> {
    let mut planner = Planner {
        lower: Lower::new(scope),
        scope,
        synapse,
    };
    let decays = planner.decays(errors);
    let starts = planner.starts(&decays, errors);
    let third = planner.third(&decays, errors);
    if !errors.is_empty() {
        return None;
    }
    planner.lower.literally();
    let bounds = planner.bounds();
    let (after_pre, transmitted) = planner.after(Side::Pre, bounds);
    let (after_post, _) = planner.after(Side::Post, bounds);
    let of = |values: &Values, owner: Owner| {
        let variables = synapse.variables(owner).into_iter();
        variables.map(|symbol| (symbol, values[&symbol])).collect()
    };
    let source: Vec<(usize, Id)> = of(&after_pre, Owner::Pre);
    let target = of(&after_post, Owner::Post);
    let eligibility = third.as_ref().map(|third| third.eligibility);
    let pre = planner.changed(&after_pre, &decays, eligibility);
    let post = planner.changed(&after_post, &decays, eligibility);
    let sent = match transmitted {
        Some(id) => planner.sent(id, &source),
        None => Vec::new(),
    };
    Some(Plan {
        graph: planner.lower.graph,
        starts,
        decays,
        pre,
        post,
        source,
        target,
        sent,
        transmitted,
        bounds,
        third,
    })
}

struct Planner<'a> {
    lower: Lower<'a>,
    scope: &'a Scope<'a>,
    synapse: &'a Synapse,
}

impl Planner<'_> {
    fn name(&self, symbol: usize) -> String {
        self.scope.symbols[symbol].name.to_string()
    }

    /// The solutions of all equations but that of the weight.
    fn decays(&mut self, errors: &mut Errors) -> HashMap<usize, Decay> {
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
    fn starts(
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

    /// The bounds of the weight, in its own unit.
    fn bounds(&mut self) -> [Option<Id>; 2] {
        let mut both = [None; 2];
        let (Some(range), Some(weight)) = (&self.synapse.range, self.synapse.weight()) else {
            return both;
        };
        let factor = self.lower.factor(weight);
        for bound in bounds(range) {
            if let Some((is_low, limit)) = limit(bound, &self.scope.symbols[weight].name) {
                let value = self.lower.expr(limit);
                let factor = self.lower.graph.number(factor);
                let value = self.lower.graph.div(value, factor);
                both[usize::from(!is_low)] = Some(value);
            }
        }
        both
    }

    /// The values after a spike, and what it transmits.
    fn after(&mut self, side: Side, bounds: [Option<Id>; 2]) -> (Values, Option<Id>) {
        let mut values = Values::new();
        let owners = [Owner::Weight, Owner::Synapse, Owner::Pre, Owner::Post];
        for symbol in owners
            .into_iter()
            .flat_map(|owner| self.synapse.variables(owner))
        {
            values.insert(symbol, self.lower.graph.leaf(Leaf::State(symbol)));
        }
        let mut transmitted = None;
        for action in self.synapse.on(side) {
            match action {
                Action::Assign(assignment) => self.assign(assignment, bounds, &mut values),
                Action::Transmit(transmit) => {
                    let value = self.lower.expr(&transmit.value);
                    let value = self.at(value, &values);
                    let weight = self.synapse.weight();
                    let factor = match (&transmit.unit, weight) {
                        (Some(unit), _) => unit.to_coherent(),
                        (None, Some(weight)) => self.lower.factor(weight),
                        (None, None) => 1.0,
                    };
                    let factor = self.lower.graph.number(factor);
                    transmitted = Some(self.lower.graph.div(value, factor));
                }
            }
        }
        (values, transmitted)
    }

    fn at(&mut self, id: Id, values: &Values) -> Id {
        let by = |leaf| match leaf {
            Leaf::State(state) => values.get(&state).copied(),
            _ => None,
        };
        let name = self.lower.graph.names.get(&id).cloned();
        let new = self.lower.graph.substitute(id, &by, &mut HashMap::new());
        if let Some(name) = name {
            self.lower.graph.names.entry(new).or_insert(name);
        }
        new
    }

    fn assign(&mut self, assignment: &Assignment, bounds: [Option<Id>; 2], values: &mut Values) {
        let Some(symbol) = self.scope.index(&assignment.name) else {
            return;
        };
        let Some(before) = values.get(&symbol).copied() else {
            return;
        };
        let value = self.lower.expr(&assignment.value);
        let value = self.at(value, values);
        let graph = &mut self.lower.graph;
        let mut value = match assignment.operator {
            Assign::Set => value,
            Assign::Add => graph.add(before, value),
            Assign::Subtract => graph.sub(before, value),
            Assign::Multiply => graph.mul(before, value),
        };
        if Some(symbol) == self.synapse.weight() {
            let factor = self.lower.factor(symbol);
            let graph = &mut self.lower.graph;
            let factor = graph.number(factor);
            let bounds = bounds.map(|bound| bound.map(|bound| graph.mul(factor, bound)));
            value = match bounds {
                [None, None] => value,
                [Some(low), None] => graph.call(Function::Max, vec![value, low]),
                [None, Some(high)] => graph.call(Function::Min, vec![value, high]),
                [Some(low), Some(high)] => graph.call(Function::Clip, vec![value, low, high]),
            };
        }
        values.insert(symbol, value);
    }

    /// The weight and the variables of the synapse that a spike changes, and those that have decayed.
    fn changed(
        &mut self,
        after: &Values,
        decays: &HashMap<usize, Decay>,
        eligibility: Option<usize>,
    ) -> Vec<(usize, Id)> {
        let mut changed = Vec::new();
        let owners = [Owner::Weight, Owner::Synapse];
        for symbol in owners
            .into_iter()
            .flat_map(|owner| self.synapse.variables(owner))
        {
            let before = self.lower.graph.leaf(Leaf::State(symbol));
            let decays = decays.contains_key(&symbol) && Some(symbol) != eligibility;
            if after[&symbol] != before || decays {
                changed.push((symbol, after[&symbol]));
            }
        }
        changed
    }

    /// The parts of what is transmitted that the source has to keep.
    fn sent(&mut self, transmitted: Id, source: &[(usize, Id)]) -> Vec<(String, Id)> {
        let mut parts = Vec::new();
        self.collect_sent(transmitted, source, &mut parts);
        let mut sent = Vec::new();
        for id in parts {
            let name = self.lower.graph.names.get(&id).cloned();
            let is_taken = |name: &String| {
                let mut symbols = self.synapse.variables(Owner::Pre).into_iter();
                symbols.any(|symbol| self.name(symbol) == *name)
            };
            let number = match sent.len() {
                0 => String::new(),
                number => number.to_string(),
            };
            let name = name.filter(|name| !is_taken(name));
            sent.push((name.unwrap_or_else(|| format!("sent{number}")), id));
        }
        sent
    }

    fn collect_sent(&self, id: Id, source: &[(usize, Id)], parts: &mut Vec<Id>) {
        if self.is_kept(id, source) || parts.contains(&id) {
            return;
        }
        let weight = self.synapse.weight();
        let is_weight = |leaf| matches!(leaf, Leaf::State(state) if Some(state) == weight);
        if !self.lower.graph.depends(id, &is_weight) {
            return parts.push(id);
        }
        for child in self.lower.graph.node(id).children() {
            self.collect_sent(child, source, parts);
        }
    }

    /// Returns `true` if a value follows from the variables of the source after a spike.
    fn is_kept(&self, id: Id, source: &[(usize, Id)]) -> bool {
        let graph = &self.lower.graph;
        if graph.is_invariant(id) || source.iter().any(|(_, after)| *after == id) {
            return true;
        }
        let children = graph.node(id).children();
        match graph.node(id) {
            Node::Leaf(Leaf::State(state)) => Some(*state) == self.synapse.weight(),
            _ => children
                .into_iter()
                .all(|child| self.is_kept(child, source)),
        }
    }

    fn third(&mut self, decays: &HashMap<usize, Decay>, errors: &mut Errors) -> Option<Third> {
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
