//! Input of computational neuroscience: Poisson processes, spike trains and currents.
//!
//! Random input is a function of seed, neuron and step alone (a counter-based generator, see
//! [`PoissonSpikes`]): it does not depend on the number of workers, and repeats when the network is
//! reset. The seed follows from the network's seed and the name of the process unless one is given;
//! two processes that are given the same seed send the same.

mod noise_current;
mod philox;
mod poisson_input;
mod poisson_spikes;
mod poisson_table;
mod sine_current;
mod spike_train;
mod step_current;

pub(in crate::proc) use philox::NeuronStream;

pub use noise_current::{NoiseCurrent, NoiseCurrentBuilder};
pub use poisson_input::{PoissonInput, PoissonInputBuilder};
pub use poisson_spikes::{PoissonSpikes, PoissonSpikesBuilder};
pub use sine_current::{SineCurrent, SineCurrentBuilder};
pub use spike_train::{Events, SpikeTrain, SpikeTrainBuilder};
pub use step_current::{StepCurrent, StepCurrentBuilder};
