//! Shared accumulators: out-ports that only add, into the same in-port with the same delay, write to
//! one ring.

use std::collections::{HashMap, HashSet};

use lava_core::data::IndexMap;
use lava_core::executor::TaskId;

use super::tasks::{Populations, TaskTable};
use crate::graph::{Edge, Graph, PortId};
use crate::process::{PortIndex, ProcessId};

/// The out-port whose ring each out-port writes to: itself, or the first of those that share an
/// accumulator.
#[derive(Clone, Debug)]
pub(crate) struct Accumulators(Vec<Vec<PortId>>);

/// The task and out-port that own a ring.
pub(crate) type RingOwner = (TaskId, PortIndex);

impl Accumulators {
    /// The accumulators of a network; `anchors` are the groups that share a worker.
    ///
    /// Only ports of one group with equal shards share, so one worker writes and reads all of them.
    /// It depends on what can be sharded, not on what is: it is the same for any number of workers.
    pub(super) fn new(
        graph: &Graph,
        populations: &Populations,
        anchors: &[ProcessId],
    ) -> Accumulators {
        let own_ports = |process| graph.out_ports(process).collect();
        let mut accumulators = Accumulators(graph.ids().map(own_ports).collect());
        let mut first = HashMap::new();
        let fan_out = fan_out(graph);
        for edge in &graph.edges {
            let is_only = fan_out[&edge.from] == 1;
            if is_only && can_share(graph, populations, anchors, edge) {
                let target = (edge.to, graph.delay(edge));
                let PortId { process, port } = edge.from;
                accumulators.0[process.index()][port.index()] =
                    *first.entry(target).or_insert(edge.from);
            }
        }
        accumulators
    }

    /// The out-port whose ring an out-port writes to.
    pub(crate) fn of(&self, port: PortId) -> PortId {
        self.0[port.process.index()][port.port.index()]
    }

    /// The owner of the ring that an out-port of a task writes to.
    pub(crate) fn owner(&self, tasks: &TaskTable, task: TaskId, port: PortIndex) -> RingOwner {
        let process = tasks.get(task).process;
        let PortId { process, port } = self.of(PortId { process, port });
        (tasks.peer_of(task, process), port)
    }

    /// The out-ports whose ring a port of another process writes to.
    pub(crate) fn shared(&self, graph: &Graph) -> HashSet<PortId> {
        let ports = || graph.ids().flat_map(|process| graph.out_ports(process));
        let mut writers: HashMap<PortId, HashSet<ProcessId>> = HashMap::new();
        for port in ports().filter(|port| self.of(*port) != *port) {
            let owner = self.of(port);
            let writers = writers.entry(owner).or_default();
            writers.extend([owner.process, port.process]);
        }
        let is_shared = |port: &PortId| {
            let writers = writers.get(&self.of(*port));
            writers.is_some_and(|writers| writers.len() > 1)
        };
        ports().filter(is_shared).collect()
    }
}

/// The number of connections of each out-port.
fn fan_out(graph: &Graph) -> HashMap<PortId, usize> {
    let mut fan_out = HashMap::new();
    for edge in &graph.edges {
        *fan_out.entry(edge.from).or_default() += 1;
    }
    fan_out
}

fn can_share(graph: &Graph, populations: &Populations, anchors: &[ProcessId], edge: &Edge) -> bool {
    let (from, to) = (edge.from.process, edge.to.process);
    let sent = graph.process(from).out_ports[edge.from.port.index()]
        .extents
        .sample()
        .len();
    let received = graph.process(to).in_ports[edge.to.port.index()]
        .extents
        .sample()
        .len();
    let population = populations.of(to);
    !graph.crosses_domain(edge)
        && anchors[from.index()] == anchors[to.index()]
        && edge.map == IndexMap::Offset(0)
        && sent == received
        && edge.factory.is_identity()
        && (population.is_none() || population == populations.of(from))
        && graph.is_accumulate_only(edge.from)
}
