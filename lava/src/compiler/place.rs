//! Placement: groups of tasks that share a worker, and the worker of each group.

use std::cmp::Reverse;
use std::thread;

use lava_core::executor::{TaskId, WorkerId};

use crate::graph::{Edge, Graph};
use crate::process::ProcessId;

/// The elements that a network must have for each worker: below, a barrier at the end of a step costs
/// more than a second worker saves.
const ELEMENTS_PER_WORKER: u64 = 120_000;

/// The factor by which a step may take longer to keep neighbours together.
const LOCALITY_SLACK: f64 = 1.1;

/// A source joins the group of its target if it costs at most this part of it.
const SMALL_SOURCE_RATIO: u64 = 4;

/// The number of workers for a network of this cost on this machine.
pub(super) fn default_workers(cost: u64) -> usize {
    let cores = thread::available_parallelism().map_or(1, usize::from);
    usize::try_from(cost / ELEMENTS_PER_WORKER)
        .unwrap_or(cores)
        .clamp(1, cores)
}

/// For each process the anchor of its group: the process whose worker it shares, or itself.
///
/// Synapses join the only process that they send to, since they send more than they receive; so do
/// sources that cost little.
pub(super) fn anchors(graph: &Graph, costs: &[u64]) -> Vec<ProcessId> {
    let targets = single_targets(graph, costs);
    let mut anchors: Vec<ProcessId> = graph.ids().map(|id| follow(&targets, id)).collect();
    for (kept, joined) in must_colocate(graph) {
        let (kept, joined) = (anchors[kept.index()], anchors[joined.index()]);
        let members = anchors.iter_mut().filter(|anchor| **anchor == joined);
        members.for_each(|anchor| *anchor = kept);
    }
    anchors
}

/// For each process the one that it joins, or itself.
fn single_targets(graph: &Graph, costs: &[u64]) -> Vec<ProcessId> {
    let count = graph.len();
    let mut has_input = vec![false; count];
    let mut sends_late = vec![true; count];
    let mut target: Vec<Option<ProcessId>> = vec![None; count];
    let mut has_several = vec![false; count];
    let is_lockstep = |edge: &&Edge| !graph.crosses_domain(edge);
    for edge in graph.edges.iter().filter(is_lockstep) {
        let (from, to) = (edge.from.process.index(), edge.to.process);
        has_input[to.index()] = true;
        sends_late[from] &= graph.delay(edge) > 0;
        has_several[from] |= target[from].is_some_and(|other| other != to);
        target[from] = Some(to);
    }
    let joins = |id: ProcessId| {
        let process = id.index();
        let target = target[process].filter(|_| !has_several[process])?;
        let is_small =
            !has_input[process] && costs[process] * SMALL_SOURCE_RATIO <= costs[target.index()];
        (sends_late[process] || is_small).then_some(target)
    };
    graph.ids().map(|id| joins(id).unwrap_or(id)).collect()
}

/// The end of a chain of processes that join each other; a ring of them ends where it began.
fn follow(targets: &[ProcessId], start: ProcessId) -> ProcessId {
    let mut last = start;
    for _ in 0..targets.len() {
        match targets[last.index()] {
            next if next == last || next == start => break,
            next => last = next,
        }
    }
    last
}

/// Pairs of processes that have to share a worker: those linked by ref-ports, and the lockstep ends
/// of connections to independent processes, so that one worker alone has to wait for these.
fn must_colocate(graph: &Graph) -> Vec<(ProcessId, ProcessId)> {
    let links = graph.var_edges.iter();
    let mut pairs: Vec<_> = links.map(|link| (link.from.process, link.to)).collect();
    let crossing = graph.edges.iter().filter(|edge| graph.crosses_domain(edge));
    let ends = crossing.flat_map(|edge| [edge.from.process, edge.to.process]);
    let lockstep: Vec<ProcessId> = ends
        .filter(|process| !graph.process(*process).is_independent())
        .collect();
    pairs.extend(lockstep.windows(2).map(|pair| (pair[0], pair[1])));
    pairs
}

/// Tasks that stay on one worker.
pub(super) struct TaskGroup {
    pub(super) tasks: Vec<TaskId>,
    cost: u64,
}

/// The groups in the order of their first tasks; `anchors` holds the anchor of each task.
pub(super) fn groups(order: &[TaskId], costs: &[u64], anchors: &[TaskId]) -> Vec<TaskGroup> {
    let mut groups: Vec<TaskGroup> = Vec::new();
    let mut group_of = vec![None; costs.len()];
    for &task in order {
        let index = *group_of[anchors[task.index()].index()].get_or_insert_with(|| {
            groups.push(TaskGroup {
                tasks: Vec::new(),
                cost: 0,
            });
            groups.len() - 1
        });
        groups[index].tasks.push(task);
        groups[index].cost += costs[task.index()] + 1;
    }
    groups
}

/// Places groups on workers: neighbours stay together where that costs little.
pub(super) fn place(groups: &[TaskGroup], workers: usize) -> Vec<WorkerId> {
    let near = contiguous(groups, workers);
    let even = longest_first(groups, workers);
    let load = |placement: &[WorkerId]| {
        let mut loads = vec![0; workers];
        for (group, worker) in groups.iter().zip(placement) {
            loads[worker.index()] += group.cost;
        }
        loads.into_iter().max().unwrap_or(0) as f64
    };
    if load(&near) <= LOCALITY_SLACK * load(&even) {
        near
    } else {
        even
    }
}

/// Places a contiguous range of groups on each worker, so that few messages cross between workers.
fn contiguous(groups: &[TaskGroup], workers: usize) -> Vec<WorkerId> {
    let total: u64 = groups.iter().map(|group| group.cost).sum();
    let mut before = 0;
    let worker = |group: &TaskGroup| {
        // The range that the middle of this group falls into.
        let middle = u128::from(before + group.cost / 2);
        before += group.cost;
        let range = (middle * workers as u128 / u128::from(total.max(1))) as usize;
        WorkerId(range.min(workers - 1))
    };
    groups.iter().map(worker).collect()
}

/// Places the costliest group first, each on the worker with the least load.
pub(super) fn longest_first(groups: &[TaskGroup], workers: usize) -> Vec<WorkerId> {
    let mut by_cost: Vec<usize> = (0..groups.len()).collect();
    by_cost.sort_by_key(|&group| Reverse(groups[group].cost));
    let mut loads = vec![0; workers];
    let mut placement = vec![WorkerId(0); groups.len()];
    for group in by_cost {
        let least = (0..workers)
            .min_by_key(|&worker| loads[worker])
            .unwrap_or(0);
        loads[least] += groups[group].cost;
        placement[group] = WorkerId(least);
    }
    placement
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn small_networks_get_one_worker() {
        assert_eq!(default_workers(10_000), 1);
    }
}
