//! The neuromorphic intermediate representation, NIR 1.0.8.

mod data;
mod error;
mod graph;
mod metadata;
mod node;
mod report;

pub use data::{NirData, NodeData, Observable};
pub use error::NirError;
pub use graph::{NirGraph, VERSION};
pub use metadata::{Metadata, MetadataItem};
pub use node::{NirNode, Primitive};
pub use report::Report;
