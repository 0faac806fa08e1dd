//! Step clocks.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering::Relaxed};

/// The current time step of one worker or independent task, and whether its spike phase is running.
///
/// Each worker has its own, on cache lines of its own, so reading it never waits for another core.
#[derive(Debug, Default)]
#[repr(align(128))]
pub struct Clock {
    tick: AtomicU64,
    origin: AtomicU64,
    spiking: AtomicBool,
}

impl Clock {
    /// Steps since the network was compiled. Unlike [`time_step`](Clock::time_step) it never goes
    /// back, so a message is never taken for one of another run.
    #[inline(always)]
    pub fn tick(&self) -> u64 {
        self.tick.load(Relaxed)
    }

    /// Steps since the network was compiled or reset: 0 before the first, then 1, 2, ….
    #[inline(always)]
    pub fn time_step(&self) -> u64 {
        self.tick.load(Relaxed) - self.origin.load(Relaxed)
    }

    /// Returns `true` in the spike phase, the only one in which ports send.
    #[inline(always)]
    pub fn spiking(&self) -> bool {
        self.spiking.load(Relaxed)
    }

    /// Enters the spike phase of the next step.
    #[inline(always)]
    pub fn advance(&self) {
        self.tick.store(self.tick.load(Relaxed) + 1, Relaxed);
        self.spiking.store(true, Relaxed);
    }

    /// Leaves the spike phase.
    #[inline(always)]
    pub fn end_spiking(&self) {
        self.spiking.store(false, Relaxed);
    }

    /// Makes the next step step 1.
    pub fn reset(&self) {
        self.origin.store(self.tick.load(Relaxed), Relaxed);
    }

    /// Makes the next step the one after `time_step`. There are at least as many ticks as steps, so that
    /// the messages of all steps before can be stored by their ticks.
    pub fn restore(&self, time_step: u64) {
        let tick = self.tick.load(Relaxed).max(time_step);
        self.tick.store(tick, Relaxed);
        self.origin.store(tick - time_step, Relaxed);
    }
}
