//! How workers keep in step: each waits for the turns of others that its own turns need, all meet
//! at the end of every phase, and all hear of what is asked for.

use crossbeam_utils::CachePadded;

use super::barrier::Barrier;
use super::sync::{AtomicU8, AtomicU64, Ordering, spin_until};

/// What workers tell each other.
pub(crate) struct Exchange {
    barrier: Barrier,
    /// What was asked for, by meeting: written before it, read after it, cleared two later.
    asked: [CachePadded<AtomicU8>; 3],
    /// What is asked for from outside the steps.
    control: CachePadded<AtomicU8>,
    /// By worker: turns done since the network was compiled, as far as others wait for them, and
    /// whether it [`GAVE_UP`].
    progress: Box<[CachePadded<AtomicU64>]>,
}

/// Beside the turns done: there will be no more of them.
const GAVE_UP: u64 = 1 << 63;

impl Exchange {
    pub(crate) fn new(workers: usize) -> Exchange {
        let atomic = |_| CachePadded::new(AtomicU8::new(0));
        let turns = |_| CachePadded::new(AtomicU64::new(0));
        Exchange {
            barrier: Barrier::new(workers),
            asked: [0, 1, 2].map(atomic),
            control: atomic(0),
            progress: (0..workers).map(turns).collect(),
        }
    }

    /// Begins a run, while no worker is in one: what was asked for before is forgotten.
    pub(crate) fn begin(&self) {
        self.control.store(0, Ordering::Relaxed);
        for turns in &self.progress {
            turns.store(0, Ordering::Relaxed);
        }
    }

    /// Meets all other workers; returns what any of them was asked for. What each did before, all
    /// see afterwards.
    pub(crate) fn meet(&self, asked: u8) -> u8 {
        let meeting = self.barrier.round() as usize;
        // Two meetings ago every worker has read this one before it came to the last.
        self.asked[(meeting + 1) % 3].store(0, Ordering::Relaxed);
        let slot = &self.asked[meeting % 3];
        slot.fetch_or(asked, Ordering::Relaxed);
        self.barrier.wait();
        slot.load(Ordering::Relaxed)
    }

    /// A worker has done so many turns. Who waited for them sees what it did.
    #[inline(always)]
    pub(crate) fn done(&self, worker: usize, turns: u64) {
        self.progress[worker].store(turns, Ordering::Release);
    }

    /// A worker does no more turns in this run. Who waits for them waits no longer.
    #[cold]
    pub(crate) fn give_up(&self, worker: usize) {
        self.progress[worker].fetch_or(GAVE_UP, Ordering::Release);
    }

    /// Waits until a worker has done so many turns. False if it gave up before.
    #[inline(always)]
    pub(crate) fn await_turns(&self, worker: usize, turns: u64) -> bool {
        let progress = || self.progress[worker].load(Ordering::Acquire);
        while !spin_until(|| progress() >= turns) {}
        progress() & !GAVE_UP >= turns
    }

    /// Asks from outside for the end of the run after the present step.
    pub(crate) fn ask(&self, request: u8) {
        self.control.fetch_or(request, Ordering::Release);
    }

    /// What was asked for from outside.
    #[inline(always)]
    pub(crate) fn asked(&self) -> u8 {
        self.control.load(Ordering::Acquire)
    }
}
