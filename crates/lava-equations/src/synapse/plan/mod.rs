//! A synapse as values: what spikes and the third factor change, and what happens between them.

mod between;
mod third;

use std::collections::HashMap;

use super::check::{bounds, limit};
use super::item::{Action, Owner, Side, Synapse};
use crate::errors::Errors;
use crate::expression::Function;
use crate::graph::{Graph, Id, Leaf, Node};
use crate::integrate::Values;
use crate::item::{Assign, Assignment};
use crate::lower::Lower;
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
}
