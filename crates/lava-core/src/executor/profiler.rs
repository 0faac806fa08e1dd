//! Profiling: the times and message counts of the tasks of one worker.

use std::sync::Arc;
use std::time::{Duration, Instant};

use super::requests::Requests;
use super::task::{TaskError, TaskId};
use crate::transport::{Clock, ErasedRing};

/// Instrumentation around a task; `slot` is its index in the worker's schedule.
pub(super) trait Instrument {
    fn spike(
        &mut self,
        slot: usize,
        run: impl FnOnce() -> Result<Requests, TaskError>,
    ) -> Result<Requests, TaskError>;

    /// `slot` counts in the order of declaration.
    fn phase(
        &mut self,
        slot: usize,
        run: impl FnOnce() -> Result<Requests, TaskError>,
    ) -> Result<Requests, TaskError>;
}

/// No instrumentation.
pub(super) struct NoInstrument;

impl Instrument for NoInstrument {
    #[inline(always)]
    fn spike(
        &mut self,
        _: usize,
        run: impl FnOnce() -> Result<Requests, TaskError>,
    ) -> Result<Requests, TaskError> {
        run()
    }

    #[inline(always)]
    fn phase(
        &mut self,
        _: usize,
        run: impl FnOnce() -> Result<Requests, TaskError>,
    ) -> Result<Requests, TaskError> {
        run()
    }
}

/// Measures the tasks of one worker.
#[derive(Debug)]
pub struct Profiler {
    clock: Arc<Clock>,
    /// In the order of the spike phase.
    stats: Vec<TaskStats>,
    /// In the order of the other phases: indices into `stats`.
    by_declaration: Vec<usize>,
}

/// The measurements of one task.
#[derive(Clone, Debug)]
pub struct TaskStats {
    /// The task.
    pub task: TaskId,
    /// The number of steps.
    pub steps: u64,
    /// The time that they took, all phases together.
    pub time: Duration,
    /// The number of spikes and values sent.
    pub sent: u64,
    rings: Vec<ErasedRing>,
}

impl Profiler {
    /// A profiler for `tasks` in this order, on a worker with this clock; `rings` are those of all
    /// tasks and out-ports.
    pub fn new(
        clock: &Arc<Clock>,
        tasks: impl Iterator<Item = TaskId>,
        rings: &[Vec<ErasedRing>],
    ) -> Profiler {
        let stats: Vec<TaskStats> = tasks
            .map(|task| TaskStats {
                task,
                steps: 0,
                time: Duration::ZERO,
                sent: 0,
                rings: rings[task.index()].clone(),
            })
            .collect();
        let mut by_declaration: Vec<usize> = (0..stats.len()).collect();
        by_declaration.sort_unstable_by_key(|slot| stats[*slot].task);
        Profiler {
            clock: Arc::clone(clock),
            stats,
            by_declaration,
        }
    }

    /// The measurements of each task.
    pub fn stats(&self) -> &[TaskStats] {
        &self.stats
    }

    fn time(
        &mut self,
        slot: usize,
        run: impl FnOnce() -> Result<Requests, TaskError>,
    ) -> Result<Requests, TaskError> {
        let start = Instant::now();
        let result = run();
        self.stats[slot].time += start.elapsed();
        result
    }
}

impl Instrument for Profiler {
    fn spike(
        &mut self,
        slot: usize,
        run: impl FnOnce() -> Result<Requests, TaskError>,
    ) -> Result<Requests, TaskError> {
        let result = self.time(slot, run);
        let stats = &mut self.stats[slot];
        stats.steps += 1;
        let tick = self.clock.tick();
        let sent = stats.rings.iter().map(|ring| ring.message_len(tick));
        stats.sent += sent.sum::<usize>() as u64;
        result
    }

    fn phase(
        &mut self,
        slot: usize,
        run: impl FnOnce() -> Result<Requests, TaskError>,
    ) -> Result<Requests, TaskError> {
        self.time(self.by_declaration[slot], run)
    }
}
