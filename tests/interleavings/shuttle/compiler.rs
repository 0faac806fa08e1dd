//! The plan of a network.

/// One model's turn in a worker's step.
#[derive(Clone)]
pub(crate) struct Turn {
    pub(crate) part: usize,
    pub(crate) awaits: Vec<(usize, u64)>,
    pub(crate) awaited: bool,
}
