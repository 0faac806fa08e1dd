//! The state machine of a network alone, with an engine that counts: each pair of operations in every
//! order, and three operations at once in every order with a few preemptions.

use std::sync::Arc;

use lava_core::executor::Requests;
use lava_core::lifecycle::{
    Lifecycle, LifecycleState, Refused, RunControl, RunEnd, Session, Stage, Stopping, Suspension,
};
use lava_core::sync::{Mutex, Scope, lock};
use loom::thread;

/// The limit of preemptions of three threads.
const PREEMPTIONS: usize = 2;

/// An engine whose run is over when its end was requested, or after one step.
#[derive(Debug, Default)]
struct Engine {
    requests: Mutex<Requests>,
}

impl RunControl for Engine {
    fn start_run(&self) {
        *lock(&self.requests) = Requests::NONE;
    }

    fn interrupt(&self, requests: Requests) {
        *lock(&self.requests) |= requests;
    }

    fn time_step(&self) -> u64 {
        0
    }
}

/// The notes of the operations.
#[derive(Debug, Default)]
struct Data {
    /// A thread uses the models.
    is_in_use: bool,
    is_stopped: bool,
    changes: usize,
    made: usize,
    runs: usize,
}

type Machine = Lifecycle<Data, Engine>;

/// An operation, as a network makes it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Operation {
    Compile,
    /// A run without callbacks.
    Run,
    /// A run with callbacks before and after it.
    CallingRun,
    Stop,
    Pause,
    Wait,
    Access,
    Reset,
    Change,
    Add,
}

use Operation::{Access, Add, CallingRun, Change, Compile, Pause, Reset, Run, Stop, Wait};

const OPERATIONS: [Operation; 10] = [
    Compile, Run, CallingRun, Stop, Pause, Wait, Access, Reset, Change, Add,
];

/// Uses the models as the only thread.
fn use_models(machine: &Machine) {
    let mut state = machine.lock();
    assert!(
        !state.data.is_in_use,
        "one thread at a time uses the models"
    );
    assert!(!state.data.is_stopped, "the models are gone");
    state.data.is_in_use = true;
    drop(state);
    thread::yield_now();
    machine.lock().data.is_in_use = false;
}

fn compile(machine: &Machine) -> Result<(), Refused> {
    if machine.lock().stage().engine().is_some() {
        return Ok(());
    }
    let transition = match machine.transition_of_whole("being compiled") {
        Err(Refused::Running) => return Ok(()),
        transition => transition?,
    };
    if transition.engine().is_none() {
        use_models(machine);
        drop(transition.enter(Stage::Ready(Arc::default())));
    }
    Ok(())
}

fn make_changes(machine: &Machine) {
    machine.suspend();
    let _scope = Scope::Change.enter(machine.network());
    let changes = std::mem::take(&mut machine.lock().data.changes);
    for _ in 0..changes {
        access(machine).expect("a change can use the models");
        machine.lock().data.made += 1;
    }
}

fn start_run(
    session: Session,
    state: &mut LifecycleState<Data, Engine>,
) -> Result<Arc<Engine>, Refused> {
    let engine = state.start_run(session)?;
    if state.data.changes > 0 {
        state.interrupt(Requests::SUSPEND);
    }
    Ok(engine)
}

fn begin_run(machine: &Machine, has_calls: bool) -> Result<(Session, Arc<Engine>), Refused> {
    let (session, mut state) = loop {
        match machine.begin_session()? {
            Some(begun) => break begun,
            None => compile(machine)?,
        }
    };
    let engine = if has_calls {
        drop(state);
        let transition = machine.transition("starting a run");
        transition.and_then(|transition| start_run(session, &mut transition.lock()))
    } else {
        let started = start_run(session, &mut state);
        drop(state);
        started
    };
    if engine.is_err() {
        machine.end_session(session);
    }
    engine.map(|engine| (session, engine))
}

fn run(machine: &Machine, has_calls: bool) -> Result<(), Refused> {
    let (mut session, engine) = begin_run(machine, has_calls)?;
    {
        let _scope = Scope::Run.enter(machine.network());
        use_models(machine);
        machine.lock().data.runs += 1;
    }
    let requests = *lock(&engine.requests);
    let stage = if requests.intersects(Requests::STOP) {
        let why = String::new();
        Stage::Halted { engine, why }
    } else {
        Stage::Ready(engine)
    };
    let (mut stage, mut is_changed) = (Some(stage), false);
    while let Some(same) = stage {
        stage = machine.end_run(&mut session, same, |data, _| {
            if !is_changed && data.changes > 0 {
                RunEnd::Changes
            } else if has_calls {
                RunEnd::Run
            } else {
                RunEnd::Session
            }
        });
        if stage.is_some() {
            make_changes(machine);
            is_changed = true;
        }
    }
    if !session.is_over() {
        machine.acquire_callbacks(&mut session);
    }
    machine.end_session(session);
    Ok(())
}

fn access(machine: &Machine) -> Result<(), Refused> {
    let _transition = machine.transition("reading a Var")?;
    use_models(machine);
    Ok(())
}

fn reset(machine: &Machine) -> Result<(), Refused> {
    let transition = machine.transition("being reset")?;
    use_models(machine);
    if let Some(engine) = transition.engine()
        && !transition.lock().is_running()
    {
        drop(transition.enter(Stage::Ready(engine)));
    }
    Ok(())
}

fn stop(machine: &Machine) -> Result<(), Refused> {
    if let Stopping::Last(transition) = machine.stop()? {
        let step = transition.lock().stage().time_step();
        let last = transition.enter(Stage::Stopped { step });
        use_models(machine);
        transition.lock().data.is_stopped = true;
        drop(last);
    }
    assert!(machine.lock().data.is_stopped);
    Ok(())
}

