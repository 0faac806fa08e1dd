//! Tasks: models as the executor sees them.

use std::any::Any;
use std::error::Error;
use std::sync::Arc;

use super::async_run::AsyncRun;
use super::phase::Phase;
use super::remote::RemoteVars;
use super::requests::Requests;
use crate::data::{StateReader, StateWriter};
use crate::index_type;

index_type! {
    /// A task: a model of a process, or of one of its shards.
    pub TaskId
}

/// An error that a model returned.
pub type TaskError = Box<dyn Error + Send + Sync>;

/// A model, wrapped for the executor.
pub trait Task: Send {
    /// Checks the Vars against each other.
    ///
    /// # Errors
    /// Those of the model.
    fn check(&self) -> Result<(), TaskError> {
        Ok(())
    }

    /// Prepares the first step.
    ///
    /// # Errors
    /// Those of the model.
    fn start(&mut self) -> Result<(), TaskError>;

    /// Runs the spike phase; returns the model's requests.
    ///
    /// # Errors
    /// Those of the model.
    fn spike(&mut self) -> Result<Requests, TaskError> {
        Ok(Requests::NONE)
    }

    /// Runs another phase if the model's guard holds; returns the model's requests.
    ///
    /// # Errors
    /// Those of the model.
    fn phase(&mut self, phase: Phase, remote: &mut RemoteVars<'_>) -> Result<Requests, TaskError> {
        let _ = (phase, remote);
        Ok(Requests::NONE)
    }

    /// Runs a model without steps; returns its requests.
    ///
    /// # Errors
    /// Those of the model.
    fn run_async(&mut self, run: &AsyncRun<'_>) -> Result<Requests, TaskError> {
        let _ = run;
        Ok(Requests::NONE)
    }

    /// Tells the model that its Var `var` was set.
    ///
    /// # Errors
    /// Those of the model.
    fn on_var_update(&mut self, var: &'static str) -> Result<(), TaskError>;

    /// Gives the model's local fields their first values.
    fn reset(&mut self);

    /// Takes, between runs, the messages that would arrive late in the next.
    fn catch_up(&mut self) {}

    /// Puts the state that is in no Var.
    ///
    /// # Errors
    /// Those of the model, and of a field that cannot be saved.
    fn save(&mut self, to: &mut StateWriter) -> Result<(), TaskError> {
        let _ = to;
        Ok(())
    }

    /// Takes what Vars refer to, before they are restored.
    ///
    /// # Errors
    /// Those of the model.
    fn prepare_load(&mut self, from: &StateReader<'_>) -> Result<(), TaskError> {
        let _ = from;
        Ok(())
    }

    /// Takes the state that is in no Var, when the Vars are restored.
    ///
    /// # Errors
    /// Those of the model, and of a value that does not fit.
    fn load(&mut self, from: &StateReader<'_>) -> Result<(), TaskError> {
        let _ = from;
        Ok(())
    }

    /// The model itself.
    fn model(&mut self) -> &mut dyn Any;
}

/// The names of a process and of its model, for errors.
#[derive(Clone, Debug)]
pub struct TaskLabel {
    /// The process.
    pub process: Arc<str>,
    /// The type of its model.
    pub model: &'static str,
}
