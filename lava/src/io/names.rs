//! Names of processes that files give.

use std::collections::BTreeSet;

/// Names of processes: a path with `_` for what no name can have, each once.
#[derive(Default)]
pub(super) struct Names(BTreeSet<String>);

impl Names {
    pub(super) fn of(&mut self, path: &str) -> String {
        let base = path.replace('.', "_");
        let mut name = base.clone();
        let mut number = 2;
        while !self.0.insert(name.clone()) {
            name = format!("{base}_{number}");
            number += 1;
        }
        name
    }
}
