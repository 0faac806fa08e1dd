//! Brunel's random network, whose recurrent excitatory synapses learn.

use anyhow::Result;
use lava::prelude::*;
use lava::proc::plasticity::PairStdp;
use lava::proc::synapse::{Distribution, Projection, Rule};
use lava::proc::{IafPscDelta, PoissonInput};

use crate::builder::Builder;
use crate::options::Options;
use crate::simulation::Simulation;

const NEURONS: [(&str, usize); 2] = [("excitatory", 8000), ("inhibitory", 2000)];
/// The probability of a synapse from one neuron to another.
const CONNECTIVITY: f64 = 0.1;
/// The step of the voltage by an excitatory spike, in mV; plastic weights begin with it.
const WEIGHT: f64 = 0.1;
/// The largest plastic weight, in mV.
const LARGEST: f64 = 0.3;
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

/// The network of [`brunel`](crate::brunel) with plastic synapses between excitatory neurons, about 6.4
/// million of them: multiplicative pair STDP, all to all, with τ = 20 ms, a₊ = 0.01, a₋ = 0.0202 and
/// weights of 0 to 0.3 mV.
///
/// The weight at which strengthening and weakening by independent spikes are equal,
/// high·a₊/(a₊ + a₋), is near the initial 0.1 mV, so the activity is that of the static network.
///
/// Source: the network as in [`brunel`](crate::brunel); the combination with STDP as in Zenke & Gerstner
/// (2014), *Limits to high-speed simulations of spiking neural networks using general-purpose computers*,
/// Front. Neuroinform. 8, 76.
///
/// # Errors
/// If the network cannot be built.
pub fn brunel_stdp(options: &Options) -> Result<Simulation> {
    let mut builder = Builder::new(options)?;
    let mut populations = Vec::new();
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
        populations.push((neurons, population));
    }
    for (from, weight) in [(0, WEIGHT), (1, -G * WEIGHT)] {
        let sources = populations[from].0;
        for (to, (targets, population)) in populations.iter().enumerate() {
            let projection = Projection::new(sources, *targets)
                .rule(Rule::FixedProbability(CONNECTIVITY))
                .weights(Distribution::Constant(weight))
                .delays(Distribution::Constant(DELAY / DT));
            if (from, to) == (0, 0) {
                let rule = PairStdp::new().multiplicative().bounds(0.0, LARGEST);
                let rule = rule.a_plus(0.01).a_minus(0.0202);
                let s_out = &population.s_out;
                builder.project_plastic(from, projection, rule, s_out, &population.a_in)?;
            } else {
                builder.project(from, projection, &population.a_in)?;
            }
        }
    }
    builder.finish(DT)
}
