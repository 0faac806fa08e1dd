//! Sigma-delta neurons: graded messages that encode changes.
//!
//! A conventional network recomputes every activation for every input. A sigma-delta network sends
//! changes only, and only changes that reach a threshold: [`Delta`] encodes input as changes,
//! [`SigmaDelta`] neurons sum changes, apply an activation function and send its changes, [`Sigma`]
//! decodes changes to values. Synapses between them are linear, so they weigh changes as they weigh
//! values: `Dense<T, T>`.
//!
//! [`kernel::delta`](crate::proc::kernel::delta) has the delta step that they share,
//! [`kernel::signal`](crate::proc::kernel::signal) the number types.

mod delta;
mod neuron;
mod sigma;

pub use delta::{Delta, DeltaBuilder};
pub use neuron::{ActivationMode, SigmaDelta, SigmaDeltaBuilder, SigmaDeltaCorrected};
pub use sigma::{Sigma, SigmaBuilder};
