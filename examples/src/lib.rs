//! The network of the `digits` program and its drawing, and neurons of the literature.

pub mod digits;
pub mod neurons;
pub mod svg;
