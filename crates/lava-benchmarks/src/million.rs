//! Brunel's random network with a million neurons, whose synapses no memory holds.

use anyhow::Result;
use lava::proc::synapse::Rule;
use rand_distr::Uniform;

use crate::brunel::{DT, THRESHOLD, populations, projection};
use crate::builder::Builder;
use crate::options::Options;
use crate::random::draw;
use crate::simulation::Simulation;

const NEURONS: [usize; 2] = [800_000, 200_000];
/// The mean number of synapses that a neuron sends to.
const SYNAPSES: f64 = 10_000.0;
/// The external rate, relative to the one that just reaches the threshold.
const ETA: f64 = 1.65;

/// A million neurons and ten billion synapses: the network of [`brunel`](crate::brunel) with 8,000
/// excitatory and 2,000 inhibitory sources of a neuron, as many as a neuron of cortex has. Synapses are
/// always drawn again at every spike.
///
/// Every pair of neurons is connected with a probability of 1 %, and the external rate is 1.65 times that
/// which just reaches the threshold: neurons fire at about 5 Hz. All other parameters are those of `brunel`;
/// voltages start between rest and threshold, all equally likely. `scale` changes the number of neurons, and
/// the probability such that a neuron keeps its synapses, as far as there are partners.
///
/// Source: Brunel (2000), *Dynamics of sparsely connected networks of excitatory and inhibitory
/// spiking neurons*, J. Comput. Neurosci. 8, 183–208 (model A).
///
/// # Errors
/// If the network cannot be built.
pub fn million(options: &Options) -> Result<Simulation> {
    let options = &Options {
        procedural: true,
        ..options.clone()
    };
    let mut builder = Builder::new(options)?;
    let sizes = NEURONS.map(|neurons| options.scaled(neurons));
    let voltages = |builder: &mut Builder, neurons| {
        let distribution = Uniform::new(0.0, THRESHOLD as f32)?;
        Ok(draw(distribution, neurons, builder.seed()))
    };
    let populations = populations(&mut builder, sizes, ETA, voltages)?;
    let all: usize = sizes.iter().sum();
    let probability = (SYNAPSES / all as f64).min(1.0);
    for from in 0..2 {
        for (to, population) in populations.iter().enumerate() {
            let projection = projection(sizes, from, to, Rule::FixedProbability(probability));
            builder.project(from, projection, &population.a_in)?;
        }
    }
    builder.finish(DT)
}
