//! Ports: delays, fan-in, fan-out, silence, and the virtual ports.

use lava::model::BLOCK;
use lava::prelude::*;
use lava::proc::synapse::{Synapse, Synapses};
use lava::proc::{Dense, Lif, Sink, Source, Sparse};
use ndarray::{Array2, ArrayD, arr1, arr2, array};

use crate::support::loihi;

fn play(net: &Network<Loihi1SimCfg>, data: ArrayD<f32>) -> lava::Result<Source> {
    net.add(Source::data(data))
}

#[test]
fn dense_delivers_one_step_later() -> lava::Result<()> {
    let net = loihi();
    let source: Source<Spike> =
        net.add(Source::data([[true, false], [true, true], [false, false]]))?;
    let dense: Dense = net.add(Dense::weights([[1.0, 2.0]]))?;
    let sink: Sink = net.add(Sink::shape([1]).steps(4))?;
    source.s_out.connect(&dense.s_in)?;
    dense.a_out.connect(&sink.a_in)?;
    net.run(RunSteps(4))?;
    assert_eq!(
        sink.data.get()?,
        arr2(&[[0.0], [1.0], [3.0], [0.0]]).into_dyn()
    );
    Ok(())
}

#[test]
fn delays_add_up() -> lava::Result<()> {
    let net = loihi();
    let source = play(&net, array![[1.0], [2.0], [3.0]].into_dyn())?;
    let dense: Dense<f32, f32> = net.add(Dense::weights([[10.0]]))?;
    let sink: Sink = net.add(Sink::shape([1]).steps(6))?;
    source.s_out.delayed(1).connect(&dense.s_in)?;
    dense.a_out.delayed(2).connect(&sink.a_in)?;
    net.run(RunSteps(6))?;
    let arrived: Vec<f32> = sink.data.get()?.iter().copied().collect();
    assert_eq!(arrived, [0.0, 0.0, 0.0, 0.0, 10.0, 20.0]);
    Ok(())
}

#[test]
fn fan_in_is_summed_in_the_order_of_the_connections() -> lava::Result<()> {
    // (1e8 + 1) − 1e8 is 0 in f32, (1e8 − 1e8) + 1 is 1.
    let sum = |order: [usize; 3]| -> lava::Result<f32> {
        let net = loihi();
        let parts = [1e8, 1.0, -1e8].map(|value| play(&net, array![[value]].into_dyn()));
        let [a, b, c] = parts;
        let parts = [a?, b?, c?];
        let sink: Sink = net.add(Sink::shape([1]).steps(1))?;
        sink.a_in
            .connect_from(order.map(|index| &parts[index].s_out))?;
        net.run(RunSteps(1))?;
        Ok(sink.data.get()?[[0, 0]])
    };
    assert_eq!(sum([0, 1, 2])?, 0.0);
    assert_eq!(sum([0, 2, 1])?, 1.0);
    Ok(())
}

#[test]
fn the_earlier_spike_and_then_the_lower_source_is_added_first() -> lava::Result<()> {
    // In step 5, three steps after all have fired: (1e8 + 1) − 1e8 is 0 in f32, whatever the delays before.
    let net = loihi();
    let spikes = Array2::from_shape_fn((6, 3), |(step, _)| step == 1);
    let source: Source<Spike> = net.add(Source::data(spikes))?;
    let synapse = |source, delay, weight| Synapse {
        source,
        target: 0,
        weight,
        delay,
    };
    let list = [
        synapse(0, 2, 1.0),
        synapse(0, 3, 1e8),
        synapse(1, 1, 1.0),
        synapse(1, 3, 1.0),
        synapse(2, 2, 1.0),
        synapse(2, 3, -1e8),
    ];
    let sparse: Sparse = net.add(Sparse::synapses(Synapses::from_list(3, 1, &list)?))?;
    let sink: Sink = net.add(Sink::shape([1]).steps(6))?;
    source.s_out.connect(&sparse.s_in)?;
    sparse.a_out.connect(&sink.a_in)?;
    net.run(RunSteps(6))?;
    let arrived: Vec<f32> = sink.data.get()?.iter().copied().collect();
    assert_eq!(arrived, [0.0, 0.0, 1.0, 2.0, 0.0, 0.0]);
    Ok(())
}

/// Sends 0.1, 0.2, … in two steps of three.
#[process]
struct Sometimes {
    a_out: OutPort<f32>,
}

#[implements(proc = Sometimes, protocol = Loihi)]
struct SometimesModel {
    a_out: Out<f32>,
    #[local]
    context: Context,
}

impl LoihiModel for SometimesModel {
    fn run_spk(&mut self) -> lava::Result<()> {
        if self.context.time_step().is_multiple_of(3) {
            return Ok(());
        }
        let len = self.a_out.shape().iter().product();
        let values: Vec<f32> = (1..=len).map(|element| element as f32 / 10.0).collect();
        self.a_out.send_slice(&values)
    }
}

