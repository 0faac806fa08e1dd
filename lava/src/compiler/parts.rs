//! Parts: what each model of a network computes, a whole process or a shard of its neurons.

use std::ops::Range;

use crate::model::{BLOCK, Shard, rest};
use crate::network::{Edge, Graph, Places, PortId};
use crate::process::Dims;

/// What one model computes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Part {
    pub(crate) process: usize,
    pub(crate) shard: Shard,
}

/// All parts of a network, by process and neurons.
#[derive(Debug)]
pub(crate) struct Parts {
    pub(crate) list: Vec<Part>,
    /// Where the parts of each process are in the list.
    of: Vec<Range<usize>>,
}

impl Parts {
    /// The parts of a network whose processes are cut into so many shards each; those that do not
    /// run have none.
    pub(crate) fn new(graph: &Graph, cuts: &[usize]) -> Parts {
        let (mut list, mut of) = (Vec::new(), Vec::new());
        for (process, &count) in cuts.iter().enumerate() {
            let first = list.len();
            let runs = graph.processes[process].blueprint().is_some();
            let count = if runs { count } else { 0 };
            let population = population(graph, process).unwrap_or_else(|| size(graph, process));
            // Kernels go through a population in blocks; a cut falls between two of them.
            let blocks = population.div_ceil(BLOCK);
            let cut = |shard: usize| (shard * blocks / count * BLOCK).min(population);
            let shards = (0..count).map(|shard| cut(shard)..cut(shard + 1));
            list.extend(shards.map(|neurons| Part {
                process,
                shard: Shard {
                    neurons,
                    population,
                },
            }));
            of.push(first..list.len());
        }
        Parts { list, of }
    }

    /// The parts of a process.
    pub(crate) fn of(&self, process: usize) -> Range<usize> {
        self.of[process].clone()
    }

    /// The part of `process` that goes with a part of the same bundle.
    pub(crate) fn companion(&self, part: usize, process: usize) -> usize {
        let (own, other) = (self.of(self.list[part].process), self.of(process));
        match own.len() == other.len() {
            true => other.start + (part - own.start),
            false => other.start,
        }
    }

    /// The elements of an in-port that a part receives.
    pub(crate) fn receives(&self, graph: &Graph, part: usize, port: usize) -> Range<usize> {
        let Part { process, shard } = &self.list[part];
        let decl = &graph.processes[*process];
        let in_port = &decl.in_ports[port];
        match decl.has_whole(in_port.name) {
            true => 0..in_port.dims.len(),
            false => shard.elements(&in_port.dims),
        }
    }

    /// The elements of an out-port that a part sends.
    pub(crate) fn sends(&self, graph: &Graph, part: usize, port: usize) -> Range<usize> {
        let Part { process, shard } = &self.list[part];
        shard.elements(&graph.processes[*process].out_ports[port].dims)
    }

    /// The parts that send what arrives at a part through a connection.
    pub(crate) fn senders(&self, graph: &Graph, edge: &Edge, part: usize) -> Vec<usize> {
        let PortId { process, port } = edge.from;
        let here = self.receives(graph, part, edge.to.port);
        let arrives = |sender: &usize| match edge.places {
            Places::Each(_) => true,
            Places::From(first) => {
                let sent = self.sends(graph, *sender, port);
                first + sent.start < here.end && here.start < first + sent.end
            }
        };
        self.of(process).filter(arrives).collect()
    }
}

/// How many neurons a process has, if it can be cut: if its model is splittable, and its ports
/// and Vars have the extents of a population.
pub(super) fn population(graph: &Graph, process: usize) -> Option<usize> {
    let decl = &graph.processes[process];
    decl.splits()?;
    let mut references = graph.references.iter();
    if decl.is_alone()
        || decl.meets_alone
        || references.any(|other| other.from.process == process || other.to == process)
    {
        // Queues carry whole messages, and a ref-port reads and writes the whole of a Var.
        return None;
    }
    let in_ports = decl.in_ports.iter().map(|port| (port.name, &port.dims));
    let in_ports = in_ports.filter(|(name, _)| !decl.has_whole(name));
    let out_ports = decl.out_ports.iter().map(|port| (port.name, &port.dims));
    let mut lens = out_ports.chain(in_ports).map(|(_, dims)| dims.len());
    let population = lens.next()?;
    let vars = decl.vars.iter();
    let mut cut = vars.filter(|var| var.dims().rank() > 0 && !decl.has_whole(var.name()));
    let fits =
        lens.all(|len| len == population) && cut.all(|var| rest(var.dims(), population).is_some());
    fits.then_some(population)
}

/// The elements of the first port of a process.
fn size(graph: &Graph, process: usize) -> usize {
    let decl = &graph.processes[process];
    let out = decl.out_ports.first().map(|port| &port.dims);
    let first = out.or_else(|| decl.in_ports.first().map(|port| &port.dims));
    first.map_or(1, Dims::len)
}
