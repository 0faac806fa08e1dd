//! The shop floor: what all workers of a network share, and what one worker does in a step.

use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::ptr;
use std::sync::Arc;
use std::sync::atomic::Ordering::Relaxed;

use super::desk::{Activity, CROSSES, Desk, Duty, MEETS, WAITS};
use super::error::RunError;
use super::exchange::Exchange;
use super::gate::{Door, Entry, Gate};
use super::shared::Models;
use super::sync::{Mutex, lock};
use crate::compiler::Turn;
use crate::model::{Lend, Node, Phase, Remote, request};
use crate::{Error, Result};

/// Writes down something at the end of a step; belongs to a probe.
pub(crate) trait Recorder: Send {
    /// Makes room for the steps to come. False if nobody wants the recording any more.
    fn prepare(&mut self, steps: u64) -> bool;
    /// Records the present step.
    fn record(&mut self, floor: &Floor);
    /// Forgets what was recorded.
    fn clear(&mut self);
}

/// The name of a process and of its model, for errors.
#[derive(Clone, Debug)]
pub(crate) struct Label {
    pub(crate) process: Arc<str>,
    pub(crate) model: &'static str,
}

/// What a worker is told to do.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Order {
    pub(crate) steps: u64,
    /// Whether worker 0 calls something at the end of each step, which all wait for.
    pub(crate) hooked: bool,
}

/// Called by worker 0 at the end of a step, whose number it is given; returns what it asks for.
pub(crate) type AfterStep<'a> = dyn FnMut(u64) -> u8 + 'a;

/// What is done around a turn, whose number among those of its worker it is given.
pub(super) trait Around {
    fn spike(&mut self, turn: usize, run: impl FnOnce() -> Result<u8>) -> Result<u8>;
    fn phase(&mut self, turn: usize, run: impl FnOnce() -> Result<u8>) -> Result<u8>;
}

/// Nothing is done around a turn.
struct Unmeasured;

impl Around for Unmeasured {
    #[inline(always)]
    fn spike(&mut self, _: usize, run: impl FnOnce() -> Result<u8>) -> Result<u8> {
        run()
    }

    #[inline(always)]
    fn phase(&mut self, _: usize, run: impl FnOnce() -> Result<u8>) -> Result<u8> {
        run()
    }
}

thread_local! {
    /// The floor that this thread works on.
    static INSIDE: Cell<*const ()> = const { Cell::new(ptr::null()) };
}

/// While it lives, the thread knows which floor it works on.
pub(super) struct Inside(*const ());

impl Inside {
    pub(super) fn enter(floor: &Floor) -> Inside {
        Inside(INSIDE.replace(ptr::from_ref(floor).cast()))
    }
}

impl Drop for Inside {
    fn drop(&mut self) {
        INSIDE.set(self.0);
    }
}

/// What all workers share.
pub(crate) struct Floor {
    pub(crate) models: Models,
    pub(crate) desks: Vec<Desk>,
    /// By part.
    labels: Vec<Label>,
    exchange: Exchange,
    /// What steps wait for, if there is anything.
    gate: Option<Gate>,
    /// What all models need from outside.
    doors: Vec<Arc<dyn Door>>,
    has_turns: bool,
    failure: Mutex<Option<Failure>>,
}

/// The failure to report: of those of one step, the one of the process declared first.
struct Failure {
    part: usize,
    error: RunError,
}

impl Floor {
    pub(crate) fn new(
        models: Models,
        desks: Vec<Desk>,
        labels: Vec<Label>,
        gate: Option<Gate>,
        doors: Vec<Arc<dyn Door>>,
    ) -> Floor {
        Floor {
            exchange: Exchange::new(desks.len()),
            has_turns: desks.iter().any(|desk| !lock(&desk.duty).turns.is_empty()),
            gate,
            doors,
            models,
            desks,
            labels,
            failure: Mutex::new(None),
        }
    }

    /// Runs some steps as worker `worker`; all workers do this together. Returns what ended the run
    /// early, as a set of requests. Worker 0 calls `after_step`, if there is one.
    pub(crate) fn work(
        &self,
        worker: usize,
        order: Order,
        mut after_step: Option<&mut AfterStep<'_>>,
    ) -> u8 {
        let _inside = Inside::enter(self);
        let desk = &self.desks[worker];
        let duty = &mut *lock(&desk.duty);
        duty.recorders
            .retain_mut(|(_, recorder)| recorder.prepare(order.steps));
        let gate = self.gate.as_ref();
        let mut entry = gate.and_then(|gate| gate.enter(worker));
        for _ in 0..order.steps {
            if gate.is_some_and(Gate::waits) {
                let waited = entry.as_mut().map_or(0, |entry| self.wait_at(desk, entry));
                let asked = self.agree(desk, waited);
                if asked != 0 {
                    return self.leave(asked);
                }
            }
            let mut asked = self.step(worker, desk, duty, entry.as_mut());
            if asked & request::ABORT != 0 {
                return self.leave(asked);
            }
            if entry.is_some() {
                desk.current.store(CROSSES, Relaxed);
            }
            let recorders = duty.recorders.iter_mut();
            recorders.for_each(|(_, recorder)| recorder.record(self));
            if order.hooked {
                let more = after_step.as_mut().map_or(0, |call| self.call(desk, call));
                asked |= self.agree(desk, more);
            }
            if asked & (request::ABORT | request::PAUSE | request::STOP) != 0 {
                return self.leave(asked);
            }
        }
        self.leave(0)
    }

