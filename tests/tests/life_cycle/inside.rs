//! Calls from code that a network calls.

use std::fmt;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering::SeqCst};
use std::sync::{Arc, Mutex, OnceLock, mpsc};

use lava::Error;
use lava::channel;
use lava::error::StateError;
use lava::network::StepAction;
use lava::prelude::*;
use lava::proc::Sink;
use lava::proc::io::Injector;
use ndarray::arr1;

use super::models::{Calls, CallsAsync, Hook, Place};
use super::watch::HangGuard;
use crate::support::{fails, loihi};

type Net = Network<Loihi1SimCfg>;

/// A handle that the models get after they have been described.
type Later<T> = Arc<OnceLock<T>>;

/// Two processes on two workers that call `hook`.
fn pair(hook: &Hook) -> lava::Result<(Net, Calls, Calls)> {
    let net = loihi();
    net.set_workers(2)?;
    let first = net.add(Calls::hook(hook.clone()).name("first"))?;
    let second = net.add(Calls::hook(hook.clone()).name("second"))?;
    Ok((net, first, second))
}

fn state(result: &lava::Result<()>) -> String {
    match result {
        Ok(()) => "Ok".to_owned(),
        Err(Error::State(error)) => {
            let text = format!("{error:?}");
            text.split([' ', '{', '(']).next().unwrap_or("").to_owned()
        }
        Err(other) => other.to_string(),
    }
}

#[test]
fn a_network_inside_a_model_cannot_wait_for_the_run_around_it() -> lava::Result<()> {
    let _guard = HangGuard::new("a_network_inside_a_model_cannot_wait_for_the_run_around_it");
    // The inner network is run by a model of the outer one, and its own models pause that: on the
    // thread that runs both, on another worker, and on the thread of an asynchronous model.
    let outer: Later<Net> = Arc::default();
    let (inside, seen) = (Arc::clone(&outer), Arc::new(Mutex::new(Vec::new())));
    let log = Arc::clone(&seen);
    let pause = Hook::at(Place::Run, move || {
        let result = inside.get().expect("it is set").pause();
        log.lock().expect("nobody panics").push(result);
        Ok(())
    });
    let (inner, _, _) = pair(&pause)?;
    inner.add(CallsAsync::hook(pause).asynchronous())?;
    let run = Hook::at(Place::Run, move || inner.run(RunSteps(1)));
    let (net, _, _) = pair(&Hook::none())?;
    net.add(Calls::hook(run))?;
    outer.set(net.clone()).expect("it is set once");
    net.run(RunSteps(2))?;
    assert_eq!(net.time_step(), 2, "no pause was accepted");
    let seen = seen.lock().expect("nobody panics");
    assert!(seen.len() >= 4);
    for result in seen.iter() {
        let error = result.as_ref().expect_err("it would wait for itself");
        let is_true = matches!(
            error,
            Error::State(StateError::Inside | StateError::Deadlock)
        );
        assert!(is_true, "{error}");
    }
    net.stop()
}

#[test]
fn a_network_inside_a_callback_cannot_wait_for_that_callback() -> lava::Result<()> {
    let _guard = HangGuard::new("a_network_inside_a_callback_cannot_wait_for_that_callback");
    let outer: Later<Net> = Arc::default();
    let (inside, seen) = (Arc::clone(&outer), Arc::new(Mutex::new(Vec::new())));
    let log = Arc::clone(&seen);
    let call = Hook::at(Place::Run, move || {
        let net = inside.get().expect("it is set");
        let mut log = log.lock().expect("nobody panics");
        log.push(net.stop());
        log.push(net.run(RunSteps(1)));
        Ok(())
    });
    let (inner, _, _) = pair(&Hook::none())?;
    inner.add(CallsAsync::hook(call).asynchronous())?;
    let (net, _, _) = pair(&Hook::none())?;
    outer.set(net.clone()).expect("it is set once");
    net.on_run_start(move || inner.run(RunSteps(1)).expect("no model fails"))?;
    net.run(RunSteps(1))?;
    for result in seen.lock().expect("nobody panics").iter() {
        assert_eq!(state(result), "Deadlock");
    }
    net.stop()
}

