//! Resonate-and-fire neurons: a complex voltage that rotates and decays.
//!
//! `rotation` advances a population by a step, in floating and in fixed point; a process adds the
//! condition on which a neuron fires, and the reset. [`RfZero`] sends numbers and has arithmetic of
//! its own.

mod rf;
mod rf_iz;
mod rf_zero;
mod rotation;

pub use rf::{Rf, RfBuilder};
pub use rf_iz::{RfIz, RfIzBuilder};
pub use rf_zero::{RfZero, RfZeroBuilder};
