//! Whole-system tests: what a user can see, one file a feature.

mod asynchronous;
mod bad_input;
mod channels;
mod common;
mod configurations;
mod declarations;
mod drawings;
mod encoders;
mod graded;
mod hierarchy;
mod lif;
mod lifecycle;
mod loops;
mod messages;
mod neurons;
mod phases;
mod poisson;
mod probes;
mod references;
mod resonators;
mod running;
mod shards;
mod sigma_delta;
mod synapses;
mod virtual_ports;
mod workers;
