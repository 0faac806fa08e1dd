//! The step loop of one worker.

use std::panic::{AssertUnwindSafe, catch_unwind};

use super::Executor;
use super::error::{Failure, RunError, panic_message};
use super::input_gate::{GateGuard, InputGate};
use super::phase::Phase;
use super::profiler::{Instrument, NoInstrument};
use super::rank_sync::RankSync;
use super::remote::RemoteVars;
use super::requests::Requests;
use super::schedule::{Progress, TaskSlot, WorkerSchedule};
use super::task::{TaskError, TaskId};
use super::worker::{Worker, WorkerId, WorkerState};
use crate::sync::lock;
use crate::transport::RankError;

/// The command of a run to the workers.
#[derive(Clone, Copy, Debug)]
pub(super) struct RunCommand {
    pub(super) steps: u64,
    /// Worker 0 calls a callback at the end of each step, which all wait for.
    pub(super) has_callback: bool,
}

/// Callback at the end of a step, with its number; returns what it requests.
pub type StepCallback<'a> = dyn FnMut(u64) -> Requests + 'a;

impl Executor {
    /// Runs steps as worker `id`; all workers do this together. Returns the requests that ended the
    /// run early. Worker 0 calls `on_step`, if there is one.
    pub(super) fn run_steps(
        &self,
        id: WorkerId,
        command: RunCommand,
        mut on_step: Option<&mut StepCallback<'_>>,
    ) -> Requests {
        let _guard = self.enter();
        let worker = &self.workers[id.index()];
        let schedule = &mut *lock(&worker.schedule);
        schedule
            .hooks
            .retain_mut(|(_, hook)| hook.reserve(command.steps));
        let gate = self.gate.as_ref();
        let mut gate_guard = gate.and_then(|gate| gate.enter(id));
        let is_gate_of_ranks = self.ranks.as_ref().is_some_and(|ranks| ranks.has_gate());
        let meets_at_gate = gate.is_some_and(InputGate::may_block) || is_gate_of_ranks;
        for step in 1..=command.steps {
            if meets_at_gate {
                let requests = match &mut gate_guard {
                    Some(guard) => self.wait_at_gate(worker, guard),
                    None => Requests::NONE,
                };
                let requests = self.sync(worker, requests);
                if !requests.is_empty() {
                    return self.finish_run(worker, schedule, requests);
                }
            }
            let mut requests = self.run_step(worker, schedule, gate_guard.as_mut());
            if requests.intersects(Requests::ABORT) {
                return self.finish_run(worker, schedule, requests);
            }
            let mut own = self.end_step(worker, schedule, gate_guard.is_some());
            if let Some(callback) = &mut on_step {
                own |= self.run_callback(worker, callback) | self.sync.requested();
            }
            // Without a callback the workers meet in the next step only.
            if command.has_callback || !own.is_empty() && step < command.steps {
                requests |= self.sync(worker, own);
            }
            if requests.intersects(Requests::ABORT | Requests::END) {
                return self.finish_run(worker, schedule, requests);
            }
        }
        self.finish_run(worker, schedule, Requests::NONE)
    }

    /// Forwards messages to other timing domains and calls the hooks. A hook that panics, because a
    /// model has changed the shape of a Var for instance, aborts the run.
    #[inline(always)]
    fn end_step(&self, worker: &Worker, schedule: &mut WorkerSchedule, at_gate: bool) -> Requests {
        if at_gate {
            worker.enter(WorkerState::AtGate);
        }
        let forwarders = schedule.forwarders.iter_mut();
        forwarders.for_each(|forwarder| forwarder.forward());
        if schedule.hooks.is_empty() {
            return Requests::NONE;
        }
        let requests = self.catch_failure(worker, Phase::Record, || {
            for (task, hook) in &mut schedule.hooks {
                worker.enter(WorkerState::Running(*task));
                hook.on_step_end(&self.tasks)?;
            }
            Ok(Requests::NONE)
        });
        if !requests.is_empty() {
            self.sync.abandon(worker.id);
        }
        requests
    }

