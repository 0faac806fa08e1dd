//! The seal of traits that are implemented in this crate only.

/// Supertrait of sealed traits: its name cannot be written outside this crate.
pub trait Sealed {}