#[test]
fn a_model_that_is_dropped_by_a_stop_may_call_its_network() -> lava::Result<()> {
    let _guard = HangGuard::new("a_model_that_is_dropped_by_a_stop_may_call_its_network");
    for workers in [1, 2] {
        let own: Later<(Net, Calls)> = Arc::default();
        let (inside, seen) = (Arc::clone(&own), Arc::new(Mutex::new(Vec::new())));
        let log = Arc::clone(&seen);
        let hook = Hook::at(Place::Drop, move || {
            let (net, process) = inside.get().expect("it is set");
            let mut log = log.lock().expect("nobody panics");
            log.push(net.stop());
            log.push(net.reset());
            log.push(net.run(RunSteps(1)));
            log.push(process.x.get().map(drop));
            Ok(())
        });
        let (net, process, _) = pair(&hook)?;
        net.set_workers(workers)?;
        own.set((net.clone(), process)).expect("it is set once");
        net.run(RunSteps(2))?;
        net.stop()?;
        let seen = seen.lock().expect("nobody panics");
        assert_eq!(seen.len(), 8);
        for result in seen.iter() {
            let error = result
                .as_ref()
                .expect_err("it is being stopped")
                .to_string();
            assert!(error.contains("being stopped"), "{error}");
        }
    }
    Ok(())
}

#[test]
fn a_change_does_not_end_a_run_that_waits_for_a_message() -> lava::Result<()> {
    let _guard = HangGuard::new("a_change_does_not_end_a_run_that_waits_for_a_message");
    for workers in [1, 2] {
        let net = loihi();
        net.set_workers(workers)?;
        let (send, source) = channel::bounded([1], 1);
        let input: Injector<i32> = net.add(Injector::source(source))?;
        let sink: Sink<i32> = net.add(Sink::shape([1]).steps(2))?;
        let other = net.add(Calls::hook(Hook::none()))?;
        input.s_out.connect(&sink.a_in)?;
        net.start(RunSteps(2))?;
        send.send(&arr1(&[1]))?;
        // After the first of them the run waits for the second message.
        for _ in 0..20 {
            let (made, changes) = mpsc::channel();
            let x = other.x.clone();
            net.at_next_step(move || {
                x.set(100)?;
                made.send(()).expect("it is awaited");
                Ok(())
            })?;
            changes
                .recv()
                .expect("the change is made while the run waits");
        }
        assert!(net.is_running());
        send.send(&arr1(&[2]))?;
        net.wait()?;
        assert_eq!(net.time_step(), 2);
        assert_eq!(sink.data.get()?, ndarray::arr2(&[[1], [2]]).into_dyn());
        assert!(other.x.get()?[0] > 100);
        net.stop()?;
    }
    Ok(())
}

/// Detached processes, the first of which asks for changes in two of its steps.
fn changed_while_detached(net: &Net) -> lava::Result<[Calls; 2]> {
    let own: Later<Net> = Later::default();
    let (later, calls) = (Arc::clone(&own), AtomicU64::new(0));
    let hook = Hook::at(Place::Run, move || match calls.fetch_add(1, SeqCst) {
        3 | 20 => later.get().expect("it is built").at_next_step(|| Ok(())),
        _ => Ok(()),
    });
    let first = net.add(Calls::hook(hook).detached())?;
    let second = net.add(Calls::hook(Hook::none()).detached())?;
    own.set(net.clone())
        .map_err(|_| "set once")
        .expect("it is empty");
    Ok([first, second])
}

#[test]
fn detached_processes_make_the_steps_of_a_run_that_is_changed() -> lava::Result<()> {
    let _guard = HangGuard::new("detached_processes_make_the_steps_of_a_run_that_is_changed");
    let net = loihi();
    let detached = changed_while_detached(&net)?;
    for steps in [50, 100] {
        net.run(RunSteps(50))?;
        assert_eq!(net.time_step(), steps);
        for process in &detached {
            assert_eq!(process.x.get()?[0], steps as i32);
        }
    }
    net.reset()?;
    net.run(RunSteps(10))?;
    assert_eq!((net.time_step(), detached[1].x.get()?[0]), (10, 10));
    net.stop()?;

    // Those that receive nothing end with the lockstep group at the latest.
    let net = loihi();
    let detached = changed_while_detached(&net)?;
    let lockstep = net.add(Calls::hook(Hook::none()))?;
    net.run(RunSteps(50))?;
    assert_eq!((net.time_step(), lockstep.x.get()?[0]), (50, 50));
    for process in &detached {
        assert!(process.x.get()?[0] <= 50);
    }
    net.stop()
}

