//! Loops: edges that close one take a step.

use super::super::options::NirOptions;
use super::super::report::Report;
use super::{Becomes, PlannedEdge, PlannedNode};

/// The edges with their delays.
pub(super) fn delayed(
    nodes: &[PlannedNode],
    edges: &[(usize, usize)],
    options: &NirOptions,
    report: &mut Report,
) -> Vec<PlannedEdge> {
    let planned = edges.iter().map(|(from, to)| PlannedEdge {
        from: *from,
        to: *to,
        delay: nodes[*from].delay(options),
    });
    let mut edges: Vec<PlannedEdge> = planned.collect();
    for edge in closing(nodes, &edges) {
        let edge = upstream(nodes, &edges, edge);
        if edges[edge].delay > 0 {
            continue;
        }
        edges[edge].delay = 1;
        let paths = [edges[edge].from, edges[edge].to].map(|index| nodes[index].path.clone());
        report.delayed.push(paths.into());
    }
    edges
}

/// The edges that close a loop of edges without a delay: those back to a node on the way of a search from
/// the inputs, in the order of the file.
fn closing(nodes: &[PlannedNode], edges: &[PlannedEdge]) -> Vec<usize> {
    #[derive(Clone, Copy, PartialEq)]
    enum State {
        New,
        OnWay,
        Done,
    }
    let mut leaving: Vec<Vec<usize>> = vec![Vec::new(); nodes.len()];
    for (index, edge) in edges.iter().enumerate().filter(|(_, edge)| edge.delay == 0) {
        leaving[edge.from].push(index);
    }
    let is_input = |index: &usize| matches!(nodes[*index].becomes, Becomes::Input);
    let (inputs, others): (Vec<usize>, Vec<usize>) = (0..nodes.len()).partition(is_input);
    let mut states = vec![State::New; nodes.len()];
    let mut closing = Vec::new();
    for start in inputs.into_iter().chain(others) {
        if states[start] != State::New {
            continue;
        }
        states[start] = State::OnWay;
        let mut way = vec![(start, 0)];
        while let Some((node, next)) = way.last_mut() {
            let Some(edge) = leaving[*node].get(*next).copied() else {
                states[*node] = State::Done;
                way.pop();
                continue;
            };
            *next += 1;
            let to = edges[edge].to;
            match states[to] {
                State::New => {
                    states[to] = State::OnWay;
                    way.push((to, 0));
                }
                State::OnWay => closing.push(edge),
                State::Done => {}
            }
        }
    }
    closing
}

/// The edge of the same loop that leaves a node with a state, as far as the loop is a chain up to it:
/// what weights make of no spike, their bias, then acts from the first step on.
fn upstream(nodes: &[PlannedNode], edges: &[PlannedEdge], closing: usize) -> usize {
    let target = edges[closing].to;
    let mut edge = closing;
    loop {
        let node = edges[edge].from;
        if nodes[node].has_state() || node == target {
            return edge;
        }
        let leaving = edges.iter().filter(|edge| edge.from == node).count();
        let mut arriving = (0..edges.len()).filter(|edge| edges[*edge].to == node);
        let (Some(only), None, 1) = (arriving.next(), arriving.next(), leaving) else {
            return edge;
        };
        edge = only;
    }
}
