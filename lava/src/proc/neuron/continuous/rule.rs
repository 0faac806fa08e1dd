//! The rule by which a voltage above the threshold becomes a spike and a reset.

use crate::proc::kernel::real::Real;
use crate::proc::neuron::ResetMode;

/// The place of threshold and reset in a step.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum SpikeTiming {
    /// The voltage after the step is tested, and reset at once.
    #[default]
    AfterStep,
    /// As `AfterStep`, but the reset is found within the step: the voltage after it is that of a neuron
    /// which was reset at the time of the crossing. For neurons with a leak and without a synaptic current,
    /// in the exact discretization.
    WithinStep,
    /// The voltage after the step is tested; the reset is part of the next step. snnTorch computes so with
    /// `reset_delay`.
    ResetNextStep,
    /// The voltage before the step is tested; spike and reset are part of the step. Spyx computes so.
    BeforeStep,
}

/// The rule by which a neuron fires.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct FiringRule {
    /// The effect of a spike on the voltage: it becomes `v_reset`, or is reduced by
    /// `v_threshold − v_reset`.
    pub reset: ResetMode,
    /// The place of threshold and reset in a step.
    pub timing: SpikeTiming,
    /// A voltage equal to the threshold fires as well.
    pub at_threshold: bool,
}

#[cfg(feature = "store")]
crate::storable!(
    enum SpikeTiming {
        AfterStep,
        WithinStep,
        ResetNextStep,
        BeforeStep,
    }
);
#[cfg(feature = "store")]
crate::storable!(struct FiringRule { reset, timing, at_threshold });

impl FiringRule {
    /// The voltage becomes `v_reset` where it is above the threshold after the step.
    pub fn new() -> FiringRule {
        FiringRule::default()
    }

    /// Sets the effect of a spike.
    pub fn reset(mut self, reset: ResetMode) -> FiringRule {
        self.reset = reset;
        self
    }

    /// Sets the place of threshold and reset in a step.
    pub fn timing(mut self, timing: SpikeTiming) -> FiringRule {
        self.timing = timing;
        self
    }

    /// Sets the comparison: `true` for `v ≥ v_threshold`.
    pub fn at_threshold(mut self, at_threshold: bool) -> FiringRule {
        self.at_threshold = at_threshold;
        self
    }

    #[inline(always)]
    pub(super) fn fires<T: Real>(self, v: T, threshold: T) -> bool {
        v > threshold || (self.at_threshold && v == threshold)
    }

    #[inline(always)]
    pub(super) fn after_spike<T: Real>(self, v: T, threshold: T, reset: T) -> T {
        match self.reset {
            ResetMode::Zero => reset,
            ResetMode::Subtract => v - (threshold - reset),
        }
    }
}
