//! The table of all tasks.
//!
//! # Invariant
//!
//! A task is accessed by the one worker that it is placed on, during a run, or by the thread that
//! holds the network's state lock, between runs. Meanwhile it may access the tasks that its ref-ports
//! refer to: they are on the same worker, and none is itself. Tasks move to another worker only while
//! no worker runs, and together with all that this ties to them.

#![allow(unsafe_code)]

use std::fmt;

use super::task::{Task, TaskId};
use crate::sync::ScheduledCell;

/// The tasks of a network.
pub struct Tasks(Box<[ScheduledCell<Box<dyn Task>>]>);

impl Tasks {
    /// The table of these tasks, whose ids are their positions.
    pub fn new(tasks: Vec<Box<dyn Task>>) -> Tasks {
        Tasks(tasks.into_iter().map(ScheduledCell::new).collect())
    }

    /// Calls `act` with a task: during a run on the worker that it is placed on, between runs under
    /// the state lock.
    #[inline(always)]
    pub fn with<R>(&self, id: TaskId, act: impl FnOnce(&mut dyn Task) -> R) -> R {
        // SAFETY: the module's invariant.
        unsafe { self.0[id.index()].with_mut(|task| act(task.as_mut())) }
    }

    /// The number of tasks.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Returns `true` if there are no tasks.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl fmt::Debug for Tasks {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} tasks", self.len())
    }
}
