//! The pace of ranks: the steps between two exchanges, and those by which messages may arrive late for it.

use std::collections::HashMap;

use lava_core::executor::{Intervals, TaskId};

use super::accumulators::Accumulators;
use super::joint::JointProcesses;
use super::place::Anchors;
use super::queues::Queues;
use super::tasks::TaskTable;
use super::wiring::{Origin, Wiring};
use crate::graph::{Edge, Graph, PortId, ProcessDecl};
use crate::process::ProcessId;

/// The pace of the exchanges of a network on several ranks.
#[derive(Debug)]
pub(crate) struct Pace {
    /// The steps between two exchanges.
    pub(crate) intervals: Intervals,
    /// The node of each process.
    nodes: Vec<usize>,
    /// By process and in-port: the steps by which messages arrive late.
    lags: Vec<Vec<usize>>,
}

/// The most steps that a message may be on its way for the sake of longer intervals: memory for the messages of
/// all these steps is needed, and little is gained by more.
const LONGEST: usize = 30;

impl Pace {
    /// The pace of tasks whose ranks are `rank_of`, of processes on `nodes`.
    ///
    /// An in-port has as much slack as its declaration says, unless Vars of the process are recorded, or other
    /// processes read or write them in a step. What crosses may be on its way for its delay and this slack. A message of the first
    /// step after an exchange waits for one interval and travels for another.
    pub(super) fn new(
        graph: &Graph,
        tasks: &TaskTable,
        (joint, accumulators): (&JointProcesses, &Accumulators),
        (wiring, queues): (&Wiring, &Queues),
        (rank_of, nodes): (&[usize], Vec<usize>),
    ) -> Pace {
        let sums = SumWriters::of_network(graph, accumulators);
        let sets = equally_late(graph, joint.sets(), &sums, &nodes);
        let mut pace = Pace {
            intervals: Intervals::default(),
            lags: slacks(graph, &sets, &sums),
            nodes,
        };
        // Of the messages that cross between ranks of a node, and of others.
        let (mut near, mut far) = (None, LONGEST);
        for to in tasks.ids() {
            for input in wiring.inputs(graph, tasks, queues, to) {
                let crosses = |from: TaskId| rank_of[from.index()] != rank_of[to.index()];
                let Origin::Tasks(senders) = input.origin else {
                    continue;
                };
                if senders.iter().any(|sender| crosses(sender.task)) {
                    let edge = &graph.edges[input.edge];
                    let reach = graph.delay(edge) + pace.lag(edge.to);
                    match pace.is_in_node(edge) {
                        true => near = Some(reach.min(near.unwrap_or(LONGEST))),
                        false => far = far.min(reach),
                    }
                }
            }
        }
        // A step that waits for an independent task is the same on all ranks.
        if queues.queues.is_empty() {
            pace.intervals = intervals(near, far, pace.is_divided());
        }
        pace.shorten_lags(graph, &sets);
        pace
    }

    /// Returns `true` if processes are on several nodes.
    fn is_divided(&self) -> bool {
        self.nodes.iter().any(|node| *node != self.nodes[0])
    }

    /// The node of a process.
    pub(super) fn node_of(&self, process: ProcessId) -> usize {
        self.nodes[process.index()]
    }

    /// Returns `true` if the ends of an edge are on one node.
    fn is_in_node(&self, edge: &Edge) -> bool {
        self.node_of(edge.from.process) == self.node_of(edge.to.process)
    }

    /// Returns `true` if messages between ranks, of the same node or of others, arrive within a step or in the next.
    pub(super) fn is_at_once(&self, in_node: bool) -> bool {
        match self.intervals {
            Intervals { all: None, .. } => true,
            Intervals { node, .. } => in_node && node == Some(0),
        }
    }

    /// The steps for which messages of an edge have to be on their way.
    fn steps(&self, edge: &Edge) -> usize {
        let Intervals { all, node } = self.intervals;
        let interval = match self.is_in_node(edge) {
            true => node.or(all),
            false => all,
        };
        2 * interval.unwrap_or(0) as usize
    }

    /// Shortens lags to those that messages need.
    fn shorten_lags(&mut self, graph: &Graph, sets: &[Vec<ProcessId>]) {
        // A model that has several ports with slack takes in what was sent in one step together.
        let mut needed = vec![0; self.lags.len()];
        for edge in graph.edges.iter().filter(|edge| self.lag(edge.to) > 0) {
            let needed = &mut needed[edge.to.process.index()];
            *needed = self
                .steps(edge)
                .saturating_sub(graph.delay(edge))
                .max(*needed);
        }
        for set in sets {
            let of_set = set.iter().map(|process| needed[process.index()]);
            let longest = of_set.max().unwrap_or(0);
            for process in set {
                needed[process.index()] = longest;
            }
        }
        for (lags, needed) in self.lags.iter_mut().zip(needed) {
            lags.iter_mut().for_each(|lag| *lag = needed.min(*lag));
        }
    }

    /// The most steps by which the tasks of a rank may be ahead of those of another.
    pub(crate) fn steps_apart(&self) -> usize {
        self.intervals
            .all
            .map_or(1, |interval| 2 * interval as usize)
    }

