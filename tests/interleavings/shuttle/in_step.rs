//! Workers that run models in step: pauses, stops, errors and panics.

use std::panic::resume_unwind;
use std::sync::Arc;

use crate::check::check;
use crate::clock::Clock;
use crate::compiler::Turn;
use crate::crew::Crew;
use crate::desk::{Desk, Duty};
use crate::error::RunError;
use crate::floor::{Floor, Label, Recorder};
use crate::hub::Hub;
use crate::model::{Task, Phase, RemoteVars, request};
use crate::shared::{AnyOutlet, ModelOf, Outlet, Writer};
use crate::sync::{JoinHandle, Mutex, lock, spawn};
use crate::{Error, Result};

/// How many steps a run takes.
const STEPS: u64 = 3;

/// What each part receives from: another part, and how many steps before.
const SOURCES: [&[(usize, u64)]; 5] = [
    &[(4, 1)],
    &[(0, 0)],
    &[(0, 0), (3, 1)],
    &[(1, 0), (2, 0)],
    &[(2, 0), (4, 2)],
];

const PARTS: usize = SOURCES.len();

/// What a part sends for what it has received.
fn send(part: usize, received: i32) -> i32 {
    received.wrapping_mul(3).wrapping_add(part as i32 + 1)
}

/// What a part has sent in `steps` steps.
fn expected(part: usize, steps: u64) -> Vec<i32> {
    let mut sent = [const { Vec::<i32>::new() }; PARTS];
    for step in 0..steps {
        for part in 0..PARTS {
            let message = |&(from, delay): &(usize, u64)| match step.checked_sub(delay) {
                Some(step) => sent[from][step as usize],
                None => 0,
            };
            let received = SOURCES[part].iter().map(message).sum();
            sent[part].push(send(part, received));
        }
    }
    sent[part].clone()
}

/// How a model ends a run.
#[derive(Clone, Copy)]
enum End {
    Pause,
    Stop,
    Error,
    Panic,
}

/// Where a model ends a run, and how.
#[derive(Clone, Copy)]
struct Ends {
    part: usize,
    step: u64,
    phase: Phase,
    how: End,
}

/// Writes down what it has sent.
type Log = Arc<Mutex<Vec<i32>>>;

struct Adder {
    part: usize,
    clock: Arc<Clock>,
    sources: Vec<(Arc<Outlet<i32>>, u64)>,
    writer: Writer<i32>,
    log: Log,
    ends: Vec<Ends>,
}

impl Adder {
    fn end(&self, phase: Phase) -> Result<u8> {
        let step = self.clock.time_step();
        let mut ends = self.ends.iter();
        let here = ends.find(|ends| (ends.phase, ends.step) == (phase, step));
        match here.map(|ends| ends.how) {
            None => Ok(0),
            Some(End::Pause) => Ok(request::PAUSE),
            Some(End::Stop) => Ok(request::STOP),
            Some(End::Error) => Err(Error::Model("failed")),
            Some(End::Panic) => resume_unwind(Box::new("panicked")),
        }
    }
}

impl Task for Adder {
    fn spike(&mut self) -> Result<u8> {
        let asked = self.end(Phase::Spike)?;
        let tick = self.clock.tick();
        let message = |(outlet, delay): &(Arc<Outlet<i32>>, u64)| {
            let message = outlet.message(tick.saturating_sub(*delay));
            message.map_or(0, |message| message[0])
        };
        let sent = send(self.part, self.sources.iter().map(message).sum());
        let log = &self.log;
        self.writer.write(tick, |row| {
            // Others may run here, and must not look at the row.
            lock(log).push(sent);
            row[0] = sent;
            1
        });
        Ok(asked | request::POST)
    }

    fn phase(&mut self, phase: Phase, _: &mut RemoteVars<'_>) -> Result<u8> {
        self.end(phase)
    }
}

/// Counts the steps at whose end it is called.
struct Steps(Log);

impl Recorder for Steps {
    fn prepare(&mut self, _: u64) -> bool {
        true
    }

