//! Transitions: one thread at a time makes, reads, sets, resets or drops models.

use std::cell::Cell;
use std::sync::Arc;

use super::stage::{RunControl, Stage};
use super::{Lifecycle, LifecycleState, Refused, StateGuard};
use crate::executor::Requests;
use crate::sync::{Scope, ScopeGuard};

/// The transition that the current thread makes, until it is dropped. It can use the models.
#[derive(Debug)]
#[must_use]
pub struct Transition<'a, D, E: RunControl> {
    lifecycle: &'a Lifecycle<D, E>,
    _scope: ScopeGuard,
}

/// The answer to a request to stop.
#[derive(Debug)]
pub enum Stopping<'a, D, E: RunControl> {
    /// The network is in its last transition.
    Last(Transition<'a, D, E>),
    /// It has been stopped already.
    Done,
}

impl<D, E: RunControl> Lifecycle<D, E> {
    /// Begins a transition between runs, or between two steps in a change of the run. `what` says in
    /// a participle what happens to the network.
    ///
    /// # Errors
    /// [`Refused::Running`], [`Refused::Stopped`]; [`Refused::Busy`] from code that a transition
    /// calls, [`Refused::Deadlock`] for a wait that would not end.
    pub fn transition(&self, what: &'static str) -> Result<Transition<'_, D, E>, Refused> {
        self.transition_if(what, |_| None)
    }

    /// Begins a transition that needs all processes to be complete.
    ///
    /// # Errors
    /// Those of [`transition`](Lifecycle::transition).
    pub fn transition_of_whole(&self, what: &'static str) -> Result<Transition<'_, D, E>, Refused> {
        self.transition_if(what, |state| {
            (state.additions > 0).then_some(Scope::Addition)
        })
    }

    fn transition_if(
        &self,
        what: &'static str,
        blocked: impl Fn(&LifecycleState<D, E>) -> Option<Scope>,
    ) -> Result<Transition<'_, D, E>, Refused> {
        let scope = self.scope();
        let mut state = self.until_free(|state| {
            if state.transition.is_some() {
                return Ok(Some(Scope::Transition));
            }
            match state.stage {
                Stage::Running(_) if state.is_suspended && scope == Some(Scope::Change) => {}
                Stage::Running(_) => return Err(Refused::Running),
                Stage::Stopped { .. } => return Err(Refused::Stopped),
                // The code that the stopping thread waits for may still do its work.
                _ if state.stopping > 0 && scope.is_none() => return Err(Refused::Stopped),
                _ => {}
            }
            Ok(blocked(state))
        })?;
        Ok(self.begin(&mut state, what))
    }

    /// Requests the end of the run if there is one, waits until nobody uses the models, and begins
    /// the last transition.
    ///
    /// # Errors
    /// [`Refused::Inside`] from a model, [`Refused::Busy`] from code that a transition calls,
    /// [`Refused::Deadlock`] for a wait that would not end. The network is then as it was.
    pub fn stop(&self) -> Result<Stopping<'_, D, E>, Refused> {
        let is_callback = self.scope() == Some(Scope::Callback);
        let blocked = |state: &LifecycleState<D, E>| {
            Ok(match state.stage {
                Stage::Running(_) => Some(Scope::Run),
                _ if state.transition.is_some() => Some(Scope::Transition),
                _ if !state.open.is_empty() && !is_callback => Some(Scope::Callback),
                _ => None,
            })
        };
        // A stop that is refused at once has no effect on other threads.
        let is_waiting = Cell::new(false);
        let end_run = |state: &mut LifecycleState<D, E>, awaited| {
            if !is_waiting.replace(true) {
                state.stopping += 1;
            }
            if awaited == Scope::Run {
                state.interrupt(Requests::STOP);
            }
        };
        let (mut state, refused) = match self.until(self.lock(), None, blocked, end_run) {
            Ok((state, _)) => (state, None),
            Err((state, refused)) => (state, Some(refused)),
        };
        if is_waiting.get() {
            state.stopping -= 1;
        }
        if let Some(refused) = refused {
            return Err(refused);
        }
        if matches!(state.stage, Stage::Stopped { .. }) {
            return Ok(Stopping::Done);
        }
        Ok(Stopping::Last(self.begin(&mut state, "being stopped")))
    }

    fn begin(&self, state: &mut LifecycleState<D, E>, what: &'static str) -> Transition<'_, D, E> {
        state.transition = Some(what);
        Transition {
            lifecycle: self,
            _scope: Scope::Transition.enter(self.network),
        }
    }
}

impl<'a, D, E: RunControl> Transition<'a, D, E> {
    /// Locks the state, to look at it or to change the data.
    pub fn lock(&self) -> StateGuard<'a, D, E> {
        self.lifecycle.lock()
    }

    /// The engine, from compiling to stopping.
    pub fn engine(&self) -> Option<Arc<E>> {
        self.lock().stage.engine().cloned()
    }

    /// Enters a stage. Returns the one before, to be dropped without the lock.
    #[must_use]
    pub fn enter(&self, stage: Stage<E>) -> Stage<E> {
        std::mem::replace(&mut self.lock().stage, stage)
    }
}

impl<D, E: RunControl> Drop for Transition<'_, D, E> {
    fn drop(&mut self) {
        let mut state = self.lifecycle.lock();
        state.transition = None;
        self.lifecycle.notify(&state);
    }
}
