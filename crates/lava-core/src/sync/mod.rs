//! Synchronisation: locks, atomics, channels and threads.
//!
//! Every layer above takes them from here, so that a model checker can put its own in their place:
//! `--cfg lava_check="shuttle"` and `--cfg lava_check="loom"` build the crate itself on the types of
//! that checker (`tests/interleavings`).

mod cell;
#[cfg(any(lava_check = "loom", lava_check = "shuttle"))]
mod channel;
#[cfg(lava_check = "loom")]
mod loom;
#[cfg(not(any(lava_check = "loom", lava_check = "shuttle")))]
mod native;
mod scope;
#[cfg(lava_check = "shuttle")]
mod shuttle;

pub use self::cell::ScheduledCell;
#[cfg(lava_check = "loom")]
pub use self::loom::*;
#[cfg(not(any(lava_check = "loom", lava_check = "shuttle")))]
pub use self::native::*;
pub use self::scope::{NetworkId, Scope, ScopeGuard, WaitCycle, WaitGuard};
#[cfg(lava_check = "shuttle")]
pub use self::shuttle::*;
