//! The networks of Vogels and Abbott.

use anyhow::Result;
use lava::prelude::*;
use lava::proc::Events;
use lava::proc::synapse::{Distribution, Projection, Rule};
use lava::proc::{IafCondExp, IafPscExp, Sparse, SpikeTrain};
use rand_distr::{Distribution as _, Exp, Uniform};
use rand_philox::Philox;

use crate::builder::Builder;
use crate::options::Options;
use crate::random::draw;
use crate::simulation::Simulation;

const NEURONS: [(&str, usize); 2] = [("excitatory", 3200), ("inhibitory", 800)];
/// Synapses that a neuron has from either population: 2 % of the published ones.
const DEGREES: [usize; 2] = [64, 16];
/// Membrane capacitance, in pF.
const C_M: f32 = 200.0;
/// Leak conductance, in nS: a time constant of 20 ms.
const G_L: f32 = 10.0;
/// Voltages, in mV.
const THRESHOLD: f32 = -50.0;
const RESET: f32 = -60.0;
/// Refractory period, in ms.
const T_REF: f32 = 5.0;
/// Time constants of the synapses, in ms.
const TAU_EX: f32 = 5.0;
const TAU_IN: f32 = 10.0;
/// The weights of a spike, in pA and in nS.
const CURRENTS: [f64; 2] = [16.2, -90.0];
const CONDUCTANCES: [f64; 2] = [6.0, 67.0];
/// The duration of the stimulus, in ms, and its rate, in Hz.
const STIMULUS: f64 = 50.0;
const STIMULUS_RATE: f64 = 300.0;
/// Time step, in ms.
const DT: f64 = 0.1;

neuron! {
    /// `IafCondExp`, whose voltage is integrated by Euler's method.
    pub(crate) IafCondEuler {
        dv/dt = (g_l*(e_l - v) - g_ex*v - g_in*(v - e_in))/c_m : mV = -60;
        dg_ex/dt = -g_ex/tau_ex : nS;
        dg_in/dt = -g_in/tau_in : nS;
        input exc_in: nS { g_ex += exc_in; }
        input inh_in: nS { g_in += inh_in; }
        param c_m: pF = 200;
        param g_l: nS = 10;
        param tau_ex: ms = 5;
        param tau_in: ms = 10;
        param e_l: mV = -60;
        param e_in: mV = -80;
        spike when v >= -50 mV { v = e_l; }
        refractory t_ref: ms = 5 for v;
        integrate v by euler;
        integrate g_ex, g_in by exact;
    }
}

/// The self-sustained network with synaptic currents: 3,200 excitatory and 800 inhibitory
/// neurons, without any input.
///
/// Capacitance 200 pF, leak 10 nS, rest −49 mV, threshold −50 mV, reset −60 mV, refractory period
/// 5 ms; synaptic time constants 5 and 10 ms; weights 16.2 pA and −90 pA, which are conductances
/// of 0.27 and 4.5 nS at −60 mV. Rest is above threshold: that is what sustains the activity.
/// Voltages start between reset and threshold, all equally likely. Spikes arrive after
/// `delay`. Every neuron has 64 excitatory and 16 inhibitory synapses at any `scale`, with
/// [`Options::random_degrees`] on the average.
///
/// Source: Brette et al. (2007), *Simulation of networks of spiking neurons: a review of tools
/// and strategies*, J. Comput. Neurosci. 23, 349–398 (benchmark 2); Vogels & Abbott (2005),
/// J. Neurosci. 25, 10786–10795; weights as in Brian's `CUBA.py`.
///
/// # Errors
/// If the network cannot be built.
pub fn cuba(options: &Options) -> Result<Simulation> {
    let mut builder = Builder::new(options)?;
    let mut inputs = Vec::new();
    for (name, neurons) in NEURONS {
        let neurons = options.scaled(neurons);
        let v_m = initial_voltages(neurons, builder.seed())?;
        let population = IafPscExp::shape([neurons]).v_m(v_m).e_l(-49.0).dt(DT);
        let population = population.c_m(C_M).tau_m(C_M / G_L).t_ref(T_REF);
        let population = population.tau_syn_ex(TAU_EX).tau_syn_in(TAU_IN);
        let population = population.v_th(THRESHOLD).v_reset(RESET).name(name);
        let population: IafPscExp = builder.net.add(population)?;
        builder.population(name, &population.s_out)?;
        inputs.push([population.exc_in, population.inh_in]);
    }
    connect(&mut builder, options, &inputs, CURRENTS)?;
    builder.finish(DT)
}

