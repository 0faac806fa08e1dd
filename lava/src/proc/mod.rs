//! The library: ready-made neurons, synapses, sources and sinks.
//!
//! Every process is in this module, `lava::proc::Lif`; [`synapse`] and [`io`] also have the types
//! that their processes take. The library is written with the public macros and the public API
//! alone: each process is a file that can serve as an example for your own.
//!
//! # Processes by role
//!
//! | process | |
//! |---|---|
//! | **Leaky integrate-and-fire neurons** | floating point and Loihi's fixed point |
//! | [`Lif`] | current and voltage, reset at a threshold |
//! | [`LearningLif`] | … with the traces that three-factor rules read |
//! | [`LifReset`] | … with a periodic reset of the state |
//! | [`LifRefractory`] | … with a refractory period |
//! | [`TernaryLif`] | … with two thresholds and output −1, 0, 1 |
//! | [`AtrLif`] | … with adaptive threshold and refractoriness |
//! | **Resonate-and-fire neurons** | a complex voltage that rotates and decays |
//! | [`Rf`] | fires at phase zero |
//! | [`RfIz`] | Izhikevich's: fires at a threshold, with reset |
//! | [`RfZero`] | sends its amplitude at phase zero: a spectrum |
//! | **Neurons of computational neuroscience** | floating point, in mV, ms, pA, pF and nS |
//! | [`IafPscDelta`] | delta synapses |
//! | [`IafPscExp`] | exponential synaptic currents |
//! | [`IafPscAlpha`] | alpha-shaped synaptic currents |
//! | [`IafCondExp`] | exponential synaptic conductances |
//! | [`AeifCondExp`] | adaptive exponential, with synaptic conductances |
//! | [`Izhikevich`] | Izhikevich's simple model |
//! | **Neurons in continuous time** | floating point; the integrator is chosen |
//! | [`ContinuousLif`] | with or without leak and synaptic current |
//! | [`LeakyIntegrator`] | … that sends its voltage, and does not fire |
//! | [`StepFunction`] | fires above a threshold, without a state |
//! | **Sigma-delta neurons** | messages are changes of a value |
//! | [`Delta`] | encodes values as changes |
//! | [`SigmaDelta`] | sums changes, applies an activation function, sends changes |
//! | [`Sigma`] | decodes changes to values |
//! | **State-space units** | linear recurrent units |
//! | [`S4d`] | a complex state |
//! | [`SigmaS4dDelta`] | a real state between sigma and delta |
//! | [`SigmaS4dDeltaLayer`] | a layer of them with their synapses |
//! | **Graded neurons** | integers of 24 bits, for [`vector`](crate::vector)s |
//! | [`GradedVec`], [`GradedReluVec`] | threshold on the magnitude, or on the number |
//! | [`ProdNeuron`] | element-wise product |
//! | [`InvSqrt`] | inverse square root |
//! | [`NormVecDelay`], [`NormalizeNet`] | normalisation of a vector: a half, and the whole |
//! | **Continually learning prototypes** | Loihi's fixed point |
//! | [`PrototypeLif`] | neurons that each represent a pattern |
//! | [`NoveltyDetector`] | reports an input without a response |
//! | [`Readout`] | maps responses to labels |
//! | [`Allocator`], [`IdBroadcast`] | numbers new prototypes, distributes the number |
//! | **Synapses** | see [`synapse`] |
//! | [`Dense`], [`DelayDense`] | a matrix of weights, and of delays |
//! | [`Sparse`] | synapses one by one, with weights and delays |
//! | [`ProceduralSparse`] | … drawn again at every spike, and not stored |
//! | [`GapJunctions`] | electrical synapses: currents between voltages |
//! | [`Conv`], [`ConvInTime`], [`SumPool`] | convolution in space, in time, and pooling |
//! | [`LinearMap`] | matrices, factors, convolutions and pooling that take no step |
//! | **Synapses that learn** | see [`learning`] |
//! | [`LearningDense`] | a matrix of weights, tags and delays |
//! | [`LearningSparse`] | synapses one by one |
//! | [`PlasticSparse`] | … with delays, by an event-driven [`plasticity`] |
//! | **Sources** | data into the network |
//! | [`Source`] | a ring buffer of rows |
//! | [`SpikeTrain`] | spikes at given times, [`Events`] |
//! | [`PoissonSpikes`], [`PoissonInput`] | Poisson spike trains, and their weighted counts |
//! | [`StepCurrent`], [`SineCurrent`] | currents that change in steps, or as a sine |
//! | [`NoiseCurrent`] | white noise, or an Ornstein–Uhlenbeck process |
//! | [`Spiker`] | a number every `period` steps |
//! | [`Generator`] | a closure or an iterator |
//! | [`Injector`] | a [channel](crate::channel) from user threads |
//! | [`SpikeDataloader`] | samples of a [data set](io::Dataset), row by row, with labels |
//! | [`DeltaEncoder`] | changes of the input, limited and compressed |
//! | **Sinks** | data out of the network; see also [probes](crate::monitor) |
//! | [`Sink`] | a ring buffer of rows |
//! | [`Latch`] | the last message |
//! | [`Observer`] | a closure |
//! | [`Extractor`] | a [channel](crate::channel) to user threads |
//! | **Between processes** | |
//! | [`Relay`], [`DelayRelay`] | sends its input, in the same step or later |
//! | **Access to Vars of other processes** | at the end of a step |
//! | [`Read`], [`Reset`] | reads or sets a Var once per interval |
//! | [`StateDataloader`] | writes samples of a [data set](io::Dataset) |
//! | [`VarWire`] | sends a Var into a [channel](crate::channel) to user threads |
//! | [`BitCheck`] | counts values that do not fit a number of bits |
//!
//! # Conventions
//!
//! - **Shape.** A population has the `shape` of its builder. Ports and Vars have this shape, unless
//!   the process states another one. A Var takes an array, or one value for all neurons.
//! - **Number types.** A process with a type parameter computes in `f32` (the default), `f64` or
//!   `i32`, Loihi's fixed point: see [`Membrane`], [`Signal`] and [`Real`]. A fixed-point model
//!   agrees bit by bit with the bit-accurate model of Intel's Lava, if Lava has one.
//! - **Time.** The first step is 1. Input acts in the step in which it arrives, unless the process
//!   states otherwise. The time step of a network is [`set_dt`](crate::Network::set_dt); processes
//!   that state a `dt` take it from there, and a different one is an error unless it is the process's
//!   [own](crate::process::TimeStep::own).
//! - **Neurons of computational neuroscience** have the parameter names of NEST, in small letters,
//!   and its defaults. Coefficients derived from them are computed in double precision. In a step
//!   the state is integrated under the input of earlier steps, the input of the step is added, and
//!   the threshold is tested; the refractory period is rounded to steps. A spike sent in step *t*
//!   is a spike at time *t*·`dt`.
//! - **Inhibition** is negative in every neuron: negative weights, and negative currents. A
//!   conductance has no sign, so `inh_in` of the neurons with conductances takes the magnitude. Input
//!   of the wrong sign, where it has a port of its own, is an error of that step.
//! - **Functions of one argument** that are given by points are [`LookupTable`]s.
//! - **Currents** go to `current_in`, in pA and of either sign; they act during the step in which they
//!   arrive, beside `i_e`.
//! - **Random input** is a function of seed, neuron and step alone: it does not depend on the
//!   number of workers, and repeats when the network is reset. Seeds follow from the network's seed
//!   ([`Network::set_seed`](crate::Network::set_seed)) and the names of processes unless they are
//!   given.