    /// Calls the user's code at the end of a step.
    fn call(&self, desk: &Desk, after_step: &mut AfterStep<'_>) -> u8 {
        let step = desk.clock.time_step();
        match catch_unwind(AssertUnwindSafe(|| after_step(step))) {
            Ok(asked) => asked,
            Err(panic) => {
                let message = message(panic.as_ref());
                self.report(usize::MAX, RunError::Callback { step, message })
            }
        }
    }

    /// Waits for the messages that the next step waits for. Returns what was asked for instead.
    fn wait_at(&self, desk: &Desk, entry: &mut Entry<'_>) -> u8 {
        desk.current.store(CROSSES, Relaxed);
        match entry.wait(&|| self.is_interrupted()) {
            true => 0,
            // Whoever asked for an end has said so before the gate heard of it.
            false => self.exchange.asked() | request::PAUSE,
        }
    }

    /// Nobody leaves a run while another may still touch a model.
    fn leave(&self, asked: u8) -> u8 {
        if self.desks.len() > 1 {
            self.exchange.meet(0);
        }
        asked
    }

    /// One step: the spike phase, then the phases that a model asked for.
    fn step(
        &self,
        worker: usize,
        desk: &Desk,
        duty: &mut Duty,
        entry: Option<&mut Entry<'_>>,
    ) -> u8 {
        let Duty {
            turns,
            declared,
            clocks,
            meter,
            ..
        } = duty;
        desk.clock.advance();
        clocks.iter().for_each(|clock| clock.advance());
        if let Some(entry) = entry {
            entry.fill(desk.clock.tick());
        }
        let asked = self.guard(desk, Phase::Spike, || match meter {
            None => self.spike(worker, desk, turns, &mut Unmeasured),
            Some(meter) => self.spike(worker, desk, turns, meter),
        });
        desk.clock.end_spiking();
        clocks.iter().for_each(|clock| clock.end_spiking());
        if asked & request::ABORT != 0 {
            self.exchange.give_up(worker);
        }
        let control = match worker {
            0 => self.exchange.asked(),
            _ => 0,
        };
        let mut asked = self.agree(desk, asked | control);
        for (flag, phase) in Phase::GUARDED {
            if asked & request::ABORT == 0 && asked & flag != 0 {
                let more = self.guard(desk, phase, || match meter {
                    None => self.phase(desk, declared, phase, &mut Unmeasured),
                    Some(meter) => self.phase(desk, declared, phase, meter),
                });
                asked |= self.agree(desk, more);
            }
        }
        asked
    }

    /// The spike phase of one worker.
    #[inline(always)]
    fn spike(
        &self,
        worker: usize,
        desk: &Desk,
        turns: &[Turn],
        around: &mut impl Around,
    ) -> Result<u8> {
        let mut asked = 0;
        let before = self.turns_before(desk);
        for (number, turn) in turns.iter().enumerate() {
            if !turn.awaits.is_empty() && !self.await_others(desk, turn) {
                return Ok(request::ABORT);
            }
            desk.current.store(turn.part, Relaxed);
            asked |= around.spike(number, || self.models.with(turn.part, |node| node.spike()))?;
            if turn.awaited {
                self.exchange.done(worker, before + number as u64 + 1);
            }
        }
        Ok(asked)
    }

    /// What the turns of a step are counted on from: no worker has more of them than there are parts,
    /// however they are shared out.
    #[inline(always)]
    fn turns_before(&self, desk: &Desk) -> u64 {
        desk.clock.tick() * self.labels.len() as u64
    }

    /// Waits until the messages for this turn have been sent. False if they never will be.
    fn await_others(&self, desk: &Desk, turn: &Turn) -> bool {
        desk.current.store(turn.part | WAITS, Relaxed);
        let before = self.turns_before(desk);
        let mut awaits = turn.awaits.iter();
        awaits.all(|&(worker, turns)| self.exchange.await_turns(worker, before + turns))
    }

    /// Another phase of one worker.
    fn phase(
        &self,
        desk: &Desk,
        parts: &[usize],
        phase: Phase,
        around: &mut impl Around,
    ) -> Result<u8> {
        let mut asked = 0;
        for (number, &part) in parts.iter().enumerate() {
            desk.current.store(part, Relaxed);
            let run = |node: &mut dyn Node| node.phase(phase, &mut Remote::new(self));
            asked |= around.phase(number, || self.models.with(part, run))?;
        }
        Ok(asked)
    }

    /// Runs a phase and turns an error or a panic into a failure to report.
    #[inline(always)]
    fn guard(&self, desk: &Desk, phase: Phase, run: impl FnOnce() -> Result<u8>) -> u8 {
        match catch_unwind(AssertUnwindSafe(run)) {
            Ok(Ok(asked)) => asked,
            Ok(Err(cause)) => self.fail(desk, phase, Ok(cause)),
            Err(panic) => self.fail(desk, phase, Err(message(panic.as_ref()))),
        }
    }