    fn record(&mut self, _: &Floor) {
        let steps = &mut *lock(&self.0);
        steps.push(steps.len() as i32 + 1);
    }

    fn clear(&mut self) {}
}

/// A network, and what its parts write down.
struct Net {
    crew: Arc<Crew>,
    floor: Arc<Floor>,
    /// By part; none is a worker's.
    clocks: Vec<Arc<Clock>>,
    logs: Vec<Log>,
    /// By worker: the steps that were recorded.
    records: Vec<Log>,
}

impl Net {
    /// On so many workers; some of the parts end the run.
    fn new(workers: usize, ends: &[Ends]) -> Result<Net> {
        let clocks: Vec<Arc<Clock>> = (0..PARTS).map(|_| Arc::default()).collect();
        let outlets: Vec<AnyOutlet> = (0..PARTS).map(|_| AnyOutlet::new::<i32>(1, 4)).collect();
        let logs: Vec<Log> = (0..PARTS).map(|_| Log::default()).collect();
        let models = (0..PARTS).map(|part| {
            let source = |&(from, delay): &(usize, u64)| (outlets[from].of(), delay);
            let adder: Box<dyn Task> = Box::new(Adder {
                part,
                clock: Arc::clone(&clocks[part]),
                sources: SOURCES[part].iter().map(source).collect(),
                writer: outlets[part].writer(),
                log: Arc::clone(&logs[part]),
                ends: ends
                    .iter()
                    .filter(|ends| ends.part == part)
                    .copied()
                    .collect(),
            });
            adder
        });
        let models = Models::new(models.collect());
        let records: Vec<Log> = (0..workers).map(|_| Log::default()).collect();
        let desk = |worker: usize| {
            let clock = Arc::default();
            let mut duty = Duty::new(turns(worker, workers, 0), &clocks, &clock);
            let steps = Steps(Arc::clone(&records[worker]));
            duty.recorders.push((worker, Box::new(steps)));
            Desk::new(clock, duty)
        };
        let desks = (0..workers).map(desk).collect();
        let floor = Arc::new(Floor::new(models, desks, labels(PARTS), None, Vec::new()));
        let hub = Arc::new(Hub::new(0, std::iter::empty()));
        Ok(Net {
            crew: Arc::new(Crew::hire(&floor, &hub, Vec::new(), Vec::new())?),
            floor,
            clocks,
            logs,
            records,
        })
    }

    /// Has the first part be with this worker, and the others with those that follow.
    fn go_round(&self, first: usize) {
        let workers = self.floor.desks.len();
        for (worker, desk) in self.floor.desks.iter().enumerate() {
            let duty = &mut *lock(&desk.duty);
            let next = Duty::new(turns(worker, workers, first), &self.clocks, &desk.clock);
            let recorders = std::mem::take(&mut duty.recorders);
            *duty = Duty { recorders, ..next };
        }
    }

    /// Drives, and is told to end by another thread meanwhile.
    fn run_interrupted(&self, steps: u64, request: u8) -> Result<u8, RunError> {
        self.crew.begin();
        let interrupt = self.interrupt(request);
        let result = self.crew.run(steps, None);
        interrupt.join().expect("nobody panics");
        result
    }

    fn interrupt(&self, request: u8) -> JoinHandle<()> {
        let crew = Arc::clone(&self.crew);
        spawn("user".to_owned(), move || crew.interrupt(request)).expect("there is room")
    }

    fn run(&self, steps: u64) -> Result<u8, RunError> {
        self.crew.begin();
        self.crew.run(steps, None)
    }

    /// How many steps the workers have made, which all have made.
    fn steps(&self) -> u64 {
        let steps = self.clocks[0].tick();
        assert!(self.clocks.iter().all(|clock| clock.tick() == steps));
        steps
    }

    /// Checks that a part has done so many steps and sent what it should.
    fn has_done(&self, part: usize, steps: u64) {
        assert_eq!(
            *lock(&self.logs[part]),
            expected(part, steps),
            "part {part}"
        );
    }

