//! What the example programs share with their tests.

// `adaptive.rs`, where it would be looked for, is the program, and so with the others.
#[path = "adaptive/mod.rs"]
pub mod adaptive;
#[path = "clp/mod.rs"]
pub mod clp;
#[path = "digits/mod.rs"]
pub mod digits;
pub mod networks;
#[path = "sigma_delta/mod.rs"]
pub mod sigma_delta;
mod style;
#[path = "vectors/mod.rs"]
pub mod vectors;
