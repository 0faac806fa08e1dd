//! Neurons that are declared by their equations, `neuron!`.

mod brian;
mod convergence;
mod events;
mod gap_junctions;
mod leaky;
mod library;
mod synapses;
mod tables;
