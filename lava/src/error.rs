//! The error of every fallible operation, exports from the domains that define it.

use crate::channel::ChannelError;
use crate::compiler::CompileError;
use crate::graph::ConnectError;
use crate::model::PortError;
use crate::monitor::ProbeError;
use crate::network::{PathError, StateError};
use crate::process::{BuildError, VarError};
use lava_core::executor::{RunError, TaskError};

/// The result of every fallible operation.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// What went wrong, where, and what to do about it.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// A process could not be built.
    #[error(transparent)]
    Build(Box<BuildError>),
    /// Two ports could not be connected.
    #[error(transparent)]
    Connect(Box<ConnectError>),
    /// There is no such process, Var or port.
    #[error(transparent)]
    Path(#[from] PathError),
    /// Several things are wrong with a network.
    #[error("{} problems:{}", .0.len(), list(.0))]
    Several(Vec<Error>),
    /// The network as a whole cannot be run.
    #[error(transparent)]
    Compile(#[from] CompileError),
    /// A run failed or could not start.
    #[error(transparent)]
    Run(Box<RunError>),
    /// The network is not in a state in which it can do what was asked.
    #[error(transparent)]
    State(#[from] StateError),
    /// A port or Var cannot be recorded.
    #[error(transparent)]
    Probe(#[from] ProbeError),
    /// A Var could not be read or written.
    #[error("`{process}.{var}`: {cause}")]
    Var {
        /// The process.
        process: String,
        /// The Var.
        var: &'static str,
        /// What went wrong.
        cause: VarError,
    },
    /// A model could not send a message.
    #[error(transparent)]
    Port(Box<PortError>),
    /// A message could not be sent through a channel.
    #[error(transparent)]
    Channel(#[from] ChannelError),
    /// A model's own error: see [`Error::model`].
    #[error("{0}")]
    Model(Box<dyn std::error::Error + Send + Sync>),
}

impl Error {
    /// An error of a model's own: a message, or any error value.
    ///
    /// ```
    /// let error = lava::Error::model("the camera is gone");
    /// assert_eq!(error.to_string(), "the camera is gone");
    /// ```
    pub fn model(cause: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Error {
        Error::Model(cause.into())
    }
}

fn list(errors: &[Error]) -> String {
    errors
        .iter()
        .map(|error| format!("\n  - {error}"))
        .collect()
}

impl Error {
    /// The error that a task returned: a model's own [`Error`], or another.
    pub(crate) fn from_task(error: TaskError) -> Error {
        match error.downcast::<Error>() {
            Ok(error) => *error,
            Err(error) => Error::Model(error),
        }
    }
}

impl From<BuildError> for Error {
    fn from(error: BuildError) -> Error {
        Error::Build(Box::new(error))
    }
}

impl From<ConnectError> for Error {
    fn from(error: ConnectError) -> Error {
        Error::Connect(Box::new(error))
    }
}

impl From<RunError> for Error {
    fn from(error: RunError) -> Error {
        Error::Run(Box::new(error))
    }
}

impl From<PortError> for Error {
    fn from(error: PortError) -> Error {
        Error::Port(Box::new(error))
    }
}

impl From<std::io::Error> for Error {
    fn from(error: std::io::Error) -> Error {
        Error::model(error)
    }
}
