//! The executor: it runs tasks.
//!
//! A worker runs its schedule once per step, without locks, queues or allocation. Workers wait for
//! each other where a message crosses between them within a step, and meet at a barrier at the end of
//! every phase ([`StepSync`]). Independent tasks, asynchronous or detached, have a thread each; they
//! and the one worker that exchanges messages with them are synchronised by the coordinator, and the
//! [`InputGate`] holds a step until its asynchronous inputs are ready. Nothing here knows what a task
//! computes or how it was placed.
//!
//! The synchronisation is checked under model checkers, with a pause, a stop, an error or a panic at
//! any point (`tests/interleavings`).

mod activity;
mod async_run;
mod barrier;
mod error;
mod exchange;
mod hook;
mod independent;
mod input_gate;
mod phase;
mod pool;
mod profiler;
mod rank_sync;
mod remote;
mod requests;
mod schedule;
mod step;
mod step_sync;
mod task;
mod tasks;
mod thread;
mod worker;

pub use activity::{Activity, Status};
pub use async_run::{AsyncRun, Selectable};
pub use barrier::Barrier;
pub use error::{Failure, RunError, error_text, panic_message};
pub use exchange::{RankExchange, RankRings, RemoteTask};
pub use hook::StepHook;
pub use independent::{DetachedLoop, IndependentTask, Mode, SenderQueue};
pub use input_gate::InputGate;
pub use phase::Phase;
pub use pool::WorkerPool;
pub use profiler::{Profiler, TaskStats};
pub use rank_sync::{Intervals, RankSync};
pub use remote::RemoteVars;
pub use requests::{ModelRequests, Requests};
pub use schedule::{Progress, TaskSlot, WorkerSchedule};
pub use step::StepCallback;
pub use step_sync::StepSync;
pub use task::{Task, TaskError, TaskId, TaskLabel};
pub use tasks::Tasks;
pub use worker::{Worker, WorkerId};

use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering::Relaxed};

use crate::sync::{Mutex, NetworkId, Scope, ScopeGuard, lock};
use crate::transport::{Agreement, FailurePlace, RankError, RankGroup, Readiness};
use step::RunCommand;
use worker::WorkerState;

/// The state that all workers and independent tasks share.
pub struct Executor {
    network: NetworkId,
    tasks: Tasks,
    workers: Vec<Worker>,
    /// By task.
    labels: Vec<TaskLabel>,
    sync: StepSync,
    gate: Option<InputGate>,
    /// The sources outside the network that all tasks need.
    sources: Vec<Arc<dyn Readiness>>,
    has_lockstep_tasks: bool,
    /// The ranks that run the network together, if there are several.
    ranks: Option<Arc<RankSync>>,
    /// The tasks of this rank that receive messages late.
    late: Vec<TaskId>,
    /// The most steps by which they do.
    latest: usize,
    failure: Mutex<Option<Failed>>,
    /// There is a failure: a run that has none takes no lock to see it.
    has_failed: AtomicBool,
    /// The step of another rank's failure, which this one has learned of in a later step; [`NO_STEP`] otherwise.
    failed_step: AtomicU64,
}

/// No step.
const NO_STEP: u64 = u64::MAX;

/// The failure to report: among the failures of one step, that of the process declared first.
struct Failed {
    task: TaskId,
    error: RunError,
}

impl Executor {
    /// An executor of the `tasks` of a network; their names are `labels`.
    pub fn new(
        network: NetworkId,
        tasks: Tasks,
        workers: Vec<Worker>,
        labels: Vec<TaskLabel>,
        gate: Option<InputGate>,
        sources: Vec<Arc<dyn Readiness>>,
    ) -> Executor {
        let mut ids = (0..).map(WorkerId).zip(&workers);
        debug_assert!(ids.all(|(id, worker)| worker.id == id));
        let has_slots = |worker: &Worker| !lock(&worker.schedule).slots.is_empty();
        Executor {
            network,
            sync: StepSync::new(workers.len()),
            has_lockstep_tasks: workers.iter().any(has_slots),
            gate,
            sources,
            tasks,
            workers,
            labels,
            ranks: None,
            late: Vec::new(),
            latest: 0,
            failure: Mutex::new(None),
            has_failed: AtomicBool::new(false),
            failed_step: AtomicU64::new(NO_STEP),
        }
    }

