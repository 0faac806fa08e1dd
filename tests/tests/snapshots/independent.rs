//! Asynchronous and detached processes, with messages that wait for them.

use lava::prelude::*;
use lava::proc::{Lif, Sink, Source};
use ndarray::Array2;

use crate::continuation::{TestFile, assert_same, state};

/// Receives one message a run, and peeks at the next.
#[process]
pub struct Slow {
    #[port(shape = [2])]
    a_in: InPort<f32>,
    #[var(shape = [40], init = 0.0)]
    seen: Var<f32>,
    #[var(scalar, init = 0.0)]
    next: Var<f32>,
}

#[implements(proc = Slow, protocol = Async)]
struct SlowModel {
    a_in: AsyncIn<f32>,
    seen: Vec<f32>,
    next: f32,
    #[local]
    received: usize,
}

impl AsyncModel for SlowModel {
    fn run_async(&mut self, _: &AsyncRun<'_>) -> lava::Result<()> {
        // Runs before have left messages.
        if self.received > 0
            && let Some(message) = self.a_in.peek()
        {
            self.next = message[0];
        }
        if let Some(message) = self.a_in.recv() {
            self.seen[self.received] = message[0] + message[1];
            self.received += 1;
        }
        Ok(())
    }
}

/// Doubles what it receives, and counts its steps.
#[process]
pub struct Detached {
    #[port(shape = [2])]
    a_in: InPort<f32>,
    #[port(shape = [2])]
    a_out: OutPort<f32>,
    #[var(scalar, init = 0)]
    steps: Var<u64>,
}

#[implements(proc = Detached, protocol = Loihi)]
struct DetachedModel {
    a_in: In<f32>,
    a_out: Out<f32>,
    steps: u64,
    #[local]
    context: Context,
}

impl LoihiModel for DetachedModel {
    fn run_spk(&mut self) -> lava::Result<()> {
        self.steps = self.context.time_step();
        let doubled: Vec<f32> = self
            .a_in
            .recv_slice()
            .iter()
            .map(|value| 2.0 * value)
            .collect();
        self.a_out.send_slice(&doubled)
    }
}

fn network(workers: usize) -> lava::Result<(Network<Loihi1SimCfg>, Sink)> {
    let net = Network::new();
    net.set_workers(workers)?;
    let data = Array2::from_shape_fn((37, 2), |(step, x)| (step * 2 + x) as f32);
    let source: Source = net.add(Source::data(data).name("source"))?;
    let detached = net.add(Detached::new().detached().name("detached"))?;
    let sink: Sink = net.add(Sink::shape([2]).steps(40).name("sink"))?;
    let lif: Lif = net.add(Lif::shape([2]).vth(1e3).name("lif"))?;
    source.s_out.connect(&detached.a_in)?;
    detached.a_out.delayed(2).waiting().connect(&sink.a_in)?;
    detached.a_out.waiting().connect(&lif.a_in)?;
    Ok((net, sink))
}

#[test]
fn detached_processes_go_on_from_their_own_step() -> lava::Result<()> {
    let (file, other) = (TestFile::new("detached"), TestFile::new("detached-other"));
    let (whole, sink) = network(1)?;
    whole.run(RunSteps(30))?;
    let expected = sink.data.get()?;
    for (before, after) in [(1, 2), (2, 1)] {
        let (first, _) = network(before)?;
        first.run(RunSteps(13))?;
        let saved = state(&first, &file)?;
        let (second, sink) = network(after)?;
        second.restore(&file.0)?;
        assert_same(&state(&second, &other)?, &saved, "restored");
        second.run(RunSteps(17))?;
        assert_eq!(sink.data.get()?, expected);
    }
    Ok(())
}

fn slow() -> lava::Result<(Network<Loihi1SimCfg>, Slow)> {
    let net = Network::new();
    let data = Array2::from_shape_fn((37, 2), |(step, x)| (step * 2 + x) as f32);
    let source: Source = net.add(Source::data(data).name("source"))?;
    let slow = net.add(Slow::new().asynchronous().name("slow"))?;
    source.s_out.delayed(1).connect(&slow.a_in)?;
    Ok((net, slow))
}

#[test]
fn messages_that_wait_are_received_after_a_restoration() -> lava::Result<()> {
    let (file, other) = (TestFile::new("slow"), TestFile::new("slow-other"));
    let (whole, seen) = slow()?;
    (0..6).try_for_each(|_| whole.run(RunSteps(2)))?;
    let expected = (seen.seen.get()?, state(&whole, &other)?);
    let (first, _) = slow()?;
    (0..3).try_for_each(|_| first.run(RunSteps(2)))?;
    let saved = state(&first, &file)?;
    let (second, seen) = slow()?;
    second.restore(&file.0)?;
    assert_same(&state(&second, &other)?, &saved, "restored");
    (0..3).try_for_each(|_| second.run(RunSteps(2)))?;
    assert_eq!(seen.seen.get()?, expected.0);
    assert_same(&state(&second, &other)?, &expected.1, "continued");
    Ok(())
}

#[test]
fn checkpoints_are_written_without_a_lockstep_process() -> lava::Result<()> {
    let (file, other) = (TestFile::new("alone"), TestFile::new("alone-other"));
    let network = || {
        let net = Network::<Loihi1SimCfg>::new();
        let neuron: Lif = net.add(Lif::shape([2]).vth(1e6).bias_mant(1.0).detached())?;
        Ok::<_, lava::Error>((net, neuron))
    };
    let (whole, neuron) = network()?;
    whole.run(RunSteps(50))?;
    let expected = neuron.v.get()?;
    let (net, neuron) = network()?;
    net.checkpoint_every(RunSteps(7), &file.0)?;
    net.run(RunSteps(50))?;
    assert_eq!(neuron.v.get()?, expected);
    let (again, neuron) = network()?;
    again.restore(&file.0)?;
    assert_eq!(again.time_step(), 49);
    again.run(RunSteps(1))?;
    assert_eq!((again.time_step(), neuron.v.get()?), (50, expected));
    assert_same(&state(&again, &other)?, &state(&net, &file)?, "restored");
    Ok(())
}
