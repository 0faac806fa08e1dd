//! Additions: threads that build the network, each at its own processes.

use super::stage::{RunControl, Stage};
use super::{Lifecycle, LifecycleState, Refused, StateGuard};
use crate::sync::{Scope, ScopeGuard};

/// The construction of a process by the current thread, until it is dropped. The network is compiled
/// when there is none.
#[derive(Debug)]
#[must_use]
pub struct Addition<'a, D, E: RunControl> {
    lifecycle: &'a Lifecycle<D, E>,
    _scope: ScopeGuard,
}

impl<D, E: RunControl> Lifecycle<D, E> {
    /// Locks the state of a network that is being built, to change it.
    ///
    /// # Errors
    /// The stage, or the transition under way, in words.
    pub fn building(&self) -> Result<StateGuard<'_, D, E>, &'static str> {
        let blocked = |state: &LifecycleState<D, E>| {
            Ok(match state.stage {
                Stage::Building => state.transition.map(|_| Scope::Transition),
                _ => None,
            })
        };
        let waited = self.until(self.lock(), None, blocked, |_, _| {});
        match waited {
            Ok((state, _)) if matches!(state.stage, Stage::Building) => Ok(state),
            Ok((state, _)) => Err(state.name()),
            Err(Refused::Busy(what)) => Err(what),
            Err(_) => Err("waiting for this thread"),
        }
    }

    /// Begins the construction of a process; returns the lock too.
    ///
    /// # Errors
    /// Those of [`building`](Lifecycle::building).
    pub fn addition(&self) -> Result<(Addition<'_, D, E>, StateGuard<'_, D, E>), &'static str> {
        let mut state = self.building()?;
        state.additions += 1;
        let addition = Addition {
            lifecycle: self,
            _scope: Scope::Addition.enter(self.network),
        };
        Ok((addition, state))
    }
}

impl<D, E: RunControl> Drop for Addition<'_, D, E> {
    fn drop(&mut self) {
        let mut state = self.lifecycle.lock();
        state.additions -= 1;
        self.lifecycle.notify(&state);
    }
}
