//! Every call in every stage and from every place, as tables of what comes of it.

use std::sync::atomic::{AtomicBool, Ordering::SeqCst};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, OnceLock};
use std::thread;
use std::time::Duration;

use lava::Error;
use lava::error::{BuildError, ConnectError, StateError, VarError};
use lava::network::StepAction;
use lava::prelude::*;
use lava::units::ms;

use super::models::{Calls, CallsAsync, Hook, Outer, Place};
use super::watch::HangGuard;
use crate::support::loihi;

/// The handles that a call uses.
#[derive(Clone)]
struct Subject {
    net: Network<Loihi1SimCfg>,
    process: Calls,
    other: Calls,
}

type Call = fn(&Subject) -> lava::Result<()>;

/// The calls, with the names of their rows.
const CALLS: &[(&str, Call)] = &[
    ("add", |s| s.net.add(Calls::hook(Hook::none())).map(drop)),
    ("connect", |s| s.process.out.connect(&s.other.input)),
    ("set_workers", |s| s.net.set_workers(2)),
    ("set_shards", |s| s.net.set_shards(2)),
    ("memory_limit", |s| s.net.set_memory_limit(1 << 40)),
    ("memory_size", |s| s.net.memory_estimate().map(drop)),
    ("set_seed", |s| s.net.set_seed(1)),
    ("set_dt", |s| s.net.set_dt(0.1 * ms)),
    ("compile", |s| s.net.compile()),
    ("run", |s| s.net.run(RunSteps(1))),
    ("start", |s| s.net.start(RunSteps(1))),
    ("wait", |s| s.net.wait()),
    ("wait_timeout", |s| {
        s.net.wait_timeout(Duration::from_millis(1)).map(drop)
    }),
    ("pause", |s| s.net.pause()),
    ("stop", |s| s.net.stop()),
    ("reset", |s| s.net.reset()),
    ("reset_process", |s| s.net.reset_process(&s.process)),
    ("save", |s| {
        let path = snapshot_path(&s.net);
        let saved = s.net.save(&path);
        // It may not have been written.
        let _ = std::fs::remove_file(path);
        saved
    }),
    ("restore", |s| match s.net.restore(snapshot()) {
        // A snapshot of the two processes alone, of which others differ.
        Err(Error::Snapshot(_)) => Ok(()),
        other => other,
    }),
    ("checkpoint", |s| {
        s.net.checkpoint_every(RunContinuous, "none")
    }),
    ("get", |s| s.process.x.get().map(drop)),
    ("set", |s| s.process.x.set(1)),
    ("probe", |s| s.net.probe(&s.process.x).map(drop)),
    ("set_profiling", |s| s.net.set_profiling(false)),
    ("profile", |s| s.net.profile().map(drop)),
    ("on_run_start", |s| s.net.on_run_start(|| ())),
    ("on_run_end", |s| s.net.on_run_end(|_| ())),
    ("on_step", |s| s.net.on_step(|_| StepAction::Continue)),
    ("at_next_step", |s| s.net.at_next_step(|| Ok(()))),
    ("look", |s| {
        s.net.time_step();
        s.net.workers();
        s.net.is_running();
        s.net.to_mermaid();
        let _ = format!("{:?}", s.net);
        s.net.var::<i32>("first.x").map(drop)
    }),
];

/// A snapshot of two processes before their first step.
fn snapshot() -> &'static std::path::Path {
    static PATH: OnceLock<std::path::PathBuf> = OnceLock::new();
    PATH.get_or_init(|| {
        let net = network(Hook::none(), Hook::none())
            .expect("two processes")
            .net;
        let path = snapshot_path(&net);
        net.save(&path).expect("a network that was not run");
        path
    })
}

/// A file of its own for each network.
fn snapshot_path(net: &Network<Loihi1SimCfg>) -> std::path::PathBuf {
    let name = format!("lava-table-{}-{net:p}", std::process::id());
    std::env::temp_dir().join(name)
}

