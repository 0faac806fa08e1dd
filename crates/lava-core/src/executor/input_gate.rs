//! The input gate: it holds a lockstep step until its asynchronous inputs are ready.

use std::fmt;
use std::sync::Arc;

use super::worker::WorkerId;
use crate::sync::{Mutex, MutexGuard, lock};
use crate::transport::{Coordinator, QueueReader, QueueSet, Readiness, WaitOutcome};

/// The receiving ends of all connections from independent to lockstep tasks: one worker serves them.
pub struct InputGate {
    coordinator: Arc<Coordinator>,
    worker: WorkerId,
    readers: Mutex<Vec<Box<dyn QueueReader>>>,
    /// The queues whose messages a step waits for.
    awaited: Vec<QueueSet>,
    /// The sources outside the network that lockstep tasks need.
    sources: Vec<Arc<dyn Readiness>>,
}

/// The gate in use by its worker, for a run.
pub(super) struct GateGuard<'a> {
    gate: &'a InputGate,
    readers: MutexGuard<'a, Vec<Box<dyn QueueReader>>>,
}

impl InputGate {
    /// A gate that `worker` serves.
    pub fn new(
        coordinator: Arc<Coordinator>,
        worker: WorkerId,
        readers: Vec<Box<dyn QueueReader>>,
        awaited: Vec<QueueSet>,
        sources: Vec<Arc<dyn Readiness>>,
    ) -> InputGate {
        InputGate {
            coordinator,
            worker,
            readers: Mutex::new(readers),
            awaited,
            sources,
        }
    }

    /// The gate for the worker that serves it, `None` for the others.
    pub(super) fn enter(&self, worker: WorkerId) -> Option<GateGuard<'_>> {
        (worker == self.worker).then(|| GateGuard {
            gate: self,
            readers: lock(&self.readers),
        })
    }

    /// Returns `true` if a step may have to wait: the same for all workers in all steps, whatever a model asks of its
    /// source while others are still in the step before.
    pub(super) fn may_block(&self) -> bool {
        !self.awaited.is_empty() || !self.sources.is_empty()
    }
}

impl fmt::Debug for InputGate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("InputGate")
            .field("worker", &self.worker)
            .field("awaited", &self.awaited)
            .finish_non_exhaustive()
    }
}

impl GateGuard<'_> {
    /// Waits until every input of the next step is ready, or cannot come. Returns `false` if the run
    /// is to end instead, which `ended` confirms: no message has been taken then.
    pub(super) fn wait(&mut self, ended: &dyn Fn() -> bool) -> bool {
        let InputGate {
            coordinator,
            awaited,
            sources,
            ..
        } = self.gate;
        let lockstep = coordinator.lockstep_id();
        let arrives = |queues| {
            let port = std::slice::from_ref(queues);
            coordinator.wait_for_message(lockstep, port, None) != WaitOutcome::RunOver
        };
        awaited.iter().all(arrives) && wait_all(sources, ended)
    }

    /// Makes the next message of each connection the one of step `tick`.
    pub(super) fn fill(&mut self, tick: u64) {
        self.readers.iter_mut().for_each(|reader| reader.fill(tick));
    }
}

/// Waits for all sources that block a step. Returns `false` if the run has ended before.
pub(super) fn wait_all(sources: &[Arc<dyn Readiness>], ended: &dyn Fn() -> bool) -> bool {
    let mut blocking = sources.iter().filter(|source| source.blocks_step());
    blocking.all(|source| source.wait_ready(ended))
}
