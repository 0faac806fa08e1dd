//! Running: in the foreground and in the background, paused, resumed, stopped, reset.

use std::sync::{Arc, Weak};
use std::time::Duration;

use lava_core::executor::{Requests, RunError};
use lava_core::sync::{Deadline, MutexGuard, is_current, spawn};

use super::Network;
use super::callbacks::Callbacks;
use super::error::StateError;
use super::lifecycle::{Lifecycle, NetworkInner, NetworkState};
use super::run_condition::RunCondition;
use crate::compiler;
use crate::engine::Engine;
use crate::graph::Graph;
use crate::process::Process;
use crate::{Error, Result};

impl<C> Network<C> {
    /// Checks the whole graph and makes the models, without running a step. The first
    /// [`run`](Network::run) does it by itself; afterwards it does nothing.
    ///
    /// # Errors
    /// [`CompileError`](crate::compiler::CompileError) with everything that is wrong with the
    /// graph; [`RunError::Model`] where a model cannot start; [`StateError::Stopped`] after `stop`.
    pub fn compile(&self) -> Result<()> {
        self.shared.compile()
    }

    /// Runs the network, compiling it first if need be, and returns when the run is over. Further
    /// runs continue where the last one ended, however it did: a paused run is resumed by the next.
    ///
    /// # Errors
    /// Those of [`compile`](Network::compile); [`RunError::Model`] and [`RunError::Panic`] where
    /// a model fails, which halts the network and leaves every Var readable; [`StateError::Halted`]
    /// after that, until [`reset`](Network::reset); [`StateError::ZeroSteps`],
    /// [`StateError::Running`], [`StateError::Stopped`].
    pub fn run(&self, condition: impl RunCondition) -> Result<()> {
        let steps = self.prepare(&condition)?;
        self.shared.on_run_start();
        let engine = self.shared.begin()?;
        let end = run(&self.shared.callbacks, &engine, steps);
        let result = self.shared.finish(engine, end);
        self.shared.on_run_end();
        result
    }

    /// Starts a run in the background and returns at once. [`wait`](Network::wait) waits for its
    /// end, [`pause`](Network::pause) and [`stop`](Network::stop) bring it about.
    ///
    /// When the last handle of the network is dropped, the run ends too.
    ///
    /// ```
    /// use lava::prelude::*;
    /// use lava::proc::Lif;
    ///
    /// # fn main() -> lava::Result<()> {
    /// let net = Network::<Loihi1SimCfg>::new();
    /// let lif: Lif = net.add(Lif::shape([3]).bias_mant(1.0).vth(5.0))?;
    /// net.start(RunSteps(1000))?;
    /// net.wait()?;
    /// assert_eq!(net.time_step(), 1000);
    /// # net.stop()
    /// # }
    /// ```
    ///
    /// # Errors
    /// As [`run`](Network::run), as far as the run cannot begin; how it ends, `wait` tells.
    pub fn start(&self, condition: impl RunCondition) -> Result<()> {
        let steps = self.prepare(&condition)?;
        self.shared.on_run_start();
        let engine = self.shared.begin()?;
        let mut state = self.shared.lock();
        if let Some(runner) = state.runner.take() {
            // It has nothing left to do but its callbacks.
            drop(state);
            let _ = runner.join();
            state = self.shared.lock();
        }
        state.outcome = None;
        let (shared, callbacks) = (
            Arc::downgrade(&self.shared),
            Arc::clone(&self.shared.callbacks),
        );
        let body = move || in_background(&shared, &callbacks, engine, steps);
        match spawn("lava run".to_owned(), body) {
            Ok(runner) => {
                state.runner = Some(runner);
                Ok(())
            }
            Err(error) => {
                if let Lifecycle::Running(engine) = &state.stage {
                    let engine = Arc::clone(engine);
                    self.shared.enter(&mut state, Lifecycle::Ready(engine));
                }
                Err(error.into())
            }
        }
    }

    /// Waits for the end of the run, if one is on. Returns how the last run in the background ended,
    /// once.
    ///
    /// # Errors
    /// Those of that run; [`StateError::Inside`] in a model or callback of the network.
    pub fn wait(&self) -> Result<()> {
        self.shared.wait_for_end(None).map(drop)
    }

    /// Waits for the end of the run for no longer than `time`. Returns whether it is over.
    ///
    /// # Errors
    /// As [`wait`](Network::wait).
    pub fn wait_timeout(&self, time: Duration) -> Result<bool> {
        self.shared.wait_for_end(Some(time))
    }

    /// Ends the run after the present step, and waits for that. Vars can be read and set then, and
    /// the next run goes on from here. Between runs it does nothing.
    ///
    /// # Errors
    /// As [`wait`](Network::wait).
    pub fn pause(&self) -> Result<()> {
        self.shared.interrupt(Requests::PAUSE)?;
        self.wait()
    }

