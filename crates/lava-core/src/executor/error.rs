//! Failures of tasks and callbacks.

use std::any::Any;
use std::fmt::Display;
use std::panic::{AssertUnwindSafe, catch_unwind};

use super::phase::Phase;
use super::task::{TaskError, TaskLabel};
use crate::transport::RankError;

/// A run failed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum RunError {
    /// A model returned an error.
    #[error("process `{process}` (model `{model}`) failed in {}: {cause}", location(*phase, *step))]
    Model {
        /// The process.
        process: String,
        /// The type of its model.
        model: &'static str,
        /// The phase.
        phase: Phase,
        /// The time step; 0 before the first, and for a model without steps.
        step: u64,
        /// The model's error.
        cause: TaskError,
    },
    /// A model panicked.
    #[error(
        "process `{process}` (model `{model}`) panicked in {}: {message}", location(*phase, *step)
    )]
    Panic {
        /// The process.
        process: String,
        /// The type of its model.
        model: &'static str,
        /// The phase.
        phase: Phase,
        /// The time step; 0 before the first.
        step: u64,
        /// The message of the panic.
        message: String,
    },
    /// A callback panicked.
    #[error("a callback panicked at the end of step {step}: {message}")]
    Callback {
        /// The time step; 0 outside of a step.
        step: u64,
        /// The message of the panic.
        message: String,
    },
    /// A thread could not be spawned.
    #[error(
        "the thread `{name}`, which {purpose}, could not be started: {cause}; run the network on fewer workers and with fewer independent processes, or raise the limit of threads"
    )]
    Thread {
        /// The name of the thread.
        name: String,
        /// The work of the thread, in words.
        purpose: String,
        /// The error of the operating system.
        cause: std::io::Error,
    },
    /// The network has failed on a rank, and so on all.
    #[error("on rank {rank}: {error}")]
    Rank {
        /// The rank.
        rank: usize,
        /// The text of its error.
        error: String,
    },
    /// The ranks cannot go on together.
    #[error(transparent)]
    Ranks(#[from] RankError),
}

impl RunError {
    /// The error that a model returned, if that ended the run.
    pub fn cause(&self) -> Option<&(dyn std::error::Error + Send + Sync + 'static)> {
        match self {
            RunError::Model { cause, .. } => Some(cause.as_ref()),
            RunError::Panic { .. } | RunError::Callback { .. } | RunError::Rank { .. } => None,
            RunError::Ranks(error) => Some(error),
            RunError::Thread { cause, .. } => Some(cause),
        }
    }
}

/// The end of a task: its error, or the payload of its panic.
pub type Failure = Result<TaskError, Box<dyn Any + Send>>;

impl TaskLabel {
    /// The error of a run that ended with the failure of this task.
    pub fn error(&self, phase: Phase, step: u64, failure: Failure) -> RunError {
        let (process, model) = (self.process.to_string(), self.model);
        match failure {
            Ok(cause) => RunError::Model {
                process,
                model,
                phase,
                step,
                cause,
            },
            Err(panic) => RunError::Panic {
                process,
                model,
                phase,
                step,
                message: panic_message(panic),
            },
        }
    }
}

/// The message of a panic. Its payload is dropped; a payload whose drop panics is forgotten.
pub fn panic_message(payload: Box<dyn Any + Send>) -> String {
    let text = payload
        .downcast_ref::<&str>()
        .map(|text| (*text).to_owned());
    let text = text.or_else(|| payload.downcast_ref::<String>().cloned());
    if let Err(nested) = catch_unwind(AssertUnwindSafe(|| drop(payload))) {
        std::mem::forget(nested);
    }
    text.unwrap_or_else(|| "a value that is no message".to_owned())
}

/// The text of an error, which code of the user makes; if that panics, a text that says so.
pub fn error_text(error: &dyn Display) -> String {
    catch_unwind(AssertUnwindSafe(|| error.to_string())).unwrap_or_else(|panic| {
        let message = panic_message(panic);
        format!("an error whose text cannot be made: {message}")
    })
}

fn location(phase: Phase, step: u64) -> String {
    match phase {
        Phase::Make => phase.to_string(),
        Phase::Async => format!("`{phase}`"),
        _ => format!("`{phase}` of step {step}"),
    }
}
