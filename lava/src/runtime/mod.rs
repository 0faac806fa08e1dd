//! Plan → running workers.
//!
//! A worker runs its list of models once per step, without locks, queues or allocation. Workers
//! wait for each other where a message crosses between them within a step, and meet once at the
//! end of every phase. Nothing here knows what a graph means; the only `unsafe` is in `shared`.

mod barrier;
mod clock;
mod condition;
mod engine;
mod error;
mod floor;
mod meter;
mod shared;

pub use condition::{RunCondition, RunContinuous, RunSteps};
pub use error::RunError;
pub use floor::Activity;

pub(crate) use clock::Clock;
pub(crate) use engine::Engine;
pub(crate) use floor::{Floor, Recorder};
pub(crate) use shared::{AnyOutlet, Outlet, Rows, Writer};
