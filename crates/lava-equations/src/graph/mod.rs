//! Expressions as a graph without duplicates, in coherent units: constants are folded, and what does
//! not change during a run is kept apart from what does.

mod algebra;
mod analysis;
mod node;

use std::collections::HashMap;

use crate::expression::{Function, Operator};
pub(crate) use node::{Id, Leaf, Level, Node};

/// Nodes, each once.
#[derive(Debug, Default)]
pub(crate) struct Graph {
    nodes: Vec<(Node, Level)>,
    index: HashMap<Node, Id>,
    /// Names that the declaration gives to values.
    pub(crate) names: HashMap<Id, String>,
    /// Sums and products are evaluated as they are written: their bits are those of the same formula by hand.
    pub(crate) is_literal: bool,
}

impl Graph {
    pub(crate) fn node(&self, id: Id) -> &Node {
        &self.nodes[id.0 as usize].0
    }

    pub(crate) fn level(&self, id: Id) -> Level {
        self.nodes[id.0 as usize].1
    }

    /// Returns `true` if the value is the same in each step.
    pub(crate) fn is_invariant(&self, id: Id) -> bool {
        self.level(id) <= Level::Parameter
    }

    pub(crate) fn constant(&self, id: Id) -> Option<f64> {
        match self.node(id) {
            Node::Const(bits) => Some(f64::from_bits(*bits)),
            _ => None,
        }
    }

    fn insert(&mut self, node: Node) -> Id {
        if let Some(id) = self.index.get(&node) {
            return *id;
        }
        let level = match &node {
            Node::Const(_) => Level::Constant,
            Node::Leaf(leaf) => match leaf {
                Leaf::Param(_) | Leaf::Step | Leaf::Propagator(..) | Leaf::Response(..) => {
                    Level::Parameter
                }
                Leaf::Time => Level::Step,
                Leaf::Input(_) => Level::Input,
                _ => Level::Neuron,
            },
            node => {
                let children = node.children();
                let levels: Vec<Level> = children.iter().map(|child| self.level(*child)).collect();
                let least = match node {
                    Node::Lookup(..) => Level::Parameter,
                    _ => Level::Constant,
                };
                let most = levels.iter().max().copied().unwrap_or(least).max(least);
                // A parameter of a neuron and the time together are not the same for all neurons.
                let mixed = most == Level::Step && levels.contains(&Level::Parameter);
                match mixed && children.iter().any(|child| self.has_parameter(*child)) {
                    true => Level::Input,
                    false => most,
                }
            }
        };
        let id = Id(u32::try_from(self.nodes.len()).expect("a declaration is short"));
        self.nodes.push((node.clone(), level));
        self.index.insert(node, id);
        id
    }

    /// Returns `true` if the value depends on a parameter of neurons, not on the step alone.
    pub(crate) fn has_parameter(&self, id: Id) -> bool {
        self.depends(id, &|leaf| !matches!(leaf, Leaf::Step | Leaf::Time))
    }

    /// The value of a node, by the rules for its kind.
    fn value(&mut self, node: Node) -> Id {
        match node {
            Node::Const(_) | Node::Leaf(_) | Node::Compare(..) => self.insert(node),
            Node::Add(a, b) => self.add(a, b),
            Node::Sub(a, b) => self.sub(a, b),
            Node::Mul(a, b) => self.mul(a, b),
            Node::Div(a, b) => self.div(a, b),
            Node::Neg(a) => self.neg(a),
            Node::Powi(a, count) => self.power(a, f64::from(count)),
            Node::Powf(a, b) => self.powf(a, b),
            Node::Call(function, arguments) => self.call(function, arguments),
            Node::Lookup(table, a) => self.lookup(table, a),
            Node::And(a, b) => self.and(a, b),
            Node::Or(a, b) => self.or(a, b),
            Node::Not(a) => self.not(a),
            Node::Select(c, a, b) => self.select(c, a, b),
        }
    }

    pub(crate) fn number(&mut self, value: f64) -> Id {
        // One zero.
        let value = if value == 0.0 { 0.0 } else { value };
        self.insert(Node::Const(value.to_bits()))
    }

    pub(crate) fn leaf(&mut self, leaf: Leaf) -> Id {
        self.insert(Node::Leaf(leaf))
    }

    pub(crate) fn call(&mut self, function: Function, arguments: Vec<Id>) -> Id {
        let values: Option<Vec<f64>> = arguments.iter().map(|id| self.constant(*id)).collect();
        if let Some(values) = values {
            let value = evaluate(function, &values);
            if value.is_finite() {
                return self.number(value);
            }
        }
        self.insert(Node::Call(function, arguments))
    }

    /// The value of the table of this symbol.
    pub(crate) fn lookup(&mut self, table: usize, argument: Id) -> Id {
        self.insert(Node::Lookup(table, argument))
    }

    pub(crate) fn compare(&mut self, operator: Operator, a: Id, b: Id) -> Id {
        self.insert(Node::Compare(operator, a, b))
    }

    pub(crate) fn and(&mut self, a: Id, b: Id) -> Id {
        self.insert(Node::And(a, b))
    }

    pub(crate) fn or(&mut self, a: Id, b: Id) -> Id {
        self.insert(Node::Or(a, b))
    }

    pub(crate) fn not(&mut self, a: Id) -> Id {
        match self.node(a).clone() {
            Node::Not(inner) => inner,
            _ => self.insert(Node::Not(a)),
        }
    }

    pub(crate) fn select(&mut self, condition: Id, yes: Id, no: Id) -> Id {
        match yes == no {
            true => yes,
            false => self.insert(Node::Select(condition, yes, no)),
        }
    }
}

/// The value of a function of numbers.
fn evaluate(function: Function, values: &[f64]) -> f64 {
    let x = values[0];
    match function {
        Function::Settled => x,
        Function::Exp => x.exp(),
        Function::Expm1 => x.exp_m1(),
        Function::Exprel if x == 0.0 => 1.0,
        Function::Exprel => x.exp_m1() / x,
        Function::Log => x.ln(),
        Function::Sqrt => x.sqrt(),
        Function::Abs => x.abs(),
        Function::Sin => x.sin(),
        Function::Cos => x.cos(),
        Function::Tanh => x.tanh(),
        Function::Cosh => x.cosh(),
        Function::Sinh => x.sinh(),
        Function::Min => x.min(values[1]),
        Function::Max => x.max(values[1]),
        Function::Clip => x.max(values[1]).min(values[2]),
    }
}