    /// The same executor as that of one of several ranks. `late` tasks receive messages late, by up to `latest` steps.
    #[must_use]
    pub fn on_ranks(mut self, ranks: Arc<RankSync>, late: Vec<TaskId>, latest: usize) -> Executor {
        // A rank without tasks takes part in every step.
        self.has_lockstep_tasks = true;
        self.ranks = Some(ranks);
        self.late = late;
        self.latest = latest;
        self
    }

    /// The tasks.
    pub fn tasks(&self) -> &Tasks {
        &self.tasks
    }

    /// The workers, by their ids.
    pub fn workers(&self) -> &[Worker] {
        &self.workers
    }

    /// Returns `true` if there is a lockstep task.
    pub fn has_lockstep_tasks(&self) -> bool {
        self.has_lockstep_tasks
    }

    /// The names of a task.
    pub fn label(&self, id: TaskId) -> &TaskLabel {
        &self.labels[id.index()]
    }

    /// Marks the current thread as one that runs tasks, until the guard is dropped.
    fn enter(&self) -> ScopeGuard {
        Scope::Run.enter(self.network)
    }

    /// Starts a run: it can be interrupted from then on.
    fn start_run(&self) {
        self.forget_failed_step();
        self.sync.start_run();
    }

    /// The step of another rank's failure, if the last run has ended with one.
    fn failed_step(&self) -> u64 {
        self.failed_step.load(Relaxed)
    }

    fn forget_failed_step(&self) {
        self.failed_step.store(NO_STEP, Relaxed);
    }

    /// Begins steps together with the other ranks.
    fn begin_steps(&self, command: RunCommand) -> Result<(), RunError> {
        let Some(ranks) = &self.ranks else {
            return Ok(());
        };
        let RunCommand {
            steps,
            has_callback,
        } = command;
        let clock = &self.workers[0].clock;
        let step = clock.time_step();
        let in_words = match steps {
            u64::MAX => "a run without end".to_owned(),
            steps => format!("a run of {steps} steps"),
        };
        let callback = if has_callback {
            ", with a callback"
        } else {
            ""
        };
        let call = format!("{in_words} after step {step}{callback}");
        ranks.group().check_steps()?;
        ranks.group().call(&call, &[])?;
        ranks.begin_run(clock.tick(), steps, has_callback);
        Ok(())
    }

    /// Ends steps: other calls on the ranks can be made again. Returns the requests that ended the run, on
    /// several ranks those of all.
    fn end_steps(&self, requests: Requests) -> Result<Requests, RunError> {
        let Some(ranks) = &self.ranks else {
            return self.take_failure().map_or(Ok(requests), |f| Err(f.error));
        };
        let noted = ranks.end_run();
        if !self.has_failed.load(Relaxed) {
            self.catch_up();
        }
        let requests = requests.without(Requests::AGREED) | noted;
        self.agreed_end(ranks.group(), requests)
    }

    /// Agrees with all ranks on the requests that ended the run, or the failure.
    fn agreed_end(&self, ranks: &RankGroup, requests: Requests) -> Result<Requests, RunError> {
        let failed = self.take_failure();
        let step = self.workers[0].clock.time_step();
        let outcome = match &failed {
            None => Ok(()),
            Some(Failed { task, error }) => {
                let task = task.index() as u64;
                Err((FailurePlace { step, task }, error_text(error)))
            }
        };
        match ranks.agree("the end of a run", requests.bits(), outcome) {
            Ok((Agreement::Success(()), flags)) => Ok(Requests::from_bits(flags)),
            Ok((Agreement::Failure { rank, place, error }, _)) => {
                // A phase may fail after others have ended the step.
                if place.step <= step {
                    self.withdraw(place.step);
                }
                Err(RunError::Rank { rank, error })
            }
            // What this rank knows itself says more than that the others can no longer be asked.
            Err(error) => Err(match failed {
                Some(failed) if !matches!(error, RankError::Differ { .. }) => failed.error,
                _ => RunError::Ranks(error),
            }),
        }
    }

