//! What the example programs share with their tests.

// `adaptive.rs` and the others, where they would be looked for, are the programs.
#[path = "adaptive/mod.rs"]
pub mod adaptive;
#[path = "clp/mod.rs"]
pub mod clp;
#[path = "digits/mod.rs"]
pub mod digits;
#[path = "ei_network/mod.rs"]
pub mod ei_network;
pub mod networks;
#[path = "sigma_delta/mod.rs"]
pub mod sigma_delta;
mod style;
#[path = "vectors/mod.rs"]
pub mod vectors;
