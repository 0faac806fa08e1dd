//! Diagonal state-space models: linear recurrent units, each with one complex or real state.
//!
//! A structured state-space layer (S4D) is a bank of such units between two layers of synapses:
//! [`SigmaS4dDeltaLayer`]. Coefficients are those of the discretised model.
//!
//! Source: Gu, Gupta, Goel & Ré (2022), *On the Parameterization and Initialization of Diagonal
//! State Space Models*, NeurIPS; Intel's Lava, `lava.proc.s4d`.

mod layer;
mod s4d;
mod sigma_s4d_delta;

pub use layer::{SigmaS4dDeltaLayer, SigmaS4dDeltaLayerBuilder};
pub use s4d::{S4d, S4dBuilder};
pub use sigma_s4d_delta::{SigmaS4dDelta, SigmaS4dDeltaBuilder};
