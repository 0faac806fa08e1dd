//! The engine: plan → models, rings and threads; runs, resets and rebalances them.

mod command;
mod gather;
mod instantiate;
mod profiling;
mod ranks;
mod rebalance;
mod rings;
mod snapshot;

use std::collections::{BTreeSet, HashSet};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::time::{Duration, Instant};

use lava_core::data::Shard;
use lava_core::executor::{
    Executor, Phase, Requests, RunError, Status, StepCallback, StepHook, Task, TaskError, TaskId,
    TaskLabel, Worker, WorkerId, WorkerPool, WorkerSchedule, error_text,
};
use lava_core::lifecycle::RunControl;
use lava_core::sync::{Mutex, NetworkId, lock};
use lava_core::transport::{Clock, ErasedRing, RankGroup};

use crate::Result;
use crate::compiler::{Accumulators, Plan, RankPlan, RingDepths, TaskSpec, TaskTable};
use crate::graph::{Graph, PortId};
use crate::process::{PortIndex, ProcessId, SetVar};
pub(crate) use command::Command;
use instantiate::{EngineParts, instantiate};
pub(crate) use profiling::WorkerStats;
pub(crate) use ranks::agreed;
use rebalance::{Action, Rebalancer};

/// A compiled network: its tasks and threads.
pub(crate) struct Engine {
    // The threads end first, so that the models are dropped by the thread that drops the engine.
    pool: WorkerPool,
    executor: Arc<Executor>,
    tasks: TaskTable,
    /// The tasks of this rank in the order in which they start.
    start_order: Vec<TaskId>,
    /// By task and out-port.
    rings: Vec<Vec<ErasedRing>>,
    /// The out-ports that share their ring with another process.
    shared_rings: HashSet<PortId>,
    accumulators: Accumulators,
    ring_depths: RingDepths,
    /// The edges between timing domains, by the queue that each has.
    queued_edges: Vec<usize>,
    /// By task.
    clocks: Vec<Arc<Clock>>,
    /// The worker of each task; `None` for independent tasks.
    placement: Mutex<Vec<Option<WorkerId>>>,
    /// Moves tasks to other workers, if they are migratable.
    rebalancer: Option<Mutex<Rebalancer>>,
    /// The user profiles.
    is_profiled: AtomicBool,
    /// The steps of runs that the user profiles, and their wall time.
    measured: Mutex<(u64, Duration)>,
    /// The ranks that run the network together, and the part of this one.
    ranks: Option<(Arc<RankGroup>, RankPlan)>,
    /// The processes of which a Var was set since the last run.
    updated: Mutex<BTreeSet<ProcessId>>,
    /// `updated` is not empty: a run before which nothing was set takes no lock to see it.
    has_updates: AtomicBool,
}

impl RunControl for Engine {
    fn start_run(&self) {
        self.pool.start_run();
    }

    fn interrupt(&self, requests: Requests) {
        self.pool.interrupt(requests);
    }

    fn time_step(&self) -> u64 {
        self.pool.time_step()
    }
}

impl Engine {
    /// Makes the models of a planned network and spawns its threads.
    pub(crate) fn new(network: NetworkId, graph: &Graph, plan: Plan) -> Result<Engine> {
        let EngineParts {
            executor,
            coordinator,
            independent,
            queues,
            rings,
            clocks,
            is_migratable,
        } = instantiate(network, graph, &plan)?;
        for &task in &plan.start_order {
            executor.call_task(task, Phase::Check, |task| task.check())?;
            executor.call_task(task, Phase::Start, |task| task.start())?;
        }
        Ok(Engine {
            pool: WorkerPool::spawn(&executor, &coordinator, independent, queues)?,
            executor,
            is_profiled: AtomicBool::new(false),
            measured: Mutex::default(),
            updated: Mutex::default(),
            has_updates: AtomicBool::new(false),
            shared_rings: plan.accumulators.shared(graph),
            accumulators: plan.accumulators,
            ring_depths: plan.ring_depths,
            queued_edges: plan.queues.queues.iter().map(|queue| queue.edge).collect(),
            tasks: plan.tasks,
            start_order: plan.start_order,
            rings,
            clocks,
            placement: Mutex::new(plan.placement),
            ranks: graph.ranks.clone().zip(plan.rank),
            rebalancer: is_migratable.then(|| Mutex::new(Rebalancer::new(plan.task_graph))),
        })
    }

    /// Begins a run, whose steps [`run`](Engine::run) makes, a part at a time.
    pub(crate) fn begin_run(&self) {
        self.pool.begin_run();
    }

    /// Returns `true` if there is a lockstep process.
    pub(crate) fn has_lockstep_tasks(&self) -> bool {
        self.executor.has_lockstep_tasks()
    }

    /// Returns `true` if a process makes steps.
    pub(crate) fn has_steps(&self) -> bool {
        self.pool.has_steps()
    }

