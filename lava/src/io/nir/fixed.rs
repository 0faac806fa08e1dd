//! Networks of graphs in Loihi's fixed point.

use std::collections::BTreeMap;

use ndarray::{Array2, ArrayD, IxDyn};

use super::super::names::Names;
use super::build::{SourceOf, link};
use super::error::NirError;
use super::graph::NirGraph;
use super::options::NirOptions;
use super::plan::{Becomes, GraphPlan, PlannedEdge, PlannedMap, PlannedNeuron};
use super::report::Report;
use crate::network::{Build, Loihi1SimCfg, Network};
use crate::proc::synapse::Operator;
use crate::proc::{Dense, Discretization, Lif, Relay, SpikeTiming};
use crate::process::{InPort, OutPort};

/// The quantisation of a graph for Loihi's fixed point.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct Quantization {
    /// The integer that stands for a voltage of 1, for all neurons; `None`: for each population the
    /// largest power of 2 with which its weights fit 8 bits and its threshold 17.
    pub scale: Option<f64>,
    /// Rounds numbers towards 0, and not to the nearest integer.
    pub truncates: bool,
}

impl Quantization {
    /// A scale for each population, and rounding to the nearest integer.
    pub fn new() -> Quantization {
        Quantization::default()
    }

    /// Sets the integer that stands for a voltage of 1.
    pub fn scale(mut self, scale: f64) -> Quantization {
        self.scale = Some(scale);
        self
    }

    /// Sets rounding towards 0.
    pub fn truncates(mut self, truncates: bool) -> Quantization {
        self.truncates = truncates;
        self
    }

    fn integer(&self, value: f64) -> i32 {
        let rounded = if self.truncates {
            value.trunc()
        } else {
            value.round()
        };
        rounded as i32
    }
}

/// The processes of a graph in fixed point, by the names of its nodes.
#[derive(Debug)]
#[non_exhaustive]
pub struct ImportedFixed {
    /// The inputs, which take integers: what stands for 1 in the graph is a 1.
    pub inputs: BTreeMap<String, InPort<i32>>,
    /// The outputs. A spike is a 1.
    pub outputs: BTreeMap<String, OutPort<i32>>,
    /// The neurons.
    pub neurons: BTreeMap<String, Lif<i32>>,
    /// The report: what has become of every node.
    pub report: Report,
}

/// A population of neurons in integers.
struct FixedNeuron {
    scale: f64,
    /// The effect of an input of 1 on the voltage, for each neuron.
    gain: Vec<f64>,
    du: Vec<i32>,
    dv: Vec<i32>,
    vth: Vec<i32>,
    bias: Vec<i32>,
    bias_exp: i32,
}

impl NirGraph {
    /// Adds the graph's processes to a network, in Loihi's fixed point: [`Dense`] and [`Lif`] with integers,
    /// where weights take a step.
    ///
    /// IF, LIF and CubaLIF that are fed by Affine or Linear nodes of one population each are possible, with a
    /// `v_reset` of 0. The gain of neurons, `r·dt/tau`, becomes part of the weights.
    ///
    /// # Errors
    /// [`NirError::Unfit`] with the report if something does not fit: the network is then as it was before.
    /// [`NirError::Network`] if the network takes no more processes.
    pub fn build_fixed(
        &self,
        net: &Network<Loihi1SimCfg>,
        options: &NirOptions,
        quantization: &Quantization,
    ) -> Result<ImportedFixed, NirError> {
        let mut plan = GraphPlan::new(self, &options.synaptic_delay(true));
        let fixed = fix(&mut plan, options, quantization);
        if !plan.report.fits() {
            return Err(NirError::Unfit(Box::new(plan.report)));
        }
        let mut names = Names::default();
        let mut imported = ImportedFixed {
            inputs: BTreeMap::new(),
            outputs: BTreeMap::new(),
            neurons: BTreeMap::new(),
            report: std::mem::take(&mut plan.report),
        };
        let mut ports: Vec<(InPort<i32>, SourceOf<i32>)> = Vec::new();
        for (index, node) in plan.nodes.iter().enumerate() {
            let name = names.of(&node.path);
            let shape = node.input.clone();
            ports.push(match &node.becomes {
                Becomes::Map(map) => {
                    let target = plan.edges.iter().find(|edge| edge.from == index);
                    let neuron = target.and_then(|edge| fixed[edge.to].as_ref());
                    let weights = weights(map, neuron, quantization);
                    let dense: Dense<i32, i32> = net.add(Dense::weights(weights).name(&name))?;
                    (dense.s_in, SourceOf::Weighted(dense.a_out))
                }
                Becomes::Neuron(_) => {
                    let Some(neuron) = &fixed[index] else {
                        continue;
                    };
                    let array = |values: &[i32]| array(&shape, values);
                    let mut builder = Lif::shape(shape.clone()).name(&name);
                    builder = builder.du(array(&neuron.du)).dv(array(&neuron.dv));
                    builder = builder.vth(array(&neuron.vth)).reset(options.rule.reset);
                    builder = builder
                        .bias_mant(array(&neuron.bias))
                        .bias_exp(neuron.bias_exp);
                    let lif: Lif<i32> = net.add(builder)?;
                    let ports = (lif.a_in.clone(), SourceOf::Spikes(lif.s_out.clone()));
                    imported.neurons.insert(node.path.clone(), lif);
                    ports
                }
                _ => {
                    let relay: Relay<i32> = net.add(Relay::shape(shape).name(&name))?;
                    let path = node.path.clone();
                    match node.becomes {
                        Becomes::Input => {
                            imported.inputs.insert(path, relay.a_in.clone());
                        }
                        Becomes::Output => {
                            imported.outputs.insert(path, relay.a_out.clone());
                        }
                        _ => {}
                    }
                    (relay.a_in, SourceOf::Numbers(relay.a_out))
                }
            });
        }
        for edge in &plan.edges {
            // The step that weights take is in the process.
            let is_map = matches!(plan.nodes[edge.from].becomes, Becomes::Map(_));
            let edge = PlannedEdge {
                delay: edge.delay - usize::from(is_map),
                ..*edge
            };
            link(
                &ports[edge.from].1,
                &edge,
                &plan.nodes[edge.to].input,
                &ports[edge.to].0,
            )?;
        }
        Ok(imported)
    }
}

