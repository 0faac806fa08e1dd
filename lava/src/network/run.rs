//! Runs: in the foreground and in the background, paused, resumed, stopped, reset.

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
    /// [`run`](Network::run) compiles too; a network that is compiled stays as it is.
    ///
    /// # Errors
    /// [`CompileError`](crate::error::CompileError) with every problem of the graph;
    /// [`RunError::Model`] if a model cannot start; [`StateError::Stopped`] after `stop`.
    pub fn compile(&self) -> Result<()> {
        self.shared.compile()
    }

    /// Runs the network, compiling it first if necessary, and returns when the run is over. The
    /// next run continues where this one ended; so a paused run is resumed.
    ///
    /// # Errors
    /// The errors of [`compile`](Network::compile); [`RunError::Model`] and [`RunError::Panic`] if
    /// a model fails, which halts the network and leaves every Var readable; [`StateError::Halted`]
    /// after that, until [`reset`](Network::reset); [`StateError::ZeroSteps`] for a run of no steps,
    /// [`StateError::Running`] during a run, [`StateError::Stopped`] after `stop`.
    pub fn run(&self, condition: impl RunCondition) -> Result<()> {
        let steps = self.prepare(&condition)?;
        self.shared.on_run_start();
        let engine = self.shared.start_run()?;
        let end = run(&self.shared.callbacks, &engine, steps);
        let result = self.shared.finish_run(engine, end);
        self.shared.on_run_end();
        result
    }

    /// Starts a run in the background and returns at once. [`wait`](Network::wait) waits for its
    /// end, [`pause`](Network::pause) and [`stop`](Network::stop) end it early. It also ends when
    /// the last handle of the network is dropped.
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
    /// The errors of [`run`](Network::run) that keep a run from starting, and of the thread that
    /// cannot be spawned; `wait` returns those of the run itself.
    pub fn start(&self, condition: impl RunCondition) -> Result<()> {
        let steps = self.prepare(&condition)?;
        self.shared.on_run_start();
        let engine = self.shared.start_run()?;
        let mut state = self.shared.lock();
        if let Some(runner) = state.runner.take() {
            // Only its callbacks can still be running.
            drop(state);
            let _ = runner.join();
            state = self.shared.lock();
        }
        state.outcome = None;
        let (shared, callbacks) = (
            Arc::downgrade(&self.shared),
            Arc::clone(&self.shared.callbacks),
        );
        let body = move || background_run(&shared, &callbacks, engine, steps);
        match spawn("lava run".to_owned(), body) {
            Ok(runner) => {
                state.runner = Some(runner);
                Ok(())
            }
            Err(error) => {
                if let Lifecycle::Running(engine) = &state.lifecycle {
                    let engine = Arc::clone(engine);
                    self.shared.set(&mut state, Lifecycle::Ready(engine));
                }
                Err(error.into())
            }
        }
    }

    /// Waits for the end of the current run, if there is one.
    ///
    /// # Errors
    /// The error of the last background run, which is returned once; [`StateError::Inside`] in a
    /// model or callback of the network.
    pub fn wait(&self) -> Result<()> {
        self.shared.wait_for_end(None).map(drop)
    }

    /// Waits for the end of the current run, for `timeout` at most. Returns `true` if the run is
    /// over, `false` if the time is.
    ///
    /// # Errors
    /// As [`wait`](Network::wait).
    pub fn wait_timeout(&self, timeout: Duration) -> Result<bool> {
        self.shared.wait_for_end(Some(timeout))
    }

    /// Ends the current run after its current step, and waits for the end. Vars can then be read
    /// and set, and the next run continues from here. Does nothing between runs.
    ///
    /// # Errors
    /// As [`wait`](Network::wait).
    pub fn pause(&self) -> Result<()> {
        self.shared.interrupt(Requests::PAUSE)?;
        self.wait()
    }

    /// Stops the network, from any thread: the current run ends after its current step, threads are
    /// joined and models dropped. Stopping again does nothing.
    ///
    /// # Errors
    /// The error of a background run, unless [`wait`](Network::wait) has returned it;
    /// [`StateError::Inside`] in a model or callback of the network.
    pub fn stop(&self) -> Result<()> {
        self.shared.interrupt(Requests::STOP)?;
        let result = self.wait();
        if matches!(result, Err(Error::State(StateError::Inside))) {
            return result;
        }
        let mut state = self.shared.lock();
        let stopped = Lifecycle::Stopped(state.lifecycle.time_step());
        let last = std::mem::replace(&mut state.lifecycle, stopped);
        // Models and callbacks are dropped without the lock: they may own handles of the network.
        drop(state);
        drop(last);
        self.shared.callbacks.clear();
        result
    }

    /// Resets the network to its state before step 1: gives every Var its initial value, drops the
    /// messages that have not arrived, and clears probes. A halted network can run again.
    ///
    /// Values set before the first run are initial values; values set between runs are not.
    ///
    /// # Errors
    /// [`StateError::Running`] during a run, [`StateError::Stopped`] after `stop`, and
    /// [`RunError::Model`] if a model cannot start again.
    pub fn reset(&self) -> Result<()> {
        self.shared.reset(Engine::reset)
    }

    /// Resets one process, and the processes inside it: gives their Vars their initial values and
    /// drops the messages that they have sent and that have not arrived. The rest of the network,
    /// and the number of the next step, stay. Contributions to an accumulator that is shared with
    /// other processes cannot be withdrawn and still arrive.
    ///
    /// # Errors
    /// [`StateError::Foreign`] for a process of another network, and the errors of
    /// [`reset`](Network::reset).
    pub fn reset_process<P: Process>(&self, process: &P) -> Result<()> {
        let this = process.process_ref();
        if !self.shared.owns(this) {
            let process = this.name.to_string();
            return Err(StateError::Foreign { process }.into());
        }
        self.shared.reset(|engine, graph| {
            let mut processes = graph.descendants(this.id).into_iter();
            processes.try_for_each(|process| engine.reset_process(graph, process))
        })
    }

    /// Compiles the network. Returns the number of steps of the run.
    fn prepare(&self, condition: &impl RunCondition) -> Result<u64> {
        let steps = condition.steps();
        if steps == 0 {
            return Err(StateError::ZeroSteps.into());
        }
        self.compile()?;
        self.shared.check_updated()?;
        Ok(steps)
    }
}

