//! Errors of processes that are built.

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
        /// The place in the source where the builder was added to the network.
        origin: &'static Location<'static>,
    },
    /// A shape with more elements than 32-bit indices can number.
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
        /// The largest number of elements.
        max: usize,
        /// The place in the source where the builder was added to the network.
        origin: &'static Location<'static>,
    },
    /// The given shape differs from the shape in the process's type.
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
        /// The error of the value.
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
    /// A declared delay is zero or too long.
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
    /// A port declares that it writes too many steps ahead.
    #[error("`{process}.{port}`: at most {max} steps can be written ahead, not {given}")]
    Ahead {
        /// The process.
        process: String,
        /// The port.
        port: &'static str,
        /// The number of steps that was given.
        given: usize,
        /// The largest number of steps.
        max: usize,
    },
    /// Values that do not fit together: the error of an expression in `#[process]`.
    #[error("`{process}`: {cause}")]
    Refused {
        /// The process.
        process: String,
        /// The error of the expression.
        cause: Box<dyn std::error::Error + Send + Sync>,
    },
    /// A name that is empty or has a dot.
    #[error(
        "`{name}` is no name for a process (added at {origin}): a name is not empty, and has no dot, which separates a process from what it has; choose another name"
    )]
    InvalidName {
        /// The name that was given.
        name: String,
        /// The place in the source where the builder was added to the network.
        origin: &'static Location<'static>,
    },
    /// Another process of the network has the same name.
    #[error("there is a process `{process}` in this network already; choose another name")]
    Name {
        /// The name.
        process: String,
    },
    /// A time step that differs from the network's.
    #[error(
        "`{process}` has a time step of {given} ms, and `{other}` one of {expected} ms; give the network one by `set_dt`, or the process one of its own: `.dt(TimeStep::own({given} * ms))`"
    )]
    TimeStep {
        /// The process.
        process: String,
        /// Its time step, in ms.
        given: f64,
        /// The process that has another one, or `the network`.
        other: String,
        /// The other time step, in ms.
        expected: f64,
    },
    /// The network has been compiled already.
    #[error(
        "`{process}` cannot be added: the network is {state}; add every process before the first run"
    )]
    Late {
        /// The process.
        process: String,
        /// The state of the network, in a word.
        state: &'static str,
    },
    /// A model keeps a Var in an array with another number of axes.
    #[error(
        "`{process}.{var}` has shape {dims}, {} as a model sees it, but `{model}` keeps it in an array of {}; change the field `{var}` of `{model}`: `Array{}`, or `ArrayD` for any shape",
        axes(dims.rank()), axes(*rank), dims.rank()
    )]
    FieldRank {
        /// The process.
        process: String,
        /// The Var.
        var: &'static str,
        /// The model.
        model: &'static str,
        /// The number of axes of the field.
        rank: usize,
        /// The shape of the Var, or of its slice in a shard.
        dims: Dims,
    },
    /// A process that contains itself without end.
    #[error(
        "`{process}` is nested {depth} deep: {}; a `build` must not add its own process without end",
        cycle(kinds)
    )]
    Recursion {
        /// The beginning of the path of the process.
        process: String,
        /// The depth.
        depth: usize,
        /// The types of the processes that contain each other, from the outermost to the innermost.
        kinds: Vec<&'static str>,
    },
    /// A hierarchical model of another chip's run configuration.
    #[error(
        "`{process}`: the model `{model}` builds with `{config}`, but the network's configuration is `{network}`; write `type Config = {network};`"
    )]
    OtherConfig {
        /// The process.
        process: String,
        /// The model.
        model: &'static str,
        /// The configuration of the model.
        config: &'static str,
        /// The configuration of the network.
        network: &'static str,
    },
    /// A process with a hierarchical model cannot be detached.
    #[error(
        "`{process}` has a hierarchical model, which has no thread of its own; add it as it is and detach the processes inside, or choose another model"
    )]
    Detached {
        /// The process.
        process: String,
    },
}

impl BuildError {
    /// An error for values that do not fit together. The expressions in the attributes of a
    /// [`#[process]`](macro@crate::process) can end in `?` if their error converts into this one.
    ///
    /// ```
    /// use lava::error::BuildError;
    ///
    /// let error = BuildError::refused("3 weights for 4 inputs");
    /// assert!(error.to_string().contains("3 weights for 4 inputs"));
    /// ```
    pub fn refused(cause: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> BuildError {
        BuildError::Refused {
            process: String::new(),
            cause: cause.into(),
        }
    }

    /// The same error, with the name of the process.
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

fn axes(rank: usize) -> String {
    match rank {
        1 => "1 axis".to_owned(),
        _ => format!("{rank} axes"),
    }
}

/// The last types that come again: `Layer` contains `Inner` contains `Layer`.
fn cycle(kinds: &[&str]) -> String {
    let before = |end: usize| kinds[..end].iter().rposition(|kind| *kind == kinds[end]);
    let again = (0..kinds.len())
        .rev()
        .find_map(|end| Some((before(end)?, end)));
    let (start, end) = again.unwrap_or((0, kinds.len() - 1));
    let names: Vec<String> = kinds[start..=end]
        .iter()
        .map(|kind| format!("`{kind}`"))
        .collect();
    names.join(" contains ")
}