    /// Makes `steps` steps of a run, and calls `on_step` after each if there is one. Returns the requests
    /// that ended the run early.
    pub(crate) fn run(
        &self,
        steps: u64,
        on_step: Option<&mut StepCallback<'_>>,
    ) -> Result<Requests, RunError> {
        if !self.is_profiled.load(Relaxed) {
            return self.run_steps(steps, on_step);
        }
        let (before, start) = (self.tick(), Instant::now());
        let result = self.run_steps(steps, on_step);
        let (steps, wall_time) = &mut *lock(&self.measured);
        *steps += self.tick() - before;
        *wall_time += start.elapsed();
        result
    }

    fn run_steps(
        &self,
        steps: u64,
        mut on_step: Option<&mut StepCallback<'_>>,
    ) -> Result<Requests, RunError> {
        let Some(rebalancer) = &self.rebalancer else {
            return self.pool.run(steps, on_step);
        };
        let rebalancer = &mut *lock(rebalancer);
        let mut remaining = steps;
        loop {
            let stretch = remaining.min(rebalancer.steps_until_action());
            let (before, start) = (self.tick(), Instant::now());
            let requests = self.pool.run(stretch, on_step.as_deref_mut())?;
            match rebalancer.on_steps_run(self.tick() - before, start.elapsed()) {
                Action::None => {}
                Action::StartSampling => self.set_profilers(true),
                Action::RecordSample => {
                    rebalancer.record_sample(self.task_times());
                    self.set_profilers(true);
                }
                Action::Rebalance => {
                    rebalancer.record_sample(self.task_times());
                    self.rebalance(rebalancer);
                    self.set_profilers(false);
                }
            }
            remaining -= stretch;
            if !requests.is_empty() || remaining == 0 {
                return Ok(requests);
            }
        }
    }

    /// Moves tasks to other workers, between two steps, if that shortens the step.
    fn rebalance(&self, rebalancer: &Rebalancer) {
        let mut placement = lock(&self.placement);
        let Some(improved) = rebalancer.improved_placement(&placement, self.workers()) else {
            return;
        };
        tracing::debug!(after_step = self.time_step(), "models move between workers");
        let mut hooks = Vec::new();
        let schedules = rebalancer.task_graph().schedules(&improved);
        for (worker, slots) in self.executor.workers().iter().zip(schedules) {
            let mut schedule = lock(&worker.schedule);
            hooks.append(&mut schedule.hooks);
            *schedule = WorkerSchedule::new(slots, &self.clocks, &worker.clock);
        }
        for (worker, tasks) in improved.iter().enumerate() {
            for task in tasks {
                placement[task.index()] = Some(WorkerId(worker));
            }
        }
        drop(placement);
        for (task, hook) in hooks {
            self.add_hook(task, hook);
        }
    }

    /// The time that each task has taken since the profilers were started.
    fn task_times(&self) -> Vec<Duration> {
        let mut times = vec![Duration::ZERO; self.tasks.len()];
        for WorkerStats { stats, .. } in self.stats() {
            times[stats.task.index()] = stats.time;
        }
        times
    }

    /// The steps since the network was compiled.
    pub(crate) fn tick(&self) -> u64 {
        self.pool.tick()
    }

    /// The activity of each worker and independent task.
    pub(crate) fn status(&self) -> Vec<Status> {
        let mut status = self.executor.status();
        status.extend(self.pool.independent_status());
        status
    }

    /// The names of a task.
    pub(crate) fn label(&self, task: TaskId) -> &TaskLabel {
        self.executor.label(task)
    }

    /// Resets a process to its state before the first step and drops the messages that it has sent,
    /// except for contributions to an accumulator that other processes share.
    pub(crate) fn reset_process(&self, graph: &Graph, process: ProcessId) -> Result<(), RunError> {
        for task in self.own_tasks(process) {
            for (port, ring) in graph.out_ports(process).zip(&self.rings[task.index()]) {
                if !self.shared_rings.contains(&port) {
                    ring.reset();
                }
            }
            self.pool.reset_task(task);
            self.reset_task(graph, task)?;
        }
        Ok(())
    }

    fn reset_task(&self, graph: &Graph, id: TaskId) -> Result<(), RunError> {
        let TaskSpec { process, shard } = self.tasks.get(id);
        self.executor.call_task(id, Phase::Start, |task| {
            task.reset();
            for var in &graph.process(*process).vars {
                var.reset(task.model(), shard);
            }
            task.start()
        })
    }

    /// Resets the network to its state before the first step.
    pub(crate) fn reset(&self, graph: &Graph) -> Result<(), RunError> {
        self.rings.iter().flatten().for_each(ErasedRing::reset);
        self.pool.reset();
        for worker in self.executor.workers() {
            worker.clock.reset();
            let schedule = &mut *lock(&worker.schedule);
            schedule
                .followed_clocks
                .iter()
                .for_each(|clock| clock.reset());
            schedule.hooks.iter_mut().for_each(|(_, hook)| hook.clear());
        }
        let mut tasks = self.start_order.iter();
        let reset = tasks.try_for_each(|task| self.reset_task(graph, *task));
        self.agreed(|| "`reset`".to_owned(), reset)
    }

