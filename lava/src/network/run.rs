//! Runs: in the foreground and in the background, paused, resumed, stopped, reset.

use std::sync::{Arc, Weak};
use std::time::Duration;

use lava_core::executor::{RunError, error_text};
use lava_core::lifecycle::{Refused, RunEnd, Stage, Stopping};
use lava_core::sync::{Deadline, Mutex, lock, spawn};

use super::Network;
use super::callbacks::drop_or_log;
use super::error::StateError;
use super::inner::{NetworkData, NetworkInner, Runner, shared_graph};
use super::run_condition::{RunCondition, RunLength};
use super::session::{End, Run};
use crate::Result;
use crate::compiler;
use crate::engine::{Command, Engine, agreed};
use crate::graph::Graph;
use crate::process::{Checksum, Process, ProcessId};

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
    /// [`StateError::NoDt`] and [`StateError::Fraction`] for a time that is no number of steps,
    /// [`StateError::Running`] during a run, [`StateError::Stopped`] after `stop`, and the error of a
    /// callback, or of a [change](Network::at_next_step).
    pub fn run(&self, condition: impl RunCondition) -> Result<()> {
        self.shared.run(condition.length())
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
        let run = self.shared.begin_run(condition.length())?;
        let session = run.session();
        // A thread that cannot be spawned leaves the run here.
        let run = Arc::new(Mutex::new(Some(run)));
        let (shared, taken) = (Arc::downgrade(&self.shared), Arc::clone(&run));
        let body = move || {
            let run = lock(&taken).take();
            if let Some(run) = run {
                run_in_background(&shared, run);
            }
        };
        let name = "lava run".to_owned();
        let mut state = self.shared.lock();
        let spawned = spawn(name.clone(), body).map(|thread| {
            state.data.runners.push(Runner {
                session,
                thread,
                is_over: false,
            });
        });
        let earlier = state.data.outcome.take();
        drop(state);
        drop(earlier);
        spawned.map_err(|cause| {
            let run = lock(&run).take();
            if let Some(run) = run {
                let (session, _) = self.shared.end_run(run, End::Complete);
                self.shared.lifecycle.end_session(session);
            }
            let purpose = "runs the network in the background".to_owned();
            RunError::Thread {
                name,
                purpose,
                cause,
            }
            .into()
        })
    }

    /// Waits for the end of the current run, if there is one, and of its callbacks.
    ///
    /// # Errors
    /// The error of the last background run, which is returned once; [`StateError::Inside`] in a
    /// model of the network, or in a callback after a step; [`StateError::Deadlock`] if the run waits
    /// for the network whose model calls this.
    pub fn wait(&self) -> Result<()> {
        self.shared.wait(None).map(drop)
    }

    /// Waits for the end of the current run, for `timeout` at most. Returns `true` if the run is
    /// over, `false` if the time is.
    ///
    /// # Errors
    /// As [`wait`](Network::wait).
    pub fn wait_timeout(&self, timeout: Duration) -> Result<bool> {
        self.shared.wait(Some(timeout))
    }

    /// Ends the current run after its current step, and waits for the end. Vars can then be read
    /// and set, and the next run continues from here. Does nothing between runs.
    ///
    /// # Errors
    /// As [`wait`](Network::wait).
    pub fn pause(&self) -> Result<()> {
        self.shared.pause()
    }

    /// Stops the network, from any thread: the current run ends after its current step, threads are
    /// joined and models dropped. No run begins after this call has begun. Stopping again does nothing.
    ///
    /// # Errors
    /// The error of a background run, unless [`wait`](Network::wait) has returned it;
    /// [`StateError::Inside`] in a model of the network or in a callback after a step,
    /// [`StateError::Busy`] in code that the network calls between runs: the network then goes on.
    pub fn stop(&self) -> Result<()> {
        self.shared.stop()
    }

    /// Returns `true` during a run.
    pub fn is_running(&self) -> bool {
        self.shared.lock().is_running()
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
        self.shared.reset(&Command::Reset, Engine::reset)
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
        self.shared.reset_process(this.id)
    }
}

/// Runs in the background, without keeping the network alive.
fn run_in_background(shared: &Weak<NetworkInner>, mut run: Run) {
    let end = run.make_steps(|| shared.upgrade());
    if let Some(shared) = shared.upgrade() {
        let note = |data: &mut NetworkData, _, result| (RunEnd::Run, data.note_outcome(result));
        let (mut session, earlier) = shared.end_run_with(run, end, note);
        drop_or_log(earlier);
        let called = shared.call_after(&mut session);
        let mut state = shared.lock();
        let mut earlier = None;
        if called.is_err() {
            earlier = state.data.note_outcome(called);
        }
        state.data.end_runner(session.number);
        drop(state);
        drop_or_log(earlier);
        shared.lifecycle.end_session(session);
    }
}

impl NetworkInner {
    /// Runs in the foreground.
    pub(super) fn run(&self, length: RunLength) -> Result<()> {
        let mut run = self.begin_run(length)?;
        let end = run.make_steps(|| Some(self));
        let (mut session, result) = self.end_run(run, end);
        let called = self.call_after(&mut session);
        self.lifecycle.end_session(session);
        result.and(called)
    }

