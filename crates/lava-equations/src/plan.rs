//! The step of a neuron as values: integration, jumps of inputs, events, outputs.

use std::collections::HashMap;

use crate::choice::{Group, groups, rates};
use crate::closed::{Closed, closed};
use crate::emit::driven;
use crate::errors::Errors;
use crate::expression::{Expr, ExprKind, Function, Operator};
use crate::graph::{Graph, Id, Leaf, Node};
use crate::idle::{Idle, idle};
use crate::integrate::{Integrator, Matrix, Rate, Values};
use crate::item::{Assign, Assignment, Event, Neuron, SymbolKind, Table, Trigger};
use crate::lower::Lower;
use crate::scope::Scope;

/// The values of a step.
#[derive(Debug)]
pub(crate) struct Plan {
    pub(crate) graph: Graph,
    /// Variables by symbol, in the order of their declaration, and their values after the step.
    pub(crate) states: Vec<(usize, Id)>,
    pub(crate) groups: Vec<Group>,
    pub(crate) matrices: Vec<Matrix>,
    /// The condition of each event that has a port, by its index among the events.
    pub(crate) spikes: Vec<(usize, Id)>,
    /// Values of outputs by symbol.
    pub(crate) outputs: Vec<(usize, Id)>,
    /// Parts that depend on inputs alone, and the coefficients that they are without input.
    pub(crate) driven: Vec<(Id, Id)>,
    /// Variables that stay zero without input.
    pub(crate) idle: Vec<Idle>,
    /// Variables that are held during the refractory period.
    pub(crate) held: Vec<usize>,
    /// The value at the start, by symbol of variable and parameter, in its own unit.
    pub(crate) starts: HashMap<usize, f64>,
    /// The points of tables, by symbol, in the units of their declarations.
    pub(crate) tables: HashMap<usize, Vec<(f64, f64)>>,
    /// The refractory period.
    pub(crate) period: Option<Id>,
    /// The closed form, if the neurons are event-driven.
    pub(crate) closed: Option<Closed>,
    pub(crate) noises: usize,
    pub(crate) uniforms: usize,
}

/// Makes the plan of a declaration without mistakes. Methods that cannot be used are noted.
pub(crate) fn plan(scope: &Scope<'_>, neuron: &Neuron, errors: &mut Errors) -> Option<Plan> {
    let mut planner = Planner {
        lower: Lower::new(scope),
        scope,
        neuron,
        held: held(scope, neuron),
        uniforms: 0,
    };
    let starts = planner.starts();
    let tables = planner.tables(errors);
    let groups = groups(&mut planner.lower, neuron, &planner.held, errors);
    let closed = closed(&mut planner.lower, neuron, &groups, errors);
    if !errors.is_empty() {
        return None;
    }
    let mut matrices = Vec::new();
    let old = planner.old();
    let mut values = old.clone();
    for group in &groups {
        let rates = rates(&mut planner.lower, &group.states, &planner.held);
        let mut integrator = Integrator {
            graph: &mut planner.lower.graph,
            matrices: &mut matrices,
            noises: scope.noises.len(),
        };
        integrator.step(&rates, group.method, group.steps, &mut values);
        planner.settle(&rates, &mut values);
        planner.hold(&group.states, &old, &mut values);
    }
    planner.jumps(&mut values);
    let spikes = planner.events(&old, &mut values);
    let outputs = planner.outputs(&values);
    let period = neuron.refractory.as_ref().and_then(|refractory| {
        let index = scope.index(&refractory.name)?;
        let leaf = planner.lower.graph.leaf(Leaf::Param(index));
        let factor = planner.lower.factor(index);
        let factor = planner.lower.graph.number(factor);
        Some(planner.lower.graph.mul(factor, leaf))
    });
    let states: Vec<(usize, Id)> = planner
        .states()
        .map(|state| (state, values[&state]))
        .collect();
    let mut roots: Vec<Id> = states.iter().map(|(_, id)| *id).collect();
    roots.extend(spikes.iter().chain(&outputs).map(|(_, id)| *id));
    let reads_time = |id: &Id| planner.lower.graph.depends(*id, &|leaf| leaf == Leaf::Time);
    if let (Some(place), true) = (neuron.update, roots.iter().any(reads_time)) {
        errors.at(place, "event-driven neurons do not read `t`");
        return None;
    }
    let driven = driven(&mut planner.lower.graph, &roots);
    let idle = idle(&mut planner.lower.graph, &states);
    Some(Plan {
        states,
        driven,
        idle,
        groups,
        closed,
        matrices,
        spikes,
        outputs,
        starts,
        tables,
        period,
        noises: scope.noises.len(),
        uniforms: planner.uniforms,
        held: planner.held,
        graph: planner.lower.graph,
    })
}

