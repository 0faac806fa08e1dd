//! Whole-system tests: what a user can see, one file a feature.

mod bad_input;
mod configurations;
mod declarations;
mod lif;
mod lifecycle;
mod loops;
mod messages;
mod neurons;
mod phases;
mod poisson;
mod probes;
mod resonators;
mod shards;
mod synapses;
mod workers;