    #[cold]
    fn fail(&self, desk: &Desk, phase: Phase, cause: Result<Error, String>) -> u8 {
        let part = desk.part();
        let error = self.labels[part].error(phase, desk.clock.time_step(), cause);
        self.report(part, error)
    }

    /// Ends the run of all because a model that runs by itself has failed.
    #[cold]
    pub(super) fn fail_alone(&self, part: usize, error: RunError) {
        self.report(part, error);
        self.interrupt(request::ABORT);
    }

    /// Keeps a failure for [`take_failure`](Floor::take_failure).
    #[cold]
    fn report(&self, part: usize, error: RunError) -> u8 {
        let mut failure = lock(&self.failure);
        if failure.as_ref().is_none_or(|earlier| part < earlier.part) {
            *failure = Some(Failure { part, error });
        }
        request::ABORT
    }

    /// Meets the other workers; returns what any of them was asked for.
    #[inline(always)]
    fn agree(&self, desk: &Desk, asked: u8) -> u8 {
        if self.desks.len() == 1 {
            return asked;
        }
        desk.current.store(MEETS, Relaxed);
        self.exchange.meet(asked)
    }

    /// Asks for the end of the run after the present step.
    pub(crate) fn interrupt(&self, request: u8) {
        self.exchange.ask(request);
    }

    /// Whether somebody has asked for the end of the run.
    pub(super) fn is_interrupted(&self) -> bool {
        self.exchange.asked() != 0
    }

    /// Has models that wait for something outside ask whether the run is to end.
    pub(super) fn ring(&self) {
        self.doors.iter().for_each(|door| door.ring());
    }

    /// Begins a run: it can be interrupted from now on.
    pub(crate) fn begin(&self) {
        self.exchange.begin();
    }

    /// What was asked for from outside the steps of a run: a pause or a stop.
    pub(super) fn asked(&self) -> u8 {
        self.exchange.asked() & (request::PAUSE | request::STOP)
    }

    /// Whether there are models that run in step.
    pub(super) fn has_turns(&self) -> bool {
        self.has_turns
    }

    /// Whether the present thread is one of its workers, in a run.
    pub(crate) fn is_here(&self) -> bool {
        ptr::eq(INSIDE.get(), ptr::from_ref(self).cast())
    }

    /// What each worker is at, with its time step.
    pub(crate) fn activities(&self) -> Vec<(u64, Activity)> {
        let activity = |desk: &Desk| match desk.current.load(Relaxed) {
            MEETS => Activity::Meets,
            CROSSES => Activity::Crosses,
            current => {
                let Label { process, model } = self.labels[current & !WAITS].clone();
                match current & WAITS {
                    0 => Activity::Runs { process, model },
                    _ => Activity::Waits { process },
                }
            }
        };
        let desks = self.desks.iter();
        desks
            .map(|desk| (desk.clock.time_step(), activity(desk)))
            .collect()
    }

    /// The process that a part is of, and its model.
    pub(crate) fn label(&self, part: usize) -> &Label {
        &self.labels[part]
    }

    /// Takes the failure that ended the run.
    pub(crate) fn take_failure(&self) -> Option<RunError> {
        lock(&self.failure).take().map(|failure| failure.error)
    }

    /// Calls `act` with the model of a part, as in `phase`, outside a run.
    pub(crate) fn attempt<R>(
        &self,
        part: usize,
        phase: Phase,
        act: impl FnOnce(&mut dyn Node) -> Result<R>,
    ) -> Result<R, RunError> {
        let label = &self.labels[part];
        let act = || self.models.with(part, act);
        let step = self.desks[0].clock.time_step();
        match catch_unwind(AssertUnwindSafe(act)) {
            Ok(Ok(value)) => Ok(value),
            Ok(Err(cause)) => Err(label.error(phase, step, Ok(cause))),
            Err(panic) => Err(label.error(phase, step, Err(message(panic.as_ref())))),
        }
    }
}

impl Lend for Floor {
    fn lend(&self, part: usize, act: &mut dyn FnMut(&mut dyn Node)) {
        self.models.with(part, act);
    }
}

impl Label {
    pub(super) fn error(&self, phase: Phase, step: u64, cause: Result<Error, String>) -> RunError {
        let (process, model) = (self.process.to_string(), self.model);
        match cause {
            Ok(cause) => RunError::Model {
                process,
                model,
                phase,
                step,
                cause: Box::new(cause),
            },
            Err(message) => RunError::Panic {
                process,
                model,
                phase,
                step,
                message,
            },
        }
    }
}

/// What a panic said.
pub(super) fn message(panic: &(dyn std::any::Any + Send)) -> String {
    let text = panic.downcast_ref::<&str>().map(|text| (*text).to_owned());
    text.or_else(|| panic.downcast_ref::<String>().cloned())
        .unwrap_or_else(|| "a value that is no message".to_owned())
}