/// The outcome of a call from a thread that the network does not know, by the stage. In a transition
/// of another thread, here that of compiling, the call waits for its end. In a run, `wait` returns
/// after its end, and `pause` and `stop` bring it about.
const STAGES: &str = "
              | building  | compiled  | running   | halted    | stopped   | transition
add           | ok        | Late      | Late      | Late      | Late      | Late
connect       | ok        | Late      | Late      | Late      | Late      | Late
set_workers   | ok        | Compiled  | Compiled  | Compiled  | Stopped   | Compiled
set_shards    | ok        | Compiled  | Compiled  | Compiled  | Stopped   | Compiled
memory_limit  | ok        | Compiled  | Compiled  | Compiled  | Stopped   | Compiled
memory_size   | ok        | ok        | Running   | ok        | Stopped   | ok
set_seed      | ok        | Seed      | Seed      | Seed      | Stopped   | Seed
set_dt        | ok        | Dt        | Dt        | Dt        | Stopped   | Dt
compile       | ok        | ok        | ok        | ok        | Stopped   | ok
run           | ok        | ok        | Running   | Halted    | Stopped   | ok
start         | ok        | ok        | Running   | Halted    | Stopped   | ok
wait          | ok        | ok        | ok        | ok        | ok        | ok
wait_timeout  | ok        | ok        | ok        | ok        | ok        | ok
pause         | ok        | ok        | ok        | ok        | ok        | ok
stop          | ok        | ok        | ok        | ok        | ok        | ok
reset         | ok        | ok        | Running   | ok        | Stopped   | ok
reset_process | ok        | ok        | Running   | ok        | Stopped   | ok
save          | ok        | ok        | Running   | Halted    | Stopped   | ok
restore       | ok        | ok        | Running   | ok        | Stopped   | ok
checkpoint    | ok        | ok        | Running   | ok        | Stopped   | ok
get           | ok        | ok        | Running   | ok        | Stopped   | ok
set           | ok        | ok        | Running   | ok        | Stopped   | ok
probe         | ok        | ok        | Running   | ok        | Stopped   | ok
set_profiling | ok        | ok        | Running   | ok        | Stopped   | ok
profile       | ok        | ok        | Running   | ok        | Stopped   | ok
on_run_start  | ok        | ok        | Running   | ok        | Stopped   | ok
on_run_end    | ok        | ok        | Running   | ok        | Stopped   | ok
on_step       | ok        | ok        | Running   | ok        | Stopped   | ok
at_next_step  | ok        | ok        | ok        | ok        | Stopped   | ok
look          | ok        | ok        | ok        | ok        | ok        | ok
";

/// The outcome of a call from code that the network calls: of a model in a step, on the thread of the
/// run or another worker, of an asynchronous and a detached model; of a model while it is started, told
/// of a Var, dropped; of a callback before a run, after it, and after a step; of a change; of the
/// construction of a composite process.
const PLACES: &str = "
              | worker 0  | worker 1  | async     | detached  | start     | update    | drop      | before    | after     | step      | change    | build
