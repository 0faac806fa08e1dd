//! Errors of connections.

use std::panic::Location;

use lava_core::data::Dims;

/// Two ports could not be connected; the network is as it was before.
#[derive(Debug, Clone, thiserror::Error)]
#[non_exhaustive]
pub enum ConnectError {
    /// The shapes differ.
    #[error(
        "`{from}` {from_dims} cannot drive `{to}` {to_dims}: shapes must be equal; reshape the output, `.reshape({to_dims})`, or rebuild one process"
    )]
    Shape {
        /// The out-port.
        from: String,
        /// Its shape.
        from_dims: Dims,
        /// The in-port.
        to: String,
        /// Its shape.
        to_dims: Dims,
    },
    /// The same connection exists already.
    #[error("`{from}` is connected to `{to}` already; remove one of the two connections")]
    Duplicate {
        /// The out-port.
        from: String,
        /// The in-port.
        to: String,
    },
    /// The ports belong to different networks.
    #[error("`{from}` and `{to}` belong to different networks; add both processes to the same one")]
    Foreign {
        /// The out-port.
        from: String,
        /// The in-port.
        to: String,
    },
    /// The network has been compiled.
    #[error(
        "`{from}` cannot be connected to `{to}`: the network is {state}; connect before the first run"
    )]
    Late {
        /// The out-port.
        from: String,
        /// The in-port.
        to: String,
        /// What the network is doing.
        state: &'static str,
    },
    /// A reshape that loses or invents elements.
    #[error("`{from}` {dims} cannot be reshaped to {wanted}: {} elements are not {} (written at {origin})", dims.len(), wanted.len())]
    Reshape {
        /// The out-port.
        from: String,
        /// The shape before.
        dims: Dims,
        /// The shape that was asked for.
        wanted: Dims,
        /// Where it was written.
        origin: &'static Location<'static>,
    },
    /// A transposition that is no permutation of the axes.
    #[error("`{from}` {dims} cannot be transposed by {axes:?}: name each of its {} axes once (written at {origin})", dims.rank())]
    Transpose {
        /// The out-port.
        from: String,
        /// The shape before.
        dims: Dims,
        /// The axes that were given.
        axes: Vec<isize>,
        /// Where it was written.
        origin: &'static Location<'static>,
    },
    /// A ref-port and a Var of different shapes.
    #[error(
        "`{from}` {from_dims} cannot refer to `{to}` {to_dims}: shapes must be equal; reshape the port, `.reshape({to_dims})`, or rebuild one process"
    )]
    VarLink {
        /// The ref-port.
        from: String,
        /// Its shape.
        from_dims: Dims,
        /// The Var.
        to: String,
        /// Its shape.
        to_dims: Dims,
    },
    /// A Var that is its process's own business.
    #[error("`{from}` cannot refer to `{to}`: the Var is declared `private`")]
    Private {
        /// The ref-port.
        from: String,
        /// The Var.
        to: String,
    },
    /// A ref-port to a Var of its own process.
    #[error(
        "`{from}` cannot refer to `{to}`, a Var of its own process; the model has it as a field"
    )]
    OwnVar {
        /// The ref-port.
        from: String,
        /// The Var.
        to: String,
    },
    /// A second Var for a ref-port.
    #[error(
        "`{from}` cannot refer to `{to}`: it is connected already, and a ref-port has one Var; declare another ref-port"
    )]
    RefTarget {
        /// The ref-port.
        from: String,
        /// The Var.
        to: String,
    },
    /// What is said to stand behind a port or Var is not inside the process.
    #[error(
        "`{inner}` cannot stand behind `{outer}`: it is not inside that process; add it to the network that `build` is given"
    )]
    Outside {
        /// The port or Var of the hierarchical process.
        outer: String,
        /// What was to stand behind it.
        inner: String,
    },
    /// What is said to stand behind a port or Var has another shape.
    #[error(
        "`{inner}` {inner_dims} cannot stand behind `{outer}` {outer_dims}: shapes must be equal"
    )]
    Inside {
        /// The port or Var of the hierarchical process.
        outer: String,
        /// Its shape.
        outer_dims: Dims,
        /// What was to stand behind it.
        inner: String,
        /// Its shape.
        inner_dims: Dims,
    },
    /// Ports whose shapes differ in another axis than the one along which they are joined.
    #[error(
        "`{from}` {dims} cannot be joined with {first} along axis {axis}: all other axes must be equal (written at {origin})"
    )]
    Concat {
        /// The out-port.
        from: String,
        /// Its shape.
        dims: Dims,
        /// The shape of the first port.
        first: Dims,
        /// The axis.
        axis: usize,
        /// Where it was written.
        origin: &'static Location<'static>,
    },
    /// An axis to join along that there is not.
    #[error("`{from}` {dims} has no axis {axis} to join others along (written at {origin})")]
    ConcatAxis {
        /// The out-port.
        from: String,
        /// Its shape.
        dims: Dims,
        /// The axis that was given.
        axis: isize,
        /// Where it was written.
        origin: &'static Location<'static>,
    },
    /// A delay that is too long.
    #[error(
        "`{from}` cannot be delayed by {steps} steps: the longest delay is {max} (written at {origin})"
    )]
    Delay {
        /// The out-port.
        from: String,
        /// The delay that was asked for.
        steps: usize,
        /// The longest delay.
        max: usize,
        /// Where it was written.
        origin: &'static Location<'static>,
    },
}
