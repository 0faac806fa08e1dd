//! The process: units that excite and inhibit each other, and three models of what a unit is.

use lava::prelude::*;
use lava::proc::{Dense, Lif, SignMode};
use ndarray::{Array1, Array2};
use rand_distr::{Distribution as _, StandardNormal, StandardUniform};
use rand_philox::Philox;

/// Number of units.
pub const UNITS: usize = 200;
/// Number of excitatory units, which are the first.
pub const EXCITATORY: usize = 160;
/// Fraction of all pairs that is connected.
const DENSITY: f32 = 0.2;
/// The ratio of inhibition to excitation: a little more than balances their numbers.
const INHIBITION: f32 = 4.5;

/// Units that excite and inhibit each other.
///
/// The model decides what a unit is, and what it sends: a rate ([`Rates`]), or a spiking
/// neuron in floating ([`Spikes`]) or in fixed point ([`FixedSpikes`]).
#[process]
pub struct EiNetwork {
    /// The output of the units in a step: their rates, between −1 and 1, or 1 where one spikes.
    #[port(shape = [weights.nrows()])]
    outport: OutPort<f32>,
    /// The weights from all other units to a unit, which is a row.
    #[param]
    weights: Param<Array2<f32>>,
    /// The fraction of its state that a unit loses in a step.
    #[param(default = 0.05)]
    decay: Param<f32>,
}

/// Weights at random: excitatory ones from the first [`EXCITATORY`] units, inhibitory ones from the
/// others.
///
/// `coupling` is how strongly the units are driven by what the others do, all together: the
/// standard deviation of their input, where the others' activities have one of 1. In a large
/// network of rates, activity dies down below 1, and above 1 the units keep each other going
/// (Sompolinsky, Crisanti and Sommers 1988, *Chaos in Random Neural Networks*).
pub fn weights(coupling: f32, seed: u64) -> Array2<f32> {
    let mut random = Philox::from_u64_seed(seed);
    let excitatory = EXCITATORY as f32 / UNITS as f32;
    let variance = excitatory + (1.0 - excitatory) * INHIBITION.powi(2);
    let scale = coupling / (UNITS as f32 * DENSITY * variance).sqrt();
    Array2::from_shape_fn((UNITS, UNITS), |(_, from)| {
        let chance: f32 = StandardUniform.sample(&mut random);
        let strength: f32 = StandardNormal.sample(&mut random);
        let sign = if from < EXCITATORY { 1.0 } else { -INHIBITION };
        if chance < DENSITY {
            sign * scale * strength.abs()
        } else {
            0.0
        }
    })
}

/// Units with a rate: `state ← state + decay·(weights·erf(state) − state)`, of which they send
/// `erf(state)`.
///
/// A leaf model: it computes everything itself.
#[implements(proc = EiNetwork, protocol = Loihi)]
#[tag(FloatingPt)]
#[derive(Debug)]
pub struct Rates {
    outport: Out<f32>,
    weights: Array2<f32>,
    decay: f32,
    #[local]
    state: Array1<f32>,
    #[local]
    rates: Array1<f32>,
}

impl LoihiModel for Rates {
    /// States at random to begin with, or nothing would ever happen.
    fn start(&mut self) -> lava::Result<()> {
        let states = StandardNormal.sample_iter(Philox::from_u64_seed(1));
        self.state = states.take(self.weights.nrows()).collect();
        self.rates = self.state.mapv(libm::erff);
        Ok(())
    }

    fn run_spk(&mut self) -> lava::Result<()> {
        for (state, weights) in self.state.iter_mut().zip(self.weights.rows()) {
            *state += self.decay * (weights.dot(&self.rates) - *state);
        }
        let activate = |rate: &mut f32, state: &f32| *rate = libm::erff(*state);
        self.rates.zip_mut_with(&self.state, activate);
        self.outport.send(&self.rates)
    }
}

/// The voltage that constant input alone would lead to, in thresholds: enough to fire.
const DRIVE: f32 = 1.6;
/// The fraction of its synaptic current that a neuron loses in a step.
const DU: f32 = 0.1;