    /// Calls the user's code at the end of a step.
    fn run_callback(&self, worker: &Worker, on_step: &mut StepCallback<'_>) -> Requests {
        let step = worker.clock.time_step();
        match catch_unwind(AssertUnwindSafe(|| on_step(step))) {
            Ok(requests) => requests,
            Err(panic) => {
                let message = panic_message(panic);
                self.record_failure(TaskId(usize::MAX), RunError::Callback { step, message })
            }
        }
    }

    /// Waits for the inputs of the next step. Returns the requests that end the run instead.
    fn wait_at_gate(&self, worker: &Worker, gate: &mut GateGuard<'_>) -> Requests {
        worker.enter(WorkerState::AtGate);
        if gate.wait(&|| self.is_interrupted()) {
            Requests::NONE
        } else {
            // The request was made before the gate was told to end.
            let requests = self.sync.requested();
            let ends = requests.intersects(Requests::END | Requests::ABORT);
            requests | Requests::PAUSE.when(!ends)
        }
    }

    /// Completes what the hooks have observed, and waits until no worker accesses a task any more.
    fn finish_run(
        &self,
        worker: &Worker,
        schedule: &mut WorkerSchedule,
        mut requests: Requests,
    ) -> Requests {
        for (task, hook) in &mut schedule.hooks {
            worker.enter(WorkerState::Running(*task));
            requests |= self.catch_failure(worker, Phase::Record, || {
                hook.on_run_end().map(|()| Requests::NONE)
            });
        }
        if self.workers.len() > 1 {
            self.sync.sync(worker.id, Requests::NONE);
        }
        requests
    }

    /// Runs one step: the spike phase, then the phases that a model requested.
    fn run_step(
        &self,
        worker: &Worker,
        schedule: &mut WorkerSchedule,
        gate: Option<&mut GateGuard<'_>>,
    ) -> Requests {
        let WorkerSchedule {
            slots,
            slots_by_declaration,
            followed_clocks,
            profiler,
            ..
        } = schedule;
        worker.clock.advance();
        followed_clocks.iter().for_each(|clock| clock.advance());
        if let Some(gate) = gate {
            gate.fill(worker.clock.tick());
        }
        let requests = self.catch_failure(worker, Phase::Spike, || match profiler {
            None => self.run_spike_phase(worker, slots, &mut NoInstrument),
            Some(profiler) => self.run_spike_phase(worker, slots, profiler),
        });
        worker.clock.end_spiking();
        followed_clocks.iter().for_each(|clock| clock.end_spiking());
        if requests.intersects(Requests::ABORT) {
            self.sync.abandon(worker.id);
        }
        // Every worker looks: a request that its own task made counts in this step.
        let mut requests = self.sync(worker, requests | self.sync.requested());
        for (flag, phase) in Phase::GUARDED {
            if requests.intersects(flag) && !requests.intersects(Requests::ABORT) {
                let own = self.catch_failure(worker, phase, || match profiler {
                    None => self.run_phase(worker, slots_by_declaration, phase, &mut NoInstrument),
                    Some(profiler) => self.run_phase(worker, slots_by_declaration, phase, profiler),
                });
                requests |= self.sync(worker, own | self.sync.requested());
            }
        }
        requests
    }

    #[inline(always)]
    fn run_spike_phase(
        &self,
        worker: &Worker,
        slots: &[TaskSlot],
        instrument: &mut impl Instrument,
    ) -> Result<Requests, TaskError> {
        let mut requests = Requests::NONE;
        let base = self.progress_base(worker);
        for (index, slot) in slots.iter().enumerate() {
            if !slot.waits_for.is_empty() && !self.wait_for_producers(worker, slot) {
                return Ok(Requests::ABORT);
            }
            worker.enter(WorkerState::Running(slot.task));
            requests |=
                instrument.spike(index, || self.tasks.with(slot.task, |task| task.spike()))?;
            if slot.signals {
                self.sync.publish(Progress {
                    worker: worker.id,
                    slots: base + index as u64 + 1,
                });
            }
        }
        Ok(requests)
    }

    /// The progress that the slots of the current step are counted from: however tasks are placed, no
    /// worker has more slots than there are tasks.
    #[inline(always)]
    fn progress_base(&self, worker: &Worker) -> u64 {
        worker.clock.tick() * self.labels.len() as u64
    }

