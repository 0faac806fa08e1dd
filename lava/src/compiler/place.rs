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

/// Processes that stay on one worker.
struct Bundle {
    processes: Vec<usize>,
    cost: u64,
}

/// Shares the processes out to the workers, each worker's in the given order. Leaves out workers
/// without work.
pub(crate) fn place(
    order: &[usize],
    costs: &[u64],
    companions: &[usize],
    workers: usize,
) -> Vec<Vec<usize>> {
    let bundles = bundles(order, costs, companions);
    let near = stretches(&bundles, workers);
    let even = largest_first(&bundles, workers);
    let load = |placement: &[usize]| {
        let mut loads = vec![0; workers];
        for (bundle, &worker) in bundles.iter().zip(placement) {
            loads[worker] += bundle.cost;
        }
        loads.into_iter().max().unwrap_or(0) as f64
    };
    let chosen = match load(&near) <= WORTH_OF_NEIGHBOURS * load(&even) {
        true => near,
        false => even,
    };
    let mut worker_of = vec![0; costs.len()];
    for (bundle, worker) in bundles.iter().zip(chosen) {
        bundle
            .processes
            .iter()
            .for_each(|&process| worker_of[process] = worker);
    }
    let mut placement = vec![Vec::new(); workers];
    for &process in order {
        placement[worker_of[process]].push(process);
    }
    placement.retain(|list: &Vec<usize>| !list.is_empty());
    placement
}

/// The bundles, in the order of their first processes.
fn bundles(order: &[usize], costs: &[u64], companions: &[usize]) -> Vec<Bundle> {
    let mut bundles: Vec<Bundle> = Vec::new();
    let mut bundle_of = vec![None; costs.len()];
    for &process in order {
        let index = *bundle_of[companions[process]].get_or_insert_with(|| {
            bundles.push(Bundle {
                processes: Vec::new(),
                cost: 0,
            });
            bundles.len() - 1
        });
        bundles[index].processes.push(process);
        bundles[index].cost += costs[process] + 1;
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
fn largest_first(bundles: &[Bundle], workers: usize) -> Vec<usize> {
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

    fn place_alone(order: &[usize], costs: &[u64], workers: usize) -> Vec<Vec<usize>> {
        let alone: Vec<usize> = (0..costs.len()).collect();
        place(order, costs, &alone, workers)
    }

    #[test]
    fn equal_processes_are_shared_out_in_stretches() {
        let placement = place_alone(&[3, 1, 0, 2], &[5, 5, 5, 5], 2);
        assert_eq!(placement, [vec![3, 1], vec![0, 2]]);
    }

    #[test]
    fn a_large_process_has_a_worker_to_itself() {
        let placement = place_alone(&[0, 1, 2], &[1, 1, 1000], 2);
        assert_eq!(placement, [vec![0, 1], vec![2]]);
    }

    #[test]
    fn where_stretches_are_uneven_the_largest_goes_first() {
        let placement = place_alone(&[0, 1, 2, 3], &[90, 90, 60, 30], 2);
        assert_eq!(placement, [vec![0, 2], vec![1, 3]]);
    }

    #[test]
    fn companions_share_a_worker() {
        let placement = place(&[0, 1, 2, 3], &[1, 9, 1, 9], &[3, 1, 1, 3], 2);
        assert_eq!(placement, [vec![0, 3], vec![1, 2]]);
    }

    #[test]
    fn no_worker_is_left_without_work() {
        assert_eq!(place_alone(&[0, 1], &[1, 1], 8).len(), 2);
    }

    #[test]
    fn small_networks_are_worth_one_worker() {
        assert_eq!(worth(10_000), 1);
    }
}
