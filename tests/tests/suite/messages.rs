//! Ports: delays, fan-in, fan-out, silence, and the virtual ports.

use lava::prelude::*;
use lava::proc::{Dense, Lif, Sink, Source};
use ndarray::{ArrayD, arr1, arr2, array};

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
