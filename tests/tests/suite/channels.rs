//! Channels between a network and threads of the user; iterators and closures.

use std::thread;
use std::time::Duration;

use lava::channel::{self, ModelReceiver, Receiver, Sender};
use lava::prelude::*;
use lava::proc::io::{
    Call, Empty, Extractor, Full, Generator, Injector, Observer, Rows, Taking, VarWire,
};
use lava::proc::{Lif, Sink, Source};
use lava::{Error, Spike};
use ndarray::{Array1, arr1};

use crate::support::{column, fails, flat, loihi};

/// A network that sends on what it receives, plus what the user's threads hold of it.
struct Relay {
    net: Network<Loihi1SimCfg>,
    send: Sender<i32>,
    receive: Receiver<i32>,
}

fn relay(workers: usize, into: usize, out_of: usize) -> lava::Result<Relay> {
    let (send, source) = channel::bounded([1], into);
    let (target, receive) = channel::bounded([1], out_of);
    let net = Network::new();
    net.set_workers(workers)?;
    let input: Injector<i32> = net.add(Injector::source(source))?;
    let output: Extractor<i32> = net.add(Extractor::target(target))?;
    input.s_out.connect(&output.a_in)?;
    Ok(Relay { net, send, receive })
}

fn first<T: Copy>(message: ndarray::ArrayD<T>) -> T {
    message[0]
}

#[test]
fn a_running_network_is_fed_and_drained_by_threads() -> lava::Result<()> {
    for workers in [1, 3] {
        let Relay { net, send, receive } = relay(workers, 3, 3)?;
        net.start(RunContinuous)?;
        let feeding = thread::spawn(move || (0..500).try_for_each(|k| send.send(&arr1(&[k]))));
        let received: Vec<i32> = receive.iter().take(500).map(first).collect();
        assert_eq!(received, (0..500).collect::<Vec<_>>());
        assert!(feeding.join().is_ok_and(|result| result.is_ok()));
        // All senders are gone: the network goes on with zeros.
        assert_eq!(receive.recv().map(first), Some(0));
        net.stop()?;
        assert!(receive.iter().map(first).all(|message| message == 0));
    }
    Ok(())
}

#[test]
fn a_pause_ends_waiting_and_loses_no_message() -> lava::Result<()> {
    for (workers, into, out_of) in [(1, 1, 100), (2, 1, 100), (1, 100, 1), (2, 100, 1)] {
        let Relay { net, send, receive } = relay(workers, into, out_of)?;
        let mut seen = Vec::new();
        for run in 0..20 {
            // It waits for a message, or for room, when the pause comes.
            net.start(RunContinuous)?;
            send.send(&arr1(&[2 * run]))?;
            send.send(&arr1(&[2 * run + 1]))?;
            net.pause()?;
            seen.extend(receive.try_recv().map(first));
        }
        assert_eq!(net.time_step() as usize, seen.len() + receive.len());
        net.start(RunContinuous)?;
        seen.extend(receive.iter().take(40 - seen.len()).map(first));
        assert_eq!(seen, (0..40).collect::<Vec<_>>());
        net.stop()?;
    }
    Ok(())
}

#[test]
fn a_stop_ends_waiting_on_both_sides() -> lava::Result<()> {
    let Relay { net, send, receive } = relay(1, 1, 1)?;
    net.start(RunContinuous)?;
    let full = thread::spawn(move || {
        let message = arr1(&[1]);
        while send.send(&message).is_ok() {}
        send.send(&message)
    });
    receive.recv();
    net.stop()?;
    let error = full.join().expect("it does not panic").unwrap_err();
    assert!(matches!(error, Error::Channel(_)), "{error}");
    assert!(error.to_string().contains("was stopped"));
    receive.iter().for_each(drop);
    Ok(())
}

#[test]
fn a_step_does_not_wait_for_senders_that_are_gone() -> lava::Result<()> {
    let Relay { net, send, receive } = relay(1, 10, 10)?;
    send.send(&arr1(&[7]))?;
    drop(send);
    net.run(RunSteps(3))?;
    net.stop()?;
    let received: Vec<i32> = receive.iter().map(first).collect();
    assert_eq!(received, [7, 0, 0]);
    Ok(())
}

