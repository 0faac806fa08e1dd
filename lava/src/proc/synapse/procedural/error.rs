//! Errors of projections that are drawn at every spike.

/// A projection cannot be drawn at every spike.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum ProceduralError {
    /// A fixed in-degree, which is known from the target and not from the source.
    #[error(
        "a fixed in-degree of {0} cannot be drawn at the spike of a source, which does not know what \
         other sources have drawn; use `Rule::FixedTotal`, `Rule::FixedProbability` or \
         `Rule::FixedOutDegree`, or store the synapses: `Sparse::projection`"
    )]
    InDegree(usize),
    /// Delays that may be shorter than a step, or too long.
    #[error(
        "delays are 1 to 65535 steps, but by their distribution some would be up to {0:?}; use a \
         truncated distribution or a smaller time step"
    )]
    Delays(f64),
    /// More synapses of one source than 32 bits can count.
    #[error("a source can have at most 4294967295 synapses, not {0}; split the projection")]
    Many(usize),
    /// More sums of future steps than 32 bits can count.
    #[error(
        "the sums of {targets} targets over {delays} steps of delay are too many; shorten the delays or \
         split the projection"
    )]
    Sums {
        /// Neurons that receive, in a shard.
        targets: usize,
        /// The longest delay, in steps.
        delays: usize,
    },
    /// Weights that are read, or set.
    #[error(
        "the synapses of a procedural projection are drawn again at every spike and none is stored, so \
         there are no weights to be read, set or recorded; store them, `Sparse::projection`, list those \
         of a spike, `ProceduralProjection::synapses_of`, or change the distribution, \
         `Projection::weights`"
    )]
    Weights,
}
