//! What can be wrong with a process or with one of its Vars.

use std::panic::Location;

use lava_core::data::{Dims, VarError};

/// A process could not be built; the network is as it was before.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum BuildError {
    /// A shape with an extent of zero.
    #[error(
        "`{process}.{member}`: shape {dims} is empty; give every axis at least one element (added at {origin})"
    )]
    Empty {
        /// The process.
        process: String,
        /// The port or Var.
        member: &'static str,
        /// The shape that was given.
        dims: Dims,
        /// Where the builder was handed to the network.
        origin: &'static Location<'static>,
    },
    /// A shape with more elements than can be counted.
    #[error(
        "`{process}.{member}`: shape {dims} has more than {max} elements (added at {origin}); split it over several processes"
    )]
    Large {
        /// The process.
        process: String,
        /// The port or Var.
        member: &'static str,
        /// The shape that was given.
        dims: Dims,
        /// The most elements that there can be.
        max: usize,
        /// Where the builder was handed to the network.
        origin: &'static Location<'static>,
    },
    /// The shape given differs from the one in the process's type.
    #[error(
        "`{process}.{member}`: its type says shape {literal}, but {given} was given; make them equal"
    )]
    Literal {
        /// The process.
        process: String,
        /// The port or Var.
        member: &'static str,
        /// The shape in the type.
        literal: Dims,
        /// The shape that was given.
        given: Dims,
    },
    /// An initial value has the wrong shape or is not allowed.
    #[error("`{process}.{var}`: {cause}")]
    Init {
        /// The process.
        process: String,
        /// The Var.
        var: &'static str,
        /// What is wrong with the value.
        cause: VarError,
    },
    /// A value has the wrong number of axes.
    #[error(
        "`{process}.{var}` takes an array of rank {expected}, but shape {given} has rank {}; reshape it first",
        given.rank()
    )]
    Rank {
        /// The process.
        process: String,
        /// The Var.
        var: &'static str,
        /// The rank that the process declares.
        expected: usize,
        /// The shape that was given.
        given: Dims,
    },
    /// A delay is too long to be counted, or zero where the process declares one.
    #[error("`{process}.{port}`: a declared delay must be between 1 and {max} steps, not {given}")]
    Delay {
        /// The process.
        process: String,
        /// The port.
        port: &'static str,
        /// The delay that was given.
        given: usize,
        /// The longest delay.
        max: usize,
    },
    /// A port declares that it writes further ahead than can be counted.
    #[error("`{process}.{port}`: at most {max} steps can be written ahead, not {given}")]
    Ahead {
        /// The process.
        process: String,
        /// The port.
        port: &'static str,
        /// The steps that were given.
        given: usize,
        /// The most that there can be.
        max: usize,
    },
    /// Values that do not belong together: what an expression in `#[process]` objected to.
    #[error("`{process}`: {cause}")]
    Refused {
        /// The process.
        process: String,
        /// What is wrong.
        cause: Box<dyn std::error::Error + Send + Sync>,
    },
    /// Two processes of one network have the same name.
    #[error("there is a process `{process}` in this network already; choose another name")]
    Name {
        /// The name.
        process: String,
    },
    /// Processes cannot be added to a network that has been compiled.
    #[error(
        "`{process}` cannot be added: the network is {state}; add every process before the first run"
    )]
    Late {
        /// The process.
        process: String,
        /// What the network is doing.
        state: &'static str,
    },
    /// A process with a hierarchical model cannot run by itself.
    #[error(
        "`{process}` has a hierarchical model, which has no thread of its own; add it as it is and detach the processes inside, or choose another model"
    )]
    Detached {
        /// The process.
        process: String,
    },
}

impl BuildError {
    /// An error for values that do not belong together. The expressions in the attributes of a
    /// [`#[process]`](macro@crate::process) can end in `?` where their error converts into this
    /// one.
    pub fn refused(cause: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> BuildError {
        BuildError::Refused {
            process: String::new(),
            cause: cause.into(),
        }
    }

    /// The same error, of a process whose name is known by now.
    pub(crate) fn of(self, name: &str) -> BuildError {
        match self {
            BuildError::Refused { cause, .. } => BuildError::Refused {
                process: name.to_owned(),
                cause,
            },
            other => other,
        }
    }
}
