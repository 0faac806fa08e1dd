//! Additions: threads that build the network, each at its own processes.

use super::stage::{RunControl, Stage};
use super::{Lifecycle, Refused, StateGuard};
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
    /// [`Refused`] with the stage if that is another; [`Refused::Busy`] from code that a transition
    /// calls, [`Refused::Deadlock`] for a wait that would not end.
    pub fn building(&self) -> Result<StateGuard<'_, D, E>, Refused> {
        self.until_free(|state| match &state.stage {
            Stage::Building => Ok(state.transition.map(|_| Scope::Transition)),
            Stage::Ready(_) => Err(Refused::Compiled),
            Stage::Running(_) => Err(Refused::Running),
            Stage::Halted { why, .. } => Err(Refused::Halted(why.clone())),
            Stage::Stopped { .. } => Err(Refused::Stopped),
        })
    }

    /// Begins the construction of a process; returns the lock too.
    ///
    /// # Errors
    /// Those of [`building`](Lifecycle::building).
    pub fn addition(&self) -> Result<(Addition<'_, D, E>, StateGuard<'_, D, E>), Refused> {
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
