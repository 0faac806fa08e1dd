//! Which worker runs what: processes that stay together, and the load of each worker.

use std::cmp::Reverse;
use std::thread;

use crate::network::{Edge, Graph, Reference};

/// How many elements a network must have for each worker that it is given: below that, meeting
/// at the end of a step costs more than a second worker saves.
const ELEMENTS_PER_WORKER: u64 = 120_000;

/// How much longer a step may take for the sake of keeping neighbours together.
const WORTH_OF_NEIGHBOURS: f64 = 1.1;

/// The number of workers that a network of this cost is worth, on this machine.
pub(crate) fn worth(cost: u64) -> usize {
    let cores = thread::available_parallelism().map_or(1, usize::from);
    usize::try_from(cost / ELEMENTS_PER_WORKER)
        .unwrap_or(cores)
        .clamp(1, cores)
}

/// How much cheaper than its target a source is that goes with it.
const MINOR: u64 = 4;

/// For each process the one that it should share a worker with, itself if none: synapses go with
/// the only process that they send to, since they send more than they receive, and so do sources
/// that cost little.
pub(crate) fn companions(graph: &Graph, costs: &[u64]) -> Vec<usize> {
    let count = graph.processes.len();
    let mut receives = vec![false; count];
    let mut sends_late = vec![true; count];
    let mut receiver: Vec<Option<usize>> = vec![None; count];
    let mut several = vec![false; count];
    let in_step = |edge: &&Edge| !graph.crosses(edge);
    for edge in graph.edges.iter().filter(in_step) {
        let (from, to) = (edge.from.process, edge.to.process);
        receives[to] = true;
        sends_late[from] &= graph.delay(edge) > 0;
        several[from] |= receiver[from].is_some_and(|other| other != to);
        receiver[from] = Some(to);
    }
    let minor = |process: usize, target: usize| {
        !receives[process] && costs[process] * MINOR <= costs[target]
    };
    let companion = |process: usize| match receiver[process] {
        Some(target) if !several[process] && (sends_late[process] || minor(process, target)) => {
            target
        }
        _ => process,
    };
    let companions: Vec<usize> = (0..count).map(companion).collect();
    let follow = |process: usize| {
        // Synapses of synapses; a ring of them ends where it began.
        let mut last = process;
        for _ in 0..count {
            match companions[last] {
                next if next == last || next == process => break,
                next => last = next,
            }
        }
        last
    };
    let mut roots: Vec<usize> = (0..count).map(follow).collect();
    for (one, other) in tied(graph) {
        let (kept, joined) = (roots[one], roots[other]);
        roots
            .iter_mut()
            .filter(|root| **root == joined)
            .for_each(|root| *root = kept);
    }
    roots
}

/// Processes that have to share a worker: those that ref-ports tie together, and those that are
/// connected to such as run by themselves, so that one worker alone may have to wait for these.
fn tied(graph: &Graph) -> Vec<(usize, usize)> {
    let references = graph.references.iter();
    let mut pairs: Vec<_> = references
        .map(|Reference { from, to, .. }| (from.process, *to))
        .collect();
    let crossing = graph.edges.iter().filter(|edge| graph.crosses(edge));
    let ends = crossing.flat_map(|edge| [edge.from.process, edge.to.process]);
    let in_step: Vec<usize> = ends
        .filter(|process| !graph.processes[*process].is_alone())
        .collect();
    pairs.extend(in_step.windows(2).map(|pair| (pair[0], pair[1])));
    pairs
}

/// Parts that stay on one worker.
pub(super) struct Bundle {
    pub(super) parts: Vec<usize>,
    cost: u64,
}

/// Shares bundles out to the workers: neighbours stay together where that costs little.
pub(super) fn place(bundles: &[Bundle], workers: usize) -> Vec<usize> {
    let near = stretches(bundles, workers);
    let even = largest_first(bundles, workers);
    let load = |placement: &[usize]| {
        let mut loads = vec![0; workers];
        for (bundle, &worker) in bundles.iter().zip(placement) {
            loads[worker] += bundle.cost;
        }
        loads.into_iter().max().unwrap_or(0) as f64
    };
    match load(&near) <= WORTH_OF_NEIGHBOURS * load(&even) {
        true => near,
        false => even,
    }
}

/// The bundles, in the order of their first parts.
pub(super) fn bundles(order: &[usize], costs: &[u64], companions: &[usize]) -> Vec<Bundle> {
    let mut bundles: Vec<Bundle> = Vec::new();
    let mut bundle_of = vec![None; costs.len()];
    for &part in order {
        let index = *bundle_of[companions[part]].get_or_insert_with(|| {
            bundles.push(Bundle {
                parts: Vec::new(),
                cost: 0,
            });
            bundles.len() - 1
        });
        bundles[index].parts.push(part);
        bundles[index].cost += costs[part] + 1;
    }
    bundles
}

/// One stretch per worker: neighbours stay together, so that few messages cross between workers.
fn stretches(bundles: &[Bundle], workers: usize) -> Vec<usize> {
    let total: u64 = bundles.iter().map(|bundle| bundle.cost).sum();
    let mut before = 0;
    let worker = |bundle: &Bundle| {
        // The stretch that the middle of this bundle falls into.
        let middle = u128::from(before + bundle.cost / 2);
        before += bundle.cost;
        ((middle * workers as u128 / u128::from(total.max(1))) as usize).min(workers - 1)
    };
    bundles.iter().map(worker).collect()
}

/// The largest bundle first, each to the worker that has least: evens out the load.
pub(super) fn largest_first(bundles: &[Bundle], workers: usize) -> Vec<usize> {
    let mut by_cost: Vec<usize> = (0..bundles.len()).collect();
    by_cost.sort_by_key(|&bundle| Reverse(bundles[bundle].cost));
    let mut loads = vec![0; workers];
    let mut placement = vec![0; bundles.len()];
    for bundle in by_cost {
        let least = (0..workers)
            .min_by_key(|&worker| loads[worker])
            .unwrap_or(0);
        loads[least] += bundles[bundle].cost;
        placement[bundle] = least;
    }
    placement
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn small_networks_are_worth_one_worker() {
        assert_eq!(worth(10_000), 1);
    }
}
