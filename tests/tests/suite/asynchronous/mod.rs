//! Asynchronous and detached models: what connections carry, and when a run is over.

mod models;
mod ranks;
mod waiting;

use lava::Spike;
use lava::prelude::*;
use lava::proc::{Dense, Lif, Sink, Source};

use models::{Counter, Echo, LOG, Lazy, Log, noted};

use crate::support::{column, fails, flat, loihi};

#[test]
fn a_message_of_every_step_arrives_in_order() -> lava::Result<()> {
    let net = loihi();
    let input: Source<i32> = net.add(Source::data(column(&[4, 0, 2, 9, 7])))?;
    let log: Log = net.add(Log::new().asynchronous())?;
    input.s_out.connect(&log.a_in)?;
    net.run(RunSteps(3))?;
    assert_eq!(noted(&log)?, [4, 0, 2]);
    net.run(RunSteps(2))?;
    assert_eq!(noted(&log)?, [4, 0, 2, 9, 7]);
    net.stop()
}

#[test]
fn a_waiting_port_takes_a_message_in_every_step() -> lava::Result<()> {
    for workers in [1, 3] {
        let net = loihi();
        net.set_workers(workers)?;
        let counter: Counter = net.add(Counter::each(-1).asynchronous())?;
        let sinks: Vec<Sink<i32>> = (0..3)
            .map(|_| net.add(Sink::shape([1]).steps(200)))
            .collect::<lava::Result<_>>()?;
        for sink in &sinks {
            counter.s_out.waiting().connect(&sink.a_in)?;
        }
        net.run(RunSteps(150))?;
        net.run(RunSteps(50))?;
        for sink in &sinks {
            assert_eq!(flat(sink.data.get()?), (1..=200).collect::<Vec<_>>());
        }
    }
    Ok(())
}

#[test]
fn without_waiting_a_step_takes_what_is_there_and_loses_nothing() -> lava::Result<()> {
    let net = loihi();
    let counter: Counter = net.add(Counter::each(40).asynchronous())?;
    let sink: Sink<i32> = net.add(Sink::shape([1]).steps(200))?;
    counter.s_out.connect(&sink.a_in)?;
    net.run(RunSteps(100))?;
    // All that came too late for the first run is there when the second begins.
    net.run(RunSteps(100))?;
    let data = flat(sink.data.get()?);
    let received: Vec<i32> = data.into_iter().filter(|value| *value != 0).collect();
    assert!(received.len() >= 40);
    assert_eq!(received, (1..=received.len() as i32).collect::<Vec<_>>());
    Ok(())
}

#[test]
fn a_waited_for_message_that_cannot_come_holds_nothing_up() -> lava::Result<()> {
    let net = loihi();
    let counter: Counter = net.add(Counter::each(3).asynchronous())?;
    let sink: Sink<i32> = net.add(Sink::shape([1]).steps(6))?;
    counter.s_out.waiting().connect(&sink.a_in)?;
    net.run(RunSteps(6))?;
    assert_eq!(flat(sink.data.get()?), [1, 2, 3, 0, 0, 0]);
    Ok(())
}

#[test]
fn a_short_connection_holds_the_sender_back_and_loses_nothing() -> lava::Result<()> {
    for capacity in [1, 2, 7] {
        let net = loihi();
        let counter: Counter = net.add(Counter::each(LOG as i32).asynchronous())?;
        let first: Echo = net.add(Echo::new().asynchronous())?;
        let log: Log = net.add(Log::new().asynchronous())?;
        counter.s_out.buffered(capacity).connect(&first.a_in)?;
        first.a_out.buffered(capacity).connect(&log.a_in)?;
        net.run(RunSteps(1))?;
        assert_eq!(noted(&log)?, (2..=LOG as i32 + 1).collect::<Vec<_>>());
    }
    Ok(())
}

