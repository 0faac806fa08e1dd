//! Weights: their types, the messages that they multiply, and Loihi's format of them.
//!
//! [`SignMode`] clips and truncates weights as Loihi does; [`FixedWeights`] finds the weights, bits
//! and exponent that come nearest to trained weights.

mod error;
mod fixed;
mod format;
mod sign_mode;
mod weight;

pub use error::WeightError;
pub use fixed::{FixedWeights, QuantizationError};

pub use sign_mode::SignMode;
pub use weight::{Factor, Message, Weight};

pub(in crate::proc) use format::{LoihiFormat, scaled};
pub(in crate::proc) use weight::FloatWeight;
