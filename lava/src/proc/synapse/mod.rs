//! Connections: matrices of weights, convolutions, and single synapses.
//!
//! | process | connectivity | delays |
//! |--|--|--|
//! | [`Dense`] | matrix | one step |
//! | [`DelayDense`] | matrix | matrix |
//! | [`Conv`] | kernel over two spatial axes | one step |
//! | [`ConvInTime`] | matrix for each of the last steps | taps |
//! | [`SumPool`] | windows over two spatial axes | one step |
//! | [`LinearMap`] | matrix, factors, convolution or pooling | none |
//! | [`Sparse`] | [`Projection`] or [`Synapses`] | one per synapse |
//! | [`PlasticSparse`](plasticity::PlasticSparse) | [`Projection`] or [`Synapses`], which learn by a [`plasticity`] | one per synapse |
//! | [`ProceduralSparse`] | [`Projection`], drawn again at every spike | one per synapse |
//! | [`GapJunctions`] | [`Projection`] or [`Synapses`]: conductances between voltages | one step |
//!
//! A [`Projection`] describes who is connected to whom, with which weights and delays; its
//! [`Synapses`] are drawn straight into the layout that `Sparse` delivers from, in parallel and
//! reproducibly. [`weights`] has the types of weights, and Loihi's format of them.

mod active;
mod adjacency;
mod column_delays;
mod connectivity;
mod conv;
mod delay_dense;
mod delivery;
pub(in crate::proc) mod dense;
mod distribution;
mod drawing;
mod error;
mod explicit;
mod gap_junctions;
mod grouping;
mod joint;
mod linear_map;
mod lists;
mod marks;
mod memory;
mod merge;
mod parallel;
pub mod plasticity;
mod procedural;
mod projection;
mod quantized_columns;
mod random;
mod rule;
mod sparse;
mod storage;
mod synapses;
#[cfg(test)]
mod tests;
mod truncated_normal;
pub mod weights;

pub use connectivity::Connectivity;
pub use conv::{
    Conv, ConvBuilder, ConvError, ConvInTime, ConvInTimeBuilder, SumPool, SumPoolBuilder,
    TensorOrder, Window,
};
pub use delay_dense::{DelayDense, DelayDenseBuilder};
pub use dense::{Dense, DenseBuilder};
pub use distribution::{DelayDistribution, Distribution};
pub use error::{SynapseError, UnmetRule};
pub use gap_junctions::{GapJunctions, GapJunctionsBuilder};
pub use linear_map::{LinearMap, LinearMapBuilder, LinearMapError, Operator};
pub use procedural::{
    ProceduralError, ProceduralProjection, ProceduralSparse, ProceduralSparseBuilder,
};
pub use projection::Projection;
pub use rule::Rule;
pub use sparse::{Sparse, SparseBuilder};
pub use storage::{Half, WeightStorage};
pub use synapses::{Synapse, Synapses};
