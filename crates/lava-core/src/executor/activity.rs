//! Activities of workers and independent tasks, for watchdogs.

use std::fmt;
use std::sync::Arc;

use super::worker::WorkerId;

/// The activity of a worker or of an independent task.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Activity {
    /// It runs the model of a process.
    RunningModel {
        /// The process.
        process: Arc<str>,
        /// The type of its model.
        model: &'static str,
    },
    /// It waits for the messages that a process needs.
    WaitingForMessages {
        /// The process.
        process: Arc<str>,
    },
    /// It has ended a phase and waits for the other workers.
    AtBarrier,
    /// It waits for an asynchronous process, or for the outside, to send or to receive.
    AtGate,
    /// An asynchronous model waits for space to send.
    WaitingToSend {
        /// The process.
        process: Arc<str>,
    },
}

impl fmt::Display for Activity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Activity::RunningModel { process, model } => {
                write!(f, "process `{process}` (model `{model}`) has been running")
            }
            Activity::WaitingForMessages { process } => {
                write!(f, "process `{process}` has been waiting for messages")
            }
            Activity::AtBarrier => f.write_str("it has been waiting for the other workers"),
            Activity::AtGate => f.write_str(
                "it has been waiting for an asynchronous process, or for the outside, to send or to receive",
            ),
            Activity::WaitingToSend { process } => write!(
                f,
                "process `{process}` has been waiting for others to receive"
            ),
        }
    }
}

/// The activity of one worker or independent task, and its progress.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Status {
    /// The worker; `None` for an independent task.
    pub worker: Option<WorkerId>,
    /// The time step of a worker, or the number of changes of activity of an independent task.
    pub progress: u64,
    /// The activity; `None` after the end of a run.
    pub activity: Option<Activity>,
}
