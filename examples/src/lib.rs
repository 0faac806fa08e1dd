//! The network of the `digits` program, and its drawing.

pub mod digits;
pub mod svg;
