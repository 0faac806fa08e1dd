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

    /// Ends the step of a neuron: takes its new voltage unless it is refractory, and resets it if
    /// it fires. Returns `true` if it fires.
    ///
    /// Selects rather than branches: an `if` would load the operands of one side only there, and
    /// the loop over the neurons could not be vectorised.
    #[inline(always)]
    pub(super) fn step(self, v: &mut T, refractory: &mut i32, new: T) -> bool {
        let held = *refractory > 0;
        let voltage = select_unpredictable(held, *v, new);
        let fires = voltage >= self.threshold;
        *v = select_unpredictable(fires, self.reset, voltage);
        let left = *refractory - i32::from(held);
        *refractory = select_unpredictable(fires, self.period, left);
        fires
    }
}
