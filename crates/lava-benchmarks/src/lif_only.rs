//! Neurons without synapses.

use anyhow::Result;
use lava::prelude::*;
use lava::proc::Lif;
use rand_distr::Uniform;

use crate::builder::Builder;
use crate::options::Options;
use crate::random::draw;
use crate::simulation::Simulation;

const NEURONS: usize = 1_000_000;
/// The fraction of its voltage that a neuron loses in a step.
const LEAK: f32 = 0.05;
/// Time step, in ms.
const DT: f64 = 1.0;

/// A million leaky neurons that their bias alone drives; one in ten spikes, every 50 steps or
/// more.
///
/// A step is one ms. The bias is between 0.1 and 1.1 times the one that just reaches the
/// threshold, 1, all equally likely, as are the first voltages between 0 and 1.
///
/// # Errors
/// If the network cannot be built.
pub fn lif_only(options: &Options) -> Result<Simulation> {
    let mut builder = Builder::new(options)?;
    let neurons = options.scaled(NEURONS);
    let biases = draw(
        Uniform::new(0.1 * LEAK, 1.1 * LEAK)?,
        neurons,
        builder.seed(),
    );
    let voltages = draw(Uniform::new(0.0, 1.0)?, neurons, builder.seed());
    let lif = Lif::shape([neurons]).v(voltages).bias_mant(biases);
    let lif: Lif = builder
        .net
        .add(lif.du(0.1).dv(LEAK).vth(1.0).name("neurons"))?;
    builder.population("neurons", &lif.s_out)?;
    builder.finish(DT)
}
