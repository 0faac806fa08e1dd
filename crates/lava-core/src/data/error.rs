//! Errors of Vars.

use std::panic::Location;
use std::sync::Arc;

use super::shape::Dims;

/// A value could not be read from or written to a Var.
///
/// The Var keeps its value, except after [`Refused`](VarError::Refused): the model then has the new
/// value, and what it derives from it is the model's business.
#[derive(Debug, Clone, thiserror::Error)]
#[non_exhaustive]
pub enum VarError {
    /// The value does not broadcast to the Var's shape.
    #[error(
        "a value of shape {given} does not broadcast to {expected} (written at {origin}); give one number or an array of shape {expected}"
    )]
    Shape {
        /// The shape of the value.
        given: Dims,
        /// The shape of the Var.
        expected: Dims,
        /// The place in the source where the value was written.
        origin: &'static Location<'static>,
    },
    /// The Var does not accept the value.
    #[error("{value} is not allowed (written at {origin}), only {rule}")]
    Value {
        /// The first offending element.
        value: String,
        /// The values that the Var accepts.
        rule: String,
        /// The place in the source where the value was written.
        origin: &'static Location<'static>,
    },
    /// Another process wrote a value that the Var does not accept.
    #[error("{value} cannot be written to it, only {rule}")]
    Written {
        /// The first offending element.
        value: String,
        /// The values that the Var accepts.
        rule: String,
    },
    /// The network is running.
    #[error("the network is running; read and write Vars between runs")]
    Running,
    /// The network has been stopped, and its models are gone.
    #[error("the network has been stopped and its models are gone; read Vars before `stop()`")]
    Stopped,
    /// The initial value is made when it is needed, and cannot be.
    #[error("its initial value cannot be made: {0}")]
    Unavailable(String),
    /// The process's model refused the new value, with this error.
    #[error("the model refused the new value: {0}")]
    Refused(Arc<dyn std::error::Error + Send + Sync>),
}
