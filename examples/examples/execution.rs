//! Lava's tutorial on execution: how a network is run, waited for, paused, resumed and stopped.
//!
//! Each section is a function. All of them run the same neuron, whose voltage grows by 1 a step.
//!
//! | call | the run | when it returns |
//! |---|---|---|
//! | `run(RunSteps(n))` | takes `n` steps | when it is over |
//! | `start(RunSteps(n))` | takes `n` steps | at once; `wait` waits |
//! | `start(RunContinuous)` | goes on until it is paused or stopped | at once; `pause` ends it |
//!
//! ```text
//! cargo run --example execution
//! ```

#![allow(clippy::print_stdout, reason = "a program prints")]

use std::sync::mpsc;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use lava::network::StepAction;
use lava::prelude::*;
use lava::proc::{Dense, Lif};
use ndarray::Array2;

/// A network of one neuron that never spikes.
fn one_neuron() -> lava::Result<(Network<Loihi1SimCfg>, Lif<f64>)> {
    let net = Network::<Loihi1SimCfg>::new();
    let lif = Lif::shape([1])
        .bias_mant(1.0)
        .vth(f64::INFINITY)
        .name("lif");
    let lif = net.add(lif)?;
    Ok((net, lif))
}

/// Its voltage.
fn voltage(lif: &Lif<f64>) -> lava::Result<f64> {
    Ok(lif.v.get()?[0])
}

// ANCHOR: blocking
/// Runs of some steps. Each goes on where the last one ended; in between, Vars are read and set.
fn blocking() -> lava::Result<()> {
    let (net, lif) = one_neuron()?;
    // A Var has its initial value before the first run, and can be set.
    let mut voltages = vec![voltage(&lif)?];
    net.run(RunSteps(5))?;
    voltages.push(voltage(&lif)?);
    lif.v.set(100.0)?;
    net.run(RunSteps(5))?;
    voltages.push(voltage(&lif)?);
    println!("  voltages before, between and after two runs of 5 steps: {voltages:?}");
    assert_eq!(voltages, [0.0, 5.0, 105.0]);
    Ok(())
}
// ANCHOR_END: blocking

/// A run in the background. Until it is over, every call that would touch it is an error that says so.
fn in_the_background() -> lava::Result<()> {
    let (net, lif) = one_neuron()?;
    let (open, gate) = mpsc::channel::<()>();
    // A callback that holds the first step until this thread has tried what it wants to.
    net.on_step(move |_| {
        // Fails once the other end is gone, which is what it waits for.
        let _ = gate.recv();
        StepAction::Continue
    })?;
    net.start(RunSteps(1000))?;
    let errors = [
        refused(lif.v.get()),
        refused(lif.v.set(0.0)),
        refused(net.run(RunSteps(1))),
        refused(net.reset()),
    ];
    let over = net.wait_timeout(Duration::from_millis(10))?;
    assert!(!over, "it is still in its first step");
    drop(open);
    net.wait()?;
    for error in &errors {
        println!("  meanwhile: {error}");
        says(error, &["is running"]);
    }
    println!("  then: voltage {}", voltage(&lif)?);
    Ok(())
}

/// The text of an error.
fn refused<T>(result: lava::Result<T>) -> String {
    match result {
        Ok(_) => "it was possible".to_owned(),
        Err(error) => error.to_string(),
    }
}

/// Asserts that an error contains all of `words`.
fn says(error: &str, words: &[&str]) {
    for word in words {
        assert!(error.contains(word), "`{error}` does not say `{word}`");
    }
}

// ANCHOR: paused
/// A run without an end: paused, which completes the present step, and resumed.
fn paused_and_resumed() -> lava::Result<()> {
    let (net, lif) = one_neuron()?;
    net.start(RunContinuous)?;
    let over = net.wait_timeout(Duration::from_millis(2))?;
    assert!(!over, "nothing but `pause` or `stop` ends it");
    net.pause()?;
    let first = net.time_step();
    assert_eq!(voltage(&lif)?, first as f64);
    lif.v.set(0.0)?;
    // Resumed: another run goes on from here, of whichever kind.
    net.start(RunContinuous)?;
    net.pause()?;
    let second = net.time_step();
    net.run(RunSteps(3))?;
    let third = net.time_step();
    assert_eq!(voltage(&lif)?, (third - first) as f64);
    println!("  paused after step {first}, resumed, paused after {second}, ran to {third}");
    assert!(first <= second && third == second + 3);
    Ok(())
}
// ANCHOR_END: paused