/// Receives a message by blocks, then as a whole.
#[process]
struct Blocks {
    a_in: InPort<f32>,
    #[var(init = 0.0)]
    by_blocks: Var<f32>,
    #[var(init = 0.0)]
    whole: Var<f32>,
}

#[implements(proc = Blocks, protocol = Loihi)]
struct BlocksModel {
    a_in: In<f32>,
    by_blocks: Vec<f32>,
    whole: Vec<f32>,
}

impl LoihiModel for BlocksModel {
    fn run_spk(&mut self) -> lava::Result<()> {
        let mut a_in = self.a_in.recv_blocks();
        for (number, block) in self.by_blocks.chunks_mut(BLOCK).enumerate() {
            block.copy_from_slice(a_in.block(number * BLOCK, block.len()));
        }
        self.whole.copy_from_slice(self.a_in.recv_slice());
        Ok(())
    }
}

#[test]
fn a_message_is_the_same_by_blocks_and_as_a_whole() -> lava::Result<()> {
    const LEN: usize = 2 * BLOCK + 100;
    // Of two dense senders and a sparse one, by number.
    for connected in [&[0][..], &[2], &[0, 2], &[2, 0], &[0, 1], &[0, 2, 1]] {
        let net = loihi();
        let dense = || -> lava::Result<Sometimes> { net.add(Sometimes::shape([LEN])) };
        let dense = [dense()?, dense()?];
        let spikes = Array2::from_shape_fn((9, LEN), |(step, neuron)| {
            step % 4 != 0 && (step + neuron) % 50 == 0
        });
        let source: Source<Spike> = net.add(Source::data(spikes))?;
        let one_to_one = |neuron| Synapse {
            source: neuron,
            target: neuron,
            weight: 0.3,
            delay: 1,
        };
        let list: Vec<Synapse> = (0..LEN).map(one_to_one).collect();
        let synapses = Synapses::from_list(LEN, LEN, &list)?;
        let sparse: Sparse = net.add(Sparse::synapses(synapses))?;
        source.s_out.connect(&sparse.s_in)?;
        let blocks: Blocks = net.add(Blocks::shape([LEN]))?;
        for sender in connected {
            match dense.get(*sender) {
                Some(dense) => dense.a_out.connect(&blocks.a_in)?,
                None => sparse.a_out.connect(&blocks.a_in)?,
            }
        }
        let mut arrived = 0;
        for step in 1..=9 {
            net.run(RunSteps(1))?;
            let whole = blocks.whole.get()?;
            assert_eq!(blocks.by_blocks.get()?, whole, "step {step}, {connected:?}");
            arrived += whole.iter().filter(|value| **value != 0.0).count();
        }
        assert!(arrived > 20, "{arrived} in {connected:?}");
    }
    Ok(())
}

#[test]
fn spikes_from_several_populations_are_united() -> lava::Result<()> {
    let net = loihi();
    let a: Source<Spike> = net.add(Source::data([[true, true, false]]))?;
    let b: Source<Spike> = net.add(Source::data([[false, true, false]]))?;
    let dense: Dense = net.add(Dense::weights([[1.0, 10.0, 100.0]]))?;
    dense.s_in.connect_from([&a.s_out, &b.s_out])?;
    net.run(RunSteps(1))?;
    assert_eq!(dense.a_buff.get()?, arr1(&[11.0]).into_dyn());
    Ok(())
}

#[test]
fn spikes_as_values_add_up() -> lava::Result<()> {
    let net = loihi();
    let a: Source<Spike> = net.add(Source::data([[true, true, false]]))?;
    let b: Source<Spike> = net.add(Source::data([[false, true, false]]))?;
    let dense: Dense<f32, f32> = net.add(Dense::weights([[1.0, 10.0, 100.0]]))?;
    a.s_out.cast::<f32>().connect(&dense.s_in)?;
    b.s_out.cast::<f32>().connect(&dense.s_in)?;
    net.run(RunSteps(1))?;
    assert_eq!(dense.a_buff.get()?, arr1(&[21.0]).into_dyn());
    Ok(())
}

#[test]
fn numbers_become_spikes_and_other_numbers() -> lava::Result<()> {
    let net = loihi();
    let source = play(&net, array![[0.0, -2.5, 300.7]].into_dyn())?;
    let spikes: Sink<Spike> = net.add(Sink::shape([3]).steps(1))?;
    let bytes: Sink<i32> = net.add(Sink::shape([3]).steps(1))?;
    source.s_out.cast::<Spike>().connect(&spikes.a_in)?;
    source.s_out.cast::<i32>().connect(&bytes.a_in)?;
    net.run(RunSteps(1))?;
    assert_eq!(spikes.data.get()?, arr2(&[[false, true, true]]).into_dyn());
    assert_eq!(bytes.data.get()?, arr2(&[[0, -2, 300]]).into_dyn());
    Ok(())
}

