//! Lava's tutorial on composite processes: networks as parts of networks.
//!
//! A composite process has a model that says which processes it is made of. They are added to
//! the network under its name, `layer0.lif`, and take its place: between them and the outside
//! there is no step and no copy.
//!
//! ```text
//! cargo run --example hierarchy
//! ```

#![allow(clippy::print_stdout, reason = "a program prints")]

use lava::prelude::*;
use lava::proc::{Dense, Lif, Source};
use ndarray::{Array2, array};

// ANCHOR: layer
/// Synapses and the neurons that they lead to.
#[process]
pub struct Layer {
    /// Spikes that arrive.
    #[port(required, shape = [weights.shape()[1]])]
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
    /// Voltage above which a neuron spikes.
    #[param(default = 1.0)]
    vth: Param<f32>,
}

/// The inside of a layer: `dense` and `lif`, and which of their members its ports and Vars stand
/// for. Leave one of them out, and this does not compile.
#[implements(proc = Layer, protocol = Loihi, sub_model)]
struct LayerModel;

impl SubModel for LayerModel {
    type Process = Layer;
    type Config = Loihi1SimCfg;

    fn build(layer: &Layer, net: &Network<Loihi1SimCfg>) -> lava::Result<LayerExports> {
        network! { inside net, layer: Layer;
            dense: Dense = Dense::weights(layer.weights.get()?);
            lif:   Lif   = Lif::shape(layer.s_out.shape())
                .du(1.0)
                .dv(0.2)
                .v(layer.v.get()?)
                .vth(*layer.vth);
            layer.s_in -> dense.s_in;
            dense.a_out -> lif.a_in;
            lif.s_out -> layer.s_out;
            // `layer.v` is another name of `lif.v`.
            layer.weights = dense.weights;
            layer.v = lif.v;
        }
    }
}
// ANCHOR_END: layer

/// A hierarchy of hierarchies: two layers, the first of them visible by its voltages.
#[process]
pub struct Perceptron {
    /// Spikes that arrive.
    #[port(required, shape = [hidden.shape()[1]])]
    s_in: InPort<Spike>,
    /// Spikes of the second layer.
    #[port(shape = [output.shape()[0]])]
    s_out: OutPort<Spike>,
    /// Weights of the first layer.
    #[var(rank = 2)]
    hidden: Var<f32>,
    /// Weights of the second.
    #[var(rank = 2)]
    output: Var<f32>,
    /// Voltages of the first layer.
    #[var(shape = [hidden.shape()[0]], init = 0.0)]
    v: Var<f32>,
}

#[implements(proc = Perceptron, protocol = Loihi, sub_model)]
struct PerceptronModel;

impl SubModel for PerceptronModel {
    type Process = Perceptron;
    type Config = Loihi1SimCfg;

    fn build(all: &Perceptron, net: &Network<Loihi1SimCfg>) -> lava::Result<PerceptronExports> {
        network! { inside net, all: Perceptron;
            layer0: Layer = Layer::weights(all.hidden.get()?).v(all.v.get()?);
            layer1: Layer = Layer::weights(all.output.get()?).vth(0.5);
            all.s_in -> layer0.s_in;
            layer0.s_out -> layer1.s_in;
            layer1.s_out -> all.s_out;
            all.hidden = layer0.weights;
            all.output = layer1.weights;
            all.v = layer0.v;
        }
    }
}

/// Spikes of two inputs in turn.
fn input() -> Array2<bool> {
    Array2::from_shape_fn((6, 2), |(step, input)| step % 2 == input)
}

fn hidden() -> Array2<f32> {
    array![[0.9, 0.3], [0.2, 0.7], [0.5, 0.4]]
}

fn output() -> Array2<f32> {
    array![[0.4, 0.2, 0.0], [0.0, 0.6, 0.3]]
}

