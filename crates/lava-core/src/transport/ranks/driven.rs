//! Commands: the calls of the program that rank 0 alone runs, which the other ranks serve.

use std::sync::atomic::Ordering::Relaxed;
use std::time::Duration;

use super::{RankError, RankGroup};
use crate::sync::{MutexGuard, lock};

/// The call of all ranks by which rank 0 sends a command.
const COMMAND: &str = "the next command of rank 0";

/// The right to make the call that was sent as a command: other threads of rank 0 wait for its end.
#[derive(Debug)]
#[must_use = "the call ends with it"]
pub struct CommandGuard<'a> {
    _order: MutexGuard<'a, ()>,
}

impl RankGroup {
    /// Notes the beginning and the end of a program that this rank, the first, runs for all.
    pub fn set_driving(&self, is_driving: bool) {
        self.is_driving.store(is_driving, Relaxed);
    }

    /// Returns `true` on the first rank while it runs a program for all.
    pub fn is_driving(&self) -> bool {
        self.is_driving.load(Relaxed)
    }

    /// Sends a command to the ranks that serve, which then make the same call as this one. Returns `None` if
    /// all ranks run the program.
    ///
    /// # Errors
    /// As [`call`](RankGroup::call).
    pub fn send_command(
        &self,
        command: impl FnOnce() -> Vec<u8>,
    ) -> Result<Option<CommandGuard<'_>>, RankError> {
        if !self.is_driving() {
            return Ok(None);
        }
        let order = lock(&self.command_order);
        let command = command();
        self.call_each(COMMAND, |_| &command)?;
        Ok(Some(CommandGuard { _order: order }))
    }

    /// Waits for the next command of rank 0.
    ///
    /// # Errors
    /// As [`call`](RankGroup::call).
    pub fn next_command(&self) -> Result<Vec<u8>, RankError> {
        let mut all = self.call_each(COMMAND, |_| &[])?;
        Ok(all.swap_remove(0))
    }

    /// The time after which a silent rank is reported, if there is one.
    pub fn timeout(&self) -> Option<Duration> {
        self.communicator.timeout()
    }
}