#[test]
fn an_empty_channel_can_mean_zeros_and_a_full_one_a_sum() -> lava::Result<()> {
    let (send, source) = channel::bounded([2], 10);
    let net = loihi();
    let builder = Injector::source(source)
        .when_empty(Empty::Zeros)
        .taking(Taking::Sum);
    let input: Injector<f32> = net.add(builder)?;
    let sink: Sink = net.add(Sink::shape([2]).steps(3))?;
    input.s_out.connect(&sink.a_in)?;
    net.run(RunSteps(1))?;
    for k in 1..=4 {
        send.send(&arr1(&[k as f32, -1.0]))?;
    }
    net.run(RunSteps(2))?;
    assert_eq!(flat(sink.data.get()?), [0.0, 0.0, 10.0, -4.0, 0.0, 0.0]);
    Ok(())
}

#[test]
fn spikes_that_are_summed_are_united() -> lava::Result<()> {
    let (send, source) = channel::bounded::<Spike>([3], 10);
    let net = loihi();
    let input: Injector<Spike> = net.add(Injector::source(source).taking(Taking::Sum))?;
    let sink: Sink<Spike> = net.add(Sink::shape([3]).steps(1))?;
    input.s_out.connect(&sink.a_in)?;
    send.send(&arr1(&[true, false, false]))?;
    send.send(&arr1(&[true, false, true]))?;
    net.run(RunSteps(1))?;
    assert_eq!(flat(sink.data.get()?), [true, false, true]);
    Ok(())
}

#[test]
fn what_finds_no_room_can_be_lost_and_is_counted() -> lava::Result<()> {
    let (target, receive) = channel::bounded([1], 2);
    let net = loihi();
    let input: Source<i32> = net.add(Source::data(column(&[1, 2, 3, 4, 5])))?;
    let output: Extractor<i32> = net.add(Extractor::target(target).when_full(Full::Drop))?;
    input.s_out.connect(&output.a_in)?;
    net.run(RunSteps(5))?;
    assert_eq!((receive.len(), receive.lost()), (2, 3));
    assert_eq!(receive.try_recv().map(first), Some(1));
    net.stop()?;
    assert_eq!(receive.iter().map(first).collect::<Vec<_>>(), [2]);
    Ok(())
}

#[test]
fn nobody_waits_where_waiting_is_not_wanted() -> lava::Result<()> {
    let (send, receive) = channel::bounded::<i32>([1], 1);
    let short = Duration::from_millis(1);
    assert!(receive.try_recv().is_none() && receive.recv_timeout(short).is_none());
    assert!(send.try_send(&arr1(&[1]))?);
    assert!(!send.try_send(&arr1(&[2]))?);
    assert!(!send.send_timeout(&arr1(&[2]), short)?);
    assert_eq!(receive.recv_timeout(Duration::MAX).map(first), Some(1));
    fails(send.send(&arr1(&[1, 2])), &["[1]", "[2]"]);
    drop(receive);
    fails(send.send(&arr1(&[1])), &["every receiver was dropped"]);
    Ok(())
}

/// Has every second step wait for a message, and counts those of these steps that got none.
#[process]
pub struct Alternating {
    #[port(shape = source.shape())]
    s_out: OutPort<i32>,
    #[var(init = 0, shape = [1])]
    missed: Var<u64>,
    #[param]
    source: Param<Receiver<i32>>,
}

#[implements(proc = Alternating, protocol = Loihi)]
struct AlternatingModel {
    s_out: Out<i32>,
    missed: Vec<u64>,
    source: ModelReceiver<i32>,
    #[local]
    context: Context,
}

impl LoihiModel for AlternatingModel {
    fn run_spk(&mut self) -> lava::Result<()> {
        let (waits_next, received) = (self.context.time_step() % 2 == 1, self.source.recv());
        self.missed[0] += u64::from(!waits_next && received.is_none());
        let sent = self.s_out.send_slice(received.unwrap_or(&[0]));
        self.source.set_waiting(waits_next);
        sent
    }
}

