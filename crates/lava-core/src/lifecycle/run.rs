//! Runs: their sessions, ends and suspensions.

use std::sync::Arc;

use super::stage::{RunControl, Stage};
use super::{Lifecycle, LifecycleState, Refused, StateGuard};
use crate::executor::Requests;
use crate::sync::{Deadline, Scope};

/// A run with the callbacks before and after it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Session {
    /// Its number.
    pub number: u64,
    /// It calls the callbacks; a run that is started by one of them does not.
    pub has_callbacks: bool,
    /// It ended with its run.
    pub(super) is_over: bool,
}

impl Session {
    /// Returns `true` if the session ended with its run.
    pub fn is_over(&self) -> bool {
        self.is_over
    }
}

/// The answer to the end of the steps of a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RunEnd {
    /// Changes come first: the stage is not entered.
    Changes,
    /// The run ends, its session goes on with callbacks.
    Run,
    /// The run ends with its session.
    Session,
}

/// The answer to a request for a change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Suspension {
    /// The run is suspended after its current step.
    Requested,
    /// There is no run: the change can be made now. No other thread begins a run before the session
    /// ends; in a callback, and while a process is added, none could.
    NotRunning(Option<Session>),
}

impl<D, E: RunControl> Lifecycle<D, E> {
    /// Begins a session, which [`end_session`](Lifecycle::end_session) ends; returns the lock too,
    /// under which the run may [start](LifecycleState::start_run) at once. Returns `None` if the
    /// network has not been compiled.
    ///
    /// # Errors
    /// [`Refused`] with the stage if that is not `Ready`; [`Refused::Busy`] from code that a
    /// transition calls, [`Refused::Deadlock`] for a wait that would not end.
    #[allow(clippy::type_complexity)]
    pub fn begin_session(&self) -> Result<Option<(Session, StateGuard<'_, D, E>)>, Refused> {
        let is_callback = self.scope() == Some(Scope::Callback);
        let mut state = self.until_free(|state| {
            if state.transition.is_some() {
                return Ok(Some(Scope::Transition));
            }
            match &state.stage {
                Stage::Running(_) => Err(Refused::Running),
                Stage::Stopped { .. } => Err(Refused::Stopped),
                _ if state.stopping > 0 => Err(Refused::Stopped),
                Stage::Building => Ok(None),
                Stage::Halted { why, .. } => Err(Refused::Halted(why.clone())),
                Stage::Ready(_) => {
                    let is_blocked = !state.open.is_empty() && !is_callback;
                    Ok(is_blocked.then_some(Scope::Callback))
                }
            }
        })?;
        if matches!(state.stage, Stage::Building) {
            return Ok(None);
        }
        let session = state.open_session(!is_callback);
        Ok(Some((session, state)))
    }

    /// Waits until a session that was begun in a callback may call callbacks. Returns `false` if that
    /// callback makes the run itself.
    pub fn acquire_callbacks(&self, session: &mut Session) -> bool {
        if session.has_callbacks {
            return true;
        }
        if self.scope() == Some(Scope::Callback) {
            return false;
        }
        let others = |state: &LifecycleState<D, E>| Ok(state.callbacks.map(|_| Scope::Callback));
        let Ok(mut state) = self.until_free(others) else {
            return false;
        };
        state.callbacks = Some(session.number);
        session.has_callbacks = true;
        true
    }

    /// Ends a session, unless it ended with its run.
    pub fn end_session(&self, session: Session) {
        if !session.is_over {
            let mut state = self.lock();
            state.close_session(session);
            self.notify(&state);
        }
    }

    /// Enters the stage that follows the run of a session, as far as `end` says, which may replace
    /// it. Returns the stage if it was not entered.
    pub fn end_run(
        &self,
        session: &mut Session,
        mut stage: Stage<E>,
        end: impl FnOnce(&mut D, &mut Stage<E>) -> RunEnd,
    ) -> Option<Stage<E>> {
        let mut state = self.lock();
        match end(&mut state.data, &mut stage) {
            RunEnd::Changes => return Some(stage),
            RunEnd::Run => {}
            RunEnd::Session => {
                state.close_session(*session);
                session.is_over = true;
            }
        }
        // The engine of the run is that of the next stage: nothing is dropped under the lock.
        state.stage = stage;
        state.is_suspended = false;
        self.notify(&state);
        None
    }

    /// Requests the suspension of the run after the current step, with what `prepare` puts into the
    /// data. Without a run it does nothing, and no run begins before the change has been made.
    ///
    /// # Errors
    /// [`Refused::Stopped`]; [`Refused::Busy`] from code that a transition calls,
    /// [`Refused::Deadlock`] for a wait that would not end.
    pub fn request_suspension(&self, prepare: impl FnOnce(&mut D)) -> Result<Suspension, Refused> {
        let scope = self.scope();
        let mut state = self.until_free(|state| match state.stage {
            Stage::Stopped { .. } => Err(Refused::Stopped),
            _ if scope == Some(Scope::Transition) => {
                Err(state.refused_to_itself(Scope::Transition))
            }
            Stage::Running(_) => Ok(None),
            // No run begins before this callback or addition is over, except by its own code.
            _ if scope.is_some() => Ok(None),
            _ if state.stopping > 0 => Err(Refused::Stopped),
            _ => Ok((!state.open.is_empty()).then_some(Scope::Callback)),
        })?;
        if state.is_running() {
            prepare(&mut state.data);
            state.interrupt(Requests::SUSPEND);
            return Ok(Suspension::Requested);
        }
        let session = scope.is_none().then(|| state.open_session(true));
        Ok(Suspension::NotRunning(session))
    }

