//! Choices that the format leaves open.

use crate::proc::{Discretization, FiringRule, ResetMode, SpikeTiming};

/// The choices that a graph leaves to the one who runs it: its equations are in continuous time.
///
/// | choice | default |
/// |---|---|
/// | [`dt`](NirOptions::dt) | 0.1 ms |
/// | [`discretization`](NirOptions::discretization) | [`Discretization::Exact`] |
/// | [`reset`](NirOptions::reset) | [`ResetMode::Zero`]: to `v_reset` |
/// | [`timing`](NirOptions::timing) | [`SpikeTiming::AfterStep`] |
/// | [`at_threshold`](NirOptions::at_threshold) | `false`: spikes where `v > v_threshold` |
/// | [`synaptic_delay`](NirOptions::synaptic_delay) | `false`: a spike acts in the step in which it is sent |
///
/// A message is the input of its node during the whole step. Edges that close a loop take a step; the
/// report lists them.
///
/// | to compute as | choose |
/// |---|---|
/// | Norse | `Discretization::ForwardEuler` |
/// | snnTorch | `Discretization::DecayEuler`; with `reset_delay` also `SpikeTiming::ResetNextStep` |
/// | Spyx | `DecayEuler`, `SpikeTiming::BeforeStep`, `ResetMode::Subtract` |
/// | Lava in floating point | `DecayEuler`, `synaptic_delay(true)` |
/// | Lava in fixed point | [`NirGraph::build_fixed`](super::NirGraph::build_fixed) |
/// | the exact solution | `SpikeTiming::WithinStep` |
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub struct NirOptions {
    /// Time step, in s.
    pub dt: f64,
    /// The method by which equations become steps.
    pub discretization: Discretization,
    /// Threshold and reset.
    pub rule: FiringRule,
    /// Affine, linear and convolutional maps take a step, as Lava's synapses do.
    pub synaptic_delay: bool,
}

impl Default for NirOptions {
    fn default() -> NirOptions {
        NirOptions {
            dt: 1e-4,
            discretization: Discretization::Exact,
            rule: FiringRule::new(),
            synaptic_delay: false,
        }
    }
}

impl NirOptions {
    /// The default choices.
    pub fn new() -> NirOptions {
        NirOptions::default()
    }

    /// Sets the time step, in s.
    pub fn dt(mut self, seconds: f64) -> NirOptions {
        self.dt = seconds;
        self
    }

    /// Sets the method by which equations become steps.
    pub fn discretization(mut self, method: Discretization) -> NirOptions {
        self.discretization = method;
        self
    }

    /// Sets the effect of a spike on the voltage.
    pub fn reset(mut self, reset: ResetMode) -> NirOptions {
        self.rule = self.rule.reset(reset);
        self
    }

    /// Sets the place of threshold and reset in a step.
    pub fn timing(mut self, timing: SpikeTiming) -> NirOptions {
        self.rule = self.rule.timing(timing);
        self
    }

    /// Sets the comparison: `true` for `v ≥ v_threshold`.
    pub fn at_threshold(mut self, at_threshold: bool) -> NirOptions {
        self.rule = self.rule.at_threshold(at_threshold);
        self
    }

    /// Sets the delay of affine, linear and convolutional maps: `true` for one step.
    pub fn synaptic_delay(mut self, synaptic_delay: bool) -> NirOptions {
        self.synaptic_delay = synaptic_delay;
        self
    }

    /// The choices, in words.
    pub(super) fn lines(&self) -> Vec<String> {
        let method = match self.discretization {
            Discretization::Exact => "exact for input that is constant during a step",
            Discretization::ForwardEuler => "forward Euler",
            Discretization::DecayEuler => "Euler with factors of decay, the current first",
        };
        let reset = match self.rule.reset {
            ResetMode::Zero => "to `v_reset`",
            ResetMode::Subtract => "by subtraction of `v_threshold − v_reset`",
        };
        let timing = match self.rule.timing {
            SpikeTiming::AfterStep => "tested after the step, reset at once",
            SpikeTiming::WithinStep => "reset at the time of the crossing, within the step",
            SpikeTiming::ResetNextStep => "tested after the step, reset in the next",
            SpikeTiming::BeforeStep => "tested before the step, reset in the step",
        };
        let comparison = if self.rule.at_threshold { "≥" } else { ">" };
        let delay = if self.synaptic_delay {
            "one step"
        } else {
            "none"
        };
        vec![
            format!("dt: {} s", self.dt),
            format!("integrator: {method}"),
            format!("spike where: v {comparison} v_threshold, {timing}"),
            format!("reset: {reset}"),
            format!("delay of weights: {delay}"),
        ]
    }
}