fn change(machine: &Machine) -> Result<(), Refused> {
    match machine.request_suspension(|data| data.changes += 1)? {
        Suspension::Requested => {}
        Suspension::NotRunning(session) => {
            let scope = session.map(|_| Scope::Callback.enter(machine.network()));
            // Only a stop can come between.
            match access(machine) {
                Ok(()) => machine.lock().data.made += 1,
                Err(refused) => assert_eq!(refused, Refused::Stopped),
            }
            drop(scope);
            if let Some(session) = session {
                machine.end_session(session);
            }
        }
    }
    Ok(())
}

fn add(machine: &Machine) -> Result<(), Refused> {
    let (addition, state) = machine.addition()?;
    drop(state);
    thread::yield_now();
    drop(machine.building()?);
    drop(addition);
    Ok(())
}

impl Operation {
    fn make(self, machine: &Machine) -> Result<(), Refused> {
        match self {
            Compile => compile(machine),
            Run => run(machine, false),
            CallingRun => run(machine, true),
            Stop => stop(machine),
            Pause => machine.pause(),
            Wait => machine.wait(None).map(drop),
            Access => access(machine),
            Reset => reset(machine),
            Change => change(machine),
            Add => add(machine),
        }
    }

    /// Returns `true` if a network on which these operations are made can refuse this one so.
    fn may_be_refused(self, refused: &Refused, others: &[Operation], is_compiled: bool) -> bool {
        let has = |operation| others.contains(&operation);
        let has_run = has(Run) || has(CallingRun);
        match refused {
            Refused::Stopped => has(Stop) && !matches!(self, Pause | Wait | Stop),
            Refused::Running => has_run && matches!(self, Run | CallingRun | Access | Reset | Add),
            Refused::Compiled => self == Add && (is_compiled || has_run || has(Compile)),
            // A run that a stop has ended: the network is stopped next.
            Refused::Halted(_) => self == Add && has(Stop) && has_run,
            Refused::Inside | Refused::Busy(_) | Refused::Deadlock => false,
        }
    }
}

/// Makes the operations at once, each on a thread.
fn check(preemptions: Option<usize>, is_compiled: bool, operations: &'static [Operation]) {
    let mut model = loom::model::Builder::new();
    model.preemption_bound = preemptions;
    model.check(move || {
        let machine = Arc::new(Machine::new(Data::default()));
        if is_compiled {
            compile(&machine).expect("nothing else happens");
        }
        let make = move |index: usize, machine: &Machine| {
            let operation = operations[index];
            if let Err(refused) = operation.make(machine) {
                let mut others = operations.to_vec();
                others.remove(index);
                assert!(
                    operation.may_be_refused(&refused, &others, is_compiled),
                    "{operation:?} of {operations:?}: {refused:?}"
                );
            }
        };
        let threads = (1..operations.len()).map(|index| {
            let machine = Arc::clone(&machine);
            thread::spawn(move || make(index, &machine))
        });
        let threads: Vec<_> = threads.collect();
        make(0, &machine);
        for thread in threads {
            thread.join().expect("it does not panic");
        }
        let state = machine.lock();
        assert_eq!(state.data.changes, 0, "every change is made");
        assert!(!state.is_running());
        let is_stopped = matches!(state.stage(), Stage::Stopped { .. });
        assert_eq!(is_stopped, operations.contains(&Stop), "no stop is lost");
    });
}

/// The pairs with `first`, of which the other is the same or comes later in the list.
fn check_pairs(first: Operation) {
    let from = OPERATIONS.iter().position(|other| *other == first);
    for second in &OPERATIONS[from.expect("it is in the list")..] {
        for is_compiled in [false, true] {
            check(None, is_compiled, Vec::leak(vec![first, *second]));
        }
    }
}

#[test]
fn pairs_with_compile() {
    check_pairs(Compile);
}

#[test]
fn pairs_with_run() {
    check_pairs(Run);
}

#[test]
fn pairs_with_calling_run() {
    check_pairs(CallingRun);
}

#[test]
fn pairs_with_stop() {
    check_pairs(Stop);
}

#[test]
fn pairs_with_pause() {
    check_pairs(Pause);
}

#[test]
fn pairs_with_wait() {
    check_pairs(Wait);
}

#[test]
fn pairs_with_access() {
    check_pairs(Access);
}

#[test]
fn pairs_with_reset() {
    check_pairs(Reset);
}

#[test]
fn pairs_with_change_and_add() {
    check_pairs(Change);
    check_pairs(Add);
}

#[test]
fn a_stop_between_two_runs() {
    check(Some(PREEMPTIONS), true, &[Run, Stop, Run]);
    check(Some(PREEMPTIONS), true, &[Run, Stop, CallingRun]);
}

#[test]
fn a_stop_a_change_and_a_run() {
    check(Some(PREEMPTIONS), true, &[Run, Stop, Change]);
}

#[test]
fn a_pause_a_change_and_a_run() {
    check(Some(PREEMPTIONS), true, &[Run, Pause, Change]);
    check(Some(PREEMPTIONS), true, &[CallingRun, Pause, Change]);
}

#[test]
fn a_stop_a_reset_and_a_run() {
    check(Some(PREEMPTIONS), true, &[Run, Stop, Reset]);
}

#[test]
fn an_addition_a_stop_and_a_run() {
    check(Some(PREEMPTIONS), false, &[Add, Stop, Run]);
}
