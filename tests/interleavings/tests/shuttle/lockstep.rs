//! Workers that run tasks in lockstep: pauses, stops, errors and panics.

use std::panic::resume_unwind;
use std::sync::Arc;

use lava_core::data::Payload;
use lava_core::executor::{
    Executor, Phase, Progress, RemoteVars, Requests, RunError, StepHook, Task, TaskError, TaskId,
    TaskLabel, TaskSlot, Tasks, Worker, WorkerId, WorkerPool, WorkerSchedule,
};
use lava_core::sync::{JoinHandle, Mutex, NetworkId, lock, spawn};
use lava_core::transport::{Clock, Coordinator, ErasedRing, MessageRing, RingWriter};

use crate::check::check;

/// The number of steps of a run.
const STEPS: u64 = 3;

/// By task: the tasks that it receives from, and the delay in steps.
const SOURCES: [&[(usize, u64)]; 5] = [
    &[(4, 1)],
    &[(0, 0)],
    &[(0, 0), (3, 1)],
    &[(1, 0), (2, 0)],
    &[(2, 0), (4, 2)],
];

const TASKS: usize = SOURCES.len();

/// The message that `task` sends in answer to `received`.
fn answer(task: usize, received: i32) -> i32 {
    received.wrapping_mul(3).wrapping_add(task as i32 + 1)
}

/// The messages that `task` has sent after `steps` steps.
fn expected(task: usize, steps: u64) -> Vec<i32> {
    let mut sent = [const { Vec::<i32>::new() }; TASKS];
    for step in 0..steps {
        for task in 0..TASKS {
            let message = |&(from, delay): &(usize, u64)| match step.checked_sub(delay) {
                Some(step) => sent[from][step as usize],
                None => 0,
            };
            let received = SOURCES[task].iter().map(message).sum();
            sent[task].push(answer(task, received));
        }
    }
    sent[task].clone()
}

/// The way in which a task ends a run.
#[derive(Clone, Copy)]
enum End {
    Pause,
    Stop,
    Error,
    Panic,
}

/// The end of a run by a task, in a phase of a step.
#[derive(Clone, Copy)]
struct EndAt {
    task: usize,
    step: u64,
    phase: Phase,
    how: End,
}

/// Messages in the order in which they were sent.
type Log = Arc<Mutex<Vec<i32>>>;

/// A task that adds up what it receives.
struct Adder {
    task: usize,
    clock: Arc<Clock>,
    sources: Vec<(Arc<MessageRing<i32>>, u64)>,
    writer: RingWriter<i32>,
    log: Log,
    ends: Vec<EndAt>,
}

impl Adder {
    fn end(&self, phase: Phase) -> Result<Requests, TaskError> {
        let step = self.clock.time_step();
        let mut ends = self.ends.iter();
        let here = ends.find(|end| (end.phase, end.step) == (phase, step));
        match here.map(|end| end.how) {
            None => Ok(Requests::NONE),
            Some(End::Pause) => Ok(Requests::PAUSE),
            Some(End::Stop) => Ok(Requests::STOP),
            Some(End::Error) => Err("failed".into()),
            Some(End::Panic) => resume_unwind(Box::new("panicked")),
        }
    }
}

impl Task for Adder {
    fn spike(&mut self) -> Result<Requests, TaskError> {
        let requests = self.end(Phase::Spike)?;
        let tick = self.clock.tick();
        let message = |(ring, delay): &(Arc<MessageRing<i32>>, u64)| {
            let message = ring.message(tick.saturating_sub(*delay));
            message.map_or(0, |message| message[0])
        };
        let sent = answer(self.task, self.sources.iter().map(message).sum());
        let log = &self.log;
        self.writer.write(tick, |row| {
            // Other threads may run here, and must not access the row.
            lock(log).push(sent);
            i32::write(row, [sent].iter())
        });
        Ok(requests | Requests::POST_MANAGEMENT)
    }

    fn phase(&mut self, phase: Phase, _: &mut RemoteVars<'_>) -> Result<Requests, TaskError> {
        self.end(phase)
    }

    without_vars!();
}

/// Counts the steps at whose end it is called.
struct StepCounter(Log);

impl StepHook for StepCounter {
    fn reserve(&mut self, _: u64) -> bool {
        true
    }

