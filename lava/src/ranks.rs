//! Ranks: one network over several processes of the operating system, and several machines.
//!
//! A network is cut for `n` ranks of `m` workers as it is cut for `n · m` workers of one process: into shards,
//! which own their neurons and the synapses that lead to them. [`Network::set_ranks`](crate::Network::set_ranks)
//! takes a [`Communicator`]: that of MPI, in the crate `lava-mpi`, or a [`LocalRank`], which is a thread of one
//! process. The results are the same to the bit on any number of ranks and workers.
//!
//! # The program
//!
//! Every rank runs the same program, builds the same network, and makes the same calls on it in the same order:
//! `compile`, `run`, `reset`, `Var::get` and `Var::set`, and reading a probe. Calls are numbered and compared;
//! a difference is an error that shows both. A Var or a recording is the same on all ranks: what is on other
//! ranks is fetched.
//!
//! Or one rank runs the program: [`Network::drive`](crate::Network::drive) has the first rank run it, and the others
//! make the calls on the network that it makes.
//!
//! # Steps
//!
//! Ranks exchange the messages that cross between them, and the requests of models and of `pause` and `stop`,
//! which so take effect in the same step on all. A message of spikes is the list of those that have fired, a
//! message of numbers its whole row. They do so in each step, or once in several where all that crosses has
//! delays that are long enough: see [`RankShare::interval`](crate::network::RankShare::interval). A request then
//! takes effect after the next exchange; a network with a callback after each step exchanges in each.
//!
//! A network whose parts are far apart is divided among the [nodes](Communicator::node_of) of a communicator that has
//! several. Then the ranks of a node exchange more often than all: see
//! [`RankShare::node_interval`](crate::network::RankShare::node_interval).
//!
//! # Errors
//!
//! An error or a panic on one rank ends the run on all with the same error,
//! [`RunError::Rank`](crate::error::RunError::Rank). A rank that does not answer within the time-out of the
//! communicator ends the run on all others with [`RankError::Silent`]. After that the ranks are no longer
//! connected.
//!
//! # Planning
//!
//! A [`DryRun`] is one rank of many without the others: a network compiles to the part of that rank, and
//! [`Network::rank_shares`](crate::Network::rank_shares) says what each of all would have.
//!
//! # Limits
//!
//! Processes that ref-ports connect are on one rank. Asynchronous and detached processes are on the first, with the
//! lockstep processes that they are connected to; only they can have channels. A network of nothing else fails to
//! compile. Recordings to a file, snapshots of synapses that learn and, unless one rank drives, changes at the next
//! step are refused. A profile or report is that of the own rank.

#[cfg(not(any(lava_check = "loom", lava_check = "shuttle")))]
pub use lava_core::transport::LocalRank;
pub use lava_core::transport::{Communicator, DryRun, RankError};
