//! Noise currents.

use super::philox::NeuronStream;
use crate::prelude::*;
use crate::proc::kernel::factors::Factors;
use crate::proc::kernel::fired::blocks;
use crate::proc::kernel::real::Real;
use crate::proc::kernel::time::time_step;
use crate::process::{ProcessSeed, TimeStep};
use crate::units::ms;

/// Gaussian noise current, independent for each neuron: white, or an Ornstein–Uhlenbeck process.
///
#[cfg_attr(doc, doc = include_str!("../../../pictures/noise_current.svg"))]
///
/// ```text
/// x ← x·exp(−dt/tau) + std·√(1 − exp(−2·dt/tau)) · ξ        ξ normal with variance 1
/// a_out = mean + x
/// ```
///
/// | `tau` | noise | spectral density at frequency *f*, one-sided |
/// |---|---|---|
/// | 0 (default) | white: constant during a step, independent in the next | 2·`std`²·`dt`, far below 1/`dt` |
/// | above 0 | Ornstein–Uhlenbeck, exact at the steps; it starts at the mean | 4·`std`²·`tau` / (1 + (2π·*f*·`tau`)²) |
///
/// `std` is the standard deviation of the current, at any `dt`. To keep the density of white noise
/// when `dt` changes, divide `std` by the square root of `dt`.
///
/// Connect it to the `current_in` of a neuron. The draws are a function of `seed`, neuron and step
/// alone: they do not depend on the number of workers, and repeat when the network is reset. Port and
/// Vars have the shape of the population.
///
/// Source: NEST's `noise_generator`; Gillespie (1996), *Exact numerical simulation of the
/// Ornstein-Uhlenbeck process and its integral*, Phys. Rev. E 54, 2084–2091.
///
/// ```
/// use lava::prelude::*;
/// use lava::proc::{IafPscExp, NoiseCurrent};
///
/// # fn main() -> lava::Result<()> {
/// let net = network! { Loihi1SimCfg;
///     noise:  NoiseCurrent = NoiseCurrent::shape([100]).std(300.0).tau(5.0).mean(350.0).seed(1);
///     neuron: IafPscExp    = IafPscExp::shape([100]);
///     noise.a_out -> neuron.current_in;
/// }?;
/// let spikes = net.probe(&net.neuron.s_out)?;
/// net.run(RunSteps(1000))?;
/// assert!(spikes.counts().iter().filter(|count| **count > 0).count() > 90);
/// # net.stop()
/// # }
/// ```
#[process]
pub struct NoiseCurrent<T: Real = f32> {
    /// The current of the step, in pA.
    a_out: OutPort<T>,
    /// Standard deviation of the current, in pA.
    #[var(shape = shape, range = T::NON_NEGATIVE)]
    std: Var<T>,
    /// Mean of the current, in pA.
    #[var(init = T::ZERO, finite)]
    mean: Var<T>,
    /// Time constant of the correlation, in ms; 0 for white noise.
    #[var(init = T::ZERO, range = T::NON_NEGATIVE)]
    tau: Var<T>,
    /// Deviation from the mean, in pA.
    #[var(init = T::ZERO, finite)]
    x: Var<T>,
    /// Seed of the random numbers; default: from the network's seed and the name of the process.
    #[var(scalar, init = ProcessSeed::default())]
    seed: Var<u64>,
    /// Time step, in ms: that of the network.
    #[param(default = TimeStep::network_or(0.1 * ms), into)]
    dt: Param<TimeStep>,
}

#[implements(proc = NoiseCurrent<T>, protocol = Loihi, shardable)]
#[tag(FloatingPt)]
struct NoiseCurrentModel<T: Real> {
    a_out: Out<T>,
    std: PerNeuron<T>,
    mean: PerNeuron<T>,
    tau: PerNeuron<T>,
    x: Vec<T>,
    seed: u64,
    dt: f64,
    /// Per step: decay of the deviation, and the standard deviation of what is added to it.
    #[local(rebuilt)]
    factors: Factors<T, 2>,
    #[local]
    context: Context,
}

impl<T: Real> LoihiModel for NoiseCurrentModel<T> {
    fn start(&mut self) -> crate::Result<()> {
        let dt = time_step(self.dt)?;
        self.factors = Factors::of(self.x.len(), [&self.std, &self.tau], |[std, tau]| {
            let kick = std * (-(-2.0 * dt / tau).exp_m1()).sqrt();
            [(-dt / tau).exp(), kick].map(T::of)
        });
        Ok(())
    }

    fn on_var_update(&mut self, var: &str) -> crate::Result<()> {
        match var {
            "std" | "tau" => self.start(),
            _ => Ok(()),
        }
    }

    #[inline(always)]
    fn run_spk(&mut self) -> crate::Result<()> {
        let stream = NeuronStream::new(self.seed, self.context.time_step());
        let stream = stream.from(self.context.neurons().start);
        let a_out = self.a_out.accumulate()?;
        for (start, len) in blocks(a_out.len()) {
            let normal = &stream.normal(start)[..len];
            let [left, kick] = self.factors.blocks(start, len);
            let mean = self.mean.block(start, len);
            let (x, a_out) = (&mut self.x[start..][..len], &mut a_out[start..][..len]);
            for i in 0..len {
                x[i] = (x[i] * left[i]).settled() + kick[i] * T::of(normal[i]);
                a_out[i] = mean[i] + x[i];
            }
        }
        Ok(())
    }
}
