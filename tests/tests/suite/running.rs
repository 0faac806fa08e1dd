//! Runs in the background: waiting, pausing, resuming, stopping; callbacks.

use std::sync::atomic::{AtomicU64, Ordering::SeqCst};
use std::sync::{Arc, Mutex, mpsc};
use std::thread;
use std::time::Duration;

use lava::network::StepAction;
use lava::prelude::*;
use lava::proc::{Dense, Lif};
use ndarray::Array2;

use crate::support::loihi;

/// Two populations that drive each other, on `workers` workers.
fn network(workers: usize) -> lava::Result<(Network<Loihi1SimCfg>, Lif)> {
    let net = Network::new();
    net.set_workers(workers)?;
    let lifs: Vec<Lif> = (0..3)
        .map(|_| net.add(Lif::shape([40]).bias_mant(0.3).du(0.5).dv(0.1).vth(1.0)))
        .collect::<lava::Result<_>>()?;
    for (from, to) in [(0, 1), (1, 2), (2, 0)] {
        let dense: Dense = net.add(Dense::weights(Array2::from_elem((40, 40), 0.01)))?;
        lifs[from].s_out.connect(&dense.s_in)?;
        dense.a_out.connect(&lifs[to].a_in)?;
    }
    Ok((net, lifs[0].clone()))
}

/// A long time.
const LONG: Duration = Duration::from_secs(60);

/// Waits until the network has made a step beyond `step`, as its callbacks say.
fn beyond(step: u64, seen: &AtomicU64) {
    while seen.load(SeqCst) <= step {
        thread::yield_now();
    }
}

/// Has the steps counted.
fn count_steps(net: &Network<Loihi1SimCfg>) -> lava::Result<Arc<AtomicU64>> {
    let seen = Arc::new(AtomicU64::new(0));
    let count = Arc::clone(&seen);
    net.on_step(move |step| {
        count.store(step, SeqCst);
        StepAction::Continue
    })?;
    Ok(seen)
}

fn message<T>(result: lava::Result<T>) -> String {
    result.map(drop).unwrap_err().to_string()
}

#[test]
fn a_run_in_the_background_does_what_one_in_the_foreground_does() -> lava::Result<()> {
    for workers in [1, 3] {
        let (first, lif) = network(workers)?;
        first.run(RunSteps(500))?;
        let (second, other) = network(workers)?;
        second.start(RunSteps(300))?;
        second.wait()?;
        second.start(RunSteps(200))?;
        assert!(second.wait_timeout(LONG)?);
        assert_eq!(second.time_step(), 500);
        assert_eq!(lif.v.get()?, other.v.get()?);
    }
    Ok(())
}

#[test]
fn a_paused_run_is_resumed_where_it_was() -> lava::Result<()> {
    for workers in [1, 2] {
        let (net, lif) = network(workers)?;
        let seen = count_steps(&net)?;
        net.start(RunContinuous)?;
        beyond(10, &seen);
        net.pause()?;
        let steps = net.time_step();
        assert_eq!(steps, seen.load(SeqCst), "the step is complete");
        assert!(steps > 10);
        lif.v.get()?;
        net.start(RunContinuous)?;
        beyond(steps + 10, &seen);
        net.pause()?;
        net.pause()?;
        let steps = net.time_step();
        net.run(RunSteps(5))?;
        assert_eq!(net.time_step(), steps + 5);
        let (other, same) = network(workers)?;
        other.run(RunSteps(steps + 5))?;
        assert_eq!(lif.v.get()?, same.v.get()?);
    }
    Ok(())
}

#[test]
fn while_it_runs_everything_else_says_so() -> lava::Result<()> {
    let (net, lif) = network(1)?;
    let seen = count_steps(&net)?;
    net.start(RunContinuous)?;
    beyond(1, &seen);
    for error in [
        message(lif.v.get()),
        message(lif.v.set(0.0)),
        message(net.run(RunSteps(1))),
        message(net.start(RunSteps(1))),
        message(net.reset()),
        message(net.probe(&lif.v)),
        message(net.on_run_end(|_| ())),
        message(net.set_profiling(true)),
        message(net.add::<Lif, _>(Lif::shape([1]))),
    ] {
        assert!(error.contains("running"), "{error}");
    }
    assert!(!net.wait_timeout(Duration::from_millis(1))?);
    net.pause()?;
    lif.v.set(0.0)?;
    Ok(())
}