mod clp;
#[doc(hidden)]
pub mod equations;
mod input;
pub mod io;
mod kernel;
pub mod learning;
mod neuron;
pub mod synapse;

pub use clp::{Allocator, IdBroadcast, NoveltyDetector, Readout};
pub use input::{
    Events, NoiseCurrent, PoissonInput, PoissonSpikes, SineCurrent, SpikeTrain, StepCurrent,
};
#[doc(inline)]
pub use io::{
    BitCheck, Compression, Dataset, DelayRelay, DeltaEncoder, Extractor, Generator, Injector,
    Latch, Observer, Read, Relay, Reset, Sink, Source, SpikeDataloader, Spiker, StateDataloader,
    VarWire,
};
pub use kernel::lookup_table::{LookupTable, LookupTableError};
pub use kernel::membrane::Membrane;
pub use kernel::real::Real;
pub use kernel::signal::Signal;
pub use learning::{LearningDense, LearningSparse};
pub use neuron::{
    ActivationMode, AeifCondExp, AtrLif, ContinuousLif, Delta, Discretization, FiringRule,
    GradedReluVec, GradedVec, IafCondExp, IafPscAlpha, IafPscDelta, IafPscExp, InvSqrt, Izhikevich,
    LeakyIntegrator, LearningLif, Lif, LifRefractory, LifReset, NormVecDelay, NormalizeNet,
    ProdNeuron, PrototypeLif, ResetMode, Rf, RfIz, RfZero, S4d, Sigma, SigmaDelta,
    SigmaDeltaCorrected, SigmaS4dDelta, SigmaS4dDeltaLayer, SpikeTiming, StepFunction, TernaryLif,
};
#[doc(inline)]
pub use synapse::plasticity::{self, PlasticSparse};
pub use synapse::weights::{self, Message, SignMode, Weight};
pub use synapse::{
    Conv, ConvInTime, DelayDense, Dense, GapJunctions, LinearMap, ProceduralSparse, Sparse, SumPool,
};

