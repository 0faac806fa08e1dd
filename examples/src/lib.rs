//! The network of the `digits` program and its picture, and neurons of the literature.

pub mod digits;
pub mod neurons;
mod picture;

pub use picture::picture_path;