#[test]
fn any_thread_can_stop_it() -> lava::Result<()> {
    for workers in [1, 2] {
        let (net, lif) = network(workers)?;
        let seen = count_steps(&net)?;
        net.start(RunContinuous)?;
        thread::scope(|scope| {
            for _ in 0..3 {
                let net = net.clone();
                let seen = &seen;
                scope.spawn(move || {
                    beyond(5, seen);
                    net.stop()
                });
            }
            // Blocked until one of them stops it.
            scope.spawn(|| net.wait());
        });
        let error = message(lif.v.get());
        assert!(error.contains("stopped"), "{error}");
        net.stop()?;
        assert!(message(net.start(RunContinuous)).contains("stopped"));
    }
    Ok(())
}

#[test]
fn a_blocking_run_without_an_end_can_be_paused_from_outside() -> lava::Result<()> {
    let (net, _) = network(2)?;
    let seen = count_steps(&net)?;
    thread::scope(|scope| {
        let run = scope.spawn(|| net.run(RunContinuous));
        beyond(3, &seen);
        net.pause()?;
        assert!(run.join().is_ok_and(|result| result.is_ok()));
        net.run(RunSteps(1))
    })
}

#[test]
fn a_run_that_nobody_waits_for_ends_with_its_network() -> lava::Result<()> {
    for workers in [1, 2] {
        let (net, lif) = network(workers)?;
        let (seen, gone) = mpsc::channel();
        net.on_step(move |step| {
            // Fails once nobody listens; dropped with the network.
            let _ = seen.send(step);
            StepAction::Continue
        })?;
        net.start(RunContinuous)?;
        assert!(gone.recv_timeout(LONG).is_ok());
        drop((net, lif));
        while gone.recv_timeout(LONG).is_ok() {}
        assert_eq!(gone.try_recv(), Err(mpsc::TryRecvError::Disconnected));
    }
    Ok(())
}

/// Fails, panics, or asks for the end, in a step.
#[process]
pub struct Ends {
    #[param]
    how: Param<End>,
    #[param]
    step: Param<u64>,
}

#[derive(Clone, Copy, PartialEq)]
pub(crate) enum End {
    Error,
    Panic,
    Pause,
    Stop,
}

#[implements(proc = Ends, protocol = Loihi)]
struct EndsModel {
    how: End,
    step: u64,
    #[local]
    context: Context,
}

impl LoihiModel for EndsModel {
    fn run_spk(&mut self) -> lava::Result<()> {
        if self.context.time_step() == self.step {
            match self.how {
                End::Error => return Err(lava::Error::model("the camera is gone")),
                End::Panic => panic!("the camera is on fire"),
                End::Pause => self.context.pause(),
                End::Stop => self.context.stop(),
            }
        }
        Ok(())
    }
}

#[test]
fn waiting_returns_the_error_of_a_run_in_the_background() -> lava::Result<()> {
    for workers in [1, 2] {
        let (net, lif) = network(workers)?;
        net.add(Ends::how(End::Error).step(7).name("camera"))?;
        net.start(RunContinuous)?;
        let error = message(net.wait());
        assert!(
            error.contains("`camera`") && error.contains("step 7"),
            "{error}"
        );
        net.wait()?;
        lif.v.get()?;
        assert!(message(net.start(RunContinuous)).contains("halted"));
        net.reset()?;
        net.start(RunSteps(5))?;
        net.wait()?;
        net.start(RunSteps(5))?;
        while lif.v.get().is_err() {
            thread::yield_now();
        }
        let error = message(net.stop());
        assert!(error.contains("the camera is gone"), "{error}");
        assert!(
            message(lif.v.get()).contains("stopped"),
            "it is stopped nevertheless"
        );
    }
    Ok(())
}

#[test]
fn a_panic_in_the_background_is_an_error_too() -> lava::Result<()> {
    let (net, _) = network(2)?;
    net.add(Ends::how(End::Panic).step(3))?;
    net.start(RunContinuous)?;
    let error = message(net.wait());
    assert!(error.contains("the camera is on fire"), "{error}");
    Ok(())
}

