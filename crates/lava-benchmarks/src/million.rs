//! Brunel's random network with a million neurons, whose synapses no memory holds.

use anyhow::Result;
use lava::prelude::*;
use lava::proc::synapse::{Distribution, Projection, Rule};
use lava::proc::{IafPscDelta, PoissonInput};
use rand_distr::Uniform;

use crate::builder::Builder;
use crate::options::Options;
use crate::random::draw;
use crate::simulation::Simulation;

const NEURONS: [(&str, usize); 2] = [("excitatory", 800_000), ("inhibitory", 200_000)];
/// The mean number of synapses that a neuron sends to.
const SYNAPSES: f64 = 10_000.0;
/// The step of the voltage by an excitatory spike, in mV.
const WEIGHT: f64 = 0.1;
/// The ratio of inhibitory to excitatory weights.
const G: f64 = 5.0;
/// The external rate, relative to the one that just reaches the threshold.
const ETA: f64 = 1.65;
/// Distance from rest to threshold, in mV.
const THRESHOLD: f64 = 20.0;
/// Membrane time constant, in ms.
const TAU: f64 = 20.0;
/// Transmission delay, in ms.
const DELAY: f64 = 1.5;
/// Time step, in ms.
const DT: f64 = 0.1;

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
    let mut inputs = Vec::new();
    for (name, neurons) in NEURONS {
        let neurons = options.scaled(neurons);
        let v_m = draw(
            Uniform::new(0.0, THRESHOLD as f32)?,
            neurons,
            builder.seed(),
        );
        let population = IafPscDelta::shape([neurons]).e_l(0.0).v_m(v_m).v_reset(0.0);
        let population = population.v_th(THRESHOLD as f32).tau_m(TAU as f32);
        let population: IafPscDelta = builder.net.add(population.t_ref(2.0).dt(DT).name(name))?;
        let rate = 1000.0 * ETA * THRESHOLD / (WEIGHT * TAU);
        let input = PoissonInput::shape([neurons]).rate(rate);
        let input = input.seed(builder.seed()).dt(DT);
        let input: PoissonInput = builder.net.add(input.weight(WEIGHT as f32))?;
        input.a_out.connect(&population.a_in)?;
        builder.population(name, &population.s_out)?;
        inputs.push((neurons, population.a_in));
    }
    let all: usize = inputs.iter().map(|(neurons, _)| neurons).sum();
    let probability = (SYNAPSES / all as f64).min(1.0);
    for (from, weight) in [(0, WEIGHT), (1, -G * WEIGHT)] {
        let sources = inputs[from].0;
        for (targets, a_in) in &inputs {
            let projection = Projection::new(sources, *targets)
                .rule(Rule::FixedProbability(probability))
                .weights(Distribution::Constant(weight))
                .delays(Distribution::Constant(DELAY / DT));
            builder.project(from, projection, a_in)?;
        }
    }
    builder.finish(DT)
}
