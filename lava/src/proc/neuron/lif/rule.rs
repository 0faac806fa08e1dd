//! What becomes of a voltage: which neurons fire, what is reset then, when a voltage is held.

use std::hint::select_unpredictable;

use crate::model::{BLOCK, PerNeuron};
use crate::proc::kernel::membrane::Dynamics;

/// What a population does with the voltages that integration gives it.
pub(in crate::proc) trait Rule<T> {
    /// What a neuron sends in a step.
    type Spike: Copy + Default;

    /// What the `len` neurons from `start` do: the function takes a neuron of the block, its
    /// voltage before the step, and the voltage that it integrated to; and returns the voltage
    /// after the step, and what is sent.
    fn block(&mut self, start: usize, len: usize) -> impl FnMut(usize, T, T) -> (T, Self::Spike);
}

/// A neuron spikes above its threshold, and its voltage is 0 then.
pub(in crate::proc) struct Above<'a, T>(pub(super) &'a PerNeuron<T>);

impl<T: Dynamics> Rule<T> for Above<'_, T> {
    type Spike = bool;

    #[inline(always)]
    fn block(&mut self, start: usize, len: usize) -> impl FnMut(usize, T, T) -> (T, bool) {
        let vth = self.0.block(start, len);
        move |i, _, voltage| {
            let fires = voltage > T::threshold(vth[i]);
            (voltage.zero_where(fires), fires)
        }
    }
}

/// A neuron sends 1 above the higher of two thresholds, −1 below the lower, otherwise 0; its
/// voltage is 0 where it sends anything.
pub(in crate::proc) struct Outside<'a, T> {
    pub(in crate::proc) lo: &'a PerNeuron<T>,
    pub(in crate::proc) hi: &'a PerNeuron<T>,
}

impl<T: Dynamics> Rule<T> for Outside<'_, T> {
    type Spike = T;

    #[inline(always)]
    fn block(&mut self, start: usize, len: usize) -> impl FnMut(usize, T, T) -> (T, T) {
        let (lo, hi) = (self.lo.block(start, len), self.hi.block(start, len));
        move |i, _, voltage| {
            let above = voltage > T::threshold(hi[i]);
            let below = voltage < T::threshold(lo[i]);
            let sent = select_unpredictable(above, T::ONE, T::ZERO);
            let sent = sent.plus(select_unpredictable(below, -T::ONE, T::ZERO));
            let fires = sent != T::ZERO;
            (voltage.zero_where(fires), sent)
        }
    }
}

/// A neuron obeys another rule, but keeps its voltage until a step has passed.
pub(in crate::proc) struct Held<'a, R> {
    pub(in crate::proc) rule: R,
    /// The present step.
    pub(in crate::proc) step: i64,
    /// The last step in which each neuron keeps its voltage.
    pub(in crate::proc) end: &'a [i64],
}

impl<T: Dynamics, R: Rule<T>> Rule<T> for Held<'_, R> {
    type Spike = R::Spike;

    #[inline(always)]
    fn block(&mut self, start: usize, len: usize) -> impl FnMut(usize, T, T) -> (T, R::Spike) {
        let mut rule = self.rule.block(start, len);
        // Apart from what follows: among numbers of 64 bits that would be half as fast.
        let mut held = [false; BLOCK];
        for (held, end) in held.iter_mut().zip(&self.end[start..][..len]) {
            *held = *end >= self.step;
        }
        move |i, before, integrated| {
            let voltage = select_unpredictable(held[i], before, integrated);
            rule(i, before, voltage)
        }
    }
}
