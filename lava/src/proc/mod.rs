//! The library: ready-made processes, a file each, with their models beside them.
//!
//! Written with the public macros and the public API alone; nothing here has a private hook into
//! the runtime.

pub mod clp;
mod factors;
mod fired;
mod fixed;
pub mod graded;
pub mod input;
pub mod io;
mod lif;
pub mod neuron;
mod real;
mod resonate;
mod settle;
pub mod sigma_delta;
pub mod state_space;
pub mod synapse;
mod time;

pub use graded::{GradedReluVec, GradedVec, InvSqrt, NormVecDelay, NormalizeNet, ProdNeuron};
pub use input::{PoissonInput, PoissonSpikes, SpikeTrain};
pub use io::{
    BitCheck, DeltaEncoder, Read, Receiver, Reset, Sink, Source, SpikeDataloader, Spiker,
    StateDataloader,
};
pub use lif::{AtrLif, Lif, LifRefractory, LifReset, Membrane, TernaryLif};
pub use neuron::{AeifCondExp, IafCondExp, IafPscDelta, IafPscExp, Izhikevich};
pub use real::Real;
pub use resonate::{Rf, RfIz, RfZero};
pub use sigma_delta::{ActivationMode, Delta, Sigma, SigmaDelta, Signal};
pub use state_space::{S4d, SigmaS4dDelta, SigmaS4dDeltaLayer};
pub use synapse::weights::{self, Message, SignMode, Weight};
pub use synapse::{Conv, ConvInTime, DelayDense, Dense, Sparse, SumPool};