/// The self-sustained network with synaptic conductances: 3,200 excitatory and 800 inhibitory
/// neurons, which a stimulus of 50 ms sets going.
///
/// Capacitance 200 pF, leak 10 nS, rest and reset −60 mV, threshold −50 mV, refractory period
/// 5 ms; synaptic conductances of 6 nS and 67 nS, time constants 5 and 10 ms, reversal voltages
/// 0 and −80 mV. Voltages start between reset and threshold, all equally likely; in the first
/// 50 ms each neuron has Poisson input of its own, 300 Hz, 6 nS. Spikes arrive after `delay`.
/// Every neuron has 64 excitatory and 16 inhibitory synapses at any `scale`. If these are means, and each pair of
/// neurons is connected with the same probability ([`Options::random_degrees`]), the network fires at some 19 Hz
/// instead of 15.
///
/// Source: as [`cuba`] (benchmark 1).
///
/// # Errors
/// If the network cannot be built.
pub fn coba(options: &Options) -> Result<Simulation> {
    let mut builder = Builder::new(options)?;
    let mut inputs = Vec::new();
    for (name, neurons) in NEURONS {
        let neurons = options.scaled(neurons);
        let v_m = initial_voltages(neurons, builder.seed())?;
        let ports = conductance_neurons(&mut builder, options.euler, name, v_m)?;
        stimulate(&mut builder, &ports[0])?;
        inputs.push(ports);
    }
    connect(&mut builder, options, &inputs, CONDUCTANCES)?;
    builder.finish(DT)
}

/// A population of [`coba`]; returns its inputs.
fn conductance_neurons(
    builder: &mut Builder,
    euler: bool,
    name: &'static str,
    v_m: Vec<f32>,
) -> Result<[InPort<f32>; 2]> {
    let shape = [v_m.len()];
    if euler {
        let population = IafCondEuler::shape(shape).v(v_m).name(name);
        let population: IafCondEuler = builder.net.add(population)?;
        builder.population(name, &population.s_out)?;
        let IafCondEuler { exc_in, inh_in, .. } = population;
        return Ok([exc_in.without_unit(), inh_in.without_unit()]);
    }
    let population = IafCondExp::shape(shape).v_m(v_m).e_l(-60.0).dt(DT);
    let population = population.c_m(C_M).g_l(G_L).t_ref(T_REF);
    let population = population.e_ex(0.0).e_in(-80.0);
    let population = population.tau_syn_ex(TAU_EX).tau_syn_in(TAU_IN);
    let population = population.v_th(THRESHOLD).v_reset(RESET).name(name);
    let population: IafCondExp = builder.net.add(population)?;
    builder.population(name, &population.s_out)?;
    Ok([population.exc_in, population.inh_in])
}

/// Poisson input for a while: spikes that are listed, so that they cost nothing afterwards.
fn stimulate(builder: &mut Builder, into: &InPort<f32>) -> Result<()> {
    let neurons = into.shape()[0];
    let random = Philox::from_u64_seed(builder.seed());
    let mut intervals = Exp::new(STIMULUS_RATE / 1000.0)?.sample_iter(random);
    let mut events = Vec::new();
    for neuron in 0..neurons {
        let mut time = 0.0;
        while let Some(interval) = intervals.next().filter(|next| time + next < STIMULUS) {
            time += interval;
            events.push((1 + (time / DT) as u64, neuron));
        }
    }
    let spikes = SpikeTrain::shape([neurons]).events(Events::from_steps(events));
    let spikes: SpikeTrain = builder.net.add(spikes)?;
    let projection = Projection::new(neurons, neurons)
        .rule(Rule::OneToOne)
        .weights(Distribution::Constant(CONDUCTANCES[0]));
    let sparse: Sparse = builder.net.add(Sparse::projection(projection))?;
    spikes.s_out.connect(&sparse.s_in)?;
    sparse.a_out.connect(into)?;
    Ok(())
}

fn initial_voltages(neurons: usize, seed: u64) -> Result<Vec<f32>> {
    Ok(draw(Uniform::new(RESET, THRESHOLD)?, neurons, seed))
}

/// Connects the populations with each other: excitatory synapses to one in-port of the neurons,
/// inhibitory ones to the other.
fn connect(
    builder: &mut Builder,
    options: &Options,
    populations: &[[InPort<f32>; 2]],
    weights: [f64; 2],
) -> Result<()> {
    for (from, (degree, weight)) in DEGREES.into_iter().zip(weights).enumerate() {
        let sources = populations[from][0].shape()[0];
        for inputs in populations {
            let into = &inputs[from];
            let projection = Projection::new(sources, into.shape()[0])
                .rule(match options.random_degrees {
                    true => Rule::FixedProbability(degree as f64 / sources as f64),
                    false => Rule::FixedInDegree(degree),
                })
                .weights(Distribution::Constant(weight))
                .delays(Distribution::Constant((options.delay / DT).round()));
            builder.project(from, projection, into)?;
        }
    }
    Ok(())
}
