//! The table of tasks: a task for each process with a model, or for each of its shards.

use std::ops::Range;

use lava_core::data::{BLOCK, Dims, IndexMap, SampleSlice, Shard, trailing_axes};
use lava_core::executor::TaskId;

use super::batch::batching;
use crate::graph::{Batching, Edge, Graph, PortId, ProcessDecl};
use crate::process::{PortIndex, ProcessId};

/// A task: the process that it computes, or a shard of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct TaskSpec {
    pub(crate) process: ProcessId,
    pub(crate) shard: Shard,
}

/// All tasks of a network, by process and neurons.
#[derive(Debug)]
pub(crate) struct TaskTable {
    tasks: Vec<TaskSpec>,
    /// The tasks of each process.
    ranges: Vec<Range<usize>>,
}

impl TaskTable {
    /// The tasks of a network whose processes are cut into `shards` each; processes without a model
    /// have none.
    pub(super) fn new(graph: &Graph, populations: &Populations, shards: &[usize]) -> TaskTable {
        let (mut tasks, mut ranges) = (Vec::new(), Vec::new());
        for (process, &count) in graph.ids().zip(shards) {
            let first = tasks.len();
            let decl = graph.process(process);
            let count = if decl.spec().is_some() { count } else { 0 };
            let population = populations
                .of(process)
                .unwrap_or_else(|| default_population(decl));
            let shard = |shard: usize| match populations.samples {
                None => Shard {
                    neurons: cut(population, shard, count)..cut(population, shard + 1, count),
                    population,
                    samples: None,
                },
                Some(batch) => {
                    let population = self::population(decl);
                    let population = population.unwrap_or_else(|| default_population(decl));
                    Shard {
                        neurons: 0..population,
                        population,
                        samples: Some(SampleSlice {
                            range: shard * batch / count..(shard + 1) * batch / count,
                            batch,
                            is_single: populations.is_single(process),
                        }),
                    }
                }
            };
            tasks.extend((0..count).map(|number| TaskSpec {
                process,
                shard: shard(number),
            }));
            ranges.push(first..tasks.len());
        }
        TaskTable { tasks, ranges }
    }

    /// The number of tasks.
    pub(crate) fn len(&self) -> usize {
        self.tasks.len()
    }

    /// The ids of all tasks.
    pub(crate) fn ids(&self) -> impl Iterator<Item = TaskId> + use<> {
        (0..self.tasks.len()).map(TaskId)
    }

    /// A task.
    pub(crate) fn get(&self, id: TaskId) -> &TaskSpec {
        &self.tasks[id.index()]
    }

    /// The tasks of a process.
    pub(crate) fn of_process(
        &self,
        process: ProcessId,
    ) -> impl ExactSizeIterator<Item = TaskId> + use<> {
        self.ranges[process.index()].clone().map(TaskId)
    }

    /// The first task of a process, the only one where the process is not sharded.
    pub(crate) fn first_of(&self, process: ProcessId) -> TaskId {
        TaskId(self.ranges[process.index()].start)
    }

    /// The task of `process` that belongs to the same group as a task of another process.
    pub(crate) fn peer_of(&self, task: TaskId, process: ProcessId) -> TaskId {
        let own = &self.ranges[self.get(task).process.index()];
        let other = &self.ranges[process.index()];
        if own.len() == other.len() {
            TaskId(other.start + (task.index() - own.start))
        } else {
            TaskId(other.start)
        }
    }

    /// The elements of an in-port that a task receives.
    pub(crate) fn received_elements(
        &self,
        graph: &Graph,
        task: TaskId,
        port: PortIndex,
    ) -> Range<usize> {
        let TaskSpec { process, shard } = self.get(task);
        let decl = graph.process(*process);
        let in_port = &decl.in_ports[port.index()];
        if decl.is_replicated(in_port.name) && shard.samples.is_none() {
            0..in_port.extents.whole().len()
        } else {
            shard.elements(in_port.extents.whole())
        }
    }

    /// The elements of an out-port that a task sends.
    pub(crate) fn sent_elements(
        &self,
        graph: &Graph,
        task: TaskId,
        port: PortIndex,
    ) -> Range<usize> {
        let TaskSpec { process, shard } = self.get(task);
        let out_port = &graph.process(*process).out_ports[port.index()];
        shard.elements(out_port.extents.whole())
    }