    /// The most steps by which messages arrive late.
    pub(crate) fn latest(&self) -> usize {
        self.lags.iter().flatten().copied().max().unwrap_or(0)
    }

    /// The steps by which messages arrive late at an in-port.
    pub(crate) fn lag(&self, port: PortId) -> usize {
        self.lags[port.process.index()][port.port.index()]
    }

    /// The steps by which messages arrive late at each in-port of a process.
    pub(crate) fn lags(&self, process: ProcessId) -> &[usize] {
        &self.lags[process.index()]
    }
}

/// The intervals of ranks whose messages may be on their way for `near` steps within a node, if there are such, and for
/// `far` steps between nodes.
fn intervals(near: Option<usize>, far: usize, is_divided: bool) -> Intervals {
    let half = |steps: usize| steps as u64 / 2;
    let near = near.map(half);
    let all = match near {
        Some(near) if !is_divided => near,
        _ => half(far),
    };
    // What a node has exchanged is complete when all exchange.
    let (all, node) = match near {
        Some(0) if all > 1 => (all, Some(0)),
        Some(near @ 1..) if all >= 2 * near => (all / near * near, Some(near)),
        Some(near) => (all.min(near), None),
        None => (all, None),
    };
    Intervals {
        all: Some(all).filter(|interval| *interval > 0),
        node,
    }
}

/// The most steps for which the messages of each edge may be on their way.
pub(super) fn reaches(graph: &Graph, accumulators: &Accumulators) -> Vec<usize> {
    let sums = SumWriters::of_network(graph, accumulators);
    // Those that receive the same messages have the same slack as far as these cross between nodes.
    let sets = equally_late(graph, &[], &sums, &vec![0; graph.len()]);
    let slacks = slacks(graph, &sets, &sums);
    let reach = |edge: &Edge| {
        let PortId { process, port } = edge.to;
        let reach = graph.delay(edge) + slacks[process.index()][port.index()];
        reach.min(LONGEST)
    };
    graph.edges.iter().map(reach).collect()
}

/// The processes that add to the sums of one ring.
#[derive(Default)]
struct SumWriters {
    /// Those that write ahead.
    ahead: Vec<ProcessId>,
    /// Others add to the sums of a step in that step.
    has_others: bool,
}

impl SumWriters {
    /// Those of all rings that are written ahead.
    fn of_network(graph: &Graph, accumulators: &Accumulators) -> Vec<SumWriters> {
        let mut sums: HashMap<PortId, SumWriters> = HashMap::new();
        for (process, decl) in graph.processes() {
            for (port, out) in graph.out_ports(process).zip(&decl.out_ports) {
                let of_ring = sums.entry(accumulators.of(port)).or_default();
                match out.ahead {
                    0 => of_ring.has_others = true,
                    _ => of_ring.ahead.push(process),
                }
            }
        }
        let ahead = sums.into_values().filter(|sums| !sums.ahead.is_empty());
        ahead.collect()
    }
}

/// Sets of processes at which messages arrive equally late: those of a node that deliver together, and those that
/// write ahead to one sum, to which the messages of one step are added before those of the next.
fn equally_late(
    graph: &Graph,
    joint: &[Vec<ProcessId>],
    sums: &[SumWriters],
    nodes: &[usize],
) -> Vec<Vec<ProcessId>> {
    let mut anchors = Anchors::new(graph.ids().collect());
    let ahead = sums.iter().map(|sums| &sums.ahead);
    for set in joint.iter().chain(ahead) {
        let mut of_node: HashMap<usize, ProcessId> = HashMap::new();
        for process in set {
            let first = of_node.entry(nodes[process.index()]).or_insert(*process);
            anchors.join(*first, *process);
        }
    }
    let mut sets = vec![Vec::new(); graph.len()];
    for process in graph.ids() {
        sets[anchors.of(process).index()].push(process);
    }
    sets.retain(|set| set.len() > 1);
    sets
}

/// The slack of each in-port, by process. The processes of a set have that of the least.
fn slacks(graph: &Graph, sets: &[Vec<ProcessId>], sums: &[SumWriters]) -> Vec<Vec<usize>> {
    let of_process =
        |(_, decl): (_, &ProcessDecl)| decl.in_ports.iter().map(|port| port.slack).collect();
    let mut slacks: Vec<Vec<usize>> = graph.processes().map(of_process).collect();
    let accessed = graph.var_edges.iter().map(|link| link.to);
    for process in accessed.chain(graph.probed.iter().copied()) {
        slacks[process.index()].fill(0);
    }
    // What was written ahead is in a sum before others add to it.
    let shared = sums.iter().filter(|sums| sums.has_others);
    for process in shared.flat_map(|sums| &sums.ahead) {
        let slacks = slacks[process.index()].iter_mut();
        slacks.for_each(|slack| *slack = slack.saturating_sub(1));
    }
    for set in sets {
        let all = set.iter().flat_map(|process| &slacks[process.index()]);
        let least = all.min().copied().unwrap_or(0);
        for process in set {
            slacks[process.index()].fill(least);
        }
    }
    slacks
}
