//! Where the messages of models that run by themselves arrive at those that run in step.

use std::sync::Arc;

use super::crossing::Inlet;
use super::hub::{Feeds, Hub, Waited};
use super::sync::{Mutex, MutexGuard, lock};

/// The receiving ends of all connections from models that run by themselves to models in step: one
/// worker runs all of these.
pub(crate) struct Gate {
    pub(super) hub: Arc<Hub>,
    /// The worker.
    pub(super) worker: usize,
    pub(super) inlets: Mutex<Vec<Box<dyn Inlet>>>,
    /// The queues whose messages a step waits for.
    pub(super) awaited: Vec<Feeds>,
}

/// The gate in the hands of its worker, for a run.
pub(super) struct Entry<'a> {
    gate: &'a Gate,
    inlets: MutexGuard<'a, Vec<Box<dyn Inlet>>>,
}

impl Gate {
    /// For its worker.
    pub(super) fn enter(&self, worker: usize) -> Option<Entry<'_>> {
        (worker == self.worker).then(|| Entry {
            gate: self,
            inlets: lock(&self.inlets),
        })
    }

    /// Whether steps wait for messages.
    pub(super) fn waits(&self) -> bool {
        !self.awaited.is_empty()
    }
}

impl Entry<'_> {
    /// Waits until all messages that a step waits for are there, or cannot come. False if the run is
    /// to end instead: no message has been taken then.
    pub(super) fn wait(&mut self) -> bool {
        let Gate { hub, awaited, .. } = self.gate;
        let in_step = hub.in_step();
        awaited.iter().all(|feeds| {
            let port = std::slice::from_ref(feeds);
            hub.await_message(in_step, port, None) != Waited::Over
        })
    }

    /// Makes the next message of each connection the one of step `tick`.
    pub(super) fn fill(&mut self, tick: u64) {
        self.inlets.iter_mut().for_each(|inlet| inlet.fill(tick));
    }
}
