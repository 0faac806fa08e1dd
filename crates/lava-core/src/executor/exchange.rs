//! The exchange of messages with other ranks: a task of worker 0.

use std::any::Any;
use std::fmt;
use std::ops::RangeInclusive;
use std::sync::Arc;

use super::rank_sync::RankSync;
use super::requests::Requests;
use super::task::{Task, TaskError};
use crate::transport::{Clock, ErasedRing, RankError};

/// Exchanges messages with all other ranks: those of the present step, or of several at once, see [`RankSync`].
///
/// Its slot waits for the tasks whose messages it sends. Tasks that receive messages of other ranks in the same
/// step wait for it; all others receive them in a later step.
pub struct RankExchange {
    sync: Arc<RankSync>,
    clock: Arc<Clock>,
    /// By rank: the rings whose messages that rank needs, and those whose messages it sends.
    rings: Vec<RankRings>,
    /// The steps whose messages were posted last.
    posted: RangeInclusive<u64>,
}

/// The rings whose messages are exchanged with another rank, in the order of the plan.
#[derive(Debug, Default)]
pub struct RankRings {
    /// Those of own tasks.
    pub sent: Vec<ErasedRing>,
    /// Those of tasks on that rank.
    pub received: Vec<ErasedRing>,
}

impl RankExchange {
    /// An exchange with the `rings` of each rank; `clock` is that of worker 0.
    pub fn new(sync: Arc<RankSync>, clock: Arc<Clock>, rings: Vec<RankRings>) -> RankExchange {
        RankExchange {
            sync,
            clock,
            rings,
            posted: 0..=0,
        }
    }

    /// Begins to exchange the messages of all steps up to `tick` that were not exchanged before.
    fn post(&mut self, tick: u64, requests: Requests) -> Result<(), RankError> {
        let before = self.sync.before_run().max(*self.posted.end());
        self.posted = before + 1..=tick;
        let abort = Requests::ABORT.bits();
        self.sync.group().post(requests.bits(), abort, |to, bytes| {
            for tick in self.posted.clone() {
                let sent = self.rings[to].sent.iter();
                sent.for_each(|ring| ring.put_message(tick, bytes));
            }
        })
    }

    /// Waits for the messages of the other ranks, if an exchange was begun. Returns the requests of all.
    fn complete(&mut self) -> Result<Requests, TaskError> {
        let abort = Requests::ABORT.bits();
        let flags = self.sync.group().complete(abort, |from, bytes| {
            self.posted.clone().try_for_each(|tick| {
                let mut received = self.rings[from].received.iter();
                received.try_for_each(|ring| ring.take_message(tick, bytes))
            })
        })?;
        match Requests::from_bits(flags) {
            requests if requests.intersects(Requests::ABORT) => {
                Err("another rank has ended the run".into())
            }
            requests => Ok(requests),
        }
    }
}

impl Task for RankExchange {
    fn start(&mut self) -> Result<(), TaskError> {
        Ok(())
    }

    fn spike(&mut self) -> Result<Requests, TaskError> {
        let tick = self.clock.tick();
        let Some(interval) = self.sync.interval() else {
            self.post(tick, Requests::NONE)?;
            return self.complete().map(|_| Requests::NONE);
        };
        let is_last = self.sync.is_last(tick);
        // Ticks of ranks differ after a failure.
        let step = tick - self.sync.before_run();
        if !is_last && !step.is_multiple_of(interval) {
            return Ok(Requests::NONE);
        }
        let mut requests = self.complete()?;
        self.post(tick, self.sync.take_noted())?;
        if !is_last && !requests.intersects(Requests::END) {
            return Ok(Requests::NONE);
        }
        requests |= self.complete()?;
        self.sync.agree(requests);
        Ok(Requests::AGREED)
    }

    fn on_var_update(&mut self, _: &'static str) -> Result<(), TaskError> {
        Ok(())
    }

    fn reset(&mut self) {}

    fn model(&mut self) -> &mut dyn Any {
        self
    }
}

impl fmt::Debug for RankExchange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "RankExchange of {:?}", self.sync)
    }
}

/// A task that is computed on another rank: no worker of this one runs it.
#[derive(Debug)]
pub struct RemoteTask;

impl Task for RemoteTask {
    fn start(&mut self) -> Result<(), TaskError> {
        Ok(())
    }

    fn on_var_update(&mut self, _: &'static str) -> Result<(), TaskError> {
        Ok(())
    }

    fn reset(&mut self) {}

    fn model(&mut self) -> &mut dyn Any {
        self
    }
}