add           | Late      | Late      | Late      | Late      | Late      | Late      | Late      | Late      | Late      | Late      | Late      | ok
connect       | Late      | Late      | Late      | Late      | Late      | Late      | Late      | Late      | Late      | Late      | Late      | ok
set_workers   | Compiled  | Compiled  | Compiled  | Compiled  | Busy      | Compiled  | Stopped   | Compiled  | Compiled  | Compiled  | Compiled  | ok
set_shards    | Compiled  | Compiled  | Compiled  | Compiled  | Busy      | Compiled  | Stopped   | Compiled  | Compiled  | Compiled  | Compiled  | ok
memory_limit  | Compiled  | Compiled  | Compiled  | Compiled  | Busy      | Compiled  | Stopped   | Compiled  | Compiled  | Compiled  | Compiled  | ok
memory_size   | Running   | Running   | Running   | Running   | Busy      | Busy      | Busy      | ok        | ok        | Running   | ok        | Busy
set_seed      | Seed      | Seed      | Seed      | Seed      | Busy      | Seed      | Stopped   | Seed      | Seed      | Seed      | Seed      | ok
set_dt        | Dt        | Dt        | Dt        | Dt        | Busy      | Dt        | Stopped   | Dt        | Dt        | Dt        | Dt        | ok
compile       | ok        | ok        | ok        | ok        | Busy      | ok        | Busy      | ok        | ok        | ok        | ok        | Busy
run           | Running   | Running   | Running   | Running   | Busy      | Busy      | Busy      | ok        | ok        | Running   | Running   | Busy
start         | Running   | Running   | Running   | Running   | Busy      | Busy      | Busy      | ok        | ok        | Running   | Running   | Busy
wait          | Inside    | Inside    | Inside    | Inside    | ok        | ok        | ok        | ok        | ok        | Inside    | Inside    | ok
wait_timeout  | Inside    | Inside    | Inside    | Inside    | ok        | ok        | ok        | ok        | ok        | Inside    | Inside    | ok
pause         | Inside    | Inside    | Inside    | Inside    | ok        | ok        | ok        | ok        | ok        | Inside    | Inside    | ok
stop          | Inside    | Inside    | Inside    | Inside    | Busy      | Busy      | Busy      | ok        | ok        | Inside    | Inside    | ok
reset         | Running   | Running   | Running   | Running   | Busy      | Busy      | Busy      | ok        | ok        | Running   | ok        | ok
reset_process | Running   | Running   | Running   | Running   | Busy      | Busy      | Busy      | ok        | ok        | Running   | ok        | ok
save          | Running   | Running   | Running   | Running   | Busy      | Busy      | Busy      | ok        | ok        | Running   | ok        | Busy
restore       | Running   | Running   | Running   | Running   | Busy      | Busy      | Busy      | ok        | ok        | Running   | ok        | Busy
checkpoint    | Running   | Running   | Running   | Running   | ok        | ok        | Stopped   | ok        | ok        | Running   | Running   | ok
get           | Running   | Running   | Running   | Running   | Busy      | Busy      | Busy      | ok        | ok        | Running   | ok        | ok
set           | Running   | Running   | Running   | Running   | Busy      | Busy      | Busy      | ok        | ok        | Running   | ok        | ok
probe         | Running   | Running   | Running   | Running   | Busy      | Busy      | Busy      | ok        | ok        | Running   | ok        | ok
set_profiling | Running   | Running   | Running   | Running   | Busy      | Busy      | Busy      | ok        | ok        | Running   | ok        | ok
profile       | Running   | Running   | Running   | Running   | Busy      | Busy      | Busy      | ok        | ok        | Running   | ok        | ok
on_run_start  | Running   | Running   | Running   | Running   | ok        | ok        | Stopped   | ok        | ok        | Running   | Running   | ok
on_run_end    | Running   | Running   | Running   | Running   | ok        | ok        | Stopped   | ok        | ok        | Running   | Running   | ok
on_step       | Running   | Running   | Running   | Running   | ok        | ok        | Stopped   | ok        | ok        | Running   | Running   | ok
at_next_step  | ok        | ok        | ok        | ok        | Busy      | Busy      | Stopped   | ok        | ok        | ok        | ok        | ok
look          | ok        | ok        | ok        | ok        | ok        | ok        | ok        | ok        | ok        | ok        | ok        | ok
";

