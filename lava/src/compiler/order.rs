//! The order of the processes within a step.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashMap};

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
    let (mut senders, mut first_stuck) = (Senders::new(&edges, count), 0);
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
        while is_placed.get(first_stuck) == Some(&true) {
            first_stuck += 1;
        }
        if first_stuck == count {
            return order;
        }
        // A stuck process waits for a stuck process: going back from one to the next meets a loop.
        let path = senders.find_loop(&is_placed, ProcessId(first_stuck));
        problems.push(Problem::ZeroDelayLoop {
            path: port_path(graph, &path),
        });
        // Without one of its processes the search finds the other loops.
        ready.push(Reverse(path[0].from.process));
    }
}

/// The same-step edges that lead to each process.
struct Senders<'a> {
    /// By receiving process, in the order in which they were made.
    edges: Vec<Vec<&'a Edge>>,
    /// For each process the number of its edges that come from placed processes: processes stay
    /// placed, so no edge is looked at twice.
    passed: Vec<usize>,
}

impl<'a> Senders<'a> {
    fn new(edges: &[&'a Edge], count: usize) -> Senders<'a> {
        let mut senders = Senders {
            edges: vec![Vec::new(); count],
            passed: vec![0; count],
        };
        for edge in edges {
            senders.edges[edge.to.process.index()].push(edge);
        }
        senders
    }

    /// The edges around a loop among the processes not placed, in the direction of the messages.
    fn find_loop(&mut self, is_placed: &[bool], start: ProcessId) -> Vec<&'a Edge> {
        let mut trail: Vec<&Edge> = Vec::new();
        let mut place_in_trail: HashMap<ProcessId, usize> = HashMap::new();
        let mut process = start;
        loop {
            if let Some(begin) = place_in_trail.get(&process) {
                let mut path = trail.split_off(*begin);
                path.reverse();
                return path;
            }
            let edge = self.first_unplaced(is_placed, process);
            place_in_trail.insert(process, trail.len());
            trail.push(edge);
            process = edge.from.process;
        }
    }

    /// The first edge to a process from one that is not placed.
    fn first_unplaced(&mut self, is_placed: &[bool], process: ProcessId) -> &'a Edge {
        let edges = &self.edges[process.index()];
        let passed = &mut self.passed[process.index()];
        while is_placed[edges[*passed].from.process.index()] {
            *passed += 1;
        }
        edges[*passed]
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
