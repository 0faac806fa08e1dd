//! Leaky integrate-and-fire neurons with a periodic reset.

use std::hint::select_unpredictable;

use super::leaky::leaky;
use super::spike_rule::Above;
use crate::model::{BLOCK, Sleep};
use crate::prelude::*;
use crate::proc::kernel::fired::{Fired, blocks};
use crate::proc::kernel::membrane::Membrane;
use crate::proc::kernel::real::Real;
use crate::process::Value;

/// Leaky integrate-and-fire neurons whose current and voltage are reset periodically: for input
/// that comes in samples of equal length.
///
#[cfg_attr(doc, doc = include_str!("../../../../pictures/lif_reset.svg"))]
///
/// In every step *t* with `t mod reset_interval = reset_offset mod reset_interval`, before the
/// input of the step is added,
///
/// ```text
/// u ← 0,  v ← 0
/// ```
///
/// and the step continues with the equations of [`Lif`](super::Lif), in floating and in fixed
/// point. The first step is 1.
///
/// Ports and Vars have the shape of the population; every parameter may differ from neuron to
/// neuron.
///
/// Source: Intel's Lava (`PyLifResetModelFloat`, `PyLifResetModelBitAcc`).
///
/// ```
/// use lava::prelude::*;
/// use lava::proc::LifReset;
///
/// # fn main() -> lava::Result<()> {
/// let net = Network::<Loihi1SimCfg>::new();
/// let lif: LifReset<i32> =
///     net.add(LifReset::shape([1]).bias_mant(100).vth(100).reset_interval(3).reset_offset(1))?;
/// let v = net.probe(&lif.v)?;
/// net.run(RunSteps(8))?;
/// assert_eq!(v.data().as_slice(), Some(&[100, 200, 300, 100, 200, 300, 100, 200][..]));
/// # net.stop()
/// # }
/// ```
#[process]
pub struct LifReset<T: Membrane = f32> {
    /// Synaptic input, summed over all connections.
    a_in: InPort<T>,
    /// Spikes.
    s_out: OutPort<Spike>,
    /// Synaptic current.
    #[var(init = T::ZERO, finite)]
    u: Var<T>,
    /// Membrane voltage.
    #[var(init = T::ZERO, finite)]
    v: Var<T>,
    /// Fraction of the current lost per step; in fixed point in units of 1/4096.
    #[var(init = T::ZERO, range = T::DECAY)]
    du: Var<T>,
    /// Fraction of the voltage lost per step; in fixed point in units of 1/4096.
    #[var(init = T::ZERO, range = T::DECAY)]
    dv: Var<T>,
    /// Constant input to the voltage per step; in fixed point its mantissa.
    #[var(init = T::ZERO, range = T::BIAS)]
    bias_mant: Var<T>,
    /// Exponent of the bias in fixed point, a power of 2; floating-point models ignore it.
    #[var(init = 0, range = -31..=31)]
    bias_exp: Var<i32>,
    /// Voltage above which a neuron spikes; in fixed point in the units of a weight.
    #[var(init = T::VTH, range = T::THRESHOLD)]
    vth: Var<T>,
    /// Interval between resets, in steps.
    #[var(init = 1, range = 1..)]
    reset_interval: Var<i32>,
    /// Step of an interval in which the reset happens.
    #[var(init = 0, range = 0..)]
    reset_offset: Var<i32>,
}

/// Steps in which neurons are reset.
struct Schedule<'a> {
    interval: &'a PerNeuron<i32>,
    offset: &'a PerNeuron<i32>,
}

/// Returns `true` if a neuron is reset in this step: if `step` ≡ `offset` modulo `interval`, for
/// the first 2⁵¹ steps. It tests whether a floating-point quotient is an integer, since SIMD has no
/// integer division.
#[inline(always)]
fn due(step: u64, interval: i32, offset: i32) -> bool {
    // Adding it rounds to an integer.
    const ROUNDER: f64 = 6_755_399_441_055_744.0;
    let quotient = (step as f64 - f64::from(offset)) / f64::from(interval);
    quotient + ROUNDER - ROUNDER == quotient
}

impl Schedule<'_> {
    /// Sets current and voltage of the neurons that are reset in this step to 0. Returns `true` if there may
    /// be any.
    #[inline(always)]
    fn reset<T: Value>(&self, step: u64, u: &mut [T], v: &mut [T]) -> bool {
        if let (Some(interval), Some(offset)) = (self.interval.uniform(), self.offset.uniform()) {
            let is_due = due(step, interval, offset);
            if is_due {
                u.fill(T::ZERO);
                v.fill(T::ZERO);
            }
            return is_due;
        }
        for (start, len) in blocks(v.len()) {
            let interval = self.interval.block(start, len);
            let offset = self.offset.block(start, len);
            let mut resets = [false; BLOCK];
            for i in 0..len {
                resets[i] = due(step, interval[i], offset[i]);
            }
            for state in [&mut u[start..][..len], &mut v[start..][..len]] {
                for (state, resets) in state.iter_mut().zip(resets) {
                    *state = select_unpredictable(resets, T::ZERO, *state);
                }
            }
        }
        true
    }
}

/// Defines the model for elements of type `$T`, with the generics `$bound` of the model.
macro_rules! model {
    ($model:ident, $tag:ident, $T:ident, [$($bound:tt)*], [$($parameter:tt)*]) => {
        #[implements(proc = LifReset<$T>, protocol = Loihi, shardable, batch)]
        #[tag($tag)]
        struct $model<$($bound)*> {
            a_in: In<$T>,
            s_out: Out<Spike>,
            u: Vec<$T>,
            v: Vec<$T>,
            du: PerNeuron<$T>,
            dv: PerNeuron<$T>,
            bias_mant: PerNeuron<$T>,
            bias_exp: PerNeuron<i32>,
            vth: PerNeuron<$T>,
            reset_interval: PerNeuron<i32>,
            reset_offset: PerNeuron<i32>,
            #[local]
            context: Context,
            #[local]
            sleep: Sleep,
            #[local(rebuilt)]
            fired: Fired,
        }

        impl<$($bound)*> LoihiModel for $model<$($parameter)*> {
            #[inline(always)]
            fn run_spk(&mut self) -> crate::Result<()> {
                let schedule = Schedule {
                    interval: &self.reset_interval,
                    offset: &self.reset_offset,
                };
                if schedule.reset(self.context.time_step(), &mut self.u, &mut self.v) {
                    self.sleep.wake();
                }
                leaky!(self).step(Above(&self.vth), &mut self.fired);
                self.s_out.send_indices(&self.fired.neurons)
            }
        }
    };
}

model!(LifResetFloat, FloatingPt, T, [T: Real], [T]);
model!(LifResetFixed, FixedPt, i32, [], []);

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_reset_is_due_where_the_remainders_agree(
            step in prop_oneof![1..10_000_u64, 1..1_u64 << 51],
            interval in prop_oneof![1..50, 1..=i32::MAX],
            offset in prop_oneof![0..50, 0..=i32::MAX],
        ) {
            let (divisor, remainder) = (interval as u64, (offset % interval) as u64);
            prop_assert_eq!(due(step, interval, offset), step % divisor == remainder);
            let turn = step - step % divisor + remainder;
            prop_assert!(due(turn, interval, offset));
            prop_assert_eq!(due(turn + 1, interval, offset), interval == 1);
        }
    }
}
