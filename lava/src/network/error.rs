//! What can be wrong with a connection.

use std::panic::Location;

use crate::process::Dims;

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