/// The outcome of a call in a word.
fn word(result: &lava::Result<()>) -> String {
    let word = match result {
        Ok(()) => "ok",
        Err(Error::State(error)) => match error {
            StateError::Running => "Running",
            StateError::Halted { .. } => "Halted",
            StateError::Stopped => "Stopped",
            StateError::Inside => "Inside",
            StateError::Busy { .. } => "Busy",
            StateError::Compiled => "Compiled",
            StateError::Seed => "Seed",
            StateError::Dt => "Dt",
            _ => "?",
        },
        Err(Error::Var { cause, .. }) => match cause {
            VarError::Running => "Running",
            VarError::Stopped => "Stopped",
            VarError::Busy { .. } => "Busy",
            _ => "?",
        },
        Err(Error::Build(error)) if matches!(**error, BuildError::Late { .. }) => "Late",
        Err(Error::Connect(error)) if matches!(**error, ConnectError::Late { .. }) => "Late",
        Err(_) => "?",
    };
    match (word, result) {
        ("?", Err(error)) => error.to_string(),
        (word, _) => word.to_owned(),
    }
}

/// A call that is made once, from the place where `make` is called first.
#[derive(Clone)]
struct Once {
    call: Call,
    subject: Arc<OnceLock<Subject>>,
    is_made: Arc<AtomicBool>,
    outcome: Sender<String>,
}

impl Once {
    fn make(&self) {
        let Some(subject) = self.subject.get() else {
            return;
        };
        if !self.is_made.swap(true, SeqCst) {
            let outcome = word(&(self.call)(subject));
            self.outcome.send(outcome).expect("it is awaited");
        }
    }

    /// A hook that makes the call in one place.
    fn at(&self, place: Place) -> Hook {
        let once = self.clone();
        Hook::at(place, move || {
            once.make();
            Ok(())
        })
    }

    /// A hook that makes the call in a step, on worker 1 or on the thread of the run.
    fn on_worker(&self, is_other: bool) -> Hook {
        let once = self.clone();
        Hook::at(Place::Run, move || {
            let thread = thread::current();
            let is_worker = thread
                .name()
                .is_some_and(|name| name.starts_with("lava worker"));
            if is_worker == is_other {
                once.make();
            }
            Ok(())
        })
    }
}

/// A network of two processes on two workers with these hooks.
fn network(first: Hook, second: Hook) -> lava::Result<Subject> {
    let net = loihi();
    net.set_workers(2)?;
    let process = net.add(Calls::hook(first).name("first"))?;
    let other = net.add(Calls::hook(second).name("second"))?;
    Ok(Subject {
        net,
        process,
        other,
    })
}

/// Makes a call from a place; returns its outcome.
fn from_place(place: &str, call: Call) -> lava::Result<String> {
    let (outcome, made): (Sender<String>, Receiver<String>) = channel();
    let once = Once {
        call,
        subject: Arc::default(),
        is_made: Arc::default(),
        outcome,
    };
    let (first, second) = match place {
        "worker 0" => (once.on_worker(false), once.on_worker(false)),
        "worker 1" => (once.on_worker(true), once.on_worker(true)),
        "start" => (once.at(Place::Start), Hook::none()),
        "update" => (once.at(Place::Update), Hook::none()),
        "drop" => (once.at(Place::Drop), Hook::none()),
        _ => (Hook::none(), Hook::none()),
    };
    let subject = network(first, second)?;
    let net = &subject.net;
    once.subject
        .set(subject.clone())
        .unwrap_or_else(|_| unreachable!("it is set once"));
    let here = once.clone();
    match place {
        "async" => drop(net.add(CallsAsync::hook(once.at(Place::Run)).asynchronous())?),
        "detached" => drop(net.add(Calls::hook(once.at(Place::Run)).detached())?),
        "before" => net.on_run_start(move || here.make())?,
        "after" => net.on_run_end(move |_| here.make())?,
        "step" => net.on_step(move |_| {
            here.make();
            StepAction::Continue
        })?,
        "change" => {
            let own = net.clone();
            net.on_step(move |step| {
                let here = here.clone();
                if step == 1 {
                    let change = move || {
                        here.make();
                        Ok(())
                    };
                    own.at_next_step(change).expect("the network is running");
                }
                StepAction::Continue
            })?;
        }
        // The call may stop the network.
        "build" => drop(net.add(Outer::hook(once.at(Place::Build)))),
        "update" => {
            net.compile()?;
            subject.process.x.set(1)?;
        }
        _ => {}
    }
    if !matches!(place, "build" | "update") {
        // The call may stop the network, or leave a run in the background.
        let _ = net.run(RunSteps(2));
    }
    if matches!(place, "async" | "detached") {
        // An independent model may come too late for a run.
        while !once.is_made.load(SeqCst) {
            let _ = net.run(RunSteps(2));
        }
    }
    let _ = net.stop();
    Ok(made.recv().expect("the call is made"))
}

