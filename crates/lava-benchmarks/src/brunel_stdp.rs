//! Brunel's random network, whose recurrent excitatory synapses learn.

use anyhow::Result;
use lava::proc::plasticity::PairStdp;
use lava::proc::synapse::Rule;

use crate::brunel::{CONNECTIVITY, DT, ETA, NEURONS, populations, projection};
use crate::builder::Builder;
use crate::options::Options;
use crate::simulation::Simulation;

/// The largest plastic weight, in mV; plastic weights begin with that of `brunel`.
const LARGEST: f64 = 0.3;

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
    let sizes = NEURONS.map(|neurons| options.scaled(neurons));
    let populations = populations(&mut builder, sizes, ETA, |_, _| Ok(0.0))?;
    for from in 0..2 {
        for (to, population) in populations.iter().enumerate() {
            let projection = projection(sizes, from, to, Rule::FixedProbability(CONNECTIVITY));
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
