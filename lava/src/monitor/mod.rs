//! Monitoring: probes on Vars and ports, profiles of models, reports, watchdogs for stalls, progress bars.
//!
//! A probe has a recorder for each task, which copies at the end of each step, on the task's worker,
//! into a piece of the recording that the handle reads, and that may be streamed to a file. Memory
//! is reserved before the run. Monitoring does not influence results.

mod attach;
pub(crate) mod error;
pub(crate) mod files;
mod options;
mod probe;
mod probed;
mod profile;
#[cfg(feature = "progress")]
mod progress;
mod recorder;
mod recording;
mod report;
mod row_store;
mod spike_probe;
mod target;
mod ticker;
mod watchdog;

pub(crate) use attach::{AttachFn, AttachProbe};
pub use lava_core::executor::{Activity, WorkerId};
pub use options::ProbeOptions;
pub use probe::{Probe, TakenRows};
pub use probed::{Probed, SelectedVar};
pub use profile::{Profile, ProfileRow};
#[cfg(feature = "progress")]
pub(crate) use progress::RunProgress;
pub(crate) use recording::AnyRecording;
#[cfg(feature = "plot")]
pub(crate) use report::escaped;
pub use report::{Advice, NetworkReport, ProcessReport};
pub use spike_probe::SpikeProbe;
pub(crate) use target::ProbeTarget;
pub(crate) use ticker::Ticker;
pub use watchdog::{Stall, Watchdog};
