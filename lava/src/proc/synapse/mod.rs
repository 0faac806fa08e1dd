//! Connections: matrices of weights, convolutions, and synapses one by one.
//!
//! [`Dense`], [`DelayDense`], [`Conv`], [`ConvInTime`] and [`SumPool`] say in their shape who is
//! connected to whom. For [`Sparse`] a [`Projection`] says it, with which weights and delays; it
//! builds [`Synapses`] straight into the layout that `Sparse` delivers from, in parallel and
//! reproducibly. What weights are is in [`weights`]. Nothing here knows about
//! particular neurons.

mod columns;
mod conv;
mod delay_dense;
mod delivery;
mod dense;
mod distribution;
mod error;
mod groups;
mod list;
mod memory;
mod projection;
mod random;
mod rule;
mod sparse;
mod store;
mod stored;
#[cfg(test)]
mod tests;
pub mod weights;

pub use conv::{Conv, ConvError, ConvInTime, SumPool, TensorOrder, Window};
pub use delay_dense::DelayDense;
pub use dense::Dense;
pub use distribution::Distribution;
pub use error::SynapseError;
pub use projection::Projection;
pub use rule::Rule;
pub use sparse::Sparse;
pub use store::{Synapse, Synapses};
pub use stored::Stored;