#[test]
fn what_is_not_received_waits_for_the_next_run() -> lava::Result<()> {
    let net = loihi();
    let counter: Counter = net.add(Counter::each(3).asynchronous())?;
    let lazy: Lazy = net.add(Lazy::new().asynchronous())?;
    counter.s_out.connect(&lazy.a_in)?;
    for run in 1..=4 {
        net.run(RunSteps(1))?;
        assert_eq!(lazy.last.get()?, run);
    }
    Ok(())
}

#[test]
fn nobody_waits_for_a_receiver_that_has_gone() -> lava::Result<()> {
    let net = loihi();
    let input: Source<i32> = net.add(Source::data(column(&(1..=50).collect::<Vec<_>>())))?;
    let lazy: Lazy = net.add(Lazy::new().asynchronous())?;
    input.s_out.buffered(2).connect(&lazy.a_in)?;
    net.run(RunSteps(50))?;
    assert_eq!(lazy.last.get()?, 1);
    assert_eq!(net.time_step(), 50);
    Ok(())
}

#[test]
fn messages_of_several_connections_are_summed() -> lava::Result<()> {
    let net = loihi();
    let input: Source<i32> = net.add(Source::data(column(&[10, 20, 30])))?;
    let counter: Counter = net.add(Counter::each(3).asynchronous())?;
    let log: Log = net.add(Log::new().asynchronous())?;
    log.a_in.connect_from([&input.s_out, &counter.s_out])?;
    net.run(RunSteps(3))?;
    assert_eq!(noted(&log)?, [11, 22, 33]);
    Ok(())
}

#[test]
fn a_loop_of_both_kinds_goes_around() -> lava::Result<()> {
    let net = loihi();
    let input: Source<i32> = net.add(Source::data(column(&[5, 0, 0, 0])))?;
    let echo: Echo = net.add(Echo::new().asynchronous())?;
    let sink: Sink<i32> = net.add(Sink::shape([1]).steps(4))?;
    input.s_out.connect(&echo.a_in)?;
    echo.a_out.connect(&echo.a_in)?;
    echo.a_out.waiting().connect(&sink.a_in)?;
    // The loop feeds itself, so nothing ever arrives.
    net.run(RunSteps(4))?;
    assert_eq!(flat(sink.data.get()?), [0, 0, 0, 0]);
    Ok(())
}

#[test]
fn a_lockstep_model_can_ask_an_asynchronous_one() -> lava::Result<()> {
    let net = loihi();
    let input: Source<i32> = net.add(Source::data(column(&[5, 6, 7])))?;
    let echo: Echo = net.add(Echo::new().asynchronous())?;
    let sink: Sink<i32> = net.add(Sink::shape([1]).steps(3))?;
    input.s_out.connect(&echo.a_in)?;
    echo.a_out.waiting().connect(&sink.a_in)?;
    net.run(RunSteps(3))?;
    // A message of a step is there for the next one.
    assert_eq!(flat(sink.data.get()?), [0, 6, 7]);
    Ok(())
}

/// Spikes that are received and sent on, with the neuron after each firing too.
#[process]
struct Widen {
    s_in: InPort<Spike>,
    s_out: OutPort<Spike>,
}

#[implements(proc = Widen, protocol = Async)]
struct WidenModel {
    s_in: AsyncIn<Spike>,
    s_out: AsyncOut<Spike>,
}

impl AsyncModel for WidenModel {
    fn run_async(&mut self, _: &AsyncRun<'_>) -> lava::Result<()> {
        while let Some(spikes) = self.s_in.recv() {
            let mut wide = spikes.to_array();
            spikes
                .indices()
                .iter()
                .for_each(|neuron| wide[*neuron as usize + 1] = true);
            self.s_out.send(&wide)?;
        }
        Ok(())
    }
}

