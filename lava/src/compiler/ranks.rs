//! Ranks: the part of a plan that one rank computes, and the messages that cross between ranks.
//!
//! Workers are numbered over all ranks, so that a network is cut for `n` ranks of `m` workers as for `n · m`
//! workers of one process. In a step a rank runs its tasks level by level: a task is one level above every
//! task of another rank from which it receives in the same step. Between two levels all ranks exchange
//! messages.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use lava_core::executor::{TaskId, WorkerId};

use super::accumulators::{Accumulators, RingOwner};
use super::pace::Pace;
use super::queues::Queues;
use super::task_graph::TaskGraph;
use super::tasks::TaskTable;
use super::wiring::{Origin, Wiring};
use crate::graph::{Graph, PortId};
use crate::process::PortIndex;

/// The part of a plan that one rank computes.
#[derive(Debug)]
pub(crate) struct RankPlan {
    pub(crate) rank: usize,
    /// The number of ranks.
    pub(crate) size: usize,
    pub(crate) pace: Pace,
    /// The rank of each task.
    rank_of: Vec<usize>,
    /// The messages of each exchange of a step, in the order in which all ranks make them.
    pub(crate) exchanges: Vec<Vec<Crossing>>,
    /// The tasks and exchanges of each worker of the rank; exchanges are numbered behind the tasks.
    pub(crate) per_worker: Vec<Vec<TaskId>>,
    /// The same with what each waits for.
    pub(crate) task_graph: TaskGraph,
}

/// A message that crosses from one rank to another: that of a ring.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Crossing {
    /// The task that owns the ring.
    pub(crate) task: TaskId,
    pub(crate) port: PortIndex,
    pub(crate) from: usize,
    pub(crate) to: usize,
}

/// The whole plan, which a rank takes its part of.
pub(super) struct WholePlan<'a> {
    pub(super) graph: &'a Graph,
    pub(super) tasks: &'a TaskTable,
    /// With messages.
    pub(super) task_graph: &'a TaskGraph,
    /// The tasks of the workers of each rank.
    pub(super) by_rank: &'a [Vec<Vec<TaskId>>],
    pub(super) joint: &'a [Vec<TaskId>],
    pub(super) accumulators: &'a Accumulators,
    pub(super) wiring: &'a Wiring,
    pub(super) queues: &'a Queues,
}

impl RankPlan {
    /// The part of `rank` among `size` ranks; `rank_of` is the rank of each task.
    pub(super) fn new(
        whole: &WholePlan<'_>,
        rank: usize,
        rank_of: Vec<usize>,
        pace: Pace,
    ) -> RankPlan {
        let WholePlan { tasks, by_rank, .. } = *whole;
        let levels = Levels::new(whole, &rank_of, &pace);
        let exchanges = levels.exchanges(whole, &rank_of, &pace);
        let mut own = by_rank[rank].clone();
        if own.is_empty() {
            own.push(Vec::new());
        }
        for of_worker in &mut own {
            of_worker.sort_by_key(|task| levels.of_task[task.index()]);
        }
        // The first worker makes the exchanges: each before the first task of its level.
        for number in (1..=exchanges.len()).rev() {
            let at = own[0].partition_point(|task| {
                let level = levels.of_task.get(task.index());
                level.is_some_and(|level| *level < number)
            });
            own[0].insert(at, exchange_id(tasks, number - 1));
        }
        RankPlan {
            task_graph: levels.task_graph(whole, &rank_of, rank, &exchanges),
            rank,
            size: by_rank.len(),
            pace,
            rank_of,
            exchanges,
            per_worker: own,
        }
    }

    /// Returns `true` if this rank computes a task.
    pub(crate) fn is_own(&self, task: TaskId) -> bool {
        self.rank_of[task.index()] == self.rank
    }

    /// The rank of a task.
    pub(crate) fn of_task(&self, task: TaskId) -> usize {
        self.rank_of[task.index()]
    }

    /// The messages that this rank receives from others.
    pub(crate) fn received(&self) -> impl Iterator<Item = &Crossing> {
        let crossings = self.exchanges.iter().flatten();
        crossings.filter(|crossing| crossing.to == self.rank)
    }
}

/// The tasks of the workers of each rank: those of the workers of a node, `of_nodes`, are on its `nodes`.
pub(super) fn by_rank(
    nodes: &[Vec<usize>],
    of_nodes: Vec<Vec<Vec<TaskId>>>,
) -> Vec<Vec<Vec<TaskId>>> {
    let mut by_rank = vec![Vec::new(); nodes.iter().map(Vec::len).sum()];
    for (ranks, workers) in nodes.iter().zip(of_nodes) {
        // There may be fewer workers than ranks.
        let count = workers.len();
        for (worker, tasks) in workers.into_iter().enumerate() {
            by_rank[ranks[worker * ranks.len() / count]].push(tasks);
        }
    }
    by_rank
}

