//! Costs: what a step of a process takes, as far as it is known before the first.

use std::iter::Sum;
use std::ops::{Add, AddAssign, Div};

use crate::graph::Graph;
use crate::process::{AnyVar, ProcessId};

/// The synapses that a step leaves alone for each that it delivers.
const INACTIVE_SYNAPSES: usize = 20;

/// A rough cost of a step: the elements of Vars and ports.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Cost {
    /// Elements that every step computes.
    elements: u64,
    /// Synapses that a step delivers. How many these are depends on how often neurons fire, so that each
    /// worker had better have its part of both.
    synapses: u64,
}

impl Cost {
    /// A cost that has been measured.
    pub(super) fn measured(cost: u64) -> Cost {
        Cost {
            elements: cost,
            synapses: 0,
        }
    }

    /// The cost of a process, for one sample of a batch. A Var much larger than the ports holds synapses, few of
    /// which are delivered in a step.
    pub(super) fn of(graph: &Graph, process: ProcessId) -> Cost {
        let decl = graph.process(process);
        if decl.spec().is_none() || decl.is_independent() {
            return Cost::default();
        }
        let in_ports = decl.in_ports.iter().map(|port| &port.extents);
        let extents = in_ports.chain(decl.out_ports.iter().map(|port| &port.extents));
        let ports: Vec<usize> = extents.map(|extents| extents.sample().len()).collect();
        let largest = ports.iter().max().copied().unwrap_or(0);
        let vars = decl.vars.iter().map(|var| sample_elements(graph, &**var));
        let (synapses, state): (Vec<usize>, Vec<usize>) =
            vars.partition(|elements| *elements > 4 * largest);
        let delivered = synapses.iter().map(|synapses| synapses / INACTIVE_SYNAPSES);
        Cost {
            elements: (ports.iter().sum::<usize>() + state.iter().sum::<usize>()) as u64,
            synapses: delivered.sum::<usize>() as u64,
        }
    }

    /// All of it.
    pub(super) fn total(self) -> u64 {
        self.elements + self.synapses
    }

    /// All of it, then each of its kinds.
    pub(super) fn measures(self) -> [u64; 3] {
        [self.total(), self.elements, self.synapses]
    }
}

impl Add for Cost {
    type Output = Cost;

    fn add(self, other: Cost) -> Cost {
        Cost {
            elements: self.elements + other.elements,
            synapses: self.synapses + other.synapses,
        }
    }
}

impl AddAssign for Cost {
    fn add_assign(&mut self, other: Cost) {
        *self = *self + other;
    }
}

impl Sum for Cost {
    fn sum<I: Iterator<Item = Cost>>(costs: I) -> Cost {
        costs.fold(Cost::default(), Add::add)
    }
}

impl Div<u64> for Cost {
    type Output = Cost;

    fn div(self, parts: u64) -> Cost {
        Cost {
            elements: self.elements / parts,
            synapses: self.synapses / parts,
        }
    }
}

/// The elements of a Var in one sample, as far as they are known.
fn sample_elements(graph: &Graph, var: &dyn AnyVar) -> usize {
    let elements = var.expected_size().elements;
    match graph.batch.get() {
        Some(samples) if !var.is_shared_by_samples() => elements / samples,
        _ => elements,
    }
}