/// The neurons in integers, by the number of the node; what does not fit is a problem of the report.
fn fix(
    plan: &mut GraphPlan,
    options: &NirOptions,
    quantization: &Quantization,
) -> Vec<Option<FixedNeuron>> {
    let mut fixed: Vec<Option<FixedNeuron>> = Vec::new();
    for (index, node) in plan.nodes.iter().enumerate() {
        let arriving = || plan.edges.iter().filter(move |edge| edge.to == index);
        let leaving = || plan.edges.iter().filter(move |edge| edge.from == index);
        let is_map = |node: usize| matches!(plan.nodes[node].becomes, Becomes::Map(_));
        let (problem, row) = match &node.becomes {
            Becomes::Input | Becomes::Output | Becomes::Relay => (None, None),
            Becomes::Map(map) => {
                let targets: Vec<usize> = leaving().map(|edge| edge.to).collect();
                let is_matrix = map.operator == Operator::Product && map.shape.len() == 2;
                let has_neuron = matches!(
                    targets[..],
                    [target] if matches!(plan.nodes[target].becomes, Becomes::Neuron(_))
                );
                let problem = match (is_matrix, has_neuron) {
                    (false, _) => Some("only matrices are built in fixed point"),
                    (true, false) => {
                        Some("in fixed point weights lead to one population of neurons")
                    }
                    (true, true) => None,
                };
                (problem, Some(("Dense<i32>", "weights of 8 bits")))
            }
            Becomes::Neuron(neuron) => {
                let problem = match neuron {
                    neuron if !neuron.fires => {
                        Some("only neurons that fire are built in fixed point")
                    }
                    _ if !arriving().all(|edge| is_map(edge.from)) => {
                        Some("in fixed point neurons are fed by Affine or Linear nodes alone")
                    }
                    neuron if neuron.v_reset.iter().any(|reset| *reset != 0.0) => {
                        Some("in fixed point `v_reset` is 0")
                    }
                    _ if options.rule.timing != SpikeTiming::AfterStep
                        || options.rule.at_threshold =>
                    {
                        Some("in fixed point spikes are where v > v_threshold after a step")
                    }
                    _ => None,
                };
                (
                    problem,
                    Some(("Lif<i32>", "decays of 12 bits, voltages of 24")),
                )
            }
            Becomes::Delay(_) | Becomes::Threshold(_) => (
                Some("delays and thresholds are not built in fixed point"),
                None,
            ),
        };
        let mut neurons = None;
        if let (None, Becomes::Neuron(neuron)) = (problem, &node.becomes) {
            let count: usize = node.input.iter().product();
            let maps = arriving().filter_map(|edge| match &plan.nodes[edge.from].becomes {
                Becomes::Map(map) => Some(map),
                _ => None,
            });
            neurons = Some(FixedNeuron::new(
                neuron,
                count,
                &maps.collect::<Vec<_>>(),
                options,
                quantization,
            ));
        }
        if let Some(problem) = problem {
            plan.report
                .problems
                .push(format!("node `{}`: {problem}", node.path));
        }
        let report = plan
            .report
            .nodes
            .iter_mut()
            .find(|row| row.path == node.path);
        if let (Some((becomes, why)), Some(report)) = (row, report) {
            report.becomes = becomes.to_owned();
            report.is_exact = false;
            report.why = match &neurons {
                Some(neurons) => format!("{why}; {} stands for 1", neurons.scale),
                None => why.to_owned(),
            };
        }
        fixed.push(neurons);
    }
    fixed
}

