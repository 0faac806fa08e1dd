//! The queues of connections between timing domains, and the participants at their ends.

use std::collections::HashMap;

use lava_core::executor::TaskId;
use lava_core::transport::{ParticipantId, QueueId, QueueSpec};

use super::tasks::TaskTable;
use crate::graph::{Edge, Graph};
use crate::model::Timing;
use crate::process::ProcessId;

/// The capacity of a queue, unless the connection is `buffered`.
const DEFAULT_QUEUE_LEN: usize = 64;

/// The queues of a network.
#[derive(Debug)]
pub(crate) struct Queues {
    /// The independent tasks, by participant.
    pub(crate) independent: Vec<TaskId>,
    /// By id.
    pub(crate) queues: Vec<QueuePlan>,
    /// The queue of each edge that has one.
    by_edge: HashMap<usize, QueueId>,
    participants: HashMap<TaskId, ParticipantId>,
}

/// A queue of a connection.
#[derive(Clone, Copy, Debug)]
pub(crate) struct QueuePlan {
    /// Its edge in the graph.
    pub(crate) edge: usize,
    pub(crate) spec: QueueSpec,
}

impl Queues {
    pub(super) fn new(graph: &Graph, tasks: &TaskTable) -> Queues {
        let running = graph.running().filter(|(_, decl)| decl.is_independent());
        let independent: Vec<TaskId> = running
            .flat_map(|(process, _)| tasks.of_process(process))
            .collect();
        let ids = (0..).map(ParticipantId);
        let participants: HashMap<_, _> = independent.iter().copied().zip(ids).collect();
        let lockstep = ParticipantId(independent.len());
        let participant_of = |process: ProcessId| {
            let participant = participants.get(&tasks.first_of(process));
            participant.copied().unwrap_or(lockstep)
        };
        let spec = |edge: &Edge| QueueSpec {
            from: participant_of(edge.from.process),
            to: participant_of(edge.to.process),
            capacity: edge.async_options.capacity.unwrap_or(DEFAULT_QUEUE_LEN),
        };
        let edges = graph.edges.iter().enumerate();
        let queues: Vec<QueuePlan> = edges
            .filter(|(_, edge)| graph.crosses_domain(edge))
            .map(|(index, edge)| QueuePlan {
                edge: index,
                spec: spec(edge),
            })
            .collect();
        let by_edge = queues.iter().zip((0..).map(QueueId));
        Queues {
            by_edge: by_edge.map(|(queue, id)| (queue.edge, id)).collect(),
            independent,
            queues,
            participants,
        }
    }

    /// The queue of an edge, if it connects two timing domains.
    pub(crate) fn of_edge(&self, edge: usize) -> Option<QueueId> {
        self.by_edge.get(&edge).copied()
    }

    /// The participant that an independent task is.
    pub(crate) fn participant_of(&self, task: TaskId) -> Option<ParticipantId> {
        self.participants.get(&task).copied()
    }

    /// The queues that a lockstep step waits for.
    pub(crate) fn awaited(&self, graph: &Graph) -> Vec<QueueId> {
        let is_awaited = |queue: &QueuePlan| {
            let edge = &graph.edges[queue.edge];
            edge.async_options.waits && !graph.process(edge.to.process).is_independent()
        };
        let queues = self.queues.iter().zip((0..).map(QueueId));
        queues
            .filter(|(queue, _)| is_awaited(queue))
            .map(|(_, id)| id)
            .collect()
    }
}

/// The detached processes whose messages may come back to them by way of independent processes.
pub(super) fn on_async_cycle(graph: &Graph) -> Vec<ProcessId> {
    let mut receivers = vec![Vec::new(); graph.len()];
    for edge in &graph.edges {
        receivers[edge.from.process.index()].push(edge.to.process);
    }
    let detached = graph
        .running()
        .filter(|(_, decl)| decl.timing() == Timing::Detached);
    detached
        .map(|(process, _)| process)
        .filter(|process| is_on_cycle(graph, &receivers, *process))
        .collect()
}

fn is_on_cycle(graph: &Graph, receivers: &[Vec<ProcessId>], process: ProcessId) -> bool {
    let (mut is_seen, mut next) = (vec![false; graph.len()], vec![process]);
    while let Some(sender) = next.pop() {
        for &to in &receivers[sender.index()] {
            if to == process {
                return true;
            }
            if graph.process(to).is_independent() && !is_seen[to.index()] {
                is_seen[to.index()] = true;
                next.push(to);
            }
        }
    }
    false
}
