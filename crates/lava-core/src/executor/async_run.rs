//! A run, as an asynchronous model sees it.

use std::fmt;
use std::time::Duration;

use super::requests::Requests;
use crate::transport::{Coordinator, ParticipantId, QueueSet, WaitOutcome};

/// A run, as an asynchronous model sees it.
pub struct AsyncRun<'a> {
    steps: u64,
    participant: ParticipantId,
    coordinator: &'a Coordinator,
    interrupt: &'a (dyn Fn(Requests) + Sync),
}

impl<'a> AsyncRun<'a> {
    /// A run of `steps` lockstep steps, as `participant` sees it.
    #[doc(hidden)]
    pub fn new(
        steps: u64,
        participant: ParticipantId,
        coordinator: &'a Coordinator,
        interrupt: &'a (dyn Fn(Requests) + Sync),
    ) -> AsyncRun<'a> {
        AsyncRun {
            steps,
            participant,
            coordinator,
            interrupt,
        }
    }

    /// The number of steps that lockstep models run, if nothing ends the run earlier: `u64::MAX` in
    /// a run without end.
    pub fn steps(&self) -> u64 {
        self.steps
    }

    /// Returns `true` if the model should return: the lockstep models have ended their run, or a
    /// pause or stop was requested. Messages that are still sent and received are not lost.
    pub fn is_ending(&self) -> bool {
        self.coordinator.is_ending(self.participant)
    }

    /// Requests a pause: lockstep models end their run after the current step, and all others are
    /// told to return.
    pub fn pause(&self) {
        (self.interrupt)(Requests::PAUSE);
    }

    /// Requests a stop. Vars stay readable until `stop` is called on the network.
    pub fn stop(&self) {
        (self.interrupt)(Requests::STOP);
    }

    /// Waits until one of `ports` has a message. Returns the index of the first that has one, or
    /// `None` if the run is over and no message can come.
    ///
    /// ```
    /// # use lava::prelude::*;
    /// #[process]
    /// pub struct Planner { goal: InPort<f32>, obstacle: InPort<f32> }
    ///
    /// #[implements(proc = Planner, protocol = Async)]
    /// struct PlannerModel { goal: AsyncIn<f32>, obstacle: AsyncIn<f32> }
    ///
    /// impl AsyncModel for PlannerModel {
    ///     fn run_async(&mut self, run: &AsyncRun<'_>) -> lava::Result<()> {
    ///         while let Some(port) = run.select(&[&self.obstacle, &self.goal]) {
    ///             let port = if port == 0 { &mut self.obstacle } else { &mut self.goal };
    ///             println!("{:?}", port.recv());
    ///         }
    ///         Ok(())
    ///     }
    /// }
    /// ```
    pub fn select(&self, ports: &[&dyn Selectable]) -> Option<usize> {
        self.select_within(ports, None)
    }

    /// Waits as [`select`](AsyncRun::select) does, for at most `timeout`.
    pub fn select_timeout(&self, ports: &[&dyn Selectable], timeout: Duration) -> Option<usize> {
        self.select_within(ports, Some(timeout))
    }

    fn select_within(&self, ports: &[&dyn Selectable], timeout: Option<Duration>) -> Option<usize> {
        let first = || ports.iter().position(|port| port.probe());
        first().or_else(|| {
            let connected = ports.iter().filter_map(|port| port.queues().cloned());
            let queues: Vec<_> = connected.collect();
            if queues.is_empty() {
                return None;
            }
            let outcome = self
                .coordinator
                .wait_for_message(self.participant, &queues, timeout);
            first().filter(|_| outcome == WaitOutcome::Ready)
        })
    }
}

impl fmt::Debug for AsyncRun<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AsyncRun")
            .field("steps", &self.steps)
            .finish_non_exhaustive()
    }
}

/// A port that [`AsyncRun::select`] can wait for: every `AsyncIn`.
pub trait Selectable {
    /// Returns `true` if a message can be received without waiting.
    fn probe(&self) -> bool;

    /// The queues that feed the port, if there are any.
    #[doc(hidden)]
    fn queues(&self) -> Option<&QueueSet>;
}
