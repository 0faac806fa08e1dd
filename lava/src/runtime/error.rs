//! What can go wrong with a run.

use crate::Error;
use crate::model::Phase;

/// A run failed or could not start.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum RunError {
    /// A model returned an error.
    #[error("process `{process}` (model `{model}`) failed in {}: {cause}", place(*phase, *step))]
    Model {
        /// The process.
        process: String,
        /// The type of its model.
        model: &'static str,
        /// The phase.
        phase: Phase,
        /// The time step; 0 before the first, and for a model that has none.
        step: u64,
        /// What the model returned.
        cause: Box<Error>,
    },
    /// A model panicked.
    #[error(
        "process `{process}` (model `{model}`) panicked in {}: {message}", place(*phase, *step)
    )]
    Panic {
        /// The process.
        process: String,
        /// The type of its model.
        model: &'static str,
        /// The phase.
        phase: Phase,
        /// The time step; 0 before the first.
        step: u64,
        /// What it said.
        message: String,
    },
    /// A callback panicked.
    #[error("a callback panicked at the end of step {step}: {message}")]
    Callback {
        /// The time step; 0 outside of a step.
        step: u64,
        /// What it said.
        message: String,
    },
    /// The network was ended by an error or by a model.
    #[error("the network has halted ({why}); read its Vars, then `reset()` it to run again")]
    Halted {
        /// What ended it.
        why: String,
    },
    /// A run of no steps.
    #[error("a run takes at least one step; to build the models without running, call `compile()`")]
    ZeroSteps,
    /// The network is running already.
    #[error("the network is running; wait for the run to end, or `pause()` it")]
    Running,
    /// Something that waits for the network, called by the network itself.
    #[error(
        "a model or callback cannot wait for the end of its own run; in a model ask `Context::pause` or `Context::stop`, in a callback return `Then::Pause` or `Then::Stop`"
    )]
    Inside,
    /// Ctrl-C cannot pause a network.
    #[error(
        "Ctrl-C cannot pause the network ({cause}); if another part of the program handles it, have that call `pause`"
    )]
    CtrlC {
        /// Why not.
        cause: String,
    },
    /// The network has been stopped.
    #[error("the network has been stopped; build a new one to run again")]
    Stopped,
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
    Sum {
        /// The port, as `process.port`.
        port: String,
    },
    /// A probe on a port or Var that no single one stands behind.
    #[error("`{member}` has no port or Var of its own to record; probe those inside the process")]
    Hollow {
        /// The port or Var, as `process.member`.
        member: String,
    },
    /// A probe on a process that runs by itself.
    #[error(
        "process `{process}` runs by itself, in no step in which something could be recorded; connect its ports to a `Sink`, or read its Vars between runs"
    )]
    Alone {
        /// The process.
        process: String,
    },
    /// No workers.
    #[error("a network needs at least one worker")]
    Workers,
    /// Something that can be set before compiling only.
    #[error("the network is compiled; set the number of workers before the first run")]
    Compiled,
    /// A seed for what has been drawn.
    #[error("the network's seed is in use; set it before Vars are read and before the first run")]
    Seed,
}

/// Where a model was.
fn place(phase: Phase, step: u64) -> String {
    match phase {
        Phase::Async => format!("`{phase}`"),
        _ => format!("`{phase}` of step {step}"),
    }
}