#[test]
fn spikes_go_both_ways() -> lava::Result<()> {
    let net = loihi();
    let input: Source<Spike> = net.add(Source::data([
        [true, false, false],
        [false, false, false],
        [false, true, false],
    ]))?;
    let widen: Widen = net.add(Widen::shape([3]).asynchronous())?;
    let sink: Sink<Spike> = net.add(Sink::shape([3]).steps(4))?;
    input.s_out.connect(&widen.s_in)?;
    widen.s_out.waiting().connect(&sink.a_in)?;
    net.run(RunSteps(4))?;
    let seen: Vec<bool> = flat(sink.data.get()?);
    let rows: Vec<&[bool]> = seen.chunks(3).collect();
    assert_eq!(rows[1..3], [[true, true, false], [false, false, false]]);
    assert_eq!(rows[3], [false, true, true]);
    Ok(())
}

/// The configuration of a run without lockstep processes.
enum AllAsync {}

impl RunConfig for AllAsync {
    type Protocol = Async;
    type Tag = FloatingPt;
    type Resource = Cpu;
}

#[test]
fn a_network_can_be_asynchronous_as_a_whole() -> lava::Result<()> {
    let net = network! {
        AllAsync;
        counter: Counter = Counter::each(20);
        echo: Echo = Echo::new();
        log: Log = Log::new();
        counter.s_out -> echo.a_in;
        echo.a_out -> log.a_in;
    }?;
    net.run(RunSteps(1))?;
    assert_eq!(noted(&net.log)?, (2..=21).collect::<Vec<_>>());
    net.stop()
}

#[test]
fn a_detached_process_computes_what_it_computes_in_lockstep() -> lava::Result<()> {
    let current: Vec<f32> = (0..60).map(|step| (step % 7) as f32).collect();
    let mut results = Vec::new();
    for detached in [false, true] {
        let net = loihi();
        let input: Source = net.add(Source::data(column(&current)))?;
        let builder = Lif::shape([1]).du(0.3).dv(0.2).vth(20.0);
        let lif: Lif = match detached {
            false => net.add(builder)?,
            true => net.add(builder.detached())?,
        };
        let dense: Dense = net.add(Dense::weights([[0.5]]))?;
        input.s_out.connect(&lif.a_in)?;
        lif.s_out.connect(&dense.s_in)?;
        net.run(RunSteps(40))?;
        net.run(RunSteps(20))?;
        results.push((lif.v.get()?, lif.u.get()?));
    }
    assert_eq!(results[0], results[1]);
    Ok(())
}

#[test]
fn builders_in_a_network_say_how_a_process_runs() -> lava::Result<()> {
    let net = network! {
        Loihi1SimCfg;
        input: Source = Source::data([[1.0], [2.0], [3.0]]);
        lif: Lif = Lif::shape([1]).du(1.0).vth(100.0).detached();
        counter: Counter = Counter::each(2).asynchronous();
        log: Log = Log::new().asynchronous();
        input.s_out -> lif.a_in;
        counter.s_out.buffered(1) -> log.a_in;
    }?;
    net.run(RunSteps(3))?;
    assert_eq!(net.lif.v.get()?[0], 6.0);
    assert_eq!(noted(&net.log)?, [1, 2]);
    let drawing = net.to_mermaid();
    assert!(drawing.contains("detached") && drawing.contains("asynchronous"));
    net.stop()
}

#[test]
fn a_reset_forgets_what_is_on_its_way() -> lava::Result<()> {
    let net = loihi();
    let counter: Counter = net.add(Counter::each(3).asynchronous())?;
    let lazy: Lazy = net.add(Lazy::new().asynchronous())?;
    counter.s_out.connect(&lazy.a_in)?;
    net.run(RunSteps(1))?;
    net.run(RunSteps(1))?;
    assert_eq!(lazy.last.get()?, 2);
    net.reset()?;
    assert_eq!(counter.count.get()?, 0);
    net.run(RunSteps(1))?;
    assert_eq!(lazy.last.get()?, 1);
    Ok(())
}

