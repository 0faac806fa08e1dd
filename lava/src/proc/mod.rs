//! The library: ready-made processes, a file each, with their models beside them.
//!
//! Written with the public macros and the public API alone; nothing here has a private hook into
//! the runtime.

mod factors;
mod fired;
pub mod input;
pub mod io;
mod lif;
pub mod neuron;
mod real;
pub mod synapse;
mod time;
pub mod weights;

pub use input::{PoissonInput, PoissonSpikes, SpikeTrain};
pub use io::{Sink, Source};
pub use lif::{Lif, Membrane};
pub use neuron::{AeifCondExp, IafCondExp, IafPscDelta, IafPscExp, Izhikevich};
pub use real::Real;
pub use synapse::{Conv, ConvInTime, DelayDense, Dense, Sparse, SumPool};
pub use weights::{Message, SignMode, Weight};
