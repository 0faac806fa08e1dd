//! Problems of a network as a whole.

use std::fmt;

use super::memory::in_units;

/// All problems that keep a network from running.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub struct CompileError {
    /// The problems, in the order of the processes they concern.
    pub problems: Vec<Problem>,
}

impl CompileError {
    /// The error of one problem.
    pub(crate) fn of(problem: Problem) -> CompileError {
        CompileError {
            problems: vec![problem],
        }
    }
}

impl fmt::Display for CompileError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.problems.as_slice() {
            [problem] => write!(f, "the network cannot run: {problem}"),
            problems => {
                write!(f, "the network cannot run, for {} reasons:", problems.len())?;
                problems
                    .iter()
                    .try_for_each(|problem| write!(f, "\n  - {problem}"))
            }
        }
    }
}

/// A problem of a network as a whole.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Problem {
    /// A network without processes.
    #[error("it has no processes; add some with `Network::add`")]
    NoProcesses,
    /// A required in-port that nothing feeds.
    #[error("nothing feeds `{port}`, which its process requires; connect an output to it")]
    UnconnectedInput {
        /// The port, as `process.port`.
        port: String,
    },
    /// A required ref-port that is connected to no Var.
    #[error(
        "`{port}` is connected to no Var, which its process requires; write `{port}.connect_var(&other.v)?`"
    )]
    UnconnectedRefPort {
        /// The ref-port, as `process.port`.
        port: String,
    },
    /// A connection between lockstep processes that is `waiting` or `buffered`.
    #[error(
        "`{from}` -> `{to}` connects processes that run in lockstep, whose messages arrive in every step: remove `.{option}(…)`, or add one of the processes with `.asynchronous()` or `.detached()`"
    )]
    NotAsync {
        /// The out-port, as `process.port`.
        from: String,
        /// The in-port, as `process.port`.
        to: String,
        /// `waiting` or `buffered`.
        option: &'static str,
    },
    /// A connection to an independent process that is `waiting`.
    #[error(
        "`{from}` -> `{to}` leads to an independent process, which waits for messages itself: remove `.waiting()`"
    )]
    WaitingOnAsync {
        /// The out-port, as `process.port`.
        from: String,
        /// The in-port, as `process.port`.
        to: String,
    },
    /// A delay in steps of messages from a process without steps.
    #[error(
        "`{from}` -> `{to}` is delayed by steps, but `{from}` is sent by a model that has no steps: remove `.delayed(…)`"
    )]
    DelayWithoutSteps {
        /// The out-port, as `process.port`.
        from: String,
        /// The in-port, as `process.port`.
        to: String,
    },
    /// A ref-port of, or to, an independent process.
    #[error(
        "`{port}` refers to `{var}`, but one of the two processes is asynchronous or detached: ref-ports connect processes that run in lockstep; send what is needed through ports"
    )]
    AsyncReference {
        /// The ref-port, as `process.port`.
        port: String,
        /// The Var, as `process.var`.
        var: String,
    },
    /// A process that cannot be part of a network on several ranks.
    #[error("`{process}` cannot run on several ranks: {why}")]
    OnOneRank {
        /// The process.
        process: String,
        /// The reason, and a way out.
        why: &'static str,
    },
    /// A loop of connections without a delay.
    #[error(
        "the loop {} has no delay: what is sent would have to arrive before it is sent; delay one of its connections, `a.s_out.delayed(1).connect(…)`, or put a process with a delayed output into it, such as `Dense`",
        .path.join(" -> ")
    )]
    ZeroDelayLoop {
        /// The ports around the loop, as `process.port`, ending where it began.
        path: Vec<String>,
    },
    /// A process that takes no part in a batch.
    #[error("`{process}` takes no batch of samples: {reason}")]
    Batch {
        /// The process.
        process: String,
        /// The reason, and what to do, in words.
        reason: String,
    },
    /// A network that needs more memory than there is, or than its limit.
    #[error(
        "it needs about {} of memory, but {} {}: {}",
        in_units(*.needed), in_units(*.limit),
        if *.is_set { "is the limit that `set_memory_limit` has set" } else { "is all that the machine has available" },
        .largest.join("; ")
    )]
    Memory {
        /// The bytes that the network needs; with the machine's limit, those that are not in memory
        /// already.
        needed: u64,
        /// The limit in bytes.
        limit: u64,
        /// `true` if [`set_memory_limit`](crate::Network::set_memory_limit) has set the limit.
        is_set: bool,
        /// The processes that need most, each with what for.
        largest: Vec<String>,
    },
}
