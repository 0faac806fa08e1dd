//! The pace of ranks: the steps between two exchanges, and those by which messages may arrive late for it.

use lava_core::executor::TaskId;

use super::joint::JointProcesses;
use super::queues::Queues;
use super::tasks::TaskTable;
use super::wiring::{Origin, Wiring};
use crate::graph::{Graph, PortId, ProcessDecl};
use crate::process::ProcessId;

/// The pace of the exchanges of a network on several ranks.
#[derive(Debug)]
pub(crate) struct Pace {
    /// The steps between two exchanges; `None` if messages cross within a step, or to the next.
    pub(crate) interval: Option<usize>,
    /// By process and in-port: the steps by which messages arrive late.
    lags: Vec<Vec<usize>>,
}

/// The most steps that a message may be on its way for the sake of longer intervals: memory for the messages of
/// all these steps is needed, and little is gained by more.
const LONGEST: usize = 30;

impl Pace {
    /// The pace of tasks whose ranks are `rank_of`.
    ///
    /// An in-port has as much slack as its declaration says, unless Vars of the process are recorded, or other
    /// processes read or write them in a step. What crosses may be on its way for its delay and this slack. A message of the first
    /// step after an exchange waits for one interval and travels for another.
    pub(super) fn new(
        graph: &Graph,
        tasks: &TaskTable,
        joint: &JointProcesses,
        (wiring, queues): (&Wiring, &Queues),
        rank_of: &[usize],
    ) -> Pace {
        let mut pace = Pace {
            interval: None,
            lags: slacks(graph, joint),
        };
        let mut longest = LONGEST;
        for to in tasks.ids() {
            for input in wiring.inputs(graph, tasks, queues, to) {
                let crosses = |from: TaskId| rank_of[from.index()] != rank_of[to.index()];
                let Origin::Tasks(senders) = input.origin else {
                    continue;
                };
                if senders.iter().any(|sender| crosses(sender.task)) {
                    let edge = &graph.edges[input.edge];
                    longest = longest.min(graph.delay(edge) + pace.lag(edge.to));
                }
            }
        }
        // A step that waits for an independent task is the same on all ranks.
        let is_gated = !queues.queues.is_empty();
        pace.interval = (longest >= 2 && !is_gated).then_some(longest / 2);
        pace.shorten_lags(graph, pace.interval.map_or(0, |interval| 2 * interval));
        pace
    }

    /// Shortens lags to those that messages need to be on their way for `steps`.
    fn shorten_lags(&mut self, graph: &Graph, steps: usize) {
        let mut needed: Vec<Vec<usize>> = self.lags.clone();
        needed.iter_mut().flatten().for_each(|lag| *lag = 0);
        for edge in &graph.edges {
            let PortId { process, port } = edge.to;
            let needed = &mut needed[process.index()][port.index()];
            *needed = steps.saturating_sub(graph.delay(edge)).max(*needed);
        }
        for (lags, needed) in self.lags.iter_mut().zip(needed) {
            // A model that has several ports with slack takes in what was sent in one step together.
            let needed = needed.into_iter().zip(&*lags);
            let needed = needed
                .filter(|(_, slack)| **slack > 0)
                .map(|(needed, _)| needed);
            let longest = needed.max().unwrap_or(0);
            lags.iter_mut().for_each(|lag| *lag = longest.min(*lag));
        }
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

/// The slack of each in-port, by process. Processes that deliver together have that of the least.
fn slacks(graph: &Graph, joint: &JointProcesses) -> Vec<Vec<usize>> {
    let of_process =
        |(_, decl): (_, &ProcessDecl)| decl.in_ports.iter().map(|port| port.slack).collect();
    let mut slacks: Vec<Vec<usize>> = graph.processes().map(of_process).collect();
    let accessed = graph.var_edges.iter().map(|link| link.to);
    for process in accessed.chain(graph.probed.iter().copied()) {
        slacks[process.index()].fill(0);
    }
    for set in joint.sets() {
        let all = set.iter().flat_map(|process| &slacks[process.index()]);
        let least = all.min().copied().unwrap_or(0);
        for process in set {
            slacks[process.index()].fill(least);
        }
    }
    slacks
}
