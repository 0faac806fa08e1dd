//! Leaky integrate-and-fire neurons.
//!
//! `membrane` is the dynamics that they share, in floating and in fixed point; `leaky` takes a
//! population through a step of it; `rule` says which neurons fire, what is reset then, and when a
//! voltage is held. A process is a file that puts these together. `adaptation` adds the threshold
//! and refractoriness of [`AtrLif`].

mod adaptation;
mod adaptive;
pub(super) mod leaky;
#[expect(clippy::module_inception, reason = "a file is named after its process")]
mod lif;
mod prototype;
mod refractory;
mod reset;
pub(super) mod rule;
mod ternary;

pub use adaptive::AtrLif;
pub use lif::Lif;
pub use prototype::PrototypeLif;
pub use refractory::LifRefractory;
pub use reset::LifReset;
pub use ternary::TernaryLif;