    /// The tasks whose messages reach `receiver` through an edge.
    pub(crate) fn sending_tasks(
        &self,
        graph: &Graph,
        edge: &Edge,
        receiver: TaskId,
    ) -> Vec<TaskId> {
        let PortId { process, port } = edge.from;
        let received = self.received_elements(graph, receiver, edge.to.port);
        let shard = &self.get(receiver).shard;
        let map = graph.batch_map(edge);
        let arrives = |sender: &TaskId| match map {
            _ if !self.get(*sender).shard.shares_samples(shard) => false,
            IndexMap::Table(_) => true,
            IndexMap::Offset(first) => {
                let sent = self.sent_elements(graph, *sender, port);
                first + sent.start < received.end && received.start < first + sent.end
            }
        };
        self.of_process(process).filter(arrives).collect()
    }
}

/// The first neuron of shard `shard` of `count`. Kernels go through a population in blocks; a cut
/// falls between two of them.
fn cut(population: usize, shard: usize, count: usize) -> usize {
    let blocks = population.div_ceil(BLOCK);
    (shard * blocks / count * BLOCK).min(population)
}

/// The number of neurons of each process that can be sharded.
#[derive(Debug)]
pub(super) struct Populations {
    neurons: Vec<Option<usize>>,
    /// The samples of a batch, which are what is cut then.
    samples: Option<usize>,
    /// The processes that have a model for each sample of a batch.
    single: Vec<bool>,
}

impl Populations {
    pub(super) fn new(graph: &Graph) -> Populations {
        let mut has_var_link = vec![false; graph.len()];
        for link in &graph.var_edges {
            has_var_link[link.from.process.index()] = true;
            has_var_link[link.to.index()] = true;
        }
        // Queues carry whole messages, and a ref-port reads and writes the whole of a Var.
        let population = |(process, decl): (ProcessId, &ProcessDecl)| {
            let is_whole =
                decl.is_independent() || decl.touches_async || has_var_link[process.index()];
            if is_whole { None } else { population(decl) }
        };
        Populations {
            neurons: graph.processes().map(population).collect(),
            samples: None,
            single: vec![false; graph.len()],
        }
    }

    /// The samples of a batch, which the tasks of a process are cut from instead of neurons. Returns `None`
    /// without a batch.
    pub(super) fn of_batch(graph: &Graph) -> Option<Populations> {
        let samples = graph.batch.get()?;
        let running = |decl: &ProcessDecl| decl.spec().map(|_| samples);
        let single = |decl: &ProcessDecl| matches!(batching(decl), Ok(Batching::PerSample));
        Some(Populations {
            neurons: graph.processes().map(|(_, decl)| running(decl)).collect(),
            samples: Some(samples),
            single: graph.processes().map(|(_, decl)| single(decl)).collect(),
        })
    }

    /// Returns `true` if a process has a model for each sample of a batch.
    pub(super) fn is_single(&self, process: ProcessId) -> bool {
        self.single[process.index()]
    }

    /// The most shards that a process can be cut into.
    pub(super) fn most_shards(&self, process: ProcessId) -> usize {
        let neurons = self.of(process);
        match self.samples {
            Some(_) => neurons.unwrap_or(1),
            None => neurons.map_or(1, |neurons| neurons.div_ceil(BLOCK)),
        }
    }

    /// The number of neurons of a process, if it can be sharded.
    pub(super) fn of(&self, process: ProcessId) -> Option<usize> {
        self.neurons[process.index()]
    }
}

/// The number of neurons of a process, if its model can be sharded and its ports and Vars have the
/// extents of a population.
fn population(decl: &ProcessDecl) -> Option<usize> {
    decl.sharding()?;
    let in_ports = decl
        .in_ports
        .iter()
        .map(|port| (port.name, port.extents.sample()));
    let in_ports = in_ports.filter(|(name, _)| !decl.is_replicated(name));
    let out_ports = decl
        .out_ports
        .iter()
        .map(|port| (port.name, port.extents.sample()));
    let mut lens = out_ports.chain(in_ports).map(|(_, dims)| dims.len());
    let population = lens.next()?;
    let vars = decl.vars.iter();
    // The extents of a replicated Var may take drawing synapses.
    let mut sharded =
        vars.filter(|var| !decl.is_replicated(var.name()) && var.sample_dims().rank() > 0);
    let fits = lens.all(|len| len == population)
        && sharded.all(|var| trailing_axes(var.sample_dims(), population).is_some());
    fits.then_some(population)
}

/// The number of elements of the first port of a process.
fn default_population(decl: &ProcessDecl) -> usize {
    let out = decl.out_ports.first().map(|port| port.extents.sample());
    let first = out.or_else(|| decl.in_ports.first().map(|port| port.extents.sample()));
    first.map_or(1, Dims::len)
}
