//! Leaky integrate-and-fire neurons with adaptive threshold and refractoriness.

use super::adaptation::{Derived, derived, neurons};
use super::membrane::Membrane;
use crate::prelude::*;
use crate::proc::fired::{Fired, blocks};
use crate::proc::real::Real;

/// A population of leaky integrate-and-fire neurons with adaptive threshold and refractoriness:
/// every spike makes the next one harder, and nothing resets the voltage.
///
/// In floating point (`AtrLif<f32>`, the default, and `AtrLif<f64>`), every step and neuron:
///
/// ```text
/// i ← (1 − delta_i)·i + a_in
/// v ← (1 − delta_v)·v + i + bias_mant
/// theta ← (1 − delta_theta)·(theta − theta_0) + theta_0
/// r ← (1 − delta_r)·r
/// spikes, r ← r + 2·theta, then theta ← theta + theta_step where v − r ≥ theta
/// ```
///
/// Decays, `theta_0` and `theta_step` are real numbers, `f64`, whatever the neurons compute in:
/// decays are fractions, thresholds in the units of a weight.
///
/// In fixed point, `AtrLif<i32>`, the same with the arithmetic of [`Lif<i32>`](super::Lif), bit for
/// bit as Lava computes it: `i`, `v`, `theta`, `r` and the bias are in units of 1/64 of a weight;
/// the bias is `bias_mant·2^bias_exp`; `i` wraps around at 24 bits, `v` saturates there, `theta`
/// and `r` have 32 bits. A decay leaves `trunc(4096·(1 − delta))/4096`, but that of `i`, which is
/// not truncated, `(4095 − 4096·delta_i)/4096`; what is left is rounded towards zero. `theta_0` and
/// `theta_step` are multiplied by 64 and truncated. `theta` starts as `theta_0`, whatever it was
/// given.
///
/// Input counts in the step in which it arrives. Every parameter may differ from neuron to neuron.
///
/// Source: Intel's Lava (`PyATRLIFModelFloat`, `PyATRLIFModelFixed`); Bellec et al. (2018), *Long
/// short-term memory and learning-to-learn in networks of spiking neurons*, NeurIPS 31.
///
/// ```
/// use lava::prelude::*;
/// use lava::proc::{AtrLif, Source};
///
/// # fn main() -> lava::Result<()> {
/// let net = network! { Loihi1SimCfg;
///     input: Source<i32> = Source::data([[9], [0], [0], [9], [0], [9], [0]]);
///     lif:   AtrLif<i32> = AtrLif::shape([1]);
///     input.s_out -> lif.a_in;
/// }?;
/// let (theta, spikes) = (net.probe(&net.lif.theta)?, net.probe(&net.lif.s_out)?);
/// net.run(RunSteps(7))?;
/// assert_eq!(theta.data().as_slice(), Some(&[560, 511, 472, 681, 608, 790, 695][..]));
/// assert_eq!(spikes.events(), [(1, 0), (4, 0), (6, 0)]);
/// # net.stop()
/// # }
/// ```
#[process]
pub struct AtrLif<T: Membrane = f32> {
    /// Synaptic input, summed over all connections.
    a_in: InPort<T>,
    /// Spikes.
    s_out: OutPort<Spike>,
    /// Synaptic current.
    #[var(init = T::ZERO, finite)]
    i: Var<T>,
    /// Membrane voltage.
    #[var(init = T::ZERO, finite)]
    v: Var<T>,
    /// Threshold.
    #[var(init = T::THETA, finite)]
    theta: Var<T>,
    /// Refractoriness: what the voltage lacks to the threshold after a spike.
    #[var(init = T::ZERO, finite)]
    r: Var<T>,
    /// Which neurons spiked in the last step.
    #[var(init = false)]
    s: Var<bool>,
    /// Fraction of the current lost per step.
    #[var(init = 0.4, range = 0.0..=1.0)]
    delta_i: Var<f64>,
    /// Fraction of the voltage lost per step.
    #[var(init = 0.4, range = 0.0..=1.0)]
    delta_v: Var<f64>,
    /// Fraction of the way back to `theta_0` that the threshold goes per step.
    #[var(init = 0.2, range = 0.0..=1.0)]
    delta_theta: Var<f64>,
    /// Fraction of the refractoriness lost per step.
    #[var(init = 0.2, range = 0.0..=1.0)]
    delta_r: Var<f64>,
    /// Threshold of a neuron that has not spiked for long.
    #[var(init = 5.0, range = T::REAL_THRESHOLD)]
    theta_0: Var<f64>,
    /// What a spike adds to the threshold.
    #[var(init = 3.75, range = T::REAL_THRESHOLD)]
    theta_step: Var<f64>,
    /// Constant input to the voltage; in fixed point the mantissa.
    #[var(init = T::ZERO, range = T::BIAS)]
    bias_mant: Var<T>,
    /// Exponent of the bias, in fixed point; floating-point models do not use it.
    #[var(init = 0, range = -31..=31)]
    bias_exp: Var<i32>,
}

