//! Wiring: the senders of each in-port and the Var of each ref-port, by task.

use std::ops::Range;

use lava_core::executor::TaskId;
use lava_core::transport::QueueId;

use super::accumulators::Accumulators;
use super::queues::Queues;
use super::tasks::TaskTable;
use crate::graph::{Graph, PortId};
use crate::process::{PortIndex, ProcessId};

/// The edges and links that lead to each process.
#[derive(Debug)]
pub(crate) struct Wiring {
    /// The edges by receiving process, in the order in which they were made; of those that share an
    /// accumulator the first.
    incoming: Vec<Vec<usize>>,
    /// The link of each ref-port, by process.
    var_links: Vec<Vec<Option<usize>>>,
}

/// A connection to an in-port of a task.
#[derive(Debug)]
pub(crate) struct Input {
    /// Its edge in the graph.
    pub(crate) edge: usize,
    pub(crate) port: PortIndex,
    pub(crate) origin: Origin,
    /// The elements of the in-port that the task receives.
    pub(crate) elements: Range<usize>,
}

/// The origin of the messages of an input.
#[derive(Debug)]
pub(crate) enum Origin {
    /// The rings of tasks in the same timing domain.
    Tasks(Vec<SendingTask>),
    /// The queue from another timing domain, for messages of this many elements.
    Queue { id: QueueId, len: usize },
}

/// A sending task, and the elements of the message that it sends.
#[derive(Debug)]
pub(crate) struct SendingTask {
    pub(crate) task: TaskId,
    pub(crate) port: PortIndex,
    pub(crate) elements: Range<usize>,
}

impl Wiring {
    pub(super) fn new(graph: &Graph, accumulators: &Accumulators) -> Wiring {
        let mut incoming = vec![Vec::new(); graph.len()];
        for (index, edge) in graph.edges.iter().enumerate() {
            if accumulators.of(edge.from) == edge.from {
                incoming[edge.to.process.index()].push(index);
            }
        }
        let ref_ports = graph.processes().map(|(_, decl)| decl.ref_ports.len());
        let mut var_links: Vec<Vec<Option<usize>>> =
            ref_ports.map(|ports| vec![None; ports]).collect();
        for (index, link) in graph.var_edges.iter().enumerate() {
            let PortId { process, port } = link.from;
            var_links[process.index()][port.index()].get_or_insert(index);
        }
        Wiring {
            incoming,
            var_links,
        }
    }

    /// The inputs of a task, in the order in which their connections were made.
    pub(crate) fn inputs(
        &self,
        graph: &Graph,
        tasks: &TaskTable,
        queues: &Queues,
        task: TaskId,
    ) -> Vec<Input> {
        let process = tasks.get(task).process;
        let edges = self.incoming[process.index()].iter();
        let input = |&edge: &usize| {
            let port = graph.edges[edge].to.port;
            Input {
                edge,
                port,
                origin: match queues.of_edge(edge) {
                    Some(id) => Origin::Queue {
                        id,
                        len: message_len(graph, edge),
                    },
                    None => Origin::Tasks(senders(graph, tasks, edge, task)),
                },
                elements: tasks.received_elements(graph, task, port),
            }
        };
        edges.map(input).collect()
    }

    /// The link of each ref-port of a process.
    pub(crate) fn var_links(&self, process: ProcessId) -> &[Option<usize>] {
        &self.var_links[process.index()]
    }
}

/// The tasks that send through an edge to a task.
fn senders(graph: &Graph, tasks: &TaskTable, edge: usize, receiver: TaskId) -> Vec<SendingTask> {
    let edge = &graph.edges[edge];
    let port = edge.from.port;
    let sending = tasks.sending_tasks(graph, edge, receiver).into_iter();
    sending
        .map(|task| SendingTask {
            task,
            port,
            elements: tasks.sent_elements(graph, task, port),
        })
        .collect()
}

/// The number of elements of the messages of an edge.
pub(crate) fn message_len(graph: &Graph, edge: usize) -> usize {
    let PortId { process, port } = graph.edges[edge].from;
    graph.process(process).out_ports[port.index()]
        .extents
        .whole()
        .len()
}
