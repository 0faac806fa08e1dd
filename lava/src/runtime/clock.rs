//! The time of one worker.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering::Relaxed};

/// The present time step and whether its spike phase is on. Each worker has its own, so reading
/// it never waits for another core; each has lines of the cache to itself for the same reason.
#[derive(Debug, Default)]
#[repr(align(128))]
pub(crate) struct Clock {
    tick: AtomicU64,
    origin: AtomicU64,
    spiking: AtomicBool,
}

impl Clock {
    /// Steps since the network was compiled; unlike [`time_step`](Clock::time_step) it never goes
    /// back, so a message is never taken for one of another run.
    #[inline(always)]
    pub(crate) fn tick(&self) -> u64 {
        self.tick.load(Relaxed)
    }

    /// Steps since the network was compiled or reset: 0 before the first, then 1, 2, ….
    #[inline(always)]
    pub(crate) fn time_step(&self) -> u64 {
        self.tick.load(Relaxed) - self.origin.load(Relaxed)
    }

    /// Whether ports may send.
    #[inline(always)]
    pub(crate) fn spiking(&self) -> bool {
        self.spiking.load(Relaxed)
    }

    /// Enters the spike phase of the next step.
    #[inline(always)]
    pub(crate) fn advance(&self) {
        self.tick.store(self.tick.load(Relaxed) + 1, Relaxed);
        self.spiking.store(true, Relaxed);
    }

    /// Leaves the spike phase.
    #[inline(always)]
    pub(crate) fn end_spiking(&self) {
        self.spiking.store(false, Relaxed);
    }

    /// Makes the next step step 1 again.
    pub(crate) fn reset(&self) {
        self.origin.store(self.tick.load(Relaxed), Relaxed);
    }
}
