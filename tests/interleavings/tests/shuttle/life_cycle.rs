//! Each pair of operations on a network of the library, in a stage that is drawn.
//!
//! `LAVA_SCHEDULES` is the number of schedules of each pair, `LAVA_SEED` their seed.

use std::env;
use std::str::FromStr;
use std::time::Instant;

use lava::Error;
use lava::error::{StateError, VarError};
use lava::prelude::*;
use lava_core::sync::{alive, spawn};
use shuttle::rand::{RngCore, thread_rng};
use shuttle::thread::yield_now;

use crate::check::check_seeded;
use crate::library::{Pair, Sum, join};

/// The schedules of each pair, if no other number is given.
const SCHEDULES: usize = 200;

/// An operation of a thread, on handles of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Operation {
    Stop,
    Pause,
    Set,
    Get,
    Reset,
    Probe,
    Drop,
    Run,
    Compile,
    Change,
}

use Operation::{Change, Compile, Drop, Get, Pause, Probe, Reset, Run, Set, Stop};

const OPERATIONS: [Operation; 10] = [
    Stop, Pause, Set, Get, Reset, Probe, Drop, Run, Compile, Change,
];

/// The stage in which the operations meet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Start {
    Building,
    Compiled,
    Running,
}

impl Operation {
    fn make(self, net: Network<Loihi1SimCfg>, sum: Sum) -> lava::Result<()> {
        match self {
            Stop => net.stop(),
            Pause => net.pause(),
            Set => sum.sum.set(1),
            Get => sum.sum.get().map(drop),
            Reset => net.reset(),
            Probe => net.probe(&sum.sum).map(drop),
            Drop => {
                drop((net, sum));
                Ok(())
            }
            Run => net.run(RunSteps(1)),
            Compile => net.compile(),
            Change => {
                let var = sum.sum.clone();
                net.at_next_step(move || var.set(1))
            }
        }
    }

    /// Returns `true` if the other operation and the stage explain this error.
    fn explains(self, error: &Error, other: Operation, start: Start) -> bool {
        let (is_running, is_stopped) = match error {
            Error::State(error) => (
                matches!(error, StateError::Running),
                matches!(error, StateError::Stopped),
            ),
            Error::Var { cause, .. } => (
                matches!(cause, VarError::Running),
                matches!(cause, VarError::Stopped),
            ),
            _ => (false, false),
        };
        let has_run = start == Start::Running || other == Run;
        is_stopped && other == Stop || is_running && has_run && self != Change
    }
}

/// Makes two operations at once.
fn meet(operations: [Operation; 2]) {
    let pair = Pair::new();
    let start = match thread_rng().next_u32() % 3 {
        0 => Start::Building,
        1 => Start::Compiled,
        _ => Start::Running,
    };
    match start {
        Start::Building => {}
        Start::Compiled => pair.net.compile().expect("it is built"),
        Start::Running => pair.net.start(RunSteps(2)).expect("it is built"),
    }
    let [first, second] = operations;
    let threads = [(first, second), (second, first)].map(|(operation, other)| {
        let (net, sum) = (pair.net.clone(), pair.sum.clone());
        let body = move || {
            if let Err(error) = operation.make(net, sum) {
                let is_true = operation.explains(&error, other, start);
                assert!(
                    is_true,
                    "{operation:?} with {other:?} from {start:?}: {error}"
                );
            }
        };
        spawn("user".to_owned(), body).expect("it is spawned")
    });
    if operations.contains(&Drop) {
        drop(pair);
        threads.into_iter().for_each(join);
        // A thread that held the network for a moment may be the last to leave it.
        while alive() > 0 {
            yield_now();
        }
        return;
    }
    threads.into_iter().for_each(join);
    let is_stopped = operations.contains(&Stop);
    pair.net.wait().expect("no model fails");
    assert!(!pair.net.is_running());
    assert_eq!(pair.sum.sum.get().is_err(), is_stopped, "no stop is lost");
    let run = pair.net.run(RunSteps(1));
    assert_eq!(run.is_err(), is_stopped);
    if !operations
        .iter()
        .any(|operation| matches!(operation, Stop | Set | Reset | Change))
    {
        pair.assert_summed();
    }
    pair.net.stop().expect("no model fails");
}

/// The value of a variable of the environment.
fn given<T: FromStr>(name: &str) -> Option<T> {
    env::var(name).ok()?.parse().ok()
}

/// Checks `first` with itself and what follows it in the list.
fn check_pairs(first: Operation) {
    let schedules = given("LAVA_SCHEDULES").unwrap_or(SCHEDULES);
    let seed = given("LAVA_SEED").unwrap_or(1);
    let from = OPERATIONS.iter().position(|other| *other == first);
    for &second in &OPERATIONS[from.expect("it is in the list")..] {
        let begun = Instant::now();
        check_seeded(schedules, seed, move || meet([first, second]));
        let seconds = begun.elapsed().as_secs_f64();
        println!(
            "{first:?} and {second:?}: {schedules} schedules of seed {seed} in {seconds:.0} s"
        );
    }
}

macro_rules! pairs {
    ($($name:ident $operation:ident),+ $(,)?) => {$(
        #[test]
        fn $name() {
            check_pairs($operation);
        }
    )+};
}

pairs! {
    pairs_with_stop Stop,
    pairs_with_pause Pause,
    pairs_with_set Set,
    pairs_with_get Get,
    pairs_with_reset Reset,
    pairs_with_probe Probe,
    pairs_with_drop Drop,
    pairs_with_run Run,
    pairs_with_compile Compile,
    pairs_with_change Change,
}
