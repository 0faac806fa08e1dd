//! The life cycle of a network: building, ready, running, halted, stopped.

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
use crate::process::{NetworkTimeStep, Owner, ProcessId, ProcessRef, Visit};

/// The state that all handles of a network share.
pub(crate) struct NetworkInner {
    state: Mutex<NetworkState>,
    /// Notified when a run or a transition is over.
    changed: Condvar,
    pub(super) callbacks: Arc<Callbacks>,
    pub(super) seed: Arc<NetworkSeed>,
    pub(super) time_step: Arc<NetworkTimeStep>,
}

pub(crate) struct NetworkState {
    pub(crate) graph: Graph,
    pub(crate) lifecycle: Lifecycle,
    /// The number of threads that wait for `changed`.
    waiting: usize,
    /// The thread of a background run, until it is joined.
    pub(super) runner: Option<JoinHandle<()>>,
    /// The result of that run, until `wait` returns it.
    pub(super) outcome: Option<Result<()>>,
}

/// The state of a network.
pub(crate) enum Lifecycle {
    /// Processes and connections can be added; probes wait for the engine.
    Building {
        probes: Vec<AttachFn>,
        /// Profiling is on from the first step.
        is_profiled: bool,
    },
    /// Compiled, between runs.
    Ready(Arc<Engine>),
    /// In a run.
    Running(Arc<Engine>),
    /// Models are made, notified or reset: user code runs, without the lock.
    Transition,
    /// Ended by an error or by a model; Vars can be read, and a reset starts again.
    Halted { engine: Arc<Engine>, why: String },
    /// Stopped by the user after this many steps; the models are gone.
    Stopped(u64),
}

impl Lifecycle {
    /// The name of the state, once the network is compiled.
    pub(crate) fn built_state(&self) -> Option<&'static str> {
        match self {
            Lifecycle::Building { .. } => None,
            Lifecycle::Ready(_) => Some("compiled"),
            Lifecycle::Running(_) | Lifecycle::Transition => Some("running"),
            Lifecycle::Halted { .. } => Some("halted"),
            Lifecycle::Stopped(_) => Some("stopped"),
        }
    }

    /// The number of steps that have been run.
    pub(crate) fn time_step(&self) -> u64 {
        match self {
            Lifecycle::Building { .. } | Lifecycle::Transition => 0,
            Lifecycle::Ready(engine)
            | Lifecycle::Running(engine)
            | Lifecycle::Halted { engine, .. } => engine.time_step(),
            Lifecycle::Stopped(step) => *step,
        }
    }

    /// The engine, if the network is compiled.
    ///
    /// # Errors
    /// [`VarError::Running`] during a run, [`VarError::Stopped`] after `stop`.
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
        let graph = Graph::default();
        NetworkInner {
            time_step: Arc::clone(&graph.time_step),
            state: Mutex::new(NetworkState {
                graph,
                lifecycle: Lifecycle::Building {
                    probes: Vec::new(),
                    is_profiled: false,
                },
                waiting: 0,
                runner: None,
                outcome: None,
            }),
            changed: Condvar::new(),
            callbacks: Arc::default(),
            seed: Arc::default(),
        }
    }

    /// Runs `transition` from the current state to the next, without the lock: it calls user code,
    /// which may use handles of its own network and then gets an error, not a deadlock. If
    /// `without_transition` has a result for the current state, returns that at once.
    pub(crate) fn with_transition<R>(
        &self,
        without_transition: impl FnOnce(&Lifecycle) -> Option<R>,
        transition: impl FnOnce(&Graph, Lifecycle) -> (Lifecycle, R),
    ) -> R {
        let mut state = self.lock();
        if let Some(result) = without_transition(&state.lifecycle) {
            return result;
        }
        let current = std::mem::replace(&mut state.lifecycle, Lifecycle::Transition);
        let graph = std::mem::take(&mut state.graph);
        drop(state);
        let (next, result) = transition(&graph, current);
        let mut state = self.lock();
        state.graph = graph;
        self.set(&mut state, next);
        result
    }

    /// Sets the state, and wakes the threads that wait for it.
    pub(super) fn set(&self, state: &mut NetworkState, lifecycle: Lifecycle) {
        state.lifecycle = lifecycle;
        // A notification is a system call even if no thread waits.
        if state.waiting > 0 {
            self.changed.notify_all();
        }
    }

    /// Waits for the next notification of `changed`, or for `deadline`. Returns `true` if the
    /// deadline has passed.
    pub(super) fn wait<'a>(
        &self,
        mut state: MutexGuard<'a, NetworkState>,
        deadline: Option<Deadline>,
    ) -> (MutexGuard<'a, NetworkState>, bool) {
        state.waiting += 1;
        let (mut state, timed_out) = match deadline {
            None => (wait(&self.changed, state), false),
            Some(deadline) => wait_until(&self.changed, state, deadline),
        };
        state.waiting -= 1;
        (state, timed_out)
    }

    /// The network of a process, shared.
    pub(super) fn shared(process: &ProcessRef) -> Arc<NetworkInner> {
        let owner: Arc<dyn Any + Send + Sync> = Arc::<dyn Owner>::clone(&process.owner);
        let shared = owner.downcast();
        shared.unwrap_or_else(|_| unreachable!("every process lives in a network"))
    }

    /// The network of a process.
    pub(crate) fn of(process: &ProcessRef) -> &NetworkInner {
        let owner: &dyn Any = &*process.owner;
        owner
            .downcast_ref()
            .expect("every process lives in a network")
    }

    /// Returns `true` if a process belongs to this network.
    pub(super) fn owns(&self, process: &ProcessRef) -> bool {
        std::ptr::eq(NetworkInner::of(process), self)
    }

    pub(crate) fn lock(&self) -> MutexGuard<'_, NetworkState> {
        lock(&self.state)
    }
}

impl Drop for NetworkInner {
    /// Ends a background run: no handle is left to wait for it.
    fn drop(&mut self) {
        let state = self.state.get_mut().unwrap_or_else(PoisonError::into_inner);
        if let Lifecycle::Running(engine) = &state.lifecycle {
            engine.interrupt(Requests::STOP);
        }
        if let Some(runner) = state.runner.take()
            && !is_current(&runner)
        {
            // The run catches the panics of models and callbacks: there is none to propagate.
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
        match self.lock().lifecycle.engine()? {
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
        let without_model = |lifecycle: &Lifecycle| match lifecycle.engine() {
            Ok(Some(engine)) if engine.has_model(process) => None,
            Ok(_) => {
                visit.borrow_mut()(None);
                Some(Ok(()))
            }
            Err(error) => Some(Err(error)),
        };
        self.with_transition(without_model, |_, lifecycle| {
            let result = match lifecycle.engine() {
                Ok(Some(engine)) => engine
                    .update_var(process, var, |task, shard| {
                        visit.borrow_mut()(Some((task.model(), shard)));
                    })
                    .map_err(|error| VarError::Refused(Arc::new(error))),
                Ok(None) | Err(_) => Ok(()),
            };
            (lifecycle, result)
        })
    }

    fn is_inside(&self, process: ProcessId, composite: ProcessId) -> bool {
        self.lock().graph.is_inside(process, composite)
    }
}
