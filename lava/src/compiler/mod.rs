//! Graph → plan: checks the network as a whole, orders the processes, cuts them into shards and
//! places them on workers.
//!
//! Nothing here knows what a model does or how a worker runs; a plan is plain data. Its `roster` is
//! what it takes to place the parts once more, when it is known what they cost.

mod balance;
mod crossings;
mod error;
mod order;
mod parts;
mod place;
mod roster;
mod sums;

pub use error::{CompileError, Problem};

pub(crate) use parts::{Part, Parts};
pub(crate) use roster::{Roster, Turn};

use crate::network::{Edge, Graph, PortId};

/// How a network is run.
#[derive(Debug)]
pub(crate) struct Plan {
    /// What each model computes.
    pub(crate) parts: Parts,
    /// What each worker does in a step.
    pub(crate) workers: Vec<Vec<Turn>>,
    /// What is known of parts that could be placed otherwise.
    pub(crate) roster: Roster,
    /// The parts whose models run by themselves.
    pub(crate) alone: Vec<usize>,
    /// How many steps of messages each out-port keeps, by process and port.
    pub(crate) depths: Vec<Vec<usize>>,
    /// Where each out-port's messages are: with itself, or with the first of a shared sum.
    pub(crate) sums: Vec<Vec<PortId>>,
}

impl Plan {
    /// Which of the models that run by themselves a part is of, if it is of one.
    pub(crate) fn party(&self, part: usize) -> Option<usize> {
        self.alone.iter().position(|alone| *alone == part)
    }
}

/// Plans the network for the workers that the user asked for, or for as many as it is worth.
pub(crate) fn plan(graph: &Graph) -> Result<Plan, CompileError> {
    let mut problems = Vec::new();
    if graph.running().next().is_none() {
        problems.push(Problem::Empty);
    }
    unfed(graph, &mut problems);
    crossings::check(graph, &mut problems);
    let mut order = order::order(graph, &mut problems);
    order.retain(|process| !graph.processes[*process].is_alone());
    if !problems.is_empty() {
        return Err(CompileError { problems });
    }
    let costs: Vec<u64> = (0..graph.processes.len())
        .map(|index| cost(graph, index))
        .collect();
    let workers = graph
        .workers
        .unwrap_or_else(|| place::worth(costs.iter().sum()));
    let companions = place::companions(graph, &costs);
    let (parts, roster, mut placement) =
        balance::balance(graph, &order, &costs, &companions, workers);
    let roster = roster.connected(graph, &parts);
    if placement.is_empty() {
        // Nothing runs in step; the first worker is there all the same.
        placement.push(Vec::new());
    }
    let alone = graph.running().filter(|(_, process)| process.is_alone());
    let sums = sums::sums(graph, &companions);
    Ok(Plan {
        alone: alone.flat_map(|(process, _)| parts.of(process)).collect(),
        depths: depths(graph, &sums, placement.len()),
        sums,
        workers: roster.turns(&placement),
        roster,
        parts,
    })
}

fn unfed(graph: &Graph, problems: &mut Vec<Problem>) {
    for (process, decl) in graph.processes.iter().enumerate() {
        for (port, in_port) in decl.in_ports.iter().enumerate() {
            let id = PortId { process, port };
            if in_port.required && !is_fed(graph, id) {
                problems.push(Problem::Unfed {
                    port: graph.in_label(id),
                });
            }
        }
    }
}

/// Whether something outside its process feeds an in-port, or would if anything stood behind it.
fn is_fed(graph: &Graph, port: PortId) -> bool {
    let behind = graph.targets(port);
    let within = graph.within(port.process);
    let feeds = |edge: &Edge| {
        behind.contains(&edge.to) && (edge.to == port || !within.contains(&edge.from.process))
    };
    behind.is_empty() || graph.edges.iter().any(feeds)
}

/// How many synapses a step leaves alone for each that it delivers.
const SILENCE: usize = 20;

/// What a step of a process costs, roughly: the elements of its Vars and ports. A Var much larger
/// than the ports holds synapses, of which few are delivered in a step.
fn cost(graph: &Graph, process: usize) -> u64 {
    let decl = &graph.processes[process];
    if decl.blueprint().is_none() || decl.is_alone() {
        return 0;
    }
    let ports = decl.in_ports.iter().map(|port| port.dims.len());
    let ports = ports.chain(decl.out_ports.iter().map(|port| port.dims.len()));
    let (sum, largest) = ports.fold((0, 0), |(sum, largest), len| (sum + len, len.max(largest)));
    let vars = decl.vars.iter().map(|var| match var.dims().len() {
        synapses if synapses > 4 * largest => synapses / SILENCE,
        state => state,
    });
    (sum + vars.sum::<usize>()) as u64
}

/// A slot for each step of delay, one to write and those that are written ahead, plus one where a
/// worker may be a step ahead.
fn depths(graph: &Graph, sums: &[Vec<PortId>], workers: usize) -> Vec<Vec<usize>> {
    let spare = usize::from(workers > 1);
    let processes = graph.processes.iter();
    let ports = processes.map(|process| vec![(0, 0); process.out_ports.len()]);
    let mut needs: Vec<Vec<(usize, usize)>> = ports.collect();
    for edge in &graph.edges {
        let (delay, _) = &mut needs[edge.from.process][edge.from.port];
        *delay = (*delay).max(graph.delay(edge));
    }
    for (process, decl) in graph.processes.iter().enumerate() {
        for (port, decl) in decl.out_ports.iter().enumerate() {
            let sum = sums[process][port];
            let (_, ahead) = &mut needs[sum.process][sum.port];
            *ahead = (*ahead).max(decl.ahead);
        }
    }
    let depth = |(delay, ahead): (usize, usize)| delay + 1 + ahead + spare;
    let ports = needs.into_iter();
    ports
        .map(|ports| ports.into_iter().map(depth).collect())
        .collect()
}
