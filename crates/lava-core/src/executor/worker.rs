//! Workers: the state of one thread of the lockstep group.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

use crossbeam_utils::CachePadded;

use super::schedule::WorkerSchedule;
use super::task::TaskId;
use crate::index_type;
use crate::sync::Mutex;
use crate::transport::Clock;

index_type! {
    /// A worker: a thread that runs lockstep tasks.
    pub WorkerId
}

/// A worker's clock, schedule and current activity.
#[derive(Debug)]
pub struct Worker {
    /// Its place among the workers.
    pub id: WorkerId,
    /// The time of its tasks.
    pub clock: Arc<Clock>,
    /// Locked by the worker during a run.
    pub schedule: Mutex<WorkerSchedule>,
    /// The task that runs and flags, see [`WorkerState`]. Written for every task, so no two workers
    /// may share a cache line.
    state: CachePadded<AtomicUsize>,
}

/// The state of a worker.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum WorkerState {
    /// It runs a task.
    Running(TaskId),
    /// Its next task waits for messages of other workers.
    Waiting(TaskId),
    /// It waits for the other workers.
    AtBarrier,
    /// It exchanges messages with other timing domains.
    AtGate,
}

const WAITING: usize = 1 << (usize::BITS - 1);
const AT_BARRIER: usize = usize::MAX;
const AT_GATE: usize = usize::MAX - 1;

impl Worker {
    /// A worker with a clock and a schedule.
    pub fn new(id: WorkerId, clock: Arc<Clock>, schedule: WorkerSchedule) -> Worker {
        Worker {
            id,
            clock,
            schedule: Mutex::new(schedule),
            state: CachePadded::default(),
        }
    }

    #[inline(always)]
    pub(super) fn enter(&self, state: WorkerState) {
        let state = match state {
            WorkerState::Running(task) => task.index(),
            WorkerState::Waiting(task) => task.index() | WAITING,
            WorkerState::AtBarrier => AT_BARRIER,
            WorkerState::AtGate => AT_GATE,
        };
        self.state.store(state, Relaxed);
    }

    pub(super) fn state(&self) -> WorkerState {
        match self.state.load(Relaxed) {
            AT_BARRIER => WorkerState::AtBarrier,
            AT_GATE => WorkerState::AtGate,
            state if state & WAITING != 0 => WorkerState::Waiting(TaskId(state & !WAITING)),
            state => WorkerState::Running(TaskId(state)),
        }
    }

    /// The task that runs, or waits to.
    pub(super) fn current_task(&self) -> TaskId {
        TaskId(self.state.load(Relaxed) & !WAITING)
    }
}
