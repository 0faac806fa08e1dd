//! The neuron and its input.

use lava::model::Loihi;
use lava::network::{AnyTag, Cpu, HasModel};
use lava::prelude::*;
use lava::proc::{AtrLif, Membrane, Source};

/// For how many steps the neuron runs.
pub const STEPS: u64 = 400;
/// The input: weak, strong, weak, and nothing, for as many steps each.
const INPUT: [i16; 4] = [2, 5, 2, 0];

/// The numbers that the neuron computes in.
pub trait Precision: Membrane {
    /// An input.
    fn weight(weight: i16) -> Self;
    /// A state variable in the units of a weight.
    fn in_weights(self) -> f64;
}

impl Precision for f32 {
    fn weight(weight: i16) -> f32 {
        f32::from(weight)
    }

    fn in_weights(self) -> f64 {
        f64::from(self)
    }
}

impl Precision for i32 {
    fn weight(weight: i16) -> i32 {
        i32::from(weight)
    }

    fn in_weights(self) -> f64 {
        f64::from(self) / 64.0
    }
}

/// The course of the neuron, in the units of a weight, step by step.
#[derive(Debug)]
pub struct Trace {
    /// The voltage.
    pub voltage: Vec<f64>,
    /// The voltage that it takes to fire: threshold and refractoriness.
    pub limit: Vec<f64>,
    /// The steps in which the neuron spiked, counted from 1.
    pub spikes: Vec<u64>,
}

/// Runs the neuron.
///
/// # Errors
/// If the network cannot be run.
pub fn run<T: Precision>() -> lava::Result<Trace>
where
    AtrLif<T>: HasModel<Loihi, AnyTag, Cpu>,
    Source<T>: HasModel<Loihi, AnyTag, Cpu>,
{
    let each = STEPS as usize / INPUT.len();
    let rows = INPUT
        .iter()
        .flat_map(|weight| vec![[T::weight(*weight)]; each]);
    let rows = ndarray::Array2::from(rows.collect::<Vec<_>>());
    let neuron = AtrLif::shape([1])
        .delta_theta(0.02)
        .delta_r(0.1)
        .theta_step(1.5);
    let net = network! { Loihi1SimCfg;
        input:  Source<T> = Source::data(rows);
        neuron: AtrLif<T> = neuron;
        input.s_out -> neuron.a_in;
    }?;
    let voltage = net.probe(&net.neuron.v)?;
    let (theta, r) = (net.probe(&net.neuron.theta)?, net.probe(&net.neuron.r)?);
    let spikes = net.probe(&net.neuron.s_out)?;
    net.run(RunSteps(STEPS))?;
    let (theta, r) = (theta.data(), r.data());
    let limit = theta
        .iter()
        .zip(&r)
        .map(|(theta, r)| theta.in_weights() + r.in_weights());
    Ok(Trace {
        voltage: voltage.data().iter().map(|v| v.in_weights()).collect(),
        limit: limit.collect(),
        spikes: spikes.events().iter().map(|(step, _)| *step).collect(),
    })
}