    fn on_step_end(&mut self, _: &Tasks) -> Result<(), TaskError> {
        let steps = &mut *lock(&self.0);
        steps.push(steps.len() as i32 + 1);
        Ok(())
    }

    fn withdraw(&mut self, _: u64) {}

    fn clear(&mut self) {}
}

/// A network of [`Adder`]s, and their logs.
struct Net {
    pool: Arc<WorkerPool>,
    executor: Arc<Executor>,
    /// By task; none is a worker's.
    clocks: Vec<Arc<Clock>>,
    logs: Vec<Log>,
    /// By worker: the steps that its hook has seen.
    hook_logs: Vec<Log>,
}

impl Net {
    /// A network on `workers` workers, in which tasks end the run as `ends` says.
    fn new(workers: usize, ends: &[EndAt]) -> Net {
        let clocks: Vec<Arc<Clock>> = (0..TASKS).map(|_| Arc::default()).collect();
        let rings: Vec<ErasedRing> = (0..TASKS).map(|_| ErasedRing::new::<i32>(1, 4)).collect();
        let logs: Vec<Log> = (0..TASKS).map(|_| Log::default()).collect();
        let tasks = (0..TASKS).map(|task| {
            let source = |&(from, delay): &(usize, u64)| (rings[from].downcast(), delay);
            let ends = ends.iter().filter(|end| end.task == task);
            let adder: Box<dyn Task> = Box::new(Adder {
                task,
                clock: Arc::clone(&clocks[task]),
                sources: SOURCES[task].iter().map(source).collect(),
                writer: rings[task].writer(),
                log: Arc::clone(&logs[task]),
                ends: ends.copied().collect(),
            });
            adder
        });
        let tasks = Tasks::new(tasks.collect());
        let hook_logs: Vec<Log> = (0..workers).map(|_| Log::default()).collect();
        let worker = |worker: usize| {
            let clock = Arc::default();
            let mut schedule = WorkerSchedule::new(slots(worker, workers, 0), &clocks, &clock);
            let hook = StepCounter(Arc::clone(&hook_logs[worker]));
            schedule.hooks.push((TaskId(worker), Box::new(hook)));
            Worker::new(WorkerId(worker), clock, schedule)
        };
        let workers = (0..workers).map(worker).collect();
        let executor = Executor::new(
            NetworkId::new(),
            tasks,
            workers,
            labels(TASKS),
            None,
            Vec::new(),
        );
        let executor = Arc::new(executor);
        let coordinator = Arc::new(Coordinator::new(0, std::iter::empty()));
        let pool = WorkerPool::spawn(&executor, &coordinator, Vec::new(), Vec::new());
        Net {
            pool: Arc::new(pool.expect("threads are spawned")),
            executor,
            clocks,
            logs,
            hook_logs,
        }
    }

    /// Moves task 0 to worker `first`, and the others to the workers after it.
    fn migrate(&self, first: usize) {
        let workers = self.executor.workers();
        for (id, worker) in workers.iter().enumerate() {
            let schedule = &mut *lock(&worker.schedule);
            let slots = slots(id, workers.len(), first);
            let next = WorkerSchedule::new(slots, &self.clocks, &worker.clock);
            let hooks = std::mem::take(&mut schedule.hooks);
            *schedule = WorkerSchedule { hooks, ..next };
        }
    }

    /// Runs while another thread requests the end of the run.
    fn run_interrupted(&self, steps: u64, requests: Requests) -> Result<Requests, RunError> {
        self.pool.start_run();
        self.pool.begin_run();
        let interrupt = self.interrupt(requests);
        let result = self.pool.run(steps, None);
        interrupt.join().expect("it does not panic");
        result
    }

    fn interrupt(&self, requests: Requests) -> JoinHandle<()> {
        let pool = Arc::clone(&self.pool);
        spawn("user".to_owned(), move || pool.interrupt(requests)).expect("it is spawned")
    }

    fn run(&self, steps: u64) -> Result<Requests, RunError> {
        self.pool.start_run();
        self.pool.begin_run();
        self.pool.run(steps, None)
    }

    /// The number of steps that all tasks have done.
    fn steps(&self) -> u64 {
        let steps = self.clocks[0].tick();
        assert!(self.clocks.iter().all(|clock| clock.tick() == steps));
        steps
    }

