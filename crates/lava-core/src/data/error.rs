//! Errors of Vars.

use std::error::Error;
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
    /// The process's model refused the new value.
    #[error("the model refused the new value: {message}")]
    #[non_exhaustive]
    Refused {
        /// The failure in words.
        message: String,
        /// The error that the model returned; `None` if it panicked.
        cause: Option<Arc<dyn Error + Send + Sync>>,
    },
}

impl VarError {
    /// The refusal of a model: `message` contains the text of `cause`, the error that it returned.
    pub fn refused(message: String, cause: Option<Box<dyn Error + Send + Sync>>) -> VarError {
        VarError::Refused {
            message,
            cause: cause.map(Arc::from),
        }
    }

    /// The error that a model returned, if it refused the value. Its text is part of this error's.
    pub fn cause(&self) -> Option<&(dyn Error + Send + Sync + 'static)> {
        match self {
            VarError::Refused { cause, .. } => cause.as_deref(),
            _ => None,
        }
    }
}
