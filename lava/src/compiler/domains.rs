//! Checks of the connections between timing domains.

use super::Problem;
use crate::graph::{Edge, Graph, VarEdge};
use crate::model::Timing;

/// Adds a problem for every connection whose options do not fit the timing of its ends.
pub(super) fn check(graph: &Graph, problems: &mut Vec<Problem>) {
    let edges = graph.edges.iter();
    problems.extend(edges.filter_map(|edge| check_edge(graph, edge)));
    let links = graph.var_edges.iter();
    problems.extend(links.filter_map(|link| check_var_edge(graph, link)));
}

fn check_edge(graph: &Graph, edge: &Edge) -> Option<Problem> {
    let (from, to) = (graph.out_label(edge.from), graph.in_label(edge.to));
    let options = edge.async_options;
    if !graph.crosses_domain(edge) {
        let option = match (options.waits, options.capacity) {
            (true, _) => "waiting",
            (false, Some(_)) => "buffered",
            (false, None) => return None,
        };
        return Some(Problem::NotAsync { from, to, option });
    }
    if options.waits && graph.process(edge.to.process).is_independent() {
        return Some(Problem::WaitingOnAsync { from, to });
    }
    let has_steps = graph.process(edge.from.process).timing() != Timing::Async;
    (!has_steps && edge.delay > 0).then_some(Problem::DelayWithoutSteps { from, to })
}

fn check_var_edge(graph: &Graph, link: &VarEdge) -> Option<Problem> {
    let (from, to) = (graph.process(link.from.process), graph.process(link.to));
    (from.is_independent() || to.is_independent()).then(|| Problem::AsyncReference {
        port: graph.ref_label(link.from),
        var: to.label(link.var),
    })
}

/// Adds a problem for every process of a network of which several ranks would have no parts. Asynchronous and
/// detached processes are on the first rank, whole, and so are the lockstep processes that they are connected to.
pub(super) fn check_ranks(graph: &Graph, problems: &mut Vec<Problem>) {
    const INDEPENDENT: &str = "it is asynchronous or detached, which processes on the first rank alone are, and the network has no other; run it in one process";
    let mut running = graph.running();
    if running.any(|(_, decl)| !decl.is_independent()) {
        return;
    }
    for (_, decl) in graph.running() {
        problems.push(Problem::OnOneRank {
            process: decl.name.to_string(),
            why: INDEPENDENT,
        });
    }
}