    /// Checks that a task has sent what it should in `steps` steps.
    fn assert_sent(&self, task: usize, steps: u64) {
        assert_eq!(
            *lock(&self.logs[task]),
            expected(task, steps),
            "task {task}"
        );
    }

    /// Checks that task `n` has sent what it should in `steps[n]` steps.
    fn assert_sent_each(&self, steps: [u64; TASKS]) {
        let tasks = steps.iter().enumerate();
        tasks.for_each(|(task, steps)| self.assert_sent(task, *steps));
    }

    /// Checks that all tasks have done `steps` spike phases.
    fn assert_spiked(&self, steps: u64) {
        assert_eq!(self.steps(), steps);
        self.assert_sent_each([steps; TASKS]);
    }

    /// Checks that all workers have done `steps` steps to their end.
    fn assert_done(&self, steps: u64) {
        self.assert_spiked(steps);
        let is_complete = |log: &Log| lock(log).len() as u64 == steps;
        assert!(
            self.hook_logs.iter().all(is_complete),
            "hooks see each step"
        );
    }
}

/// The slots of a worker: tasks are dealt to the workers in turn, task 0 to worker `first`.
fn slots(worker: usize, workers: usize, first: usize) -> Vec<TaskSlot> {
    let worker_of = |task: usize| (task + first) % workers;
    let progress = |task: usize| Progress {
        worker: WorkerId(worker_of(task)),
        slots: (0..=task)
            .filter(|other| worker_of(*other) == worker_of(task))
            .count() as u64,
    };
    let slot = |task: usize| TaskSlot {
        task: TaskId(task),
        waits_for: SOURCES[task]
            .iter()
            .filter(|(from, delay)| *delay == 0 && worker_of(*from) != worker)
            .map(|(from, _)| progress(*from))
            .collect(),
        signals: (0..TASKS).any(|to| worker_of(to) != worker && SOURCES[to].contains(&(task, 0))),
    };
    let tasks = (0..TASKS).filter(|task| worker_of(*task) == worker);
    tasks.map(slot).collect()
}

/// The labels of `tasks` tasks: `0`, `1`, ….
pub(crate) fn labels(tasks: usize) -> Vec<TaskLabel> {
    let label = |task: usize| TaskLabel {
        process: task.to_string().into(),
        model: "Model",
    };
    (0..tasks).map(label).collect()
}

/// The process whose failure ended a run, and the step.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct FailedAt {
    pub(crate) process: String,
    pub(crate) step: u64,
}

impl FailedAt {
    pub(crate) fn new(process: &str, step: u64) -> FailedAt {
        let process = process.to_owned();
        FailedAt { process, step }
    }
}

/// The failure that ended a run.
pub(crate) fn failed(result: Result<Requests, RunError>) -> FailedAt {
    match result {
        Err(RunError::Model { process, step, .. } | RunError::Panic { process, step, .. }) => {
            FailedAt { process, step }
        }
        other => panic!("no model has failed: {other:?}"),
    }
}

/// Requests the end of a run at any time, and resumes it.
fn interrupted(workers: usize, requests: Requests) {
    let net = Net::new(workers, &[]);
    let ended = net.run_interrupted(STEPS, requests).expect("no task fails");
    let steps = net.steps();
    assert!(steps == STEPS || steps < STEPS && ended.intersects(requests));
    net.assert_done(steps);
    assert_eq!(net.run(1).expect("no task fails"), Requests::NONE);
    net.assert_done(steps + 1);
}

#[test]
fn a_pause_from_outside_ends_the_run_after_a_step() {
    check(|| interrupted(2, Requests::PAUSE));
}

#[test]
fn a_stop_from_outside_ends_the_run_after_a_step() {
    check(|| interrupted(3, Requests::STOP));
}

#[test]
fn tasks_migrate_between_steps_of_a_run() {
    fn moved(workers: usize) {
        let net = Net::new(workers, &[]);
        net.pool.start_run();
        net.pool.begin_run();
        for first in 1..=3 {
            assert_eq!(
                net.pool.run(1, None).expect("no task fails"),
                Requests::NONE
            );
            net.migrate(first);
        }
        net.assert_done(3);
    }
    check(|| moved(2));
    check(|| moved(3));
}

