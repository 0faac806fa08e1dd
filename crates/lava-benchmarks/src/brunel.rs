//! Brunel's random network.

use anyhow::Result;
use lava::prelude::*;
use lava::proc::synapse::{Distribution, Projection, Rule};
use lava::proc::{IafPscDelta, PoissonInput};
use lava::process::IntoInit;

use crate::builder::Builder;
use crate::options::Options;
use crate::simulation::Simulation;

/// The neurons of the excitatory and of the inhibitory population.
pub(crate) const NEURONS: [usize; 2] = [8000, 2000];
/// The share of a population that projects to a neuron.
pub(crate) const CONNECTIVITY: f64 = 0.1;
/// The step of the voltage by an excitatory spike, in mV.
const WEIGHT: f64 = 0.1;
/// The ratio of inhibitory to excitatory weights.
const G: f64 = 5.0;
/// The external rate, relative to the one that just reaches the threshold.
pub(crate) const ETA: f64 = 2.0;
/// Distance from rest to threshold, in mV.
pub(crate) const THRESHOLD: f64 = 20.0;
/// Membrane time constant, in ms.
const TAU: f64 = 20.0;
/// Transmission delay, in ms.
const DELAY: f64 = 1.5;
/// Time step, in ms.
pub(crate) const DT: f64 = 0.1;
/// The weights of excitatory and of inhibitory synapses, in mV.
const WEIGHTS: [f64; 2] = [WEIGHT, -G * WEIGHT];

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
    let sizes = NEURONS.map(|neurons| options.scaled(neurons));
    let populations = populations(&mut builder, sizes, ETA, |_, _| Ok(0.0))?;
    for from in 0..2 {
        let degree = (CONNECTIVITY * sizes[from] as f64).round() as usize;
        for (to, population) in populations.iter().enumerate() {
            let projection = projection(sizes, from, to, Rule::FixedInDegree(degree));
            builder.project(from, projection, &population.a_in)?;
        }
    }
    builder.finish(DT)
}

/// Adds the excitatory and the inhibitory population, each neuron with Poisson input of its own with
/// `eta` times the rate that just reaches the threshold; `voltages` are those at the start.
pub(crate) fn populations<V: IntoInit<f32>>(
    builder: &mut Builder,
    sizes: [usize; 2],
    eta: f64,
    voltages: impl Fn(&mut Builder, usize) -> Result<V>,
) -> Result<Vec<IafPscDelta>> {
    let names = ["excitatory", "inhibitory"];
    let mut populations = Vec::new();
    for (name, neurons) in names.into_iter().zip(sizes) {
        let v_m = voltages(builder, neurons)?;
        let population = IafPscDelta::shape([neurons]).e_l(0.0).v_m(v_m).v_reset(0.0);
        let population = population.v_th(THRESHOLD as f32).tau_m(TAU as f32);
        let population: IafPscDelta = builder.net.add(population.t_ref(2.0).dt(DT).name(name))?;
        let rate = 1000.0 * eta * THRESHOLD / (WEIGHT * TAU);
        let input = PoissonInput::shape([neurons]).rate(rate);
        let input = input.seed(builder.seed()).dt(DT);
        let input: PoissonInput = builder.net.add(input.weight(WEIGHT as f32))?;
        input.a_out.connect(&population.a_in)?;
        builder.population(name, &population.s_out)?;
        populations.push(population);
    }
    Ok(populations)
}

/// The synapses from one population to another, drawn by `rule`.
pub(crate) fn projection(sizes: [usize; 2], from: usize, to: usize, rule: Rule) -> Projection {
    Projection::new(sizes[from], sizes[to])
        .rule(rule)
        .weights(Distribution::Constant(WEIGHTS[from]))
        .delays(Distribution::Constant(DELAY / DT))
}
