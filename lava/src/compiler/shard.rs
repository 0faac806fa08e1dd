//! Sharding: processes are cut until every worker has about the same load.

use lava_core::executor::TaskId;

use super::task_graph::TaskGraph;
use super::tasks::{Populations, TaskTable};
use crate::graph::Graph;
use crate::process::ProcessId;

/// The load of a worker relative to the mean above which processes are cut.
const MAX_IMBALANCE: f64 = 1.1;

/// The input of splits and placement.
pub(super) struct Load<'a> {
    pub(super) graph: &'a Graph,
    pub(super) populations: &'a Populations,
    /// The lockstep processes in the order of a step.
    pub(super) order: &'a [ProcessId],
    /// The cost of each process.
    pub(super) costs: &'a [u64],
    /// The anchor of each process's group.
    pub(super) anchors: &'a [ProcessId],
    /// The node of each process.
    pub(super) nodes: &'a [usize],
    /// The workers of each node.
    pub(super) workers: &'a [usize],
}

/// The processes of one node.
struct NodeLoad {
    order: Vec<ProcessId>,
    workers: usize,
}

/// The tasks of a network and the worker of each.
pub(super) struct Placement {
    pub(super) tasks: TaskTable,
    /// Without messages.
    pub(super) task_graph: TaskGraph,
    /// The tasks of each worker, by node.
    pub(super) of_nodes: Vec<Vec<Vec<TaskId>>>,
}

/// Cuts processes into shards and places them, those of each node on its workers.
pub(super) fn shard_and_place(load: &Load<'_>) -> Placement {
    let nodes = (0..load.workers.len()).map(|node| NodeLoad::new(load, node));
    let nodes: Vec<NodeLoad> = nodes.collect();
    let mut shards = initial_shards(load);
    for node in &nodes {
        node.cut(load, &mut shards);
    }
    let tasks = TaskTable::new(load.graph, load.populations, &shards);
    let of_nodes = nodes.iter().map(|node| node.place(load, &tasks));
    Placement {
        of_nodes: of_nodes.collect(),
        task_graph: TaskGraph::new(&tasks, load.order, load.anchors),
        tasks,
    }
}

/// The shards of each process before any is cut to even out loads.
fn initial_shards(load: &Load<'_>) -> Vec<usize> {
    let Load {
        graph,
        populations,
        anchors,
        ..
    } = *load;
    let single = |process: ProcessId| match populations.is_single(process) {
        true => populations.most_shards(process),
        false => 1,
    };
    let mut shards: Vec<usize> = graph.ids().map(single).collect();
    if let Some(count) = graph.shards {
        let is_kept_whole = kept_whole(load);
        let is_cut = |process: &ProcessId| !is_kept_whole[anchors[process.index()].index()];
        for process in graph.ids().filter(is_cut) {
            shards[process.index()] = shards_of(load, anchors[process.index()], process, count);
        }
    }
    shards
}

/// The anchors of groups that are not cut: where some processes of a group have a model for each sample, all of it
/// stays on one worker.
fn kept_whole(load: &Load<'_>) -> Vec<bool> {
    let mut is_kept_whole = vec![false; load.costs.len()];
    let processes = load.graph.ids();
    for process in processes.filter(|process| load.populations.is_single(*process)) {
        is_kept_whole[load.anchors[process.index()].index()] = true;
    }
    is_kept_whole
}

impl NodeLoad {
    fn new(load: &Load<'_>, node: usize) -> NodeLoad {
        let is_here = |process: &ProcessId| load.nodes[process.index()] == node;
        let shards = load.graph.ids().filter(is_here);
        let most_shards: usize = shards.map(|id| load.populations.most_shards(id)).sum();
        NodeLoad {
            order: load.order.iter().copied().filter(is_here).collect(),
            // More workers would have nothing to do.
            workers: load.workers[node].min(most_shards.max(1)),
        }
    }

    /// Places the tasks of the node.
    fn place(&self, load: &Load<'_>, tasks: &TaskTable) -> Vec<Vec<TaskId>> {
        let task_graph = TaskGraph::new(tasks, &self.order, load.anchors);
        task_graph.place(&task_costs(tasks, load.costs), self.workers)
    }

    /// Cuts processes until every worker has about the same load.
    fn cut(&self, load: &Load<'_>, shards: &mut [usize]) {
        let Load {
            graph,
            populations,
            costs,
            anchors,
            ..
        } = *load;
        let mut group_costs = vec![0; costs.len()];
        for (anchor, cost) in anchors.iter().zip(costs) {
            group_costs[anchor.index()] += cost;
        }
        let is_kept_whole = kept_whole(load);
        loop {
            let tasks = TaskTable::new(graph, populations, shards);
            let per_worker = self.place(load, &tasks);
            let loads = loads(&per_worker, &task_costs(&tasks, costs));
            let mean = loads.iter().sum::<u64>() as f64 / self.workers as f64;
            let can_be_cut = |anchor: &ProcessId| {
                anchors[anchor.index()] == *anchor
                    && shards[anchor.index()] == 1
                    && populations.most_shards(*anchor) > 1
                    && !is_kept_whole[anchor.index()]
            };
            let heaviest = (0..loads.len()).max_by_key(|worker| loads[*worker]);
            let there = heaviest.and_then(|worker| per_worker.get(worker));
            let processes = there.into_iter().flatten().map(|id| tasks.get(*id).process);
            let costliest = processes
                .filter(can_be_cut)
                .max_by_key(|process| group_costs[process.index()]);
            let heaviest_load = heaviest.map_or(0, |worker| loads[worker]);
            match costliest {
                Some(anchor) if heaviest_load as f64 > MAX_IMBALANCE * mean => {
                    self.shard(load, anchor, shards);
                }
                _ => return,
            }
        }
    }

    /// Cuts a group into shards, one for each worker.
    fn shard(&self, load: &Load<'_>, anchor: ProcessId, shards: &mut [usize]) {
        let members = load.graph.ids();
        for process in members.filter(|process| load.anchors[process.index()] == anchor) {
            shards[process.index()] = shards_of(load, anchor, process, self.workers);
        }
    }
}

/// The shards of a process in a group that is cut into `count`: only its anchor, and processes with the
/// same population, are cut.
fn shards_of(load: &Load<'_>, anchor: ProcessId, process: ProcessId, count: usize) -> usize {
    if load.populations.of(anchor) == load.populations.of(process) {
        count.min(load.populations.most_shards(process))
    } else {
        1
    }
}

/// The cost of each task.
fn task_costs(tasks: &TaskTable, costs: &[u64]) -> Vec<u64> {
    let cost = |id: TaskId| {
        let process = tasks.get(id).process;
        costs[process.index()] / tasks.of_process(process).len() as u64
    };
    tasks.ids().map(cost).collect()
}

/// The load of each worker.
fn loads(per_worker: &[Vec<TaskId>], costs: &[u64]) -> Vec<u64> {
    let load = |tasks: &Vec<TaskId>| tasks.iter().map(|task| costs[task.index()]).sum();
    per_worker.iter().map(load).collect()
}
