//! Errors of a network's life cycle and of paths.

use std::sync::Arc;

use lava_core::data::VarError;
use lava_core::lifecycle::Refused;

use crate::units::Time;

/// An operation is not possible in the current state of the network.
#[derive(Debug, Clone, thiserror::Error)]
#[non_exhaustive]
pub enum StateError {
    /// The network was ended by an error or by a model.
    #[error("the network has halted ({why}); read its Vars, then `reset()` it to run again")]
    Halted {
        /// The reason, in words.
        why: String,
    },
    /// A run of no steps.
    #[error("a run takes at least one step; to build the models without running, call `compile()`")]
    ZeroSteps,
    /// The network is running already.
    #[error("the network is running; wait for the run to end, or `pause()` it")]
    Running,
    /// The network waits for itself: a model or callback has called a method that waits for the end
    /// of its own run.
    #[error(
        "a model or callback cannot wait for the end of its own run; in a model ask `Context::pause` or `Context::stop`, in a callback return `StepAction::Pause` or `StepAction::Stop`"
    )]
    Inside,
    /// The call comes from code of the user that the network calls while its models are made, read,
    /// updated, reset or dropped, or while a process is added.
    #[error(
        "the network is {what}, and this call comes from inside that; make it when that is over"
    )]
    Busy {
        /// The transition under way, in words.
        what: &'static str,
    },
    /// A model of this network waits for another network, and a model of that one for this.
    #[error(
        "the networks would wait for each other; let one run end before the other waits for it"
    )]
    Deadlock,
    /// Ctrl-C cannot pause a network.
    #[error(
        "Ctrl-C cannot pause the network ({cause}); if another part of the program handles it, have that call `pause`"
    )]
    CtrlC {
        /// The error of the handler's registration.
        cause: Arc<dyn std::error::Error + Send + Sync>,
    },
    /// The network has been stopped.
    #[error("the network has been stopped; build a new one to run again")]
    Stopped,
    /// No workers.
    #[error("a network needs at least one worker; without `set_workers` it has one per core")]
    Workers,
    /// No shards.
    #[error("a process is cut into at least one shard")]
    Shards,
    /// A setting that can be changed before the network is compiled only.
    #[error(
        "the network is compiled; set workers, shards and the limit of memory before the first run"
    )]
    Compiled,
    /// A batch that the network cannot have.
    #[error("the batch of the network: {why}")]
    Batch {
        /// The reason, and what to do, in words.
        why: &'static str,
    },
    /// A seed for a network that has drawn from its seed already, or is compiled.
    #[error("the network's seed is in use; set it before Vars are read and before the first run")]
    Seed,
    /// A time step that no step can have.
    #[error("the time step is {dt}; give a positive number: `0.1 * ms`")]
    InvalidDt {
        /// The time step that was given.
        dt: Time,
    },
    /// A time step for a network that is compiled.
    #[error("the network is compiled; set the time step before the first run")]
    Dt,
    /// A run in model time of a network without a time step.
    #[error(
        "a run of {time} needs a time step, which no process of the network has; set one: `net.set_dt(0.1 * ms)`"
    )]
    NoDt {
        /// The length of the run.
        time: Time,
    },
    /// A run whose length is not a number of steps.
    #[error(
        "a run of {time} is not a whole number of steps of {dt}; the nearest that is takes {nearest}"
    )]
    Fraction {
        /// The length of the run.
        time: Time,
        /// The time step.
        dt: Time,
        /// The nearest length that is a number of steps, at least one.
        nearest: Time,
    },
    /// A process of another network.
    #[error("process `{process}` belongs to another network; use its own")]
    Foreign {
        /// The process.
        process: String,
    },
    /// A call that is made in one process only.
    #[error(
        "{call} is not possible for a network on several ranks; run it in one process for that"
    )]
    OnRanks {
        /// The call.
        call: &'static str,
    },
}

impl From<Refused> for StateError {
    fn from(refused: Refused) -> StateError {
        match refused {
            Refused::Running => StateError::Running,
            Refused::Halted(why) => StateError::Halted { why },
            Refused::Compiled => StateError::Compiled,
            Refused::Stopped => StateError::Stopped,
            Refused::Inside => StateError::Inside,
            Refused::Busy(what) => StateError::Busy { what },
            Refused::Deadlock => StateError::Deadlock,
        }
    }
}

impl From<Refused> for crate::Error {
    fn from(refused: Refused) -> crate::Error {
        StateError::from(refused).into()
    }
}

/// The error of a setting that can be changed while a network is being built: `compiled` after that.
pub(super) fn setting_error(refused: Refused, compiled: StateError) -> StateError {
    match refused {
        Refused::Stopped | Refused::Busy(_) | Refused::Deadlock => refused.into(),
        Refused::Running | Refused::Halted(_) | Refused::Compiled | Refused::Inside => compiled,
    }
}

/// The error of a Var whose network refuses to let it be read or written.
pub(super) fn var_error(refused: Refused) -> VarError {
    match refused {
        Refused::Running | Refused::Inside | Refused::Compiled => VarError::Running,
        Refused::Halted(_) | Refused::Stopped => VarError::Stopped,
        Refused::Busy(what) => VarError::Busy { what },
        Refused::Deadlock => VarError::Deadlock,
    }
}

/// There is no such process, port or Var.
#[derive(Debug, Clone, thiserror::Error)]
#[non_exhaustive]
pub enum PathError {
    /// A path without a dot.
    #[error("`{path}` is no path: name a process and what it has, as in `lif.v`")]
    NoMember {
        /// The path.
        path: String,
    },
    /// There is no process of this name.
    #[error(
        "`{path}` does not exist: there is no process `{process}` in this network{}",
        among(processes)
    )]
    Process {
        /// The path.
        path: String,
        /// The process.
        process: String,
        /// The names of the processes, the first ten.
        processes: Vec<String>,
    },
    /// The process has no such member.
    #[error(
        "`{path}` does not exist: the process has no {kind} of this name{}",
        among(members)
    )]
    Member {
        /// The path.
        path: String,
        /// The kind of member that was asked for.
        kind: &'static str,
        /// The members of this kind.
        members: Vec<String>,
    },
    /// The member is of another type.
    #[error("the {kind} `{path}` is not of `{given}`; ask for the type that its process declares")]
    Type {
        /// The path.
        path: String,
        /// The kind of member that was asked for.
        kind: &'static str,
        /// The type that was asked for.
        given: &'static str,
    },
}

/// The names that there are.
fn among(names: &[String]) -> String {
    if names.is_empty() {
        return String::new();
    }
    let names: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
    format!("; there is {}", names.join(", "))
}
