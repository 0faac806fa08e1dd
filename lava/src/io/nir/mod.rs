//! The neuromorphic intermediate representation, NIR 1.0.8: graphs of trained networks, exchanged between
//! simulators and chips.
//!
//! [`NirGraph`] is the file: reading and writing it is the identity, and `nir` of Python reads what is
//! written. [`NirGraph::check`] lists every node, what it becomes, and everything that does not fit;
//! [`NirGraph::build`] adds the processes to a network. [`NirOptions`] are the choices that the format
//! leaves open, with their defaults: equations are in continuous time. [`NirData`] has recordings next to a
//! graph.
//!
//! # What each node becomes
//!
//! | node | process | |
//! |---|---|---|
//! | Input, Output, Flatten | [`Relay`](crate::proc::Relay) | exact |
//! | Affine, Linear, Scale | [`LinearMap`](crate::proc::LinearMap) | exact, but for rounding |
//! | Conv1d, Conv2d, SumPool2d, AvgPool2d | [`LinearMap`](crate::proc::LinearMap) | exact, but for rounding |
//! | Delay | [`DelayRelay`](crate::proc::DelayRelay) | rounded to steps |
//! | Threshold | [`StepFunction`](crate::proc::StepFunction) | exact |
//! | I, LI, CubaLI | [`LeakyIntegrator`](crate::proc::LeakyIntegrator) | exact for input that is constant in a step; or Euler's method |
//! | IF, LIF, CubaLIF | [`ContinuousLif`](crate::proc::ContinuousLif) | as above; spikes are at the ends of steps |
//! | NIRGraph | its nodes, named `graph.node` | |
//!
//! In fixed point, [`NirGraph::build_fixed`], Affine and Linear become [`Dense`](crate::proc::Dense), and IF, LIF
//! and CubaLIF [`Lif`](crate::proc::Lif): approximate, by the bits of weights, decays and voltages.
//!
//! Messages pass all nodes in one step. An edge that closes a loop takes a step; the report names it. It is
//! the edge out of the neuron, where the loop is a chain up to it, so that the bias of recurrent weights acts
//! from the first step on.

mod build;
mod data;
mod error;
mod fixed;
mod graph;
mod imported;
mod metadata;
mod node;
mod options;
mod plan;
mod report;

pub use data::{NirData, NodeData, Observable};
pub use error::NirError;
pub use fixed::{ImportedFixed, Quantization};
pub use graph::{NirGraph, VERSION};
pub use imported::{Imported, ImportedNeuron};
pub use metadata::{Metadata, MetadataItem};
pub use node::{NirNode, Primitive};
pub use options::NirOptions;
pub use report::{Report, ReportNode};