#[test]
fn a_model_may_have_any_step_wait() -> lava::Result<()> {
    for workers in [1, 2, 3] {
        let (send, source) = channel::bounded([1], 1);
        let net = Network::<Loihi1SimCfg>::new();
        net.set_workers(workers)?;
        let input: Alternating = net.add(Alternating::source(source))?;
        let lif: Lif = net.add(Lif::shape([900]).bias_mant(0.1))?;
        let probe = net.probe(&lif.v)?;
        let feeding = thread::spawn(move || while send.send(&arr1(&[1])).is_ok() {});
        net.run(RunSteps(2000))?;
        assert_eq!((input.missed.get()?[0], probe.steps()), (0, 2000));
        net.stop()?;
        assert!(feeding.join().is_ok());
    }
    Ok(())
}

#[test]
fn a_var_is_streamed() -> lava::Result<()> {
    let (target, voltages) = channel::bounded([2], 10);
    let net = loihi();
    let lif: Lif = net.add(Lif::shape([2]).bias_mant(arr1(&[1.0, 2.0])).vth(100.0))?;
    let wire: VarWire = net.add(VarWire::target(target))?;
    wire.var.connect(&lif.v)?;
    net.run(RunSteps(3))?;
    net.stop()?;
    let seen: Vec<f32> = voltages.iter().flatten().collect();
    assert_eq!(seen, [1.0, 2.0, 2.0, 4.0, 3.0, 6.0]);
    Ok(())
}

#[test]
fn a_reset_leaves_what_is_in_a_channel() -> lava::Result<()> {
    let Relay { net, send, receive } = relay(1, 10, 10)?;
    for k in 0..4 {
        send.send(&arr1(&[k]))?;
    }
    net.run(RunSteps(2))?;
    net.reset()?;
    net.run(RunSteps(2))?;
    net.stop()?;
    assert_eq!(receive.iter().map(first).collect::<Vec<_>>(), [0, 1, 2, 3]);
    Ok(())
}

#[test]
fn a_detached_injector_ends_its_run_when_the_others_do() -> lava::Result<()> {
    let (send, source) = channel::bounded([1], 10);
    let net = loihi();
    let input: Injector<i32> = net.add(Injector::source(source).detached())?;
    let sink: Sink<i32> = net.add(Sink::shape([1]).steps(8))?;
    input.s_out.waiting().connect(&sink.a_in)?;
    for k in 1..=2 {
        send.send(&arr1(&[k]))?;
    }
    net.run(RunSteps(2))?;
    assert_eq!(flat(sink.data.get()?)[..2], [1, 2]);
    net.start(RunContinuous)?;
    net.pause()?;
    assert_eq!(net.time_step(), 2);
    net.stop()
}

#[test]
fn an_iterator_is_sent_row_by_row_and_may_end_the_run() -> lava::Result<()> {
    let net = loihi();
    let rows = Rows::from_arrays([2], (1..=3).map(|k| arr1(&[k, -k])));
    let input: Generator<i32> = net.add(Generator::rows(rows).pause_at_end(true))?;
    let sink: Sink<i32> = net.add(Sink::shape([2]).steps(4))?;
    input.s_out.connect(&sink.a_in)?;
    net.run(RunContinuous)?;
    assert_eq!(net.time_step(), 4);
    assert_eq!(flat(sink.data.get()?), [1, -1, 2, -2, 3, -3, 0, 0]);
    Ok(())
}

#[test]
fn an_array_of_another_shape_is_named() -> lava::Result<()> {
    let net = loihi();
    let rows = Rows::from_arrays([2], vec![Array1::<f32>::zeros(3)]);
    let _: Generator = net.add(Generator::rows(rows).name("images"))?;
    fails(net.run(RunSteps(1)), &["`images`", "shape [3], not [2]"]);
    Ok(())
}

#[test]
fn an_error_of_a_closure_ends_the_run() -> lava::Result<()> {
    let net = loihi();
    let call = Call::new(|step, _: &[f32]| match step {
        4 => Err(Error::model("the disk is full")),
        _ => Ok(()),
    });
    let _: Observer = net.add(Observer::shape([1]).call(call).name("log"))?;
    fails(
        net.run(RunSteps(9)),
        &["`log`", "step 4", "the disk is full"],
    );
    Ok(())
}
