//! Input of computational neuroscience: Poisson processes and spike trains.
//!
//! Random input is a function of seed, neuron and step alone (a counter-based generator, see
//! [`PoissonSpikes`]): it does not depend on the number of workers, and repeats when the network is
//! reset. The seed follows from the network's seed and the name of the process unless one is given;
//! two processes that are given the same seed send the same.

mod philox;
mod poisson_input;
mod poisson_spikes;
mod poisson_table;
mod spike_train;

pub use poisson_input::PoissonInput;
pub use poisson_spikes::PoissonSpikes;
pub use spike_train::{Events, SpikeTrain};
