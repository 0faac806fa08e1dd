//! SONATA: circuits of neurons as files, of the Allen Institute and the Blue Brain Project.
//!
//! [`SonataCircuit`] is what the files hold: populations of nodes and edges with their types and attributes, node sets,
//! a simulation with the spikes that are put in. [`SonataCircuit::check`] lists what becomes of them, and everything
//! that does not fit; [`SonataCircuit::build`] adds the processes to a network; [`BuiltCircuit::record`] records what
//! the simulation asks for, in the files of the format. [`SonataCircuit::write`] writes a circuit, which is read back
//! equal.
//!
//! | in the files | becomes | |
//! |---|---|---|
//! | nodes of `nest:iaf_psc_alpha`, `iaf_psc_exp`, `iaf_psc_delta` | [`IafPscAlpha`](crate::proc::IafPscAlpha), [`IafPscExp`](crate::proc::IafPscExp), [`IafPscDelta`](crate::proc::IafPscDelta) | exact, but for rounding |
//! | nodes of `nest:iaf_cond_exp`, `aeif_cond_exp` | [`IafCondExp`](crate::proc::IafCondExp), [`AeifCondExp`](crate::proc::AeifCondExp) | approximate: other integrators |
//! | virtual nodes | [`SpikeTrain`](crate::proc::SpikeTrain) | in the step at or after each time |
//! | edges, `static_synapse` | [`Sparse`](crate::proc::Sparse), one for each pair of models and each sign | delays rounded to steps |
//!
//! Source: the SONATA developer guide, <https://github.com/AllenInstitute/sonata>; Dai et al. (2020), PLoS
//! Computational Biology 16, e1007696.

mod attributes;
mod build;
mod circuit;
mod config;
mod edges;
mod error;
mod files;
mod frames;
mod models;
mod node_sets;
mod nodes;
mod options;
mod plan;
mod recording;
mod report;
mod simulation;
mod spikes;
mod types;
mod write;

pub use attributes::{AttributeGroup, AttributeValue, Attributes, ModelParameters};
pub use build::{BuiltCircuit, BuiltPart, BuiltPopulation, BuiltProjection, CircuitNumber};
pub use circuit::SonataCircuit;
pub use edges::EdgePopulation;
pub use error::SonataError;
pub use frames::{FrameFile, Frames};
pub use models::{NestNeurons, Neurons};
pub use node_sets::{NodeSelection, NodeSet, NodeSets};
pub use nodes::NodePopulation;
pub use options::{InitialVoltage, SonataOptions};
pub use recording::CircuitRecording;
pub use report::{CircuitReport, ReportRow};
pub use simulation::{NodesOf, ReportOf, Simulation, SpikeInput};
pub use spikes::{SpikeFile, TimedSpike};
pub use types::TypeTable;
