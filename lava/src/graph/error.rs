//! Errors of connections.

use std::panic::Location;

use lava_core::data::{Dims, SelectionError};

/// Two ports could not be connected; the network is as it was before.
#[derive(Debug, Clone, thiserror::Error)]
#[non_exhaustive]
pub enum ConnectError {
    /// The shapes differ.
    #[error("`{from}` {from_dims} cannot drive `{to}` {to_dims}: shapes must be equal; {advice}")]
    Shape {
        /// The out-port.
        from: String,
        /// Its shape.
        from_dims: Dims,
        /// The in-port.
        to: String,
        /// Its shape.
        to_dims: Dims,
        /// The way out, in words.
        advice: String,
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
        /// The state of the network.
        state: &'static str,
    },
    /// A reshape to another number of elements.
    #[error("`{from}` {dims} cannot be reshaped to {wanted}: {} elements are not {} (written at {origin})", dims.len(), wanted.len())]
    Reshape {
        /// The out-port.
        from: String,
        /// The shape before.
        dims: Dims,
        /// The requested shape.
        wanted: Dims,
        /// The location of the call.
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
        /// The location of the call.
        origin: &'static Location<'static>,
    },
    /// A selection that does not fit.
    #[error("neurons of `{port}` {dims} cannot be selected: {cause} (written at {origin})")]
    Select {
        /// The port.
        port: String,
        /// Its shape.
        dims: Dims,
        /// The mistake.
        cause: SelectionError,
        /// The location of the call.
        origin: &'static Location<'static>,
    },
    /// A ref-port and a Var of different shapes.
    #[error(
        "`{from}` {from_dims} cannot refer to `{to}` {to_dims}: shapes must be equal; {}",
        reshaped_port(from_dims, to_dims)
    )]
    VarShape {
        /// The ref-port.
        from: String,
        /// Its shape.
        from_dims: Dims,
        /// The Var.
        to: String,
        /// Its shape.
        to_dims: Dims,
    },
    /// A Var that is declared `private`.
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
    /// A process exports a port or Var that is not inside it.
    #[error(
        "`{inner}` cannot be exported as `{outer}`: it is not inside that process; add it to the network that `build` is given"
    )]
    ExportOutside {
        /// The port or Var of the composite process.
        outer: String,
        /// The port or Var to export.
        inner: String,
    },
    /// A process exports a port or Var of another shape.
    #[error(
        "`{inner}` {inner_dims} cannot be exported as `{outer}` {outer_dims}: shapes must be equal"
    )]
    ExportShape {
        /// The port or Var of the composite process.
        outer: String,
        /// Its shape.
        outer_dims: Dims,
        /// The port or Var to export.
        inner: String,
        /// Its shape.
        inner_dims: Dims,
    },
    /// Ports whose shapes differ in another axis than the one of their concatenation.
    #[error(
        "`{from}` {dims} cannot be concatenated with {first} along axis {axis}: all other axes must be equal (written at {origin})"
    )]
    ConcatShape {
        /// The out-port.
        from: String,
        /// Its shape.
        dims: Dims,
        /// The shape of the first port.
        first: Dims,
        /// The axis.
        axis: usize,
        /// The location of the call.
        origin: &'static Location<'static>,
    },
    /// A concatenation along an axis that does not exist.
    #[error("`{from}` {dims} has no axis {axis} to concatenate others along (written at {origin})")]
    ConcatAxis {
        /// The out-port.
        from: String,
        /// Its shape.
        dims: Dims,
        /// The axis that was given.
        axis: isize,
        /// The location of the call.
        origin: &'static Location<'static>,
    },
    /// A delay that is too long.
    #[error(
        "`{from}` cannot be delayed by {steps} steps: the longest delay is {max} (written at {origin})"
    )]
    Delay {
        /// The out-port.
        from: String,
        /// The requested delay.
        steps: usize,
        /// The longest delay.
        max: usize,
        /// The location of the call.
        origin: &'static Location<'static>,
    },
}

/// The way out for a ref-port of another shape than its Var.
fn reshaped_port(from: &Dims, to: &Dims) -> String {
    match from.len() == to.len() {
        true => format!("reshape the port, `.reshape({to})`"),
        false => "build one of the processes with the shape of the other".to_owned(),
    }
}
