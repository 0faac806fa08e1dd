//! The order of the processes within a step.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use super::Problem;
use crate::graph::{Edge, Graph};
use crate::process::ProcessId;

/// Orders the processes so that each comes after those whose messages it receives in the same step,
/// and otherwise by declaration. Every zero-delay loop becomes a problem.
pub(super) fn topological_order(graph: &Graph, problems: &mut Vec<Problem>) -> Vec<ProcessId> {
    let count = graph.len();
    let edges: Vec<&Edge> = graph.same_step_edges().collect();
    let mut waits_for = vec![0_usize; count];
    let mut receivers = vec![Vec::new(); count];
    for edge in &edges {
        waits_for[edge.to.process.index()] += 1;
        receivers[edge.from.process.index()].push(edge.to.process);
    }
    let mut ready: BinaryHeap<Reverse<ProcessId>> = graph
        .ids()
        .filter(|process| waits_for[process.index()] == 0)
        .map(Reverse)
        .collect();
    let mut is_placed = vec![false; count];
    let mut order = Vec::with_capacity(count);
    loop {
        while let Some(Reverse(process)) = ready.pop() {
            is_placed[process.index()] = true;
            order.push(process);
            for &next in &receivers[process.index()] {
                if is_placed[next.index()] {
                    continue;
                }
                waits_for[next.index()] -= 1;
                if waits_for[next.index()] == 0 {
                    ready.push(Reverse(next));
                }
            }
        }
        let Some(stuck) = is_placed.iter().position(|is_placed| !is_placed) else {
            return order;
        };
        // A stuck process waits for a stuck process: going back from one to the next meets a loop.
        let path = find_loop(&edges, &is_placed, ProcessId(stuck));
        problems.push(Problem::ZeroDelayLoop {
            path: port_path(graph, &path),
        });
        // Without one of its processes the search finds the other loops.
        ready.push(Reverse(path[0].from.process));
    }
}

/// The edges around a loop among the processes not placed, in the direction of the messages.
fn find_loop<'a>(edges: &[&'a Edge], is_placed: &[bool], start: ProcessId) -> Vec<&'a Edge> {
    let mut trail: Vec<&Edge> = Vec::new();
    let mut process = start;
    loop {
        if let Some(begin) = trail.iter().position(|edge| edge.to.process == process) {
            let mut path = trail.split_off(begin);
            path.reverse();
            return path;
        }
        let edge = edges
            .iter()
            .find(|edge| edge.to.process == process && !is_placed[edge.from.process.index()])
            .expect("a process that cannot be placed waits for another");
        trail.push(edge);
        process = edge.from.process;
    }
}

fn port_path(graph: &Graph, path: &[&Edge]) -> Vec<String> {
    let mut ports: Vec<String> = path
        .iter()
        .flat_map(|edge| [graph.out_label(edge.from), graph.in_label(edge.to)])
        .collect();
    ports.push(graph.out_label(path[0].from));
    ports
}
