//! Graded neurons: they send 24-bit numbers rather than spikes, for computing with vectors.
//!
//! They compute in 32-bit integers that wrap around, as Loihi 2 does; [`InvSqrt`] in floating point
//! as well. Only [`NormVecDelay`] has state from step to step. [`NormalizeNet`] is a hierarchical
//! process of them; [`vector`](crate::vector) writes networks as equations.
//!
//! Source: Intel's Lava, `lava.proc.graded` and `lava.proc.prodneuron`.

mod gate;
mod inv_sqrt;
mod norm_vec_delay;
mod normalize_net;
mod prod_neuron;
mod vec;

pub use inv_sqrt::{InvSqrt, InvSqrtBuilder};
pub use norm_vec_delay::{NormVecDelay, NormVecDelayBuilder};
pub use normalize_net::{NormalizeNet, NormalizeNetBuilder};
pub use prod_neuron::{ProdNeuron, ProdNeuronBuilder};
pub use vec::{GradedReluVec, GradedReluVecBuilder, GradedVec, GradedVecBuilder};
