//! Errors of connections that learn.

/// A connection that cannot learn.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum LearningError {
    /// A rule reads a trace that is always 0.
    #[error(
        "the rule reads the trace {trace}, but `{trace}_tau` is 0, so it is always 0; set it above 0, or to infinity for a trace that does not decay"
    )]
    SilentTrace {
        /// The trace.
        trace: &'static str,
    },
    /// A rule reads a third factor that nothing sends.
    #[error(
        "the rule reads {trace} as a third factor, but nothing is connected to `s_in_{trace}`; connect the out-port that sends it"
    )]
    NoThirdFactor {
        /// The trace.
        trace: &'static str,
    },
    /// A third factor is sent that the rule does not receive.
    #[error(
        "a connection leads to `s_in_{trace}`, but {trace} is no third factor of the rule; add `{trace}: third factor;` to the rule, or leave out the connection"
    )]
    NotReceived {
        /// The trace.
        trace: &'static str,
    },
    /// A rule depends on spikes of post-synaptic neurons, and none arrive.
    #[error(
        "the rule depends on the spikes of post-synaptic neurons, but nothing is connected to `s_in_bap`; connect the neurons' `s_out` to it"
    )]
    NoPostSpikes,
    /// The Var `rule` is the number of no rule.
    #[error("`rule` is {0}, but there is no rule with this number; give the rule to `set_rule`")]
    NoRule(u32),
    /// A variable has left the range of its type.
    #[error(
        "a synaptic variable is not finite after the learning phase of step {step}: the rule makes it grow without bound; subtract a share of it in each epoch: `- 2^-4 * w * x0`"
    )]
    NotFinite {
        /// The step.
        step: u64,
    },
    /// A synapse has a delay.
    #[error(
        "a synapse has a delay of {0} steps, but the synapses of `LearningSparse` all have a delay of 1 step; a delay of the connection is `a_out.delayed(n)`"
    )]
    Delay(usize),
}

crate::from_cause!(LearningError);
