//! Leaky integrate-and-fire neurons that start anew in regular intervals.

use std::hint::select_unpredictable;

use super::leaky::leaky;
use super::membrane::Membrane;
use super::rule::Above;
use crate::model::BLOCK;
use crate::prelude::*;
use crate::proc::fired::{Fired, blocks};
use crate::proc::real::Real;
use crate::process::Value;

/// A population of leaky integrate-and-fire neurons whose current and voltage are reset in regular
/// intervals: for input that comes in samples of equal length.
///
/// In every step *t* with `t mod reset_interval = reset_offset mod reset_interval`, after the input
/// has arrived and before it counts,
///
/// ```text
/// u ← 0,  v ← 0
/// ```
///
/// and the step goes on as that of [`Lif`](super::Lif), in floating and in fixed point. The first
/// step is 1.
///
/// Every parameter may differ from neuron to neuron.
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
    /// Constant input to the voltage; in fixed point the mantissa.
    #[var(init = T::ZERO, range = T::BIAS)]
    bias_mant: Var<T>,
    /// Exponent of the bias, in fixed point; floating-point models do not use it.
    #[var(init = 0, range = -31..=31)]
    bias_exp: Var<i32>,
    /// Voltage above which a neuron spikes.
    #[var(init = T::VTH, range = T::THRESHOLD)]
    vth: Var<T>,
    /// Steps from one reset to the next.
    #[var(init = 1, range = 1..)]
    reset_interval: Var<i32>,
    /// Which step of an interval resets.
    #[var(init = 0, range = 0..)]
    reset_offset: Var<i32>,
}

/// When neurons start anew.
struct Schedule<'a> {
    interval: &'a PerNeuron<i32>,
    offset: &'a PerNeuron<i32>,
}

/// Whether it is a neuron's turn. A quotient in floating point, which vectors can compute, is a whole
/// number exactly if the division leaves nothing, for the first 2⁵¹ steps.
#[inline(always)]
fn due(step: u64, interval: i32, offset: i32) -> bool {
    // Adding it rounds to a whole number.
    const ROUNDER: f64 = 6_755_399_441_055_744.0;
    let quotient = (step as f64 - f64::from(offset)) / f64::from(interval);
    quotient + ROUNDER - ROUNDER == quotient
}

impl Schedule<'_> {
    /// Makes 0 of the state of the neurons whose turn it is.
    #[inline(always)]
    fn reset<T: Value>(&self, step: u64, u: &mut [T], v: &mut [T]) {
        if let (Some(interval), Some(offset)) = (self.interval.uniform(), self.offset.uniform()) {
            if due(step, interval, offset) {
                u.fill(T::ZERO);
                v.fill(T::ZERO);
            }
            return;
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
    }
}

#[implements(proc = LifReset<T>, protocol = Loihi, shardable)]
#[tag(FloatingPt)]
struct LifResetFloat<T: Real> {
    a_in: In<T>,
    s_out: Out<Spike>,
    u: Vec<T>,
    v: Vec<T>,
    du: PerNeuron<T>,
    dv: PerNeuron<T>,
    bias_mant: PerNeuron<T>,
    bias_exp: PerNeuron<i32>,
    vth: PerNeuron<T>,
    reset_interval: PerNeuron<i32>,
    reset_offset: PerNeuron<i32>,
    #[local]
    context: Context,
    #[local]
    fired: Fired,
}

impl<T: Real> Shardable for LifResetFloat<T> {}

impl<T: Real> LoihiModel for LifResetFloat<T> {
    #[inline(always)]
    fn run_spk(&mut self) -> crate::Result<()> {
        let schedule = Schedule {
            interval: &self.reset_interval,
            offset: &self.reset_offset,
        };
        schedule.reset(self.context.time_step(), &mut self.u, &mut self.v);
        leaky!(self).step(Above(&self.vth), &mut self.fired);
        self.s_out.send_indices(&self.fired.neurons)
    }
}

#[implements(proc = LifReset<i32>, protocol = Loihi, shardable)]
#[tag(FixedPt)]
struct LifResetFixed {
    a_in: In<i32>,
    s_out: Out<Spike>,
    u: Vec<i32>,
    v: Vec<i32>,
    du: PerNeuron<i32>,
    dv: PerNeuron<i32>,
    bias_mant: PerNeuron<i32>,
    bias_exp: PerNeuron<i32>,
    vth: PerNeuron<i32>,
    reset_interval: PerNeuron<i32>,
    reset_offset: PerNeuron<i32>,
    #[local]
    context: Context,
    #[local]
    fired: Fired,
}

impl Shardable for LifResetFixed {}

impl LoihiModel for LifResetFixed {
    #[inline(always)]
    fn run_spk(&mut self) -> crate::Result<()> {
        let schedule = Schedule {
            interval: &self.reset_interval,
            offset: &self.reset_offset,
        };
        schedule.reset(self.context.time_step(), &mut self.u, &mut self.v);
        leaky!(self).step(Above(&self.vth), &mut self.fired);
        self.s_out.send_indices(&self.fired.neurons)
    }
}

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
