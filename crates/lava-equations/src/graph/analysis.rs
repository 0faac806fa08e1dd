//! The parts of a value: what it depends on, other values in their place, linear forms.

use std::collections::{HashMap, HashSet};

use super::{Graph, Id, Leaf, Node};

impl Graph {
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
        self.visit_leaves(id, &mut |leaf| found |= is(leaf));
        found
    }

    /// Visits what the value is computed from.
    pub(crate) fn visit_leaves(&self, id: Id, look: &mut impl FnMut(Leaf)) {
        self.visit(id, &mut |node| {
            if let Node::Leaf(leaf) = node {
                look(*leaf);
            }
        });
    }

    /// Returns `true` if the value is computed from the table of this symbol.
    pub(crate) fn looks_up(&self, id: Id, table: usize) -> bool {
        let mut found = false;
        self.visit(id, &mut |node| {
            found |= matches!(node, Node::Lookup(other, _) if *other == table);
        });
        found
    }

    /// The nodes that values consist of, down to ends, and the ends.
    pub(crate) fn inside(
        &self,
        roots: &[Id],
        is_end: &impl Fn(Id) -> bool,
    ) -> (HashSet<Id>, HashSet<Id>) {
        let (mut inside, mut ends) = (HashSet::new(), HashSet::new());
        let mut left = roots.to_vec();
        while let Some(id) = left.pop() {
            if is_end(id) {
                ends.insert(id);
            } else if inside.insert(id) {
                left.extend(self.node(id).children());
            }
        }
        (inside, ends)
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
        let new = match self.node(id).clone() {
            Node::Leaf(leaf) => by(leaf).unwrap_or(id),
            node => {
                let node = node.mapped(&mut |child| self.substitute(child, by, done));
                self.value(node)
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
