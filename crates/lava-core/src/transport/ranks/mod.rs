//! Ranks: the processes of the operating system that run one network together.
//!
//! Every rank makes the same graph and the same plan, and computes the tasks of its own workers. A
//! [`Communicator`] carries bytes between ranks: between threads of one process ([`LocalRank`]), or through
//! MPI. All that ranks do together goes through a [`RankGroup`], which numbers the exchanges and compares
//! them. Nothing above this module knows the communicator.

mod driven;
mod dry_run;
mod error;
mod group;
#[cfg(not(any(lava_check = "loom", lava_check = "shuttle")))]
mod local;

pub use driven::CommandGuard;
pub use dry_run::DryRun;
pub use error::RankError;
pub use group::{Agreement, FailurePlace, RankGroup};
#[cfg(not(any(lava_check = "loom", lava_check = "shuttle")))]
pub use local::LocalRank;

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

/// The connection of a rank with all others.
pub trait Communicator: fmt::Debug + Send + Sync + 'static {
    /// The number of this rank, from 0.
    fn rank(&self) -> usize;

    /// The number of ranks.
    fn size(&self) -> usize;

    /// Begins an exchange: sends `sent[r]` to each other rank `r`, as far as that needs no waiting. Exchanges of
    /// two ranks are matched in their order.
    ///
    /// # Errors
    /// Those of the connection. No exchange follows an error.
    fn post(&self, sent: &[Vec<u8>]) -> Result<(), RankError>;

    /// Completes the exchange that was begun with `sent`: replaces `received[r]` by what each other rank `r` has
    /// sent to this one. Returns when all has arrived.
    ///
    /// # Errors
    /// [`RankError::Silent`] if a rank does not answer in time, [`RankError::Lost`] if it has left. No
    /// exchange follows an error.
    fn complete(&self, sent: &[Vec<u8>], received: &mut [Vec<u8>]) -> Result<(), RankError>;

    /// Returns `true` if there are no other ranks, so that no steps can be made.
    fn is_dry_run(&self) -> bool {
        false
    }

    /// The time after which a rank that does not answer is reported, if there is one.
    fn timeout(&self) -> Option<Duration> {
        None
    }

    /// The node of a rank: a machine of a cluster, or another set of ranks that exchange messages faster than the
    /// ranks of different nodes. All ranks have to agree on it.
    fn node_of(&self, _rank: usize) -> usize {
        0
    }

    /// The connection with the other ranks of this one's node, beside that with all; `None` if there is one node.
    /// Ranks keep their numbers, and the lists of messages their length. Exchanges of the two connections are apart: one
    /// can be made while one of the other is not complete.
    ///
    /// A rank that does not answer should be reported here sooner than on the connection with all, so that no rank
    /// that waits for it is taken to be silent itself.
    fn of_node(&self) -> Option<Arc<dyn Communicator>> {
        None
    }
}

impl<C: Communicator + ?Sized> Communicator for Arc<C> {
    fn rank(&self) -> usize {
        (**self).rank()
    }

    fn size(&self) -> usize {
        (**self).size()
    }

    fn post(&self, sent: &[Vec<u8>]) -> Result<(), RankError> {
        (**self).post(sent)
    }

    fn complete(&self, sent: &[Vec<u8>], received: &mut [Vec<u8>]) -> Result<(), RankError> {
        (**self).complete(sent, received)
    }

    fn is_dry_run(&self) -> bool {
        (**self).is_dry_run()
    }

    fn timeout(&self) -> Option<Duration> {
        (**self).timeout()
    }

    fn node_of(&self, rank: usize) -> usize {
        (**self).node_of(rank)
    }

    fn of_node(&self) -> Option<Arc<dyn Communicator>> {
        (**self).of_node()
    }
}