/// The rank of each task.
pub(super) fn rank_of(tasks: &TaskTable, by_rank: &[Vec<Vec<TaskId>>]) -> Vec<usize> {
    let mut rank_of = vec![0; tasks.len()];
    for (rank, workers) in by_rank.iter().enumerate() {
        for task in workers.iter().flatten() {
            rank_of[task.index()] = rank;
        }
    }
    rank_of
}

/// Puts the worker that exchanges messages with independent tasks first, since these are on the first rank.
pub(super) fn put_first(
    graph: &Graph,
    tasks: &TaskTable,
    queues: &Queues,
    per_worker: &mut [Vec<TaskId>],
) {
    let placement = super::placement(tasks, per_worker);
    if let Some(WorkerId(worker)) = super::gate_worker(graph, tasks, queues, &placement) {
        per_worker.swap(0, worker);
    }
}

/// The number of an exchange among tasks.
fn exchange_id(tasks: &TaskTable, exchange: usize) -> TaskId {
    TaskId(tasks.len() + exchange)
}

/// The exchanges that precede each task and each message of a step.
struct Levels {
    of_task: Vec<usize>,
    /// The level of the last task that writes to a ring, and all that do.
    rings: HashMap<RingOwner, (usize, Vec<TaskId>)>,
}

impl Levels {
    fn new(whole: &WholePlan<'_>, rank_of: &[usize], pace: &Pace) -> Levels {
        let mut senders = vec![Vec::new(); whole.tasks.len()];
        for (from, to) in whole.task_graph.same_step() {
            // What crosses arrives in a later step if ranks exchange several steps at once.
            let crosses = rank_of[from.index()] != rank_of[to.index()];
            if !crosses || pace.is_at_once(is_in_node(whole, pace, from, to)) {
                senders[to.index()].push(from);
            }
        }
        let mut levels = Levels {
            of_task: vec![0; whole.tasks.len()],
            rings: HashMap::new(),
        };
        // Levels only rise, and none is above the number of tasks.
        while levels.raise(whole, rank_of, &senders) {}
        levels
    }

    /// Raises the level of every task to what the present levels of others require. Returns `true` if
    /// one has changed.
    fn raise(&mut self, whole: &WholePlan<'_>, rank_of: &[usize], senders: &[Vec<TaskId>]) -> bool {
        let before = self.of_task.clone();
        self.rings.clear();
        for &task in whole.task_graph.order() {
            let after = |from: &TaskId| {
                let crosses = rank_of[from.index()] != rank_of[task.index()];
                self.of_task[from.index()] + usize::from(crosses)
            };
            let sent = senders[task.index()].iter().map(after).max().unwrap_or(0);
            let mut level = sent.max(self.of_task[task.index()]);
            // Those that add to one ring do so in the order of the step.
            let owners: Vec<RingOwner> = owners(whole, task).collect();
            for owner in &owners {
                level = level.max(self.rings.get(owner).map_or(0, |(level, _)| *level));
            }
            self.of_task[task.index()] = level;
            for owner in owners {
                let (of_ring, writers) = self.rings.entry(owner).or_default();
                *of_ring = level;
                writers.push(task);
            }
        }
        // Those that deliver together do so at once.
        for tasks in whole.joint {
            let level = tasks.iter().map(|task| self.of_task[task.index()]).max();
            for task in tasks {
                self.of_task[task.index()] = level.unwrap_or(0);
            }
        }
        self.of_task != before
    }

