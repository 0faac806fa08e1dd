//! Plasticity of projections: weights that change with the spikes of sources and targets.
//!
//! A [`Projection`](super::Projection) is given a rule, [`plastic`](super::Projection::plastic), and becomes
//! a [`PlasticSparse`]. The rules of this module have parameters in ms and in the unit of the weight; a rule
//! of one's own is an implementation of [`Plasticity`].
//!
//! | rule | |
//! |---|---|
//! | [`PairStdp`] | pairs of spikes: additive, multiplicative or power law; four pairings |
//! | [`TripletStdp`] | triplets of spikes |
//! | [`InhibitoryStdp`] | inhibition that balances excitation |
//! | [`DopamineStdp`] | pairs of spikes, turned into weights by dopamine |
//! | [`TsodyksMarkram`] | short-term depression and facilitation; `(A, TsodyksMarkram)` beside a rule `A` |
//!
//! A [`SynapticUpdate`] normalises, rescales, removes or adds synapses, or lets the rule change their delays,
//! between runs or every n steps.
//!
//! Nothing happens at a spike of a target: spikes are kept, and applied to the synapses of a source when it
//! fires next, or when weights are read. So there is no index of synapses by target, and a synapse takes 6
//! bytes and those of the rule's own variables. Spikes are dropped when all synapses have seen them; if that
//! takes long, synapses whose sources have been silent for long are visited for it, which changes no bit.
//!
//! Rules of pairs, [`PairStdp`] and [`InhibitoryStdp`], change many synapses at once where these have one dendritic
//! delay, and take about half of the time of a rule whose spikes are handled one by one, with the same bits.

mod both;
mod decay;
mod dopamine;
pub(in crate::proc) mod error;
mod factors;
mod history;
mod inhibitory;
mod lists;
mod modulation;
mod moves;
mod pair;
mod present;
mod presynaptic;
mod process;
mod rule;
mod shard;
mod short_term;
mod signal;
mod snapshot;
mod split;
mod structure;
mod targets;
mod triplet;
mod unseen;
mod update;
mod weights;

pub use decay::Decay;
pub use dopamine::DopamineStdp;
pub use error::PlasticityError;
pub use factors::{OneFactor, RuleFactors, SignalSpan, ThirdFactor, ThreeFactors, TwoFactors};
pub use inhibitory::InhibitoryStdp;
pub use modulation::{Dopamine, DopamineInterval, Modulation};
pub use pair::{PairStdp, SpikePairing};
#[doc(hidden)]
pub use present::TraceBlock;
pub use presynaptic::PresynapticStdp;
pub use process::{PlasticSparse, PlasticSparseBuilder};
pub use rule::{Past, Plasticity, PostSpike, PreSpike, SynapseState};
pub use short_term::{Resources, TsodyksMarkram};
pub use split::DelaySplit;
pub use triplet::TripletStdp;
pub use update::{Growth, PeriodicUpdate, SynapticUpdate, SynapticUpdates};
