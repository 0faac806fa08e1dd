//! Which out-ports share a sum: those that only add, into the same in-port, with the same delay.

use std::collections::HashMap;

use super::parts::population;
use crate::network::{Edge, Graph, Places, PortId};

/// For each out-port, by process and port, the one whose messages it writes to: itself, or the
/// first of those that share a sum.
///
/// Only ports of companions that are cut alike share, so that all of them are written and read by
/// one worker. Which ones do depends on what can be cut, not on what is: it is the same for any
/// number of workers.
pub(crate) fn sums(graph: &Graph, companions: &[usize]) -> Vec<Vec<PortId>> {
    let ports = |process: usize| 0..graph.processes[process].out_ports.len();
    let alone = |process| {
        ports(process)
            .map(move |port| PortId { process, port })
            .collect()
    };
    let mut sums: Vec<Vec<PortId>> = (0..graph.processes.len()).map(alone).collect();
    let mut connections: Vec<Vec<usize>> = (0..graph.processes.len())
        .map(|process| vec![0; ports(process).len()])
        .collect();
    for edge in &graph.edges {
        connections[edge.from.process][edge.from.port] += 1;
    }
    let cut_alike = |from: usize, to: usize| {
        let neurons = population(graph, to);
        neurons.is_none() || neurons == population(graph, from)
    };
    let lens = |edge: &Edge| {
        let (from, to) = (
            &graph.processes[edge.from.process],
            &graph.processes[edge.to.process],
        );
        from.out_ports[edge.from.port].dims.len() == to.in_ports[edge.to.port].dims.len()
    };
    let shares = |edge: &&Edge| {
        !graph.crosses(edge)
            && connections[edge.from.process][edge.from.port] == 1
            && companions[edge.from.process] == companions[edge.to.process]
            && edge.places == Places::From(0)
            && lens(edge)
            && edge.feed.is_plain()
            && cut_alike(edge.from.process, edge.to.process)
            && graph.only_adds(edge.from)
    };
    let mut first = HashMap::new();
    for edge in graph.edges.iter().filter(shares) {
        let target = (edge.to.process, edge.to.port, graph.delay(edge));
        sums[edge.from.process][edge.from.port] = *first.entry(target).or_insert(edge.from);
    }
    sums
}
