//! The library: ready-made processes, a file each, with their models beside them.
//!
//! Written with the public macros and the public API alone; nothing here has a private hook into
//! the runtime.

pub mod clp;
pub mod input;
pub mod io;
mod kernel;
pub mod neuron;
pub mod synapse;
pub mod weights;

pub use clp::{Allocator, IdBroadcast, NoveltyDetector, Readout};
pub use input::{Events, PoissonInput, PoissonSpikes, SpikeTrain};
pub use io::{
    BitCheck, Compression, Dataset, DeltaEncoder, Extractor, Generator, Injector, Observer, Read,
    Receiver, Reset, Sink, Source, SpikeDataloader, Spiker, StateDataloader, VarWire,
};
pub use kernel::membrane::Membrane;
pub use kernel::real::Real;
pub use kernel::signal::Signal;
pub use neuron::{
    ActivationMode, AeifCondExp, AtrLif, Delta, GradedReluVec, GradedVec, IafCondExp, IafPscDelta,
    IafPscExp, InvSqrt, Izhikevich, Lif, LifRefractory, LifReset, NormVecDelay, NormalizeNet,
    ProdNeuron, PrototypeLif, Rf, RfIz, RfZero, S4d, Sigma, SigmaDelta, SigmaDeltaCorrected,
    SigmaS4dDelta, SigmaS4dDeltaLayer, TernaryLif, graded, sigma_delta, state_space,
};
pub use synapse::{Conv, ConvInTime, DelayDense, Dense, Sparse, SumPool};
pub use weights::{Message, SignMode, Weight};
