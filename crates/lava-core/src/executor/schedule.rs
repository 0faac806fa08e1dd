//! Schedules: what one worker runs in a step.

use std::fmt;
use std::sync::Arc;

use super::hook::StepHook;
use super::profiler::Profiler;
use super::task::TaskId;
use super::worker::WorkerId;
use crate::transport::{Clock, Forward};

/// A task's entry in the schedule of a worker.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TaskSlot {
    /// The task.
    pub task: TaskId,
    /// The progress of other workers that the task waits for.
    pub waits_for: Vec<Progress>,
    /// Another worker waits for this task.
    pub signals: bool,
}

/// The first `slots` slots of a worker's schedule, in one step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress {
    /// The worker.
    pub worker: WorkerId,
    /// The number of slots that are done.
    pub slots: u64,
}

/// Everything that one worker runs in a step.
#[derive(Default)]
pub struct WorkerSchedule {
    /// The tasks in the order of the spike phase.
    pub slots: Vec<TaskSlot>,
    /// The same tasks in the order in which their processes were added: that of the other phases.
    pub slots_by_declaration: Vec<TaskId>,
    /// The clocks of tasks that may move to another worker: here they advance with the worker's.
    pub followed_clocks: Vec<Arc<Clock>>,
    /// Forwarders of messages to other timing domains, run at the end of each step.
    pub forwarders: Vec<Box<dyn Forward>>,
    /// Hooks at the end of each step, with the task that each observes.
    pub hooks: Vec<(TaskId, Box<dyn StepHook>)>,
    /// The profiler, while profiling is on.
    pub profiler: Option<Profiler>,
}

impl WorkerSchedule {
    /// The schedule of `slots`, for a worker with the clock `own`; `clocks` are those of all tasks.
    pub fn new(slots: Vec<TaskSlot>, clocks: &[Arc<Clock>], own: &Arc<Clock>) -> WorkerSchedule {
        let mut by_declaration: Vec<TaskId> = slots.iter().map(|slot| slot.task).collect();
        by_declaration.sort_unstable();
        let mut followed: Vec<Arc<Clock>> = Vec::new();
        for clock in by_declaration.iter().map(|task| &clocks[task.index()]) {
            let differs = |other: &Arc<Clock>| !Arc::ptr_eq(clock, other);
            if differs(own) && followed.iter().all(differs) {
                followed.push(Arc::clone(clock));
            }
        }
        WorkerSchedule {
            slots,
            slots_by_declaration: by_declaration,
            followed_clocks: followed,
            ..WorkerSchedule::default()
        }
    }
}

impl fmt::Debug for WorkerSchedule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("WorkerSchedule")
            .field("slots", &self.slots)
            .field("hooks", &self.hooks.len())
            .finish_non_exhaustive()
    }
}
