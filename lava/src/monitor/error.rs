//! Errors of probes.

use std::panic::Location;

use lava_core::data::{Dims, SelectionError, VarError};

use crate::graph::ConnectError;

/// A port or Var cannot be recorded.
#[derive(Debug, Clone, thiserror::Error)]
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
    /// A probe on a Var whose values cannot be made.
    #[error("`{var}` cannot be recorded: {cause}")]
    Unavailable {
        /// The Var, as `process.var`.
        var: String,
        /// The reason.
        cause: VarError,
    },
    /// A probe on an asynchronous or detached process.
    #[error(
        "process `{process}` is not in lockstep, so there is no step in which it could be recorded; connect its ports to a `Sink`, or read its Vars between runs"
    )]
    NotLockstep {
        /// The process.
        process: String,
    },
    /// A selection of elements of a Var that does not fit.
    #[error("elements of `{var}` {dims} cannot be selected: {cause} (written at {origin})")]
    Select {
        /// The Var, as `process.var`.
        var: String,
        /// Its shape.
        dims: Dims,
        /// The mistake.
        cause: SelectionError,
        /// The location of the call.
        origin: &'static Location<'static>,
    },
    /// A probe on an out-port that is seen through a wrong chain of changes.
    #[error("{0}")]
    Port(Box<ConnectError>),
    /// A probe on an out-port that is seen with a delay.
    #[error(
        "`{port}` is delayed here, and a probe records messages as they are sent: remove `.delayed(…)`"
    )]
    Delayed {
        /// The port, as `process.port`.
        port: String,
    },
    /// A probe that records every 0 steps.
    #[error("a probe of `{target}` cannot record every 0 steps; the shortest interval is 1")]
    EveryZero {
        /// The port or Var, as `process.member`.
        target: String,
    },
    /// A probe that keeps no rows.
    #[error("a probe of `{target}` cannot keep the last 0 rows; keep 1 at least")]
    LastZero {
        /// The port or Var, as `process.member`.
        target: String,
    },
    /// A probe that writes a file whose name says no format, or one whose feature is off.
    #[error("a probe of `{target}` cannot write to `{path}`: {reason}")]
    FileName {
        /// The port or Var, as `process.member`.
        target: String,
        /// The path that was given.
        path: String,
        /// The reason, in words.
        reason: String,
    },
    /// The file of a recording cannot be written.
    #[error("the recording cannot be written to `{path}`: {reason}")]
    File {
        /// The file.
        path: String,
        /// The reason that the system gives.
        reason: String,
    },
    /// A Var of which each rank has a part that cannot be recorded, or which is late in a step.
    #[error(
        "`{var}` learns on several ranks, each of which has some of its elements or learns late of the spikes of others: it is not recorded there; read it between runs, `get()`, probe it before the network is compiled, or run the network in one process"
    )]
    OnRanks {
        /// The Var.
        var: String,
    },
}
