//! Sigma-delta networks: graded messages that say what has changed.
//!
//! A conventional network computes everything anew for every input. A sigma-delta network sends
//! changes only, and only those that reach a threshold: [`Delta`] turns input into changes,
//! [`SigmaDelta`] neurons sum them up, apply an activation function and send its changes,
//! [`Sigma`] turns changes into values again. Synapses in between are linear, so that they can
//! as well weigh changes: `Dense<T, T>`.
//!
//! Below, `arithmetic` is what the numbers can do, and `step` the delta step, which is shared by
//! all that send changes.

mod delta;
mod neuron;
mod sigma;

pub use delta::Delta;
pub use neuron::{ActivationMode, SigmaDelta, SigmaDeltaCorrected};
pub use sigma::Sigma;
