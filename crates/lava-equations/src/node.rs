//! Expressions as a graph without duplicates, in coherent units: constants are folded, and what does
//! not change during a run is kept apart from what does.

use std::collections::{HashMap, HashSet};

use crate::expression::{Function, Operator};

/// A node of a [`Graph`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct Id(u32);

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
            Node::Neg(a) | Node::Powi(a, _) | Node::Not(a) => vec![*a],
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
                let most = levels.iter().max().copied().unwrap_or(Level::Constant);
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

    pub(crate) fn number(&mut self, value: f64) -> Id {
        // One zero.
        let value = if value == 0.0 { 0.0 } else { value };
        self.insert(Node::Const(value.to_bits()))
    }

    pub(crate) fn leaf(&mut self, leaf: Leaf) -> Id {
        self.insert(Node::Leaf(leaf))
    }

    fn is(&self, id: Id, value: f64) -> bool {
        self.constant(id) == Some(value)
    }

    fn folded(&mut self, a: Id, b: Id, fold: impl Fn(f64, f64) -> f64) -> Option<Id> {
        let value = fold(self.constant(a)?, self.constant(b)?);
        value.is_finite().then(|| self.number(value))
    }

    pub(crate) fn add(&mut self, a: Id, b: Id) -> Id {
        if let Some(sum) = self.folded(a, b, |a, b| a + b) {
            return sum;
        }
        match (self.node(a).clone(), self.node(b).clone()) {
            _ if self.is(a, 0.0) => b,
            _ if self.is(b, 0.0) => a,
            _ if a == b => {
                let two = self.number(2.0);
                self.mul(two, a)
            }
            (_, Node::Neg(b)) => self.sub(a, b),
            (Node::Neg(a), _) => self.sub(b, a),
            // A factor that both have is taken out.
            (Node::Mul(f, x), Node::Mul(g, y))
                if f == g && self.is_factor(f, x) && !self.is_literal =>
            {
                let sum = self.add(x, y);
                self.mul(f, sum)
            }
            // Terms that change less often are summed first, and stand last.
            (Node::Add(x, inner), _) if self.are_slower(inner, b, x) => {
                let sum = self.add(inner, b);
                self.add(x, sum)
            }
            (Node::Sub(x, inner), _) if self.are_slower(inner, b, x) => {
                let sum = self.sub(b, inner);
                self.add(x, sum)
            }
            _ if self.rank(a) < self.rank(b) => self.add(b, a),
            (Node::Add(x, inner), _) if self.stands_last(inner, x, b) => {
                let sum = self.add(x, b);
                self.add(sum, inner)
            }
            (_, Node::Add(x, inner)) if self.stands_last(inner, x, a) => {
                let sum = self.add(a, x);
                self.add(sum, inner)
            }
            _ => self.insert(Node::Add(a, b)),
        }
    }

    /// The frequency with which a term of a sum changes: never, with input or time, or with the state.
    fn rank(&self, id: Id) -> u8 {
        match self.level(id) {
            Level::Constant | Level::Parameter => 0,
            Level::Step | Level::Input => 1,
            Level::Neuron => 2,
        }
    }

    /// Returns `true` if both terms change less often than `other`.
    fn are_slower(&self, a: Id, b: Id, other: Id) -> bool {
        !self.is_literal && self.rank(a).max(self.rank(b)) < self.rank(other)
    }

    /// Returns `true` if `last` changes less often than the terms before it, which change equally often.
    fn stands_last(&self, last: Id, first: Id, second: Id) -> bool {
        !self.is_literal
            && self.rank(first) == self.rank(second)
            && self.rank(last) < self.rank(first)
    }

    fn both(&self, a: Id, b: Id) -> bool {
        self.is_invariant(a) && self.is_invariant(b)
    }

    pub(crate) fn sub(&mut self, a: Id, b: Id) -> Id {
        if let Some(difference) = self.folded(a, b, |a, b| a - b) {
            return difference;
        }
        match (self.node(a).clone(), self.node(b).clone()) {
            _ if a == b => self.number(0.0),
            _ if self.is(b, 0.0) => a,
            _ if self.is(a, 0.0) => self.neg(b),
            (_, Node::Neg(b)) => self.add(a, b),
            (Node::Mul(f, x), Node::Mul(g, y))
                if f == g && self.is_factor(f, x) && !self.is_literal =>
            {
                let difference = self.sub(x, y);
                self.mul(f, difference)
            }
            (Node::Add(x, inner), _) if self.are_slower(inner, b, x) => {
                let sum = self.sub(inner, b);
                self.add(x, sum)
            }
            (Node::Add(x, inner), _) if self.stands_last(inner, x, b) => {
                let difference = self.sub(x, b);
                self.add(difference, inner)
            }
            _ => self.insert(Node::Sub(a, b)),
        }
    }

    pub(crate) fn neg(&mut self, a: Id) -> Id {
        if let Some(value) = self.constant(a) {
            return self.number(-value);
        }
        match self.node(a).clone() {
            Node::Neg(inner) => inner,
            Node::Sub(x, y) => self.sub(y, x),
            _ => self.insert(Node::Neg(a)),
        }
    }

    pub(crate) fn mul(&mut self, a: Id, b: Id) -> Id {
        if let Some(product) = self.folded(a, b, |a, b| a * b) {
            return product;
        }
        match (self.node(a).clone(), self.node(b).clone()) {
            _ if self.is(a, 0.0) || self.is(b, 0.0) => self.number(0.0),
            _ if self.is(a, 1.0) => b,
            _ if self.is(b, 1.0) => a,
            _ if self.is(a, -1.0) => self.neg(b),
            _ if self.is(b, -1.0) => self.neg(a),
            (Node::Neg(a), Node::Neg(b)) => self.mul(a, b),
            (Node::Neg(a), _) => {
                let product = self.mul(a, b);
                self.neg(product)
            }
            (_, Node::Neg(b)) => {
                let product = self.mul(a, b);
                self.neg(product)
            }
            // Invariant factors are multiplied first, and stand in front.
            _ if self.is_invariant(b) && !self.is_invariant(a) => self.mul(b, a),
            (_, Node::Mul(factor, x))
                if self.both(a, factor) && !self.is_invariant(x) && !self.is_literal =>
            {
                let factor = self.mul(a, factor);
                self.mul(factor, x)
            }
            (Node::Mul(factor, x), _)
                if self.is_factor(factor, x) && !self.is_invariant(b) && !self.is_literal =>
            {
                let product = self.mul(x, b);
                self.mul(factor, product)
            }
            (_, Node::Mul(factor, x))
                if self.is_factor(factor, x) && !self.is_invariant(a) && !self.is_literal =>
            {
                let product = self.mul(a, x);
                self.mul(factor, product)
            }
            _ if self.is_literal && self.constant(b).is_none() => self.insert(Node::Mul(a, b)),
            // Constants are multiplied first.
            (_, Node::Mul(factor, x)) if self.constants(a, factor) => {
                let factor = self.mul(a, factor);
                self.mul(factor, x)
            }
            _ if self.constant(b).is_some() => self.mul(b, a),
            _ => self.insert(Node::Mul(a, b)),
        }
    }

    /// Returns `true` for an invariant factor or term beside what changes.
    fn is_factor(&self, factor: Id, rest: Id) -> bool {
        self.is_invariant(factor) && !self.is_invariant(rest)
    }

    fn constants(&self, a: Id, b: Id) -> bool {
        self.constant(a).is_some() && self.constant(b).is_some()
    }

    pub(crate) fn div(&mut self, a: Id, b: Id) -> Id {
        if let Some(quotient) = self.folded(a, b, |a, b| a / b) {
            return quotient;
        }
        match (self.node(a).clone(), self.node(b).clone()) {
            _ if self.is(a, 0.0) => self.number(0.0),
            _ if self.is(b, 1.0) => a,
            (Node::Neg(a), _) => {
                let quotient = self.div(a, b);
                self.neg(quotient)
            }
            (_, Node::Neg(b)) => {
                let quotient = self.div(a, b);
                self.neg(quotient)
            }
            // A division by what does not change is a product.
            _ if self.is_invariant(b) && !self.is_invariant(a) => {
                let one = self.number(1.0);
                let factor = self.div(one, b);
                self.mul(factor, a)
            }
            (Node::Mul(factor, x), _) if self.is_factor(factor, x) && !self.is_literal => {
                let quotient = self.div(x, b);
                self.mul(factor, quotient)
            }
            (_, Node::Mul(factor, x)) if self.is_factor(factor, x) && !self.is_literal => {
                let above = self.div(a, factor);
                self.div(above, x)
            }
            // 1/x times a is a/x.
            (_, Node::Div(above, below)) if self.is(above, 1.0) => self.mul(a, below),
            _ => self.insert(Node::Div(a, b)),
        }
    }

    /// A power; products where the base changes.
    pub(crate) fn power(&mut self, base: Id, exponent: f64) -> Id {
        if let Some(value) = self.constant(base) {
            return self.number(value.powf(exponent));
        }
        let is_whole = exponent == exponent.round() && exponent.abs() <= 32.0;
        if !is_whole {
            if exponent == 0.5 {
                return self.call(Function::Sqrt, vec![base]);
            }
            let exponent = self.number(exponent);
            return self.insert(Node::Powf(base, exponent));
        }
        let count = exponent.abs() as u32;
        if exponent < 0.0 {
            let one = self.number(1.0);
            let power = self.power(base, f64::from(count));
            return self.div(one, power);
        }
        match count {
            0 => self.number(1.0),
            1 => base,
            _ if self.is_invariant(base) => self.insert(Node::Powi(base, count as i32)),
            _ => {
                let half = self.power(base, f64::from(count / 2));
                let square = self.mul(half, half);
                match count % 2 {
                    0 => square,
                    _ => self.mul(square, base),
                }
            }
        }
    }

    /// A power with an exponent that is not known when compiling.
    pub(crate) fn powf(&mut self, base: Id, exponent: Id) -> Id {
        match self.constant(exponent) {
            Some(exponent) => self.power(base, exponent),
            None => self.insert(Node::Powf(base, exponent)),
        }
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

    /// The value of a leaf, if it is in use.
    pub(crate) fn leaf_id(&self, leaf: Leaf) -> Option<Id> {
        self.index.get(&Node::Leaf(leaf)).copied()
    }

    /// Returns `true` if a function of the equations is a part of the value.
    pub(crate) fn has_call(&self, id: Id) -> bool {
        let mut found = false;
        self.visit(id, &mut |node| found |= matches!(node, Node::Call(..)));
        found
    }

    /// Returns `true` if the value depends on such a leaf.
    pub(crate) fn depends(&self, id: Id, is: &impl Fn(Leaf) -> bool) -> bool {
        let mut found = false;
        self.visit(id, &mut |node| {
            if let Node::Leaf(leaf) = node {
                found |= is(*leaf);
            }
        });
        found
    }

    /// Calls `each` with every node of a value, once.
    fn visit<'a>(&'a self, id: Id, each: &mut impl FnMut(&'a Node)) {
        let mut seen = HashSet::from([id]);
        let mut left = vec![id];
        while let Some(id) = left.pop() {
            each(self.node(id));
            left.extend(
                self.node(id)
                    .children()
                    .into_iter()
                    .filter(|child| seen.insert(*child)),
            );
        }
    }

    /// The value with other values in the place of leaves.
    pub(crate) fn substitute(
        &mut self,
        id: Id,
        by: &impl Fn(Leaf) -> Option<Id>,
        done: &mut HashMap<Id, Id>,
    ) -> Id {
        if let Some(found) = done.get(&id) {
            return *found;
        }
        let node = self.node(id).clone();
        let mut inner = |graph: &mut Graph, id: Id| graph.substitute(id, by, done);
        let new = match node {
            Node::Const(_) => id,
            Node::Leaf(leaf) => by(leaf).unwrap_or(id),
            Node::Add(a, b) => {
                let (a, b) = (inner(self, a), inner(self, b));
                self.add(a, b)
            }
            Node::Sub(a, b) => {
                let (a, b) = (inner(self, a), inner(self, b));
                self.sub(a, b)
            }
            Node::Mul(a, b) => {
                let (a, b) = (inner(self, a), inner(self, b));
                self.mul(a, b)
            }
            Node::Div(a, b) => {
                let (a, b) = (inner(self, a), inner(self, b));
                self.div(a, b)
            }
            Node::Neg(a) => {
                let a = inner(self, a);
                self.neg(a)
            }
            Node::Powi(a, count) => {
                let a = inner(self, a);
                self.power(a, f64::from(count))
            }
            Node::Powf(a, b) => {
                let (a, b) = (inner(self, a), inner(self, b));
                self.powf(a, b)
            }
            Node::Call(function, arguments) => {
                let arguments = arguments.into_iter().map(|id| inner(self, id)).collect();
                self.call(function, arguments)
            }
            Node::Compare(operator, a, b) => {
                let (a, b) = (inner(self, a), inner(self, b));
                self.compare(operator, a, b)
            }
            Node::And(a, b) => {
                let (a, b) = (inner(self, a), inner(self, b));
                self.and(a, b)
            }
            Node::Or(a, b) => {
                let (a, b) = (inner(self, a), inner(self, b));
                self.or(a, b)
            }
            Node::Not(a) => {
                let a = inner(self, a);
                self.not(a)
            }
            Node::Select(c, a, b) => {
                let (c, a, b) = (inner(self, c), inner(self, a), inner(self, b));
                self.select(c, a, b)
            }
        };
        done.insert(id, new);
        new
    }

    /// Returns `value = a·leaf + b` as `(a, b)`, or `None` if it is not linear in the leaf.
    pub(crate) fn linear(&mut self, id: Id, leaf: Leaf) -> Option<(Id, Id)> {
        let zero = self.number(0.0);
        if !self.depends(id, &|other| other == leaf) {
            return Some((zero, id));
        }
        match self.node(id).clone() {
            Node::Leaf(_) => Some((self.number(1.0), zero)),
            Node::Add(x, y) => {
                let ((a, b), (c, d)) = (self.linear(x, leaf)?, self.linear(y, leaf)?);
                Some((self.add(a, c), self.add(b, d)))
            }
            Node::Sub(x, y) => {
                let ((a, b), (c, d)) = (self.linear(x, leaf)?, self.linear(y, leaf)?);
                Some((self.sub(a, c), self.sub(b, d)))
            }
            Node::Neg(x) => {
                let (a, b) = self.linear(x, leaf)?;
                Some((self.neg(a), self.neg(b)))
            }
            Node::Mul(x, y) => {
                let (factor, rest) = match self.depends(x, &|other| other == leaf) {
                    true => (y, x),
                    false => (x, y),
                };
                if self.depends(factor, &|other| other == leaf) {
                    return None;
                }
                let (a, b) = self.linear(rest, leaf)?;
                Some((self.mul(factor, a), self.mul(factor, b)))
            }
            Node::Div(x, y) if !self.depends(y, &|other| other == leaf) => {
                let (a, b) = self.linear(x, leaf)?;
                Some((self.div(a, y), self.div(b, y)))
            }
            Node::Select(c, x, y) if !self.depends(c, &|other| other == leaf) => {
                let ((a, b), (p, q)) = (self.linear(x, leaf)?, self.linear(y, leaf)?);
                Some((self.select(c, a, p), self.select(c, b, q)))
            }
            _ => None,
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
