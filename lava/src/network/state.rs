//! The life of a network: building, ready, running, halted, stopped.

use std::any::Any;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::graph::Graph;
use crate::monitor::Attach;
use crate::process::{Home, VarError, Visit};
use crate::runtime::Engine;

/// What all handles of a network share.
pub(crate) struct Shared(Mutex<State>);

pub(crate) struct State {
    pub(crate) graph: Graph,
    pub(crate) stage: Stage,
    /// How many workers the user asked for; `None` leaves it to the compiler.
    pub(crate) workers: Option<usize>,
    /// Probes to start when the network is compiled.
    pub(crate) probes: Vec<Attach>,
}

/// Where a network is in its life.
pub(crate) enum Stage {
    /// Processes and connections can be added.
    Building,
    /// Compiled, between runs.
    Ready(Arc<Engine>),
    /// In a run.
    Running,
    /// Ended by an error or by a model; Vars can be read, and a reset starts over.
    Halted { engine: Arc<Engine>, why: String },
    /// Stopped by the user; the models are gone.
    Stopped,
}

impl Stage {
    /// What the network is doing, if nothing can be added to it any more.
    pub(crate) fn past_building(&self) -> Option<&'static str> {
        match self {
            Stage::Building => None,
            Stage::Ready(_) => Some("compiled"),
            Stage::Running => Some("running"),
            Stage::Halted { .. } => Some("halted"),
            Stage::Stopped => Some("stopped"),
        }
    }

    /// The models, where they can be looked at.
    pub(crate) fn engine(&self) -> Result<Option<&Arc<Engine>>, VarError> {
        match self {
            Stage::Building => Ok(None),
            Stage::Ready(engine) | Stage::Halted { engine, .. } => Ok(Some(engine)),
            Stage::Running => Err(VarError::Running),
            Stage::Stopped => Err(VarError::Stopped),
        }
    }
}

impl Shared {
    pub(crate) fn new() -> Shared {
        Shared(Mutex::new(State {
            graph: Graph::default(),
            stage: Stage::Building,
            workers: None,
            probes: Vec::new(),
        }))
    }

    pub(crate) fn lock(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Home for Shared {
    fn visit(&self, process: usize, visit: &mut Visit<'_>) -> Result<(), VarError> {
        match self.lock().stage.engine()? {
            None => visit(None),
            Some(engine) => engine.with_model(process, |node| visit(Some(node.model()))),
        }
        Ok(())
    }

    fn written(&self, process: usize, var: &'static str) -> Result<(), VarError> {
        match self.lock().stage.engine()? {
            None => Ok(()),
            Some(engine) => engine
                .with_model(process, |node| node.on_var_update(var))
                .map_err(|error| VarError::Refused(error.to_string())),
        }
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}
