//! Plasticity of projections: weights that change with the spikes of sources and targets.
//!
//! A [`Projection`](super::Projection) is given a rule, [`plastic`](super::Projection::plastic), and becomes
//! a [`PlasticSparse`]. The rules of this module have parameters in ms and in the unit of the weight; a rule
//! of one's own is an implementation of [`Plasticity`].
//!
//! | rule | |
//! |---|---|
//! | [`PairStdp`] | pairs of spikes: additive, multiplicative or power law; three pairings |
//! | [`TripletStdp`] | triplets of spikes |
//! | [`InhibitoryStdp`] | inhibition that balances excitation |
//!
//! Nothing happens at a spike of a target: spikes are kept, and applied to the synapses of a source when it
//! fires next, or when weights are read. So there is no index of synapses by target, and a synapse takes 6
//! bytes and those of the rule's own variables. Spikes are dropped when all synapses have seen them; if that
//! takes long, synapses whose sources have been silent for long are visited for it, which changes no bit.

mod decay;
mod error;
mod history;
mod inhibitory;
mod lists;
mod pair;
mod process;
mod rule;
mod shard;
mod snapshot;
mod split;
mod triplet;
mod weights;

pub use decay::Decay;
pub use error::PlasticityError;
pub use inhibitory::InhibitoryStdp;
pub use pair::{PairStdp, SpikePairing};
pub use process::{PlasticSparse, PlasticSparseBuilder};
pub use rule::{Past, Plasticity, PostSpike, PreSpike, SynapseState};
pub use split::DelaySplit;
pub use triplet::TripletStdp;
