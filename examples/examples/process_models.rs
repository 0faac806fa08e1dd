//! Lava's tutorial on process models: one process, and several ways in which it can behave.
//!
//! A process says what there is. How it behaves is a matter of its model, and a process can have
//! many: in floating point, in fixed point, one of your own, or one made of other processes. Which
//! one it gets, the run configuration says, for all processes of a type, or `.with_model` for one alone.
//!
//! ```text
//! cargo run --example process_models
//! ```

#![allow(clippy::print_stdout, reason = "a program prints")]

use lava::network::{AnyTag, HasModel, Overrides};
use lava::prelude::*;
use lava::proc::{Dense, Source};
use ndarray::{Array2, Axis};

/// Leaky neurons: what they are, without a word on how it is computed.
#[process]
pub struct Neurons {
    /// Input to the voltage.
    a_in: InPort<f32>,
    /// Spikes.
    s_out: OutPort<Spike>,
    /// Membrane voltage.
    #[var(init = 0.0)]
    v: Var<f32>,
    /// Fraction of the voltage lost per step.
    #[var(scalar, init = 0.1, range = 0.0..=1.0)]
    dv: Var<f32>,
    /// Voltage above which a neuron spikes.
    #[var(scalar, init = 1.0)]
    vth: Var<f32>,
}

/// The first model computes in floating point. The tag says so.
#[implements(proc = Neurons, protocol = Loihi)]
#[tag(FloatingPt)]
struct InFloat {
    a_in: In<f32>,
    s_out: Out<Spike>,
    v: Vec<f32>,
    dv: f32,
    vth: f32,
    #[local]
    fired: Vec<bool>,
}

impl LoihiModel for InFloat {
    fn run_spk(&mut self) -> lava::Result<()> {
        let inputs = self.a_in.recv_slice();
        self.fired.clear();
        for (v, input) in self.v.iter_mut().zip(inputs) {
            *v = *v * (1.0 - self.dv) + input;
            self.fired.push(fires(v, self.vth));
        }
        self.s_out.send_slice(&self.fired)
    }
}

/// Resets a neuron above its threshold. Returns `true` if it has spiked.
fn fires(v: &mut f32, vth: f32) -> bool {
    let fired = *v > vth;
    if fired {
        *v = 0.0;
    }
    fired
}

// ANCHOR: fixed
/// The second computes as Loihi does: voltages in units of 1/64, decays in units of 1/4096,
/// products rounded towards zero. `explicit`: only where fixed point is asked for.
#[implements(proc = Neurons, protocol = Loihi)]
#[tag(FixedPt, explicit)]
struct InFixed {
    a_in: In<f32>,
    s_out: Out<Spike>,
    v: Vec<f32>,
    dv: f32,
    vth: f32,
    #[local]
    fired: Vec<bool>,
}
// ANCHOR_END: fixed

impl LoihiModel for InFixed {
    fn run_spk(&mut self) -> lava::Result<()> {
        let inputs = self.a_in.recv_slice();
        let kept = 4096 - (self.dv * 4096.0) as i64;
        self.fired.clear();
        for (v, input) in self.v.iter_mut().zip(inputs) {
            *v = (fixed(*v) * kept / 4096 + fixed(*input)) as f32 / 64.0;
            self.fired.push(fires(v, self.vth));
        }
        self.s_out.send_slice(&self.fired)
    }
}

/// A number in units of 1/64.
fn fixed(number: f32) -> i64 {
    i64::from((number * 64.0) as i32)
}

// ANCHOR: alternative
/// The third is your own: voltages do not fall below zero. `alternative`: only where it is named.
#[implements(proc = Neurons, protocol = Loihi, alternative)]
struct Rectified {
    a_in: In<f32>,
    s_out: Out<Spike>,
    v: Vec<f32>,
    dv: f32,
    vth: f32,
    #[local]
    fired: Vec<bool>,
}
// ANCHOR_END: alternative

