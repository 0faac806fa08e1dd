//! Threads that run commands.

use super::error::RunError;
use crate::sync::{JoinHandle, Receiver, Sender, is_current, spawn, unbounded};

/// A worker thread and its command channel. Dropping the sender ends the thread.
pub(super) struct WorkerThread<C> {
    commands: Option<Sender<C>>,
    thread: Option<JoinHandle<()>>,
}

impl<C: Send + 'static> WorkerThread<C> {
    /// Spawns a thread that runs `body` until its commands end; `purpose` is its work, in words.
    pub(super) fn spawn(
        name: String,
        purpose: String,
        body: impl FnOnce(&Receiver<C>) + Send + 'static,
    ) -> Result<WorkerThread<C>, RunError> {
        let (commands, receiver) = unbounded();
        match spawn(name.clone(), move || body(&receiver)) {
            Ok(thread) => Ok(WorkerThread {
                commands: Some(commands),
                thread: Some(thread),
            }),
            Err(cause) => Err(RunError::Thread {
                name,
                purpose,
                cause,
            }),
        }
    }

    /// Sends a command.
    pub(super) fn send(&self, command: C) {
        if let Some(commands) = &self.commands {
            // The thread receives until this sender is dropped.
            let _ = commands.send(command);
        }
    }
}

impl<C> Drop for WorkerThread<C> {
    fn drop(&mut self) {
        self.commands = None;
        // A model that drops the last handle of its network cannot join its own thread.
        if let Some(thread) = self.thread.take_if(|thread| !is_current(thread)) {
            // The thread catches the panics of its tasks.
            let _ = thread.join();
        }
    }
}
