//! The table of all tasks.
//!
//! # Invariant
//!
//! A task is accessed by the one worker that it is placed on, during a run, or by the thread that
//! makes the network's transition, between runs. Meanwhile it may access the tasks that its ref-ports
//! refer to: they are on the same worker, and none is itself. Tasks move to another worker only while
//! no worker runs, and together with all that this ties to them.

#![allow(unsafe_code)]

use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};

use super::error::panic_message;
use super::task::{Task, TaskId};
use crate::sync::ScheduledCell;

/// The tasks of a network.
///
/// A task whose drop panics is logged; the others are dropped too.
#[derive(Default)]
pub struct Tasks(Vec<ScheduledCell<Box<dyn Task>>>);

impl Tasks {
    /// The table of these tasks, whose ids are their positions.
    pub fn new(tasks: Vec<Box<dyn Task>>) -> Tasks {
        Tasks(tasks.into_iter().map(ScheduledCell::new).collect())
    }

    /// Adds a task, whose id is the number of those before.
    pub fn push(&mut self, task: Box<dyn Task>) {
        self.0.push(ScheduledCell::new(task));
    }

    /// Calls `act` with a task: during a run on the worker that it is placed on, between runs in a
    /// transition.
    #[inline(always)]
    pub fn with<R>(&self, id: TaskId, act: impl FnOnce(&mut dyn Task) -> R) -> R {
        // SAFETY: the module's invariant.
        unsafe { self.0[id.index()].with_mut(|task| act(task.as_mut())) }
    }

    /// Drops all tasks; `name` says in the log which one panicked.
    pub fn clear(&mut self, name: impl Fn(usize) -> String) {
        for (task, cell) in self.0.drain(..).enumerate() {
            if let Err(panic) = catch_unwind(AssertUnwindSafe(|| drop(cell))) {
                let (name, message) = (name(task), panic_message(panic));
                tracing::error!("{name} panicked while it was dropped: {message}");
            }
        }
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

impl Drop for Tasks {
    fn drop(&mut self) {
        self.clear(|task| format!("task {task}"));
    }
}

impl fmt::Debug for Tasks {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} tasks", self.len())
    }
}