/// Asks for a pause in some step. What a model does with a camera that has no picture yet.
#[process]
pub struct PauseIn {
    /// That step.
    #[param]
    step: Param<u64>,
}

#[implements(proc = PauseIn, protocol = Loihi)]
struct PauseInModel {
    step: u64,
    #[local]
    context: Context,
}

impl LoihiModel for PauseInModel {
    fn run_spk(&mut self) -> lava::Result<()> {
        if self.context.time_step() == self.step {
            self.context.pause();
        }
        Ok(())
    }
}

/// A pause that comes from inside. The run that it ends is resumed like any other.
fn paused_by_a_model() -> lava::Result<()> {
    let (net, _) = one_neuron()?;
    net.add(PauseIn::step(7))?;
    net.run(RunSteps(100))?;
    let paused = net.time_step();
    net.run(RunSteps(100))?;
    println!(
        "  a run of 100 steps ended after {paused}, the next one after {}",
        net.time_step()
    );
    assert_eq!([paused, net.time_step()], [7, 107]);
    Ok(())
}

// ANCHOR: callbacks
/// Your code before and after runs, and after steps.
fn callbacks() -> lava::Result<()> {
    let (net, _) = one_neuron()?;
    let log = Arc::new(Mutex::new(Vec::new()));
    let note = |text: String, log: &Mutex<Vec<String>>| {
        if let Ok(mut log) = log.lock() {
            log.push(text);
        }
    };
    let (before, step, after) = (Arc::clone(&log), Arc::clone(&log), Arc::clone(&log));
    net.on_run_start(move || note("a run begins".to_owned(), &before))?;
    net.on_step(move |number| {
        note(format!("step {number}"), &step);
        // The end of the run, if it should not go on.
        if number == 3 {
            StepAction::Pause
        } else {
            StepAction::Continue
        }
    })?;
    net.on_run_end(move |number| note(format!("it ended after step {number}"), &after))?;
    net.run(RunSteps(100))?;
    net.run(RunSteps(1))?;
    net.stop()?;
    let log = log.lock().map(|log| log.clone()).unwrap_or_default();
    println!("  {}", log.join(", "));
    assert_eq!(
        log,
        [
            "a run begins",
            "step 1",
            "step 2",
            "step 3",
            "it ended after step 3",
            "a run begins",
            "step 4",
            "it ended after step 4",
        ]
    );
    Ok(())
}
// ANCHOR_END: callbacks

// ANCHOR: reset
/// From the beginning again: every Var has its initial value, and the next step is the first.
fn reset() -> lava::Result<()> {
    let (net, lif) = one_neuron()?;
    // A value set before the first run is an initial value; one set later is not.
    lif.v.set(10.0)?;
    net.run(RunSteps(5))?;
    lif.v.set(-1.0)?;
    let mut voltages = vec![voltage(&lif)?];
    net.reset()?;
    voltages.push(voltage(&lif)?);
    net.run(RunSteps(1))?;
    voltages.push(voltage(&lif)?);
    println!("  voltage before, after, and a step later: {voltages:?}");
    assert_eq!(voltages, [-1.0, 10.0, 11.0]);
    assert_eq!(net.time_step(), 1);
    Ok(())
}
// ANCHOR_END: reset

/// Fails in some step, as a device does.
#[process]
pub struct FailIn {
    /// That step.
    #[param]
    step: Param<u64>,
}

#[implements(proc = FailIn, protocol = Loihi)]
struct FailInModel {
    step: u64,
    #[local]
    context: Context,
}

impl LoihiModel for FailInModel {
    fn run_spk(&mut self) -> lava::Result<()> {
        if self.context.time_step() == self.step {
            return Err(lava::Error::model("the camera is gone"));
        }
        Ok(())
    }
}

