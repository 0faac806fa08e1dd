//! The cortical microcircuit.

use anyhow::Result;
use lava::prelude::*;
use lava::proc::synapse::{Distribution, Projection, Rule};
use lava::proc::{IafPscExp, PoissonInput};
use rand_distr::Normal;

use crate::builder::Builder;
use crate::options::Options;
use crate::random::draw;
use crate::simulation::Simulation;

/// A population of the circuit.
struct Layer {
    name: &'static str,
    neurons: usize,
    /// External synapses of a neuron.
    external: f64,
    /// Mean and standard deviation of the first voltages, in mV.
    voltage: (f32, f32),
    /// The mean rate of the full circuit, in Hz.
    rate: f64,
    /// The probability that a neuron of this population has a given neuron of each as source.
    probabilities: [f64; 8],
}

#[rustfmt::skip]
const LAYERS: [Layer; 8] = [
    Layer { name: "L2/3e", neurons: 20683, external: 1600.0, voltage: (-68.28, 5.36), rate: 0.903,
        probabilities: [0.1009, 0.1689, 0.0437, 0.0818, 0.0323, 0.0, 0.0076, 0.0] },
    Layer { name: "L2/3i", neurons: 5834, external: 1500.0, voltage: (-63.16, 4.57), rate: 2.965,
        probabilities: [0.1346, 0.1371, 0.0316, 0.0515, 0.0755, 0.0, 0.0042, 0.0] },
    Layer { name: "L4e", neurons: 21915, external: 2100.0, voltage: (-63.33, 4.74), rate: 4.414,
        probabilities: [0.0077, 0.0059, 0.0497, 0.1350, 0.0067, 0.0003, 0.0453, 0.0] },
    Layer { name: "L4i", neurons: 5479, external: 1900.0, voltage: (-63.45, 4.94), rate: 5.876,
        probabilities: [0.0691, 0.0029, 0.0794, 0.1597, 0.0033, 0.0, 0.1057, 0.0] },
    Layer { name: "L5e", neurons: 4850, external: 2000.0, voltage: (-63.11, 4.94), rate: 7.569,
        probabilities: [0.1004, 0.0622, 0.0505, 0.0057, 0.0831, 0.3726, 0.0204, 0.0] },
    Layer { name: "L5i", neurons: 1065, external: 1900.0, voltage: (-61.66, 4.55), rate: 8.633,
        probabilities: [0.0548, 0.0269, 0.0257, 0.0022, 0.0600, 0.3158, 0.0086, 0.0] },
    Layer { name: "L6e", neurons: 14395, external: 2900.0, voltage: (-66.72, 5.46), rate: 1.105,
        probabilities: [0.0156, 0.0066, 0.0211, 0.0166, 0.0572, 0.0197, 0.0396, 0.2252] },
    Layer { name: "L6i", neurons: 2948, external: 2100.0, voltage: (-61.43, 4.48), rate: 7.829,
        probabilities: [0.0364, 0.0010, 0.0034, 0.0005, 0.0277, 0.0080, 0.0658, 0.1443] },
];
const L23E: usize = 0;
const L4E: usize = 2;

/// Mean excitatory weight, in pA: a postsynaptic potential of 0.15 mV.
const WEIGHT: f64 = 87.8;
/// Inhibitory weight relative to it.
const G: f64 = -4.0;
/// Standard deviation of a weight relative to its mean.
const WEIGHT_SPREAD: f64 = 0.1;
/// Mean delays of excitatory and inhibitory synapses, in ms.
const DELAYS: [f64; 2] = [1.5, 0.75];
/// Standard deviation of a delay relative to its mean.
const DELAY_SPREAD: f64 = 0.5;
/// Rate of an external source, in Hz.
const EXTERNAL_RATE: f64 = 8.0;
/// Time constant of the synaptic currents, in ms.
const TAU_SYN: f64 = 0.5;
/// Time step, in ms.
const DT: f64 = 0.1;

