//! The network of the `digits` program and its picture, and neurons and synapses
//! of the literature.

pub mod digits;
pub mod neurons;
mod picture;
pub mod synapses;

pub use picture::picture_path;
