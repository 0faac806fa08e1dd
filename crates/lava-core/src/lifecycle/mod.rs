//! The life cycle of a network: one state machine under one lock.
//!
//! A network has a *stage*, and at most one *transition* of it at a time: a thread that makes, reads,
//! sets, resets or drops models. The stage stays in place meanwhile, so that every thread can look at
//! it; the user's code runs without the lock. A thread that asks for a transition waits until the one
//! under way is over; a transition that is asked for by code which a transition calls is refused.
//!
//! [`Lifecycle`] knows nothing of graphs and models: `D` is what a network keeps beside its stage,
//! `E` the engine. So a model checker can try every order of its operations.

mod addition;
mod run;
mod stage;
mod transition;

pub use addition::Addition;
pub use run::{RunEnd, Session, Suspension};
pub use stage::{RunControl, Stage};
pub use transition::{Stopping, Transition};

use crate::executor::Requests;
use crate::sync::{
    Condvar, Deadline, Mutex, MutexGuard, NetworkId, Scope, WaitCycle, lock, wait, wait_until,
};

/// The state machine of a network.
#[derive(Debug)]
pub struct Lifecycle<D, E> {
    network: NetworkId,
    state: Mutex<LifecycleState<D, E>>,
    /// Notified when a run, a transition, an addition or the callbacks of a run are over.
    changed: Condvar,
}

/// The state of a network.
#[derive(Debug)]
pub struct LifecycleState<D, E> {
    /// The data of the network.
    pub data: D,
    stage: Stage<E>,
    /// The transition under way, in words.
    transition: Option<&'static str>,
    /// The processes under construction.
    additions: usize,
    /// The number of sessions that have begun: of runs with their callbacks.
    sessions: u64,
    /// The sessions that have not ended.
    open: Vec<u64>,
    /// The session whose callbacks may be called.
    callbacks: Option<u64>,
    /// The session of the current or last run.
    run: u64,
    /// The requests for the end of the current run.
    requested: Requests,
    /// The run is between two steps, and its thread makes changes.
    is_suspended: bool,
    /// The threads that wait to stop the network: no other transition begins.
    stopping: usize,
    /// The threads that wait for `changed`.
    waiting: usize,
}

/// The state machine refuses an operation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refused {
    /// The network is running.
    Running,
    /// It has halted, for this reason.
    Halted(String),
    /// It is compiled, between runs.
    Compiled,
    /// It has been stopped.
    Stopped,
    /// A model or callback would wait for its own run.
    Inside,
    /// The operation comes from code that this transition calls.
    Busy(&'static str),
    /// Models of several networks would wait for each other.
    Deadlock,
}

/// The lock of the state.
pub type StateGuard<'a, D, E> = MutexGuard<'a, LifecycleState<D, E>>;

