//! Ports reshaped, transposed and joined.

use lava::prelude::*;
use lava::proc::{Lif, Sink, Source};
use ndarray::{Array, Array3, ArrayD, Axis, arr2, concatenate};

use crate::support::loihi;

/// Numbers that count up, time first.
fn ramp<const N: usize>(shape: [usize; N], from: usize) -> ArrayD<f32> {
    let len: usize = shape.iter().product();
    let values = (from..from + len).map(|value| value as f32).collect();
    ArrayD::from_shape_vec(&shape[..], values).expect("as many values as the shape says")
}

#[test]
fn joined_ports_arrive_as_one_message() -> lava::Result<()> {
    let [a, b, c] = [
        ramp([4, 2, 3], 0),
        ramp([4, 2, 1], 100),
        ramp([4, 2, 2], 200),
    ];
    for workers in [1, 3] {
        for axis in [1, -1] {
            let net = loihi();
            net.set_workers(workers)?;
            let [first, second, third]: [Source; 3] = [
                net.add(Source::data(&a))?,
                net.add(Source::data(&b))?,
                net.add(Source::data(&c))?,
            ];
            let sink: Sink = net.add(Sink::shape([2, 6]).steps(4))?;
            let joined = first.s_out.concat_with((&second.s_out, &third.s_out), axis);
            joined.connect(&sink.a_in)?;
            net.run(RunSteps(4))?;
            let expected = concatenate(Axis(2), &[a.view(), b.view(), c.view()]);
            assert_eq!(
                Some(sink.data.get()?),
                expected.ok(),
                "axis {axis}, {workers} workers"
            );
        }
    }
    Ok(())
}

#[test]
fn ports_joined_one_after_the_other_keep_their_delays() -> lava::Result<()> {
    let net = loihi();
    let now: Source = net.add(Source::data(ramp([5, 2], 0)))?;
    let late: Source = net.add(Source::data(ramp([5, 1], 50)))?;
    let sink: Sink = net.add(Sink::shape([3]).steps(5))?;
    now.s_out
        .concat_with([&late.s_out.delayed(2)], 0)
        .connect(&sink.a_in)?;
    net.run(RunSteps(5))?;
    let expected = arr2(&[
        [0.0, 1.0, 0.0],
        [2.0, 3.0, 0.0],
        [4.0, 5.0, 50.0],
        [6.0, 7.0, 51.0],
        [8.0, 9.0, 52.0],
    ]);
    assert_eq!(sink.data.get()?, expected.into_dyn());
    Ok(())
}

#[test]
fn joins_sum_with_other_connections_and_chain_with_other_changes() -> lava::Result<()> {
    let [a, b] = [ramp([3, 2, 2], 0), ramp([3, 2, 2], 30)];
    let net = loihi();
    let (first, second): (Source, Source) =
        (net.add(Source::data(&a))?, net.add(Source::data(&b))?);
    let sink: Sink = net.add(Sink::shape([8]).steps(3))?;
    let chain = first
        .s_out
        .transpose([1, 0])
        .concat_with([&second.s_out.reshape([2, 2])], 0);
    chain.transpose([1, 0]).flatten().connect(&sink.a_in)?;
    first
        .s_out
        .concat_with([&first.s_out], 1)
        .flatten()
        .connect(&sink.a_in)?;
    net.run(RunSteps(3))?;
    let mut expected = Array::zeros((3, 8));
    for step in 0..3 {
        let [a, b] = [&a, &b].map(|data| data.index_axis(Axis(0), step));
        let joined = concatenate(Axis(0), &[a.t(), b.view()]).expect("equal columns");
        let other = concatenate(Axis(1), &[a.view(), a.view()]).expect("equal rows");
        let values = joined
            .t()
            .iter()
            .copied()
            .collect::<Vec<_>>()
            .into_iter()
            .zip(&other);
        for (place, (left, right)) in values.enumerate() {
            expected[[step, place]] = left + right;
        }
    }
    assert_eq!(sink.data.get()?, expected.into_dyn());
    Ok(())
}

