//! Transport: the memory and the queues through which tasks exchange messages.
//!
//! Tasks of one timing domain share message rings, ordered by the schedule. Between timing domains
//! messages take bounded queues, and the [`Coordinator`] decides who waits. Between the ranks of a network,
//! which are processes of the operating system, they take a [`Communicator`]. Nothing here knows how tasks
//! are run.

mod arrivals;
mod clock;
mod coordinator;
mod inbound;
mod queue;
mod ranks;
mod readiness;
mod ring;
mod snapshot;

pub use arrivals::{Arrivals, PART};
pub use clock::Clock;
pub use coordinator::{
    Coordinator, ParticipantActivity, ParticipantId, QueueId, QueueSet, QueueSpec, WaitOutcome,
};
pub use inbound::{Accumulate, Inbound, InboundFactory, Route, RouteSender, Slice};
pub use queue::{BoundedQueue, ErasedQueue, Forward, ForwardedPort, PayloadVTable, QueueReader};
#[cfg(not(any(lava_check = "loom", lava_check = "shuttle")))]
pub use ranks::LocalRank;
pub use ranks::{
    Agreement, CommandGuard, Communicator, DryRun, FailurePlace, RankError, RankGroup,
};
pub use readiness::Readiness;
pub use ring::{ErasedRing, JointWriter, MessageRing, RingRows, RingWriter};
pub use snapshot::RingPart;
