//! Layers of lava-dl as a NIR graph.

use std::path::Path;

use anyhow::bail;
use lava::io::{ReadLimits, Tensor};
use lava::netx::{DenseLayer, NetxFile, NetxKind, NetxLayer, NetxNeuron};
use lava::nir::{NirGraph, Primitive};

/// Decays are multiples of 1/4096.
const UNIT: f64 = 4096.0;

/// The graph of a file whose layers are inputs and matrices with CUBA neurons. With `decay-euler`, a step
/// computes what lava-dl's does, but for the rounding of its integers.
pub(crate) fn graph(path: &Path, limits: &ReadLimits, dt: f64) -> anyhow::Result<NirGraph> {
    let file = NetxFile::read_with(path, limits)?;
    let mut layers = Layers {
        graph: NirGraph::new(),
        last: None,
        shape: Vec::new(),
        dt,
    };
    for (number, layer) in file.layers.iter().enumerate() {
        if let Err(problem) = layers.add(number, layer) {
            bail!("layer {number}, {}: {problem}", layer.type_name);
        }
    }
    layers.finish()
}

struct Layers {
    graph: NirGraph,
    /// The last node.
    last: Option<String>,
    /// The shape of its output, channels first.
    shape: Vec<usize>,
    dt: f64,
}

impl Layers {
    fn add(&mut self, number: usize, layer: &NetxLayer) -> anyhow::Result<()> {
        match &layer.kind {
            NetxKind::Input { .. } => {
                self.input(&layer.shape);
                match &layer.neuron {
                    Some(neuron) => self.neurons(number, neuron, &layer.shape, None),
                    None => Ok(()),
                }
            }
            NetxKind::FullyConnected(dense) => self.dense(number, layer, dense),
            NetxKind::Flatten => {
                self.flatten(number);
                Ok(())
            }
            _ => bail!("inputs and fully connected layers have a way to NIR, this one has none"),
        }
    }

    fn input(&mut self, shape: &[usize]) {
        self.shape = shape.to_vec();
        self.push(
            "input".to_owned(),
            Primitive::Input {
                shape: extents(shape),
            },
        );
    }

    /// Appends a node.
    fn push(&mut self, name: String, primitive: Primitive) {
        self.graph.insert(name.clone(), primitive);
        if let Some(last) = self.last.replace(name.clone()) {
            self.graph.connect(last, name);
        }
    }

    fn flatten(&mut self, number: usize) {
        if self.shape.len() < 2 {
            return;
        }
        let flatten = Primitive::Flatten {
            input_type: Some(extents(&self.shape)),
            start_dim: Tensor::scalar(0_i64),
            end_dim: Tensor::scalar(-1_i64),
        };
        self.push(format!("flatten_{number}"), flatten);
        self.shape = vec![self.shape.iter().product()];
    }

    fn dense(
        &mut self,
        number: usize,
        layer: &NetxLayer,
        dense: &DenseLayer,
    ) -> anyhow::Result<()> {
        let [outputs, inputs] = dense.dims;
        if dense.imaginary.is_some() {
            bail!("resonators have no node in NIR");
        }
        if dense.delay.iter().flatten().any(|delay| *delay != 0) {
            bail!("synapses have delays of their own, NIR has those of neurons");
        }
        let Some(neuron) = &layer.neuron else {
            bail!("there is no `neuron`");
        };
        if self.last.is_none() {
            self.input(&[inputs]);
        }
        self.flatten(number);
        if self.shape != [inputs] {
            bail!(
                "its input is [{inputs}], the layer before it has {:?}",
                self.shape
            );
        }
        let weight = matrix(&dense.weight, [outputs, inputs]);
        self.push(format!("weights_{number}"), Primitive::Linear { weight });
        self.neurons(number, neuron, &[outputs], dense.bias.as_deref())?;
        if let (Some(recurrent), Some(neurons)) = (&dense.recurrent, self.last.clone()) {
            let name = format!("recurrent_{number}");
            let weight = matrix(recurrent, [outputs, outputs]);
            self.graph
                .insert(name.clone(), Primitive::Linear { weight });
            self.graph.connect(neurons.clone(), name.clone());
            self.graph.connect(name, neurons);
        }
        Ok(())
    }

    fn neurons(
        &mut self,
        number: usize,
        neuron: &NetxNeuron,
        shape: &[usize],
        bias: Option<&[i32]>,
    ) -> anyhow::Result<()> {
        let NetxNeuron::Cuba {
            vth,
            current_decay,
            voltage_decay,
            message_bits: 0,
            ..
        } = neuron
        else {
            bail!("CUBA neurons that send spikes have a node in NIR, these have none");
        };
        let len = shape.iter().product::<usize>();
        let factors = |decays: &[i32]| {
            let factors = (0..len).map(|index| match decays {
                [all] => UNIT / f64::from(*all),
                each => each
                    .get(index)
                    .map_or(f64::NAN, |decay| UNIT / f64::from(*decay)),
            });
            factors.collect::<Vec<f64>>()
        };
        let (current, voltage) = (factors(current_decay), factors(voltage_decay));
        if !current
            .iter()
            .chain(&voltage)
            .all(|factor| factor.is_finite() && *factor > 0.0)
        {
            bail!("a decay of 0 has no time constant");
        }
        let tensor = |values: Vec<f64>| Tensor::new(shape, values);
        let times =
            |factors: &[f64]| tensor(factors.iter().map(|factor| factor * self.dt).collect());
        let rest = (0..len).map(|index| {
            let bias = bias.and_then(|bias| bias.get(index)).copied();
            f64::from(bias.unwrap_or(0)) * voltage[index]
        });
        let lif = Primitive::CubaLIF {
            tau_syn: times(&current),
            tau_mem: times(&voltage),
            v_leak: tensor(rest.collect()),
            v_threshold: tensor(vec![f64::from(*vth); len]),
            v_reset: Some(tensor(vec![0.0; len])),
            r: tensor(voltage.clone()),
            w_in: Some(tensor(current.clone())),
        };
        self.push(format!("layer_{number}"), lif);
        self.shape = shape.to_vec();
        Ok(())
    }

    fn finish(mut self) -> anyhow::Result<NirGraph> {
        if self.last.is_none() {
            bail!("there are no layers");
        }
        let shape = extents(&self.shape);
        self.push("output".to_owned(), Primitive::Output { shape });
        Ok(self.graph)
    }
}

fn extents(shape: &[usize]) -> Tensor {
    let extents = shape.iter().map(|extent| *extent as i64).collect();
    Tensor::new([shape.len()], extents)
}

fn matrix(weights: &[i32], [rows, columns]: [usize; 2]) -> Tensor {
    let weights = weights.iter().map(|weight| f64::from(*weight)).collect();
    Tensor::new([rows, columns], weights)
}
