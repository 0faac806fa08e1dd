//! Threshold, reset and refractory period.

use std::hint::select_unpredictable;

use crate::proc::kernel::real::Real;

/// When a neuron spikes, and what becomes of it then.
#[derive(Clone, Copy)]
pub(super) struct Threshold<T> {
    threshold: T,
    reset: T,
    period: i32,
}

impl<T: Real> Threshold<T> {
    /// A neuron that spikes at `threshold`, and whose voltage is then held at `reset` for `period`
    /// steps.
    #[inline(always)]
    pub(super) fn new(threshold: T, reset: T, period: i32) -> Threshold<T> {
        Threshold {
            threshold,
            reset,
            period,
        }
    }

    /// Ends the step of a neuron: takes its new voltage, unless it is refractory, and resets it
    /// where it fires. Returns whether it does.
    ///
    /// Selects rather than branches: with an `if`, what only one side needs would be loaded there,
    /// and the loop over the neurons could not be vectorised.
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
