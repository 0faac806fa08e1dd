//! Connections between models that do not keep the same time.

use super::Problem;
use crate::model::Pace;
use crate::network::{Edge, Graph, Reference};

/// Notes what is wrong with them, and with connections that are said to be such.
pub(super) fn check(graph: &Graph, problems: &mut Vec<Problem>) {
    problems.extend(
        graph
            .edges
            .iter()
            .filter_map(|edge| connection(graph, edge)),
    );
    problems.extend(
        graph
            .references
            .iter()
            .filter_map(|reference| crossed(graph, reference)),
    );
}

fn connection(graph: &Graph, edge: &Edge) -> Option<Problem> {
    let ends = || (graph.out_label(edge.from), graph.in_label(edge.to));
    let crossing = edge.crossing;
    if !graph.crosses(edge) {
        let option = match (crossing.waits, crossing.capacity) {
            (true, _) => "waiting",
            (false, Some(_)) => "buffered",
            (false, None) => return None,
        };
        let (from, to) = ends();
        return Some(Problem::InStep { from, to, option });
    }
    if crossing.waits && graph.processes[edge.to.process].is_alone() {
        let (from, to) = ends();
        return Some(Problem::Waiting { from, to });
    }
    let timeless = graph.processes[edge.from.process].pace() == Pace::Async;
    (timeless && edge.delay > 0).then(|| {
        let (from, to) = ends();
        Problem::Timeless { from, to }
    })
}

fn crossed(graph: &Graph, reference: &Reference) -> Option<Problem> {
    let Reference { from, to, var, .. } = reference;
    let (one, other) = (&graph.processes[from.process], &graph.processes[*to]);
    (one.is_alone() || other.is_alone()).then(|| Problem::Reference {
        port: format!("{}.{}", one.name, one.ref_ports[from.port].name),
        var: format!("{}.{var}", other.name),
    })
}