/// A model that fails halts the network in that step. Vars stay readable, to see what happened.
fn failure() -> lava::Result<()> {
    let (net, lif) = one_neuron()?;
    net.add(FailIn::step(4).name("camera"))?;
    let why = refused(net.run(RunSteps(10)));
    println!("  {why}");
    println!(
        "  voltage {} after step {}",
        voltage(&lif)?,
        net.time_step()
    );
    let halted = refused(net.run(RunSteps(1)));
    println!("  again: {halted}");
    says(
        &why,
        &["`camera`", "run_spk", "step 4", "the camera is gone"],
    );
    says(&halted, &["halted"]);
    net.reset()?;
    net.run(RunSteps(3))
}

/// The run times of the models: a table, with the longest first.
fn profile() -> lava::Result<()> {
    let net = network! { Loihi1SimCfg;
        small: Lif   = Lif::shape([10]).bias_mant(1.0).vth(1.5);
        dense: Dense = Dense::weights(Array2::from_elem((1000, 10), 0.1));
        large: Lif   = Lif::shape([1000]);
        small.s_out -> dense.s_in;
        dense.a_out -> large.a_in;
    }?;
    net.set_profiling(true)?;
    net.run(RunSteps(1000))?;
    let profile = net.profile()?;
    profile
        .to_string()
        .lines()
        .for_each(|line| println!("  {line}"));
    let sent = |name: &str| -> u64 {
        let rows = profile.rows.iter().filter(|row| row.process == name);
        rows.map(|row| row.sent).sum()
    };
    assert_eq!((sent("small"), sent("dense")), (5000, 1_000_000));
    Ok(())
}

/// Holds a step until it is let go.
#[process]
pub struct Hold {
    /// The channel at which it waits.
    #[param]
    gate: Param<Mutex<mpsc::Receiver<()>>>,
}

#[implements(proc = Hold, protocol = Loihi)]
struct HoldModel {
    gate: Param<Mutex<mpsc::Receiver<()>>>,
}

impl LoihiModel for HoldModel {
    fn run_spk(&mut self) -> lava::Result<()> {
        let gate = self
            .gate
            .lock()
            .map_err(|_| lava::Error::model("poisoned"))?;
        // Fails once the other end is gone, which is what it waits for.
        let _ = gate.recv();
        Ok(())
    }
}

/// A watchdog says which model the others wait for. It changes nothing.
fn watchdog() -> lava::Result<()> {
    let (net, _) = one_neuron()?;
    let (open, gate) = mpsc::channel();
    net.add(Hold::gate(Mutex::new(gate)).name("camera"))?;
    let (report, reports) = mpsc::channel();
    let watchdog = net.watch(Duration::from_millis(20), move |stalls| {
        for stall in stalls {
            // Fails where nobody wants to know any more.
            let _ = report.send(stall.to_string());
        }
    })?;
    net.start(RunSteps(3))?;
    let stall = reports.recv().map_err(lava::Error::model)?;
    println!("  {stall}");
    drop(open);
    net.wait()?;
    drop(watchdog);
    says(&stall, &["step 1", "`camera`", "`HoldModel`"]);
    Ok(())
}

/// The end. Doing it twice is the same as once, and dropping all handles does it too.
fn stopped() -> lava::Result<()> {
    let (net, lif) = one_neuron()?;
    net.run(RunSteps(5))?;
    net.stop()?;
    net.stop()?;
    let errors = [
        refused(lif.v.get()),
        refused(net.run(RunSteps(1))),
        refused(net.reset()),
    ];
    for error in &errors {
        println!("  afterwards: {error}");
        says(error, &["stopped"]);
    }
    Ok(())
}

fn main() -> lava::Result<()> {
    println!("runs of some steps");
    blocking()?;
    println!("\na run in the background");
    in_the_background()?;
    println!("\na run without an end");
    paused_and_resumed()?;
    println!("\na pause from inside");
    paused_by_a_model()?;
    println!("\ncallbacks");
    callbacks()?;
    println!("\nreset");
    reset()?;
    println!("\na failure");
    failure()?;
    println!("\nthe profile of a run");
    profile()?;
    println!("\na watchdog");
    watchdog()?;
    println!("\nstop");
    stopped()?;
    Ok(())
}