impl FixedNeuron {
    fn new(
        neuron: &PlannedNeuron,
        count: usize,
        maps: &[&PlannedMap],
        options: &NirOptions,
        quantization: &Quantization,
    ) -> FixedNeuron {
        let of = |values: &[f64], i: usize| values[i.min(values.len() - 1)];
        // What is lost in a step of a variable with the time constant `tau`.
        let lost = |tau: f64| match options.discretization {
            Discretization::Exact => -(-options.dt / tau).exp_m1(),
            _ => options.dt / tau,
        };
        let loss = |i: usize| {
            if neuron.leaks {
                lost(of(&neuron.tau_mem, i))
            } else {
                0.0
            }
        };
        let synaptic = |i: usize| {
            if neuron.has_current {
                lost(of(&neuron.tau_syn, i))
            } else {
                1.0
            }
        };
        let response =
            |i: usize| of(&neuron.r, i) * if neuron.leaks { loss(i) } else { options.dt };
        let gain = |i: usize| {
            response(i)
                * if neuron.has_current {
                    synaptic(i) * of(&neuron.w_in, i)
                } else {
                    1.0
                }
        };
        let gain: Vec<f64> = (0..count).map(gain).collect();
        let scale = quantization.scale.unwrap_or_else(|| {
            let of_map = |map: &&PlannedMap| {
                let inputs = map.shape[1].max(1);
                let weights = map.weight.iter().enumerate();
                weights
                    .map(|(at, weight)| (weight * gain[(at / inputs).min(count - 1)]).abs())
                    .fold(0.0, f64::max)
            };
            let weight = maps.iter().map(of_map).fold(0.0, f64::max);
            let finite = |threshold: &&f64| threshold.is_finite();
            let thresholds = neuron.v_threshold.iter().filter(finite).copied();
            let threshold = thresholds.map(f64::abs).fold(0.0, f64::max);
            let largest = (254.0 / weight).min(131_071.0 / threshold);
            if largest.is_finite() {
                largest.log2().floor().exp2()
            } else {
                1.0
            }
        });
        let twelve = |fraction: f64| quantization.integer(fraction * 4096.0);
        let du = |i: usize| (twelve(synaptic(i)) - 1).clamp(0, 4095);
        let dv = |i: usize| twelve(loss(i)).clamp(0, 4095);
        let vth = |i: usize| {
            quantization
                .integer(of(&neuron.v_threshold, i) * scale)
                .clamp(-(1 << 24), 1 << 24)
        };
        // The bias of the weights, held as a current, and the leak.
        let bias = |i: usize| {
            let of_maps = maps.iter().filter(|map| !map.bias.is_empty());
            let sum: f64 = of_maps.map(|map| of(&map.bias, i)).sum();
            let w_in = if neuron.has_current {
                of(&neuron.w_in, i)
            } else {
                1.0
            };
            (sum * w_in * response(i) + loss(i) * of(&neuron.v_leak, i)) * scale * 64.0
        };
        let bias: Vec<f64> = (0..count).map(bias).collect();
        let largest = bias.iter().map(|bias| bias.abs()).fold(0.0, f64::max);
        let bias_exp = (0..31)
            .find(|exponent| largest / f64::from(1 << exponent) <= 32_767.0)
            .unwrap_or(30);
        let mantissa = |bias: &f64| quantization.integer(bias / f64::from(1 << bias_exp));
        FixedNeuron {
            scale,
            du: (0..count).map(du).collect(),
            dv: (0..count).map(dv).collect(),
            vth: (0..count).map(vth).collect(),
            bias: bias.iter().map(mantissa).collect(),
            bias_exp,
            gain,
        }
    }
}

/// The weights of a matrix, with the gain of the neurons that they lead to.
fn weights(
    map: &PlannedMap,
    neuron: Option<&FixedNeuron>,
    quantization: &Quantization,
) -> Array2<i32> {
    let (outputs, inputs) = (map.shape[0], map.shape[1]);
    Array2::from_shape_fn((outputs, inputs), |(output, input)| {
        let factor = neuron.map_or(1.0, |neuron| {
            neuron.gain[output.min(neuron.gain.len() - 1)] * neuron.scale
        });
        quantization.integer(map.weight[output * inputs + input] * factor)
    })
}

fn array(shape: &[usize], values: &[i32]) -> ArrayD<i32> {
    ArrayD::from_shape_fn(IxDyn(shape), |at| {
        let strides = (0..shape.len()).map(|axis| shape[axis + 1..].iter().product::<usize>());
        values[strides
            .enumerate()
            .map(|(axis, stride)| at[axis] * stride)
            .sum::<usize>()]
    })
}
