//! The course of a run: callbacks, steps, changes between steps, end.

use std::ops::Deref;
use std::sync::Arc;
#[cfg(feature = "progress")]
use std::sync::atomic::Ordering::Relaxed;

use lava_core::executor::{Requests, RunError, error_text};
use lava_core::lifecycle::{Refused, RunControl, RunEnd, Session, Stage};
use lava_core::sync::{NetworkId, Scope};

use super::Problems;
use super::callbacks::OnStep;
use super::error::StateError;
use super::inner::{LockedState, NetworkData, NetworkInner};
use super::run_condition::RunLength;
use crate::engine::{Command, Engine};
use crate::{Error, Result};

/// A run that has begun.
pub(super) struct Run {
    network: NetworkId,
    session: Session,
    engine: Arc<Engine>,
    steps: u64,
    /// The steps between two checkpoints, if there are any.
    checkpoint: Option<u64>,
    on_step: Vec<OnStep>,
    /// The run is a call of the first rank, which this one serves.
    is_served: bool,
    /// The time step, if there is one, of a run with a progress bar.
    #[cfg(feature = "progress")]
    bar_dt: Option<Option<crate::units::Time>>,
}

/// The end of the steps of a run.
pub(super) enum End {
    /// All were made.
    Complete,
    /// A pause was requested.
    Paused,
    /// A model or the user has stopped the network.
    Stopped,
    /// A change has failed.
    Change(Error),
    /// A model or callback has failed.
    Failed(RunError),
}

impl NetworkInner {
    /// Compiles the network, calls the callbacks before a run, and begins the run.
    #[inline(always)]
    pub(super) fn begin_run(&self, length: RunLength) -> Result<Run> {
        if length == RunLength::Steps(0) {
            return Err(StateError::ZeroSteps.into());
        }
        self.send_dropped_probes().map_err(RunError::from)?;
        let (session, state) = loop {
            match self.lifecycle.begin_session()? {
                Some(begun) => break begun,
                None => self.compile()?,
            }
        };
        let started = self.start(session, state, length);
        if started.is_err() {
            self.lifecycle.end_session(session);
        }
        started
    }

    /// Starts the run of a session: under the lock of its beginning if nothing has to be called first.
    fn start(&self, session: Session, state: LockedState<'_>, length: RunLength) -> Result<Run> {
        let steps = length.steps(|| self.time_step.get())?;
        let has_callbacks = session.has_callbacks && !state.data.callbacks.on_run_start.is_empty();
        // The first rank sends the check, too.
        let is_checked =
            state.data.is_serving || state.stage().engine().is_some_and(|e| e.is_checked());
        if is_checked && !has_callbacks {
            return Ok(self.start_run(session, state, steps)?);
        }
        drop(state);
        if has_callbacks {
            self.call_on_run_start()?;
        }
        let transition = self.lifecycle.transition("starting a run")?;
        if let Some(engine) = transition.engine() {
            let _command = self
                .send_command(|| Command::Check)
                .map_err(RunError::from)?;
            engine.check_updated()?;
        }
        Ok(self.start_run(session, transition.lock(), steps)?)
    }

    /// Starts the run of a session under the lock.
    #[inline(always)]
    fn start_run(
        &self,
        session: Session,
        mut state: LockedState<'_>,
        steps: u64,
    ) -> Result<Run, Refused> {
        let engine = state.start_run(session)?;
        if !state.data.changes.is_empty() {
            state.interrupt(Requests::SUSPEND);
        }
        let run = Run {
            network: self.lifecycle.network(),
            session,
            engine,
            steps,
            checkpoint: state.data.checkpoint.as_ref().map(|each| each.interval),
            on_step: std::mem::take(&mut state.data.callbacks.on_step),
            is_served: state.data.is_serving,
            #[cfg(feature = "progress")]
            bar_dt: (self.has_progress_bar.load(Relaxed)).then(|| self.time_step.get()),
        };
        drop(state);
        tracing::debug!(after_step = run.engine.time_step(), "a run begins");
        Ok(run)
    }

