//! Operations on a network, and what explains their results.

use std::sync::Arc;
use std::sync::atomic::Ordering::SeqCst;
use std::time::Duration;

use lava::Error;
use lava::error::{StateError, VarError};
use lava::network::StepAction;
use lava::prelude::*;

use super::Random;
use super::network::{Handles, Subject};

/// The most callbacks that a network gets.
const CALLBACKS: u64 = 6;

/// An operation of a thread.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Operation {
    Compile,
    Run,
    RunContinuous,
    Start,
    StartContinuous,
    Wait,
    WaitTimeout,
    Pause,
    Stop,
    Reset,
    ResetProcess,
    Get,
    Set,
    Probe,
    Profile,
    Callback,
    Change,
    Add,
    Look,
    Drop,
}

/// The operations, as often as they are drawn.
const DRAWN: &[(Operation, u64)] = &[
    (Operation::Compile, 4),
    (Operation::Run, 12),
    (Operation::RunContinuous, 2),
    (Operation::Start, 10),
    (Operation::StartContinuous, 4),
    (Operation::Wait, 6),
    (Operation::WaitTimeout, 6),
    (Operation::Pause, 10),
    (Operation::Stop, 1),
    (Operation::Reset, 6),
    (Operation::ResetProcess, 4),
    (Operation::Get, 10),
    (Operation::Set, 10),
    (Operation::Probe, 3),
    (Operation::Profile, 3),
    (Operation::Callback, 2),
    (Operation::Change, 8),
    (Operation::Add, 1),
    (Operation::Look, 4),
    (Operation::Drop, 1),
];

/// The code that makes a call.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    /// A thread that the network does not know, a callback or a change.
    Outside,
    /// A model in a run.
    Model,
}

impl Operation {
    pub(super) fn draw(random: &mut Random) -> Operation {
        let total = DRAWN.iter().map(|(_, weight)| weight).sum();
        let mut left = random.below(total);
        for (operation, weight) in DRAWN {
            if left < *weight {
                return *operation;
            }
            left -= weight;
        }
        unreachable!("the weights add up")
    }

    pub(super) fn name(self) -> &'static str {
        match self {
            Operation::Compile => "compile",
            Operation::Run => "run",
            Operation::RunContinuous => "run without end",
            Operation::Start => "start",
            Operation::StartContinuous => "start without end",
            Operation::Wait => "wait",
            Operation::WaitTimeout => "wait_timeout",
            Operation::Pause => "pause",
            Operation::Stop => "stop",
            Operation::Reset => "reset",
            Operation::ResetProcess => "reset_process",
            Operation::Get => "get",
            Operation::Set => "set",
            Operation::Probe => "probe",
            Operation::Profile => "profile",
            Operation::Callback => "callback",
            Operation::Change => "change",
            Operation::Add => "add",
            Operation::Look => "look",
            Operation::Drop => "drop",
        }
    }

    /// Makes the operation; returns its outcome in a word.
    pub(super) fn make(self, subject: &Subject, handles: &Handles, random: &mut Random) -> String {
        let result = self.call(subject, handles, random);
        if self == Operation::Stop && !is_refused(&result) {
            subject.note_stopped();
        }
        explained(self, Place::Outside, subject, result)
    }

    fn call(self, subject: &Subject, handles: &Handles, random: &mut Random) -> lava::Result<()> {
        let Handles {
            net,
            tick,
            other,
            sink,
            ..
        } = handles;
        let steps = RunSteps(1 + random.below(8));
        if matches!(
            self,
            Operation::Run
                | Operation::RunContinuous
                | Operation::Start
                | Operation::StartContinuous
        ) {
            subject.is_run_asked.store(true, SeqCst);
        }
        match self {
            Operation::Compile => net.compile(),
            Operation::Run => net.run(steps),
            Operation::RunContinuous => net.run(RunContinuous),
            Operation::Start => net.start(steps),
            Operation::StartContinuous => net.start(RunContinuous),
            Operation::Wait => net.wait(),
            Operation::WaitTimeout => net.wait_timeout(Duration::from_micros(200)).map(drop),
            Operation::Pause => net.pause(),
            Operation::Stop => {
                subject.is_stop_asked.store(true, SeqCst);
                net.stop()
            }
            Operation::Reset => net.reset(),
            Operation::ResetProcess => net.reset_process(other),
            Operation::Get => sink.data.get().and(tick.x.get().map(drop)),
            Operation::Set => tick.x.set(7),
            Operation::Probe => {
                let probe = net.probe(&tick.x)?;
                probe.data();
                Ok(())
            }
            Operation::Profile => {
                net.set_profiling(random.below(2) == 0)?;
                net.profile().map(drop)
            }
            Operation::Callback => register(subject, handles, random),
            Operation::Change => {
                let x = tick.x.clone();
                net.at_next_step(move || x.set(3))
            }
            Operation::Add => net
                .add(lava::proc::Sink::<i32>::shape([1]).steps(1))
                .map(drop),
            Operation::Look => {
                net.to_mermaid();
                net.time_step();
                net.workers();
                net.is_running();
                net.var::<i32>("tick.x").map(drop)
            }
            Operation::Drop => unreachable!("it is no operation on a network"),
        }
    }
}