impl LoihiModel for Rectified {
    fn run_spk(&mut self) -> lava::Result<()> {
        let inputs = self.a_in.recv_slice();
        self.fired.clear();
        for (v, input) in self.v.iter_mut().zip(inputs) {
            *v = (*v * (1.0 - self.dv) + input).max(0.0);
            self.fired.push(fires(v, self.vth));
        }
        self.s_out.send_slice(&self.fired)
    }
}

// ANCHOR: config
/// A configuration of your own, which gives all `Neurons` that model.
#[derive(Debug)]
pub struct RectifiedCfg;

impl RunConfig for RectifiedCfg {
    type Protocol = Loihi;
    type Tag = AnyTag;
    type Resource = Cpu;

    fn overrides(models: &mut Overrides<Self>) {
        models.replace::<Neurons, Rectified>();
    }
}
// ANCHOR_END: config

/// The input of one neuron.
const INPUT: [f32; 8] = [0.3, 0.5, -1.7, 0.6, 0.6, 0.6, 0.6, 0.1];

fn input() -> Array2<f32> {
    Array2::from_shape_fn((INPUT.len(), 1), |(step, _)| INPUT[step])
}

/// The voltage of a neuron, step by step, in a network under the configuration `C`.
///
/// The bounds say that both processes have models for it. They are what the compiler checks where
/// a network is written for one configuration; here it is any.
fn voltages<C>() -> lava::Result<Vec<f32>>
where
    C: RunConfig,
    Neurons: HasModel<C::Protocol, C::Tag, C::Resource>,
    Source: HasModel<C::Protocol, C::Tag, C::Resource>,
{
    let net = Network::<C>::new();
    let source: Source = net.add(Source::data(input()))?;
    let neuron = net.add(Neurons::shape([1]))?;
    source.s_out.connect(&neuron.a_in)?;
    let v = net.probe(&neuron.v)?;
    net.run(RunSteps(INPUT.len() as u64))?;
    net.stop()?;
    Ok(v.data().into_iter().collect())
}

/// The voltages of two neurons of one network, the second of which has a model of its own.
fn side_by_side() -> lava::Result<[Vec<f32>; 2]> {
    let net = network! { Loihi1SimCfg;
        source:   Source               = Source::data(input());
        chosen:   Neurons              = Neurons::shape([1]);
        replaced: Neurons = Neurons::shape([1]).with_model::<Rectified>();
        source.s_out -> [chosen.a_in, replaced.a_in];
    }?;
    let probes = [net.probe(&net.chosen.v)?, net.probe(&net.replaced.v)?];
    net.run(RunSteps(INPUT.len() as u64))?;
    net.stop()?;
    Ok(probes.map(|v| v.data().into_iter().collect()))
}

/// Synapses and the neurons that they lead to.
#[process]
pub struct Layer {
    /// Spikes that arrive at the synapses.
    #[port(shape = [weights.shape()[1]])]
    s_in: InPort<Spike>,
    /// Spikes of the neurons.
    #[port(shape = [weights.shape()[0]])]
    s_out: OutPort<Spike>,
    /// Synaptic weights, `[neurons, inputs]`.
    #[var(rank = 2)]
    weights: Var<f32>,
    /// Membrane voltages.
    #[var(shape = [weights.shape()[0]], init = 0.0)]
    v: Var<f32>,
}

/// A model made of processes: it has no behaviour of its own, and costs nothing when it runs.
#[implements(proc = Layer, protocol = Loihi, sub_model)]
struct OfProcesses;

impl SubModel for OfProcesses {
    type Process = Layer;
    type Config = Loihi1SimCfg;

    fn build(layer: &Layer, net: &Network<Loihi1SimCfg>) -> lava::Result<LayerExports> {
        network! { inside net, layer: Layer;
            dense:   Dense   = Dense::weights(layer.weights.get()?);
            neurons: Neurons = Neurons::shape(layer.v.shape()).v(layer.v.get()?);
            layer.s_in -> dense.s_in;
            dense.a_out -> neurons.a_in;
            neurons.s_out -> layer.s_out;
            layer.weights = dense.weights;
            layer.v = neurons.v;
        }
    }
}

