//! Input of computational neuroscience: Poisson processes and spike trains.
//!
//! Random input is a function of seed, neuron and step alone (a counter-based generator, see
//! [`PoissonSpikes`]): it does not depend on the number of workers, and repeats when the network is
//! reset. Every process of a network should have a seed of its own; two processes with the same
//! seed send the same.

mod philox;
mod poisson_input;
mod poisson_spikes;
mod poisson_table;
mod spike_train;

pub use poisson_input::{PoissonInput, PoissonInputBuilder};
pub use poisson_spikes::{PoissonSpikes, PoissonSpikesBuilder};
pub use spike_train::{Events, SpikeTrain, SpikeTrainBuilder};
