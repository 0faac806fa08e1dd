//! Errors of plastic projections.

use super::update::SynapticUpdate;

/// A plasticity, or its projection, that cannot be.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum PlasticityError {
    /// A time constant that is no positive number.
    #[error("the time constant `{name}` is {value:?} ms; give a positive number")]
    TimeConstant {
        /// The parameter.
        name: &'static str,
        /// Its value, in ms.
        value: f64,
    },
    /// A parameter out of its range.
    #[error("`{name}` is {value:?}; {range}")]
    Parameter {
        /// The parameter.
        name: &'static str,
        /// Its value.
        value: f64,
        /// The range, as a sentence.
        range: &'static str,
    },
    /// Bounds of weights that are no interval.
    #[error("the bounds of weights are {low:?} and {high:?}; give finite ones, the lower first")]
    Bounds {
        /// The lower bound.
        low: f64,
        /// The upper bound.
        high: f64,
    },
    /// A third factor is sent to a rule that has none.
    #[error(
        "a connection leads to `s_in_third`, but the rule has no third factor; leave out the connection, or use a rule with one, as `DopamineStdp`"
    )]
    NoThirdFactor,
    /// Synapses are to grow, and nothing says which.
    #[error(
        "synapses are to grow, but nothing says with which weight and delay; give the projection `.growth(Growth::new(weight, delay))`"
    )]
    NoGrowth,
    /// Delays are to move, and their axonal parts are not all the same.
    #[error(
        "`SynapticUpdate::MoveDelays` changes the dendritic part of delays, which `DelaySplit::Dendritic` keeps; give the projection `.delay_split(DelaySplit::Axonal(0))`, or another axonal part"
    )]
    MovedAxonal,
    /// An update that is repeated every 0 steps.
    #[error("{update} is repeated every 0 steps; give a number of steps, at least 1")]
    EveryNoSteps {
        /// The update.
        update: SynapticUpdate,
    },
    /// An update that needs all synapses of a source while the network runs.
    #[error(
        "`SynapticUpdate::NormalizeOutgoing` is repeated every {steps} steps, but the synapses of a source are spread over the workers while the network runs; call `update` between runs, or use `NormalizeIncoming`"
    )]
    OutgoingWhileRunning {
        /// The number of steps.
        steps: u64,
    },
    /// Updates of synapses that are on several ranks.
    #[error(
        "its synapses are on several ranks, where none are removed, grown, moved, updated on request or saved in a snapshot; use `Rescale` or `NormalizeIncoming` with `.every(n)`, read `weights` between runs, or run the network in one process"
    )]
    OnRanks,
    /// Delays that leave no step for a part of them.
    #[error(
        "{split} leaves nothing of a delay of {shortest} steps for the dendritic part, which is at least 1 step; use longer delays or a shorter part"
    )]
    Split {
        /// The split, as it is written.
        split: String,
        /// The shortest delay of the projection, in steps.
        shortest: usize,
    },
}

crate::from_cause!(PlasticityError);

/// Fails unless a time constant, in ms, is a positive number.
pub fn time_constant(name: &'static str, value: f64) -> Result<f64, PlasticityError> {
    if value > 0.0 && value.is_finite() {
        Ok(value)
    } else {
        Err(PlasticityError::TimeConstant { name, value })
    }
}

/// Fails unless a parameter is finite.
pub fn finite(name: &'static str, value: f64) -> Result<f32, PlasticityError> {
    let single = value as f32;
    if single.is_finite() {
        return Ok(single);
    }
    Err(PlasticityError::Parameter {
        name,
        value,
        range: "give a finite number",
    })
}
