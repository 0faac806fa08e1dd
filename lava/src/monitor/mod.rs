//! What is recorded: probes on Vars and ports.
//!
//! A probe copies at the end of each step, on the worker that runs the process, into memory that
//! was reserved before the run. Nothing here influences a network.

mod probe;

pub(crate) use probe::Attach;
pub use probe::{Probe, Probed, SpikeProbe};