    /// Checks that all have done the same steps, and how many.
    fn parts_have_done(&self, steps: u64) {
        assert_eq!(self.steps(), steps);
        (0..PARTS).for_each(|part| self.has_done(part, steps));
    }

    /// Checks that all have done the same steps to their end.
    fn all_have_done(&self, steps: u64) {
        self.parts_have_done(steps);
        let recorded = |log: &Log| lock(log).len() as u64 == steps;
        assert!(self.records.iter().all(recorded), "all is recorded");
    }
}

/// The turns of a worker: parts go round the workers, the first is with worker `first`.
fn turns(worker: usize, workers: usize, first: usize) -> Vec<Turn> {
    let of = |part: usize| (part + first) % workers;
    let turns_until = |part: usize| (0..=part).filter(|other| of(*other) == of(part)).count();
    let turn = |part: usize| Turn {
        part,
        awaits: SOURCES[part]
            .iter()
            .filter(|(from, delay)| *delay == 0 && of(*from) != worker)
            .map(|(from, _)| (of(*from), turns_until(*from) as u64))
            .collect(),
        awaited: (0..PARTS).any(|to| of(to) != worker && SOURCES[to].contains(&(part, 0))),
    };
    let parts = (0..PARTS).filter(|part| of(*part) == worker);
    parts.map(turn).collect()
}

/// Names of processes: `0`, `1`, ….
pub(crate) fn labels(parts: usize) -> Vec<Label> {
    let label = |part: usize| Label {
        process: part.to_string().into(),
        model: "Model",
    };
    (0..parts).map(label).collect()
}

/// The part that has failed, and in which step.
pub(crate) fn failed(result: Result<u8, RunError>) -> (String, u64) {
    match result {
        Err(RunError::Model { process, step, .. } | RunError::Panic { process, step, .. }) => {
            (process, step)
        }
        other => panic!("no model has failed: {other:?}"),
    }
}

/// A pause or stop from outside comes at any time, and the run is resumed.
fn interrupted(workers: usize, request: u8) {
    let net = Net::new(workers, &[]).expect("it is built");
    let asked = net.run_interrupted(STEPS, request).expect("nobody fails");
    let steps = net.steps();
    assert!(steps == STEPS || steps < STEPS && asked & request != 0);
    net.all_have_done(steps);
    assert_eq!(net.run(1).expect("nobody fails"), 0);
    net.all_have_done(steps + 1);
}

#[test]
fn a_pause_from_outside_ends_a_step_of_all() {
    check(|| interrupted(2, request::PAUSE));
}

#[test]
fn a_stop_from_outside_ends_a_step_of_all() {
    check(|| interrupted(3, request::STOP));
}

#[test]
fn parts_go_to_other_workers_between_steps_of_a_run() {
    fn moved(workers: usize) {
        let net = Net::new(workers, &[]).expect("it is built");
        net.crew.begin();
        for first in 1..=3 {
            assert_eq!(net.crew.run(1, None).expect("nobody fails"), 0);
            net.go_round(first);
        }
        net.all_have_done(3);
    }
    check(|| moved(2));
    check(|| moved(3));
}

#[test]
fn a_model_that_asks_for_the_end_gets_it_after_its_step() {
    check(|| {
        for (how, request) in [(End::Pause, request::PAUSE), (End::Stop, request::STOP)] {
            for phase in [Phase::Spike, Phase::PostManagement] {
                let ends = Ends {
                    part: 2,
                    step: 2,
                    phase,
                    how,
                };
                let net = Net::new(3, &[ends]).expect("it is built");
                let asked = net.run(STEPS).expect("nobody fails");
                assert!(asked & request != 0);
                net.all_have_done(2);
                net.run(1).expect("nobody fails");
                net.all_have_done(3);
            }
        }
    });
}

