//! Lava's tutorial on asynchronous processes, and how data gets in and out of a network that runs.
//!
//! Each section is a function.
//!
//! | builder | runs | exchanges messages |
//! |---|---|---|
//! | `Lif::shape([1])` | in steps, in lockstep with all others | in every step |
//! | `….detached()` | in steps of its own | with every step that it takes |
//! | `….asynchronous()` | without steps | when it likes |
//!
//! ```text
//! cargo run --example async_io
//! ```

#![allow(clippy::print_stdout, reason = "a program prints")]

use std::thread;
use std::time::Duration;

use lava::channel;
use lava::prelude::*;
use lava::proc::io::{Call, Extractor, Generator, Injector, Observer, Rows};
use lava::proc::{Lif, Sink, Source};
use ndarray::arr1;

// ANCHOR: sensor
/// A sensor that delivers an event whenever it has one: here, some at a time and then none.
#[process]
pub struct Sensor {
    /// A brightness.
    #[port(shape = [1])]
    events: OutPort<f32>,
    /// Number of events in a run.
    #[param]
    count: Param<usize>,
}

/// Runs asynchronously. It need not end with the others: what it has sent by then is not lost.
#[implements(proc = Sensor, protocol = Async)]
struct SensorModel {
    events: AsyncOut<f32>,
    count: usize,
}

impl AsyncModel for SensorModel {
    fn run_async(&mut self, _: &AsyncRun<'_>) -> lava::Result<()> {
        for event in 0..self.count {
            if event % 4 == 0 {
                thread::sleep(Duration::from_millis(1));
            }
            self.events.send_slice(&[1.0 + event as f32])?;
        }
        Ok(())
    }
}
// ANCHOR_END: sensor

/// Puts together what arrives from two places, in the order in which it arrives.
#[process]
pub struct Journal {
    /// An alarm is a spike.
    #[port(shape = [1])]
    alarms: InPort<Spike>,
    /// A brightness.
    #[port(shape = [1])]
    readings: InPort<f32>,
    /// Numbers of alarms and readings.
    #[var(shape = [2], init = 0)]
    counts: Var<u64>,
}

#[implements(proc = Journal, protocol = Async)]
struct JournalModel {
    alarms: AsyncIn<Spike>,
    readings: AsyncIn<f32>,
    counts: ArrayD<u64>,
}

impl AsyncModel for JournalModel {
    fn run_async(&mut self, run: &AsyncRun<'_>) -> lava::Result<()> {
        // `None` when the run is over and nothing is on its way any more.
        while let Some(port) = run.select(&[&self.alarms, &self.readings]) {
            match port {
                0 => {
                    let alarm = self.alarms.recv().is_some_and(|spikes| !spikes.is_empty());
                    self.counts[0] += u64::from(alarm);
                }
                _ => self.counts[1] += u64::from(self.readings.recv().is_some()),
            }
        }
        Ok(())
    }
}

// ANCHOR: sensor_to_neuron
/// A sensor without steps drives a neuron with steps. The neuron waits for an event in every step;
/// without `waiting` it would take what is there and go on.
fn sensor_to_neuron() -> lava::Result<()> {
    let net = network! { Loihi1SimCfg;
        sensor: Sensor = Sensor::count(12).asynchronous();
        lif: Lif = Lif::shape([1]).du(1.0).vth(1e9);
        sensor.events.waiting() -> lif.a_in;
    }?;
    let voltage = net.probe(&net.lif.v)?;
    net.run(RunSteps(12))?;
    let voltages = voltage.data().into_raw_vec_and_offset().0;
    println!("  12 events, summed by a neuron: {voltages:?}");
    let sums = (1..=12).map(|n| (n * (n + 1) / 2) as f32);
    assert_eq!(voltages, sums.collect::<Vec<_>>());
    net.stop()
}
// ANCHOR_END: sensor_to_neuron

