//! The exchange of messages with other ranks: a task of worker 0.

use std::any::Any;
use std::fmt;
use std::sync::Arc;

use super::requests::Requests;
use super::task::{Task, TaskError};
use crate::transport::{Clock, ErasedRing, RankGroup};

/// Exchanges messages of the present step with all other ranks.
///
/// Its slot waits for the tasks whose messages it sends; tasks that receive messages of other ranks wait
/// for it.
pub struct RankExchange {
    ranks: Arc<RankGroup>,
    clock: Arc<Clock>,
    /// By rank: the rings whose messages that rank needs, and those whose messages it sends.
    rings: Vec<RankRings>,
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
    pub fn new(ranks: Arc<RankGroup>, clock: Arc<Clock>, rings: Vec<RankRings>) -> RankExchange {
        RankExchange {
            ranks,
            clock,
            rings,
        }
    }
}

impl Task for RankExchange {
    fn start(&mut self) -> Result<(), TaskError> {
        Ok(())
    }

    fn spike(&mut self) -> Result<Requests, TaskError> {
        let tick = self.clock.tick();
        let flags = self.ranks.step(
            0,
            Requests::ABORT.bits(),
            |to, bytes| {
                let sent = self.rings[to].sent.iter();
                sent.for_each(|ring| ring.put_message(tick, bytes));
            },
            |from, bytes| {
                let mut received = self.rings[from].received.iter();
                received.try_for_each(|ring| ring.take_message(tick, bytes))
            },
        )?;
        if Requests::from_bits(flags).intersects(Requests::ABORT) {
            return Err("another rank has ended the run".into());
        }
        Ok(Requests::NONE)
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
        write!(f, "RankExchange of {:?}", self.ranks)
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
