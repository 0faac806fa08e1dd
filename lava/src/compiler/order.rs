//! The order of the processes within a step.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use super::Problem;
use crate::network::{Edge, Graph};

/// Orders the processes so that each comes after those whose messages it receives in the same
/// step, and otherwise by declaration. Every loop without delay becomes a problem.
pub(crate) fn order(graph: &Graph, problems: &mut Vec<Problem>) -> Vec<usize> {
    let count = graph.processes.len();
    let immediate: Vec<&Edge> = graph.immediate().collect();
    let mut waits_for = vec![0_usize; count];
    let mut out = vec![Vec::new(); count];
    for edge in &immediate {
        waits_for[edge.to.process] += 1;
        out[edge.from.process].push(edge.to.process);
    }
    let mut ready: BinaryHeap<Reverse<usize>> = (0..count)
        .filter(|&process| waits_for[process] == 0)
        .map(Reverse)
        .collect();
    let mut placed = vec![false; count];
    let mut order = Vec::with_capacity(count);
    loop {
        while let Some(Reverse(process)) = ready.pop() {
            placed[process] = true;
            order.push(process);
            for &next in out[process].iter().filter(|next| !placed[**next]) {
                waits_for[next] -= 1;
                if waits_for[next] == 0 {
                    ready.push(Reverse(next));
                }
            }
        }
        let Some(stuck) = placed.iter().position(|placed| !placed) else {
            return order;
        };
        // Whoever is stuck waits for somebody stuck: going back from one to the next meets a loop.
        let path = find_loop(&immediate, &placed, stuck);
        problems.push(Problem::Loop {
            path: describe(graph, &path),
        });
        // Taking one process of the loop out of the way lets the search find the other loops.
        ready.push(Reverse(path[0].from.process));
    }
}

/// The connections around a loop among the processes not placed, in the direction of the messages.
fn find_loop<'a>(edges: &[&'a Edge], placed: &[bool], start: usize) -> Vec<&'a Edge> {
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
            .find(|edge| edge.to.process == process && !placed[edge.from.process])
            .expect("a process that cannot be placed waits for another");
        trail.push(edge);
        process = edge.from.process;
    }
}

fn describe(graph: &Graph, path: &[&Edge]) -> Vec<String> {
    let mut ports: Vec<String> = path
        .iter()
        .flat_map(|edge| [graph.out_label(edge.from), graph.in_label(edge.to)])
        .collect();
    ports.push(graph.out_label(path[0].from));
    ports
}