/// The builders of the processes, to be named in signatures. A process starts one, by
/// `Lif::shape([3])` or `Lif::builder()`.
///
/// ```
/// use lava::proc::Lif;
/// use lava::proc::builders::LifBuilder;
///
/// fn neurons(count: usize) -> LifBuilder {
///     Lif::shape([count]).vth(1.0).du(0.3)
/// }
/// # neurons(3);
/// ```
pub mod builders {
    pub use super::clp::{
        AllocatorBuilder, IdBroadcastBuilder, NoveltyDetectorBuilder, ReadoutBuilder,
    };
    pub use super::input::{
        NoiseCurrentBuilder, PoissonInputBuilder, PoissonSpikesBuilder, SineCurrentBuilder,
        SpikeTrainBuilder, StepCurrentBuilder,
    };
    pub use super::io::{
        BitCheckBuilder, DelayRelayBuilder, DeltaEncoderBuilder, ExtractorBuilder,
        GeneratorBuilder, InjectorBuilder, LatchBuilder, ObserverBuilder, ReadBuilder,
        RelayBuilder, ResetBuilder, SinkBuilder, SourceBuilder, SpikeDataloaderBuilder,
        SpikerBuilder, StateDataloaderBuilder, VarWireBuilder,
    };
    pub use super::learning::{LearningDenseBuilder, LearningSparseBuilder};
    pub use super::neuron::{
        AeifCondExpBuilder, AtrLifBuilder, ContinuousLifBuilder, DeltaBuilder,
        GradedReluVecBuilder, GradedVecBuilder, IafCondExpBuilder, IafPscAlphaBuilder,
        IafPscDeltaBuilder, IafPscExpBuilder, InvSqrtBuilder, IzhikevichBuilder,
        LeakyIntegratorBuilder, LearningLifBuilder, LifBuilder, LifRefractoryBuilder,
        LifResetBuilder, NormVecDelayBuilder, NormalizeNetBuilder, ProdNeuronBuilder,
        PrototypeLifBuilder, RfBuilder, RfIzBuilder, RfZeroBuilder, S4dBuilder, SigmaBuilder,
        SigmaDeltaBuilder, SigmaS4dDeltaBuilder, SigmaS4dDeltaLayerBuilder, StepFunctionBuilder,
        TernaryLifBuilder,
    };
    pub use super::synapse::plasticity::PlasticSparseBuilder;
    pub use super::synapse::{
        ConvBuilder, ConvInTimeBuilder, DelayDenseBuilder, DenseBuilder, GapJunctionsBuilder,
        LinearMapBuilder, ProceduralSparseBuilder, SparseBuilder, SumPoolBuilder,
    };
}
