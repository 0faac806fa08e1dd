//! Errors of a network's life cycle and of paths.

/// The network is not in a state in which it can do what was asked.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum StateError {
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
        "a model or callback cannot wait for the end of its own run; in a model ask `Context::pause` or `Context::stop`, in a callback return `StepAction::Pause` or `StepAction::Stop`"
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
    /// No workers.
    #[error("a network needs at least one worker")]
    Workers,
    /// Something that can be set before compiling only.
    #[error("the network is compiled; set the number of workers before the first run")]
    Compiled,
    /// A seed for a network that has drawn from its seed already, or is compiled.
    #[error("the network's seed is in use; set it before Vars are read and before the first run")]
    Seed,
    /// A process of another network.
    #[error("process `{process}` belongs to another network; use its own")]
    Foreign {
        /// The process.
        process: String,
    },
}

/// A path leads nowhere.
#[derive(Debug, Clone, thiserror::Error)]
#[non_exhaustive]
pub enum PathError {
    /// There is no process of this name.
    #[error("`{path}` leads nowhere: there is no process `{process}` in this network")]
    Process {
        /// The path.
        path: String,
        /// The process.
        process: String,
    },
    /// The process has no such member.
    #[error("`{path}` leads nowhere: the process has no {what} of this name")]
    Member {
        /// The path.
        path: String,
        /// What was looked for.
        what: &'static str,
    },
    /// The member is of another type.
    #[error("the {what} `{path}` is not of `{given}`; ask for the type that its process declares")]
    Type {
        /// The path.
        path: String,
        /// What was looked for.
        what: &'static str,
        /// The type that was asked for.
        given: &'static str,
    },
}
