//! The networks of the demonstrations, which the programs share with their tests.
//!
//! | program | network |
//! |---|---|
//! | [`adaptive`] | a neuron that adapts to its input, in floating and in fixed point |
//! | [`clp`] | digits learned one class after the other, with none forgotten |
//! | [`ei_network`] | excitatory and inhibitory units as rates, as spikes, and in fixed point |
//! | [`sigma_delta`] | a network that computes only what has changed in a video |
//! | [`vectors`] | linear algebra as equations of vectors, in fixed point |

pub mod adaptive;
pub mod clp;
pub mod ei_network;
pub mod sigma_delta;
pub mod vectors;
