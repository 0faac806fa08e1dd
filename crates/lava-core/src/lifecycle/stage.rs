//! The stages of a network.

use std::sync::Arc;

use crate::executor::Requests;

/// An engine, as the state machine sees it.
pub trait RunControl {
    /// Prepares a run: it can be interrupted from then on.
    fn start_run(&self);
    /// Requests the end of the run.
    fn interrupt(&self, requests: Requests);
    /// The number of steps since the start or the last reset.
    fn time_step(&self) -> u64;
}

/// The stage of a network.
#[derive(Debug)]
pub enum Stage<E> {
    /// Processes and connections can be added.
    Building,
    /// Compiled, between runs.
    Ready(Arc<E>),
    /// In a run.
    Running(Arc<E>),
    /// Ended by an error or by a model; Vars can be read, and a reset starts again.
    Halted {
        /// The engine.
        engine: Arc<E>,
        /// The reason, in words.
        why: String,
    },
    /// Stopped by the user; the models are gone.
    Stopped {
        /// The number of steps that were run.
        step: u64,
    },
}

impl<E: RunControl> Stage<E> {
    /// The stage in words.
    pub fn name(&self) -> &'static str {
        match self {
            Stage::Building => "building",
            Stage::Ready(_) => "compiled",
            Stage::Running(_) => "running",
            Stage::Halted { .. } => "halted",
            Stage::Stopped { .. } => "stopped",
        }
    }

    /// The engine, from compiling to stopping.
    pub fn engine(&self) -> Option<&Arc<E>> {
        match self {
            Stage::Building | Stage::Stopped { .. } => None,
            Stage::Ready(engine) | Stage::Running(engine) | Stage::Halted { engine, .. } => {
                Some(engine)
            }
        }
    }

    /// The number of steps since the start or the last reset.
    pub fn time_step(&self) -> u64 {
        match self {
            Stage::Stopped { step } => *step,
            stage => stage.engine().map_or(0, |engine| engine.time_step()),
        }
    }
}
