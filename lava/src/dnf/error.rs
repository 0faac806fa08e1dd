//! Errors of fields.

use crate::proc::synapse::SynapseError;

/// Synapses of a field that cannot be made.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum FieldError {
    /// An axis that the field does not have at this point.
    #[error("a field of shape {shape:?} has no axis {axis}; count axes from 0")]
    Axis {
        /// The axis that was given.
        axis: usize,
        /// The shape of the field so far.
        shape: Vec<usize>,
    },
    /// An order that does not name each axis once.
    #[error("a field of shape {shape:?} cannot be reordered by {order:?}; name each axis once")]
    Order {
        /// The order that was given.
        order: Vec<usize>,
        /// The shape of the field so far.
        shape: Vec<usize>,
    },
    /// A kernel for another number of axes.
    #[error(
        "a kernel with {widths} widths does not fit a field of shape {shape:?}; give it a width for each axis"
    )]
    Kernel {
        /// The number of widths of the kernel.
        widths: usize,
        /// The shape of the field so far.
        shape: Vec<usize>,
    },
    /// A width that is no positive number.
    #[error("a kernel has the width {0:?}; give a positive number of neurons")]
    Width(f64),
    /// The synapses cannot be stored.
    #[error(transparent)]
    Synapses(#[from] SynapseError),
}

crate::from_cause!(FieldError);
