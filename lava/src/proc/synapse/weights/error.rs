//! Errors of fixed-point weights.

use super::sign_mode::SignMode;

/// Weights do not fit the format that Loihi stores them in.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum WeightError {
    /// More bits than a weight can have.
    #[error("`num_weight_bits` is {0}, but a weight has at most 8 bits")]
    Bits(u32),
    /// No bits to hold weights in.
    #[error("weights cannot be held in 0 bits; give them 1 to 8")]
    NoBits,
    /// A weight that 8 bits cannot hold.
    #[error(
        "a weight of {weight} does not fit into 8 bits: with {mode:?} signs weights are {least} to {greatest}; clip or scale them first"
    )]
    Range {
        /// The weight.
        weight: i32,
        /// The signs that weights may have.
        mode: SignMode,
        /// The least weight.
        least: i32,
        /// The greatest weight.
        greatest: i32,
    },
    /// A weight that is not a number, or too large once it is scaled.
    #[error("a weight of {weight:?}, scaled by {scale:?}, is not finite; scale weights down")]
    NotFinite {
        /// The weight.
        weight: f64,
        /// The scale.
        scale: f64,
    },
    /// A scale that is not finite or not positive.
    #[error("weights cannot be scaled by {0:?}; a scale is finite and greater than 0")]
    Scale(f64),
}

crate::from_cause!(WeightError);