    /// The messages of each exchange.
    fn exchanges(
        &self,
        whole: &WholePlan<'_>,
        rank_of: &[usize],
        pace: &Pace,
    ) -> Vec<Vec<Crossing>> {
        let WholePlan {
            graph,
            tasks,
            wiring,
            queues,
            ..
        } = *whole;
        // By owner and receiving rank: whether one receives the message in the same step.
        let mut crossings: BTreeMap<(RingOwner, usize), bool> = BTreeMap::new();
        // The owners whose messages travel with an exchange of all ranks, where those of a node have more.
        let mut far: BTreeSet<(RingOwner, usize)> = BTreeSet::new();
        for to in whole.by_rank.iter().flatten().flatten() {
            for input in wiring.inputs(graph, tasks, queues, *to) {
                let edge = &graph.edges[input.edge];
                let is_same_step = graph.delay(edge) + pace.lag(edge.to) == 0;
                let Origin::Tasks(senders) = input.origin else {
                    continue;
                };
                for sender in senders {
                    let receiving = rank_of[to.index()];
                    if rank_of[sender.task.index()] != receiving {
                        let (task, port) = (sender.task, sender.port);
                        let owner = whole.accumulators.owner(tasks, task, port);
                        let crossing = (owner, receiving);
                        let has_more = pace.intervals.node.is_some();
                        if has_more && !is_in_node(whole, pace, sender.task, *to) {
                            far.insert(crossing);
                        } else {
                            *crossings.entry(crossing).or_default() |= is_same_step;
                        }
                    }
                }
            }
        }
        let level = |owner: &RingOwner| self.rings.get(owner).map_or(0, |(level, _)| *level);
        let same_step = crossings.iter().filter(|(_, is_same_step)| **is_same_step);
        let same_step = same_step.map(|((owner, _), _)| level(owner) + 1).max();
        let last = same_step.unwrap_or(0);
        // Requests travel with an exchange, also where no message does.
        let first = usize::from(pace.intervals.all.is_some());
        let mut exchanges = vec![Vec::new(); last.max(first)];
        let crossing = |((task, port), to): (RingOwner, usize)| Crossing {
            task,
            port,
            from: rank_of[task.index()],
            to,
        };
        for ((owner, to), is_same_step) in crossings {
            // What arrives in a later step waits for the last exchange.
            let number = match is_same_step || level(&owner) >= last {
                true => level(&owner),
                false => last - 1,
            };
            exchanges.resize_with(exchanges.len().max(number + 1), Vec::new);
            exchanges[number].push(crossing((owner, to)));
        }
        // All ranks exchange at the end of a step.
        let levels = far.iter().map(|(owner, _)| level(owner) + 1);
        let count = levels.max().unwrap_or(0).max(exchanges.len());
        exchanges.resize_with(count, Vec::new);
        if let Some(last) = exchanges.last_mut() {
            last.extend(far.into_iter().map(crossing));
        }
        exchanges
    }

    /// The tasks and exchanges of a rank, with what each waits for.
    fn task_graph(
        &self,
        whole: &WholePlan<'_>,
        rank_of: &[usize],
        rank: usize,
        exchanges: &[Vec<Crossing>],
    ) -> TaskGraph {
        let is_own = |task: TaskId| rank_of[task.index()] == rank;
        let pairs = whole.task_graph.same_step();
        let mut pairs: Vec<_> = pairs
            .filter(|(from, to)| is_own(*from) && is_own(*to))
            .collect();
        for (number, crossings) in exchanges.iter().enumerate() {
            for Crossing { task, port, .. } in crossings.iter().filter(|c| c.from == rank) {
                let writers = self.rings.get(&(*task, *port));
                for writer in writers.into_iter().flat_map(|(_, writers)| writers) {
                    pairs.push((*writer, exchange_id(whole.tasks, number)));
                }
            }
        }
        for task in whole.tasks.ids().filter(|task| is_own(*task)) {
            if let Some(last) = self.of_task[task.index()].checked_sub(1) {
                pairs.push((exchange_id(whole.tasks, last), task));
            }
        }
        TaskGraph::of_pairs(whole.tasks.len() + exchanges.len(), pairs)
    }
}

/// Returns `true` if two tasks are on one node.
fn is_in_node(whole: &WholePlan<'_>, pace: &Pace, from: TaskId, to: TaskId) -> bool {
    let node = |task| pace.node_of(whole.tasks.get(task).process);
    node(from) == node(to)
}

/// The rings that a task writes to.
fn owners<'a>(whole: &'a WholePlan<'_>, task: TaskId) -> impl Iterator<Item = RingOwner> + 'a {
    let process = whole.tasks.get(task).process;
    let ports = whole.graph.out_ports(process);
    ports.map(move |PortId { port, .. }| whole.accumulators.owner(whole.tasks, task, port))
}

/// The worker of each task of a rank; `None` for those of other ranks.
pub(super) fn own_placement(plan: &RankPlan, tasks: usize) -> Vec<Option<WorkerId>> {
    let mut placement = vec![None; tasks];
    for (worker, of_worker) in plan.per_worker.iter().enumerate() {
        for task in of_worker.iter().filter(|task| task.index() < tasks) {
            placement[task.index()] = Some(WorkerId(worker));
        }
    }
    placement
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn workers_are_on_the_ranks_of_their_node_one_after_the_other() {
        let workers = |numbers: std::ops::Range<usize>| -> Vec<Vec<TaskId>> {
            numbers.map(|number| vec![TaskId(number)]).collect()
        };
        for (size, count) in [(1, 1), (2, 4), (3, 2), (4, 1), (3, 7), (8, 3)] {
            let by_rank = by_rank(&[(0..size).collect()], vec![workers(0..count)]);
            assert_eq!(by_rank.len(), size);
            assert_eq!(by_rank.concat(), workers(0..count));
        }
        let nodes = [vec![0, 2], vec![1, 3]];
        let by_rank = by_rank(&nodes, vec![workers(0..3), workers(3..5)]);
        let expected = [0..2, 3..4, 2..3, 4..5].map(workers);
        assert_eq!(by_rank, expected);
    }
}
