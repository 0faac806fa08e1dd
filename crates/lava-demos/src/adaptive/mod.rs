//! A neuron that adapts to its input, in floating and in fixed point.
//!
//! `neuron` is the network, `plot` pictures what it did. The program that uses them is `adaptive.rs`.

mod neuron;
mod plot;

pub use neuron::{Precision, STEPS, Trace, run};
pub use plot::picture;
