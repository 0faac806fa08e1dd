//! Joint processes: processes of one model that receive the same messages and only add to what they
//! send, for instance the projections of one population. Those on one worker may deliver together.

use std::collections::{HashMap, HashSet};

use lava_core::data::IndexMap;
use lava_core::executor::{TaskId, WorkerId};

use super::accumulators::Accumulators;
use super::tasks::{Populations, TaskTable};
use crate::graph::{Edge, Graph, PortId, ProcessDecl};
use crate::process::{PortIndex, ProcessId};

/// The joint processes of a network, set by set. They depend on the graph alone, not on the number of
/// workers.
#[derive(Debug)]
pub(super) struct JointProcesses(Vec<Vec<ProcessId>>);

impl JointProcesses {
    /// The joint processes of a step, whose processes are in this order.
    ///
    /// No two processes of a set share an accumulator: where these deliver together or one by one,
    /// each target gets the same contributions in the same order.
    pub(super) fn new(
        graph: &Graph,
        populations: &Populations,
        accumulators: &Accumulators,
        order: &[ProcessId],
    ) -> JointProcesses {
        let candidates = Candidates::new(graph, populations, accumulators);
        let mut sets: Vec<Vec<ProcessId>> = Vec::new();
        let mut numbers: HashMap<_, usize> = HashMap::new();
        let mut owners: Vec<HashSet<PortId>> = Vec::new();
        for &process in order {
            let Some((source, owner)) = candidates.ends(process) else {
                continue;
            };
            let open = numbers.get(&source).copied();
            let number = match open.filter(|number| !owners[*number].contains(&owner)) {
                Some(number) => number,
                None => {
                    sets.push(Vec::new());
                    owners.push(HashSet::new());
                    sets.len() - 1
                }
            };
            numbers.insert(source, number);
            owners[number].insert(owner);
            sets[number].push(process);
        }
        sets.retain(|set| set.len() > 1);
        JointProcesses(sets)
    }

    /// The sets of joint processes.
    pub(super) fn sets(&self) -> &[Vec<ProcessId>] {
        &self.0
    }

    /// The same order, but with joint processes next to each other: all receive what the
    /// first does, and nothing that they send arrives in the same step.
    pub(super) fn gathered(&self, order: &[ProcessId]) -> Vec<ProcessId> {
        let firsts: HashMap<ProcessId, &Vec<ProcessId>> =
            self.0.iter().map(|set| (set[0], set)).collect();
        let others: HashSet<ProcessId> = self.0.iter().flat_map(|set| &set[1..]).copied().collect();
        let alone = order.iter().filter(|process| !others.contains(process));
        let gathered = alone.flat_map(|process| match firsts.get(process) {
            Some(set) => set.as_slice(),
            None => std::slice::from_ref(process),
        });
        gathered.copied().collect()
    }

    /// The tasks that may deliver together: those of joint processes on one worker, if there are several.
    pub(super) fn tasks(
        &self,
        tasks: &TaskTable,
        placement: &[Option<WorkerId>],
    ) -> Vec<Vec<TaskId>> {
        let mut joint = Vec::new();
        for set in &self.0 {
            let mut by_worker: Vec<(WorkerId, Vec<TaskId>)> = Vec::new();
            for task in set.iter().flat_map(|process| tasks.of_process(*process)) {
                let Some(worker) = placement[task.index()] else {
                    continue;
                };
                match by_worker.iter_mut().find(|(other, _)| *other == worker) {
                    Some((_, tasks)) => tasks.push(task),
                    None => by_worker.push((worker, vec![task])),
                }
            }
            let several = by_worker.into_iter().filter(|(_, tasks)| tasks.len() > 1);
            joint.extend(several.map(|(_, tasks)| tasks));
        }
        joint
    }
}

/// The processes that can be joint.
struct Candidates<'a> {
    graph: &'a Graph,
    populations: &'a Populations,
    accumulators: &'a Accumulators,
    /// The connections to each process.
    inputs: Vec<Vec<&'a Edge>>,
    /// The processes that send something which arrives in the same step.
    send_at_once: HashSet<ProcessId>,
    /// The accumulators that are written ahead.
    ahead: HashSet<PortId>,
}

impl<'a> Candidates<'a> {
    fn new(
        graph: &'a Graph,
        populations: &'a Populations,
        accumulators: &'a Accumulators,
    ) -> Candidates<'a> {
        let mut inputs = vec![Vec::new(); graph.len()];
        let mut send_at_once = HashSet::new();
        for edge in &graph.edges {
            inputs[edge.to.process.index()].push(edge);
            if graph.delay(edge) == 0 {
                send_at_once.insert(edge.from.process);
            }
        }
        let mut ahead = HashSet::new();
        for (process, decl) in graph.processes() {
            for (port, out) in graph.out_ports(process).zip(&decl.out_ports) {
                if out.ahead > 0 {
                    ahead.insert(accumulators.of(port));
                }
            }
        }
        Candidates {
            graph,
            populations,
            accumulators,
            inputs,
            send_at_once,
            ahead,
        }
    }

    /// The messages that a process receives, by their sender, delay and the receiving model, and the
    /// accumulator that it adds to; `None` if it cannot be joint.
    fn ends(&self, process: ProcessId) -> Option<((PortId, usize, std::any::TypeId), PortId)> {
        let decl = self.graph.process(process);
        let spec = decl.spec()?;
        self.populations.of(process)?;
        let [edge] = self.inputs[process.index()].as_slice() else {
            return None;
        };
        let owner = self.only_output(process, decl)?;
        let fits = self.receives_all(edge, decl)
            && !self.send_at_once.contains(&process)
            && !self.ahead.contains(&owner);
        let source = (edge.from, self.graph.delay(edge), spec.type_id);
        fits.then_some((source, owner))
    }

    /// The accumulator of a process with a single out-port, into which it only adds.
    fn only_output(&self, process: ProcessId, decl: &ProcessDecl) -> Option<PortId> {
        let [_] = decl.out_ports.as_slice() else {
            return None;
        };
        let port = PortId {
            process,
            port: PortIndex(0),
        };
        let adds = self.graph.is_accumulate_only(port);
        adds.then(|| self.accumulators.of(port))
    }

    /// Returns `true` if all shards of a process receive whole messages as they were sent.
    fn receives_all(&self, edge: &Edge, decl: &ProcessDecl) -> bool {
        let [in_port] = decl.in_ports.as_slice() else {
            return false;
        };
        let PortId { process, port } = edge.from;
        let sent = &self.graph.process(process).out_ports[port.index()];
        decl.is_replicated(in_port.name)
            && !self.graph.crosses_domain(edge)
            && edge.map == IndexMap::Offset(0)
            && edge.factory.is_identity()
            && sent.extents.sample().len() == in_port.extents.sample().len()
    }
}
