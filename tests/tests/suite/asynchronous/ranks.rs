//! Processes that are on one of several ranks: asynchronous and detached ones, those with channels and ref-ports.

use std::thread;

use anyhow::Result;
use lava::channel;
use lava::prelude::*;
use lava::proc::io::{Extractor, Injector};
use lava::proc::{Lif, Sink, Source};
use ndarray::{ArrayD, arr1};

use super::models::{Counter, LOG, Log, noted};
use crate::ranks::{delayed, is_the_same, on_ranks};
use crate::references::{Adder, Holder};
use crate::support::{column, flat};

#[test]
fn independent_processes_on_the_first_rank_give_the_same_bits() -> Result<()> {
    for shortest in [1.0, 9.0] {
        is_the_same(|net| {
            let (first, second, _) = delayed(net, shortest)?;
            let rows =
                ArrayD::from_shape_fn(vec![60, 700], |at| ((at[0] * 3 + at[1]) % 17) as f32 * 0.02);
            let camera: Source<f32> = net.add(Source::data(rows).detached())?;
            camera.s_out.waiting().connect(&first.a_in)?;
            let counter: Counter = net.add(Counter::each(-1).asynchronous())?;
            let sink: Sink<i32> = net.add(Sink::shape([1]).steps(60))?;
            counter.s_out.waiting().connect(&sink.a_in)?;
            let numbers: Vec<i32> = (0..60).collect();
            let numbers: Source<i32> = net.add(Source::data(column(&numbers)))?;
            let log: Log = net.add(Log::new().asynchronous())?;
            numbers.s_out.connect(&log.a_in)?;
            let spikes = net.probe(&second.s_out)?;
            net.run(RunSteps(25))?;
            net.run(RunSteps(15))?;
            assert_eq!(net.time_step(), 40);
            let logged = noted(&log)?;
            assert_eq!(logged.len(), 40);
            Ok((spikes.events(), first.v.get()?, sink.data.get()?, logged))
        })?;
    }
    Ok(())
}

#[test]
fn a_message_that_cannot_come_ends_no_run_of_ranks() {
    let sent = on_ranks(2, |rank| {
        let net = Network::<Loihi1SimCfg>::new();
        net.set_ranks(rank).unwrap();
        delayed(&net, 1.0).unwrap();
        let counter: Counter = net.add(Counter::each(3).asynchronous()).unwrap();
        let sink: Sink<i32> = net.add(Sink::shape([1]).steps(6)).unwrap();
        counter.s_out.waiting().connect(&sink.a_in).unwrap();
        net.run(RunSteps(6)).unwrap();
        flat(sink.data.get().unwrap())
    });
    assert_eq!(sent, [[1, 2, 3, 0, 0, 0], [1, 2, 3, 0, 0, 0]]);
}

#[test]
fn a_network_without_lockstep_processes_is_refused_by_name() {
    let errors = on_ranks(2, |rank| {
        let net = Network::<Loihi1SimCfg>::new();
        net.set_ranks(rank).unwrap();
        let counter: Counter = net
            .add(Counter::each(LOG as i32).name("counter").asynchronous())
            .unwrap();
        let log: Log = net.add(Log::new().name("log").asynchronous()).unwrap();
        counter.s_out.connect(&log.a_in).unwrap();
        net.run(RunSteps(1)).unwrap_err().to_string()
    });
    for error in errors {
        for name in ["counter", "log"] {
            let expected = format!("`{name}` cannot run on several ranks: it is asynchronous");
            assert!(error.contains(&expected), "{error}");
        }
    }
}

#[test]
fn channels_lead_to_independent_processes_on_the_first_rank() -> Result<()> {
    let results = on_ranks(2, |rank| {
        let net = Network::<Loihi1SimCfg>::new();
        net.set_ranks(rank)?;
        let (first, ..) = delayed(&net, 9.0)?;
        let (current, into) = channel::bounded::<f32>([700], 10);
        let (out_of, spikes) = channel::bounded::<Spike>([700], 10);
        let input: Injector<f32> = net.add(Injector::source(into).detached())?;
        let output: Extractor<Spike> = net.add(Extractor::target(out_of).detached())?;
        input.s_out.waiting().connect(&first.a_in)?;
        first.s_out.connect(&output.a_in)?;
        net.drive(|| {
            net.start(RunContinuous)?;
            // No more than the channel holds: a paused network takes none out of it.
            let feeding = thread::spawn(move || {
                let current = current;
                (0..10).all(|_| current.send(&arr1(&[9.0_f32; 700])).is_ok())
            });
            // Every neuron fires at its input.
            let fired = spikes
                .iter()
                .find(|spikes| spikes.iter().all(|fired| *fired));
            drop(spikes);
            net.pause()?;
            assert!(feeding.join().is_ok());
            Ok(fired.is_some())
        })
    });
    let results: Vec<_> = results.into_iter().collect::<lava::Result<_>>()?;
    assert_eq!(results, [Some(true), None]);
    let errors = on_ranks(2, |rank| {
        let net = Network::<Loihi1SimCfg>::new();
        net.set_ranks(rank).unwrap();
        let (_current, into) = channel::bounded::<f32>([600], 10);
        let input: Injector<f32> = net.add(Injector::source(into).name("input")).unwrap();
        let lif: Lif = net.add(Lif::shape([600])).unwrap();
        input.s_out.connect(&lif.a_in).unwrap();
        net.run(RunSteps(1)).unwrap_err().to_string()
    });
    for error in errors {
        let expected = "`input` cannot run on several ranks: it is connected to a channel";
        assert!(error.contains(expected), "{error}");
    }
    Ok(())
}

#[test]
fn processes_that_ref_ports_connect_are_on_one_rank() -> Result<()> {
    is_the_same(|net| {
        let (first, second, _) = delayed(net, 9.0)?;
        let adder: Adder = net.add(Adder::shape([300]).amount(0.25).every(3))?;
        adder.target.connect_var(&second.v)?;
        let holder: Holder = net.add(Holder::shape([2]))?;
        let other: Adder = net.add(Adder::shape([2]).amount(10.0).before_learning(true))?;
        other.target.connect(&holder.x_port)?;
        let spikes = net.probe(&first.s_out)?;
        net.run(RunSteps(40))?;
        let vars = [adder.seen.get()?, holder.x.get()?, second.v.get()?];
        Ok((spikes.events(), vars))
    })
}
