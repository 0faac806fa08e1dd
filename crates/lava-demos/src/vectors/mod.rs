//! Linear algebra in fixed point, as equations that are networks, against floating point.
//!
//! `data` are the vectors and matrices, `equations` the networks. The program that uses them is
//! `vectors.rs`.

mod data;
mod equations;

pub use data::{inputs, unit_vectors};
pub use equations::{BITS, Comparison, cosines, energy, normalised};
