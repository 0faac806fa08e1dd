//! Whole-system tests: what a user can see, one file a feature.

mod bad_input;
mod configurations;
mod connections;
mod declarations;
mod golden_connections;
mod lifecycle;
mod loops;
mod messages;
mod neurons;
mod phases;
mod poisson;
mod probes;
mod shards;
mod synapses;
mod workers;
