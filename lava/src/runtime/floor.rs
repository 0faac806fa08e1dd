//! The shop floor: what all workers of a network share, and what one worker does in a step.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, AtomicU8, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use crossbeam_utils::CachePadded;

use super::barrier::{Barrier, spin_until};
use super::clock::Clock;
use super::error::RunError;
use super::shared::Models;
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

/// What one worker has to itself.
pub(crate) struct Desk {
    pub(crate) turns: Vec<Turn>,
    /// The same parts in the order in which their processes were added.
    declared: Vec<usize>,
    pub(crate) clock: Arc<Clock>,
    pub(crate) recorders: Mutex<Vec<Box<dyn Recorder>>>,
    /// Turns done since the network was compiled, as far as others wait for them.
    progress: CachePadded<AtomicU64>,
    /// Which part has its turn.
    current: AtomicUsize,
    /// How often this worker has met the others.
    meetings: AtomicUsize,
}

impl Desk {
    pub(crate) fn new(turns: Vec<Turn>, clock: Arc<Clock>) -> Desk {
        let mut declared: Vec<usize> = turns.iter().map(|turn| turn.part).collect();
        declared.sort_unstable();
        Desk {
            turns,
            declared,
            clock,
            recorders: Mutex::default(),
            progress: CachePadded::default(),
            current: AtomicUsize::new(0),
            meetings: AtomicUsize::new(0),
        }
    }
}

/// What all workers share.
pub(crate) struct Floor {
    pub(crate) models: Models,
    pub(crate) desks: Vec<Desk>,
    /// By part.
    labels: Vec<Label>,
    barrier: Barrier,
    /// What was asked for, by meeting: written before it, read after it, cleared two later.
    asked: [CachePadded<AtomicU8>; 3],
    /// Tells workers that wait for one that failed.
    aborted: AtomicBool,
    failure: Mutex<Option<Failure>>,
}

/// The failure to report: of those of one step, the one of the process declared first.
struct Failure {
    part: usize,
    error: RunError,
}

impl Floor {
    pub(crate) fn new(models: Models, desks: Vec<Desk>, labels: Vec<Label>) -> Floor {
        Floor {
            barrier: Barrier::new(desks.len()),
            models,
            desks,
            labels,
            asked: Default::default(),
            aborted: AtomicBool::new(false),
            failure: Mutex::new(None),
        }
    }

    /// Runs `steps` steps as worker `worker`; all workers do this together. Returns what ended
    /// the run early, as a set of requests.
    pub(crate) fn work(&self, worker: usize, steps: u64) -> u8 {
        let desk = &self.desks[worker];
        let mut recorders = desk
            .recorders
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        recorders.retain_mut(|recorder| recorder.prepare(steps));
        for _ in 0..steps {
            let asked = self.step(worker);
            if asked & request::ABORT != 0 {
                return self.leave(asked);
            }
            recorders
                .iter_mut()
                .for_each(|recorder| recorder.record(self));
            if asked & (request::PAUSE | request::STOP) != 0 {
                return self.leave(asked);
            }
        }
        self.leave(0)
    }

    /// Nobody leaves a run while another may still touch a model.
    fn leave(&self, asked: u8) -> u8 {
        if self.desks.len() > 1 {
            self.barrier.wait();
        }
        asked
    }

    /// One step: the spike phase, then the phases that a model asked for.
    fn step(&self, worker: usize) -> u8 {
        let desk = &self.desks[worker];
        desk.clock.advance();
        let asked = self.guard(desk, Phase::Spike, || self.spike(desk));
        desk.clock.end_spiking();
        let mut asked = self.agree(desk, asked);
        let phases = [
            (request::PRE, Phase::PreManagement),
            (request::LEARN, Phase::Learning),
            (request::POST, Phase::PostManagement),
        ];
        for (flag, phase) in phases {
            if asked & request::ABORT == 0 && asked & flag != 0 {
                let more = self.guard(desk, phase, || self.phase(desk, phase));
                asked |= self.agree(desk, more);
            }
        }
        asked
    }

    /// The spike phase of one worker.
    #[inline(always)]
    fn spike(&self, desk: &Desk) -> Result<u8> {
        let mut asked = 0;
        let before = desk.clock.tick() * desk.turns.len() as u64;
        for (done, turn) in (before + 1..).zip(&desk.turns) {
            if !turn.awaits.is_empty() && !self.await_others(desk, turn) {
                return Ok(request::ABORT);
            }
            desk.current.store(turn.part, Ordering::Relaxed);
            asked |= self.models.with(turn.part, |node| node.spike())?;
            if turn.awaited {
                desk.progress.store(done, Ordering::Release);
            }
        }
        Ok(asked)
    }

    /// Waits until the messages for this turn have been sent. False if they never will be.
    fn await_others(&self, desk: &Desk, turn: &Turn) -> bool {
        turn.awaits.iter().all(|&(worker, turns)| {
            let other = &self.desks[worker];
            let until = desk.clock.tick() * other.turns.len() as u64 + turns;
            let sent = || other.progress.load(Ordering::Acquire) >= until;
            let aborted = || self.aborted.load(Ordering::Acquire);
            while !spin_until(|| sent() || aborted()) {}
            sent()
        })
    }

    /// Another phase of one worker.
    fn phase(&self, desk: &Desk, phase: Phase) -> Result<u8> {
        let mut asked = 0;
        for &part in &desk.declared {
            desk.current.store(part, Ordering::Relaxed);
            let run = |node: &mut dyn Node| node.phase(phase, &mut Remote::new(self));
            asked |= self.models.with(part, run)?;
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
        let part = desk.current.load(Ordering::Relaxed);
        let error = self.labels[part].error(phase, desk.clock.time_step(), cause);
        let mut failure = self.failure.lock().unwrap_or_else(PoisonError::into_inner);
        if failure.as_ref().is_none_or(|earlier| part < earlier.part) {
            *failure = Some(Failure { part, error });
        }
        self.aborted.store(true, Ordering::Release);
        request::ABORT
    }

    /// Meets the other workers; returns what any of them was asked for.
    #[inline(always)]
    fn agree(&self, desk: &Desk, asked: u8) -> u8 {
        if self.desks.len() == 1 {
            return asked;
        }
        let meeting = desk.meetings.load(Ordering::Relaxed);
        desk.meetings.store(meeting + 1, Ordering::Relaxed);
        // Two meetings ago every worker has read this one before it came to the last.
        self.asked[(meeting + 1) % 3].store(0, Ordering::Relaxed);
        let slot = &self.asked[meeting % 3];
        slot.fetch_or(asked, Ordering::Relaxed);
        self.barrier.wait();
        slot.load(Ordering::Relaxed)
    }

    /// Takes the failure that ended the run.
    pub(crate) fn take_failure(&self) -> Option<RunError> {
        self.aborted.store(false, Ordering::Release);
        let mut failure = self.failure.lock().unwrap_or_else(PoisonError::into_inner);
        failure.take().map(|failure| failure.error)
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
    fn error(&self, phase: Phase, step: u64, cause: Result<Error, String>) -> RunError {
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

fn message(panic: &(dyn std::any::Any + Send)) -> String {
    let text = panic.downcast_ref::<&str>().map(|text| (*text).to_owned());
    text.or_else(|| panic.downcast_ref::<String>().cloned())
        .unwrap_or_else(|| "a value that is no message".to_owned())
}
