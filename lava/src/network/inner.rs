//! The state that all handles of a network share, and its use by Vars.

use std::any::Any;
use std::marker::PhantomData;
use std::ops::Deref;
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, OnceLock};

use lava_core::data::{NetworkSeed, VarError};
use lava_core::executor::Requests;
use lava_core::lifecycle::{Lifecycle, StateGuard, Transition};
use lava_core::sync::{JoinHandle, Scope, is_current};
use lava_core::transport::{RankError, RankGroup};

use super::callbacks::{Callbacks, Change};
use super::error::var_error;
use super::serve::NumberedProbes;
use super::snapshot::Checkpoint;
use crate::Result;
use crate::engine::{Command, Engine};
use crate::graph::Graph;
use crate::monitor::AttachFn;
use crate::process::{
    NetworkBatch, NetworkTimeStep, Owner, ProcessId, ProcessRef, PutShard, SetVar, Visit,
};

/// The state that all handles of a network share.
pub(crate) struct NetworkInner {
    pub(crate) lifecycle: Lifecycle<NetworkData, Engine>,
    pub(super) seed: Arc<NetworkSeed>,
    pub(super) time_step: Arc<NetworkTimeStep>,
    /// The ranks that run the network together, if there are several.
    pub(super) ranks: OnceLock<Arc<RankGroup>>,
    pub(super) batch: Arc<NetworkBatch>,
    /// Runs show a progress bar.
    #[cfg_attr(not(feature = "progress"), allow(dead_code))]
    pub(super) has_progress_bar: AtomicBool,
}

/// The state of a network, locked.
pub(super) type LockedState<'a> = StateGuard<'a, NetworkData, Engine>;

/// The data of a network beside its stage, under the same lock.
#[derive(Default)]
pub(crate) struct NetworkData {
    /// Changed while the network is built; shared by transitions, which let nobody build meanwhile.
    graph: Arc<Graph>,
    /// The probes that wait for the engine.
    pub(super) probes: Vec<AttachFn>,
    /// Profiling is on from the first step.
    pub(super) is_profiled: bool,
    pub(super) callbacks: Callbacks,
    /// The reason for which the run that makes a change halts: a reset has failed.
    pub(super) halting: Option<String>,
    /// The snapshots that runs write.
    pub(super) checkpoint: Option<Checkpoint>,
    /// The changes that wait for the end of the current step.
    pub(super) changes: Vec<Change>,
    /// The threads of background runs that have not been joined.
    pub(super) runners: Vec<Runner>,
    /// The result of the last background run, until `wait` returns it.
    pub(super) outcome: Option<Result<()>>,
    /// The probes that all ranks know.
    pub(super) numbered_probes: NumberedProbes,
    /// Another rank runs the program.
    pub(super) is_serving: bool,
}

/// The thread of a background run.
pub(super) struct Runner {
    /// The number of its session.
    pub(super) session: u64,
    pub(super) thread: JoinHandle<()>,
    /// It has only to end.
    pub(super) is_over: bool,
}

impl NetworkData {
    /// The graph, to look at it.
    pub(crate) fn graph(&self) -> &Graph {
        &self.graph
    }

    /// The graph of a network that is being built.
    pub(super) fn graph_mut(&mut self) -> &mut Graph {
        Arc::get_mut(&mut self.graph).expect("a transition drops its share before it ends")
    }

    /// Notes the result of a background run. Returns what it takes the place of, or the result if an
    /// error was noted before, to be dropped without the lock.
    #[must_use]
    pub(super) fn note_outcome(&mut self, result: Result<()>) -> Option<Result<()>> {
        match self.outcome {
            Some(Err(_)) => Some(result),
            _ => self.outcome.replace(result),
        }
    }

    /// Notes that the thread of a background run has only to end.
    pub(super) fn end_runner(&mut self, session: u64) {
        let mut runners = self.runners.iter_mut();
        if let Some(runner) = runners.find(|runner| runner.session == session) {
            runner.is_over = true;
        }
    }
}

impl NetworkInner {
    pub(super) fn new() -> NetworkInner {
        let data = NetworkData::default();
        NetworkInner {
            time_step: Arc::clone(&data.graph.time_step),
            batch: Arc::clone(&data.graph.batch),
            lifecycle: Lifecycle::new(data),
            seed: Arc::default(),
            ranks: OnceLock::new(),
            has_progress_bar: AtomicBool::new(false),
        }
    }

    /// The graph of a network that is compiled: nobody builds any more.
    pub(super) fn compiled_graph(&self) -> Arc<Graph> {
        Arc::clone(&self.lock().data.graph)
    }

    /// Returns `true` if this rank runs the program for all.
    pub(super) fn is_driving(&self) -> bool {
        self.ranks.get().is_some_and(|ranks| ranks.is_driving())
    }

