//! Networks of graphs.

use ndarray::{ArrayD, IxDyn};

use super::super::names::Names;
use super::error::NirError;
use super::graph::NirGraph;
use super::imported::{Imported, ImportedNeuron};
use super::options::NirOptions;
use super::plan::{Becomes, GraphPlan, PlannedEdge, PlannedMap, PlannedNeuron, PlannedNode};
use super::report::Report;
use crate::network::{Build, Loihi1SimCfg, Network};
use crate::proc::{
    ContinuousLif, DelayRelay, LeakyIntegrator, LinearMap, Real, Relay, StepFunction,
};
use crate::process::{Converts, Delayed, Dyn, InPort, OutPort, Spike, Value};
use crate::units::ms;

impl NirGraph {
    /// Says what becomes of every node, and everything that does not fit, before anything is built.
    ///
    /// ```
    /// use lava::io::Tensor;
    /// use lava::nir::{NirGraph, NirOptions, Primitive};
    ///
    /// let mut graph = NirGraph::new();
    /// graph.insert("input", Primitive::Input { shape: Tensor::new([1], vec![3_i64]) });
    /// graph.insert("scale", Primitive::Scale { scale: Tensor::new([2], vec![1.0_f32, 2.0]) });
    /// graph.connect("input", "scale");
    /// let report = graph.check(&NirOptions::new());
    /// assert!(!report.fits());
    /// assert!(report.problems[0].contains("[3] does not fit [2]"));
    /// ```
    pub fn check(&self, options: &NirOptions) -> Report {
        GraphPlan::new(self, options).report
    }

    /// Adds the graph's processes to a network, in `f32` or `f64`.
    ///
    /// Feed the inputs of what is returned before the network runs; an input without a source is silent.
    ///
    /// ```
    /// use lava::io::Tensor;
    /// use lava::nir::{Imported, NirGraph, NirOptions, Primitive};
    /// use lava::prelude::*;
    ///
    /// # fn main() -> lava::Result<()> {
    /// let shape = Tensor::new([1], vec![2_i64]);
    /// let mut graph = NirGraph::new();
    /// graph.insert("input", Primitive::Input { shape: shape.clone() });
    /// graph.insert("scale", Primitive::Scale { scale: Tensor::new([2], vec![0.5_f32, 2.0]) });
    /// graph.insert("output", Primitive::Output { shape });
    /// graph.connect("input", "scale");
    /// graph.connect("scale", "output");
    ///
    /// let net = Network::<Loihi1SimCfg>::new();
    /// let imported: Imported = graph.build(&net, &NirOptions::new())?;
    /// imported.feed(&net, "input", ndarray::arr2(&[[1.0, 1.0], [3.0, 0.0]]).into_dyn())?;
    /// let output = net.probe(imported.output("output")?)?;
    /// net.run(RunSteps(2))?;
    /// assert_eq!(output.data().into_raw_vec_and_offset().0, [0.5, 2.0, 1.5, 0.0]);
    /// # net.stop()
    /// # }
    /// ```
    ///
    /// # Errors
    /// [`NirError::Unfit`] with the report if it has problems: the network is then as it was before.
    /// [`NirError::Network`] if the network takes no more processes, or has another time step.
    pub fn build<T: Real>(
        &self,
        net: &Network<Loihi1SimCfg>,
        options: &NirOptions,
    ) -> Result<Imported<T>, NirError> {
        let plan = GraphPlan::new(self, options);
        if !plan.report.fits() {
            return Err(NirError::Unfit(Box::new(plan.report)));
        }
        let mut builder = NodeBuilder {
            net,
            options,
            names: Names::default(),
            ports: Vec::new(),
            imported: Imported::new(plan.report),
        };
        for node in &plan.nodes {
            let ports = builder.node(node)?;
            builder.ports.push(ports);
        }
        for edge in &plan.edges {
            let target = &plan.nodes[edge.to];
            let source = &builder.ports[edge.from].1;
            link(source, edge, &target.input, &builder.ports[edge.to].0)?;
        }
        Ok(builder.imported)
    }
}

/// An out-port of numbers or spikes.
pub(super) enum SourceOf<T: Value> {
    Numbers(OutPort<T>),
    /// Numbers of synapses that take a step.
    Weighted(OutPort<T, Dyn, Delayed>),
    Spikes(OutPort<Spike>),
}

/// Connects, in the shape of the target.
pub(super) fn link<T: Value + Converts<T>>(
    source: &SourceOf<T>,
    edge: &PlannedEdge,
    shape: &[usize],
    target: &InPort<T>,
) -> Result<(), NirError> {
    /// Connects a port of any kind.
    macro_rules! connect {
        ($port:ident) => {{
            let port = $port.reshape(shape);
            let port = if edge.delay > 0 {
                port.delayed(edge.delay)
            } else {
                port
            };
            port.cast::<T>().connect(target)?;
        }};
    }
    match source {
        SourceOf::Numbers(port) => connect!(port),
        SourceOf::Weighted(port) => connect!(port),
        SourceOf::Spikes(port) => connect!(port),
    }
    Ok(())
}

struct NodeBuilder<'a, T: Real> {
    net: &'a Network<Loihi1SimCfg>,
    options: &'a NirOptions,
    names: Names,
    ports: Vec<(InPort<T>, SourceOf<T>)>,
    imported: Imported<T>,
}