#[test]
fn a_task_ends_the_run_after_its_step() {
    check(|| {
        for (how, requests) in [(End::Pause, Requests::PAUSE), (End::Stop, Requests::STOP)] {
            for phase in [Phase::Spike, Phase::PostManagement] {
                let end = EndAt {
                    task: 2,
                    step: 2,
                    phase,
                    how,
                };
                let net = Net::new(3, &[end]);
                let ended = net.run(STEPS).expect("no task fails");
                assert!(ended.intersects(requests));
                net.assert_done(2);
                net.run(1).expect("no task fails");
                net.assert_done(3);
            }
        }
    });
}

/// Task 2 fails in the spike phase of step 2: tasks that do not need its message have done the step.
fn fails(workers: usize, how: End) {
    let end = EndAt {
        task: 2,
        step: 2,
        phase: Phase::Spike,
        how,
    };
    let net = Net::new(workers, &[end]);
    let result = net.run_interrupted(STEPS, Requests::NONE);
    assert_eq!(failed(result), FailedAt::new("2", 2));
    assert_eq!(net.steps(), 2);
    net.assert_sent_each([2, 2, 1, 1, 1]);
    assert_eq!(net.run(1).expect("no task fails"), Requests::NONE);
    assert_eq!(net.steps(), 3, "all workers take part in the next run");
}

#[test]
fn an_error_ends_the_run_at_a_fixed_slot() {
    check(|| fails(2, End::Error));
    check(|| fails(3, End::Error));
}

#[test]
fn a_panic_ends_the_run_at_a_fixed_slot() {
    check(|| fails(2, End::Panic));
    check(|| fails(3, End::Panic));
}

#[test]
fn an_error_in_post_management_ends_the_run_after_the_spike_phase() {
    check(|| {
        for how in [End::Error, End::Panic] {
            let end = EndAt {
                task: 1,
                step: 2,
                phase: Phase::PostManagement,
                how,
            };
            let net = Net::new(2, &[end]);
            assert_eq!(failed(net.run(STEPS)), FailedAt::new("1", 2));
            net.assert_spiked(2);
            net.run(1).expect("no task fails");
            net.assert_spiked(3);
        }
    });
}

#[test]
fn of_several_failures_that_of_the_first_task_is_reported() {
    check(|| {
        let ends = [(1, End::Panic), (2, End::Error)].map(|(task, how)| EndAt {
            task,
            step: 2,
            phase: Phase::Spike,
            how,
        });
        let net = Net::new(3, &ends);
        assert_eq!(failed(net.run(STEPS)), FailedAt::new("1", 2));
        // Task 4 waits for task 2, which fails, and is on the same worker as task 1.
        net.assert_sent_each([2, 1, 1, 1, 1]);
    });
}

#[test]
fn a_run_with_an_error_and_a_pause_ends_by_one_of_them() {
    check(|| {
        let end = EndAt {
            task: 4,
            step: 2,
            phase: Phase::Spike,
            how: End::Error,
        };
        let net = Net::new(3, &[end]);
        match net.run_interrupted(STEPS, Requests::PAUSE) {
            Ok(ended) => {
                assert!(ended.intersects(Requests::PAUSE));
                net.assert_done(1);
            }
            result => assert_eq!(failed(result), FailedAt::new("4", 2)),
        }
    });
}

#[test]
fn a_callback_sees_complete_steps_and_can_end_the_run() {
    check(|| {
        let net = Net::new(2, &[]);
        let mut seen = Vec::new();
        let mut on_step = |step| {
            seen.push(step);
            net.logs
                .iter()
                .for_each(|log| assert_eq!(lock(log).len() as u64, step));
            Requests::PAUSE.when(step == 2)
        };
        net.pool.start_run();
        net.pool.begin_run();
        let ended = net.pool.run(STEPS, Some(&mut on_step));
        let ended = ended.expect("no task fails");
        assert!(ended.intersects(Requests::PAUSE));
        assert_eq!(seen, [1, 2]);
        net.assert_done(2);
    });
}

#[test]
fn a_callback_that_panics_ends_the_run() {
    check(|| {
        let net = Net::new(3, &[]);
        let mut on_step = |_| -> Requests { resume_unwind(Box::new("the disk is full")) };
        net.pool.start_run();
        net.pool.begin_run();
        let result = net.pool.run(STEPS, Some(&mut on_step));
        assert!(matches!(result, Err(RunError::Callback { step: 1, .. })));
        net.assert_done(1);
    });
}
