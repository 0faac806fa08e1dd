//! The life of a network: building, ready, running, halted, stopped.

use std::any::Any;
use std::sync::{Arc, PoisonError};
use std::thread::{self, JoinHandle};

use super::callback::Callbacks;
use super::graph::Graph;
use crate::Result;
use crate::model::request;
use crate::monitor::Attach;
use crate::process::{Home, NetworkSeed, ProcessRef, VarError, Visit};
use crate::runtime::Engine;
use crate::runtime::sync::{Condvar, Deadline, Mutex, MutexGuard, lock, wait, wait_until};

/// What all handles of a network share.
pub(crate) struct Shared {
    state: Mutex<State>,
    /// Told when a run, or other user code of the network, is over.
    over: Condvar,
    pub(super) callbacks: Arc<Callbacks>,
    pub(super) seed: Arc<NetworkSeed>,
}

pub(crate) struct State {
    pub(crate) graph: Graph,
    pub(crate) stage: Stage,
    /// How many threads wait for something to be over.
    waiting: usize,
    /// The thread of a run in the background, until it is joined.
    pub(super) runner: Option<JoinHandle<()>>,
    /// How that run ended, until somebody waits for it.
    pub(super) outcome: Option<Result<()>>,
}

/// Where a network is in its life.
pub(crate) enum Stage {
    /// Processes and connections can be added; probes wait for something to record.
    Building { probes: Vec<Attach> },
    /// Compiled, between runs.
    Ready(Arc<Engine>),
    /// In a run.
    Running(Arc<Engine>),
    /// Models are made, told or reset.
    Busy,
    /// Ended by an error or by a model; Vars can be read, and a reset starts over.
    Halted { engine: Arc<Engine>, why: String },
    /// Stopped by the user after so many steps; the models are gone.
    Stopped(u64),
}

impl Stage {
    /// What the network is doing, if nothing can be added to it any more.
    pub(crate) fn past_building(&self) -> Option<&'static str> {
        match self {
            Stage::Building { .. } => None,
            Stage::Ready(_) => Some("compiled"),
            Stage::Running(_) | Stage::Busy => Some("running"),
            Stage::Halted { .. } => Some("halted"),
            Stage::Stopped(_) => Some("stopped"),
        }
    }

    /// How many steps have been run.
    pub(crate) fn time_step(&self) -> u64 {
        match self {
            Stage::Building { .. } | Stage::Busy => 0,
            Stage::Ready(engine) | Stage::Running(engine) | Stage::Halted { engine, .. } => {
                engine.time_step()
            }
            Stage::Stopped(step) => *step,
        }
    }

    /// The models, where they can be looked at.
    pub(crate) fn engine(&self) -> Result<Option<&Arc<Engine>>, VarError> {
        match self {
            Stage::Building { .. } => Ok(None),
            Stage::Ready(engine) | Stage::Halted { engine, .. } => Ok(Some(engine)),
            Stage::Running(_) | Stage::Busy => Err(VarError::Running),
            Stage::Stopped(_) => Err(VarError::Stopped),
        }
    }
}

impl Shared {
    pub(crate) fn new() -> Shared {
        Shared {
            state: Mutex::new(State {
                graph: Graph::default(),
                stage: Stage::Building { probes: Vec::new() },
                waiting: 0,
                runner: None,
                outcome: None,
            }),
            over: Condvar::new(),
            callbacks: Arc::default(),
            seed: Arc::default(),
        }
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
        let stage = std::mem::replace(&mut state.stage, Stage::Busy);
        let graph = std::mem::take(&mut state.graph);
        drop(state);
        let (stage, result) = act(&graph, stage);
        let mut state = self.lock();
        state.graph = graph;
        self.enter(&mut state, stage);
        result
    }

    /// Goes on to the next stage, and wakes whoever waits for it.
    pub(super) fn enter(&self, state: &mut State, stage: Stage) {
        state.stage = stage;
        // To wake nobody takes a system call too.
        if state.waiting > 0 {
            self.over.notify_all();
        }
    }

    /// Waits, without the lock, until something is over, or until a point in time. Returns whether
    /// that has come.
    pub(super) fn wait<'a>(
        &self,
        mut state: MutexGuard<'a, State>,
        deadline: Option<Deadline>,
    ) -> (MutexGuard<'a, State>, bool) {
        state.waiting += 1;
        let (mut state, late) = match deadline {
            None => (wait(&self.over, state), false),
            Some(deadline) => wait_until(&self.over, state, deadline),
        };
        state.waiting -= 1;
        (state, late)
    }

    /// The network of a process.
    pub(crate) fn of(process: &ProcessRef) -> &Shared {
        let shared = process.home.as_any().downcast_ref();
        shared.expect("every process lives in a network")
    }

    pub(crate) fn lock(&self) -> MutexGuard<'_, State> {
        lock(&self.state)
    }
}

impl Drop for Shared {
    /// Nobody is left to wait for a run in the background: it ends.
    fn drop(&mut self) {
        let state = self.state.get_mut().unwrap_or_else(PoisonError::into_inner);
        if let Stage::Running(engine) = &state.stage {
            engine.interrupt(request::STOP);
        }
        if let Some(runner) = state.runner.take()
            && runner.thread().id() != thread::current().id()
        {
            // It catches the panics of models and callbacks, so there is nothing to pass on.
            let _ = runner.join();
        }
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
