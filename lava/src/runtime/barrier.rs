//! Where workers meet: spins, then yields, then sleeps.

use crossbeam_utils::CachePadded;

use super::sync::{AtomicU64, AtomicUsize, Condvar, Mutex, Ordering, lock, spin_until, wait};

/// A point that no worker passes before all have reached it, any number of times.
pub(crate) struct Barrier {
    workers: usize,
    arrived: CachePadded<AtomicUsize>,
    round: CachePadded<AtomicU64>,
    sleepers: AtomicUsize,
    sleep: Mutex<()>,
    wake: Condvar,
}

impl Barrier {
    pub(crate) fn new(workers: usize) -> Barrier {
        Barrier {
            workers,
            arrived: CachePadded::new(AtomicUsize::new(0)),
            round: CachePadded::new(AtomicU64::new(0)),
            sleepers: AtomicUsize::new(0),
            sleep: Mutex::new(()),
            wake: Condvar::new(),
        }
    }

    /// How often all have met. The same for every worker that has passed the last meeting and has not
    /// come to the next.
    #[inline(always)]
    pub(crate) fn round(&self) -> u64 {
        self.round.load(Ordering::Acquire)
    }

    /// Waits until every worker is here. What each did before, all see afterwards.
    pub(crate) fn wait(&self) {
        let round = self.round();
        if self.arrived.fetch_add(1, Ordering::AcqRel) + 1 == self.workers {
            self.arrived.store(0, Ordering::Relaxed);
            // SeqCst here and in `sleep_until`: either the sleeper sees the new round, or this
            // thread sees the sleeper.
            self.round.fetch_add(1, Ordering::SeqCst);
            if self.sleepers.load(Ordering::SeqCst) > 0 {
                drop(lock(&self.sleep));
                self.wake.notify_all();
            }
            return;
        }
        let over = || self.round() != round;
        if !spin_until(over) {
            self.sleep_until(round);
        }
    }

    #[cold]
    fn sleep_until(&self, round: u64) {
        let mut guard = lock(&self.sleep);
        self.sleepers.fetch_add(1, Ordering::SeqCst);
        while self.round.load(Ordering::SeqCst) == round {
            guard = wait(&self.wake, guard);
        }
        self.sleepers.fetch_sub(1, Ordering::SeqCst);
    }
}
