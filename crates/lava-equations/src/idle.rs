//! Variables that stay zero without input, such as synaptic currents: a block in which they are zero is computed
//! without them.

use std::collections::{BTreeSet, HashMap};

use crate::graph::{Graph, Id, Leaf};

/// Variables that are zero after a step if they are zero before it and nothing arrives at the inputs.
#[derive(Debug)]
pub(crate) struct Idle {
    /// Variables by symbol, which change each other.
    pub(crate) states: BTreeSet<usize>,
    /// Inputs by symbol.
    pub(crate) inputs: BTreeSet<usize>,
}

/// More of them would be more copies of the loop than they are worth.
const MOST: usize = 2;

/// Finds the idle variables of a step that changes `states`, by symbol, to these values.
pub(crate) fn idle(graph: &mut Graph, states: &[(usize, Id)]) -> Vec<Idle> {
    let values: HashMap<usize, Id> = states.iter().copied().collect();
    let mut found: Vec<Idle> = Vec::new();
    for (state, _) in states {
        let is_new = found.iter().all(|idle| !idle.states.contains(state));
        let candidate = closure(graph, &values, *state);
        if is_new && found.len() < MOST && stays_zero(graph, &values, &candidate) {
            found.push(candidate);
        }
    }
    found
}

/// The variable and all that changes it.
fn closure(graph: &Graph, values: &HashMap<usize, Id>, state: usize) -> Idle {
    let (mut states, mut inputs) = (BTreeSet::from([state]), BTreeSet::new());
    let mut left = vec![state];
    while let Some(state) = left.pop() {
        graph.visit_leaves(values[&state], &mut |leaf| match leaf {
            Leaf::State(other) if states.insert(other) => left.push(other),
            Leaf::Input(input) => _ = inputs.insert(input),
            _ => {}
        });
    }
    Idle { states, inputs }
}

fn stays_zero(graph: &mut Graph, values: &HashMap<usize, Id>, idle: &Idle) -> bool {
    let zero = graph.number(0.0);
    let by = |leaf| matches!(leaf, Leaf::State(_) | Leaf::Input(_)).then_some(zero);
    let mut states = idle.states.iter();
    states.all(|state| graph.substitute(values[state], &by, &mut HashMap::new()) == zero)
}
