//! Nodes: the division of a network among nodes of ranks, where long delays let these exchange messages less often
//! than the ranks of one node.

use std::cmp::Reverse;
use std::collections::HashMap;

use super::place::Anchors;
use crate::graph::Graph;
use crate::process::ProcessId;

/// The load of the ranks of a node relative to the mean above which processes are not divided among nodes.
const MAX_IMBALANCE: f64 = 1.25;

/// The input of a division.
pub(super) struct DivisionInput<'a> {
    pub(super) graph: &'a Graph,
    /// The lockstep processes in the order of a step.
    pub(super) order: &'a [ProcessId],
    /// The cost of each process.
    pub(super) costs: &'a [u64],
    /// The anchors of groups that share a worker.
    pub(super) anchors: &'a [ProcessId],
    /// By edge: the most steps for which its messages may be on their way.
    pub(super) reaches: &'a [usize],
    /// The ranks of each node.
    pub(super) nodes: &'a [Vec<usize>],
}

/// Divides processes among nodes. Returns the node of each process, or `None` if that leaves them uneven.
///
/// Processes whose messages are on their way for less than some number of steps are on one node. It is the
/// largest number for which no node has much more than its share.
pub(super) fn divide(input: &DivisionInput<'_>) -> Option<Vec<usize>> {
    let DivisionInput { graph, reaches, .. } = *input;
    // Independent processes, and those that they are connected to, are on the first rank.
    if graph.edges.iter().any(|edge| graph.crosses_domain(edge)) {
        return None;
    }
    let mut shortest: Vec<usize> = reaches.iter().copied().filter(|reach| *reach > 1).collect();
    shortest.sort_unstable_by_key(|reach| Reverse(*reach));
    shortest.dedup();
    shortest.into_iter().find_map(|steps| pack(input, steps))
}

/// Divides processes so that no message of less than `shortest` steps crosses between nodes.
fn pack(input: &DivisionInput<'_>, shortest: usize) -> Option<Vec<usize>> {
    let DivisionInput {
        graph,
        order,
        costs,
        anchors,
        reaches,
        nodes,
    } = *input;
    let mut sets = Anchors::new(anchors.to_vec());
    for (edge, reach) in graph.edges.iter().zip(reaches) {
        if *reach < shortest {
            sets.join(edge.to.process, edge.from.process);
        }
    }
    let mut set_costs: Vec<(ProcessId, u64)> = Vec::new();
    let mut numbers = HashMap::new();
    for process in order {
        let set = sets.of(*process);
        let number = *numbers.entry(set).or_insert_with(|| {
            set_costs.push((set, 0));
            set_costs.len() - 1
        });
        set_costs[number].1 += costs[process.index()];
    }
    // The costliest first, each on the node whose ranks have least.
    set_costs.sort_by_key(|(_, cost)| Reverse(*cost));
    let ranks = |node: usize| nodes[node].len() as f64;
    let mut loads = vec![0; nodes.len()];
    let mut node_of_set = HashMap::new();
    for (set, cost) in set_costs {
        let load = |node: &usize| loads[*node] as f64 / ranks(*node);
        let least = (0..nodes.len()).min_by(|a, b| load(a).total_cmp(&load(b)));
        let node = least.unwrap_or(0);
        loads[node] += cost;
        node_of_set.insert(set, node);
    }
    let size: usize = nodes.iter().map(Vec::len).sum();
    let mean = loads.iter().sum::<u64>() as f64 / size as f64;
    let is_even = |node: usize| loads[node] as f64 <= MAX_IMBALANCE * mean * ranks(node);
    let node_of = |process| node_of_set.get(&sets.of(process)).copied().unwrap_or(0);
    (0..nodes.len())
        .all(is_even)
        .then(|| graph.ids().map(node_of).collect())
}
