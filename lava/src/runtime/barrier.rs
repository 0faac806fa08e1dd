//! Where workers meet: spins, then yields, then sleeps.

use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Condvar, Mutex, PoisonError};

use crossbeam_utils::{Backoff, CachePadded};

/// How often a worker yields the processor before it goes to sleep.
const YIELDS: usize = 50;

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

    /// Waits until every worker is here. What each did before, all see afterwards.
    pub(crate) fn wait(&self) {
        let round = self.round.load(Ordering::Acquire);
        if self.arrived.fetch_add(1, Ordering::AcqRel) + 1 == self.workers {
            self.arrived.store(0, Ordering::Relaxed);
            // SeqCst here and in `sleep_until`: either the sleeper sees the new round, or this
            // thread sees the sleeper.
            self.round.fetch_add(1, Ordering::SeqCst);
            if self.sleepers.load(Ordering::SeqCst) > 0 {
                drop(self.sleep.lock().unwrap_or_else(PoisonError::into_inner));
                self.wake.notify_all();
            }
            return;
        }
        let over = || self.round.load(Ordering::Acquire) != round;
        if !spin_until(over) {
            self.sleep_until(round);
        }
    }

    #[cold]
    fn sleep_until(&self, round: u64) {
        let mut guard = self.sleep.lock().unwrap_or_else(PoisonError::into_inner);
        self.sleepers.fetch_add(1, Ordering::SeqCst);
        while self.round.load(Ordering::SeqCst) == round {
            guard = self
                .wake
                .wait(guard)
                .unwrap_or_else(PoisonError::into_inner);
        }
        self.sleepers.fetch_sub(1, Ordering::SeqCst);
    }
}

/// Waits for `over` awake, for a while. Returns whether it came true.
pub(crate) fn spin_until(over: impl Fn() -> bool) -> bool {
    const SPINS: usize = 2_000;
    for _ in 0..SPINS {
        if over() {
            return true;
        }
        std::hint::spin_loop();
    }
    let backoff = Backoff::new();
    for _ in 0..YIELDS {
        if over() {
            return true;
        }
        backoff.snooze();
    }
    over()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Arc;

    #[test]
    fn nobody_passes_before_all_have_arrived() {
        const WORKERS: usize = 3;
        const ROUNDS: usize = 2_000;
        let barrier = Arc::new(Barrier::new(WORKERS));
        let count = Arc::new(AtomicUsize::new(0));
        let run = |barrier: Arc<Barrier>, count: Arc<AtomicUsize>| {
            move || {
                for round in 1..=ROUNDS {
                    count.fetch_add(1, Ordering::Relaxed);
                    barrier.wait();
                    assert_eq!(count.load(Ordering::Relaxed), WORKERS * round);
                    barrier.wait();
                }
            }
        };
        let threads: Vec<_> = (0..WORKERS)
            .map(|_| std::thread::spawn(run(Arc::clone(&barrier), Arc::clone(&count))))
            .collect();
        for thread in threads {
            thread
                .join()
                .expect("no worker saw another one ahead of it");
        }
    }
}