impl<T: Real> NodeBuilder<'_, T> {
    fn node(&mut self, node: &PlannedNode) -> Result<(InPort<T>, SourceOf<T>), NirError> {
        let name = self.names.of(&node.path);
        let net = self.net;
        Ok(match &node.becomes {
            Becomes::Input | Becomes::Output | Becomes::Relay => {
                let relay: Relay<T> = net.add(Relay::shape(node.input.clone()).name(&name))?;
                let path = node.path.clone();
                match node.becomes {
                    Becomes::Input => {
                        self.imported.inputs.insert(path, relay.a_in.clone());
                    }
                    Becomes::Output => {
                        self.imported.outputs.insert(path, relay.a_out.clone());
                    }
                    _ => {}
                }
                (relay.a_in, SourceOf::Numbers(relay.a_out))
            }
            Becomes::Map(map) => {
                let weight = array(&map.shape, &map.weight);
                let builder = LinearMap::weight(weight).operator(map.operator.clone());
                let map: LinearMap<T> = match bias(map, &node.output) {
                    Some(bias) => net.add(builder.bias(bias).name(&name))?,
                    None => net.add(builder.name(&name))?,
                };
                (map.a_in, SourceOf::Numbers(map.a_out))
            }
            Becomes::Delay(steps) => {
                // The steps that all elements wait are those of the edges.
                let all = steps.iter().copied().min().unwrap_or(0);
                let rest: Vec<i32> = steps.iter().map(|steps| (steps - all) as i32).collect();
                let builder = DelayRelay::shape(node.input.clone()).name(&name);
                let line: DelayRelay<T> = match rest[..] {
                    [one] => net.add(builder.delay(one))?,
                    _ => net.add(builder.delay(shaped(&node.input, rest)))?,
                };
                (line.a_in, SourceOf::Numbers(line.a_out))
            }
            Becomes::Threshold(threshold) => {
                let builder = StepFunction::shape(node.input.clone()).name(&name);
                let threshold = array(&node.input, &spread(threshold, &node.input));
                let step: StepFunction<T> = net.add(builder.threshold(threshold))?;
                (step.a_in, SourceOf::Spikes(step.s_out))
            }
            Becomes::Neuron(neuron) => self.neuron(node, neuron, &name)?,
        })
    }

    fn neuron(
        &mut self,
        node: &PlannedNode,
        neuron: &PlannedNeuron,
        name: &str,
    ) -> Result<(InPort<T>, SourceOf<T>), NirError> {
        /// The parameters that both processes have; times become ms.
        macro_rules! parameters {
            ($process:ident) => {{
                let dims = &node.input;
                let per_neuron = |values: &[f64], unit: f64| {
                    let values = values.iter().map(|value| value * unit).collect::<Vec<_>>();
                    shaped(dims, spread(&values, dims))
                };
                // Without a leak, dv/dt counts in ms.
                let r = if neuron.leaks { 1.0 } else { 1e-3 };
                $process::shape(dims.clone())
                    .name(name)
                    .dt(self.options.dt * 1e3 * ms)
                    .method(self.options.discretization)
                    .leaks(neuron.leaks)
                    .has_current(neuron.has_current)
                    .tau_mem(per_neuron(&neuron.tau_mem, 1e3))
                    .tau_syn(per_neuron(&neuron.tau_syn, 1e3))
                    .r(per_neuron(&neuron.r, r))
                    .v_leak(per_neuron(&neuron.v_leak, 1.0))
                    .w_in(per_neuron(&neuron.w_in, 1.0))
            }};
        }
        let of_elements = |values: &[f64]| array(&node.input, &spread(values, &node.input));
        let path = node.path.clone();
        if neuron.fires {
            let builder = parameters!(ContinuousLif)
                .rule(self.options.rule)
                .v_threshold(of_elements(&neuron.v_threshold))
                .v_reset(of_elements(&neuron.v_reset));
            let lif: ContinuousLif<T> = self.net.add(builder)?;
            let ports = (lif.a_in.clone(), SourceOf::Spikes(lif.s_out.clone()));
            self.imported
                .neurons
                .insert(path, ImportedNeuron::Spiking(lif));
            return Ok(ports);
        }
        let integrator: LeakyIntegrator<T> = self.net.add(parameters!(LeakyIntegrator))?;
        let ports = (
            integrator.a_in.clone(),
            SourceOf::Numbers(integrator.v_out.clone()),
        );
        self.imported
            .neurons
            .insert(path, ImportedNeuron::Integrator(integrator));
        Ok(ports)
    }
}

fn array<T: Real>(shape: &[usize], values: &[f64]) -> ArrayD<T> {
    shaped(shape, values.iter().map(|value| T::of(*value)).collect())
}

/// An array; a shape without axes has one.
fn shaped<E>(shape: &[usize], values: Vec<E>) -> ArrayD<E> {
    let len = values.len();
    ArrayD::from_shape_vec(IxDyn(shape), values).unwrap_or_else(|_| {
        unreachable!("{len} values were counted for {shape:?}");
    })
}

/// One value for each element.
fn spread(values: &[f64], shape: &[usize]) -> Vec<f64> {
    match values {
        [one] => vec![*one; shape.iter().product()],
        _ => values.to_vec(),
    }
}

/// The bias of a map, of the shape of its output; `None` if it is 0.
fn bias<T: Real>(map: &PlannedMap, output: &[usize]) -> Option<ArrayD<T>> {
    let is_zero = map.bias.iter().all(|bias| *bias == 0.0);
    (!is_zero).then(|| array(output, &spread(&map.bias, output)))
}
