//! Neurons chosen of ports: in connections, in probes, and across shards.

use lava::monitor::Probe;
use lava::prelude::*;
use lava::proc::{Dense, Lif, Sink, Source};
use ndarray::{Array2, ArrayD, Axis, arr2};

use crate::support::{fails, flat, loihi};

/// Rows of `neurons` numbers that count up from 1.
fn ramp(steps: usize, neurons: usize) -> Array2<f32> {
    Array2::from_shape_fn((steps, neurons), |(step, neuron)| {
        (step * neurons + neuron + 1) as f32
    })
}

#[test]
fn chosen_neurons_arrive_in_the_order_of_the_choice() -> lava::Result<()> {
    let net = loihi();
    let source: Source = net.add(Source::data(ramp(2, 6)))?;
    let sinks: Vec<Sink> = [2, 2, 3, 2, 4]
        .map(|extent| net.add(Sink::shape([extent]).steps(2)))
        .into_iter()
        .collect::<lava::Result<_>>()?;
    source.s_out.select(1..3).connect(&sinks[0].a_in)?;
    source.s_out.select([5, 0]).connect(&sinks[1].a_in)?;
    source
        .s_out
        .reshape([2, 3])
        .transpose([1, 0])
        .select(3..)
        .connect(&sinks[2].a_in)?;
    source
        .s_out
        .select(2..=4)
        .select(vec![2, 0])
        .connect(&sinks[3].a_in)?;
    let both = source.s_out.concat_with([&source.s_out.reshape([6])], 0);
    both.select([11, 0, 6, 1]).connect(&sinks[4].a_in)?;
    net.run(RunSteps(2))?;
    let second = |sink: &Sink| -> lava::Result<Vec<f32>> {
        Ok(flat(sink.data.get()?.index_axis(Axis(0), 1).to_owned()))
    };
    assert_eq!(second(&sinks[0])?, [8.0, 9.0]);
    assert_eq!(second(&sinks[1])?, [12.0, 7.0]);
    assert_eq!(second(&sinks[2])?, [11.0, 9.0, 12.0]);
    assert_eq!(second(&sinks[3])?, [11.0, 9.0]);
    assert_eq!(second(&sinks[4])?, [12.0, 7.0, 7.0, 8.0]);
    Ok(())
}

#[test]
fn chosen_inputs_leave_the_others_alone() -> lava::Result<()> {
    let net = loihi();
    let source: Source = net.add(Source::data([[1.0, 2.0]]))?;
    let other: Source = net.add(Source::data([[10.0, 20.0, 30.0, 40.0]]))?;
    let sink: Sink = net.add(Sink::shape([2, 2]).steps(1))?;
    source.s_out.connect(&sink.a_in.select([3, 1]))?;
    sink.a_in.select(..2).connect_from(&source.s_out)?;
    other.s_out.select(2..).connect(&sink.a_in.select(..=1))?;
    net.run(RunSteps(1))?;
    assert_eq!(flat(sink.data.get()?), [31.0, 44.0, 0.0, 1.0]);
    Ok(())
}

#[test]
fn spikes_are_chosen_too_and_cast() -> lava::Result<()> {
    for workers in [1, 2, 3] {
        let net = loihi();
        net.set_workers(workers)?;
        let bias: Vec<f32> = (0..1000).map(|neuron| (neuron % 3) as f32).collect();
        let lif: Lif = net.add(Lif::shape([1000]).bias_mant(bias).vth(0.5))?;
        let chosen = [999, 3, 500, 256, 1];
        let spikes: Sink<Spike> = net.add(Sink::shape([5]).steps(1))?;
        let numbers: Sink<i32> = net.add(Sink::shape([5]).steps(1))?;
        let dense: Dense = net.add(Dense::weights(Array2::from_elem((1, 5), 1.0)))?;
        lif.s_out.select(chosen).connect(&spikes.a_in)?;
        lif.s_out
            .select(chosen)
            .cast::<i32>()
            .connect(&numbers.a_in)?;
        lif.s_out.select(chosen).connect(&dense.s_in)?;
        let probe = net.probe(&lif.s_out.select(chosen))?;
        let sums = net.probe(&dense.a_out)?;
        net.run(RunSteps(2))?;
        let fired = chosen.map(|neuron| neuron % 3 > 0);
        assert_eq!(flat(spikes.data.get()?), fired, "{workers} workers");
        assert_eq!(flat(numbers.data.get()?), fired.map(i32::from));
        let places: Vec<usize> = (0..5).filter(|place| fired[*place]).collect();
        let first: Vec<_> = places.iter().map(|place| (1, *place)).collect();
        assert_eq!(probe.events()[..first.len()], first);
        assert_eq!(sums.data()[[1, 0]], places.len() as f32);
    }
    Ok(())
}

