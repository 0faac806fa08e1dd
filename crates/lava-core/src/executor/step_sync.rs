//! Synchronisation of the workers within a step and at the end of its phases.

use crossbeam_utils::CachePadded;

use super::barrier::Barrier;
use super::requests::Requests;
use super::schedule::Progress;
use super::worker::WorkerId;
use crate::sync::{AtomicU8, AtomicU64, Ordering, spin_until};

/// The state through which workers synchronise.
///
/// Within a step a worker publishes the number of slots it has done (release), and another waits for
/// the number that it needs (acquire): it sees every message that those tasks have sent. At the end of
/// each phase all meet at the barrier and exchange their requests.
#[derive(Debug)]
pub struct StepSync {
    barrier: Barrier,
    /// Requests from outside the steps.
    external: CachePadded<AtomicU8>,
    /// By worker: the slots done since the network was compiled, as far as other workers wait for
    /// them, and [`ABANDONED`].
    progress: Box<[CachePadded<AtomicU64>]>,
}

/// Flag beside the progress of a worker: it does no more slots in this run.
const ABANDONED: u64 = 1 << 63;

impl StepSync {
    /// The state of this many workers.
    pub fn new(workers: usize) -> StepSync {
        let progress = |_| CachePadded::new(AtomicU64::new(0));
        StepSync {
            barrier: Barrier::new(workers),
            external: CachePadded::new(AtomicU8::new(0)),
            progress: (0..workers).map(progress).collect(),
        }
    }

    /// Starts a run, while no worker is in one: earlier requests are dropped.
    pub fn start_run(&self) {
        self.external.store(0, Ordering::Relaxed);
        for progress in &self.progress {
            progress.store(0, Ordering::Relaxed);
        }
    }

    /// Meets, as `worker`, all other workers; returns the requests of all. All see afterwards what each did before.
    pub fn sync(&self, worker: WorkerId, requests: Requests) -> Requests {
        self.barrier.meet(worker, requests)
    }

    /// Publishes that a worker has done slots.
    #[inline(always)]
    pub fn publish(&self, progress: Progress) {
        self.progress[progress.worker.index()].store(progress.slots, Ordering::Release);
    }

    /// Publishes that a worker does no more slots in this run.
    #[cold]
    pub fn abandon(&self, worker: WorkerId) {
        self.progress[worker.index()].fetch_or(ABANDONED, Ordering::Release);
    }

    /// Waits until a worker has done slots. Returns `false` if it abandoned the run before.
    #[inline(always)]
    pub fn wait_for(&self, progress: Progress) -> bool {
        let done = || self.progress[progress.worker.index()].load(Ordering::Acquire);
        while !spin_until(|| done() >= progress.slots) {}
        done() & !ABANDONED >= progress.slots
    }

    /// Requests, from outside, the end of the run after the current step.
    pub fn request(&self, requests: Requests) {
        self.external.fetch_or(requests.bits(), Ordering::Release);
    }

    /// The requests from outside.
    #[inline(always)]
    pub fn requested(&self) -> Requests {
        Requests::from_bits(self.external.load(Ordering::Acquire))
    }
}