#[test]
fn a_reset_that_fails_in_a_change_halts_the_network() -> lava::Result<()> {
    let _guard = HangGuard::new("a_reset_that_fails_in_a_change_halts_the_network");
    for in_last_step in [false, true] {
        let is_broken = Arc::new(AtomicBool::new(false));
        let breaks = Arc::clone(&is_broken);
        let hook = Hook::at(Place::Start, move || match breaks.load(SeqCst) {
            true => Err(Error::model("no camera")),
            false => Ok(()),
        });
        let net = loihi();
        net.add(Calls::hook(hook))?;
        let (own, breaks) = (net.clone(), Arc::clone(&is_broken));
        net.on_step(move |step| {
            if step == 2 && !breaks.swap(true, SeqCst) {
                let net = own.clone();
                let change = move || {
                    fails(net.reset(), &["no camera"]);
                    Ok(())
                };
                own.at_next_step(change).expect("it is running");
            }
            StepAction::Continue
        })?;
        let steps = if in_last_step { 2 } else { 5 };
        let run = net.run(RunSteps(steps));
        assert!(run.is_err(), "the models have not started");
        fails(net.run(RunSteps(1)), &["halted", "no camera"]);
        is_broken.store(false, SeqCst);
        net.reset()?;
        is_broken.store(true, SeqCst);
        net.run(RunSteps(1))?;
        net.stop()?;
    }
    Ok(())
}

/// An error whose text cannot be made.
#[derive(Debug)]
struct Unprintable;

impl fmt::Display for Unprintable {
    fn fmt(&self, _: &mut fmt::Formatter<'_>) -> fmt::Result {
        panic!("no text")
    }
}

impl std::error::Error for Unprintable {}

#[test]
fn an_error_without_a_text_halts_the_network() -> lava::Result<()> {
    let _guard = HangGuard::new("an_error_without_a_text_halts_the_network");
    let fails_now = Arc::new(AtomicBool::new(true));
    let is_failing = Arc::clone(&fails_now);
    let hook = Hook::at(Place::Run, move || {
        if is_failing.load(SeqCst) {
            return Err(Error::model(Unprintable));
        }
        Ok(())
    });
    let (net, first, _) = pair(&hook)?;
    assert!(net.run(RunSteps(1)).is_err());
    first.x.get()?;
    fails(net.run(RunSteps(1)), &["halted"]);
    net.start(RunSteps(1)).expect_err("it has halted");
    net.reset()?;
    net.start(RunSteps(1))?;
    assert!(net.wait().is_err());
    fails_now.store(false, SeqCst);
    net.reset()?;
    net.run(RunSteps(1))?;
    net.stop()
}

#[test]
fn a_wait_in_a_callback_returns_the_error_of_the_run_that_it_started() -> lava::Result<()> {
    let _guard = HangGuard::new("a_wait_in_a_callback");
    let count = Arc::new(AtomicU64::new(0));
    let runs = Arc::clone(&count);
    let hook = Hook::at(Place::Run, move || match runs.fetch_add(1, SeqCst) {
        0 => Ok(()),
        _ => Err(Error::model("the camera is gone")),
    });
    let net = loihi();
    net.add(Calls::hook(hook))?;
    let (own, seen) = (net.clone(), Arc::new(Mutex::new(Vec::new())));
    let log = Arc::clone(&seen);
    net.on_run_end(move |step| {
        if step > 1 {
            return;
        }
        own.start(RunSteps(1)).expect("it can run");
        log.lock().expect("nobody panics").push(own.wait());
    })?;
    net.run(RunSteps(1))?;
    let seen = std::mem::take(&mut *seen.lock().expect("nobody panics"));
    for result in seen {
        fails(result, &["the camera is gone"]);
    }
    net.stop()
}
