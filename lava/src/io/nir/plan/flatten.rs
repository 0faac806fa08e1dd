//! Graphs in graphs become nodes with paths.

use std::collections::BTreeMap;

use super::super::graph::NirGraph;
use super::super::node::{NirNode, Primitive};
use super::super::report::Report;

/// A graph without nesting.
pub(super) struct Flat<'a> {
    pub(super) nodes: Vec<FlatNode<'a>>,
    pub(super) edges: Vec<(usize, usize)>,
}

/// A node that is no graph.
pub(super) struct FlatNode<'a> {
    pub(super) path: String,
    pub(super) node: &'a NirNode,
    /// The node is not in a graph in the graph.
    pub(super) is_outermost: bool,
}

/// The nodes of a graph: places in the list, or a graph with nodes of its own.
enum FlatPlace {
    Node(usize),
    Graph(GraphScope),
}

#[derive(Default)]
struct GraphScope {
    places: BTreeMap<String, FlatPlace>,
    inputs: Vec<usize>,
    outputs: Vec<usize>,
}

/// An end of an edge.
#[derive(Clone, Copy)]
enum EdgeEnd {
    From,
    To,
}

pub(super) fn flatten<'a>(graph: &'a NirGraph, report: &mut Report) -> Flat<'a> {
    let mut flat = Flat {
        nodes: Vec::new(),
        edges: Vec::new(),
    };
    flat.graph(graph, "", report);
    if graph.nodes.is_empty() {
        report.problems.push("the graph has no nodes".to_owned());
    }
    flat
}

impl<'a> Flat<'a> {
    fn graph(&mut self, graph: &'a NirGraph, prefix: &str, report: &mut Report) -> GraphScope {
        let mut scope = GraphScope::default();
        for (name, node) in &graph.nodes {
            let path = format!("{prefix}{name}");
            for extra in node.extra.keys() {
                let kind = node.primitive.kind();
                let note = format!("node `{path}`: a {kind} has no `{extra}`; it has no effect");
                report.notes.push(note);
            }
            if let Primitive::Graph(inner) = &node.primitive {
                let inner = self.graph(inner, &format!("{path}."), report);
                scope.places.insert(name.clone(), FlatPlace::Graph(inner));
                continue;
            }
            let index = self.nodes.len();
            match node.primitive {
                Primitive::Input { .. } => scope.inputs.push(index),
                Primitive::Output { .. } => scope.outputs.push(index),
                _ => {}
            }
            self.nodes.push(FlatNode {
                path,
                node,
                is_outermost: prefix.is_empty(),
            });
            scope.places.insert(name.clone(), FlatPlace::Node(index));
        }
        for (from, to) in &graph.edges {
            let edge = format!("edge `{prefix}{from}` → `{prefix}{to}`");
            let ends =
                [(from, EdgeEnd::From), (to, EdgeEnd::To)].map(|(name, end)| scope.end(name, end));
            match ends {
                [Ok(from), Ok(to)] => self.edges.push((from, to)),
                ends => {
                    let problems = ends.into_iter().filter_map(Result::err);
                    report
                        .problems
                        .extend(problems.map(|problem| format!("{edge}: {problem}")));
                }
            }
        }
        scope
    }
}

impl GraphScope {
    /// The node that an end of an edge names: a node, the only input or output of a graph, or a path into
    /// a graph.
    fn end(&self, name: &str, end: EdgeEnd) -> Result<usize, String> {
        match self.places.get(name) {
            Some(FlatPlace::Node(index)) => return Ok(*index),
            Some(FlatPlace::Graph(inner)) => return inner.only(name, end),
            None => {}
        }
        for (at, _) in name.match_indices('.') {
            if let Some(FlatPlace::Graph(inner)) = self.places.get(&name[..at]) {
                return inner.end(&name[at + 1..], end);
            }
        }
        Err(format!("there is no node `{name}`"))
    }

    fn only(&self, name: &str, end: EdgeEnd) -> Result<usize, String> {
        let (nodes, what) = match end {
            EdgeEnd::From => (&self.outputs, "outputs"),
            EdgeEnd::To => (&self.inputs, "inputs"),
        };
        match nodes[..] {
            [index] => Ok(index),
            _ => Err(format!(
                "graph `{name}` has {} {what}; name one, as `{name}.node`",
                nodes.len()
            )),
        }
    }
}
