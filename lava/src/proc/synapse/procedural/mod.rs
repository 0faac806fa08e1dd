//! Synapses that are drawn again at every spike of their source, and not stored.
//!
//! | | |
//! |---|---|
//! | `words` | random numbers: a function of seed, source and node |
//! | `tree` | the target population, halved again and again, and the number of synapses in each half |
//! | `targets` | the targets of a source in a leaf of the tree |
//! | `tables` | weights and delays, by tables of their distributions |
//! | `projection` | the description, and what is known before a synapse is drawn |
//! | `drawing` | the synapses of a source, in batches |
//! | `sums` | the sums to which they are added |
//! | `process` | the process and its model |

mod drawing;
mod error;
mod process;
mod projection;
mod sums;
mod tables;
mod targets;
mod tree;
mod words;

pub use error::ProceduralError;
pub use process::{ProceduralSparse, ProceduralSparseBuilder};
pub use projection::ProceduralProjection;
