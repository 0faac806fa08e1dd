//! Collects the mistakes of one item, so that all of them are reported together.

pub(crate) use lava_equations::Errors;
