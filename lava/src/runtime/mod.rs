//! Plan → running workers.
//!
//! A worker runs its list of models once per step, without locks, queues or allocation. Workers
//! wait for each other where a message crosses between them within a step, and meet once at the
//! end of every phase. Nothing here knows what a graph means; the only `unsafe` is in `shared`.

mod barrier;
mod clock;
mod engine;
mod error;
mod floor;
mod shared;

pub use error::RunError;

pub(crate) use clock::Clock;
pub(crate) use engine::Engine;
pub(crate) use floor::{Floor, Recorder};
pub(crate) use shared::{AnyOutlet, Outlet, Rows, Writer};

/// Runs a number of steps, then returns.
///
/// ```
/// # use lava::prelude::*;
/// # use lava::proc::Lif;
/// # fn main() -> lava::Result<()> {
/// # let net = Network::<Loihi1SimCfg>::new();
/// # let lif: Lif = net.add(Lif::shape([1]))?;
/// net.run(RunSteps(100))?;
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RunSteps(
    /// How many; at least one.
    pub u64,
);