    /// Requests a pause, without waiting for it. Returns `false` without a run, or if its end was
    /// requested before.
    pub fn request_pause(&self) -> bool {
        let mut state = self.lock();
        let is_ending = state.requested.intersects(Requests::PAUSE | Requests::STOP);
        if !state.is_running() || is_ending {
            return false;
        }
        state.interrupt(Requests::PAUSE);
        true
    }

    /// Lets the thread of a run make changes between two steps: it may then begin transitions in the
    /// scope [`Scope::Change`].
    pub fn suspend(&self) {
        let mut state = self.lock();
        state.is_suspended = true;
        state.requested = state.requested.without(Requests::SUSPEND);
    }

    /// Ends the suspension. The run goes on, unless its end was requested: returns the requests.
    pub fn resume(&self) -> Requests {
        let mut state = self.lock();
        state.is_suspended = false;
        let requested = state.requested;
        if let Stage::Running(engine) = &state.stage
            && !requested.intersects(Requests::PAUSE | Requests::STOP)
        {
            engine.start_run();
            if !requested.is_empty() {
                engine.interrupt(requested);
            }
        }
        requested
    }

    /// Requests the end of the run that is on, and waits for it and its callbacks.
    ///
    /// # Errors
    /// Those of [`wait`](Lifecycle::wait); the run then goes on.
    pub fn pause(&self) -> Result<(), Refused> {
        let request = |state: &mut LifecycleState<D, E>| state.interrupt(Requests::PAUSE);
        self.wait_for_run(None, request).map(drop)
    }

    /// Waits for the end of the run that is on, and of its callbacks. Returns `false` if the deadline
    /// passes first.
    ///
    /// # Errors
    /// [`Refused::Inside`] from a model, [`Refused::Deadlock`] for a wait that would not end.
    pub fn wait(&self, deadline: Option<Deadline>) -> Result<bool, Refused> {
        self.wait_for_run(deadline, |_| {})
    }

    fn wait_for_run(
        &self,
        deadline: Option<Deadline>,
        on_wait: impl Fn(&mut LifecycleState<D, E>),
    ) -> Result<bool, Refused> {
        let is_callback = self.scope() == Some(Scope::Callback);
        let state = self.lock();
        let session = state.run;
        let blocked = |state: &LifecycleState<D, E>| {
            if state.is_running() && state.run == session {
                return Ok(Some(Scope::Run));
            }
            let is_calling = state.open.iter().any(|open| *open <= session);
            Ok((is_calling && !is_callback).then_some(Scope::Callback))
        };
        let on_wait = |state: &mut LifecycleState<D, E>, awaited| {
            if awaited == Scope::Run {
                on_wait(state);
            }
        };
        match self.until(state, deadline, blocked, on_wait) {
            Ok((_, timed_out)) => Ok(!timed_out),
            Err((_, refused)) => Err(refused),
        }
    }
}

impl<D, E: RunControl> LifecycleState<D, E> {
    /// Starts the run of a session, which can be interrupted from then on.
    ///
    /// # Errors
    /// [`Refused`] with the stage if that is not `Ready`.
    pub fn start_run(&mut self, session: Session) -> Result<Arc<E>, Refused> {
        let engine = match &self.stage {
            Stage::Ready(engine) => Arc::clone(engine),
            Stage::Running(_) => return Err(Refused::Running),
            Stage::Halted { why, .. } => return Err(Refused::Halted(why.clone())),
            Stage::Building | Stage::Stopped { .. } => return Err(Refused::Stopped),
        };
        if self.stopping > 0 {
            return Err(Refused::Stopped);
        }
        engine.start_run();
        // The engine moves: counting a reference costs as much as a lock.
        if let Stage::Ready(engine) = std::mem::replace(&mut self.stage, Stage::Building) {
            self.stage = Stage::Running(engine);
        }
        self.run = session.number;
        self.requested = Requests::NONE;
        Ok(engine)
    }

    /// Begins a session.
    fn open_session(&mut self, has_callbacks: bool) -> Session {
        self.sessions += 1;
        let number = self.sessions;
        self.open.push(number);
        if has_callbacks {
            self.callbacks = Some(number);
        }
        Session {
            number,
            has_callbacks,
            is_over: false,
        }
    }

    fn close_session(&mut self, session: Session) {
        self.open.retain(|open| *open != session.number);
        if session.has_callbacks {
            self.callbacks = None;
        }
    }
}
