//! Access of a task to the Vars of others.

use std::fmt;

use super::task::{Task, TaskId};
use super::tasks::Tasks;

/// The Vars of other processes, while a management phase lasts: the argument that a `VarRef` needs,
/// so that it is used in no other phase.
pub struct RemoteVars<'a> {
    tasks: &'a Tasks,
}

impl<'a> RemoteVars<'a> {
    /// Access to these tasks.
    #[doc(hidden)]
    pub fn new(tasks: &'a Tasks) -> RemoteVars<'a> {
        RemoteVars { tasks }
    }

    /// Calls `act` with the task of a remote Var.
    #[doc(hidden)]
    pub fn with_task<R>(&mut self, id: TaskId, act: impl FnOnce(&mut dyn Task) -> R) -> R {
        self.tasks.with(id, act)
    }
}

impl fmt::Debug for RemoteVars<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RemoteVars")
    }
}