#[test]
fn an_unconnected_input_is_silent() -> lava::Result<()> {
    let net = loihi();
    let lif: Lif = net.add(Lif::shape([2]).bias_mant(1.0))?;
    let dense: Dense = net.add(Dense::weights([[1.0, 1.0]]))?;
    net.run(RunSteps(3))?;
    assert_eq!(lif.v.get()?, arr1(&[3.0, 3.0]).into_dyn());
    assert_eq!(dense.a_buff.get()?, arr1(&[0.0]).into_dyn());
    Ok(())
}

#[test]
fn an_output_reaches_any_number_of_inputs() -> lava::Result<()> {
    let net = loihi();
    let source = play(&net, array![[1.0], [2.0]].into_dyn())?;
    let sinks: Vec<Sink> = (0..3)
        .map(|_| net.add(Sink::shape([1]).steps(2)))
        .collect::<lava::Result<_>>()?;
    source
        .s_out
        .connect(sinks.iter().map(|sink| &sink.a_in).collect::<Vec<_>>())?;
    net.run(RunSteps(2))?;
    for sink in &sinks {
        assert_eq!(sink.data.get()?, arr2(&[[1.0], [2.0]]).into_dyn());
    }
    Ok(())
}

/// The message at a sink of this shape from a 2 × 3 × 2 array through a chain of virtual ports.
fn through<const N: usize>(
    shape: [usize; N],
    connect: impl Fn(&Source, &Sink) -> lava::Result<()>,
) -> lava::Result<ArrayD<f32>> {
    let net = loihi();
    let data = ArrayD::from_shape_fn(vec![1, 2, 3, 2], |at| {
        (at[1] * 6 + at[2] * 2 + at[3]) as f32
    });
    let source = play(&net, data)?;
    let sink: Sink = net.add(Sink::shape(shape).steps(1))?;
    connect(&source, &sink)?;
    net.run(RunSteps(1))?;
    Ok(sink.data.get()?.index_axis_move(ndarray::Axis(0), 0))
}

fn cube() -> ArrayD<f32> {
    ArrayD::from_shape_fn(vec![2, 3, 2], |at| (at[0] * 6 + at[1] * 2 + at[2]) as f32)
}

#[test]
fn virtual_ports_do_what_the_array_operations_do() -> lava::Result<()> {
    let arrived = through([4, 3], |a, b| a.s_out.reshape([4, 3]).connect(&b.a_in))?;
    assert_eq!(
        arrived,
        cube()
            .into_shape_with_order(vec![4, 3])
            .expect("12 elements")
    );
    let arrived = through([12], |a, b| a.s_out.flatten().connect(&b.a_in))?;
    assert_eq!(
        arrived,
        cube().into_shape_with_order(vec![12]).expect("12 elements")
    );
    let arrived = through([2, 2, 3], |a, b| {
        a.s_out.transpose([2, 0, 1]).connect(&b.a_in)
    })?;
    assert_eq!(arrived, cube().permuted_axes(vec![2, 0, 1]));
    let arrived = through([2, 2, 3], |a, b| {
        a.s_out.transpose([-1, 0, -2]).connect(&b.a_in)
    })?;
    assert_eq!(arrived, cube().permuted_axes(vec![2, 0, 1]));
    Ok(())
}

#[test]
fn virtual_ports_chain() -> lava::Result<()> {
    let arrived = through([3, 4], |a, b| {
        let port = a.s_out.transpose([2, 0, 1]).reshape([4, 3]);
        port.transpose([1, 0]).connect(&b.a_in)
    })?;
    let expected = cube().permuted_axes(vec![2, 0, 1]);
    let expected = expected.as_standard_layout().into_owned();
    let expected = expected
        .into_shape_with_order(vec![4, 3])
        .expect("12 elements");
    assert_eq!(arrived, expected.reversed_axes());
    Ok(())
}

#[test]
fn spikes_can_be_transposed() -> lava::Result<()> {
    let net = loihi();
    let fired = array![[[true, false, true], [false, false, true]]];
    let source: Source<Spike> = net.add(Source::data(&fired))?;
    let sink: Sink<Spike> = net.add(Sink::shape([3, 2]).steps(1))?;
    source.s_out.transpose([1, 0]).connect(&sink.a_in)?;
    net.run(RunSteps(1))?;
    let expected = fired
        .index_axis(ndarray::Axis(0), 0)
        .reversed_axes()
        .to_owned();
    assert_eq!(
        sink.data.get()?.index_axis_move(ndarray::Axis(0), 0),
        expected.into_dyn()
    );
    Ok(())
}

#[test]
fn a_source_of_one_number_sends_it_in_every_step() -> lava::Result<()> {
    let net = loihi();
    let source: Source = net.add(Source::data(2.5))?;
    let sink: Sink = net.add(Sink::shape([1]).steps(2))?;
    source.s_out.reshape([1]).connect(&sink.a_in)?;
    net.run(RunSteps(2))?;
    assert_eq!(sink.data.get()?, arr2(&[[2.5], [2.5]]).into_dyn());
    Ok(())
}
