//! The exchange of messages with other ranks: a task of worker 0.

use std::any::Any;
use std::fmt;
use std::ops::RangeInclusive;
use std::sync::Arc;

use super::rank_sync::{Partners, RankSync};
use super::requests::Requests;
use super::task::{Task, TaskError};
use crate::transport::{Clock, ErasedRing, RankError};

/// Exchanges messages with other ranks: those of the present step, or of several at once, see [`RankSync`].
///
/// Its slot waits for the tasks whose messages it sends. Tasks that receive messages of other ranks in the same
/// step wait for it; all others receive them in a later step.
pub struct RankExchange {
    sync: Arc<RankSync>,
    clock: Arc<Clock>,
    /// No exchange of the same step follows.
    is_last: bool,
    /// By rank: the rings whose messages that rank needs, and those whose messages it sends.
    rings: Vec<RankRings>,
    /// The steps whose messages were posted last with all ranks, and with those of the node.
    posted: [RangeInclusive<u64>; 2],
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
    pub fn new(
        sync: Arc<RankSync>,
        clock: Arc<Clock>,
        is_last: bool,
        rings: Vec<RankRings>,
    ) -> RankExchange {
        RankExchange {
            sync,
            clock,
            is_last,
            rings,
            posted: [0..=0, 0..=0],
        }
    }

    /// The rings whose messages travel to a rank or from it in an exchange; none if they do in those of the node.
    fn rings(&self, partners: Partners, rank: usize) -> Option<&RankRings> {
        let group = self.sync.group();
        let is_near = || group.node_of(rank) == group.node_of(group.rank());
        let is_left_out = partners == Partners::All && self.sync.has_node() && is_near();
        (!is_left_out).then(|| &self.rings[rank])
    }

    /// Begins to exchange the messages of all steps up to `tick` that were not exchanged before.
    fn post(&mut self, partners: Partners, tick: u64, requests: Requests) -> Result<(), RankError> {
        let posted = &mut self.posted[partners as usize];
        *posted = self.sync.before_run().max(*posted.end()) + 1..=tick;
        let steps = self.posted[partners as usize].clone();
        let group = self.sync.partners(partners);
        group.post(requests.bits(), Requests::ABORT.bits(), |to, bytes| {
            let sent = self
                .rings(partners, to)
                .map_or(&[][..], |rings| &rings.sent);
            for tick in steps.clone() {
                sent.iter().for_each(|ring| ring.put_message(tick, bytes));
            }
        })
    }

    /// Waits for the messages of the other ranks, if an exchange was begun. Returns the requests of all.
    fn complete(&self, partners: Partners) -> Result<Requests, TaskError> {
        let steps = &self.posted[partners as usize];
        let group = self.sync.partners(partners);
        let flags = group.complete(Requests::ABORT.bits(), |from, bytes| {
            let rings = self.rings(partners, from);
            let received = rings.map_or(&[][..], |rings| &rings.received);
            steps.clone().try_for_each(|tick| {
                let mut received = received.iter();
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

    /// Makes an exchange of the node.
    fn exchange_in_node(&mut self, tick: u64) -> Result<(), TaskError> {
        self.complete(Partners::Node)?;
        self.post(Partners::Node, tick, Requests::NONE)?;
        if self.sync.is_at_once(Partners::Node) {
            self.complete(Partners::Node)?;
        }
        if self.is_last {
            self.sync.advance(Partners::Node);
        }
        Ok(())
    }
}

impl Task for RankExchange {
    fn start(&mut self) -> Result<(), TaskError> {
        Ok(())
    }

    fn spike(&mut self) -> Result<Requests, TaskError> {
        let tick = self.clock.tick();
        if self.sync.is_stepwise() {
            self.post(Partners::All, tick, Requests::NONE)?;
            return self.complete(Partners::All).map(|_| Requests::NONE);
        }
        if self.sync.is_due(Partners::Node, tick) {
            self.exchange_in_node(tick)?;
        }
        if !self.is_last || !self.sync.is_due(Partners::All, tick) {
            return Ok(Requests::NONE);
        }
        let mut requests = self.complete(Partners::All)?;
        self.post(Partners::All, tick, self.sync.take_noted())?;
        self.sync.advance(Partners::All);
        if !self.sync.is_last(tick) && !requests.intersects(Requests::END) {
            return Ok(Requests::NONE);
        }
        if self.sync.has_node() {
            self.complete(Partners::Node)?;
        }
        requests |= self.complete(Partners::All)?;
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
