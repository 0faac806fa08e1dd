//! Leaky integrate-and-fire neurons.
//!
//! [`kernel::membrane`](crate::proc::kernel::membrane) has the dynamics of one neuron, in floating
//! and in fixed point; `leaky` advances a population by a step; `spike_rule` decides which neurons
//! fire, and resets or holds their voltages. Each process is a file that combines them.
//! `adaptation` advances a population of [`AtrLif`] neurons.

mod adaptation;
mod adaptive;
mod leaky;
mod learning;
#[expect(clippy::module_inception, reason = "a file is named after its process")]
mod lif;
mod prototype;
mod refractory;
mod reset;
mod spike_rule;
mod ternary;

pub use adaptive::{AtrLif, AtrLifBuilder};
pub use learning::{LearningLif, LearningLifBuilder};
pub use lif::{Lif, LifBuilder, ResetMode};
pub use prototype::{PrototypeLif, PrototypeLifBuilder};
pub use refractory::{LifRefractory, LifRefractoryBuilder};
pub use reset::{LifReset, LifResetBuilder};
pub use ternary::{TernaryLif, TernaryLifBuilder};
