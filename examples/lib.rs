//! What the example programs share with their tests.

// `digits.rs`, where it would be looked for, is the program.
#[path = "digits/mod.rs"]
pub mod digits;
pub mod networks;
#[path = "sigma_delta/mod.rs"]
pub mod sigma_delta;
