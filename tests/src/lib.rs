//! Tests of the whole system, as far as they need more than a test file: see [`conformance`].

pub mod conformance;