/// Units that spike: leaky integrate-and-fire neurons that are driven by constant input and by each
/// other, through synapses from all to all.
///
/// A model made of processes. Its neurons lose as much of their voltage in a step as the units of
/// [`Rates`] lose of their state, and firing at their mean rate all neurons together drive each
/// other as the rates do.
#[implements(proc = EiNetwork, protocol = Loihi, sub_model, alternative)]
#[derive(Debug)]
pub struct Spikes;

impl SubModel for Spikes {
    type Process = EiNetwork;
    type Config = Loihi1SimCfg;

    fn build(all: &EiNetwork, net: &Network<Loihi1SimCfg>) -> lava::Result<EiNetworkExports> {
        let (neurons, decay) = (all.weights.nrows(), *all.decay);
        network! { inside net, all: EiNetwork;
            lif:   Lif   = Lif::shape([neurons])
                .v(voltages(neurons))
                .du(DU)
                .dv(decay)
                .bias_mant(decay * DRIVE)
                .vth(1.0);
            dense: Dense = Dense::weights(&**all.weights * DU);
            ones:  Ones  = Ones::shape([neurons]);
            lif.s_out   -> [dense.s_in, ones.s_in];
            dense.a_out -> lif.a_in;
            ones.a_out  -> all.outport;
        }
    }
}

/// Sends spikes on as ones, in the same step.
#[process]
pub struct Ones {
    /// Spikes.
    s_in: InPort<Spike>,
    /// 1 for each of them.
    a_out: OutPort<f32>,
}

#[implements(proc = Ones, protocol = Loihi)]
struct OnesModel {
    s_in: In<Spike>,
    a_out: Out<f32>,
}

impl LoihiModel for OnesModel {
    fn run_spk(&mut self) -> lava::Result<()> {
        let ones = self.a_out.accumulate()?;
        for neuron in self.s_in.recv().indices() {
            ones[*neuron as usize] = 1.0;
        }
        Ok(())
    }
}

/// Voltages at random, or all neurons would fire at once.
fn voltages(neurons: usize) -> Array1<f32> {
    let voltages = StandardUniform.sample_iter(Philox::from_u64_seed(2));
    voltages.take(neurons).collect()
}

/// The same neurons in Loihi's fixed point, with weights of 8 bits.
#[implements(proc = EiNetwork, protocol = Loihi, sub_model, alternative)]
#[derive(Debug)]
pub struct FixedSpikes;

impl SubModel for FixedSpikes {
    type Process = EiNetwork;
    type Config = Loihi1SimCfg;

    fn build(all: &EiNetwork, net: &Network<Loihi1SimCfg>) -> lava::Result<EiNetworkExports> {
        let (neurons, decay) = (all.weights.nrows(), *all.decay);
        // The strongest synapse gets the largest weight that there is.
        let strongest = all
            .weights
            .iter()
            .fold(0.0, |most: f32, weight| most.max(weight.abs()));
        let unit = 255.0 / (DU * strongest);
        // Voltages are in units of 1/64 of a weight, and a bias has 12 bits, besides its exponent.
        let voltage = 64.0 * unit;
        let bias = decay * DRIVE * voltage;
        let exponent = (bias / 4095.0).log2().ceil().max(0.0);
        network! { inside net, all: EiNetwork;
            lif:   Lif<i32>   = Lif::shape([neurons])
                .v(voltages(neurons).mapv(|v| (v * voltage) as i32))
                .du((DU * 4096.0) as i32)
                .dv((decay * 4096.0) as i32)
                .bias_mant((bias / exponent.exp2()) as i32)
                .bias_exp(exponent as i32)
                .vth(unit as i32);
            dense: Dense<i32> = Dense::weights(all.weights.mapv(|w| (w * DU * unit).round() as i32))
                .sign_mode(Some(SignMode::Mixed));
            ones:  Ones  = Ones::shape([neurons]);
            lif.s_out   -> [dense.s_in, ones.s_in];
            dense.a_out -> lif.a_in;
            ones.a_out  -> all.outport;
        }
    }
}
