//! What the example programs share with their tests.

pub mod adaptive;
pub mod clp;
pub mod digits;
pub mod ei_network;
pub mod sigma_delta;
mod style;
pub mod vectors;
