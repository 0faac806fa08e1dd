//! Threshold, reset and refractory period.

use std::hint::select_unpredictable;

use crate::proc::kernel::real::Real;

/// Threshold, reset voltage and refractory period of a neuron.
#[derive(Clone, Copy)]
pub(super) struct Threshold<T> {
    threshold: T,
    reset: T,
    period: i32,
}

impl<T: Real> Threshold<T> {
    /// Creates the rule of a neuron that spikes at `threshold` and is then held at `reset` for
    /// `period` steps.
    #[inline(always)]
    pub(super) fn new(threshold: T, reset: T, period: i32) -> Threshold<T> {
        Threshold {
            threshold,
            reset,
            period,
        }
    }

    /// Ends the step of a neuron: takes its `new` voltage unless it is refractory, and resets it if it fires.
    /// Returns the voltage, the steps that it is still refractory, and `true` if it fires.
    ///
    /// Selects rather than branches: an `if` would load the operands of one side only there, and the loop over the
    /// neurons could not be vectorised. Takes values: references made in the loop hide that the slices do not overlap,
    /// and each block would begin by comparing addresses.
    #[inline(always)]
    pub(super) fn step(self, v: T, refractory: i32, new: T) -> (T, i32, bool) {
        let held = refractory > 0;
        let voltage = select_unpredictable(held, v, new);
        let fires = voltage >= self.threshold;
        let v = select_unpredictable(fires, self.reset, voltage);
        let left = refractory - i32::from(held);
        let refractory = select_unpredictable(fires, self.period, left);
        (v, refractory, fires)
    }
}