/// Runs in the background, without keeping the network alive.
fn background_run(
    shared: &Weak<NetworkInner>,
    callbacks: &Callbacks,
    engine: Arc<Engine>,
    steps: u64,
) {
    let end = run(callbacks, &engine, steps);
    if let Some(shared) = shared.upgrade() {
        let result = shared.finish_run(engine, end);
        shared.lock().outcome.get_or_insert(result);
        shared.on_run_end();
    }
}

impl NetworkInner {
    fn compile(&self) -> Result<()> {
        let if_compiled = |lifecycle: &Lifecycle| match lifecycle {
            Lifecycle::Building { .. } => None,
            Lifecycle::Ready(_)
            | Lifecycle::Running(_)
            | Lifecycle::Transition
            | Lifecycle::Halted { .. } => Some(Ok(())),
            Lifecycle::Stopped(_) => Some(Err(StateError::Stopped.into())),
        };
        self.with_transition(if_compiled, |graph, lifecycle| match engine(graph) {
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
                } = lifecycle
                {
                    engine.set_profiling(is_profiled);
                    probes.into_iter().for_each(|attach| attach(&engine));
                }
                (Lifecycle::Ready(Arc::new(engine)), Ok(()))
            }
            Err(error) => (lifecycle, Err(error)),
        })
    }

    /// Lets the models of which a Var was set check their Vars.
    fn check_updated(&self) -> Result<()> {
        let unless_ready = |lifecycle: &Lifecycle| match lifecycle {
            Lifecycle::Ready(_) => None,
            _ => Some(Ok(())),
        };
        self.with_transition(unless_ready, |_, lifecycle| {
            let result = match &lifecycle {
                Lifecycle::Ready(engine) => engine.check_updated().map_err(Into::into),
                _ => Ok(()),
            };
            (lifecycle, result)
        })
    }

    /// Starts a run, which can be interrupted from then on.
    fn start_run(&self) -> Result<Arc<Engine>, StateError> {
        let mut state = self.lock();
        match &state.lifecycle {
            Lifecycle::Ready(engine) => {
                let engine = Arc::clone(engine);
                tracing::debug!(after_step = engine.time_step(), "a run begins");
                engine.start_run();
                state.lifecycle = Lifecycle::Running(Arc::clone(&engine));
                Ok(engine)
            }
            Lifecycle::Halted { why, .. } => Err(StateError::Halted { why: why.clone() }),
            Lifecycle::Running(_) | Lifecycle::Transition => Err(StateError::Running),
            Lifecycle::Building { .. } | Lifecycle::Stopped(_) => Err(StateError::Stopped),
        }
    }

    /// Sets the state that follows a run. Returns the result of the run.
    fn finish_run(&self, engine: Arc<Engine>, end: Result<Requests, RunError>) -> Result<()> {
        let step = engine.time_step();
        match &end {
            Ok(requests) => {
                let paused = requests.intersects(Requests::PAUSE);
                let stopped = requests.intersects(Requests::STOP);
                tracing::debug!(step, paused, stopped, "the run is over");
            }
            Err(error) => tracing::error!(step, "{error}"),
        }
        let (next, result) = match end {
            Ok(requests) if requests.intersects(Requests::STOP) => {
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
        self.set(&mut state, next);
        result
    }

    fn on_run_start(&self) {
        self.callbacks.on_run_start.each(|call| call());
    }

    fn on_run_end(&self) {
        if self.callbacks.on_run_end.is_empty() {
            return;
        }
        let step = self.lock().lifecycle.time_step();
        self.callbacks.on_run_end.each(|call| call(step));
        if matches!(self.lock().lifecycle, Lifecycle::Stopped(_)) {
            self.callbacks.clear();
        }
    }

    /// Requests the end of the current run, if there is one.
    fn interrupt(&self, request: Requests) -> Result<()> {
        let state = self.lock();
        if let Lifecycle::Running(engine) = &state.lifecycle {
            if engine.is_current_thread() {
                return Err(StateError::Inside.into());
            }
            engine.interrupt(request);
        }
        Ok(())
    }

    /// Waits for the end of the current run, without a timeout forever. Returns `false` if the
    /// timeout is over first.
    fn wait_for_end(&self, timeout: Option<Duration>) -> Result<bool> {
        let deadline = timeout.and_then(Deadline::after);
        let (mut state, mut timed_out) = (self.lock(), false);
        loop {
            match &state.lifecycle {
                Lifecycle::Running(engine) if engine.is_current_thread() => {
                    return Err(StateError::Inside.into());
                }
                Lifecycle::Running(_) => {}
                _ => break,
            }
            if timed_out {
                return Ok(false);
            }
            (state, timed_out) = self.wait(state, deadline);
        }
        self.join_runner(state)?;
        Ok(true)
    }

    /// Joins the thread of a background run that is over. Returns the result of the run.
    fn join_runner<'a>(&'a self, mut state: MutexGuard<'a, NetworkState>) -> Result<()> {
        if let Some(runner) = state.runner.take_if(|runner| !is_current(runner)) {
            drop(state);
            // The run catches the panics of models and callbacks: there is none to propagate.
            let _ = runner.join();
            state = self.lock();
        }
        state.outcome.take().unwrap_or(Ok(()))
    }

    /// Resets models by `reset`, which makes a halted network ready.
    fn reset(&self, reset: impl FnOnce(&Engine, &Graph) -> Result<(), RunError>) -> Result<()> {
        let without_models = |lifecycle: &Lifecycle| match lifecycle {
            Lifecycle::Building { .. } => Some(Ok(())),
            Lifecycle::Ready(_) | Lifecycle::Halted { .. } => None,
            Lifecycle::Running(_) | Lifecycle::Transition => Some(Err(StateError::Running.into())),
            Lifecycle::Stopped(_) => Some(Err(StateError::Stopped.into())),
        };
        self.with_transition(without_models, |graph, lifecycle| match lifecycle {
            Lifecycle::Ready(engine) | Lifecycle::Halted { engine, .. } => {
                match reset(&engine, graph) {
                    Ok(()) => (Lifecycle::Ready(engine), Ok(())),
                    Err(error) => {
                        let why = error.to_string();
                        (Lifecycle::Halted { engine, why }, Err(error.into()))
                    }
                }
            }
            other => (other, Err(StateError::Running.into())),
        })
    }
}

/// Runs `steps` steps, with the callbacks after each.
fn run(callbacks: &Callbacks, engine: &Arc<Engine>, steps: u64) -> Result<Requests, RunError> {
    #[cfg(feature = "progress")]
    let _bar = callbacks.bar(engine, steps);
    let calls = &mut *callbacks.on_step.lock();
    if calls.is_empty() {
        return engine.run(steps, None);
    }
    let mut on_step = |step| {
        let requests = calls.iter_mut().map(|call| call(step).request());
        requests.fold(Requests::NONE, |all, request| all | request)
    };
    engine.run(steps, Some(&mut on_step))
}

/// Compiles a graph into an engine.
fn engine(graph: &Graph) -> Result<Engine> {
    Engine::new(graph, compiler::plan(graph)?)
}
