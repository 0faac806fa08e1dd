//! The kinds of values, and the frequencies with which they change.

use crate::expression::{Function, Operator};

/// A node of a [`Graph`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct Id(pub(super) u32);

/// A value from outside the graph.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Leaf {
    /// The variable of this symbol, at the beginning of the step.
    State(usize),
    Param(usize),
    Input(usize),
    /// The time step.
    Step,
    /// Time at the beginning of the step.
    Time,
    /// White noise; as a factor of the root of the step, a normal number.
    Noise(usize),
    /// A uniform number from 0 to 1.
    Uniform(usize),
    /// `true` if the neuron is refractory.
    Held,
    /// An entry of a propagator: what a variable of 1 becomes in another one after a step.
    Propagator(usize, usize, usize),
    /// The change of one variable in a step by a constant rate of 1 of another.
    Response(usize, usize, usize),
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Node {
    /// The bits of a number.
    Const(u64),
    Leaf(Leaf),
    Add(Id, Id),
    Sub(Id, Id),
    Mul(Id, Id),
    Div(Id, Id),
    Neg(Id),
    /// An integral power of what does not change.
    Powi(Id, i32),
    /// A power with any exponent.
    Powf(Id, Id),
    Call(Function, Vec<Id>),
    /// The table of this symbol at a value.
    Lookup(usize, Id),
    Compare(Operator, Id, Id),
    And(Id, Id),
    Or(Id, Id),
    Not(Id),
    Select(Id, Id, Id),
}

impl Node {
    pub(crate) fn children(&self) -> Vec<Id> {
        match self {
            Node::Const(_) | Node::Leaf(_) => Vec::new(),
            Node::Neg(a) | Node::Powi(a, _) | Node::Not(a) | Node::Lookup(_, a) => vec![*a],
            Node::Add(a, b)
            | Node::Sub(a, b)
            | Node::Mul(a, b)
            | Node::Div(a, b)
            | Node::Powf(a, b)
            | Node::Compare(_, a, b)
            | Node::And(a, b)
            | Node::Or(a, b) => vec![*a, *b],
            Node::Call(_, arguments) => arguments.clone(),
            Node::Select(a, b, c) => vec![*a, *b, *c],
        }
    }

    /// The node with other children.
    pub(super) fn mapped(self, to: &mut impl FnMut(Id) -> Id) -> Node {
        match self {
            Node::Const(_) | Node::Leaf(_) => self,
            Node::Add(a, b) => Node::Add(to(a), to(b)),
            Node::Sub(a, b) => Node::Sub(to(a), to(b)),
            Node::Mul(a, b) => Node::Mul(to(a), to(b)),
            Node::Div(a, b) => Node::Div(to(a), to(b)),
            Node::Neg(a) => Node::Neg(to(a)),
            Node::Powi(a, count) => Node::Powi(to(a), count),
            Node::Powf(a, b) => Node::Powf(to(a), to(b)),
            Node::Call(function, arguments) => {
                Node::Call(function, arguments.into_iter().map(to).collect())
            }
            Node::Lookup(table, a) => Node::Lookup(table, to(a)),
            Node::Compare(operator, a, b) => Node::Compare(operator, to(a), to(b)),
            Node::And(a, b) => Node::And(to(a), to(b)),
            Node::Or(a, b) => Node::Or(to(a), to(b)),
            Node::Not(a) => Node::Not(to(a)),
            Node::Select(c, a, b) => Node::Select(to(c), to(a), to(b)),
        }
    }
}

/// The frequency with which a value changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Level {
    Constant,
    /// With the parameters of a neuron.
    Parameter,
    /// In each step, for all neurons alike.
    Step,
    /// With the inputs of a step, whatever the state of the neuron.
    Input,
    /// In each step of each neuron.
    Neuron,
}
