//! Tests of the whole system, as far as they need more than a test file: see [`conformance`].

pub mod conformance;

/// The page for those who know Lava, whose programs are tests.
#[cfg(doctest)]
#[doc = include_str!("../../docs/coming-from-lava.md")]
struct ComingFromLava;
