//! The life of a network: building, ready, running, halted, stopped.

use std::any::Any;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::graph::Graph;
use crate::monitor::Attach;
use crate::process::{Home, ProcessRef, VarError, Visit};
use crate::runtime::Engine;

/// What all handles of a network share.
pub(crate) struct Shared(Mutex<State>);

pub(crate) struct State {
    pub(crate) graph: Graph,
    pub(crate) stage: Stage,
}

/// Where a network is in its life.
pub(crate) enum Stage {
    /// Processes and connections can be added; probes wait for something to record.
    Building { probes: Vec<Attach> },
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
            Stage::Building { .. } => None,
            Stage::Ready(_) => Some("compiled"),
            Stage::Running => Some("running"),
            Stage::Halted { .. } => Some("halted"),
            Stage::Stopped => Some("stopped"),
        }
    }

    /// The models, where they can be looked at.
    pub(crate) fn engine(&self) -> Result<Option<&Arc<Engine>>, VarError> {
        match self {
            Stage::Building { .. } => Ok(None),
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
            stage: Stage::Building { probes: Vec::new() },
        }))
    }

    /// Runs user code with the models while the network counts as running, without holding the
    /// lock: the code may use handles of its own network and then gets an error, not a deadlock.
    /// `answer` may answer at once, from the present stage; otherwise `act` gets that stage and
    /// says which one follows.
    pub(crate) fn exclusively<R>(
        &self,
        answer: impl FnOnce(&Stage) -> Option<R>,
        act: impl FnOnce(&Graph, Stage) -> (Stage, R),
    ) -> R {
        let mut state = self.lock();
        if let Some(result) = answer(&state.stage) {
            return result;
        }
        let stage = std::mem::replace(&mut state.stage, Stage::Running);
        let graph = std::mem::take(&mut state.graph);
        drop(state);
        let (stage, result) = act(&graph, stage);
        let mut state = self.lock();
        (state.stage, state.graph) = (stage, graph);
        result
    }

    /// The network of a process.
    pub(crate) fn of(process: &ProcessRef) -> &Shared {
        let shared = process.home.as_any().downcast_ref();
        shared.expect("every process lives in a network")
    }

    pub(crate) fn lock(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Home for Shared {
    fn process(self: Arc<Self>, index: usize) -> ProcessRef {
        let name = Arc::clone(&self.lock().graph.processes[index].name);
        ProcessRef {
            home: self,
            index,
            name,
        }
    }

    fn visit(&self, process: usize, visit: &mut Visit<'_>) -> Result<(), VarError> {
        match self.lock().stage.engine()? {
            Some(engine) if engine.has_models(process) => {
                engine.with_models(process, |node, shard| {
                    visit(Some((node.model(), shard)));
                });
            }
            Some(_) | None => visit(None),
        }
        Ok(())
    }

    fn written(&self, process: usize, var: &'static str) -> Result<(), VarError> {
        let answer = |stage: &Stage| match stage.engine() {
            Ok(Some(_)) => None,
            Ok(None) => Some(Ok(())),
            Err(error) => Some(Err(error)),
        };
        self.exclusively(answer, |_, stage| {
            let result = match stage.engine() {
                Ok(Some(engine)) => engine
                    .update(process, var)
                    .map_err(|error| VarError::Refused(error.to_string())),
                Ok(None) | Err(_) => Ok(()),
            };
            (stage, result)
        })
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}
