//! Spike rules: which neurons fire, and how their voltages are reset or held.

use std::hint::select_unpredictable;

use crate::model::{BLOCK, PerNeuron};
use crate::proc::kernel::coefficient::{Coefficient, are_uniform};
use crate::proc::kernel::membrane::Dynamics;

/// Rule by which a population spikes, resets and holds its integrated voltages.
pub(super) trait SpikeRule<T> {
    /// Type of a neuron's message.
    type Spike: Copy + Default + PartialEq;

    /// Returns `true` if the rule of the `len` neurons from `start` will be the same in the steps to come,
    /// unless they change themselves.
    fn is_autonomous(&self, start: usize, len: usize) -> bool {
        let _ = (start, len);
        true
    }

    /// Returns `true` if all neurons have the same parameters.
    fn is_uniform(&self) -> bool {
        false
    }

    /// Returns the rule of the `len` neurons from `start`, which have the same parameters if `UNIFORM`: a
    /// function of a neuron's index in the block, its voltage before the step and its integrated voltage,
    /// which returns the voltage after the step and the message.
    fn block<const UNIFORM: bool>(
        &mut self,
        start: usize,
        len: usize,
    ) -> impl FnMut(usize, T, T) -> (T, Self::Spike);
}

/// Spikes above the threshold and resets the voltage to 0.
pub(super) struct Above<'a, T>(pub(super) &'a PerNeuron<T>);

impl<T: Dynamics> SpikeRule<T> for Above<'_, T> {
    type Spike = bool;

    fn is_uniform(&self) -> bool {
        self.0.uniform().is_some()
    }

    #[inline(always)]
    fn block<const UNIFORM: bool>(
        &mut self,
        start: usize,
        len: usize,
    ) -> impl FnMut(usize, T, T) -> (T, bool) {
        let vth = Coefficient::<T, UNIFORM>::new(self.0.block(start, len), len);
        move |i, _, voltage| {
            let fires = voltage > T::threshold(vth[i]);
            (voltage.zero_where(fires), fires)
        }
    }
}

/// Spikes above the threshold and subtracts it from the voltage.
pub(super) struct AboveBySubtraction<'a, T>(pub(super) &'a PerNeuron<T>);

impl<T: Dynamics> SpikeRule<T> for AboveBySubtraction<'_, T> {
    type Spike = bool;

    fn is_uniform(&self) -> bool {
        self.0.uniform().is_some()
    }

    #[inline(always)]
    fn block<const UNIFORM: bool>(
        &mut self,
        start: usize,
        len: usize,
    ) -> impl FnMut(usize, T, T) -> (T, bool) {
        let vth = Coefficient::<T, UNIFORM>::new(self.0.block(start, len), len);
        move |i, _, voltage| {
            let threshold = T::threshold(vth[i]);
            let fires = voltage > threshold;
            (voltage.minus_where(threshold, fires), fires)
        }
    }
}

/// Sends 1 above the higher of two thresholds, −1 below the lower, otherwise 0; resets the voltage
/// of neurons that send 1 or −1 to 0.
pub(super) struct Outside<'a, T> {
    pub(super) lo: &'a PerNeuron<T>,
    pub(super) hi: &'a PerNeuron<T>,
}

impl<T: Dynamics> SpikeRule<T> for Outside<'_, T> {
    type Spike = T;

    fn is_uniform(&self) -> bool {
        are_uniform(&[self.lo, self.hi])
    }

    #[inline(always)]
    fn block<const UNIFORM: bool>(
        &mut self,
        start: usize,
        len: usize,
    ) -> impl FnMut(usize, T, T) -> (T, T) {
        let thresholds = [self.lo, self.hi].map(|values| values.block(start, len));
        let [lo, hi] = Coefficient::<T, UNIFORM>::all(thresholds, len);
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

/// Holds the voltage during the refractory period, then applies another rule.
pub(super) struct Held<'a, R> {
    pub(super) rule: R,
    /// The current step.
    pub(super) step: i64,
    /// Last step of the refractory period of each neuron.
    pub(super) end: &'a [i64],
}

impl<T: Dynamics, R: SpikeRule<T>> SpikeRule<T> for Held<'_, R> {
    type Spike = R::Spike;

    fn is_uniform(&self) -> bool {
        self.rule.is_uniform()
    }

    fn is_autonomous(&self, start: usize, len: usize) -> bool {
        let ends = &self.end[start..][..len];
        ends.iter().all(|end| *end < self.step) && self.rule.is_autonomous(start, len)
    }

    #[inline(always)]
    fn block<const UNIFORM: bool>(
        &mut self,
        start: usize,
        len: usize,
    ) -> impl FnMut(usize, T, T) -> (T, R::Spike) {
        let mut rule = self.rule.block::<UNIFORM>(start, len);
        // A loop of its own: with 64-bit numbers in it, the next loop would be half as fast.
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
