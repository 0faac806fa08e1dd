//! Loops and graphs in graphs, against a direct evaluation of their equations.

use lava::io::Tensor;
use lava::nir::{Imported, NirGraph, NirOptions, Primitive};
use lava::prelude::*;
use lava::proc::Discretization;
use ndarray::Array2;

use super::{fixture, shared};

/// A network of a recurrent layer as the equations have it, in double precision: input, forward weights,
/// current-based neurons with recurrent weights, readout weights.
struct Layer {
    weight: Array2<f64>,
    bias: Vec<f64>,
    /// Decay and gain of the current, decay and gain of the voltage.
    factors: Vec<[f64; 4]>,
    threshold: Vec<f64>,
    current: Vec<f64>,
    voltage: Vec<f64>,
}

fn numbers(data: &Tensor) -> Vec<f64> {
    data.to_f64().expect("numbers")
}

impl Layer {
    fn new(graph: &NirGraph, affine: &str, neurons: &str, dt: f64) -> Layer {
        let Primitive::Affine { weight, bias } = &graph.nodes[affine].primitive else {
            panic!("`{affine}` is an Affine");
        };
        let Primitive::CubaLIF {
            tau_syn,
            tau_mem,
            r,
            v_threshold,
            w_in,
            ..
        } = &graph.nodes[neurons].primitive
        else {
            panic!("`{neurons}` is a CubaLIF");
        };
        let w_in = w_in.as_ref().expect("it is in the file");
        let columns = [tau_syn, w_in, tau_mem, r].map(numbers);
        let factors = (0..tau_syn.len()).map(|i| {
            let [tau_syn, w_in, tau_mem, r] = [0, 1, 2, 3].map(|column: usize| columns[column][i]);
            [
                1.0 - dt / tau_syn,
                dt / tau_syn * w_in,
                1.0 - dt / tau_mem,
                dt / tau_mem * r,
            ]
        });
        let shape = (weight.shape()[0], weight.shape()[1]);
        Layer {
            weight: Array2::from_shape_vec(shape, numbers(weight)).expect("a matrix"),
            bias: numbers(bias),
            factors: factors.collect(),
            threshold: numbers(v_threshold),
            current: vec![0.0; shape.0],
            voltage: vec![0.0; shape.0],
        }
    }

    /// Advances the neurons under `input` and, for a recurrent layer, what the last spikes cause.
    fn step(&mut self, input: &[f64], recurrent: &[f64]) -> Vec<f64> {
        let forward = affine(&self.weight, &self.bias, input);
        let mut spikes = vec![0.0; self.voltage.len()];
        for i in 0..spikes.len() {
            let [decay, gain, leak, effect] = self.factors[i];
            let arriving = forward[i] + recurrent.get(i).unwrap_or(&0.0);
            self.current[i] = decay * self.current[i] + gain * arriving;
            self.voltage[i] = leak * self.voltage[i] + effect * self.current[i];
            if self.voltage[i] > self.threshold[i] {
                spikes[i] = 1.0;
                self.voltage[i] = 0.0;
            }
        }
        spikes
    }
}

fn affine(weight: &Array2<f64>, bias: &[f64], input: &[f64]) -> Vec<f64> {
    let rows = weight.rows().into_iter().zip(bias);
    rows.map(|(row, bias)| row.iter().zip(input).map(|(w, x)| w * x).sum::<f64>() + bias)
        .collect()
}

/// The stated input: channel `c` is 1 in the steps `t`, from 0, with `⌊t/8⌋ mod 12 = c`, else 0.
fn stated_input(steps: usize, channels: usize) -> Array2<f64> {
    Array2::from_shape_fn((steps, channels), |(t, c)| {
        f64::from(u8::from(t / 8 % 12 == c))
    })
}

