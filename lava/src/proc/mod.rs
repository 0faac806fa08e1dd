//! The library: ready-made processes, a file each, with their models beside them.
//!
//! Written with the public macros and the public API alone; nothing here has a private hook into
//! the runtime.

mod dense;
mod factors;
mod fired;
mod fixed;
pub mod input;
pub mod io;
mod lif;
pub mod neuron;
mod real;
mod resonate;
mod settle;
pub mod synapse;
mod time;
mod weights;

pub use dense::Dense;
pub use input::{PoissonInput, PoissonSpikes, SpikeTrain};
pub use io::{Sink, Source};
pub use lif::{AtrLif, Lif, LifRefractory, LifReset, Membrane, TernaryLif};
pub use neuron::{AeifCondExp, IafCondExp, IafPscDelta, IafPscExp, Izhikevich};
pub use real::Real;
pub use resonate::{Rf, RfIz, RfZero};
pub use synapse::Sparse;
pub use weights::{Message, SignMode, Weight};