    /// Ends a run. Returns its session, which goes on if there are callbacks, and its result.
    #[inline(always)]
    pub(super) fn end_run(&self, run: Run, end: End) -> (Session, Result<()>) {
        self.end_run_with(run, end, |data, session, result| {
            let has_callbacks = !session.has_callbacks || !data.callbacks.on_run_end.is_empty();
            let end = if has_callbacks {
                RunEnd::Run
            } else {
                RunEnd::Session
            };
            (end, result)
        })
    }

    /// Ends a run, as [`end_run`](NetworkInner::end_run); `note` gets its result under the lock, and
    /// returns what is to be dropped or returned without it.
    pub(super) fn end_run_with<R>(
        &self,
        run: Run,
        end: End,
        note: impl Fn(&mut NetworkData, Session, Result<()>) -> (RunEnd, R),
    ) -> (Session, R) {
        let Run {
            mut session,
            engine,
            on_step,
            ..
        } = run;
        end.log(engine.time_step());
        if !on_step.is_empty() {
            self.put_back(on_step, |callbacks| &mut callbacks.on_step);
        }
        let (mut stage, mut result) = end.stage(engine);
        let (mut is_changed, mut noted) = (false, None);
        loop {
            let this = session;
            let end = |data: &mut NetworkData, stage: &mut Stage<Engine>| {
                if let Some(why) = data.halting.take()
                    && let Some(engine) = stage.engine().cloned()
                {
                    *stage = Stage::Halted { engine, why };
                }
                // What a change asks for at the next step waits for the next run.
                if !is_changed && !data.changes.is_empty() {
                    return RunEnd::Changes;
                }
                let (end, note) = note(data, this, std::mem::replace(&mut result, Ok(())));
                noted = Some(note);
                end
            };
            let Some(same) = self.lifecycle.end_run(&mut session, stage, end) else {
                break;
            };
            (stage, is_changed) = (same, true);
            result = result.and(self.make_changes());
        }
        (session, noted.expect("the run has ended"))
    }

    /// Calls the callbacks after a run.
    pub(super) fn call_after(&self, session: &mut Session) -> Result<()> {
        if !session.is_over() && self.lifecycle.acquire_callbacks(session) {
            self.call_on_run_end()
        } else {
            Ok(())
        }
    }

    /// Writes a checkpoint, between two steps of a run.
    fn make_checkpoint(&self, step: u64) -> Result<()> {
        self.lifecycle.suspend();
        let _scope = Scope::Change.enter(self.lifecycle.network());
        self.save_checkpoint(step)
    }

    /// Makes the changes that were asked for, between two steps of a run.
    fn make_changes(&self) -> Result<()> {
        self.lifecycle.suspend();
        let _scope = Scope::Change.enter(self.lifecycle.network());
        let changes = std::mem::take(&mut self.lock().data.changes);
        let mut problems = Problems::new();
        for change in changes {
            problems.note(self.catch_callback(change));
        }
        let result = problems.finish();
        match &self.lock().data.halting {
            Some(why) if result.is_ok() => Err(StateError::Halted { why: why.clone() }.into()),
            _ => result,
        }
    }
}

impl Run {
    /// The number of its session.
    pub(super) fn session(&self) -> u64 {
        self.session.number
    }