#[test]
fn the_braille_network_is_its_equations() -> lava::Result<()> {
    let Some(path) = shared("nir/braille_noDelay_bias_zero.nir") else {
        return Ok(());
    };
    let graph = NirGraph::read(path)?;
    let options = NirOptions::new().discretization(Discretization::DecayEuler);
    let report = graph.check(&options);
    assert!(report.fits(), "{report}");
    assert_eq!(
        report.delayed,
        [("lif1.lif".to_owned(), "lif1.w_rec".to_owned())]
    );

    let (steps, dt) = (256, 1e-4);
    let input = stated_input(steps, 12);
    let net = Network::<Loihi1SimCfg>::new();
    let imported: Imported<f64> = graph.build(&net, &options)?;
    imported.feed(&net, "input", input.clone().into_dyn())?;
    let hidden = net.probe(imported.spikes("lif1.lif")?)?;
    let voltage = net.probe(imported.voltage("lif1.lif")?)?;
    let output = net.probe(imported.output("output")?)?;
    net.run(RunSteps(steps as u64))?;

    let mut first = Layer::new(&graph, "fc1", "lif1.lif", dt);
    let mut second = Layer::new(&graph, "fc2", "lif2", dt);
    let Primitive::Affine { weight, bias } = &graph.nodes["lif1.w_rec"].primitive else {
        panic!("an Affine");
    };
    let recurrent = Array2::from_shape_vec((38, 38), numbers(weight))?;
    let recurrent_bias = numbers(bias);
    let mut spikes = vec![0.0; 38];
    let mut number = [0, 0];
    for t in 0..steps {
        let feedback = affine(&recurrent, &recurrent_bias, &spikes);
        spikes = first.step(&input.row(t).to_vec(), &feedback);
        let ours = hidden.data();
        for (i, spike) in spikes.iter().enumerate() {
            assert_eq!(ours[[t, i]], *spike == 1.0, "step {t}, neuron {i}");
            let difference = voltage.data()[[t, i]] - first.voltage[i];
            assert!(
                difference.abs() < 1e-9,
                "step {t}, neuron {i}: {difference}"
            );
        }
        let last = second.step(&spikes, &[]);
        let ours: Vec<f64> = output
            .data()
            .index_axis(ndarray::Axis(0), t)
            .iter()
            .copied()
            .collect();
        assert_eq!(ours, last, "step {t}");
        number[0] += spikes.iter().sum::<f64>() as usize;
        number[1] += last.iter().sum::<f64>() as usize;
    }
    assert!(
        number[0] > 200 && number[1] > 20,
        "the input drives both layers: {number:?} spikes"
    );
    Ok(())
}

#[test]
fn a_graph_in_a_graph_is_built_in_its_place() -> lava::Result<()> {
    let graph = NirGraph::read(fixture("nir/recurrent.nir"))?;
    let report = graph.check(&NirOptions::new());
    assert!(report.fits(), "{report}");
    assert_eq!(
        report.delayed,
        [("rnn.lif".to_owned(), "rnn.w_rec".to_owned())]
    );
    let net = Network::<Loihi1SimCfg>::new();
    let imported: Imported = graph.build(&net, &NirOptions::new().dt(1e-3))?;
    imported.feed(
        &net,
        "input",
        ndarray::arr2(&[[1.0, -1.0], [0.0, 2.0]]).into_dyn(),
    )?;
    let spikes = net.probe(imported.spikes("rnn.lif")?)?;
    let output = net.probe(imported.output("output")?)?;
    net.run(RunSteps(50))?;
    assert!(!spikes.events().is_empty());
    assert_eq!(output.data().shape(), [50, 2]);
    Ok(())
}

#[test]
fn a_loop_without_neurons_takes_a_step() -> lava::Result<()> {
    let shape = Tensor::new([1], vec![1_i64]);
    let mut graph = NirGraph::new();
    graph.insert(
        "input",
        Primitive::Input {
            shape: shape.clone(),
        },
    );
    graph.insert(
        "half",
        Primitive::Scale {
            scale: Tensor::new([1], vec![0.5_f32]),
        },
    );
    graph.insert("output", Primitive::Output { shape });
    for (from, to) in [("input", "half"), ("half", "half"), ("half", "output")] {
        graph.connect(from, to);
    }
    let net = Network::<Loihi1SimCfg>::new();
    let imported: Imported = graph.build(&net, &NirOptions::new())?;
    imported.feed(&net, "input", ndarray::arr2(&[[1.0]]).into_dyn())?;
    let output = net.probe(imported.output("output")?)?;
    net.run(RunSteps(3))?;
    assert_eq!(
        output.data().into_raw_vec_and_offset().0,
        [0.5, 0.75, 0.875]
    );
    Ok(())
}