    /// Ends the run, if there is one, and waits for its end.
    pub(super) fn pause(&self) -> Result<()> {
        self.lifecycle.pause()?;
        self.take_outcome()
    }

    /// Stops the network.
    pub(super) fn stop(&self) -> Result<()> {
        if let Stopping::Last(transition) = self.lifecycle.stop()? {
            if let Err(error) = self.send_command(|| Command::Stop) {
                tracing::error!("other ranks are not told to stop: {error}");
            }
            let step = transition.lock().stage().time_step();
            let last = transition.enter(Stage::Stopped { step });
            let mut state = transition.lock();
            let callbacks = std::mem::take(&mut state.data.callbacks);
            let probes = std::mem::take(&mut state.data.probes);
            let changes = std::mem::take(&mut state.data.changes);
            // Models and callbacks are dropped without the lock: they may own handles of the network.
            drop(state);
            drop_or_log((last, callbacks, probes, changes));
        }
        self.take_outcome()
    }

    pub(super) fn compile(&self) -> Result<()> {
        if self.lock().stage().engine().is_some() {
            return Ok(());
        }
        let transition = match self.lifecycle.transition_of_whole("being compiled") {
            Ok(transition) => transition,
            // Another thread has compiled it meanwhile.
            Err(Refused::Running) => return Ok(()),
            Err(refused) => return Err(refused.into()),
        };
        if transition.engine().is_some() {
            return Ok(());
        }
        let graph = shared_graph(&transition);
        let engine = self.engine(&graph)?;
        tracing::debug!(
            processes = graph.len(),
            connections = graph.edges.len(),
            workers = engine.workers(),
            "the network is compiled"
        );
        let mut state = transition.lock();
        let probes = std::mem::take(&mut state.data.probes);
        engine.set_profiling(state.data.is_profiled);
        drop(state);
        probes.into_iter().for_each(|attach| attach(&engine));
        let _ = transition.enter(Stage::Ready(Arc::new(engine)));
        Ok(())
    }

    /// Makes the engine, together with the other ranks if there are some.
    fn engine(&self, graph: &Graph) -> Result<Engine> {
        let make = || -> Result<Engine> {
            Engine::new(self.lifecycle.network(), graph, compiler::plan(graph)?)
        };
        match &graph.ranks {
            None => make(),
            Some(ranks) => {
                let call = format!("`compile` of {}", self.described(graph));
                agreed(ranks, &call, make())
            }
        }
    }

    /// The graph and settings that have to be the same on all ranks, in short.
    fn described(&self, graph: &Graph) -> String {
        let (processes, connections) = (graph.len(), graph.edges.len());
        let settings = (
            graph.workers,
            graph.shards,
            graph.ranks.as_ref().map(|ranks| ranks.nodes()),
            &graph.probed,
            self.seed.get(),
            self.time_step.get(),
        );
        let structure =
            Checksum::of(format!("{}{settings:?}", graph.structure_without_vars()).as_bytes());
        format!("{processes} processes and {connections} connections (network {structure:016x})")
    }

    /// Waits for the end of the current run, without a timeout forever. Returns `false` if the
    /// timeout is over first.
    fn wait(&self, timeout: Option<Duration>) -> Result<bool> {
        let is_over = self.lifecycle.wait(timeout.and_then(Deadline::after))?;
        if is_over {
            self.take_outcome()?;
        }
        Ok(is_over)
    }

    /// Joins the threads of background runs that are over. Returns the result of the last.
    fn take_outcome(&self) -> Result<()> {
        let mut state = self.lock();
        let over = state.data.runners.extract_if(.., |runner| runner.is_over);
        let over: Vec<Runner> = over.collect();
        let outcome = state.data.outcome.take();
        drop(state);
        over.into_iter().for_each(Runner::join);
        outcome.unwrap_or(Ok(()))
    }

    /// Resets a process and what is inside it.
    pub(super) fn reset_process(&self, process: ProcessId) -> Result<()> {
        self.reset(&Command::ResetProcess(process), |engine, graph| {
            let mut processes = graph.descendants(process).into_iter();
            processes.try_for_each(|process| engine.reset_process(graph, process))
        })
    }

    /// Resets models by `reset`, which makes a halted network ready; `command` has other ranks do the same.
    pub(super) fn reset(
        &self,
        command: &Command,
        reset: impl FnOnce(&Engine, &Graph) -> Result<(), RunError>,
    ) -> Result<()> {
        let transition = self.lifecycle.transition("being reset")?;
        let Some(engine) = transition.engine() else {
            return Ok(());
        };
        let _command = self
            .send_command(|| command.clone())
            .map_err(RunError::from)?;
        let result = reset(&engine, &shared_graph(&transition));
        if transition.lock().is_running() {
            transition.lock().data.halting = result.as_ref().err().map(|error| error_text(error));
            return Ok(result?);
        }
        let stage = match &result {
            Ok(()) => Stage::Ready(engine),
            Err(error) => {
                let why = error_text(error);
                Stage::Halted { engine, why }
            }
        };
        let _ = transition.enter(stage);
        Ok(result?)
    }
}