/// Both directions at once, and a process that waits for the first message at either port.
fn journal() -> lava::Result<()> {
    let net = network! { Loihi1SimCfg;
        sensor:  Sensor  = Sensor::count(30).asynchronous();
        lif:     Lif     = Lif::shape([1]).bias_mant(1.0).vth(4.5);
        journal: Journal = Journal::new().asynchronous();
        lif.s_out     -> journal.alarms;
        sensor.events -> journal.readings;
    }?;
    // A message from the neuron for each of its steps; a run ends when everybody is done.
    net.run(RunSteps(50))?;
    let counts = net.journal.counts.get()?.into_raw_vec_and_offset().0;
    println!("  {} alarms and {} readings", counts[0], counts[1]);
    assert_eq!(counts, [10, 30], "none is missed");
    net.stop()
}

// ANCHOR: detached
/// A detached process takes a step whenever there is a message, and computes what it would compute
/// in lockstep with the others. Every model with steps can be detached.
fn detached() -> lava::Result<()> {
    let net = network! { Loihi1SimCfg;
        input:          Source = Source::data([[1.0], [2.0], [4.0]]);
        lockstep:       Lif    = Lif::shape([1]).du(0.5).dv(0.5).vth(1e9);
        apart:          Lif    = Lif::shape([1]).du(0.5).dv(0.5).vth(1e9).detached();
        input.s_out -> [lockstep.a_in, apart.a_in];
    }?;
    net.run(RunSteps(30))?;
    let (lockstep, detached) = (net.lockstep.v.get()?[0], net.apart.v.get()?[0]);
    println!("  in lockstep {lockstep}, detached {detached}");
    assert_eq!(lockstep, detached);
    net.stop()
}
// ANCHOR_END: detached

// ANCHOR: channels
/// Threads of the user feed a network that runs, and take from it. Both wait where the network is
/// slower or faster than they are.
fn channels() -> lava::Result<()> {
    let (samples, source) = channel::bounded::<f32>([2], 4);
    let (target, results) = channel::bounded::<f32>([2], 4);
    let net = network! { Loihi1SimCfg;
        input:  Injector  = Injector::source(source);
        output: Extractor = Extractor::target(target);
        input.s_out -> output.a_in;
    }?;
    net.start(RunContinuous)?;
    let feeding = thread::spawn(move || -> lava::Result<()> {
        (0..20).try_for_each(|sample| samples.send(&arr1(&[sample as f32, 0.5])))
    });
    let received: Vec<f32> = results.iter().take(20).map(|result| result[0]).collect();
    println!("  through the network and back: {received:?}");
    // A pause ends the waiting for a twenty-first sample.
    net.stop()?;
    feeding
        .join()
        .map_err(|_| lava::Error::model("the feeding thread panicked"))??;
    let samples = (0..20).map(|sample| sample as f32);
    assert_eq!(received, samples.collect::<Vec<_>>());
    Ok(())
}
// ANCHOR_END: channels

/// Without threads: an ordinary iterator as a source, a closure as a sink.
fn closures() -> lava::Result<()> {
    let squares = (1..=5).map(|k| arr1(&[k * k]));
    let (send, seen) = std::sync::mpsc::channel();
    let see = Call::new(move |_, row: &[i32]| send.send(row[0]).map_err(lava::Error::model));
    let net = network! { Loihi1SimCfg;
        squares: Generator<i32> = Generator::rows(Rows::from_arrays([1], squares)).pause_at_end(true);
        log:     Observer<i32>  = Observer::shape([1]).call(see);
        sink:    Sink<i32>      = Sink::shape([1]).steps(5);
        squares.s_out -> [log.a_in, sink.a_in];
    }?;
    net.run(RunContinuous)?;
    let seen: Vec<i32> = seen.try_iter().collect();
    println!(
        "  {} steps until the iterator ended: {seen:?}",
        net.time_step()
    );
    assert_eq!(seen, [1, 4, 9, 16, 25, 0]);
    net.stop()
}

fn main() -> lava::Result<()> {
    println!("a sensor drives a neuron");
    sensor_to_neuron()?;
    println!("\na journal of what happens");
    journal()?;
    println!("\na neuron in lockstep, and a detached one");
    detached()?;
    println!("\nthreads that feed and drain");
    channels()?;
    println!("\niterators and closures");
    closures()?;
    Ok(())
}
