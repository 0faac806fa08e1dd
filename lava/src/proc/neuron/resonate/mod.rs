//! Resonate-and-fire neurons: a complex voltage that turns and decays, and fires when it comes
//! round.
//!
//! `rotation` takes a population of them through a step, in floating and in fixed point; a process
//! adds when a neuron fires and what is reset then. [`RfZero`] sends numbers and has arithmetic of
//! its own.

mod rf;
mod rf_iz;
mod rf_zero;
mod rotation;

pub use rf::Rf;
pub use rf_iz::RfIz;
pub use rf_zero::RfZero;
