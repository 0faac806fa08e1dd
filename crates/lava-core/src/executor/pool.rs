//! The pool of workers and independent tasks, and the course of a run.

use std::sync::Arc;

use super::error::RunError;
use super::independent::{IndependentTask, IndependentTasks, SenderQueue};
use super::requests::Requests;
use super::step::{RunCommand, StepCallback};
use super::task::TaskId;
use super::thread::WorkerThread;
use super::worker::WorkerId;
use super::{Activity, Executor, Status};
use crate::data::PersistError;
use crate::sync::{Receiver, spin_until};
use crate::transport::{Clock, Coordinator, ParticipantActivity, QueueId};

/// The threads of a network. The thread that calls [`run`](WorkerPool::run) is worker 0; the others
/// wait for commands.
pub struct WorkerPool {
    // The threads end first, so that the tasks are dropped by the thread that drops the pool.
    workers: Vec<WorkerThread<RunCommand>>,
    independent: Option<IndependentTasks>,
    executor: Arc<Executor>,
}

impl WorkerPool {
    /// Spawns the threads. `queues` are those of the coordinator, by their ids.
    ///
    /// # Errors
    /// [`RunError::Thread`] if a thread cannot be spawned.
    pub fn spawn(
        executor: &Arc<Executor>,
        coordinator: &Arc<Coordinator>,
        tasks: Vec<IndependentTask>,
        queues: Vec<SenderQueue>,
    ) -> Result<WorkerPool, RunError> {
        let workers = (1..executor.workers.len()).map(|index| {
            let executor = Arc::clone(executor);
            let purpose = format!(
                "runs lockstep processes as worker {index} of {}",
                executor.workers.len()
            );
            WorkerThread::spawn(format!("lava worker {index}"), purpose, move |commands| {
                worker_main(&executor, WorkerId(index), commands);
            })
        });
        Ok(WorkerPool {
            executor: Arc::clone(executor),
            workers: workers.collect::<Result<_, _>>()?,
            independent: if tasks.is_empty() {
                None
            } else {
                Some(IndependentTasks::spawn(
                    executor,
                    coordinator,
                    tasks,
                    queues,
                )?)
            },
        })
    }

    /// Starts a run: it can be interrupted from then on.
    pub fn start_run(&self) {
        self.executor.start_run();
        if let Some(independent) = &self.independent {
            independent
                .coordinator()
                .start_run(self.executor.has_lockstep_tasks);
        }
    }

    /// Begins a run, whose steps [`run`](WorkerPool::run) makes, a part at a time.
    pub fn begin_run(&self) {
        if let Some(independent) = &self.independent {
            independent.begin_run(self.executor.workers[0].clock.tick());
        }
    }

    /// The steps since the network was compiled: those of the lockstep group; without one, the most that a
    /// detached task has made.
    pub fn tick(&self) -> u64 {
        self.furthest(Clock::tick).unwrap_or(0)
    }

    /// The steps since the network was compiled or reset, as [`tick`](WorkerPool::tick); on several ranks the same
    /// on all, also after a failure of one.
    pub fn time_step(&self) -> u64 {
        let step = self.furthest(Clock::time_step).unwrap_or(0);
        step.min(self.executor.failed_step())
    }

    /// Returns `true` if a task makes steps.
    pub fn has_steps(&self) -> bool {
        self.furthest(Clock::tick).is_some()
    }

    fn furthest(&self, time: fn(&Clock) -> u64) -> Option<u64> {
        match &self.independent {
            Some(independent) if !self.executor.has_lockstep_tasks => independent.furthest(time),
            _ => Some(time(&self.executor.workers[0].clock)),
        }
    }

    /// Makes `steps` steps of a run, and calls `on_step` after each if there is one. Returns the requests
    /// that ended the run early.
    ///
    /// # Errors
    /// The failure that ended the run.
    pub fn run(
        &self,
        steps: u64,
        on_step: Option<&mut StepCallback<'_>>,
    ) -> Result<Requests, RunError> {
        let command = RunCommand {
            steps,
            has_callback: on_step.is_some(),
        };
        let has_lockstep_tasks = self.executor.has_lockstep_tasks;
        self.executor.begin_steps(command)?;
        if let Some(independent) = &self.independent {
            let tick = self.executor.workers[0].clock.tick();
            independent.send(has_lockstep_tasks.then_some(tick), steps);
        }
        self.workers.iter().for_each(|worker| worker.send(command));
        let mut requests = if has_lockstep_tasks {
            self.executor.run_steps(WorkerId(0), command, on_step)
        } else {
            Requests::NONE
        };
        if let Some(independent) = &self.independent {
            if has_lockstep_tasks {
                independent.leave_lockstep();
                self.executor.wake_sources();
            }
            independent.coordinator().join();
            requests |= self.executor.requested_end();
        }
        self.executor.end_steps(requests)
    }

    /// Requests the end of the run.
    pub fn interrupt(&self, requests: Requests) {
        self.executor.interrupt(requests);
        if let Some(independent) = &self.independent {
            independent.coordinator().request_end();
        }
        self.executor.wake_sources();
    }

    /// The activity of each independent task.
    pub fn independent_status(&self) -> Vec<Status> {
        let tasks = self.independent.iter();
        tasks
            .flat_map(IndependentTasks::activities)
            .map(|(task, transitions, activity)| self.status_of(task, transitions, activity))
            .collect()
    }

    fn status_of(&self, id: TaskId, progress: u64, activity: ParticipantActivity) -> Status {
        let label = self.executor.label(id).clone();
        let (process, model) = (label.process, label.model);
        Status {
            worker: None,
            progress,
            activity: match activity {
                ParticipantActivity::Finished => None,
                ParticipantActivity::Running => Some(Activity::RunningModel { process, model }),
                ParticipantActivity::Receiving => Some(Activity::WaitingForMessages { process }),
                ParticipantActivity::Sending => Some(Activity::WaitingToSend { process }),
            },
        }
    }

    /// Resets the clocks of independent tasks, drops the messages in all queues, and forgets the last failure.
    pub fn reset(&self) {
        self.executor.forget_failed_step();
        self.independent.iter().for_each(IndependentTasks::reset);
    }

    /// The queues between timing domains, by their ids.
    pub fn queues(&self) -> &[SenderQueue] {
        let independent = self.independent.as_ref();
        independent.map_or(&[], IndependentTasks::queues)
    }

    /// Replaces the messages of a queue by those that were saved, of `len` elements each.
    ///
    /// # Errors
    /// [`PersistError`] if they are no messages of this length; the queue is as it was.
    pub fn load_queue(
        &self,
        id: QueueId,
        len: usize,
        bytes: &mut &[u8],
    ) -> Result<(), PersistError> {
        if let Some(independent) = &self.independent {
            let count = self.queues()[id.index()].queue.load(len, bytes)?;
            independent.coordinator().set_len(id, count);
        }
        Ok(())
    }

    /// Drops the messages that a task has sent into queues.
    pub fn reset_task(&self, task: TaskId) {
        let independent = self.independent.iter();
        independent.for_each(|independent| independent.reset_task(task));
    }
}

impl std::fmt::Debug for WorkerPool {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "WorkerPool of {:?}", self.executor)
    }
}

/// Runs as often as it is commanded. Spins for a moment after each run, because the next one often
/// follows at once.
fn worker_main(executor: &Executor, id: WorkerId, commands: &Receiver<RunCommand>) {
    loop {
        spin_until(|| !commands.is_empty());
        match commands.recv() {
            Ok(command) => executor.run_steps(id, command, None),
            Err(_) => return,
        };
    }
}
