//! What steps wait for before they begin: messages of models that run by themselves, and what is
//! outside the network.

use std::sync::Arc;

use super::crossing::Inlet;
use super::hub::{Feeds, Hub, Waited};
use super::sync::{Mutex, MutexGuard, lock};

/// Something outside the network that a model needs in a step: the step begins when it is there.
pub(crate) trait Door: Send + Sync {
    /// Whether steps wait for it.
    fn is_awaited(&self) -> bool;
    /// Waits until a step can begin, or will gain nothing by waiting. False where `ended` said so
    /// before: that the run is to end.
    fn pass(&self, ended: &dyn Fn() -> bool) -> bool;
    /// Has whoever waits ask again whether the run is to end.
    fn ring(&self);
}

/// The receiving ends of all connections from models that run by themselves to models in step: one
/// worker runs all of these.
pub(crate) struct Gate {
    pub(super) hub: Arc<Hub>,
    /// The worker.
    pub(super) worker: usize,
    pub(super) inlets: Mutex<Vec<Box<dyn Inlet>>>,
    /// The queues whose messages a step waits for.
    pub(super) awaited: Vec<Feeds>,
    /// What the models in step need from outside.
    pub(super) doors: Vec<Arc<dyn Door>>,
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
        !self.awaited.is_empty() || self.doors.iter().any(|door| door.is_awaited())
    }
}

impl Entry<'_> {
    /// Waits until everything that a step waits for is there, or cannot come. False if the run is
    /// to end instead, which `ended` says too: nothing has been taken then.
    pub(super) fn wait(&mut self, ended: &dyn Fn() -> bool) -> bool {
        let Gate {
            hub,
            awaited,
            doors,
            ..
        } = self.gate;
        let in_step = hub.in_step();
        let arrives = |feeds| {
            let port = std::slice::from_ref(feeds);
            hub.await_message(in_step, port, None) != Waited::Over
        };
        awaited.iter().all(arrives) && pass(doors, ended)
    }

    /// Makes the next message of each connection the one of step `tick`.
    pub(super) fn fill(&mut self, tick: u64) {
        self.inlets.iter_mut().for_each(|inlet| inlet.fill(tick));
    }
}

/// Waits at all doors that are awaited. False if the run has ended before.
pub(super) fn pass(doors: &[Arc<dyn Door>], ended: &dyn Fn() -> bool) -> bool {
    let mut awaited = doors.iter().filter(|door| door.is_awaited());
    awaited.all(|door| door.pass(ended))
}
