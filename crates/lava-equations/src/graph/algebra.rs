//! Sums, products and powers: constants are folded, and what changes less often is computed first.

use super::{Graph, Id, Level, Node};
use crate::expression::Function;

impl Graph {
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
}
