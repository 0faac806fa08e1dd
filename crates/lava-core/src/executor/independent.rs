//! Independent tasks: asynchronous or detached, each on a thread of its own.

use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use super::Executor;
use super::async_run::AsyncRun;
use super::error::RunError;
use super::input_gate::wait_all;
use super::phase::Phase;
use super::remote::RemoteVars;
use super::requests::Requests;
use super::task::{Task, TaskError, TaskId};
use super::thread::WorkerThread;
use crate::sync::{Mutex, lock};
use crate::transport::{
    Clock, Coordinator, ErasedQueue, Forward, ParticipantActivity, ParticipantId, QueueId,
    QueueReader, QueueSet, Readiness, WaitOutcome,
};

/// The independent tasks of a network and their threads.
pub(super) struct IndependentTasks {
    coordinator: Arc<Coordinator>,
    /// By participant.
    tasks: Vec<TaskId>,
    threads: Vec<WorkerThread<u64>>,
    /// By participant; only detached tasks have one.
    clocks: Vec<Option<Arc<Clock>>>,
    /// The ticks of the clocks when the run began, first that of the lockstep group.
    began: Mutex<(u64, Vec<u64>)>,
    /// By their ids.
    queues: Vec<SenderQueue>,
}

/// A queue, with the task that sends into it.
#[derive(Clone)]
pub struct SenderQueue {
    /// The sender.
    pub task: TaskId,
    /// The queue.
    pub queue: Arc<dyn ErasedQueue>,
}

/// A task with a thread of its own.
#[derive(Debug)]
pub struct IndependentTask {
    /// The task.
    pub task: TaskId,
    /// Its id at the coordinator.
    pub participant: ParticipantId,
    /// Its mode.
    pub mode: Mode,
}

/// The mode in which an independent task runs.
#[derive(Debug)]
pub enum Mode {
    /// Without steps.
    Async,
    /// In steps of its own.
    Detached(DetachedLoop),
}

/// The step loop of a detached task: it takes a step when every connection has a message.
pub struct DetachedLoop {
    /// Its clock.
    pub clock: Arc<Clock>,
    /// The queues that it receives from.
    pub queues: QueueSet,
    /// The readers of these queues.
    pub readers: Vec<Box<dyn QueueReader>>,
    /// The sources outside the network that it needs.
    pub sources: Vec<Arc<dyn Readiness>>,
    /// Forwarders of its messages.
    pub forwarders: Vec<Box<dyn Forward>>,
    /// Its messages may come back to it: there may always be another.
    pub is_on_cycle: bool,
    /// The current phase.
    pub phase: Phase,
}

impl IndependentTasks {
    /// Spawns the threads.
    pub(super) fn spawn(
        executor: &Arc<Executor>,
        coordinator: &Arc<Coordinator>,
        tasks: Vec<IndependentTask>,
        queues: Vec<SenderQueue>,
    ) -> Result<IndependentTasks, RunError> {
        let clocks = tasks.iter().map(IndependentTask::clock).collect();
        let ids = tasks.iter().map(|task| task.task).collect();
        let threads = tasks.into_iter().map(|mut task| {
            let (executor, coordinator) = (Arc::clone(executor), Arc::clone(coordinator));
            let process = &executor.label(task.task).process;
            let name = format!("lava {process}");
            let purpose = format!("runs the asynchronous or detached process `{process}`");
            WorkerThread::spawn(name, purpose, move |commands| {
                for steps in commands {
                    task.run(&executor, &coordinator, steps);
                    coordinator.finish(task.participant);
                }
            })
        });
        Ok(IndependentTasks {
            threads: threads.collect::<Result<_, _>>()?,
            coordinator: Arc::clone(coordinator),
            tasks: ids,
            clocks,
            began: Mutex::default(),
            queues,
        })
    }

    pub(super) fn coordinator(&self) -> &Coordinator {
        &self.coordinator
    }

    /// Notes the beginning of a run at a tick of the lockstep group. Every detached task makes as many steps
    /// of it as the group.
    pub(super) fn begin_run(&self, lockstep: u64) {
        *lock(&self.began) = (lockstep, self.ticks().collect());
    }

    /// Starts every independent task for `steps` more steps of the run. `lockstep` is the tick of the lockstep
    /// group, if there is one.
    pub(super) fn send(&self, lockstep: Option<u64>, steps: u64) {
        let (first, began) = &*lock(&self.began);
        let made = self.ticks().zip(began).map(|(tick, began)| tick - began);
        let made = lockstep.map_or(made.max().unwrap_or(0), |tick| tick - first);
        for ((thread, clock), began) in self.threads.iter().zip(&self.clocks).zip(began) {
            let steps = clock.as_ref().map_or(steps, |clock| {
                let end = began.saturating_add(made).saturating_add(steps);
                end.saturating_sub(clock.tick())
            });
            thread.send(steps);
        }
    }

    /// The most that `time` returns for the clock of a detached task. Returns `None` if there is no such task.
    pub(super) fn furthest(&self, time: fn(&Clock) -> u64) -> Option<u64> {
        let clocks = self.clocks.iter().flatten();
        clocks.map(|clock| time(clock)).max()
    }