    /// Waits until the messages for a slot have been sent. Returns `false` if they never will be.
    fn wait_for_producers(&self, worker: &Worker, slot: &TaskSlot) -> bool {
        worker.enter(WorkerState::Waiting(slot.task));
        let base = self.progress_base(worker);
        slot.waits_for.iter().all(|progress| {
            self.sync.wait_for(Progress {
                slots: base + progress.slots,
                ..*progress
            })
        })
    }

    fn run_phase(
        &self,
        worker: &Worker,
        tasks: &[TaskId],
        phase: Phase,
        instrument: &mut impl Instrument,
    ) -> Result<Requests, TaskError> {
        let mut requests = Requests::NONE;
        for (index, &id) in tasks.iter().enumerate() {
            worker.enter(WorkerState::Running(id));
            let mut remote = RemoteVars::new(&self.tasks);
            requests |= instrument.phase(index, || {
                self.tasks.with(id, |task| task.phase(phase, &mut remote))
            })?;
        }
        Ok(requests)
    }

    /// Runs a phase; an error or a panic becomes the failure of the run.
    #[inline(always)]
    fn catch_failure(
        &self,
        worker: &Worker,
        phase: Phase,
        run: impl FnOnce() -> Result<Requests, TaskError>,
    ) -> Requests {
        match catch_unwind(AssertUnwindSafe(run)) {
            Ok(Ok(requests)) => requests,
            Ok(Err(cause)) => self.fail(worker, phase, Ok(cause)),
            Err(panic) => self.fail(worker, phase, Err(panic)),
        }
    }

    #[cold]
    fn fail(&self, worker: &Worker, phase: Phase, failure: Failure) -> Requests {
        let task = worker.current_task();
        let step = worker.clock.time_step();
        let error = match failure {
            Ok(cause) => match cause.downcast::<RankError>() {
                Ok(error) => RunError::Ranks(*error),
                Err(cause) => self.label(task).error(phase, step, Ok(cause)),
            },
            Err(panic) => self.label(task).error(phase, step, Err(panic)),
        };
        self.record_failure(task, error)
    }

    /// Meets the other workers; returns the requests of all.
    #[inline(always)]
    fn sync(&self, worker: &Worker, requests: Requests) -> Requests {
        if let Some(ranks) = &self.ranks {
            return self.sync_ranks(ranks, worker, requests);
        }
        self.sync_workers(worker, requests)
    }

    /// Meets the other workers of this rank; returns the requests of all.
    #[inline(always)]
    fn sync_workers(&self, worker: &Worker, requests: Requests) -> Requests {
        if self.workers.len() == 1 {
            return requests;
        }
        worker.enter(WorkerState::AtBarrier);
        self.sync.sync(worker.id, requests)
    }

    /// Meets the workers of this rank, and those of others if ranks meet in each step. Returns the requests of
    /// all.
    #[inline(never)]
    fn sync_ranks(&self, ranks: &RankSync, worker: &Worker, requests: Requests) -> Requests {
        let own = self.sync_workers(worker, requests);
        let is_first = worker.id == WorkerId(0);
        if ranks.is_stepwise() {
            return self.sync_phase(ranks, worker, own, is_first);
        }
        if is_first {
            ranks.note(own.and(Requests::END));
            if own.intersects(Requests::ABORT) {
                ranks.abort();
            }
        }
        match own.intersects(Requests::AGREED) {
            true => own.without(Requests::END) | ranks.agreed().and(Requests::END),
            false => own.without(Requests::END),
        }
    }

    /// Meets the workers of all ranks at the end of a phase; returns the requests of all. A rank that ends the
    /// run because of a failure so takes part in the exchange that the others are at.
    fn sync_phase(
        &self,
        ranks: &RankSync,
        worker: &Worker,
        own: Requests,
        is_first: bool,
    ) -> Requests {
        if !is_first {
            return self.sync_workers(worker, Requests::NONE);
        }
        let abort = Requests::ABORT.bits();
        let group = ranks.group();
        let all = match group.step(own.bits(), abort, |_, _| {}, |_, _| Ok(())) {
            Ok(flags) => Requests::from_bits(flags),
            Err(error) => own | self.record_failure(TaskId(usize::MAX), error.into()),
        };
        self.sync_workers(worker, all)
    }
}