/// The variables that the refractory period holds: those that are named, or those in the conditions
/// of spikes.
fn held(scope: &Scope<'_>, neuron: &Neuron) -> Vec<usize> {
    let Some(refractory) = &neuron.refractory else {
        return Vec::new();
    };
    let is_state = |index: &usize| matches!(scope.symbols[*index].kind, SymbolKind::State { .. });
    if let Some(names) = &refractory.holds {
        let indices = names.iter().filter_map(|name| scope.index(name));
        return indices.filter(is_state).collect();
    }
    let mut held = Vec::new();
    for event in neuron.events.iter().filter(|event| event.port.is_some()) {
        let (Trigger::When(expr) | Trigger::Rate(expr)) = &event.trigger;
        expr.walk(&mut |part| {
            if let ExprKind::Name(name) = &part.kind
                && let Some(index) = scope.index(name).filter(is_state)
                && !held.contains(&index)
            {
                held.push(index);
            }
        });
    }
    held
}

struct Planner<'a> {
    lower: Lower<'a>,
    scope: &'a Scope<'a>,
    neuron: &'a Neuron,
    held: Vec<usize>,
    uniforms: usize,
}

impl<'a> Planner<'a> {
    fn states(&self) -> impl Iterator<Item = usize> + use<'a> {
        let symbols = self.scope.symbols.iter().enumerate();
        let states = symbols.filter(|(_, symbol)| matches!(symbol.kind, SymbolKind::State { .. }));
        states.map(|(index, _)| index)
    }

    fn starts(&mut self) -> HashMap<usize, f64> {
        let mut starts = HashMap::new();
        for (index, symbol) in self.scope.symbols.iter().enumerate() {
            let start = match &symbol.kind {
                SymbolKind::State { start, .. } => start.as_ref(),
                SymbolKind::Param { default, .. } => default.as_ref(),
                _ => None,
            };
            if let Some(start) = start {
                starts.insert(index, self.lower.value(start, index));
            }
        }
        starts
    }

    /// The points of tables; those that do not ascend are noted.
    fn tables(&mut self, errors: &mut Errors) -> HashMap<usize, Vec<(f64, f64)>> {
        let mut tables = HashMap::new();
        for (index, symbol) in self.scope.symbols.iter().enumerate() {
            let SymbolKind::Table(Table {
                unit,
                points: Some(points),
                ..
            }) = &symbol.kind
            else {
                continue;
            };
            let mut values: Vec<(f64, f64)> = Vec::new();
            for (at, value) in points {
                let point = (
                    self.lower.value_in(at, unit.to_coherent()),
                    self.lower.value(value, index),
                );
                if values.last().is_some_and(|(before, _)| *before >= point.0) {
                    let message =
                        "the points of a table ascend; this one is not above the one before it";
                    errors.at(at.place, message);
                }
                values.push(point);
            }
            tables.insert(index, values);
        }
        tables
    }

    fn old(&mut self) -> Values {
        let states: Vec<usize> = self.states().collect();
        let leaf = |state: usize| (state, self.lower.graph.leaf(Leaf::State(state)));
        states.into_iter().map(leaf).collect()
    }

    /// Ends the decay of variables that approach zero, if nothing arrives, before their numbers are
    /// subnormal, which makes arithmetic slow.
    fn settle(&mut self, rates: &[Rate], values: &mut Values) {
        let zero = self.lower.graph.number(0.0);
        for rate in rates {
            let by = |leaf| matches!(leaf, Leaf::State(_)).then_some(zero);
            let graph = &mut self.lower.graph;
            let at_rest = graph.substitute(rate.rate, &by, &mut HashMap::new());
            if at_rest == zero {
                let settled = graph.call(Function::Settled, vec![values[&rate.state]]);
                values.insert(rate.state, settled);
            }
        }
    }

    /// Keeps the held variables of a group during the refractory period.
    fn hold(&mut self, states: &[usize], old: &Values, values: &mut Values) {
        for state in states.iter().filter(|state| self.held.contains(state)) {
            let held = self.lower.graph.leaf(Leaf::Held);
            let kept = self.lower.graph.select(held, old[state], values[state]);
            values.insert(*state, kept);
        }
    }

    /// An expression with the given values of the variables, at the end of the step.
    fn at_end(&mut self, expr: &Expr, values: &Values) -> Id {
        let id = self.lower.expr(expr);
        self.substituted(id, values, true)
    }

    fn substituted(&mut self, id: Id, values: &Values, at_end: bool) -> Id {
        let graph = &mut self.lower.graph;
        let (time, step) = (graph.leaf(Leaf::Time), graph.leaf(Leaf::Step));
        let time = if at_end { graph.add(time, step) } else { time };
        let by = |leaf| match leaf {
            Leaf::State(state) => values.get(&state).copied(),
            Leaf::Time => Some(time),
            _ => None,
        };
        graph.substitute(id, &by, &mut HashMap::new())
    }

    /// Variables that inputs change when they arrive, in the order of their declaration.
    fn jumps(&mut self, values: &mut Values) {
        for (index, symbol) in self.scope.symbols.iter().enumerate() {
            let SymbolKind::Input(Some(jumps)) = &symbol.kind else {
                continue;
            };
            // A sum is not changed by an input of 0; anything else waits for one that is not.
            let is_sum = |jump: &Assignment| {
                matches!(jump.operator, Assign::Add | Assign::Subtract)
                    && self.is_multiple(&jump.value, index)
            };
            let is_unconditional = jumps.iter().all(is_sum);
            let mut new = values.clone();
            for jump in jumps {
                self.assign(jump, &mut new);
            }
            for (state, value) in &mut new {
                if values[state] == *value {
                    continue;
                }
                if !is_unconditional {
                    let graph = &mut self.lower.graph;
                    let input = graph.leaf(Leaf::Input(index));
                    let zero = graph.number(0.0);
                    let size = graph.call(Function::Abs, vec![input]);
                    let arrives = graph.compare(Operator::Greater, size, zero);
                    *value = graph.select(arrives, *value, values[state]);
                }
                self.keep_held(*state, values[state], value);
            }
            *values = new;
        }
    }

    /// Returns `true` if the value is 0 whenever the input is.
    fn is_multiple(&self, value: &Expr, input: usize) -> bool {
        match &value.kind {
            ExprKind::Name(name) => self.scope.index(name) == Some(input),
            ExprKind::Minus(inner) => self.is_multiple(inner, input),
            ExprKind::Call(Function::Abs, arguments) => self.is_multiple(&arguments[0], input),
            ExprKind::Binary(Operator::Multiply, left, right) => {
                self.is_multiple(left, input) || self.is_multiple(right, input)
            }
            ExprKind::Binary(Operator::Divide, left, _) => self.is_multiple(left, input),
            _ => false,
        }
    }

    /// A held variable does not jump during the refractory period.
    fn keep_held(&mut self, state: usize, before: Id, value: &mut Id) {
        if !self.held.contains(&state) {
            return;
        }
        let graph = &mut self.lower.graph;
        let held = graph.leaf(Leaf::Held);
        *value = match graph.node(before).clone() {
            // Before is `select(held, old, free)`, and so is the value computed from it.
            Node::Select(condition, old, free) if condition == held => {
                let by = HashMap::from([(before, free)]);
                let moved = graph.substitute(*value, &|_| None, &mut by.clone());
                graph.select(held, old, moved)
            }
            _ => graph.select(held, before, *value),
        };
    }

    fn assign(&mut self, assignment: &Assignment, values: &mut Values) {
        let Some(state) = self.scope.index(&assignment.name) else {
            return;
        };
        let Some(before) = values.get(&state).copied() else {
            return;
        };
        // A number without a unit can only be a zero here, or stand for a dimensionless one.
        let value = self.at_end(&assignment.value, values);
        let graph = &mut self.lower.graph;
        let value = match assignment.operator {
            Assign::Set => value,
            Assign::Add => graph.add(before, value),
            Assign::Subtract => graph.sub(before, value),
            Assign::Multiply => graph.mul(before, value),
        };
        values.insert(state, value);
    }

    /// The conditions of the events with a port.
    fn events(&mut self, old: &Values, values: &mut Values) -> Vec<(usize, Id)> {
        let neuron = self.neuron;
        let mut spikes = Vec::new();
        for (index, event) in neuron.events.iter().enumerate() {
            let mut fires = self.trigger(event, old, values);
            if event.port.is_some() && neuron.refractory.is_some() {
                let held = self.lower.graph.leaf(Leaf::Held);
                let free = self.lower.graph.not(held);
                fires = self.lower.graph.and(fires, free);
            }
            if let Some(port) = &event.port {
                spikes.push((index, fires));
                let name = format!("is_{port}");
                let name = if port == "s_out" {
                    "spikes".to_owned()
                } else {
                    name
                };
                self.lower.graph.names.insert(fires, name);
            }
            let mut new = values.clone();
            for assignment in &event.body {
                self.assign(assignment, &mut new);
            }
            for (state, value) in new {
                let kept = self.lower.graph.select(fires, value, values[&state]);
                values.insert(state, kept);
            }
        }
        spikes
    }

    fn trigger(&mut self, event: &Event, old: &Values, values: &Values) -> Id {
        match &event.trigger {
            Trigger::When(condition) => self.condition(condition, old, values),
            Trigger::Rate(rate) => {
                let rate = self.at_end(rate, values);
                let graph = &mut self.lower.graph;
                let step = graph.leaf(Leaf::Step);
                let expected = graph.mul(step, rate);
                let exponent = graph.neg(expected);
                let probability = graph.call(Function::Expm1, vec![exponent]);
                let probability = graph.neg(probability);
                let uniform = graph.leaf(Leaf::Uniform(self.uniforms));
                self.uniforms += 1;
                graph.compare(Operator::Less, uniform, probability)
            }
        }
    }

    /// A condition at the end of the step; `rises` compares with its beginning.
    fn condition(&mut self, expr: &Expr, old: &Values, values: &Values) -> Id {
        match &expr.kind {
            ExprKind::Rises(inner) => {
                let now = self.condition(inner, old, values);
                let id = self.lower.expr(inner);
                let before = self.substituted(id, old, false);
                let not = self.lower.graph.not(before);
                self.lower.graph.and(now, not)
            }
            ExprKind::Not(inner) => {
                let inner = self.condition(inner, old, values);
                self.lower.graph.not(inner)
            }
            ExprKind::Binary(Operator::And, left, right) => {
                let left = self.condition(left, old, values);
                let right = self.condition(right, old, values);
                self.lower.graph.and(left, right)
            }
            ExprKind::Binary(Operator::Or, left, right) => {
                let left = self.condition(left, old, values);
                let right = self.condition(right, old, values);
                self.lower.graph.or(left, right)
            }
            _ => self.at_end(expr, values),
        }
    }

    fn outputs(&mut self, values: &Values) -> Vec<(usize, Id)> {
        let mut outputs = Vec::new();
        for (index, symbol) in self.scope.symbols.iter().enumerate() {
            if let SymbolKind::Output(Some(expr)) = &symbol.kind {
                outputs.push((index, self.at_end(expr, values)));
            }
        }
        outputs
    }
}
