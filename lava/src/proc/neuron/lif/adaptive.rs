//! Leaky integrate-and-fire neurons with adaptive threshold and refractoriness.

use super::adaptation::{Adaptive, Derived, Neurons};
use crate::model::{ClosedForm, EventDriven, Sleep, Update};
use crate::prelude::*;
use crate::proc::kernel::events::{begin_events, check_update, end_events, event_methods};
use crate::proc::kernel::fired::{Fired, blocks};
use crate::proc::kernel::membrane::Membrane;
use crate::proc::kernel::real::Real;

/// Leaky integrate-and-fire neurons with adaptive threshold and refractoriness: every spike raises
/// the threshold, and nothing resets the voltage.
///
#[cfg_attr(doc, doc = include_str!("../../../../pictures/atr_lif.svg"))]
///
/// In floating point (`AtrLif<f32>`, the default, and `AtrLif<f64>`), per step and neuron:
///
/// ```text
/// i ← (1 − delta_i)·i + a_in
/// v ← (1 − delta_v)·v + i + bias_mant
/// theta ← (1 − delta_theta)·(theta − theta_0) + theta_0
/// r ← (1 − delta_r)·r
/// spikes, r ← r + 2·theta, then theta ← theta + theta_step where v − r ≥ theta
/// ```
///
/// Decays, `theta_0` and `theta_step` are real numbers, `f64`, for every `T`: decays are fractions,
/// thresholds in the units of a weight.
///
/// In fixed point, `AtrLif<i32>`, the equations are computed with the arithmetic of
/// [`Lif<i32>`](super::Lif), bit for bit as in Lava:
///
/// - `i`, `v`, `theta`, `r` and the bias are in units of 1/64 of a weight; the bias is
///   `bias_mant·2^bias_exp`.
/// - `i` wraps around at 24 bits, `v` saturates there, `theta` and `r` have 32 bits.
/// - A decay multiplies by `trunc(4096·(1 − delta))/4096`; that of `i`, which is not truncated, by
///   `(4095 − 4096·delta_i)/4096`. Products are rounded towards zero.
/// - `theta_0` and `theta_step` are multiplied by 64 and truncated.
/// - `theta` starts as `theta_0`; its initial value is ignored.
///
/// With [`Update::EventDriven`], in floating point, neurons that stay below their threshold are not computed.
///
/// Input acts in the step in which it arrives. All Vars have the shape of the population; every
/// parameter may differ from neuron to neuron.
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
    /// Refractoriness: subtracted from the voltage before it is compared with the threshold.
    #[var(init = T::ZERO, finite)]
    r: Var<T>,
    /// `true` for neurons that spiked in the last step.
    #[var(init = false)]
    s: Var<bool>,
    /// Fraction of the current lost per step.
    #[var(init = 0.4, range = 0.0..=1.0)]
    delta_i: Var<f64>,
    /// Fraction of the voltage lost per step.
    #[var(init = 0.4, range = 0.0..=1.0)]
    delta_v: Var<f64>,
    /// Fraction of `theta − theta_0` lost per step.
    #[var(init = 0.2, range = 0.0..=1.0)]
    delta_theta: Var<f64>,
    /// Fraction of the refractoriness lost per step.
    #[var(init = 0.2, range = 0.0..=1.0)]
    delta_r: Var<f64>,
    /// Resting threshold, in the units of a weight.
    #[var(init = 5.0, range = T::REAL_THRESHOLD)]
    theta_0: Var<f64>,
    /// Increment of the threshold per spike, in the units of a weight.
    #[var(init = 3.75, range = T::REAL_THRESHOLD)]
    theta_step: Var<f64>,
    /// Constant input to the voltage per step; in fixed point its mantissa.
    #[var(init = T::ZERO, range = T::BIAS)]
    bias_mant: Var<T>,
    /// Exponent of the bias in fixed point, a power of 2; floating-point models ignore it.
    #[var(init = 0, range = -31..=31)]
    bias_exp: Var<i32>,
    /// The update: clock-driven, the default, or event-driven, which pays where most neurons are silent.
    #[param(default = Update::ClockDriven)]
    update: Param<Update>,
}

