//! Vars, probes and resets of a batch.

use lava::prelude::*;
use lava::proc::{Dense, Lif, Source};
use ndarray::{Array1, Array2, arr2, arr3};

use crate::support::loihi;

#[test]
fn vars_have_an_axis_of_samples_and_weights_have_none() -> lava::Result<()> {
    let net = network! { Loihi1SimCfg;
        dense: Dense = Dense::weights([[1.0, 2.0, 3.0]]);
        lif:   Lif   = Lif::shape([2]).bias_mant([1.0, 2.0]).vth(10.0);
    }?;
    net.set_batch(3)?;
    assert_eq!(net.lif.v.shape(), [3, 2]);
    assert_eq!(net.lif.s_out.shape(), [2]);
    assert_eq!(net.dense.weights.shape(), [1, 3]);
    assert_eq!(net.dense.a_buff.shape(), [3, 1]);
    let bias = arr2(&[[1.0, 2.0], [1.0, 2.0], [1.0, 2.0]]).into_dyn();
    assert_eq!(net.lif.bias_mant.get()?, bias);
    net.lif.v.set([5.0, 7.0])?;
    net.run(RunSteps(1))?;
    assert_eq!(net.lif.v.get()?, arr2(&[[6.0, 9.0]; 3]).into_dyn());
    net.lif.v.set([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]])?;
    net.lif
        .bias_mant
        .set([[0.0, 0.0], [0.0, 0.0], [1.0, 1.0]])?;
    net.run(RunSteps(1))?;
    let v = arr2(&[[1.0, 2.0], [3.0, 4.0], [6.0, 7.0]]).into_dyn();
    assert_eq!(net.lif.v.get()?, v);
    assert!(net.lif.v.set(arr2(&[[0.0; 3]; 3])).is_err());
    net.stop()
}

#[test]
fn probes_have_an_axis_of_samples_behind_that_of_steps() -> lava::Result<()> {
    let net = network! { Loihi1SimCfg;
        input: Source<Spike> = Source::data([[false, false], [false, false]]);
    }?;
    net.set_batch(2)?;
    net.input.data.set(arr3(&[
        [[true, false], [false, true]],
        [[false, false], [true, true]],
    ]))?;
    let spikes = net.probe(&net.input.s_out)?;
    net.run(RunSteps(2))?;
    let steps = arr3(&[
        [[true, false], [false, false]],
        [[false, true], [true, true]],
    ]);
    assert_eq!(spikes.data(), steps.into_dyn());
    assert_eq!(spikes.events(), [(1, 0), (2, 1), (2, 2), (2, 3)]);
    assert_eq!(spikes.counts(), arr2(&[[1, 1], [1, 1]]).into_dyn());
    net.stop()
}

#[test]
fn a_reset_gives_every_sample_its_initial_state() -> lava::Result<()> {
    let net = loihi();
    let input: Source = net.add(Source::data([[1.0], [2.0]]))?;
    let lif: Lif = net.add(Lif::shape([1]).du(1.0).vth(100.0))?;
    input.s_out.connect(&lif.a_in)?;
    net.set_batch(2)?;
    input.data.set(arr3(&[[[1.0], [2.0]], [[3.0], [4.0]]]))?;
    let run = || {
        net.run(RunSteps(3))?;
        lif.v.get()
    };
    let first = run()?;
    assert_eq!(first, arr2(&[[4.0], [10.0]]).into_dyn());
    net.reset()?;
    assert_eq!(lif.v.get()?, arr2(&[[0.0], [0.0]]).into_dyn());
    assert_eq!(run()?, first);
    net.stop()
}

#[test]
fn weights_that_are_set_serve_all_samples() -> lava::Result<()> {
    for workers in [1, 2] {
        let net = loihi();
        net.set_workers(workers)?;
        net.set_shards(workers)?;
        let input: Source<Spike> = net.add(Source::data([[true, true]]))?;
        let dense: Dense = net.add(Dense::weights([[1.0, 2.0]]))?;
        input.s_out.connect(&dense.s_in)?;
        net.set_batch(3)?;
        input
            .data
            .set(arr3(&[[[true, false]], [[false, true]], [[true, true]]]))?;
        net.run(RunSteps(1))?;
        assert_eq!(dense.a_buff.get()?, arr2(&[[1.0], [2.0], [3.0]]).into_dyn());
        dense.weights.set([[10.0, 20.0]])?;
        assert_eq!(dense.weights.get()?, arr2(&[[10.0, 20.0]]).into_dyn());
        net.run(RunSteps(1))?;
        assert_eq!(
            dense.a_buff.get()?,
            arr2(&[[10.0], [20.0], [30.0]]).into_dyn()
        );
        net.stop()?;
    }
    Ok(())
}

/// Counts its spikes, with fields of all kinds.
#[process]
pub struct Counter {
    s_in: InPort<Spike>,
    /// Spikes of each neuron.
    #[var(init = 0)]
    count: Var<i32>,
    /// The last three steps of each neuron.
    #[var(shape = [&[3], shape].concat(), init = 0, per_sample)]
    last: Var<i32>,
}

#[implements(proc = Counter, protocol = Loihi, per_sample)]
struct CounterModel {
    s_in: In<Spike>,
    count: Array1<i32>,
    last: Array2<i32>,
    #[local]
    context: Context,
}

impl LoihiModel for CounterModel {
    fn run_spk(&mut self) -> lava::Result<()> {
        let step = self.context.time_step() as usize;
        for &neuron in self.s_in.recv().indices() {
            self.count[neuron as usize] += 1;
            self.last[[step % 3, neuron as usize]] = step as i32;
        }
        Ok(())
    }
}

#[test]
fn a_model_for_each_sample_knows_of_no_batch() -> lava::Result<()> {
    let net = loihi();
    let input: Source<Spike> = net.add(Source::data([[false, false]]))?;
    let counter: Counter = net.add(Counter::shape([2]))?;
    input.s_out.connect(&counter.s_in)?;
    net.set_batch(2)?;
    input.data.set(arr3(&[[[true, false]], [[true, true]]]))?;
    net.run(RunSteps(4))?;
    assert_eq!(counter.count.get()?, arr2(&[[4, 0], [4, 4]]).into_dyn());
    assert_eq!(counter.last.shape(), [2, 3, 2]);
    let last = arr3(&[[[3, 0], [4, 0], [2, 0]], [[3, 3], [4, 4], [2, 2]]]);
    assert_eq!(counter.last.get()?, last.into_dyn());
    counter.count.set(arr2(&[[1, 2], [3, 4]]))?;
    net.run(RunSteps(1))?;
    assert_eq!(counter.count.get()?, arr2(&[[2, 2], [4, 5]]).into_dyn());
    net.stop()
}

#[test]
fn a_batch_of_one_has_an_axis_too() -> lava::Result<()> {
    let net = loihi();
    let input: Source<Spike> = net.add(Source::data([[true, true]]))?;
    let dense: Dense = net.add(Dense::weights([[1.0, 2.0]]))?;
    let counter: Counter = net.add(Counter::shape([2]))?;
    input.s_out.connect(&dense.s_in)?;
    input.s_out.connect(&counter.s_in)?;
    net.set_batch(1)?;
    input.data.set(arr3(&[[[false, true]]]))?;
    net.run(RunSteps(1))?;
    assert_eq!(dense.a_buff.get()?, arr2(&[[2.0]]).into_dyn());
    assert_eq!(counter.count.get()?, arr2(&[[0, 1]]).into_dyn());
    net.stop()
}
