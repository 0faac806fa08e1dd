//! Measurements of tasks.

use std::sync::atomic::Ordering::Relaxed;
use std::time::Duration;

use lava_core::executor::{Profiler, TaskStats, WorkerId};
use lava_core::sync::lock;

use super::Engine;

/// The measurements of a task, and its worker.
#[derive(Clone, Debug)]
pub(crate) struct WorkerStats {
    pub(crate) worker: WorkerId,
    pub(crate) stats: TaskStats,
}

impl Engine {
    /// Starts or ends the user's profiling.
    pub(crate) fn set_profiling(&self, on: bool) {
        if let Some(rebalancer) = &self.rebalancer {
            lock(rebalancer).suspend(on);
        }
        self.is_profiled.store(on, Relaxed);
        *lock(&self.measured) = (0, Duration::ZERO);
        self.set_profilers(on);
    }

    pub(super) fn set_profilers(&self, on: bool) {
        for worker in self.executor.workers() {
            let mut schedule = lock(&worker.schedule);
            let tasks = schedule.slots.iter().map(|slot| slot.task);
            schedule.profiler = on.then(|| Profiler::new(&worker.clock, tasks, &self.rings));
        }
    }

    /// The measurements since the user's profiling was started; none if it is off.
    pub(crate) fn user_stats(&self) -> Vec<WorkerStats> {
        if self.is_profiled.load(Relaxed) {
            self.stats()
        } else {
            Vec::new()
        }
    }

    /// The steps of runs since the user's profiling was started, and their wall time.
    pub(crate) fn measured(&self) -> (u64, Duration) {
        *lock(&self.measured)
    }

    /// The number of hooks that observe tasks.
    pub(crate) fn hooks(&self) -> usize {
        let workers = self.executor.workers().iter();
        workers
            .map(|worker| lock(&worker.schedule).hooks.len())
            .sum()
    }

    /// The measurements of each worker's tasks since the profilers were started.
    pub(super) fn stats(&self) -> Vec<WorkerStats> {
        let mut all = Vec::new();
        for (index, worker) in self.executor.workers().iter().enumerate() {
            let schedule = lock(&worker.schedule);
            let stats = schedule.profiler.as_ref().map(Profiler::stats);
            all.extend(stats.unwrap_or_default().iter().map(|stats| WorkerStats {
                worker: WorkerId(index),
                stats: stats.clone(),
            }));
        }
        all
    }
}