/// Defines the model for elements of type `$T`, with the generics `$bound` of the model.
macro_rules! model {
    ($model:ident, $tag:ident, $T:ident, [$($bound:tt)*], [$($parameter:tt)*]) => {
        #[implements(proc = AtrLif<$T>, protocol = Loihi, shardable, batch)]
        #[tag($tag)]
        struct $model<$($bound)*> {
            a_in: In<$T>,
            s_out: Out<Spike>,
            i: Vec<$T>,
            v: Vec<$T>,
            theta: Vec<$T>,
            r: Vec<$T>,
            s: Vec<bool>,
            delta_i: PerNeuron<f64>,
            delta_v: PerNeuron<f64>,
            delta_theta: PerNeuron<f64>,
            delta_r: PerNeuron<f64>,
            theta_0: PerNeuron<f64>,
            theta_step: PerNeuron<f64>,
            bias_mant: PerNeuron<$T>,
            bias_exp: PerNeuron<i32>,
            update: Update,
            #[local(rebuilt)]
            derived: Derived<$T>,
            #[local(rebuilt)]
            events: EventDriven<[$T; 4]>,
            #[local]
            context: Context,
            #[local]
            sleep: Sleep,
            #[local(rebuilt)]
            fired: Fired,
        }

        impl<$($bound)*> $model<$($parameter)*> {
            /// Computes the coefficients of the population.
            fn derived(&self) -> Derived<$T> {
                let others = [
                    &self.delta_v,
                    &self.delta_theta,
                    &self.delta_r,
                    &self.theta_0,
                    &self.theta_step,
                ];
                Derived::of(self.v.len(), &self.delta_i, others)
            }
        }

        impl<$($bound)*> ClosedForm for $model<$($parameter)*> {
            /// `i`, `v`, `theta` and `r`.
            type State = [$T; 4];

            fn state(&self, n: usize) -> [$T; 4] {
                [self.i[n], self.v[n], self.theta[n], self.r[n]]
            }

            fn set_state(&mut self, n: usize, state: [$T; 4]) {
                [self.i[n], self.v[n], self.theta[n], self.r[n]] = state;
            }

            fn advanced(&self, n: usize, state: [$T; 4], steps: u64) -> [$T; 4] {
                self.derived.advanced(n, self.bias_mant.block(n, 1)[0], state, steps)
            }

            fn stays_below_threshold(&self, n: usize, state: [$T; 4]) -> bool {
                // In the step after a spike `s` changes.
                !self.s[n] && self.derived.stays_below(n, self.bias_mant.block(n, 1)[0], state)
            }

            fn events(&mut self) -> &mut EventDriven<[$T; 4]> {
                &mut self.events
            }
        }

        impl<$($bound)*> LoihiModel for $model<$($parameter)*> {
            event_methods!();

            fn check(&self) -> crate::Result<()> {
                check_update::<$T>(self.update)
            }

            fn start(&mut self) -> crate::Result<()> {
                self.derived = self.derived();
                if <$T as Adaptive>::STARTS_AT_REST {
                    for (start, len) in blocks(self.theta.len()) {
                        let theta_0 = self.derived.theta_0(start, len);
                        self.theta[start..][..len].copy_from_slice(theta_0);
                    }
                }
                Ok(())
            }

            fn on_var_update(&mut self, _: &str) -> crate::Result<()> {
                self.events.accept();
                self.derived = self.derived();
                Ok(())
            }

            #[inline(always)]
            fn run_spk(&mut self) -> crate::Result<()> {
                let is_event_driven = self.update == Update::EventDriven;
                if is_event_driven {
                    begin_events!(self, self.v.len(), a_in);
                }
                let neurons = Neurons {
                    events: is_event_driven.then(|| self.events.blocks()),
                    step: self.context.time_step(),
                    a_in: self.a_in.recv_blocks(),
                    i: &mut self.i,
                    v: &mut self.v,
                    theta: &mut self.theta,
                    r: &mut self.r,
                    s: &mut self.s,
                    sleep: &mut self.sleep,
                    bias_mant: &self.bias_mant,
                    bias_exp: &self.bias_exp,
                    derived: &self.derived,
                };
                neurons.step(&mut self.fired);
                end_events!(self);
                self.s_out.send_indices(&self.fired.neurons)
            }
        }
    };
}

model!(AtrLifFloat, FloatingPt, T, [T: Real], [T]);
model!(AtrLifFixed, FixedPt, i32, [], []);