/// A model fails in step 2, in its spike phase: whoever does not need its message has done the step.
fn fails(workers: usize, how: End) {
    let ends = Ends {
        part: 2,
        step: 2,
        phase: Phase::Spike,
        how,
    };
    let net = Net::new(workers, &[ends]).expect("it is built");
    let result = net.run_interrupted(STEPS, 0);
    assert_eq!(failed(result), ("2".to_owned(), 2));
    assert_eq!(net.steps(), 2);
    [2, 2, 1, 1, 1]
        .iter()
        .enumerate()
        .for_each(|(part, steps)| net.has_done(part, *steps));
    assert_eq!(net.run(1).expect("nobody fails"), 0);
    assert_eq!(net.steps(), 3, "the next run is one of all");
}

#[test]
fn an_error_ends_the_run_of_all_at_the_same_place() {
    check(|| fails(2, End::Error));
    check(|| fails(3, End::Error));
}

#[test]
fn a_panic_ends_the_run_of_all_at_the_same_place() {
    check(|| fails(2, End::Panic));
    check(|| fails(3, End::Panic));
}

#[test]
fn an_error_after_the_spike_phase_ends_the_run_after_it() {
    check(|| {
        for how in [End::Error, End::Panic] {
            let ends = Ends {
                part: 1,
                step: 2,
                phase: Phase::PostManagement,
                how,
            };
            let net = Net::new(2, &[ends]).expect("it is built");
            assert_eq!(failed(net.run(STEPS)), ("1".to_owned(), 2));
            net.parts_have_done(2);
            net.run(1).expect("nobody fails");
            net.parts_have_done(3);
        }
    });
}

#[test]
fn of_several_failures_the_same_one_is_reported() {
    check(|| {
        let ends = [(1, End::Panic), (2, End::Error)].map(|(part, how)| Ends {
            part,
            step: 2,
            phase: Phase::Spike,
            how,
        });
        let net = Net::new(3, &ends).expect("it is built");
        assert_eq!(failed(net.run(STEPS)), ("1".to_owned(), 2));
        // Part 4 waits for part 2, which fails, and is on the same worker as part 1.
        [2, 1, 1, 1, 1]
            .iter()
            .enumerate()
            .for_each(|(part, steps)| net.has_done(part, *steps));
    });
}

#[test]
fn an_error_and_a_pause_at_once_are_an_error_and_an_end() {
    check(|| {
        let ends = Ends {
            part: 4,
            step: 2,
            phase: Phase::Spike,
            how: End::Error,
        };
        let net = Net::new(3, &[ends]).expect("it is built");
        match net.run_interrupted(STEPS, request::PAUSE) {
            Ok(asked) => {
                assert!(asked & request::PAUSE != 0);
                net.all_have_done(1);
            }
            result => assert_eq!(failed(result), ("4".to_owned(), 2)),
        }
    });
}

#[test]
fn a_callback_sees_every_step_of_all_and_can_end_the_run() {
    check(|| {
        let net = Net::new(2, &[]).expect("it is built");
        let mut seen = Vec::new();
        let mut on_step = |step| {
            seen.push(step);
            net.logs
                .iter()
                .for_each(|log| assert_eq!(lock(log).len() as u64, step));
            if step == 2 { request::PAUSE } else { 0 }
        };
        net.crew.begin();
        let asked = net.crew.run(STEPS, Some(&mut on_step));
        assert_eq!(
            asked.expect("nobody fails") & request::PAUSE,
            request::PAUSE
        );
        assert_eq!(seen, [1, 2]);
        net.all_have_done(2);
    });
}

#[test]
fn a_callback_that_panics_ends_the_run_of_all() {
    check(|| {
        let net = Net::new(3, &[]).expect("it is built");
        let mut on_step = |_| -> u8 { resume_unwind(Box::new("the disk is full")) };
        net.crew.begin();
        let result = net.crew.run(STEPS, Some(&mut on_step));
        assert!(matches!(result, Err(RunError::Callback { step: 1, .. })));
        net.all_have_done(1);
    });
}