    /// Ends the network, from any thread: a run that is on ends after its present step, threads are
    /// joined and models dropped. ParticipantActivity it again does nothing.
    ///
    /// # Errors
    /// Those of a run in the background that has failed and that nobody has waited for;
    /// [`StateError::Inside`] in a model or callback of the network.
    pub fn stop(&self) -> Result<()> {
        self.shared.interrupt(Requests::STOP)?;
        let result = self.wait();
        if matches!(result, Err(Error::State(StateError::Inside))) {
            return result;
        }
        let mut state = self.shared.lock();
        let stopped = Lifecycle::Stopped(state.stage.time_step());
        let stage = std::mem::replace(&mut state.stage, stopped);
        // Models and callbacks are dropped without the lock: they may have handles of their own.
        drop(state);
        drop(stage);
        self.shared.callbacks.clear();
        result
    }

    /// Gives every Var its initial value, forgets messages on their way and what probes have
    /// recorded, and starts again with step 1. Also the way on after a model has failed.
    ///
    /// Values set before the first run are initial values; values set between runs are not.
    ///
    /// # Errors
    /// [`StateError::Running`] during a run, [`StateError::Stopped`] after `stop`, and
    /// [`RunError::Model`] where a model cannot start again.
    pub fn reset(&self) -> Result<()> {
        self.shared.reset(Engine::reset)
    }

    /// Gives the Vars of one process, and of those inside it, their initial values, and forgets what
    /// it has sent and has not arrived. The rest of the network, and the number of the next step,
    /// stay as they are. What synapses that share a sum with others have sent arrives all the same.
    ///
    /// # Errors
    /// [`StateError::Foreign`] for a process of another network, and as [`reset`](Network::reset).
    pub fn reset_process<P: Process>(&self, process: &P) -> Result<()> {
        let this = process.process_ref();
        if !std::ptr::addr_eq(Arc::as_ptr(&this.owner), Arc::as_ptr(&self.shared)) {
            let process = this.name.to_string();
            return Err(StateError::Foreign { process }.into());
        }
        self.shared.reset(|engine, graph| {
            let inside = graph.descendants(this.id);
            inside
                .into_iter()
                .try_for_each(|process| engine.reset_process(graph, process))
        })
    }

    /// How many steps a run takes; compiles the network.
    fn prepare(&self, condition: &impl RunCondition) -> Result<u64> {
        let steps = condition.steps();
        if steps == 0 {
            return Err(StateError::ZeroSteps.into());
        }
        self.compile()?;
        Ok(steps)
    }
}

/// A run in the background. It does not keep the network alive.
fn in_background(
    shared: &Weak<NetworkInner>,
    callbacks: &Callbacks,
    engine: Arc<Engine>,
    steps: u64,
) {
    let end = run(callbacks, &engine, steps);
    if let Some(shared) = shared.upgrade() {
        let result = shared.finish(engine, end);
        shared.lock().outcome.get_or_insert(result);
        shared.on_run_end();
    }
}

impl NetworkInner {
    fn compile(&self) -> Result<()> {
        let answer = |stage: &Lifecycle| match stage {
            Lifecycle::Building { .. } => None,
            Lifecycle::Ready(_)
            | Lifecycle::Running(_)
            | Lifecycle::Transition
            | Lifecycle::Halted { .. } => Some(Ok(())),
            Lifecycle::Stopped(_) => Some(Err(StateError::Stopped.into())),
        };
        self.with_transition(answer, |graph, stage| match engine(graph) {
            Ok(engine) => {
                tracing::debug!(
                    processes = graph.len(),
                    connections = graph.edges.len(),
                    workers = engine.workers(),
                    "the network is compiled"
                );
                if let Lifecycle::Building {
                    probes,
                    is_profiled,
                } = stage
                {
                    engine.set_profiling(is_profiled);
                    probes.into_iter().for_each(|start| start(&engine));
                }
                (Lifecycle::Ready(Arc::new(engine)), Ok(()))
            }
            Err(error) => (stage, Err(error)),
        })
    }

    /// Begins a run: from now on it can be interrupted.
    fn begin(&self) -> Result<Arc<Engine>, StateError> {
        let mut state = self.lock();
        match &state.stage {
            Lifecycle::Ready(engine) => {
                let engine = Arc::clone(engine);
                tracing::debug!(on_step = engine.time_step(), "a run begins");
                engine.start_run();
                state.stage = Lifecycle::Running(Arc::clone(&engine));
                Ok(engine)
            }
            Lifecycle::Halted { why, .. } => Err(StateError::Halted { why: why.clone() }),
            Lifecycle::Running(_) | Lifecycle::Transition => Err(StateError::Running),
            Lifecycle::Building { .. } | Lifecycle::Stopped(_) => Err(StateError::Stopped),
        }
    }

