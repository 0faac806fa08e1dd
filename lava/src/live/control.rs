//! Holding a network between two steps.

use std::sync::Arc;
use std::time::Duration;

use lava_core::sync::{Condvar, Deadline, Mutex, lock, wait_until};

use super::watched::Watched;
use crate::network::Change;

/// The time between two looks, while a network is held, for threads that wait for its end.
const POLL_INTERVAL: Duration = Duration::from_millis(20);

/// The wishes of those who look, and the thread of the run that heeds them.
#[derive(Default)]
pub(super) struct HoldControl {
    state: Mutex<HoldState>,
    changed: Condvar,
}

#[derive(Default)]
struct HoldState {
    /// The network is to be held after its next step.
    is_wanted: bool,
    /// A request to hold waits for the end of a step.
    is_queued: bool,
    /// The network is held.
    is_held: bool,
    /// The steps to be made while it is to be held.
    steps: u64,
    /// Changes that are made while it is held.
    changes: Vec<Change>,
    is_closed: bool,
}

impl HoldControl {
    /// Returns `true` if the network is held between two steps.
    pub(super) fn is_held(&self) -> bool {
        lock(&self.state).is_held
    }

    /// Returns `true` if the network is held, or will be.
    pub(super) fn is_wanted(&self) -> bool {
        lock(&self.state).is_wanted
    }

    /// Holds the network after its current step, or after the first one of its next run.
    pub(super) fn hold(self: &Arc<Self>, network: &Arc<dyn Watched>) {
        let mut state = lock(&self.state);
        state.is_wanted = !state.is_closed;
        let is_new = state.is_wanted && !state.is_queued && !state.is_held;
        state.is_queued |= is_new;
        drop(state);
        if is_new {
            self.queue(network);
        }
    }

    /// Lets the network make one step; holds it first if it is not held.
    pub(super) fn step(self: &Arc<Self>, network: &Arc<dyn Watched>) {
        if !self.is_wanted() {
            return self.hold(network);
        }
        lock(&self.state).steps += 1;
        self.changed.notify_all();
    }

    /// Lets the network run.
    pub(super) fn resume(&self) {
        let mut state = lock(&self.state);
        (state.is_wanted, state.steps) = (false, 0);
        drop(state);
        self.changed.notify_all();
    }

    /// Makes a change while the network is held. Returns the change if it is not.
    pub(super) fn change(&self, change: Change) -> Option<Change> {
        let mut state = lock(&self.state);
        if !state.is_held {
            return Some(change);
        }
        state.changes.push(change);
        drop(state);
        self.changed.notify_all();
        None
    }

    /// Lets the network run, now and always.
    pub(super) fn close(&self) {
        lock(&self.state).is_closed = true;
        self.resume();
    }

    fn queue(self: &Arc<Self>, network: &Arc<dyn Watched>) {
        let (control, held) = (Arc::clone(self), Arc::downgrade(network));
        network.queue_change(Box::new(move || match held.upgrade() {
            Some(network) => control.wait(&network),
            None => Ok(()),
        }));
    }

    /// Waits, on the thread of the run, until the network is let go or somebody waits for its end.
    fn wait(self: &Arc<Self>, network: &Arc<dyn Watched>) -> crate::Result<()> {
        let mut state = lock(&self.state);
        (state.is_queued, state.is_held) = (false, true);
        let mut result = Ok(());
        while state.is_wanted && state.steps == 0 && result.is_ok() && !network.is_ending() {
            let changes = std::mem::take(&mut state.changes);
            if changes.is_empty() {
                let deadline = Deadline::after(POLL_INTERVAL);
                state = match deadline {
                    Some(deadline) => wait_until(&self.changed, state, deadline).0,
                    None => state,
                };
                continue;
            }
            drop(state);
            result = changes.into_iter().try_for_each(|change| change());
            state = lock(&self.state);
        }
        state.is_held = false;
        let changes = std::mem::take(&mut state.changes);
        state.steps = state.steps.saturating_sub(1);
        // A network that is still to be held is held after its next step, of this run or a later one.
        let is_queued = state.is_wanted;
        state.is_queued = is_queued;
        drop(state);
        if is_queued {
            self.queue(network);
        }
        result.and(changes.into_iter().try_for_each(|change| change()))
    }
}