#[test]
fn a_pause_ends_a_run_of_all() -> lava::Result<()> {
    let net = loihi();
    let counter: Counter = net.add(Counter::each(-1).asynchronous())?;
    let sink: Sink<i32> = net.add(Sink::shape([1]).steps(10))?;
    counter.s_out.waiting().connect(&sink.a_in)?;
    for _ in 0..5 {
        net.start(RunContinuous)?;
        net.pause()?;
    }
    let steps = net.time_step() as i32;
    // A step either took its message or was not made at all.
    let newest = flat(sink.data.get()?).into_iter().max();
    assert_eq!(newest, Some(steps));
    assert!(counter.count.get()? >= steps);
    net.stop()
}

/// Does in a run what it is told.
#[process]
struct Fails {
    #[port(shape = [1])]
    s_out: OutPort<i32>,
    #[var(scalar)]
    how: Var<i32>,
}

#[implements(proc = Fails, protocol = Async)]
struct FailsModel {
    s_out: AsyncOut<i32>,
    how: i32,
}

impl AsyncModel for FailsModel {
    fn run_async(&mut self, run: &AsyncRun<'_>) -> lava::Result<()> {
        match self.how {
            0 => self.s_out.send_slice(&[1, 2])?,
            1 => panic!("the camera is gone"),
            2 => run.pause(),
            _ => run.stop(),
        }
        Ok(())
    }
}

fn failing(how: i32) -> lava::Result<(Network<Loihi1SimCfg>, Sink<i32>)> {
    let net = Network::new();
    let fails: Fails = net.add(Fails::how(how).name("fails").asynchronous())?;
    let counter: Counter = net.add(Counter::each(-1).asynchronous())?;
    let sink: Sink<i32> = net.add(Sink::shape([1]).steps(10))?;
    sink.a_in
        .connect_from([&fails.s_out.waiting(), &counter.s_out.waiting()])?;
    Ok((net, sink))
}

#[test]
fn an_error_or_a_panic_ends_the_run_of_all() -> lava::Result<()> {
    for (how, words) in [(0, "shape [1], not [2]"), (1, "the camera is gone")] {
        let (net, sink) = failing(how)?;
        fails(net.run(RunContinuous), &["`fails`", "FailsModel", words]);
        assert_eq!(sink.data.get()?.len(), 10);
        net.stop()?;
    }
    Ok(())
}

#[test]
fn an_asynchronous_model_can_pause_and_stop() -> lava::Result<()> {
    for how in [2, 3] {
        let (net, _) = failing(how)?;
        net.run(RunContinuous)?;
        net.stop()?;
    }
    Ok(())
}

#[test]
fn connections_that_make_no_sense_are_named() -> lava::Result<()> {
    let net = loihi();
    let input: Source<i32> = net.add(Source::data(column(&[1])))?;
    let sink: Sink<i32> = net.add(Sink::shape([1]).steps(1))?;
    let counter: Counter = net.add(Counter::each(1).asynchronous())?;
    let logs: Vec<Log> = (0..2)
        .map(|_| net.add(Log::new().asynchronous()))
        .collect::<lava::Result<_>>()?;
    input.s_out.waiting().connect(&sink.a_in)?;
    input.s_out.waiting().connect(&logs[0].a_in)?;
    counter.s_out.delayed(1).connect(&logs[1].a_in)?;
    fails(
        net.run(RunSteps(1)),
        &[
            "remove `.waiting(…)`, or add one of the processes",
            "which waits for messages itself",
            "by a model that has no steps: remove `.delayed(…)`",
        ],
    );
    Ok(())
}

#[test]
fn asynchronous_processes_are_not_probed() -> lava::Result<()> {
    let net = loihi();
    let lif: Lif = net.add(Lif::shape([1]).name("lif").detached())?;
    fails(net.probe(&lif.v).map(drop), &["lif"]);
    Ok(())
}
