//! A tour: a network, its run, pictures, a process of your own, fixed point and learning.
//!
//! Each section is a function; the tutorials that follow have a section more of each.
//!
//! ```text
//! cargo run -p lava-examples --example tour [PICTURE.svg]
//! ```

#![allow(clippy::print_stdout, reason = "a program prints")]

use std::path::Path;

use lava::proc::learning::Stdp;
use lava::proc::{LearningDense, Sink};
use lava_examples::picture_path;
use ndarray::array;

// ANCHOR: uses
use anyhow::Result;
use lava::plot::{Figure, rasters};
use lava::prelude::*;
use lava::proc::{Dense, Lif, PoissonSpikes};
use lava::units::ms;
use ndarray::Array2;
// ANCHOR_END: uses

fn main() -> Result<()> {
    let picture = picture_path("tour.svg")?;
    println!("two populations and the synapses between them");
    first_network(&picture)?;
    println!("\na process of your own");
    own_process()?;
    println!("\nthe same in fixed point");
    fixed_point()?;
    println!("\nsynapses that learn");
    learning(&picture.with_file_name("tour-learning.svg"))?;
    Ok(())
}

/// Neurons that fire at random drive others, through a matrix of weights.
fn first_network(picture: &Path) -> Result<()> {
    // ANCHOR: network
    // Ten targets; each has its own weights from the twenty sources.
    let weights = Array2::from_shape_fn(
        (10, 20),
        |(target, source)| {
            if source % 10 == target { 0.3 } else { 0.02 }
        },
    );
    let net = network! { Loihi1SimCfg;
        noise:    PoissonSpikes = PoissonSpikes::shape([20]).rate(50.0).seed(7);
        synapses: Dense         = Dense::weights(weights);
        neurons:  Lif           = Lif::shape([10]).du(0.3).dv(0.1).vth(1.0);

        noise.s_out    -> synapses.s_in;
        synapses.a_out -> neurons.a_in;
    }?;
    net.set_dt(1.0 * ms)?;
    // ANCHOR_END: network

    // ANCHOR: run
    let input = net.probe(&net.noise.s_out)?;
    let spikes = net.probe(&net.neurons.s_out)?;
    let voltage = net.probe(&net.neurons.v.select(0..2))?;
    net.run(RunFor(200.0 * ms))?;
    println!(
        "  {} spikes in, {} out",
        input.events().len(),
        spikes.events().len()
    );
    // ANCHOR_END: run
    assert!(spikes.events().len() > 10);

    // ANCHOR: picture
    Figure::new()
        .title("Ten neurons and their input")
        .plot(rasters([
            ("sources", input.trains()),
            ("targets", spikes.trains()),
        ]))
        .plot(
            voltage
                .traces()
                .spikes(&spikes.trains())
                .level("threshold", 1.0)
                .y_label("voltage"),
        )
        .inline() // in the colours of the page that shows it
        .save(picture)?;
    // ANCHOR_END: picture
    println!("  pictured in {}", picture.display());

    // ANCHOR: vars
    // Between runs, every Var can be read and written; one number fills it.
    println!("  voltage of neuron 0: {:.3}", net.neurons.v.get()?[0]);
    net.neurons.vth.set(1e6)?;
    let before = spikes.events().len();
    net.run(RunFor(100.0 * ms))?;
    assert_eq!(
        spikes.events().len(),
        before,
        "nobody reaches this threshold"
    );
    net.reset()?; // back to the values at the beginning
    assert_eq!(net.neurons.vth.get()?[0], 1.0);
    net.stop()?;
    // ANCHOR_END: vars
    Ok(())
}

// ANCHOR: process
/// Fires every `period` steps, each neuron a step later than the one before.
#[process]
pub struct Pacemaker {
    /// Spikes.
    s_out: OutPort<Spike>,
    /// Steps from spike to spike.
    #[var(scalar, init = 10, range = 1..=1000)]
    period: Var<u64>,
    /// Spikes so far.
    #[var(init = 0)]
    count: Var<u32>,
}

