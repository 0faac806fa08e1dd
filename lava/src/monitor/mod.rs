//! What is recorded: probes on Vars and ports, what models cost, which of them are late, how far a
//! run has come.
//!
//! A probe copies at the end of each step, on the worker that runs the process, into memory that
//! was reserved before the run. Nothing here influences a network.

mod error;
mod probe;
mod profile;
#[cfg(feature = "progress")]
mod progress;
mod ticker;
mod watchdog;

pub use error::ProbeError;
pub use lava_core::executor::{Activity, WorkerId};
pub(crate) use probe::AttachFn;
pub use probe::{Probe, Probed, SpikeProbe};
pub use profile::{Profile, ProfileRow};
#[cfg(feature = "progress")]
pub(crate) use progress::Progress;
pub use watchdog::{Stall, Watchdog};