    /// Returns `true` if a process has a model.
    pub(crate) fn has_model(&self, process: ProcessId) -> bool {
        self.tasks.of_process(process).len() > 0
    }

    /// The tasks of a process that this rank computes, and their shards.
    pub(crate) fn shards(&self, process: ProcessId) -> impl Iterator<Item = (TaskId, &Shard)> {
        let tasks = self.own_tasks(process);
        tasks.map(|task| (task, &self.tasks.get(task).shard))
    }

    /// Calls `act` with each task of a process, between runs.
    pub(crate) fn with_tasks(
        &self,
        process: ProcessId,
        mut act: impl FnMut(&mut dyn Task, &Shard),
    ) {
        for (id, shard) in self.shards(process) {
            self.executor.tasks().with(id, |task| act(task, shard));
        }
    }

    /// Sets a Var of a process in each of its tasks, between runs, and tells them all. If one refuses,
    /// all have the old value again.
    pub(crate) fn update_var(
        &self,
        process: ProcessId,
        var: &mut dyn SetVar,
    ) -> Result<(), RunError> {
        let written = self.for_each_task(process, Phase::Update, |task, shard| {
            var.write(task.model(), shard);
            Ok(())
        });
        let name = var.name();
        let updated = written.and_then(|()| self.notify_of_update(process, name));
        let updated = self.agreed(|| format!("`set` of a Var `{name}`"), updated);
        if updated.is_ok() {
            lock(&self.updated).insert(process);
            self.has_updates.store(true, Relaxed);
            return updated;
        }
        let restored = self.for_each_task(process, Phase::Update, |task, shard| {
            var.restore(task.model(), shard);
            Ok(())
        });
        let restored = restored.and_then(|()| self.notify_of_update(process, name));
        if let Err(error) = restored {
            let error = error_text(&error);
            tracing::error!("a refused value cannot be taken back: {error}");
        }
        updated
    }

    fn notify_of_update(&self, process: ProcessId, var: &'static str) -> Result<(), RunError> {
        self.for_each_task(process, Phase::Update, |task, _| task.on_var_update(var))
    }

    /// Calls `act` with each task of a process between runs; a failure is one of `phase`.
    fn for_each_task(
        &self,
        process: ProcessId,
        phase: Phase,
        mut act: impl FnMut(&mut dyn Task, &Shard) -> Result<(), TaskError>,
    ) -> Result<(), RunError> {
        let mut shards = self.shards(process);
        shards
            .try_for_each(|(id, shard)| self.executor.call_task(id, phase, |task| act(task, shard)))
    }

    /// Returns `true` if no Var was set since the last run.
    pub(crate) fn is_checked(&self) -> bool {
        !self.has_updates.load(Relaxed)
    }

    /// Lets the models of which a Var was set since the last run check their Vars.
    pub(crate) fn check_updated(&self) -> Result<(), RunError> {
        let checked = self.check_own_updated();
        self.agreed(|| "`run`, after a Var was set".to_owned(), checked)?;
        self.has_updates.store(false, Relaxed);
        Ok(())
    }

    /// Agrees with all ranks on the outcome of a call, if there are several.
    fn agreed(
        &self,
        call: impl FnOnce() -> String,
        outcome: Result<(), RunError>,
    ) -> Result<(), RunError> {
        match &self.ranks {
            None => outcome,
            Some((ranks, _)) => agreed(ranks, &call(), outcome),
        }
    }

    fn check_own_updated(&self) -> Result<(), RunError> {
        loop {
            let Some(process) = lock(&self.updated).first().copied() else {
                return Ok(());
            };
            let mut tasks = self.own_tasks(process);
            tasks.try_for_each(|task| {
                self.executor
                    .call_task(task, Phase::Check, |task| task.check())
            })?;
            lock(&self.updated).remove(&process);
        }
    }

    /// Adds a hook that observes a lockstep task at the end of every step.
    pub(crate) fn add_hook(&self, task: TaskId, hook: Box<dyn StepHook>) {
        let worker = self.worker_of(task).expect("an observed task is lockstep");
        let worker: &Worker = &self.executor.workers()[worker.index()];
        lock(&worker.schedule).hooks.push((task, hook));
    }

    /// The ring of an out-port of a task.
    pub(crate) fn ring(&self, task: TaskId, port: PortIndex) -> &ErasedRing {
        &self.rings[task.index()][port.index()]
    }

    /// The clock of a task.
    pub(crate) fn clock(&self, task: TaskId) -> Arc<Clock> {
        Arc::clone(&self.clocks[task.index()])
    }

    /// The worker of a task; `None` for an independent task.
    pub(crate) fn worker_of(&self, task: TaskId) -> Option<WorkerId> {
        lock(&self.placement)[task.index()]
    }

    /// The number of workers.
    pub(crate) fn workers(&self) -> usize {
        self.executor.workers().len()
    }
}