    /// Withdraws what was observed since the step of another rank's failure.
    fn withdraw(&self, failed_step: u64) {
        self.failed_step.store(failed_step, Relaxed);
        for worker in &self.workers {
            let hooks = &mut lock(&worker.schedule).hooks;
            hooks
                .iter_mut()
                .for_each(|(_, hook)| hook.withdraw(failed_step));
        }
    }

    /// Lets tasks take the messages that would arrive late in the next run, those of one step after the other:
    /// between runs.
    pub fn catch_up(&self) {
        for &task in (0..self.latest).flat_map(|_| &self.late) {
            let caught_up = self.call_task(task, Phase::Spike, |task| {
                task.catch_up();
                Ok(())
            });
            if let Err(error) = caught_up {
                self.record_failure(task, error);
            }
        }
    }

    /// Requests the end of the run after the current step.
    fn interrupt(&self, requests: Requests) {
        self.sync.request(requests);
    }

    /// Returns `true` if the end of the run was requested.
    pub fn is_interrupted(&self) -> bool {
        !self.sync.requested().is_empty()
    }

    /// The pause or stop that was requested from outside.
    fn requested_end(&self) -> Requests {
        self.sync.requested().and(Requests::END)
    }

    /// Wakes tasks that wait for a source outside the network, to check whether the run has ended.
    fn wake_sources(&self) {
        self.sources.iter().for_each(|source| source.wake());
    }

    /// Ends the run of all because an independent task has failed.
    #[cold]
    fn fail_independent(&self, task: TaskId, error: RunError) {
        let requests = self.record_failure(task, error);
        self.interrupt(requests);
    }

    /// Records a failure for [`take_failure`](Executor::take_failure).
    #[cold]
    fn record_failure(&self, task: TaskId, error: RunError) -> Requests {
        let mut failure = lock(&self.failure);
        if failure.as_ref().is_none_or(|earlier| task < earlier.task) {
            *failure = Some(Failed { task, error });
        }
        // The threads of a run meet before its end.
        self.has_failed.store(true, Relaxed);
        Requests::ABORT
    }

    /// Takes the failure that ended the run.
    fn take_failure(&self) -> Option<Failed> {
        if !self.has_failed.load(Relaxed) {
            return None;
        }
        self.has_failed.store(false, Relaxed);
        lock(&self.failure).take()
    }

    /// The activity of each worker.
    pub fn status(&self) -> Vec<Status> {
        let ids = (0..self.workers.len()).map(WorkerId);
        ids.map(|id| self.worker_status(id)).collect()
    }

    fn worker_status(&self, id: WorkerId) -> Status {
        let worker = &self.workers[id.index()];
        let activity = match worker.state() {
            WorkerState::AtBarrier => Activity::AtBarrier,
            WorkerState::AtGate => Activity::AtGate,
            WorkerState::Running(task) => {
                let TaskLabel { process, model } = self.label(task).clone();
                Activity::RunningModel { process, model }
            }
            WorkerState::Waiting(task) => Activity::WaitingForMessages {
                process: Arc::clone(&self.label(task).process),
            },
        };
        Status {
            worker: Some(id),
            progress: worker.clock.time_step(),
            activity: Some(activity),
        }
    }

    /// Calls `act` with a task outside a run; an error or panic is reported as one of `phase`.
    ///
    /// # Errors
    /// That of `act`, with the names of the task; or its panic.
    pub fn call_task<R>(
        &self,
        id: TaskId,
        phase: Phase,
        act: impl FnOnce(&mut dyn Task) -> Result<R, TaskError>,
    ) -> Result<R, RunError> {
        let step = self.workers[0].clock.time_step();
        match catch_unwind(AssertUnwindSafe(|| self.tasks.with(id, act))) {
            Ok(Ok(value)) => Ok(value),
            Ok(Err(cause)) => Err(self.label(id).error(phase, step, Ok(cause))),
            Err(panic) => Err(self.label(id).error(phase, step, Err(panic))),
        }
    }
}

impl Drop for Executor {
    fn drop(&mut self) {
        let labels = &self.labels;
        self.tasks.clear(|task| {
            let TaskLabel { process, model } = &labels[task];
            format!("process `{process}` (model `{model}`)")
        });
    }
}

impl fmt::Debug for Executor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (tasks, workers) = (self.tasks.len(), self.workers.len());
        write!(f, "Executor of {tasks} tasks on {workers} workers")
    }
}
