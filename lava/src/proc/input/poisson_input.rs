//! Poisson input: weighted counts of events.

use super::philox::{GROUP, NeuronStream, groups};
use super::poisson_table::{Table, Tables};
use crate::prelude::*;
use crate::proc::kernel::coefficient::Coefficient;
use crate::proc::kernel::real::Real;
use crate::proc::kernel::time::time_step;
use crate::process::{ProcessSeed, TimeStep};
use crate::units::ms;

/// Poisson input: per step and neuron `weight` times the number of events of many independent
/// Poisson sources.
///
#[cfg_attr(doc, doc = include_str!("../../../pictures/poisson_input.svg"))]
///
/// ```text
/// a_out = weight · n        n Poisson distributed with mean rate · dt
/// ```
///
/// The sum of Poisson processes is a Poisson process whose rate is the sum of their rates: a
/// thousand sources of 8 Hz are a `rate` of 8000 Hz. The input of each neuron is independent, drawn
/// from a table of the distribution by inversion: exact to 2⁻⁴⁸, at a cost that does not grow with
/// the rate. Each distinct rate has a table; with more than 16 the tables are coarser and slower.
///
/// The draws are a function of `seed`, neuron and step alone: they do not depend on the number of
/// workers, and repeat when the network is reset. Port and Vars have the shape of the population.
///
/// Source: NEST's `poisson_generator`, one to each neuron; Potjans & Diesmann (2014), *The
/// cell-type specific cortical microcircuit*, Cereb. Cortex 24(3), 785–806.
///
/// ```
/// use lava::prelude::*;
/// use lava::proc::PoissonInput;
/// use lava::proc::IafPscExp;
///
/// # fn main() -> lava::Result<()> {
/// let net = network! { Loihi1SimCfg;
///     input:  PoissonInput = PoissonInput::shape([100]).rate(1600.0 * 8.0).weight(87.8);
///     neuron: IafPscExp    = IafPscExp::shape([100]);
///     input.a_out -> neuron.exc_in;
/// }?;
/// let events = net.probe(&net.input.a_out)?;
/// net.run(RunSteps(100))?;
/// let mean = events.data().mean().unwrap() / 87.8;
/// assert!((mean - 1.28).abs() < 0.05, "{mean:?} events a step");
/// # net.stop()
/// # }
/// ```
#[process]
pub struct PoissonInput<T: Real = f32> {
    /// `weight` times the number of events in the step.
    a_out: OutPort<T>,
    /// Rate of events, in Hz; at most 10⁶ events per step.
    #[var(shape = shape, range = 0.0..f64::INFINITY)]
    rate: Var<f64>,
    /// Seed of the random numbers; default: from the network's seed and the name of the process.
    #[var(scalar, init = ProcessSeed::default())]
    seed: Var<u64>,
    /// Weight of an event, in the unit of the neurons' input: pA, mV or nS.
    #[var(init = T::ONE, finite)]
    weight: Var<T>,
    /// Time step, in ms: that of the network.
    #[param(default = TimeStep::network_or(0.1 * ms), into)]
    dt: Param<TimeStep>,
}

#[implements(proc = PoissonInput<T>, protocol = Loihi, shardable)]
#[tag(FloatingPt)]
struct PoissonInputModel<T: Real> {
    a_out: Out<T>,
    rate: PerNeuron<f64>,
    seed: u64,
    weight: PerNeuron<T>,
    dt: f64,
    #[local(rebuilt)]
    tables: Tables,
    #[local]
    context: Context,
}

impl<T: Real> LoihiModel for PoissonInputModel<T> {
    const USES_AVX512: bool = true;

    fn start(&mut self) -> crate::Result<()> {
        let dt = time_step(self.dt)?;
        let population = self.a_out.shape().iter().product();
        let neurons = if self.rate.uniform().is_some() {
            1
        } else {
            population
        };
        let means = (0..neurons).map(|neuron| self.rate.block(neuron, 1)[0] * dt / 1000.0);
        let means: Vec<f64> = means.collect();
        if let Some(mean) = means.iter().find(|mean| **mean > Table::LARGEST) {
            let largest = Table::LARGEST;
            let message = format!("{mean:?} events a step; there can be at most {largest}");
            return Err(crate::Error::model(message));
        }
        self.tables = Tables::new(&means);
        Ok(())
    }

    fn on_var_update(&mut self, var: &str) -> crate::Result<()> {
        match var {
            "rate" => self.start(),
            _ => Ok(()),
        }
    }

    #[inline(always)]
    fn run_spk(&mut self) -> crate::Result<()> {
        let stream = NeuronStream::new(self.seed, self.context.time_step());
        let stream = stream.from(self.context.neurons().start);
        let is_uniform = self.weight.uniform().is_some();
        let a_out = self.a_out.overwrite()?;
        let (mut ranks, mut counts) = ([0; GROUP], [0; GROUP]);
        for (start, len) in groups(a_out.len()) {
            let coarse = stream.coarse(self.tables.simd, start);
            let weight = (self.weight.block(start, len), is_uniform);
            let a_out = &mut a_out[start..][..len];
            match self.tables.rank(stream, start, &coarse, &mut ranks) {
                Some(least) => {
                    let counts = ranks.iter().map(|rank| least + u32::from(*rank));
                    write(a_out, weight, counts);
                }
                None => {
                    self.tables
                        .count(stream, start, &coarse, &mut counts[..len]);
                    write(a_out, weight, counts.iter().copied());
                }
            }
        }
        Ok(())
    }
}

/// Writes weighted counts; the weight of all neurons is the same if it is uniform.
#[inline(always)]
fn write<T: Real>(
    a_out: &mut [T],
    (weight, is_uniform): (&[T], bool),
    counts: impl Iterator<Item = u32>,
) {
    let len = a_out.len();
    match is_uniform {
        true => weighted(a_out, Coefficient::<T, true>::new(weight, len), counts),
        false => weighted(a_out, Coefficient::<T, false>::new(weight, len), counts),
    }
}

#[inline(always)]
fn weighted<T: Real, const UNIFORM: bool>(
    a_out: &mut [T],
    weight: Coefficient<'_, T, UNIFORM>,
    counts: impl Iterator<Item = u32>,
) {
    for (neuron, (a_out, count)) in a_out.iter_mut().zip(counts).enumerate() {
        *a_out = weight[neuron] * T::count(count);
    }
}