#[test]
fn spikes_can_be_joined_and_cast() -> lava::Result<()> {
    for workers in [1, 2] {
        let net = loihi();
        net.set_workers(workers)?;
        let fast: Lif = net.add(Lif::shape([600]).bias_mant(1.0).vth(0.5))?;
        let slow: Lif = net.add(Lif::shape([300]).bias_mant(1.0).vth(1.5))?;
        let spikes: Sink<Spike> = net.add(Sink::shape([3, 300]).steps(2))?;
        let numbers: Sink<i32> = net.add(Sink::shape([900]).steps(2))?;
        let joined = slow.s_out.concat_with([&fast.s_out], 0);
        joined.clone().reshape([3, 300]).connect(&spikes.a_in)?;
        joined.cast::<i32>().connect(&numbers.a_in)?;
        net.run(RunSteps(2))?;
        let fired = |step: usize, neuron: usize| neuron >= 300 || step == 1;
        let expected =
            Array3::from_shape_fn((2, 3, 300), |(step, row, n)| fired(step, row * 300 + n));
        assert_eq!(spikes.data.get()?, expected.into_dyn());
        assert_eq!(numbers.data.get()?.sum(), 600 * 2 + 300);
    }
    Ok(())
}

#[test]
fn one_port_can_go_through_several_chains() -> lava::Result<()> {
    let data = ramp([2, 2, 3], 0);
    let net = loihi();
    let source: Source = net.add(Source::data(&data))?;
    let sink: Sink = net.add(Sink::shape([6]).steps(2))?;
    source.s_out.flatten().connect(&sink.a_in)?;
    source
        .s_out
        .transpose([1, 0])
        .flatten()
        .connect(&sink.a_in)?;
    net.run(RunSteps(2))?;
    let step = data.index_axis(Axis(0), 0);
    let sum: Vec<f32> = step
        .iter()
        .zip(step.t().iter())
        .map(|(a, b)| a + b)
        .collect();
    let arrived = sink.data.get()?;
    let arrived: Vec<f32> = arrived.index_axis(Axis(0), 0).iter().copied().collect();
    assert_eq!(arrived, sum);
    Ok(())
}

#[test]
fn joins_that_do_not_fit_are_named() -> lava::Result<()> {
    let net = loihi();
    let a: Source = net.add(Source::data(ramp([1, 2, 3], 0)).name("a"))?;
    let b: Source = net.add(Source::data(ramp([1, 3, 3], 0)).name("b"))?;
    let flat: Source = net.add(Source::data(ramp([1, 2], 0)).name("flat"))?;
    let sink: Sink = net.add(Sink::shape([2, 6]).steps(1).name("sink"))?;
    let message = |result: lava::Result<()>| result.unwrap_err().to_string();
    let error = message(a.s_out.concat_with([&b.s_out], 1).connect(&sink.a_in));
    assert!(
        error.contains("`b.s_out` [3, 3]") && error.contains("along axis 1"),
        "{error}"
    );
    let error = message(a.s_out.concat_with([&flat.s_out], 0).connect(&sink.a_in));
    assert!(error.contains("`flat.s_out` [2]"), "{error}");
    let error = message(a.s_out.concat_with([&a.s_out], 2).connect(&sink.a_in));
    assert!(error.contains("no axis 2"), "{error}");
    let error = message(a.s_out.concat_with([&b.s_out], 0).connect(&sink.a_in));
    assert!(error.contains("`a.s_out + b.s_out` [5, 3]"), "{error}");
    let error = message(
        a.s_out
            .concat_with([&b.s_out.reshape([4])], -1)
            .connect(&sink.a_in),
    );
    assert!(error.contains("9 elements are not 4"), "{error}");
    Ok(())
}