#[implements(proc = AtrLif<T>, protocol = Loihi, shardable)]
#[tag(FloatingPt)]
struct AtrLifFloat<T: Real> {
    a_in: In<T>,
    s_out: Out<Spike>,
    i: Vec<T>,
    v: Vec<T>,
    theta: Vec<T>,
    r: Vec<T>,
    s: Vec<bool>,
    delta_i: PerNeuron<f64>,
    delta_v: PerNeuron<f64>,
    delta_theta: PerNeuron<f64>,
    delta_r: PerNeuron<f64>,
    theta_0: PerNeuron<f64>,
    theta_step: PerNeuron<f64>,
    bias_mant: PerNeuron<T>,
    bias_exp: PerNeuron<i32>,
    #[local]
    derived: Derived<T>,
    #[local]
    context: Context,
    #[local]
    fired: Fired,
}

impl<T: Real> Shardable for AtrLifFloat<T> {}

impl<T: Real> LoihiModel for AtrLifFloat<T> {
    fn start(&mut self) -> crate::Result<()> {
        self.derived = derived!(self);
        Ok(())
    }

    fn on_var_update(&mut self, _: &str) -> crate::Result<()> {
        self.derived = derived!(self);
        Ok(())
    }

    #[inline(always)]
    fn run_spk(&mut self) -> crate::Result<()> {
        neurons!(self).step(&mut self.fired);
        self.s_out.send_indices(&self.fired.neurons)
    }
}

#[implements(proc = AtrLif<i32>, protocol = Loihi, shardable)]
#[tag(FixedPt)]
struct AtrLifFixed {
    a_in: In<i32>,
    s_out: Out<Spike>,
    i: Vec<i32>,
    v: Vec<i32>,
    theta: Vec<i32>,
    r: Vec<i32>,
    s: Vec<bool>,
    delta_i: PerNeuron<f64>,
    delta_v: PerNeuron<f64>,
    delta_theta: PerNeuron<f64>,
    delta_r: PerNeuron<f64>,
    theta_0: PerNeuron<f64>,
    theta_step: PerNeuron<f64>,
    bias_mant: PerNeuron<i32>,
    bias_exp: PerNeuron<i32>,
    #[local]
    derived: Derived<i32>,
    #[local]
    context: Context,
    #[local]
    fired: Fired,
}

impl Shardable for AtrLifFixed {}

impl LoihiModel for AtrLifFixed {
    fn start(&mut self) -> crate::Result<()> {
        self.derived = derived!(self);
        for (start, len) in blocks(self.theta.len()) {
            let theta_0 = self.derived.theta_0(start, len);
            self.theta[start..][..len].copy_from_slice(theta_0);
        }
        Ok(())
    }

    fn on_var_update(&mut self, _: &str) -> crate::Result<()> {
        self.derived = derived!(self);
        Ok(())
    }

    #[inline(always)]
    fn run_spk(&mut self) -> crate::Result<()> {
        neurons!(self).step(&mut self.fired);
        self.s_out.send_indices(&self.fired.neurons)
    }
}
