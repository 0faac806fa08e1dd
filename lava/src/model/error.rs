//! Errors of the ports of a model.

use lava_core::data::Dims;

use crate::Error;

/// A message could not be sent.
#[derive(Debug, Clone, thiserror::Error)]
#[non_exhaustive]
pub enum PortError {
    /// The message has the wrong shape.
    #[error("`{port}` sends messages of shape {expected}, not {given}")]
    Shape {
        /// The port, as `process.port`.
        port: String,
        /// The shape of the message.
        given: Dims,
        /// The shape of the port.
        expected: Dims,
    },
    /// A second message in one step.
    #[error(
        "`{port}` sent a second message in step {step}; send once a step, or write with `accumulate`"
    )]
    Twice {
        /// The port, as `process.port`.
        port: String,
        /// The step.
        step: u64,
    },
    /// A message that would replace the contributions of other ports or of earlier steps.
    #[error(
        "`{port}` only adds, as it is declared `ahead` or named in `adds_to`; add to what `accumulate` or `accumulate_ahead` returns"
    )]
    Adds {
        /// The port, as `process.port`.
        port: String,
    },
    /// A message outside the spike phase.
    #[error("`{port}` can send in `run_spk` only; the other phases have no message exchange")]
    Phase {
        /// The port, as `process.port`.
        port: String,
    },
    /// Indices of neurons that do not exist or are not in order.
    #[error("`{port}` was given neurons that are not ascending or not below {population}")]
    Neurons {
        /// The port, as `process.port`.
        port: String,
        /// The number of neurons of the port.
        population: usize,
    },
}

impl PortError {
    /// The error of a message of another shape than that of `port`, written `process.port`.
    #[cold]
    pub(super) fn shape(port: &str, given: &[usize], expected: &Dims) -> Error {
        PortError::Shape {
            port: port.to_owned(),
            given: given.into(),
            expected: expected.clone(),
        }
        .into()
    }
}
