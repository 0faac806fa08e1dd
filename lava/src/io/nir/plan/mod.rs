//! A graph as what it becomes: nodes without nesting, with shapes, and edges with delays.

mod convert;
mod flatten;
mod order;
mod shapes;

use super::graph::NirGraph;
use super::options::NirOptions;
use super::report::{Report, ReportNode};
use crate::proc::synapse::Operator;

/// A graph that is ready to be built, if its report has no problems.
#[derive(Debug)]
pub(super) struct GraphPlan {
    pub(super) nodes: Vec<PlannedNode>,
    pub(super) edges: Vec<PlannedEdge>,
    pub(super) report: Report,
}

/// A node.
#[derive(Debug)]
pub(super) struct PlannedNode {
    /// The path, as `graph.node`.
    pub(super) path: String,
    pub(super) input: Vec<usize>,
    pub(super) output: Vec<usize>,
    pub(super) becomes: Becomes,
}

/// An edge.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct PlannedEdge {
    pub(super) from: usize,
    pub(super) to: usize,
    /// Steps.
    pub(super) delay: usize,
}

/// The process that a node becomes.
#[derive(Debug)]
pub(super) enum Becomes {
    /// An input of the whole graph.
    Input,
    /// An output of the whole graph.
    Output,
    /// A relay: an input or output inside, or another shape of the same elements.
    Relay,
    Map(PlannedMap),
    /// Delays, in steps.
    Delay(Vec<usize>),
    Threshold(Vec<f64>),
    Neuron(Box<PlannedNeuron>),
}

/// A linear map.
#[derive(Debug)]
pub(super) struct PlannedMap {
    pub(super) operator: Operator,
    pub(super) shape: Vec<usize>,
    pub(super) weight: Vec<f64>,
    /// For each output; empty without a bias.
    pub(super) bias: Vec<f64>,
}

/// Neurons; times in s. A parameter has one value for each neuron, or one for all.
#[derive(Clone, Debug, Default)]
pub(super) struct PlannedNeuron {
    pub(super) fires: bool,
    pub(super) leaks: bool,
    pub(super) has_current: bool,
    pub(super) tau_mem: Vec<f64>,
    pub(super) tau_syn: Vec<f64>,
    pub(super) r: Vec<f64>,
    pub(super) v_leak: Vec<f64>,
    pub(super) w_in: Vec<f64>,
    pub(super) v_threshold: Vec<f64>,
    pub(super) v_reset: Vec<f64>,
}

impl PlannedNode {
    /// The steps that a message takes inside the node, for all elements.
    fn delay(&self, options: &NirOptions) -> usize {
        match &self.becomes {
            Becomes::Delay(steps) => steps.iter().copied().min().unwrap_or(0),
            Becomes::Map(map) => usize::from(options.synaptic_delay && map.is_synapse()),
            _ => 0,
        }
    }

    /// Returns `true` if the node has a state.
    fn has_state(&self) -> bool {
        matches!(self.becomes, Becomes::Neuron(_) | Becomes::Delay(_))
    }
}

impl PlannedMap {
    /// Returns `true` for matrices and convolutions.
    pub(super) fn is_synapse(&self) -> bool {
        matches!(
            self.operator,
            Operator::Matrix | Operator::Convolution { .. }
        )
    }
}

impl GraphPlan {
    /// Plans a graph; problems are in the report.
    pub(super) fn new(graph: &NirGraph, options: &NirOptions) -> GraphPlan {
        let mut report = Report {
            choices: options.lines(),
            ..Report::default()
        };
        if !(options.dt > 0.0 && options.dt.is_finite()) {
            let problem = format!("the time step is {} s; give a positive number", options.dt);
            report.problems.push(problem);
        }
        let flat = flatten::flatten(graph, &mut report);
        let shapes = shapes::infer(&flat, &mut report);
        let mut nodes = Vec::new();
        for (node, shape) in flat.nodes.iter().zip(&shapes) {
            let Some((input, output)) = shape.clone() else {
                report.nodes.push(row(
                    node,
                    "?".to_owned(),
                    "nothing: its shape is not known",
                    None,
                ));
                continue;
            };
            let shape = format!("{input:?} → {output:?}");
            match convert::convert(node, &input, &output, options, &mut report.notes) {
                Ok(converted) => {
                    report
                        .nodes
                        .push(row(node, shape, &converted.words, converted.inexact));
                    nodes.push(PlannedNode {
                        path: node.path.clone(),
                        input,
                        output,
                        becomes: converted.becomes,
                    });
                }
                Err(problem) => {
                    report
                        .nodes
                        .push(row(node, shape, "nothing: see the problems", None));
                    let (path, kind) = (&node.path, node.node.primitive.kind());
                    report
                        .problems
                        .push(format!("node `{path}`, {kind}: {problem}"));
                }
            }
        }
        if !report.fits() {
            let (nodes, edges) = (Vec::new(), Vec::new());
            return GraphPlan {
                nodes,
                edges,
                report,
            };
        }
        let edges = order::delayed(&nodes, &flat.edges, options, &mut report);
        GraphPlan {
            nodes,
            edges,
            report,
        }
    }
}

fn row(
    node: &flatten::FlatNode<'_>,
    shape: String,
    becomes: &str,
    inexact: Option<(bool, String)>,
) -> ReportNode {
    let (is_exact, why) = inexact.unwrap_or((true, String::new()));
    ReportNode {
        path: node.path.clone(),
        primitive: node.node.primitive.kind(),
        shape,
        becomes: becomes.to_owned(),
        is_exact,
        why,
    }
}