/// Registers a callback that uses the network.
fn register(subject: &Subject, handles: &Handles, random: &mut Random) -> lava::Result<()> {
    if subject.callbacks.fetch_add(1, SeqCst) >= CALLBACKS {
        return Ok(());
    }
    // A callback that owned a handle would keep its network alive.
    let own = Arc::clone(&handles.subject);
    let tick = move || own.handles().map(|handles| handles.tick);
    match random.below(3) {
        0 => handles.net.on_run_start(move || {
            if let Some(tick) = tick() {
                let _ = tick.x.set(1);
            }
        }),
        1 => handles.net.on_run_end(move |_| {
            if let Some(tick) = tick() {
                let _ = tick.x.get();
            }
        }),
        _ => handles.net.on_step(|step| match step % 5 {
            0 => StepAction::Pause,
            _ => StepAction::Continue,
        }),
    }
}

/// Makes a call from a model in a run.
pub(super) fn call_inside(subject: &Subject, handles: &Handles, random: &mut Random) {
    let operation = match random.below(7) {
        0 => Operation::Pause,
        1 => Operation::Wait,
        2 => Operation::Get,
        3 => Operation::Reset,
        4 => Operation::Change,
        5 => Operation::Run,
        _ => Operation::Look,
    };
    let result = operation.call(subject, handles, random);
    explained(operation, Place::Model, subject, result);
}

/// Returns `true` if a stop was refused; a stop also returns the error of a background run.
fn is_refused(result: &lava::Result<()>) -> bool {
    matches!(
        result,
        Err(Error::State(
            StateError::Inside | StateError::Busy { .. } | StateError::Deadlock
        ))
    )
}

/// The outcome in a word.
///
/// # Panics
/// If what was asked for does not explain the result.
fn explained(
    operation: Operation,
    place: Place,
    subject: &Subject,
    result: lava::Result<()>,
) -> String {
    let Err(error) = result else {
        let waits = matches!(
            operation,
            Operation::Wait | Operation::Pause | Operation::Run
        );
        assert!(
            place == Place::Outside || !waits,
            "a model waits for its own run"
        );
        return "ok".to_owned();
    };
    let has_run = subject.is_run_asked.load(SeqCst);
    let has_stopped = subject.is_stop_asked.load(SeqCst);
    let has_failed = subject.is_failed.load(SeqCst);
    let (word, is_true) = match &error {
        Error::State(StateError::Running) => ("Running", has_run),
        Error::State(StateError::Stopped) => ("Stopped", has_stopped),
        Error::State(StateError::Halted { .. }) => ("Halted", has_failed),
        Error::State(StateError::Inside) => ("Inside", place == Place::Model),
        Error::Var { cause, .. } => match cause {
            VarError::Running => ("Running", has_run),
            VarError::Stopped => ("Stopped", has_stopped),
            _ => ("another error", false),
        },
        Error::Build(_) => ("Late", true),
        Error::Run(_) => ("the failure of a model", has_failed),
        _ => ("another error", false),
    };
    assert!(is_true, "{}: {error}", operation.name());
    word.to_owned()
}
