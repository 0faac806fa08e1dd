//! Placement: groups of tasks that share a worker, and the worker of each group.

use std::cmp::Reverse;
use std::thread;

use lava_core::data::IndexMap;
use lava_core::executor::{TaskId, WorkerId};

use super::accumulators::Accumulators;
use super::tasks::Populations;
use crate::graph::{Edge, Graph};
use crate::process::ProcessId;

/// The elements that a network must have for each worker: below, a barrier at the end of a step costs
/// more than a second worker saves.
const ELEMENTS_PER_WORKER: u64 = 120_000;

/// The factor by which a step may take longer to keep neighbours together.
const LOCALITY_SLACK: f64 = 1.1;

/// A source joins the group of its target if it costs at most this part of it.
const SMALL_SOURCE_RATIO: u64 = 3;

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
    let mut anchors = Anchors::new(single_targets(graph, costs));
    for (kept, joined) in must_colocate(graph) {
        anchors.join(kept, joined);
    }
    graph.ids().map(|id| anchors.of(id)).collect()
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

/// For each process another one of its group, closer to the anchor, or itself if it is the anchor.
pub(super) struct Anchors(Vec<ProcessId>);

impl Anchors {
    /// Groups of processes that join each other, one after the other, up to the last. Processes in a
    /// ring that joins itself stay alone.
    pub(super) fn new(mut targets: Vec<ProcessId>) -> Anchors {
        for process in on_rings(&targets) {
            targets[process.index()] = process;
        }
        Anchors(targets)
    }

    /// The anchor of a process. Shortens the way to it, so that going through all takes linear time.
    pub(super) fn of(&mut self, process: ProcessId) -> ProcessId {
        let mut anchor = process;
        while self.0[anchor.index()] != anchor {
            anchor = self.0[anchor.index()];
        }
        let mut passed = process;
        while passed != anchor {
            passed = std::mem::replace(&mut self.0[passed.index()], anchor);
        }
        anchor
    }

    /// Joins the groups of two processes; that of `kept` keeps its anchor.
    pub(super) fn join(&mut self, kept: ProcessId, joined: ProcessId) {
        let (kept, joined) = (self.of(kept), self.of(joined));
        self.0[joined.index()] = kept;
    }
}

/// The processes that are on a ring of at least two, each with the next as its target.
fn on_rings(targets: &[ProcessId]) -> Vec<ProcessId> {
    let mut on_rings = Vec::new();
    // The walk on which each process was met first.
    let mut met_by: Vec<Option<usize>> = vec![None; targets.len()];
    for walk in 0..targets.len() {
        let mut process = ProcessId(walk);
        while met_by[process.index()].is_none() {
            met_by[process.index()] = Some(walk);
            process = targets[process.index()];
        }
        let is_new_ring =
            met_by[process.index()] == Some(walk) && targets[process.index()] != process;
        if is_new_ring {
            let mut member = process;
            loop {
                on_rings.push(member);
                member = targets[member.index()];
                if member == process {
                    break;
                }
            }
        }
    }
    on_rings
}

/// Makes a process its own anchor if it could be cut but for its group, which has another population,
/// and shares no accumulator with the group.
pub(super) fn separate(
    graph: &Graph,
    populations: &Populations,
    accumulators: &Accumulators,
    anchors: &mut [ProcessId],
) {
    let mut shares_accumulator = vec![false; graph.len()];
    for port in graph.ids().flat_map(|process| graph.out_ports(process)) {
        let owner = accumulators.of(port);
        if owner != port {
            shares_accumulator[port.process.index()] = true;
            shares_accumulator[owner.process.index()] = true;
        }
    }
    for process in graph
        .ids()
        .filter(|process| !shares_accumulator[process.index()])
    {
        let anchor = anchors[process.index()];
        let population = populations.of(process);
        if population.is_some() && population != populations.of(anchor) {
            anchors[process.index()] = process;
        }
    }
}

/// Joins processes of one population that send to each other within a step, neuron by neuron, whatever they cost:
/// on two ranks, their messages would cross in each step.
pub(super) fn join_pairs(graph: &Graph, populations: &Populations, anchors: &mut Vec<ProcessId>) {
    let mut joined = Anchors(std::mem::take(anchors));
    for edge in graph.same_step_edges() {
        let (from, to) = (edge.from.process, edge.to.process);
        let receiver = graph.process(to);
        let in_port = &receiver.in_ports[edge.to.port.index()];
        let population = populations.of(to);
        let is_paired = population.is_some()
            && population == populations.of(from)
            && edge.map == IndexMap::Offset(0)
            && !receiver.is_replicated(in_port.name);
        if is_paired {
            joined.join(to, from);
        }
    }
    anchors.extend(graph.ids().map(|id| joined.of(id)));
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

    fn anchors(targets: &[usize]) -> Vec<usize> {
        let mut anchors = Anchors::new(targets.iter().copied().map(ProcessId).collect());
        let ids = (0..targets.len()).map(ProcessId);
        ids.map(|id| anchors.of(id).index()).collect()
    }

    #[test]
    fn a_chain_is_anchored_at_its_end() {
        let chain: Vec<usize> = (1..20_000).chain([19_999]).collect();
        assert!(anchors(&chain).iter().all(|anchor| *anchor == 19_999));
    }

    #[test]
    fn a_ring_stays_apart_and_ends_the_chains_that_lead_to_it() {
        // 0 -> 1 -> 2 -> 3 -> 1, and 4 -> 2.
        assert_eq!(anchors(&[1, 2, 3, 1, 2]), [1, 1, 2, 3, 2]);
    }

    #[test]
    fn joined_groups_keep_the_first_anchor() {
        let mut anchors = Anchors::new([0, 0, 2, 2].map(ProcessId).to_vec());
        anchors.join(ProcessId(1), ProcessId(3));
        assert!((0..4).all(|id| anchors.of(ProcessId(id)) == ProcessId(0)));
    }

    #[test]
    fn small_networks_get_one_worker() {
        assert_eq!(default_workers(10_000), 1);
    }
}