    /// By participant.
    fn ticks(&self) -> impl Iterator<Item = u64> {
        let clocks = self.clocks.iter();
        clocks.map(|clock| clock.as_ref().map_or(0, |clock| clock.tick()))
    }

    /// The activity of each task, with the number of changes of its status.
    pub(super) fn activities(&self) -> Vec<(TaskId, u64, ParticipantActivity)> {
        let tasks = self.tasks.iter().zip(self.coordinator.activities());
        tasks
            .map(|(task, (transitions, activity))| (*task, transitions, activity))
            .collect()
    }

    /// Marks the run of the lockstep group as finished.
    pub(super) fn leave_lockstep(&self) {
        self.coordinator.finish(self.coordinator.lockstep_id());
    }

    /// The queues, by their ids.
    pub(super) fn queues(&self) -> &[SenderQueue] {
        &self.queues
    }

    /// Resets the clocks and drops the messages in all queues.
    pub(super) fn reset(&self) {
        let clocks = self.clocks.iter().flatten();
        clocks.for_each(|clock| clock.reset());
        self.clear_queues(|_| true);
    }

    /// Drops the messages that a task has sent.
    pub(super) fn reset_task(&self, task: TaskId) {
        self.clear_queues(|queue| queue.task == task);
    }

    fn clear_queues(&self, is_cleared: impl Fn(&SenderQueue) -> bool) {
        for (id, queue) in self.queues.iter().enumerate() {
            if is_cleared(queue) {
                self.coordinator.set_len(QueueId(id), 0);
                queue.queue.clear();
            }
        }
    }
}

impl IndependentTask {
    /// The clock of a detached task.
    fn clock(&self) -> Option<Arc<Clock>> {
        match &self.mode {
            Mode::Async => None,
            Mode::Detached(detached) => Some(Arc::clone(&detached.clock)),
        }
    }

    /// Runs for the time of a run.
    fn run(&mut self, executor: &Executor, coordinator: &Coordinator, steps: u64) {
        let _guard = executor.enter();
        let IndependentTask {
            task: id,
            participant,
            mode,
        } = self;
        let end_run = || {
            coordinator.request_end();
            executor.wake_sources();
        };
        let interrupt = |requests| {
            executor.interrupt(requests);
            end_run();
        };
        let run = AsyncRun::new(steps, *participant, coordinator, &interrupt);
        let act = || {
            executor.tasks.with(*id, |task| match mode {
                Mode::Async => task.run_async(&run),
                Mode::Detached(detached) => {
                    detached.run(task, executor, coordinator, *participant, steps)
                }
            })
        };
        let failure = match catch_unwind(AssertUnwindSafe(act)) {
            Ok(Ok(requests)) if requests.is_empty() => return,
            Ok(Ok(requests)) => return interrupt(requests),
            Ok(Err(cause)) => Ok(cause),
            Err(panic) => Err(panic),
        };
        let (phase, step) = match mode {
            Mode::Async => (Phase::Async, 0),
            Mode::Detached(detached) => (detached.phase, detached.clock.time_step()),
        };
        let error = executor.label(*id).error(phase, step, failure);
        executor.fail_independent(*id, error);
        end_run();
    }
}

impl DetachedLoop {
    /// Runs at most `steps` steps, until no more messages come. Returns the model's requests.
    fn run(
        &mut self,
        task: &mut dyn Task,
        executor: &Executor,
        coordinator: &Coordinator,
        participant: ParticipantId,
        steps: u64,
    ) -> Result<Requests, TaskError> {
        for _ in 0..steps {
            if !self.wait_for_input(coordinator, participant) {
                break;
            }
            let requests = self.step(task, executor)?;
            let forwarders = self.forwarders.iter_mut();
            forwarders.for_each(|forwarder| forwarder.forward());
            if requests.intersects(Requests::END) {
                return Ok(requests);
            }
        }
        Ok(Requests::NONE)
    }

    /// Waits until every connection has a message. Returns `false` if there will be none.
    fn wait_for_input(&self, coordinator: &Coordinator, participant: ParticipantId) -> bool {
        let is_ending = || coordinator.is_ending(participant);
        if (self.readers.is_empty() || self.is_on_cycle) && is_ending() {
            return false;
        }
        let ports = std::slice::from_ref(&self.queues);
        let arrives =
            || coordinator.wait_for_message(participant, ports, None) == WaitOutcome::Ready;
        (self.readers.is_empty() || arrives()) && wait_all(&self.sources, &is_ending)
    }

    fn step(&mut self, task: &mut dyn Task, executor: &Executor) -> Result<Requests, TaskError> {
        self.clock.advance();
        let tick = self.clock.tick();
        self.readers.iter_mut().for_each(|reader| reader.fill(tick));
        self.phase = Phase::Spike;
        let mut requests = task.spike()?;
        self.clock.end_spiking();
        for (flag, phase) in Phase::GUARDED {
            if requests.intersects(flag) {
                self.phase = phase;
                requests |= task.phase(phase, &mut RemoteVars::new(&executor.tasks))?;
            }
        }
        Ok(requests)
    }
}

impl fmt::Debug for DetachedLoop {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DetachedLoop")
            .field("queues", &self.queues)
            .field("phase", &self.phase)
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for SenderQueue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SenderQueue")
            .field("task", &self.task)
            .finish_non_exhaustive()
    }
}