/// The circuit below 1 mm² of early sensory cortex: four layers, each with an excitatory and an
/// inhibitory population, 77,169 neurons and 0.3 billion synapses.
///
/// Capacitance 250 pF, membrane time constant 10 ms, synaptic 0.5 ms, rest and reset −65 mV,
/// threshold −50 mV, refractory period 2 ms. The number of synapses of a projection is fixed,
/// K = ln(1 − p)/ln(1 − 1/(N_source·N_target)), between random neurons. Weights are
/// 87.8 pA ± 10 %, twice that from L4e to L2/3e, and −4 times that if inhibitory; delays
/// 1.5 ± 0.75 ms and 0.75 ± 0.375 ms, at least a step. Background: independent Poisson input,
/// 8 Hz from each external source. Voltages start at the mean and spread of the running circuit.
///
/// `scale` changes the numbers of neurons and of the synapses of each. Weights are then divided
/// by √scale, which keeps the variance of the input, and a constant current makes up for its mean
/// (van Albada et al. 2015); rates stay about the same, correlations do not.
///
/// Source: Potjans & Diesmann (2014), *The cell-type specific cortical microcircuit: relating
/// structure and activity in a full-scale spiking network model*, Cereb. Cortex 24(3), 785–806;
/// first voltages and mean rates as in NEST's implementation; van Albada, Helias & Diesmann
/// (2015), *Scalability of asynchronous networks is limited by one-to-one mapping between
/// effective connectivity and correlations*, PLoS Comput. Biol. 11(9), e1004490.
///
/// # Errors
/// If the network cannot be built.
pub fn microcircuit(options: &Options) -> Result<Simulation> {
    let mut builder = Builder::new(options)?;
    let mut inputs = Vec::new();
    for (target, layer) in LAYERS.iter().enumerate() {
        let neurons = options.scaled(layer.neurons);
        let (mean, sd) = layer.voltage;
        let v_m = draw(Normal::new(mean, sd)?, neurons, builder.seed());
        let population = IafPscExp::shape([neurons])
            .v_m(v_m)
            .e_l(-65.0)
            .v_reset(-65.0);
        let population = population.tau_syn_ex(TAU_SYN as f32).v_th(-50.0).t_ref(2.0);
        let population = population.c_m(250.0).tau_m(10.0).dt(DT).name(layer.name);
        let i_e = compensation(target, options.scale);
        let population: IafPscExp = builder.net.add(population.i_e(i_e as f32))?;

        let rate = EXTERNAL_RATE * layer.external * options.scale;
        let weight = (WEIGHT / options.scale.sqrt()) as f32;
        let input = PoissonInput::shape([neurons]).rate(rate);
        let input = input.seed(builder.seed()).dt(DT);
        let input: PoissonInput = builder.net.add(input.weight(weight))?;
        input.a_out.connect(&population.exc_in)?;
        let number = builder.population(layer.name, &population.s_out)?;
        builder.publish(number, layer.rate);
        inputs.push(population.exc_in);
    }
    for (target, into) in inputs.iter().enumerate() {
        for source in 0..LAYERS.len() {
            if let Some(projection) = projection(source, target, options) {
                // All synapses have one time constant: inhibition takes the same port.
                builder.project(source, projection, into)?;
            }
        }
    }
    builder.finish(DT)
}

fn inhibitory(population: usize) -> bool {
    population % 2 == 1
}

/// The mean weight in the full circuit, in pA.
fn weight(source: usize, target: usize) -> f64 {
    match (source, target) {
        (L4E, L23E) => 2.0 * WEIGHT,
        _ if inhibitory(source) => G * WEIGHT,
        _ => WEIGHT,
    }
}

/// The number of synapses of the full circuit from one population to another.
fn synapses(source: usize, target: usize) -> f64 {
    let pairs = LAYERS[source].neurons as f64 * LAYERS[target].neurons as f64;
    let probability = LAYERS[target].probabilities[source];
    (-probability).ln_1p() / (-1.0 / pairs).ln_1p()
}

/// The constant current, in pA, that a neuron gets for the mean input it loses by scaling: √scale
/// of it is left, with `scale` times the synapses and weights divided by √scale.
fn compensation(target: usize, scale: f64) -> f64 {
    let layer = &LAYERS[target];
    let recurrent = (0..LAYERS.len()).map(|source| {
        let each = synapses(source, target) / layer.neurons as f64;
        each * weight(source, target) * LAYERS[source].rate
    });
    let external = layer.external * WEIGHT * EXTERNAL_RATE;
    let full = recurrent.sum::<f64>() + external;
    // Charge a spike carries, in pA·ms, times spikes a second.
    (1.0 - scale.sqrt()) * full * TAU_SYN / 1000.0
}

/// The synapses from one population to another, if there are any.
fn projection(source: usize, target: usize, options: &Options) -> Option<Projection> {
    let total = synapses(source, target) * options.scale * options.scale;
    let mean = weight(source, target) / options.scale.sqrt();
    let delay = DELAYS[usize::from(inhibitory(source))];
    let (low, high) = match inhibitory(source) {
        false => (0.0, f64::INFINITY),
        true => (f64::NEG_INFINITY, 0.0),
    };
    let weights = Distribution::TruncatedNormal {
        mean,
        sd: WEIGHT_SPREAD * mean.abs(),
        low,
        high,
    };
    let delays = Distribution::TruncatedNormal {
        mean: delay,
        sd: DELAY_SPREAD * delay,
        // Rounds up to a step.
        low: 0.5 * DT,
        high: f64::INFINITY,
    };
    let neurons = [source, target].map(|each| options.scaled(LAYERS[each].neurons));
    let projection = Projection::new(neurons[0], neurons[1])
        .rule(Rule::FixedTotal(total.round() as usize))
        .weights(weights)
        .delays(delays.scaled(1.0 / DT));
    (total >= 0.5).then_some(projection)
}
