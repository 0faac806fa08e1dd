//! How processes are cut into shards, so that every worker has about as much to do.

use super::parts::{Part, Parts, population};
use super::roster::Roster;
use crate::model::BLOCK;
use crate::network::Graph;

/// How much more than the mean a worker may have to do.
const UNEVEN: f64 = 1.1;

/// Cuts and places a network whose processes come in this order and cost so much. Returns the
/// parts, what is known of their places, and the parts of each worker.
pub(super) fn balance(
    graph: &Graph,
    order: &[usize],
    costs: &[u64],
    companions: &[usize],
    workers: usize,
) -> (Parts, Roster, Vec<Vec<usize>>) {
    let mut bundles = vec![0; costs.len()];
    for (process, cost) in costs.iter().enumerate() {
        bundles[companions[process]] += cost;
    }
    let mut cuts = vec![1; costs.len()];
    loop {
        let parts = Parts::new(graph, &cuts);
        let roster = Roster::new(&parts, order, companions);
        let (placement, loads) = place_parts(&parts, &roster, costs, workers);
        let (heaviest, load) = (0..)
            .zip(&loads)
            .max_by_key(|(_, load)| **load)
            .unwrap_or((0, &0));
        let mean = loads.iter().sum::<u64>() as f64 / workers as f64;
        let there = placement.get(heaviest).into_iter().flatten();
        let there = there.map(|part| parts.list[*part].process);
        let can_be_cut = |root: &usize| {
            let large = population(graph, *root).is_some_and(|neurons| neurons > BLOCK);
            companions[*root] == *root && cuts[*root] == 1 && large
        };
        let largest = there.filter(can_be_cut).max_by_key(|root| bundles[*root]);
        match largest {
            Some(root) if *load as f64 > UNEVEN * mean => {
                cut(graph, companions, root, workers, &mut cuts);
            }
            _ => return (parts, roster, placement),
        }
    }
}

/// Cuts a process, and those of its companions that can be cut alike.
fn cut(graph: &Graph, companions: &[usize], root: usize, shards: usize, cuts: &mut [usize]) {
    let neurons = population(graph, root);
    let blocks = neurons.map_or(1, |neurons| neurons.div_ceil(BLOCK));
    for process in 0..cuts.len() {
        if companions[process] == root && population(graph, process) == neurons {
            cuts[process] = shards.min(blocks);
        }
    }
}

/// The parts of each worker, and what each worker has to do.
fn place_parts(
    parts: &Parts,
    roster: &Roster,
    costs: &[u64],
    workers: usize,
) -> (Vec<Vec<usize>>, Vec<u64>) {
    let cost = |part: &Part| costs[part.process] / parts.of(part.process).len() as u64;
    let costs: Vec<u64> = parts.list.iter().map(cost).collect();
    let placement = roster.place(&costs, workers);
    let load = |parts: &Vec<usize>| parts.iter().map(|part| costs[*part]).sum();
    let loads = placement.iter().map(load).collect();
    (placement, loads)
}