#[test]
fn a_model_can_pause_and_stop_a_run_in_the_background() -> lava::Result<()> {
    for workers in [1, 2] {
        let (net, lif) = network(workers)?;
        net.add(Ends::how(End::Pause).step(4))?;
        net.add(Ends::how(End::Stop).step(9))?;
        net.start(RunContinuous)?;
        net.wait()?;
        assert_eq!(net.time_step(), 4);
        lif.v.set(0.0)?;
        net.start(RunContinuous)?;
        net.wait()?;
        assert_eq!(net.time_step(), 9);
        lif.v.get()?;
        let error = message(net.run(RunSteps(1)));
        assert!(error.contains("stopped in step 9"), "{error}");
    }
    Ok(())
}

#[test]
fn callbacks_see_every_run_and_step_in_order() -> lava::Result<()> {
    for workers in [1, 2] {
        let (net, lif) = network(workers)?;
        let log = Arc::new(Mutex::new(Vec::new()));
        let note = |text: String| {
            let log = Arc::clone(&log);
            move |step: u64| {
                log.lock()
                    .expect("nobody panics")
                    .push(format!("{text} {step}"));
            }
        };
        let (before, after, step) = (
            note("before".into()),
            note("after".into()),
            note("step".into()),
        );
        let v = lif.v.clone();
        net.on_run_start(move || {
            v.set(0.0).expect("between runs");
            before(0);
        })?;
        net.on_run_end(after)?;
        net.on_step(move |number| {
            step(number);
            StepAction::Continue
        })?;
        net.run(RunSteps(2))?;
        net.start(RunSteps(1))?;
        net.wait()?;
        let expected = [
            "before 0", "step 1", "step 2", "after 2", "before 0", "step 3", "after 3",
        ];
        assert_eq!(*log.lock().expect("nobody panics"), expected);
        net.stop()?;
        assert_eq!(Arc::strong_count(&log), 1, "callbacks go with the network");
    }
    Ok(())
}

#[test]
fn a_callback_can_end_a_run() -> lava::Result<()> {
    for workers in [1, 3] {
        let (net, lif) = network(workers)?;
        net.on_step(|step| match step {
            6 => StepAction::Pause,
            8 => StepAction::Stop,
            _ => StepAction::Continue,
        })?;
        net.run(RunContinuous)?;
        assert_eq!(net.time_step(), 6);
        net.run(RunContinuous)?;
        assert_eq!(net.time_step(), 8);
        lif.v.get()?;
        assert!(message(net.run(RunSteps(1))).contains("halted"));
    }
    Ok(())
}

#[test]
fn a_callback_that_panics_ends_the_run_with_an_error() -> lava::Result<()> {
    for workers in [1, 3] {
        let (net, lif) = network(workers)?;
        net.on_step(|step| match step {
            5 => panic!("the disk is full"),
            _ => StepAction::Continue,
        })?;
        let error = message(net.run(RunSteps(10)));
        assert!(
            error.contains("step 5") && error.contains("the disk is full"),
            "{error}"
        );
        lif.v.get()?;
    }
    Ok(())
}

#[test]
fn a_callback_that_waits_for_its_own_run_gets_an_error() -> lava::Result<()> {
    let (net, _) = network(2)?;
    let errors = Arc::new(Mutex::new(Vec::new()));
    let (inner, log) = (net.clone(), Arc::clone(&errors));
    net.on_step(move |_| {
        let mut log = log.lock().expect("nobody panics");
        log.extend([inner.wait(), inner.pause(), inner.stop()].map(message));
        log.push(message(inner.run(RunSteps(1))));
        StepAction::Continue
    })?;
    net.run(RunSteps(1))?;
    let errors = errors.lock().expect("nobody panics");
    assert!(
        errors[..3]
            .iter()
            .all(|error| error.contains("its own run")),
        "{errors:?}"
    );
    assert!(errors[3].contains("is running"), "{errors:?}");
    net.stop()
}

