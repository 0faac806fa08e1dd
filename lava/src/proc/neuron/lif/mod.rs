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

pub use adaptive::AtrLif;
pub use learning::LearningLif;
pub use lif::Lif;
pub use prototype::PrototypeLif;
pub use refractory::LifRefractory;
pub use reset::LifReset;
pub use ternary::TernaryLif;
