//! The share that each rank of a network would have.

use lava_core::executor::Intervals;

use super::{CompileError, MemoryEstimate, cost, lay_out};
use crate::graph::Graph;

/// The part of a network that one rank has, as far as it is known before anything is made.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct RankShare {
    /// The memory of its Vars, synapses and messages, in bytes, as the
    /// [memory estimate](crate::Network::memory_estimate) has it.
    pub memory: u64,
    /// The part of it that synapses to be drawn take, in bytes.
    pub synapses: u64,
    /// The part of the cost of a step, of which all ranks together have 1.
    pub cost: f64,
    /// The models that it runs: a shard is one.
    pub models: usize,
    /// The steps between two exchanges of all ranks, the same on each; 0 if messages cross within a step, or if there is
    /// one rank.
    pub interval: usize,
    /// The steps between two exchanges of the ranks of a node: fewer than those of all where the network is divided
    /// among nodes; 0 if messages cross within a step there.
    pub node_interval: usize,
    /// The messages that it sends in each step, each to one rank.
    pub messages: usize,
    /// The elements of these messages: the most spikes or numbers that it sends in a step.
    pub elements: usize,
}

/// The share of each rank; of one rank if there are no others.
pub(crate) fn rank_shares(graph: &Graph) -> Result<Vec<RankShare>, CompileError> {
    let plan = lay_out(graph)?;
    let size = plan.rank.as_ref().map_or(1, |rank| rank.size);
    let intervals = plan.rank.as_ref().map(|rank| rank.pace.intervals);
    let Intervals { all, node } = intervals.unwrap_or_default();
    let share = RankShare {
        interval: all.unwrap_or(0) as usize,
        node_interval: node.or(all).unwrap_or(0) as usize,
        ..RankShare::default()
    };
    let mut shares = vec![share; size];
    let rank_of = |task| plan.rank.as_ref().map_or(0, |rank| rank.of_task(task));
    let whole = MemoryEstimate::of_whole(graph, &plan);
    let all: u64 = graph.ids().map(|process| cost(graph, process)).sum();
    for ((process, _), memory) in graph.running().zip(&whole.processes) {
        let tasks = plan.tasks.of_process(process);
        let count = tasks.len().max(1);
        let part = cost(graph, process) as f64 / all.max(1) as f64;
        for task in tasks {
            let share = &mut shares[rank_of(task)];
            share.memory += memory.total() / count as u64;
            share.synapses += memory.synapses / count as u64;
            share.cost += part / count as f64;
            share.models += 1;
        }
    }
    for crossing in plan
        .rank
        .iter()
        .flat_map(|rank| rank.exchanges.iter().flatten())
    {
        let share = &mut shares[crossing.from];
        share.messages += 1;
        let elements = plan
            .tasks
            .sent_elements(graph, crossing.task, crossing.port);
        share.elements += elements.len();
    }
    Ok(shares)
}