#[test]
fn one_process_can_be_reset() -> lava::Result<()> {
    let net = loihi();
    let first: Lif = net.add(Lif::shape([2]).bias_mant(1.0).vth(100.0).v(0.5))?;
    let second: Lif = net.add(Lif::shape([2]).bias_mant(1.0).vth(100.0))?;
    let late: Lif = net.add(Lif::shape([2]).vth(100.0))?;
    first.s_out.cast::<f32>().delayed(3).connect(&late.a_in)?;
    first.vth.set(2.0)?;
    net.run(RunSteps(2))?;
    assert_eq!(first.v.get()?[0], 0.0, "it has just fired");
    net.reset_process(&first)?;
    assert_eq!((first.v.get()?[0], second.v.get()?[0]), (0.5, 2.0));
    assert_eq!(net.time_step(), 2);
    net.run(RunSteps(3))?;
    assert_eq!(late.u.get()?[0], 0.0, "what it had sent is forgotten");
    assert_eq!(second.v.get()?[0], 5.0);
    let other = loihi();
    let error = message(other.reset_process(&first));
    assert!(error.contains("another network"), "{error}");
    Ok(())
}

/// Takes its time in one step.
#[process]
pub struct Slow {
    #[param]
    gate: Param<Mutex<mpsc::Receiver<()>>>,
}

#[implements(proc = Slow, protocol = Loihi)]
struct SlowModel {
    gate: Param<Mutex<mpsc::Receiver<()>>>,
    #[local]
    context: Context,
}

impl LoihiModel for SlowModel {
    fn run_spk(&mut self) -> lava::Result<()> {
        if self.context.time_step() == 3 {
            let gate = self
                .gate
                .lock()
                .map_err(|_| lava::Error::model("poisoned"))?;
            // Opened by the watchdog's report.
            let _ = gate.recv_timeout(LONG);
        }
        Ok(())
    }
}

#[test]
fn a_watchdog_names_the_model_that_keeps_the_others_waiting() -> lava::Result<()> {
    let (net, _) = network(2)?;
    let (open, gate) = mpsc::channel();
    net.add(Slow::gate(Mutex::new(gate)).name("camera"))?;
    let reports = Arc::new(Mutex::new(Vec::new()));
    let log = Arc::clone(&reports);
    let watchdog = net.watch(Duration::from_millis(20), move |delays| {
        let mut log = log.lock().expect("nobody panics");
        log.extend(delays.iter().map(ToString::to_string));
        if log.len() == 2 {
            let _ = open.send(());
        }
    })?;
    net.run(RunSteps(5))?;
    drop(watchdog);
    let reports = reports.lock().expect("nobody panics");
    let says = |words: &[&str]| {
        reports
            .iter()
            .any(|report| words.iter().all(|word| report.contains(word)))
    };
    assert!(
        says(&["in step 3", "`camera`", "`SlowModel`", "running"]),
        "{reports:?}"
    );
    assert!(says(&["waiting"]), "{reports:?}");
    Ok(())
}

#[test]
fn a_profile_counts_what_every_model_does() -> lava::Result<()> {
    for workers in [1, 2] {
        let net = loihi();
        net.set_workers(workers)?;
        let lif: Lif = net.add(Lif::shape([1000]).bias_mant(1.0).vth(1.5).name("lif"))?;
        let dense: Dense = net.add(Dense::weights(Array2::zeros((2, 1000))).name("dense"))?;
        lif.s_out.connect(&dense.s_in)?;
        net.run(RunSteps(3))?;
        assert_eq!(net.profile()?.rows.len(), 0, "nothing is measured unasked");
        net.set_profiling(true)?;
        net.run(RunSteps(10))?;
        let profile = net.profile()?;
        let sum = |name: &str| -> (u64, u64) {
            let rows = profile.rows.iter().filter(|row| row.process == name);
            rows.fold((0, 0), |(steps, sent), row| {
                (steps.max(row.steps), sent + row.sent)
            })
        };
        assert_eq!(sum("lif"), (10, 5000));
        assert_eq!(sum("dense"), (10, 20));
        let table = profile.to_string();
        assert!(
            table.contains("DenseFloat") && table.contains("sent/step"),
            "{table}"
        );
        net.set_profiling(false)?;
        net.run(RunSteps(1))?;
        assert_eq!(net.profile()?.rows.len(), 0);
    }
    Ok(())
}