/// Makes a call in a stage, from a thread that the network does not know.
fn in_stage(stage: &str, call: Call) -> lava::Result<String> {
    let (release, released) = channel::<()>();
    let released = std::sync::Mutex::new(released);
    let is_starting = stage == "transition";
    let (entered, in_start) = channel();
    let entered = std::sync::Mutex::new(entered);
    let is_failing = Arc::new(AtomicBool::new(false));
    let fails = Arc::clone(&is_failing);
    let hook = Hook::new(move |place| match place {
        Place::Start if is_starting => {
            entered
                .lock()
                .expect("nobody panics")
                .send(())
                .expect("it is awaited");
            let _ = released.lock().expect("nobody panics").recv();
            Ok(())
        }
        Place::Run if fails.load(SeqCst) => Err(Error::model("it fails")),
        _ => Ok(()),
    });
    let subject = network(hook, Hook::none())?;
    let net = &subject.net;
    match stage {
        "compiled" => net.compile()?,
        "running" => net.start(RunContinuous)?,
        "halted" => {
            is_failing.store(true, SeqCst);
            net.run(RunSteps(1)).expect_err("the model fails");
            is_failing.store(false, SeqCst);
        }
        "stopped" => net.stop()?,
        _ => {}
    }
    let (done, outcome) = channel();
    let caller = subject.clone();
    let calls = move || done.send(word(&call(&caller))).expect("it is awaited");
    let outcome = if is_starting {
        let compiling = {
            let net = net.clone();
            thread::spawn(move || net.compile())
        };
        in_start.recv().expect("the model starts");
        let calling = thread::spawn(calls);
        // A call that did not wait would be over.
        let early = outcome.recv_timeout(Duration::from_millis(5));
        drop(release);
        let outcome = early.or_else(|_| outcome.recv()).expect("the call returns");
        calling.join().expect("it does not panic");
        compiling.join().expect("it does not panic")?;
        outcome
    } else {
        let calling = thread::spawn(calls);
        let early = outcome.recv_timeout(Duration::from_millis(200));
        if early.is_err() {
            // It waits for the end of the run.
            net.pause()?;
        }
        let outcome = early.or_else(|_| outcome.recv()).expect("the call returns");
        calling.join().expect("it does not panic");
        outcome
    };
    net.stop()?;
    Ok(outcome)
}

/// Compares what comes of each call with the table.
fn check(table: &str, outcome: fn(&str, Call) -> lava::Result<String>) -> lava::Result<()> {
    let header = table.lines().nth(1).expect("there is a header");
    let columns: Vec<&str> = header.split('|').skip(1).map(str::trim).collect();
    let mut found = vec![String::new(), header.to_owned()];
    for (name, call) in CALLS {
        let mut row = format!("{name:<13}");
        for column in &columns {
            let outcome = outcome(column, *call)?;
            row.push_str(&format!(" | {outcome:<9}"));
        }
        found.push(row.trim_end().to_owned());
    }
    let found = found.join("\n");
    assert!(found.trim() == table.trim(), "{found}");
    Ok(())
}

#[test]
fn calls_from_outside() -> lava::Result<()> {
    let _guard = HangGuard::new("calls_from_outside");
    check(STAGES, in_stage)
}

#[test]
fn calls_from_code_that_the_network_calls() -> lava::Result<()> {
    let _guard = HangGuard::new("calls_from_code_that_the_network_calls");
    check(PLACES, from_place)
}
