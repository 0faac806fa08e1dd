//! Brunel's random network.

use anyhow::Result;
use lava::prelude::*;
use lava::proc::synapse::{Distribution, Projection, Rule};
use lava::proc::{IafPscDelta, PoissonInput};

use crate::builder::Builder;
use crate::options::Options;
use crate::simulation::Simulation;

const NEURONS: [(&str, usize); 2] = [("excitatory", 8000), ("inhibitory", 2000)];
/// The share of a population that projects to a neuron.
const CONNECTIVITY: f64 = 0.1;
/// The step of the voltage by an excitatory spike, in mV.
const WEIGHT: f64 = 0.1;
/// The ratio of inhibitory to excitatory weights.
const G: f64 = 5.0;
/// The external rate, relative to the one that just reaches the threshold.
const ETA: f64 = 2.0;
/// Distance from rest to threshold, in mV.
const THRESHOLD: f64 = 20.0;
/// Membrane time constant, in ms.
const TAU: f64 = 20.0;
/// Transmission delay, in ms.
const DELAY: f64 = 1.5;
/// Time step, in ms.
const DT: f64 = 0.1;

/// The random network of integrate-and-fire neurons with delta synapses, where it is
/// asynchronous: 8,000 excitatory and 2,000 inhibitory neurons, each with 10 % of either as
/// sources.
///
/// Threshold 20 mV above rest, reset to rest, refractory period 2 ms, membrane time constant
/// 20 ms; excitatory weight J = 0.1 mV, inhibitory −g·J with g = 5; delay 1.5 ms; every neuron has
/// Poisson input of its own with η = 2 times the rate that just reaches the threshold,
/// η·θ/(J·τ) = 20,000 Hz. `scale` changes the number of neurons at the same connectivity and
/// weights: the smaller network has less recurrent inhibition and fires faster.
///
/// Source: Brunel (2000), *Dynamics of sparsely connected networks of excitatory and inhibitory
/// spiking neurons*, J. Comput. Neurosci. 8, 183–208 (model A); as in NEST's
/// `brunel_delta_nest.py`, which resets to rest and not to 10 mV.
///
/// # Errors
/// If the network cannot be built.
pub fn brunel(options: &Options) -> Result<Simulation> {
    let mut builder = Builder::new(options)?;
    let mut inputs = Vec::new();
    for (name, neurons) in NEURONS {
        let neurons = options.scaled(neurons);
        let population = IafPscDelta::shape([neurons]).e_l(0.0).v_m(0.0).v_reset(0.0);
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
    for (from, weight) in [(0, WEIGHT), (1, -G * WEIGHT)] {
        let sources = inputs[from].0;
        let degree = (CONNECTIVITY * sources as f64).round() as usize;
        for (targets, a_in) in &inputs {
            let projection = Projection::new(sources, *targets)
                .rule(Rule::FixedInDegree(degree))
                .weights(Distribution::Constant(weight))
                .delays(Distribution::Constant(DELAY / DT));
            builder.project(from, projection, a_in)?;
        }
    }
    builder.finish(DT)
}