    /// Ends a run.
    fn finish(&self, engine: Arc<Engine>, end: Result<Requests, RunError>) -> Result<()> {
        let step = engine.time_step();
        match &end {
            Ok(asked) => {
                let paused = asked.intersects(Requests::PAUSE);
                let stopped = asked.intersects(Requests::STOP);
                tracing::debug!(step, paused, stopped, "the run is over");
            }
            Err(error) => tracing::error!(step, "{error}"),
        }
        let (stage, result) = match end {
            Ok(asked) if asked.intersects(Requests::STOP) => {
                let why = format!("it was stopped in step {step}");
                (Lifecycle::Halted { engine, why }, Ok(()))
            }
            Ok(_) => (Lifecycle::Ready(engine), Ok(())),
            Err(error) => {
                let why = error.to_string();
                (Lifecycle::Halted { engine, why }, Err(error.into()))
            }
        };
        let mut state = self.lock();
        self.enter(&mut state, stage);
        result
    }

    fn on_run_start(&self) {
        self.callbacks.on_run_start.each(|call| call());
    }

    fn on_run_end(&self) {
        if self.callbacks.on_run_end.is_empty() {
            return;
        }
        let step = self.lock().stage.time_step();
        self.callbacks.on_run_end.each(|call| call(step));
        if matches!(self.lock().stage, Lifecycle::Stopped(_)) {
            self.callbacks.clear();
        }
    }

    /// Asks a run that is on to end.
    fn interrupt(&self, request: Requests) -> Result<()> {
        let state = self.lock();
        if let Lifecycle::Running(engine) = &state.stage {
            if engine.is_current_thread() {
                return Err(StateError::Inside.into());
            }
            engine.interrupt(request);
        }
        Ok(())
    }

    /// Waits for the end of a run, and of other user code; returns whether it has come.
    fn wait_for_end(&self, time: Option<Duration>) -> Result<bool> {
        let deadline = time.and_then(Deadline::after);
        let (mut state, mut late) = (self.lock(), false);
        loop {
            match &state.stage {
                Lifecycle::Running(engine) if engine.is_current_thread() => {
                    return Err(StateError::Inside.into());
                }
                Lifecycle::Running(_) => {}
                _ => break,
            }
            if late {
                return Ok(false);
            }
            (state, late) = self.wait(state, deadline);
        }
        self.join_runner(state)?;
        Ok(true)
    }

    /// Joins the thread of a run in the background that is over. Returns how the run ended.
    fn join_runner<'a>(&'a self, mut state: MutexGuard<'a, NetworkState>) -> Result<()> {
        if let Some(runner) = state.runner.take_if(|runner| !is_current(runner)) {
            drop(state);
            // It catches the panics of models and callbacks, so there is nothing to pass on.
            let _ = runner.join();
            state = self.lock();
        }
        state.outcome.take().unwrap_or(Ok(()))
    }

    /// Resets the network, or some of it.
    fn reset(&self, act: impl FnOnce(&Engine, &Graph) -> Result<(), RunError>) -> Result<()> {
        let answer = |stage: &Lifecycle| match stage {
            Lifecycle::Building { .. } => Some(Ok(())),
            Lifecycle::Ready(_) | Lifecycle::Halted { .. } => None,
            Lifecycle::Running(_) | Lifecycle::Transition => Some(Err(StateError::Running.into())),
            Lifecycle::Stopped(_) => Some(Err(StateError::Stopped.into())),
        };
        self.with_transition(answer, |graph, stage| match stage {
            Lifecycle::Ready(engine) | Lifecycle::Halted { engine, .. } => {
                match act(&engine, graph) {
                    Ok(()) => (Lifecycle::Ready(engine), Ok(())),
                    Err(error) => {
                        let why = error.to_string();
                        (Lifecycle::Halted { engine, why }, Err(error.into()))
                    }
                }
            }
            stage => (stage, Err(StateError::Running.into())),
        })
    }
}

/// Drives, with the callbacks after each step.
fn run(callbacks: &Callbacks, engine: &Arc<Engine>, steps: u64) -> Result<Requests, RunError> {
    #[cfg(feature = "progress")]
    let _bar = callbacks.bar(engine, steps);
    let calls = &mut *callbacks.on_step.lock();
    if calls.is_empty() {
        return engine.run(steps, None);
    }
    let mut on_step = |step| {
        let asked = calls.iter_mut().map(|call| call(step).request());
        asked.fold(Requests::NONE, |all, asked| all | asked)
    };
    engine.run(steps, Some(&mut on_step))
}

/// Plans the network and makes its models.
fn engine(graph: &Graph) -> Result<Engine> {
    Engine::new(graph, compiler::plan(graph)?)
}
