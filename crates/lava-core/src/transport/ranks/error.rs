//! Errors of ranks.

/// The ranks of a network cannot go on together.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum RankError {
    /// A rank has not answered in time.
    #[error(
        "rank {rank} has not answered rank {own} for {seconds} s: it has died, is stopped, or makes other calls; give the communicator a longer time-out if a step, or the program between two calls, may take that long"
    )]
    Silent {
        /// The rank that is silent.
        rank: usize,
        /// The rank that has waited.
        own: usize,
        /// The time-out in seconds.
        seconds: u64,
    },
    /// A rank has left.
    #[error("rank {rank} has left while rank {own} waited for it: its program has ended or failed")]
    Lost {
        /// The rank that has left.
        rank: usize,
        /// The rank that has waited.
        own: usize,
    },
    /// Two ranks make different calls.
    #[error(
        "rank {own} calls {own_call}, but rank {rank} calls {call}: all ranks have to make the same calls on the network in the same order"
    )]
    Differ {
        /// The rank that reports it.
        own: usize,
        /// Its call.
        own_call: String,
        /// The other rank.
        rank: usize,
        /// The call of that.
        call: String,
    },
    /// A message has another length, or other contents, than the plan says.
    #[error(
        "rank {own} cannot read a message of rank {rank}: {problem}; all ranks have to run the same program on the same kind of machine"
    )]
    Message {
        /// The rank that reports it.
        own: usize,
        /// The rank that has sent it.
        rank: usize,
        /// The problem.
        problem: String,
    },
    /// An earlier error has ended the exchange between ranks.
    #[error("the ranks are no longer connected, after an earlier error: {cause}")]
    Over {
        /// The text of the earlier error.
        cause: String,
    },
    /// The communicator has failed.
    #[error("rank {own} cannot exchange messages: {cause}")]
    Communicator {
        /// The rank that reports it.
        own: usize,
        /// The error of the communicator.
        cause: String,
    },
    /// A run of a network whose other ranks do not exist.
    #[error(
        "a dry run makes no steps: rank {own} is there without the others; give the network the communicator of ranks that run"
    )]
    DryRun {
        /// The rank.
        own: usize,
    },
}