/// The step of a pacemaker, on a CPU.
#[implements(proc = Pacemaker, protocol = Loihi)]
struct PacemakerModel {
    s_out: Out<Spike>,
    period: u64,
    count: ArrayD<u32>,
    #[local]
    step: u64,
}

impl LoihiModel for PacemakerModel {
    fn run_spk(&mut self) -> lava::Result<()> {
        let phase = self.step % self.period;
        self.step += 1;
        let mut fired = Vec::new();
        for (neuron, count) in (0..).zip(self.count.iter_mut()) {
            if u64::from(neuron) % self.period == phase {
                *count += 1;
                fired.push(neuron);
            }
        }
        self.s_out.send_indices(&fired)
    }
}
// ANCHOR_END: process

/// Uses it as any process of the library.
fn own_process() -> Result<()> {
    // ANCHOR: use
    let net = Network::<Loihi1SimCfg>::new();
    let pacemaker = net.add(Pacemaker::shape([4]).period(5))?;
    let sink: Sink<Spike> = net.add(Sink::shape([4]).steps(5))?;
    pacemaker.s_out.connect(&sink.a_in)?;
    net.run(RunSteps(50))?;
    assert_eq!(pacemaker.count.get()?, array![10, 10, 10, 10].into_dyn());
    // ANCHOR_END: use
    println!("  {} spikes each in 50 steps", pacemaker.count.get()?[0]);
    net.stop()?;
    Ok(())
}

/// The numbers of Loihi: another type, and the same network.
fn fixed_point() -> Result<()> {
    // ANCHOR: fixed
    let net = network! { Loihi1SimCfg;
        drive:    Lif<i32>   = Lif::shape([3]).bias_mant([2, 4, 6]).vth(1);
        synapses: Dense<i32> = Dense::weights([[10, 20, 30]]);
        neuron:   Lif<i32>   = Lif::shape([1]).du(2048).dv(1024).vth(8); // in units of 1/4096
        drive.s_out    -> synapses.s_in;
        synapses.a_out -> neuron.a_in;
    }?;
    let voltage = net.probe(&net.neuron.v)?;
    net.run(RunSteps(60))?;
    println!(
        "  voltages, as Loihi has them: {:?}",
        &voltage.data().as_slice().unwrap_or_default()[54..]
    );
    // ANCHOR_END: fixed
    assert!(voltage.data().iter().any(|v| *v > 0));
    net.stop()?;
    Ok(())
}

/// A synapse grows whose spikes come before those of its target.
fn learning(picture: &Path) -> Result<()> {
    // ANCHOR: learning
    let rule = Stdp {
        learning_rate: 0.01,
        tau_plus: 10.0,
        tau_minus: 10.0,
        ..Stdp::default()
    };
    let net = network! { Loihi1SimCfg;
        early:    Pacemaker     = Pacemaker::shape([4]).period(20);
        synapses: LearningDense = LearningDense::weights(Array2::from_elem((1, 4), 0.4))
            .learning_rule(rule.rule()?);
        neuron:   Lif           = Lif::shape([1]).du(1.0).dv(0.02).vth(1.0);
        early.s_out    -> synapses.s_in;
        synapses.a_out -> neuron.a_in;
        neuron.s_out   -> synapses.s_in_bap;
    }?;
    let weights = net.probe(&net.synapses.weights)?;
    net.run(RunSteps(300))?;
    weights
        .traces()
        .select(0..4)
        .names(["first to fire", "second", "third", "last"])
        .title("The synapses before the target's spike grow")
        .y_label("weight")
        .inline()
        .save(picture)?;
    // ANCHOR_END: learning
    println!(
        "  weights after 300 steps: {:.2}",
        net.synapses.weights.get()?
    );
    println!("  pictured in {}", picture.display());
    net.stop()?;
    Ok(())
}
