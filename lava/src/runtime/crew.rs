//! The threads of a network, and how they go through a run together.

use std::sync::Arc;

use super::crossing::AnyQueue;
use super::error::RunError;
use super::floor::{AfterStep, Floor, Order};
use super::hand::Hand;
use super::hub::{Doing, Hub};
use super::solo::{Solo, Solos};
use super::sync::{Receiver, spin_until};
use crate::Result;

/// All that run models. The thread that calls [`run`](Crew::run) is worker 0; the others wait for
/// orders.
pub(crate) struct Crew {
    floor: Arc<Floor>,
    workers: Vec<Hand<Order>>,
    solos: Option<Solos>,
}

impl Crew {
    /// Starts the threads; `queues` are those of the hub, each with the process that sends.
    pub(crate) fn hire(
        floor: &Arc<Floor>,
        hub: &Arc<Hub>,
        solos: Vec<Solo>,
        queues: Vec<(usize, Arc<dyn AnyQueue>)>,
    ) -> Result<Crew> {
        let worker = |worker| {
            let floor = Arc::clone(floor);
            Hand::hire(format!("lava worker {worker}"), move |orders| {
                serve(&floor, worker, orders);
            })
        };
        Ok(Crew {
            floor: Arc::clone(floor),
            workers: (1..floor.desks.len()).map(worker).collect::<Result<_>>()?,
            solos: match solos.is_empty() {
                true => None,
                false => Some(Solos::hire(floor, hub, solos, queues)?),
            },
        })
    }

    /// Begins a run: it can be interrupted from now on.
    pub(crate) fn begin(&self) {
        self.floor.begin();
        if let Some(solos) = &self.solos {
            solos.hub().begin(self.floor.has_turns());
        }
    }

    /// Runs `steps` steps and calls `after_step` after each, if there is something to call. Returns
    /// what ended the run early, as a set of requests.
    pub(crate) fn run(
        &self,
        steps: u64,
        after_step: Option<&mut AfterStep<'_>>,
    ) -> Result<u8, RunError> {
        let order = Order {
            steps,
            hooked: after_step.is_some(),
        };
        if let Some(solos) = &self.solos {
            solos.order(steps);
        }
        self.workers.iter().for_each(|hand| hand.order(order));
        let in_step = self.floor.has_turns();
        let mut asked = match in_step {
            true => self.floor.work(0, order, after_step),
            false => 0,
        };
        if let Some(solos) = &self.solos {
            if in_step {
                solos.go_on_alone();
                self.floor.ring();
            }
            solos.hub().join();
            asked |= self.floor.asked();
        }
        match self.floor.take_failure() {
            Some(error) => Err(error),
            None => Ok(asked),
        }
    }

    /// Asks for the end of the run.
    pub(crate) fn interrupt(&self, request: u8) {
        self.floor.interrupt(request);
        if let Some(solos) = &self.solos {
            solos.hub().end();
        }
        self.floor.ring();
    }

    /// What each model that runs by itself is at, by its part, and how often it has begun something
    /// else.
    pub(crate) fn alone(&self) -> impl Iterator<Item = (usize, u64, Doing)> {
        self.solos.iter().flat_map(Solos::activities)
    }

    /// Models that run by themselves begin again; what is on its way is forgotten.
    pub(crate) fn reset(&self) {
        self.solos.iter().for_each(Solos::reset);
    }

    /// Forgets what a process has sent to models of another pace.
    pub(crate) fn reset_process(&self, process: usize) {
        let solos = self.solos.iter();
        solos.for_each(|solos| solos.reset_process(process));
    }
}

/// Runs as often as it is told to. Awake for a moment after each run, because the next one often
/// follows at once.
fn serve(floor: &Floor, worker: usize, orders: &Receiver<Order>) {
    loop {
        spin_until(|| !orders.is_empty());
        match orders.recv() {
            Ok(order) => floor.work(worker, order, None),
            Err(_) => return,
        };
    }
}
