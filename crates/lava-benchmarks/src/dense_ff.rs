//! Two populations and a matrix.

use anyhow::Result;
use lava::prelude::*;
use lava::proc::{Dense, Lif};
use ndarray::Array2;
use rand_distr::{Normal, Uniform};

use crate::builder::Builder;
use crate::options::Options;
use crate::random::draw;
use crate::simulation::Simulation;

const NEURONS: usize = 1000;
/// Steps between the spikes of an input neuron: 5 % of them spike in a step.
const PERIOD: f32 = 20.0;
/// The fraction of its voltage that an output neuron loses in a step.
const LEAK: f32 = 0.1;
/// Time step, in ms.
const DT: f64 = 1.0;

/// 1,000 neurons that each spike every 20 steps, in random phase; all their synapses to 1,000
/// others, whose weights are normal and sum to a variance of 1 a step.
///
/// A step is one ms. At `scale` 4 there are 4,000 neurons a layer.
///
/// # Errors
/// If the network cannot be built.
pub fn dense_ff(options: &Options) -> Result<Simulation> {
    let mut builder = Builder::new(options)?;
    let neurons = options.scaled(NEURONS);
    // Counts its steps, as it starts somewhere between 0 and 20.
    let phases = draw(Uniform::new(0.0, PERIOD)?, neurons, builder.seed());
    let phases: Vec<f32> = phases.into_iter().map(f32::floor).collect();
    let input = Lif::shape([neurons])
        .v(phases)
        .bias_mant(1.0)
        .vth(PERIOD - 0.5);
    let input: Lif = builder.net.add(input.name("input"))?;

    let spread = 1.0 / (neurons as f32 / PERIOD).sqrt();
    let weights = draw(Normal::new(0.0, spread)?, neurons * neurons, builder.seed());
    let weights = Array2::from_shape_vec((neurons, neurons), weights)?;
    let dense: Dense = builder.net.add(Dense::weights(weights))?;

    let output = Lif::shape([neurons]).du(1.0).dv(LEAK).vth(4.0);
    let output: Lif = builder.net.add(output.name("output"))?;
    input.s_out.connect(&dense.s_in)?;
    dense.a_out.connect(&output.a_in)?;

    let from = builder.population("input", &input.s_out)?;
    builder.population("output", &output.s_out)?;
    builder.count(
        from,
        neurons * neurons,
        size_of::<f32>() * neurons * neurons,
    );
    builder.finish(DT)
}