/// The same as a leaf: synapses and neurons in one model.
#[implements(proc = Layer, protocol = Loihi, alternative)]
struct InOne {
    s_in: In<Spike>,
    s_out: Out<Spike>,
    weights: Array2<f32>,
    v: Vec<f32>,
    /// Input of the neurons in the next step, as `Dense` takes one.
    #[local]
    sums: Vec<f32>,
    #[local]
    fired: Vec<bool>,
}

impl LoihiModel for InOne {
    fn start(&mut self) -> lava::Result<()> {
        self.sums = vec![0.0; self.v.len()];
        Ok(())
    }

    fn run_spk(&mut self) -> lava::Result<()> {
        self.fired.clear();
        for (v, sum) in self.v.iter_mut().zip(&self.sums) {
            *v = *v * 0.9 + sum;
            self.fired.push(fires(v, 1.0));
        }
        let spikes = self.s_in.recv().indices();
        for (sum, weights) in self.sums.iter_mut().zip(self.weights.axis_iter(Axis(0))) {
            *sum = spikes.iter().map(|input| weights[*input as usize]).sum();
        }
        self.s_out.send_slice(&self.fired)
    }
}

/// The spikes of two layers that get the same input: one of processes, one that is a leaf.
fn layers() -> lava::Result<[Vec<(u64, usize)>; 2]> {
    let spikes = Array2::from_shape_fn((20, 2), |(step, input)| step % (input + 2) == 0);
    let weights = ndarray::array![[0.6, 0.4], [0.2, 0.9], [0.7, -0.3]];
    let net = network! { Loihi1SimCfg;
        source: Source<Spike>  = Source::data(spikes);
        nested: Layer          = Layer::weights(&weights);
        leaf:   Layer = Layer::weights(&weights).with_model::<InOne>();
        source.s_out -> [nested.s_in, leaf.s_in];
    }?;
    let probes = [net.probe(&net.nested.s_out)?, net.probe(&net.leaf.s_out)?];
    net.run(RunSteps(20))?;
    // Only the one of processes has something inside.
    net.var::<f32>("nested.neurons.v")?;
    assert!(net.var::<f32>("leaf.neurons.v").is_err());
    net.stop()?;
    Ok(probes.map(|spikes| spikes.events()))
}

fn main() -> lava::Result<()> {
    print("input", &INPUT);
    println!("\none process, voltages under several configurations");
    let float = voltages::<Loihi1SimCfg>()?;
    print("  Loihi1SimCfg", &float);
    // Without a tag, the model that is not explicit.
    let tagged = voltages::<Loihi1SimCfg<FloatingPt>>()?;
    print("  Loihi1SimCfg<FloatingPt>", &tagged);
    assert_eq!(tagged, float);
    let fixed = voltages::<Loihi1SimCfg<FixedPt>>()?;
    print("  Loihi1SimCfg<FixedPt>", &fixed);
    for (float, fixed) in float.iter().zip(&fixed) {
        assert!((float - fixed).abs() < 0.1);
        assert_eq!((fixed * 64.0).fract(), 0.0, "in units of 1/64");
    }
    let rectified = voltages::<RectifiedCfg>()?;
    print("  RectifiedCfg", &rectified);
    assert!(float.iter().any(|v| *v < 0.0) && rectified.iter().all(|v| *v >= 0.0));

    println!("\ntwo processes of one network");
    let [chosen, replaced] = side_by_side()?;
    print("  chosen by the configuration", &chosen);
    print("  Neurons as Rectified", &replaced);
    assert_eq!([chosen, replaced], [float, rectified]);

    println!("\na layer of processes, and one that is a leaf, by step and neuron");
    let [nested, leaf] = layers()?;
    println!("  of processes {nested:?}\n  leaf         {leaf:?}");
    assert_eq!(nested, leaf);
    Ok(())
}

/// Prints a name and the numbers that go by it.
fn print(name: &str, numbers: &[f32]) {
    let numbers = numbers.iter().map(|number| format!("{number:8.4}"));
    println!("{name:<31}{}", numbers.collect::<String>());
}
