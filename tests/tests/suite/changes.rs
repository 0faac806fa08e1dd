//! Changes between two steps of a run, and callbacks that fail.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use lava::error::{RunError, StateError};
use lava::network::StepAction;
use lava::prelude::*;
use lava::proc::Lif;
use ndarray::{ArrayD, arr2};

use crate::support::loihi;

/// A neuron that adds 1 to its voltage in every step.
fn counter(net: &Network<Loihi1SimCfg>) -> lava::Result<Lif> {
    net.add(Lif::shape([1]).bias_mant(1.0).vth(1e6).name("lif"))
}

fn column(values: &[f32]) -> ArrayD<f32> {
    let rows: Vec<[f32; 1]> = values.iter().map(|value| [*value]).collect();
    arr2(&rows).into_dyn()
}

#[test]
fn a_change_is_made_after_the_step_in_which_it_is_asked_for() -> lava::Result<()> {
    for workers in [1, 2] {
        let net = loihi();
        net.set_workers(workers)?;
        let (lif, other) = (counter(&net)?, net.add(Lif::shape([1]))?);
        let (v, _): (_, Lif) = (net.probe(&lif.v)?, other);
        let (handle, bias) = (net.clone(), lif.bias_mant.clone());
        net.on_step(move |step| {
            if step == 2 || step == 4 {
                let bias = bias.clone();
                let change = move || bias.set(step as f32 * 10.0);
                handle.at_next_step(change).expect("it is queued");
            }
            StepAction::Continue
        })?;
        net.run(RunSteps(5))?;
        assert_eq!(v.data(), column(&[1.0, 2.0, 22.0, 42.0, 82.0]));
        net.stop()?;
    }
    Ok(())
}

#[test]
fn without_a_run_a_change_is_made_at_once() -> lava::Result<()> {
    let net = loihi();
    let lif = counter(&net)?;
    let v = lif.v.clone();
    net.at_next_step(move || v.set(5.0))?;
    assert_eq!(lif.v.get()?[0], 5.0);
    net.run(RunSteps(1))?;
    let v = lif.v.clone();
    net.at_next_step(move || v.set(7.0))?;
    assert_eq!(lif.v.get()?[0], 7.0);
    net.stop()?;
    let error = net.at_next_step(|| Ok(())).unwrap_err();
    assert!(
        matches!(error, lava::Error::State(StateError::Stopped)),
        "{error}"
    );
    Ok(())
}

#[test]
fn a_change_can_do_all_that_can_be_done_between_runs() -> lava::Result<()> {
    let net = loihi();
    let lif = counter(&net)?;
    let probe = Arc::new(Mutex::new(None));
    let (handle, var, kept) = (net.clone(), lif.v.clone(), Arc::clone(&probe));
    let inner = net.clone();
    net.on_step(move |step| {
        if step == 3 {
            let (net, var, kept) = (inner.clone(), var.clone(), Arc::clone(&kept));
            let change = move || {
                assert!(net.is_running());
                assert_eq!((net.time_step(), var.get()?[0]), (3, 3.0));
                *kept.lock().expect("no panic") = Some(net.probe(&var)?);
                let run = net.run(RunSteps(1)).unwrap_err();
                assert!(
                    matches!(run, lava::Error::State(StateError::Running)),
                    "{run}"
                );
                let stop = net.stop().unwrap_err();
                assert!(
                    matches!(stop, lava::Error::State(StateError::Inside)),
                    "{stop}"
                );
                Ok(())
            };
            handle.at_next_step(change).expect("it is queued");
        }
        StepAction::Continue
    })?;
    net.run(RunSteps(5))?;
    let probe = probe
        .lock()
        .expect("no panic")
        .take()
        .expect("the change was made");
    assert_eq!(probe.data(), column(&[4.0, 5.0]));
    net.stop()
}

#[test]
fn a_change_that_fails_ends_the_run_which_can_go_on() -> lava::Result<()> {
    let net = loihi();
    let lif = counter(&net)?;
    let (handle, var) = (net.clone(), lif.v.clone());
    net.on_step(move |step| {
        let var = var.clone();
        match step {
            2 => handle.at_next_step(move || var.set(f32::NAN)),
            4 => handle.at_next_step(|| panic!("no change")),
            _ => Ok(()),
        }
        .expect("it is queued");
        StepAction::Continue
    })?;
    let error = net.run(RunSteps(6)).unwrap_err().to_string();
    assert!(error.starts_with("`lif.v`: NaN is not allowed"), "{error}");
    assert_eq!(net.time_step(), 2);
    let error = net.run(RunSteps(6)).unwrap_err();
    let callback = error.downcast_ref::<RunError>();
    assert!(
        matches!(callback, Some(RunError::Callback { step: 4, .. })),
        "{error}"
    );
    net.run(RunSteps(2))?;
    assert_eq!((net.time_step(), lif.v.get()?[0]), (6, 6.0));
    net.stop()
}

#[test]
fn changes_of_a_run_in_the_background_are_made_before_it_ends() -> lava::Result<()> {
    let net = loihi();
    counter(&net)?;
    let made = Arc::new(AtomicU64::new(0));
    net.start(RunContinuous)?;
    for _ in 0..20 {
        let made = Arc::clone(&made);
        net.at_next_step(move || {
            made.fetch_add(1, Ordering::SeqCst);
            Ok(())
        })?;
    }
    net.pause()?;
    assert_eq!(made.load(Ordering::SeqCst), 20);
    net.stop()
}

#[test]
fn a_callback_that_panics_is_an_error_of_the_run() -> lava::Result<()> {
    let net = loihi();
    counter(&net)?;
    let calls = Arc::new(AtomicU64::new(0));
    let starts = Arc::clone(&calls);
    net.on_run_start(move || assert!(starts.fetch_add(1, Ordering::SeqCst) != 1, "not now"))?;
    net.run(RunSteps(1))?;
    let error = net.run(RunSteps(1)).unwrap_err().to_string();
    assert!(
        error.contains("a callback panicked") && error.contains("not now"),
        "{error}"
    );
    assert_eq!(net.time_step(), 1, "the run has not started");
    net.run(RunSteps(1))?;
    net.on_run_end(|step| assert_ne!(step, 4, "four"))?;
    net.run(RunSteps(1))?;
    let error = net.run(RunSteps(1)).unwrap_err().to_string();
    assert!(error.contains("four"), "{error}");
    assert_eq!(net.time_step(), 4);
    net.start(RunSteps(1))?;
    net.wait()?;
    assert_eq!(net.time_step(), 5);
    net.stop()
}

#[test]
fn a_callback_after_a_run_can_start_the_next() -> lava::Result<()> {
    let net = loihi();
    counter(&net)?;
    let (next, ends) = (net.clone(), Arc::new(AtomicU64::new(0)));
    let counted = Arc::clone(&ends);
    net.on_run_end(move |step| {
        counted.fetch_add(1, Ordering::SeqCst);
        if step < 5 {
            next.start(RunSteps(1)).expect("no run is on");
        }
    })?;
    net.start(RunSteps(1))?;
    while ends.load(Ordering::SeqCst) < 5 {
        net.wait()?;
        std::thread::yield_now();
    }
    assert_eq!(net.time_step(), 5);
    net.stop()
}