/// The end of a wait: the lock, and `true` if the deadline has passed; or the lock and the refusal.
type Waited<'a, D, E> = Result<(StateGuard<'a, D, E>, bool), (StateGuard<'a, D, E>, Refused)>;

impl<D, E: RunControl> Lifecycle<D, E> {
    /// The machine of a network that is being built.
    pub fn new(data: D) -> Lifecycle<D, E> {
        Lifecycle {
            network: NetworkId::new(),
            state: Mutex::new(LifecycleState {
                data,
                stage: Stage::Building,
                transition: None,
                additions: 0,
                sessions: 0,
                open: Vec::new(),
                callbacks: None,
                run: 0,
                requested: Requests::NONE,
                is_suspended: false,
                stopping: 0,
                waiting: 0,
            }),
            changed: Condvar::new(),
        }
    }

    /// The identity of the network.
    pub fn network(&self) -> NetworkId {
        self.network
    }

    /// Locks the state, to look at it. No code of a user may run under this lock.
    pub fn lock(&self) -> StateGuard<'_, D, E> {
        lock(&self.state)
    }

    /// The state, which no other thread can reach.
    pub fn get_mut(&mut self) -> &mut LifecycleState<D, E> {
        let state = self.state.get_mut();
        state.unwrap_or_else(std::sync::PoisonError::into_inner)
    }

    /// The innermost scope of this network on the current thread.
    pub fn scope(&self) -> Option<Scope> {
        Scope::innermost(self.network)
    }

    /// Waits until `blocked` returns `None`, or until `deadline`; it returns the scope whose end is
    /// awaited, or an error. Calls `on_wait` before each wait that is not refused. Returns `true`
    /// beside the lock if the deadline has passed.
    fn until<'a>(
        &'a self,
        mut state: StateGuard<'a, D, E>,
        deadline: Option<Deadline>,
        blocked: impl Fn(&LifecycleState<D, E>) -> Result<Option<Scope>, Refused>,
        mut on_wait: impl FnMut(&mut LifecycleState<D, E>, Scope),
    ) -> Waited<'a, D, E> {
        let mut timed_out = false;
        loop {
            let awaited = match blocked(&state) {
                Ok(Some(awaited)) => awaited,
                Ok(None) => return Ok((state, false)),
                Err(refused) => return Err((state, refused)),
            };
            if timed_out {
                return Ok((state, true));
            }
            let _guard = match awaited.wait(self.network) {
                Ok(guard) => guard,
                Err(WaitCycle::Others) => return Err((state, Refused::Deadlock)),
                Err(WaitCycle::Itself) => {
                    let refused = state.refused_to_itself(awaited);
                    return Err((state, refused));
                }
            };
            on_wait(&mut state, awaited);
            state.waiting += 1;
            (state, timed_out) = match deadline {
                None => (wait(&self.changed, state), false),
                Some(deadline) => wait_until(&self.changed, state, deadline),
            };
            state.waiting -= 1;
        }
    }

    /// As [`until`](Lifecycle::until), without a deadline and with nothing to do before a wait.
    fn until_free(
        &self,
        blocked: impl Fn(&LifecycleState<D, E>) -> Result<Option<Scope>, Refused>,
    ) -> Result<StateGuard<'_, D, E>, Refused> {
        match self.until(self.lock(), None, blocked, |_, _| {}) {
            Ok((state, _)) => Ok(state),
            Err((_, refused)) => Err(refused),
        }
    }

    /// Wakes the threads that wait for a change of the state.
    fn notify(&self, state: &LifecycleState<D, E>) {
        // A notification is a system call even if no thread waits.
        if state.waiting > 0 {
            self.changed.notify_all();
        }
    }
}

impl Refused {
    /// The state of the network, in words.
    pub fn state(&self) -> &'static str {
        match self {
            Refused::Running | Refused::Inside => "running",
            Refused::Halted(_) => "halted",
            Refused::Compiled => "compiled",
            Refused::Stopped => "stopped",
            Refused::Busy(what) => what,
            Refused::Deadlock => "waiting for this thread",
        }
    }
}

impl<D, E: RunControl> LifecycleState<D, E> {
    /// The stage.
    pub fn stage(&self) -> &Stage<E> {
        &self.stage
    }

    /// The stage in words, or the transition under way.
    pub fn name(&self) -> &'static str {
        self.transition.unwrap_or_else(|| self.stage.name())
    }

    /// Returns `true` if a run is on.
    pub fn is_running(&self) -> bool {
        matches!(self.stage, Stage::Running(_))
    }

    /// Returns `true` if the end of the run, or of the network, was requested.
    pub fn is_ending(&self) -> bool {
        let end = Requests::PAUSE | Requests::STOP;
        self.stopping > 0 || self.requested.intersects(end)
    }

    /// Requests the end of the run; does nothing without one.
    pub fn interrupt(&mut self, requests: Requests) {
        if let Stage::Running(engine) = &self.stage
            && self.requested.and(requests) != requests
        {
            self.requested |= requests;
            engine.interrupt(requests);
        }
    }

    /// The error of a thread that would wait for itself.
    fn refused_to_itself(&self, awaited: Scope) -> Refused {
        match awaited {
            Scope::Run | Scope::Change => Refused::Inside,
            Scope::Transition => Refused::Busy(self.transition.unwrap_or("changing")),
            Scope::Callback => Refused::Busy("calling its callbacks"),
            Scope::Addition => Refused::Busy("adding a process"),
        }
    }
}
