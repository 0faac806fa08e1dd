//! Errors of probes.

/// A port or Var cannot be recorded.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ProbeError {
    /// A probe on a process of another network.
    #[error("process `{process}` belongs to another network; probe it with its own")]
    Foreign {
        /// The process.
        process: String,
    },
    /// A probe on a port that keeps no messages of its own.
    #[error(
        "`{port}` adds straight into the sum of what it is connected to and keeps no messages of its own; probe that process's Vars, or connect the port to a `Sink` as well"
    )]
    AccumulateOnly {
        /// The port, as `process.port`.
        port: String,
    },
    /// A probe on a port or Var of a composite process that exports no single port or Var.
    #[error("`{member}` has no port or Var of its own to record; probe those inside the process")]
    NotExported {
        /// The port or Var, as `process.member`.
        member: String,
    },
    /// A probe on an asynchronous or detached process.
    #[error(
        "process `{process}` is not in lockstep, so there is no step in which it could be recorded; connect its ports to a `Sink`, or read its Vars between runs"
    )]
    NotLockstep {
        /// The process.
        process: String,
    },
}
