//! The life of a network: building, ready, running, halted, stopped.

use std::any::Any;
use std::cell::RefCell;
use std::sync::{Arc, PoisonError};

use lava_core::data::{NetworkSeed, VarError};
use lava_core::executor::Requests;
use lava_core::sync::{
    Condvar, Deadline, JoinHandle, Mutex, MutexGuard, is_current, lock, wait, wait_until,
};

use super::callbacks::Callbacks;
use crate::Result;
use crate::engine::Engine;
use crate::graph::Graph;
use crate::monitor::AttachFn;
use crate::process::{Owner, ProcessId, ProcessRef, Visit};

/// What all handles of a network share.
pub(crate) struct NetworkInner {
    state: Mutex<NetworkState>,
    /// Told when a run, or other user code of the network, is over.
    over: Condvar,
    pub(super) callbacks: Arc<Callbacks>,
    pub(super) seed: Arc<NetworkSeed>,
}

pub(crate) struct NetworkState {
    pub(crate) graph: Graph,
    pub(crate) stage: Lifecycle,
    /// How many threads wait for something to be over.
    waiting: usize,
    /// The thread of a run in the background, until it is joined.
    pub(super) runner: Option<JoinHandle<()>>,
    /// How that run ended, until somebody waits for it.
    pub(super) outcome: Option<Result<()>>,
}

/// Where a network is in its life.
pub(crate) enum Lifecycle {
    /// Processes and connections can be added; probes wait for something to record.
    Building {
        probes: Vec<AttachFn>,
        /// Profiling is on from the first step.
        is_profiled: bool,
    },
    /// Compiled, between runs.
    Ready(Arc<Engine>),
    /// In a run.
    Running(Arc<Engine>),
    /// Models are made, told or reset.
    Transition,
    /// Ended by an error or by a model; Vars can be read, and a reset starts over.
    Halted { engine: Arc<Engine>, why: String },
    /// Stopped by the user after so many steps; the models are gone.
    Stopped(u64),
}

impl Lifecycle {
    /// What the network is doing, if nothing can be added to it any more.
    pub(crate) fn built_state(&self) -> Option<&'static str> {
        match self {
            Lifecycle::Building { .. } => None,
            Lifecycle::Ready(_) => Some("compiled"),
            Lifecycle::Running(_) | Lifecycle::Transition => Some("running"),
            Lifecycle::Halted { .. } => Some("halted"),
            Lifecycle::Stopped(_) => Some("stopped"),
        }
    }

    /// How many steps have been run.
    pub(crate) fn time_step(&self) -> u64 {
        match self {
            Lifecycle::Building { .. } | Lifecycle::Transition => 0,
            Lifecycle::Ready(engine)
            | Lifecycle::Running(engine)
            | Lifecycle::Halted { engine, .. } => engine.time_step(),
            Lifecycle::Stopped(step) => *step,
        }
    }

    /// The models, where they can be looked at.
    pub(crate) fn engine(&self) -> Result<Option<&Arc<Engine>>, VarError> {
        match self {
            Lifecycle::Building { .. } => Ok(None),
            Lifecycle::Ready(engine) | Lifecycle::Halted { engine, .. } => Ok(Some(engine)),
            Lifecycle::Running(_) | Lifecycle::Transition => Err(VarError::Running),
            Lifecycle::Stopped(_) => Err(VarError::Stopped),
        }
    }
}

impl NetworkInner {
    pub(crate) fn new() -> NetworkInner {
        NetworkInner {
            state: Mutex::new(NetworkState {
                graph: Graph::default(),
                stage: Lifecycle::Building {
                    probes: Vec::new(),
                    is_profiled: false,
                },
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
    pub(crate) fn with_transition<R>(
        &self,
        answer: impl FnOnce(&Lifecycle) -> Option<R>,
        act: impl FnOnce(&Graph, Lifecycle) -> (Lifecycle, R),
    ) -> R {
        let mut state = self.lock();
        if let Some(result) = answer(&state.stage) {
            return result;
        }
        let stage = std::mem::replace(&mut state.stage, Lifecycle::Transition);
        let graph = std::mem::take(&mut state.graph);
        drop(state);
        let (stage, result) = act(&graph, stage);
        let mut state = self.lock();
        state.graph = graph;
        self.enter(&mut state, stage);
        result
    }

    /// Goes on to the next stage, and wakes whoever waits for it.
    pub(super) fn enter(&self, state: &mut NetworkState, stage: Lifecycle) {
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
        mut state: MutexGuard<'a, NetworkState>,
        deadline: Option<Deadline>,
    ) -> (MutexGuard<'a, NetworkState>, bool) {
        state.waiting += 1;
        let (mut state, late) = match deadline {
            None => (wait(&self.over, state), false),
            Some(deadline) => wait_until(&self.over, state, deadline),
        };
        state.waiting -= 1;
        (state, late)
    }

    /// The network of a process, shared.
    pub(super) fn shared(process: &ProcessRef) -> Arc<NetworkInner> {
        let owner: Arc<dyn Any + Send + Sync> = Arc::<dyn Owner>::clone(&process.owner);
        let shared = owner.downcast();
        shared.unwrap_or_else(|_| unreachable!("every process lives in a network"))
    }

    /// The network of a process.
    pub(crate) fn of(process: &ProcessRef) -> &NetworkInner {
        let shared = process.owner.as_any().downcast_ref();
        shared.expect("every process lives in a network")
    }

    pub(crate) fn lock(&self) -> MutexGuard<'_, NetworkState> {
        lock(&self.state)
    }
}

impl Drop for NetworkInner {
    /// Nobody is left to wait for a run in the background: it ends.
    fn drop(&mut self) {
        let state = self.state.get_mut().unwrap_or_else(PoisonError::into_inner);
        if let Lifecycle::Running(engine) = &state.stage {
            engine.interrupt(Requests::STOP);
        }
        if let Some(runner) = state.runner.take()
            && !is_current(&runner)
        {
            // It catches the panics of models and callbacks, so there is nothing to pass on.
            let _ = runner.join();
        }
    }
}

impl Owner for NetworkInner {
    fn process(self: Arc<Self>, id: ProcessId) -> ProcessRef {
        let name = Arc::clone(&self.lock().graph.process(id).name);
        ProcessRef {
            owner: self,
            id,
            name,
        }
    }

    fn with_models(&self, process: ProcessId, visit: &mut Visit<'_>) -> Result<(), VarError> {
        match self.lock().stage.engine()? {
            Some(engine) if engine.has_model(process) => {
                engine.with_tasks(process, |task, shard| {
                    visit(Some((task.model(), shard)));
                });
            }
            Some(_) | None => visit(None),
        }
        Ok(())
    }

    fn update_var(
        &self,
        process: ProcessId,
        var: &'static str,
        visit: &mut Visit<'_>,
    ) -> Result<(), VarError> {
        let visit = RefCell::new(visit);
        let without_model = |stage: &Lifecycle| match stage.engine() {
            Ok(Some(engine)) if engine.has_model(process) => None,
            Ok(_) => {
                visit.borrow_mut()(None);
                Some(Ok(()))
            }
            Err(error) => Some(Err(error)),
        };
        self.with_transition(without_model, |_, stage| {
            let result = match stage.engine() {
                Ok(Some(engine)) => engine
                    .update_var(process, var, |task, shard| {
                        visit.borrow_mut()(Some((task.model(), shard)));
                    })
                    .map_err(|error| VarError::Refused(Arc::new(error))),
                Ok(None) | Err(_) => Ok(()),
            };
            (stage, result)
        })
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}
