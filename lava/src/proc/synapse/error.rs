//! Errors of projections and synapses.

use super::conv::ConvError;
use super::procedural::ProceduralError;
use super::rule::Rule;
use super::weights::WeightError;
use crate::error::BuildError;

/// Synapses could not be drawn or listed.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum SynapseError {
    /// A population has no neurons, or more than 32 bits can count.
    #[error(
        "a projection needs 1 to 4294967295 neurons on either side, not {sources} sources and {targets} targets"
    )]
    Populations {
        /// Neurons that send.
        sources: usize,
        /// Neurons that receive.
        targets: usize,
    },
    /// A probability outside 0 … 1.
    #[error("a connection probability lies between 0 and 1, not {0}")]
    Probability(f64),
    /// A rule that the populations cannot meet.
    #[error("`{rule:?}` cannot connect {sources} sources to {targets} targets: {reason}")]
    Rule {
        /// The rule.
        rule: Rule,
        /// Neurons that send.
        sources: usize,
        /// Neurons that receive.
        targets: usize,
        /// The reason.
        reason: UnmetRule,
    },
    /// Parameters that describe no distribution.
    #[error(
        "{0} is no distribution: parameters must be finite, spreads positive, bounds in order and within 37 standard deviations of the mean"
    )]
    Distribution(String),
    /// A delay that is shorter than a step, or too long.
    #[error(
        "a delay of {0:?} steps was drawn; delays are 1 to 65535 steps, so use a truncated distribution or a smaller time step"
    )]
    Delay(f64),
    /// A weight that the type cannot hold.
    #[error("a weight of {0:?} was drawn, which the weight type cannot hold")]
    Weight(f64),
    /// Weights that Loihi's format cannot hold.
    #[error(transparent)]
    Format(#[from] WeightError),
    /// A projection that cannot be drawn at every spike.
    #[error(transparent)]
    Procedural(#[from] ProceduralError),
    /// A kernel that does not fit its input.
    #[error(transparent)]
    Conv(#[from] ConvError),
    /// A matrix of weights and one of delays that differ in shape.
    #[error("weights of shape {weights:?} need delays of the same shape, not {delays:?}")]
    Matrices {
        /// The shape of the weights.
        weights: [usize; 2],
        /// The shape of the delays.
        delays: [usize; 2],
    },
    /// A listed synapse between neurons that do not exist.
    #[error(
        "there is no synapse from neuron {source_neuron} to neuron {target}: there are {sources} sources and {targets} targets"
    )]
    Neuron {
        /// The neuron that sends.
        source_neuron: usize,
        /// The neuron that receives.
        target: usize,
        /// Neurons that send.
        sources: usize,
        /// Neurons that receive.
        targets: usize,
    },
    /// More memory than there is.
    #[error(
        "the synapses would take {0} bytes of memory, more than there are; split the projection"
    )]
    Memory(usize),
    /// More synapses than 32 bits can count.
    #[error(
        "{0} synapses are more than one projection can have, 4294967295; split it over several"
    )]
    Many(usize),
}

/// The reason for which a rule cannot connect two populations.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum UnmetRule {
    /// One-to-one between populations of different sizes.
    #[error("one-to-one needs populations of equal size")]
    Sizes,
    /// One-to-one without autapses.
    #[error("one-to-one connects neuron i to neuron i, which `autapses(false)` forbids")]
    Autapses,
    /// A total number of synapses without multapses.
    #[error("a fixed total needs multapses; call `multapses(true)`")]
    Multapses,
    /// Fewer possible partners of a neuron than the rule needs.
    #[error(
        "a neuron may have only {0} different partners; ask for fewer, or allow autapses or multapses"
    )]
    Partners(usize),
}

impl From<SynapseError> for BuildError {
    fn from(error: SynapseError) -> BuildError {
        BuildError::refused(error)
    }
}

crate::from_cause!(SynapseError);
