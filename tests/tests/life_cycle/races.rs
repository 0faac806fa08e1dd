//! Calls of several threads at once.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering::SeqCst};
use std::thread;

use lava::Error;
use lava::error::{StateError, VarError};
use lava::network::StepAction;
use lava::prelude::*;

use super::models::{Calls, Hook, Place};
use super::watch::HangGuard;
use crate::support::loihi;

type Net = Network<Loihi1SimCfg>;

/// The number of rounds of a race.
const ROUNDS: usize = 300;

fn network(hook: Hook) -> lava::Result<(Net, Calls)> {
    let net = loihi();
    net.set_workers(1)?;
    let process = net.add(Calls::hook(hook))?;
    Ok((net, process))
}

#[test]
fn a_stop_that_is_refused_refuses_nothing_else() -> lava::Result<()> {
    let _guard = HangGuard::new("a_stop_that_is_refused_refuses_nothing_else");
    // A model in `on_var_update` asks for a stop, which is refused; another thread reads meanwhile.
    let own: Arc<std::sync::OnceLock<Net>> = Arc::default();
    let inside = Arc::clone(&own);
    let hook = Hook::at(Place::Update, move || {
        let result = inside.get().expect("it is set").stop();
        assert!(matches!(result, Err(Error::State(StateError::Busy { .. }))));
        Ok(())
    });
    let (net, process) = network(hook)?;
    own.set(net.clone()).expect("it is set once");
    net.compile()?;
    let is_over = AtomicBool::new(false);
    thread::scope(|scope| {
        let reader = scope.spawn(|| {
            while !is_over.load(SeqCst) {
                process.x.get()?;
                net.run(RunSteps(1)).or_else(|error| match error {
                    Error::State(StateError::Running) => Ok(()),
                    error => Err(error),
                })?;
            }
            Ok::<(), Error>(())
        });
        let mut result = Ok(());
        for _ in 0..10 * ROUNDS {
            result = match process.x.set(1) {
                Err(Error::Var {
                    cause: VarError::Running,
                    ..
                }) => Ok(()),
                result => result,
            };
            if result.is_err() {
                break;
            }
        }
        is_over.store(true, SeqCst);
        result.and(reader.join().expect("it does not panic"))
    })?;
    net.stop()
}

#[test]
fn a_network_is_built_and_measured_at_once() -> lava::Result<()> {
    let _guard = HangGuard::new("a_network_is_built_and_measured_at_once");
    let (net, _) = network(Hook::none())?;
    let is_over = AtomicBool::new(false);
    thread::scope(|scope| {
        let measuring = scope.spawn(|| {
            while !is_over.load(SeqCst) {
                net.memory_estimate().expect("it waits for additions");
            }
        });
        let mut result = Ok(());
        for _ in 0..ROUNDS {
            result = result.and(net.add(Calls::hook(Hook::none())).map(drop));
        }
        is_over.store(true, SeqCst);
        measuring.join().expect("it does not panic");
        result
    })?;
    net.stop()
}

#[test]
fn a_run_that_meets_a_stop_is_told_of_the_stop() -> lava::Result<()> {
    let _guard = HangGuard::new("a_run_that_meets_a_stop_is_told_of_the_stop");
    for _ in 0..ROUNDS {
        let (net, _) = network(Hook::none())?;
        net.start(RunContinuous)?;
        thread::scope(|scope| {
            let running = scope.spawn(|| {
                loop {
                    match net.run(RunSteps(1)) {
                        Ok(()) | Err(Error::State(StateError::Running)) => {}
                        Err(Error::State(StateError::Stopped)) => return,
                        Err(other) => panic!("{other}"),
                    }
                }
            });
            net.stop()?;
            running.join().expect("it is told");
            Ok::<(), Error>(())
        })?;
    }
    Ok(())
}

#[test]
fn a_change_is_made_whether_a_run_begins_or_not() -> lava::Result<()> {
    let _guard = HangGuard::new("a_change_is_made_whether_a_run_begins_or_not");
    let (net, process) = network(Hook::none())?;
    let is_over = AtomicBool::new(false);
    thread::scope(|scope| {
        let running = scope.spawn(|| {
            while !is_over.load(SeqCst) {
                net.run(RunSteps(1))
                    .expect("no model fails, no change is refused");
            }
        });
        for _ in 0..10 * ROUNDS {
            let x = process.x.clone();
            net.at_next_step(move || x.set(1))
                .expect("it is made now or later");
        }
        is_over.store(true, SeqCst);
        running.join().expect("it does not panic");
    });
    net.stop()
}

#[test]
fn callbacks_of_a_run_that_a_callback_has_started_are_over_when_a_wait_returns() -> lava::Result<()>
{
    let _guard = HangGuard::new("callbacks_of_a_run_that_a_callback_has_started");
    for _ in 0..ROUNDS {
        let (net, _) = network(Hook::none())?;
        let (own, ended) = (net.clone(), Arc::new(AtomicU64::new(0)));
        let count = Arc::clone(&ended);
        net.on_run_end(move |step| {
            if step < 3 {
                own.start(RunSteps(1)).expect("no run is on");
            }
            count.fetch_add(1, SeqCst);
        })?;
        net.start(RunSteps(1))?;
        let mut waited = 0;
        while waited < 3 {
            waited = net.time_step();
            net.wait()?;
            assert!(
                ended.load(SeqCst) >= waited,
                "the callbacks of run {waited} are over"
            );
        }
        net.stop()?;
        net.on_step(|_| StepAction::Continue)
            .expect_err("it is stopped");
    }
    Ok(())
}
