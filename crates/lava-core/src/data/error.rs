//! Errors of Vars.

use std::panic::Location;
use std::sync::Arc;

use super::shape::Dims;

/// A value could not be read from or written to a Var.
///
/// The Var keeps its value.
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
    #[error(
        "the network is running; read and write Vars between runs, after `wait()` or `pause()`, or in a change, `at_next_step`"
    )]
    Running,
    /// The call comes from code of the user that the network calls while its models are made, read,
    /// updated, reset or dropped.
    #[error(
        "the network is {what}, and this call comes from inside that; make it when that is over"
    )]
    Busy {
        /// The transition under way, in words.
        what: &'static str,
    },
    /// A model of this network waits for another network, and a model of that one for this.
    #[error("the networks would wait for each other; read and write Vars when their runs are over")]
    Deadlock,
    /// The network has been stopped, and its models are gone.
    #[error("the network has been stopped and its models are gone; read Vars before `stop()`")]
    Stopped,
    /// The initial value is made when it is needed, and cannot be.
    #[error("its initial value cannot be made: {0}")]
    Unavailable(Arc<dyn std::error::Error + Send + Sync>),
    /// The process's model refused the new value, with this error.
    #[error("the model refused the new value: {0}")]
    Refused(Arc<dyn std::error::Error + Send + Sync>),
    /// The ranks that have parts of the value do not answer together.
    #[error("its parts cannot be fetched from other ranks: {0}")]
    Ranks(Arc<dyn std::error::Error + Send + Sync>),
}

/// A value cannot be put into a snapshot, or taken from it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PersistError {
    /// The bytes end before the value does.
    #[error("its bytes end too early")]
    Short,
    /// Bytes are left behind the value.
    #[error("{rest} bytes follow it")]
    Long {
        /// The number of bytes.
        rest: usize,
    },
    /// The bytes are no value of the type.
    #[error("no `{layout}` is {value}")]
    Value {
        /// The type.
        layout: &'static str,
        /// The bytes, in words.
        value: String,
    },
    /// The value has another type than the program expects.
    #[error("`{name}` was saved as `{saved}`, and is a `{expected}` in this program")]
    Layout {
        /// The name of the value.
        name: String,
        /// The type that it was saved with.
        saved: String,
        /// The type that it has in this program.
        expected: String,
    },
    /// There is no value of this name.
    #[error("the snapshot has no `{name}`")]
    Missing {
        /// The name.
        name: String,
    },
    /// The shards of a process have different values of a name.
    #[error(
        "`{name}` differs between the shards of the process, so it belongs to their neurons; keep it in a Var, `#[var(init = …, private)]`"
    )]
    Differs {
        /// The name.
        name: String,
    },
    /// A model has put two values under one name.
    #[error("`{name}` is put twice; give the second another name")]
    Twice {
        /// The name.
        name: String,
    },
    /// A local field is of a type that cannot be saved.
    #[error(
        "its field `{field}` cannot be saved: `{type_name}` does not implement `lava::model::Persist`; implement it, or write `#[local(rebuilt)]` if `start` and `on_var_update` make the value again"
    )]
    Unsupported {
        /// The field.
        field: &'static str,
        /// Its type.
        type_name: &'static str,
    },
    /// The value does not fit the model, in words.
    #[error("{0}")]
    Unfit(String),
}