    /// Makes the steps, with the callbacks after each and the changes between them, as long as there
    /// is a `network`.
    pub(super) fn make_steps<N>(&mut self, network: impl Fn() -> Option<N>) -> End
    where
        N: Deref<Target = NetworkInner>,
    {
        #[cfg(feature = "progress")]
        let _bar = self.progress_bar();
        // The code around the run waits for all of its threads. None of them waits for anything yet.
        let _wait = Scope::Run.wait(self.network);
        self.engine.begin_run();
        let mut remaining = self.steps;
        loop {
            let before = self.engine.tick();
            let requests = match self.run(remaining.min(self.until_checkpoint())) {
                Ok(requests) => requests,
                Err(error) => return End::Failed(error),
            };
            let made = self.engine.tick() - before;
            remaining = remaining.saturating_sub(made);
            let is_due = made > 0 && self.is_checkpoint();
            if is_due
                && let Some(network) = network()
                && let Err(error) = network.make_checkpoint(self.engine.time_step())
            {
                return End::Change(error);
            }
            if let Some(end) = End::requested(requests) {
                return end;
            }
            // The changes, and what remains, are further calls of the first rank.
            if self.is_served {
                return End::Complete;
            }
            let is_suspended = requests.intersects(Requests::SUSPEND);
            let goes_on = match remaining {
                // Without a lockstep group, the furthest process is at the end, and others may not be.
                0 => is_suspended && !self.engine.has_lockstep_tasks(),
                _ => is_suspended || is_due,
            };
            if !goes_on {
                return End::Complete;
            }
            let Some(network) = network() else {
                return End::Complete;
            };
            if let Err(error) = network.make_changes() {
                return End::Change(error);
            }
            if let Some(end) = End::requested(network.lifecycle.resume()) {
                return end;
            }
        }
    }

    /// The steps until the next checkpoint.
    fn until_checkpoint(&self) -> u64 {
        match self.checkpoint {
            Some(interval) if self.engine.has_steps() => {
                interval - self.engine.time_step() % interval
            }
            _ => u64::MAX,
        }
    }

    /// Returns `true` if a checkpoint is due after the last step.
    fn is_checkpoint(&self) -> bool {
        let step = self.engine.time_step();
        self.checkpoint
            .is_some_and(|interval| step.is_multiple_of(interval))
    }

    /// Runs at most `steps` steps, with the callbacks after each.
    fn run(&mut self, steps: u64) -> Result<Requests, RunError> {
        let calls = &mut self.on_step;
        let command = || Command::Run {
            steps,
            has_callback: !calls.is_empty(),
        };
        let ranks = self.engine.ranks();
        let _command = ranks
            .map(|ranks| ranks.send_command(|| command().to_bytes()))
            .transpose()?;
        if calls.is_empty() {
            return self.engine.run(steps, None);
        }
        let mut on_step = |step| {
            let requests = calls.iter_mut().map(|call| call(step).request());
            requests.fold(Requests::NONE, |all, request| all | request)
        };
        self.engine.run(steps, Some(&mut on_step))
    }

    /// The progress bar of the run, if it has one. A run whose bar gets no thread runs without.
    #[cfg(feature = "progress")]
    fn progress_bar(&self) -> Option<crate::monitor::RunProgress> {
        let dt = self.bar_dt?;
        crate::monitor::RunProgress::start(Arc::clone(&self.engine), self.steps, dt).ok()
    }
}

impl End {
    /// The end that was requested, if one was. A stop outweighs a pause.
    fn requested(requests: Requests) -> Option<End> {
        if requests.intersects(Requests::STOP) {
            Some(End::Stopped)
        } else if requests.intersects(Requests::PAUSE) {
            Some(End::Paused)
        } else {
            None
        }
    }

    /// The stage that follows, and the result of the run.
    fn stage(self, engine: Arc<Engine>) -> (Stage<Engine>, Result<()>) {
        match self {
            End::Complete | End::Paused => (Stage::Ready(engine), Ok(())),
            End::Change(error) => (Stage::Ready(engine), Err(error)),
            End::Stopped => {
                let why = format!("it was stopped in step {}", engine.time_step());
                (Stage::Halted { engine, why }, Ok(()))
            }
            End::Failed(error) => {
                let why = error_text(&error);
                (Stage::Halted { engine, why }, Err(error.into()))
            }
        }
    }

    fn log(&self, step: u64) {
        match self {
            End::Complete | End::Paused | End::Stopped => {
                let paused = matches!(self, End::Paused);
                let stopped = matches!(self, End::Stopped);
                tracing::debug!(step, paused, stopped, "the run is over");
            }
            End::Change(error) => tracing::error!(step, "{}", error_text(error)),
            End::Failed(error) => tracing::error!(step, "{}", error_text(error)),
        }
    }
}
