//! The values of a factor for several synapses.

/// The values of a variable for several synapses.
#[derive(Clone, Copy)]
pub(super) enum FactorValues<'a, T> {
    /// One for all of them.
    One(T),
    /// One for each.
    Each(&'a [T]),
}