#[test]
fn probes_of_chosen_elements_do_not_depend_on_workers() -> lava::Result<()> {
    let recorded = |workers| -> lava::Result<Vec<ArrayD<f32>>> {
        let net = loihi();
        net.set_workers(workers)?;
        let bias: Vec<f32> = (0..1000).map(|neuron| neuron as f32).collect();
        let lif: Lif = net.add(
            Lif::shape([10, 100])
                .bias_mant(ArrayD::from_shape_vec(vec![10, 100], bias).expect("1000 numbers"))
                .vth(1e9),
        )?;
        let source: Source = net.add(Source::data(ramp(4, 7)))?;
        let joined = source.s_out.concat_with([&source.s_out.select([3])], 0);
        let probes = [
            net.probe(&lif.v.select([999, 0, 513]))?,
            net.probe(&lif.v.select(250..260))?,
            net.probe(&source.s_out.select(2..4))?,
            net.probe(&joined)?,
            net.probe(&joined.reshape([2, 4]).transpose([1, 0]))?,
        ];
        net.run(RunSteps(4))?;
        Ok(probes.iter().map(Probe::data).collect())
    };
    let whole = recorded(1)?;
    assert_eq!(
        whole[0].index_axis(Axis(0), 1),
        arr2(&[[1998.0, 0.0, 1026.0]]).row(0).into_dyn()
    );
    assert_eq!(whole[1].shape(), [4, 10]);
    assert_eq!(
        whole[2].index_axis(Axis(0), 3),
        arr2(&[[24.0, 25.0]]).row(0).into_dyn()
    );
    assert_eq!(whole[3][[0, 7]], 4.0);
    assert_eq!(whole[4][[0, 3, 1]], 4.0);
    for workers in [2, 4] {
        assert!(recorded(workers)? == whole, "{workers} workers");
    }
    Ok(())
}

#[test]
fn network_chooses_neurons_as_it_makes_other_changes() -> lava::Result<()> {
    let net = network! { Loihi1SimCfg;
        source: Source = Source::data([[1.0, 2.0, 3.0]]);
        sink: Sink = Sink::shape([2]).steps(1);
        source.s_out.select([2, 0]) -> sink.a_in;
    }?;
    net.network.run(RunSteps(1))?;
    assert_eq!(flat(net.sink.data.get()?), [3.0, 1.0]);
    Ok(())
}

#[test]
fn choices_that_do_not_fit_are_named() -> lava::Result<()> {
    let net = loihi();
    let lif: Lif = net.add(Lif::shape([2, 3]).name("lif"))?;
    let sink: Sink<Spike> = net.add(Sink::shape([2]).steps(1).name("sink"))?;
    let connect = |chosen: &[usize]| lif.s_out.select(chosen).connect(&sink.a_in);
    fails(
        connect(&[0, 6]),
        &[
            "`lif.s_out` [2, 3]",
            "no element 6",
            "end at 5",
            "selections.rs",
        ],
    );
    fails(
        connect(&[1, 1]),
        &["`lif.s_out`", "element 1 is chosen twice"],
    );
    fails(connect(&[]), &["`lif.s_out`", "chooses nothing", "0..6"]);
    fails(
        lif.s_out.select(4..7).connect(&sink.a_in),
        &["no element 6"],
    );
    fails(
        connect(&[0, 1, 2]),
        &["`lif.s_out` [3] cannot drive `sink.a_in` [2]"],
    );
    fails(
        lif.s_out.select(..2).connect(&sink.a_in.select([2, 0])),
        &["`sink.a_in` [2]", "no element 2"],
    );
    fails(
        lif.s_out.select(..2).connect(&sink.a_in.select([0])),
        &["`lif.s_out` [2] cannot drive `sink.a_in` [1]"],
    );
    fails(
        net.probe(&lif.v.select(6..)),
        &["`lif.v` [2, 3]", "chooses nothing", "selections.rs"],
    );
    fails(
        net.probe(&lif.s_out.select([9])),
        &["`lif.s_out`", "no element 9"],
    );
    fails(
        net.probe(&lif.s_out.delayed(1)),
        &["`lif.s_out`", "remove `.delayed(…)`"],
    );
    assert!(format!("{net:?}").contains("connections: 0,"), "{net:?}");
    Ok(())
}