/// Two layers side by side with their input; members inside them are reached by their path.
fn by_path() -> lava::Result<()> {
    let net = network! { Loihi1SimCfg;
        input:  Source<Spike> = Source::data(input());
        layer0: Layer         = Layer::weights(hidden());
        layer1: Layer         = Layer::weights(output()).vth(0.5);
        input.s_out  -> layer0.s_in;
        layer0.s_out -> layer1.s_in;
    }?;
    // There is no handle of what `build` made; its path leads there. The Var of the layer is the
    // same Var.
    let inside = net.probe(&net.var::<f32>("layer0.lif.v")?)?;
    let outside = net.probe(&net.layer0.v)?;
    net.run(RunSteps(12))?;
    net.stop()?;
    println!("  layer0.lif.v, a row a step\n{}", inside.data());
    assert_eq!(inside.data(), outside.data());
    assert_eq!(inside.data().shape(), [12, 3]);
    assert!(inside.data().iter().any(|v| *v > 0.0));
    Ok(())
}

/// The same two layers within one process: the spikes of both, and how it is drawn.
fn nested() -> lava::Result<()> {
    let net = network! { Loihi1SimCfg;
        input: Source<Spike> = Source::data(input());
        net:   Perceptron    = Perceptron::hidden(hidden()).output(output());
        input.s_out -> net.s_in;
    }?;
    let spikes = net.probe(&net.net.s_out)?;
    let inside = net.probe(&net.out_port::<Spike>("net.layer1.lif.s_out")?)?;
    net.run(RunSteps(12))?;
    assert_eq!(
        spikes.events(),
        inside.events(),
        "an exposed port is the port inside"
    );
    println!("  spikes as (step, neuron): {:?}", spikes.events());
    assert!(spikes.events().len() > 2);
    let drawing = net.to_mermaid();
    println!("\n{drawing}");
    assert_eq!(drawing.matches("subgraph").count(), 3);
    for name in ["net.layer0.dense: Dense", "net.layer1.lif: Lif"] {
        assert!(drawing.contains(name), "no `{name}` in the drawing");
    }
    Ok(())
}

/// A Var of a composite process is another name of one inside, at any depth.
fn aliases() -> lava::Result<()> {
    let net = network! { Loihi1SimCfg;
        input: Source<Spike> = Source::data(input());
        net:   Perceptron    = Perceptron::hidden(hidden()).output(output()).v(0.25);
        input.s_out -> net.s_in;
    }?;
    let inside = net.var::<f32>("net.layer0.lif.v")?;
    let mut values = vec![inside.get()?[0]];
    net.net.v.set(0.5)?;
    values.push(inside.get()?[0]);
    net.run(RunSteps(1))?;
    inside.set(0.75)?;
    values.push(net.net.v.get()?[0]);
    println!("  set outside, read inside, and the other way round: {values:?}");
    assert_eq!(values, [0.25, 0.5, 0.75]);
    Ok(())
}

/// Mistakes inside are named by their path.
fn mistakes() -> lava::Result<()> {
    let net = Network::<Loihi1SimCfg>::new();
    let _: Layer = net.add(Layer::weights(hidden()).name("layer0"))?;
    let errors = [
        net.add(Layer::weights(output()).name("layer0")).err(),
        net.var::<f32>("layer0.lif.w").err(),
        net.var::<f32>("layer0.soma.v").err(),
        net.var::<i32>("layer0.lif.v").err(),
    ];
    let errors: Vec<String> = errors
        .into_iter()
        .flatten()
        .map(|error| error.to_string())
        .collect();
    let expected = [
        "there is a process `layer0` in this network already",
        "no Var of this name",
        "no process `layer0.soma`",
        "not of `i32`",
    ];
    assert_eq!(errors.len(), expected.len());
    for (error, words) in errors.iter().zip(expected) {
        println!("  {error}");
        assert!(error.contains(words), "it does not say `{words}`");
    }
    Ok(())
}

fn main() -> lava::Result<()> {
    println!("two layers");
    by_path()?;
    println!("\nboth in one process");
    nested()?;
    println!("\nVars");
    aliases()?;
    println!("\nmistakes");
    mistakes()
}
