//! Weights: the types that they have, the messages that they multiply, and the format that Loihi
//! stores them in.
//!
//! [`SignMode`] clips and truncates weights as Loihi does, [`FixedWeights`] finds the weights,
//! bits and exponent that come nearest to trained ones. Nothing here knows about ports in
//! particular processes.

mod error;
mod fixed;
mod format;
mod sign_mode;
mod weight;

pub use error::WeightError;
pub use fixed::{FixedWeights, QuantizationError};

pub use sign_mode::SignMode;
pub use weight::{Factor, Message, Weight};

pub(in crate::proc) use format::{Format, scaled};
pub(in crate::proc) use weight::FloatWeight;