    /// Locks the state, to look at it.
    pub(super) fn lock(&self) -> LockedState<'_> {
        self.lifecycle.lock()
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
}

/// The graph, for the time of a transition at most: nobody builds meanwhile.
pub(super) struct SharedGraph<'a> {
    graph: Arc<Graph>,
    transition: PhantomData<&'a ()>,
}

/// The graph, for the time of a transition.
pub(super) fn shared_graph<'a>(
    transition: &'a Transition<'_, NetworkData, Engine>,
) -> SharedGraph<'a> {
    SharedGraph {
        graph: Arc::clone(&transition.lock().data.graph),
        transition: PhantomData,
    }
}

impl Deref for SharedGraph<'_> {
    type Target = Graph;

    fn deref(&self) -> &Graph {
        &self.graph
    }
}

impl Drop for SharedGraph<'_> {
    // A value with a destructor cannot outlive what it borrows, not even as the last in a block.
    fn drop(&mut self) {}
}

impl Drop for NetworkInner {
    /// Ends a background run: no handle is left to wait for it.
    fn drop(&mut self) {
        let network = self.lifecycle.network();
        let state = self.lifecycle.get_mut();
        state.interrupt(Requests::STOP);
        let runners = std::mem::take(&mut state.data.runners);
        // The run may wait for this thread: then it ends later.
        let Ok(_wait) = Scope::Run.wait(network) else {
            return;
        };
        runners.into_iter().for_each(Runner::join);
    }
}

impl Runner {
    /// Waits for the end of the thread, unless it is the current one.
    pub(super) fn join(self) {
        if !is_current(&self.thread) {
            // The run catches the panics of models and callbacks: there is none to propagate.
            let _ = self.thread.join();
        }
    }
}

impl Owner for NetworkInner {
    fn process(self: Arc<Self>, id: ProcessId) -> ProcessRef {
        let name = Arc::clone(&self.lock().data.graph.process(id).name);
        ProcessRef {
            owner: self,
            id,
            name,
        }
    }

    fn with_models(&self, process: ProcessId, visit: &mut Visit<'_>) -> Result<(), VarError> {
        let transition = self.lifecycle.transition("reading a Var");
        let transition = transition.map_err(var_error)?;
        match transition.engine() {
            Some(engine) if engine.has_model(process) => {
                engine.with_tasks(process, |task, shard| {
                    visit(Some((task.model(), shard)));
                });
            }
            Some(_) | None => visit(None),
        }
        Ok(())
    }

    fn is_on_ranks(&self) -> bool {
        self.ranks.get().is_some()
    }

    fn gather(
        &self,
        process: ProcessId,
        var: &str,
        put: &mut PutShard<'_>,
    ) -> Result<Option<Vec<Vec<u8>>>, VarError> {
        let transition = self.lifecycle.transition("reading a Var");
        let transition = transition.map_err(var_error)?;
        let Some(engine) = transition.engine() else {
            return Ok(None);
        };
        let Some(ranks) = engine.ranks().filter(|_| engine.has_model(process)) else {
            return Ok(None);
        };
        // What this rank has all of stays readable.
        if ranks.is_over() && engine.has_whole(process) {
            return Ok(None);
        }
        let command = || Command::Get {
            process,
            var: var.to_owned(),
        };
        let ranks_error = |error: RankError| VarError::Ranks(Arc::new(error));
        let _command = self.send_command(command).map_err(ranks_error)?;
        let is_first = engine.first_rank_of(process) == ranks.rank();
        let mut bytes = Vec::new();
        engine.with_tasks(process, |task, shard| {
            put(task.model(), shard, is_first, &mut bytes);
        });
        let label = shared_graph(&transition).process(process).label(var);
        let all = ranks.call(&format!("`get` of `{label}`"), &bytes);
        Ok(Some(all.map_err(ranks_error)?))
    }

    fn update_var(&self, process: ProcessId, var: &mut dyn SetVar) -> Result<(), VarError> {
        let transition = self.lifecycle.transition("setting a Var");
        let transition = transition.map_err(var_error)?;
        let command = || Command::Set {
            process,
            var: var.name().to_owned(),
            value: var.to_bytes(),
        };
        let sent = self.send_command(command);
        let _command = sent.map_err(|error| VarError::Ranks(Arc::new(error)))?;
        match transition.engine() {
            Some(engine) if engine.has_model(process) => engine
                .update_var(process, var)
                .map_err(|error| VarError::Refused(Arc::new(error))),
            Some(_) | None => {
                var.set_initial();
                Ok(())
            }
        }
    }

    fn is_inside(&self, process: ProcessId, composite: ProcessId) -> bool {
        self.lock().data.graph.is_inside(process, composite)
    }
}
