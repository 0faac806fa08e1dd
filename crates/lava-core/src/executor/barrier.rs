//! The barrier of the workers: they spin, then yield, then sleep.

use crossbeam_utils::CachePadded;

use crate::sync::{AtomicU64, AtomicUsize, Condvar, Mutex, Ordering, lock, spin_until, wait};

/// A reusable barrier.
///
/// # Ordering
///
/// | step | access | order |
/// |---|---|---|
/// | arrive | `arrived.fetch_add` | acquire, release: the last to arrive sees what all did |
/// | open | `generation.fetch_add` by the last | release (as part of SeqCst) |
/// | leave | `generation.load` by the others | acquire: they see what the last has seen |
///
/// A worker that falls asleep increments `sleepers` and then reads `generation`; the worker that
/// opens the barrier increments `generation` and then reads `sleepers`. All four are SeqCst: either
/// the sleeper sees the new generation, or the opener sees the sleeper and notifies it.
#[derive(Debug)]
pub struct Barrier {
    workers: usize,
    arrived: CachePadded<AtomicUsize>,
    generation: CachePadded<AtomicU64>,
    sleepers: AtomicUsize,
    sleep: Mutex<()>,
    opened: Condvar,
}

impl Barrier {
    /// A barrier of this many workers.
    pub fn new(workers: usize) -> Barrier {
        Barrier {
            workers,
            arrived: CachePadded::new(AtomicUsize::new(0)),
            generation: CachePadded::new(AtomicU64::new(0)),
            sleepers: AtomicUsize::new(0),
            sleep: Mutex::new(()),
            opened: Condvar::new(),
        }
    }

    /// The number of times that the barrier has opened: the same for every worker that has left it
    /// and not yet arrived again.
    #[inline(always)]
    pub fn generation(&self) -> u64 {
        self.generation.load(Ordering::Acquire)
    }

    /// Waits until every worker has arrived. All see afterwards what each did before.
    pub fn wait(&self) {
        let generation = self.generation();
        if self.arrived.fetch_add(1, Ordering::AcqRel) + 1 == self.workers {
            self.arrived.store(0, Ordering::Relaxed);
            self.generation.fetch_add(1, Ordering::SeqCst);
            if self.sleepers.load(Ordering::SeqCst) > 0 {
                drop(lock(&self.sleep));
                self.opened.notify_all();
            }
            return;
        }
        if !spin_until(|| self.generation() != generation) {
            self.sleep_through(generation);
        }
    }

    #[cold]
    fn sleep_through(&self, generation: u64) {
        let mut guard = lock(&self.sleep);
        self.sleepers.fetch_add(1, Ordering::SeqCst);
        while self.generation.load(Ordering::SeqCst) == generation {
            guard = wait(&self.opened, guard);
        }
        self.sleepers.fetch_sub(1, Ordering::SeqCst);
    }
}
