//! Monitoring: probes on Vars and ports, profiles of models, watchdogs for stalls, progress bars.
//!
//! A probe copies at the end of each step, on the worker that runs the process, into memory that is
//! reserved before the run. Monitoring does not influence results.

pub(crate) mod error;
mod probe;
mod profile;
#[cfg(feature = "progress")]
mod progress;
mod ticker;
mod watchdog;

pub use lava_core::executor::{Activity, WorkerId};
pub(crate) use probe::AttachFn;
pub use probe::{Probe, Probed, SpikeProbe};
pub use profile::{Profile, ProfileRow};
#[cfg(feature = "progress")]
pub(crate) use progress::RunProgress;
pub use watchdog::{Stall, Watchdog};
