//! Shardable models: to the rest of the network a cut population looks whole.

use lava::prelude::*;
use lava::proc::{Dense, Lif, Sink, Source};
use ndarray::{Array2, ArrayD, IxDyn};

use crate::support::{fails, flat, loihi};

/// Keeps what it received, and which neurons were computed together.
#[process]
pub struct Cells {
    a_in: InPort<f32>,
    #[port(delay = 1)]
    s_out: OutPort<Spike>,
    #[port(delay = 1)]
    v_out: OutPort<f32>,
    #[var(init = 1.0)]
    v: Var<f32>,
    /// The first neuron of the shard that each neuron is in.
    #[var(init = 0)]
    shard: Var<i32>,
    #[var(init = 0)]
    population: Var<i32>,
    #[var(scalar, init = 0.5)]
    gain: Var<f32>,
}

#[implements(proc = Cells, protocol = Loihi, shardable)]
struct CellsModel {
    a_in: In<f32>,
    s_out: Out<Spike>,
    v_out: Out<f32>,
    v: Vec<f32>,
    shard: Vec<i32>,
    population: Vec<i32>,
    gain: f32,
    #[local]
    context: Context,
}

impl LoihiModel for CellsModel {
    fn run_spk(&mut self) -> lava::Result<()> {
        let neurons = self.context.neurons();
        self.shard.fill(neurons.start as i32);
        self.population.fill(self.context.population() as i32);
        let arrived = self.a_in.recv_slice();
        for (v, arrived) in self.v.iter_mut().zip(arrived) {
            *v += self.gain * arrived;
        }
        self.v_out.send_slice(&self.v)?;
        let step = self.context.time_step() as usize;
        let fires = |neuron: &usize| (neurons.start + neuron).is_multiple_of(step + 1);
        let fired: Vec<bool> = (0..neurons.len()).map(|neuron| fires(&neuron)).collect();
        self.s_out.send_slice(&fired)
    }
}

const NEURONS: usize = 1000;

/// A population on `workers` workers.
fn cells(workers: usize) -> lava::Result<(Network<Loihi1SimCfg>, Cells)> {
    let net = loihi();
    net.set_workers(workers)?;
    let cells = net.add(Cells::shape([10, 100]))?;
    Ok((net, cells))
}

#[test]
fn a_large_population_is_cut() -> lava::Result<()> {
    for (workers, expected) in [(1, vec![0]), (2, vec![0, 512]), (4, vec![0, 256, 512, 768])] {
        let (net, cells) = cells(workers)?;
        net.run(RunSteps(1))?;
        let mut firsts = cells.shard.get()?.into_raw_vec_and_offset().0;
        assert!(firsts.is_sorted(), "neurons keep their places");
        firsts.dedup();
        assert_eq!(firsts, expected);
        assert_eq!(net.workers(), workers);
        let population = cells.population.get()?;
        assert!(population.iter().all(|neurons| *neurons == NEURONS as i32));
    }
    Ok(())
}

#[test]
fn a_small_population_is_not_cut() -> lava::Result<()> {
    let net = loihi();
    net.set_workers(4)?;
    let cells: Cells = net.add(Cells::shape([100]))?;
    net.run(RunSteps(1))?;
    assert_eq!(net.workers(), 1);
    assert!(cells.shard.get()?.iter().all(|first| *first == 0));
    Ok(())
}

#[test]
fn vars_are_read_written_and_reset_as_a_whole() -> lava::Result<()> {
    let (net, cells) = cells(4)?;
    net.run(RunSteps(1))?;
    let numbered = ArrayD::from_shape_fn(IxDyn(&[10, 100]), |at| (100 * at[0] + at[1]) as f32);
    cells.v.set(&numbered)?;
    assert_eq!(cells.v.get()?, numbered);
    net.run(RunSteps(3))?;
    assert_eq!(
        cells.v.get()?,
        numbered,
        "and every shard computes with its own"
    );
    cells.gain.set(2.0)?;
    assert_eq!(cells.gain.get()?, 2.0);
    net.reset()?;
    assert_eq!(cells.v.get()?, ArrayD::from_elem(IxDyn(&[10, 100]), 1.0));
    assert_eq!(cells.gain.get()?, 0.5);
    Ok(())
}

/// A population of a model of one's own that joins the sink that it sends to.
fn sunk(shards: Option<usize>, neurons: usize) -> lava::Result<(Vec<i32>, Vec<f32>)> {
    let net = loihi();
    net.set_workers(1)?;
    if let Some(shards) = shards {
        net.set_shards(shards)?;
    }
    let cells: Cells = net.add(Cells::shape([neurons]))?;
    let sink: Sink = net.add(Sink::shape([neurons]).steps(3))?;
    cells.v_out.connect(&sink.a_in)?;
    net.run(RunSteps(3))?;
    assert_eq!(net.workers(), 1);
    let mut firsts = flat(cells.shard.get()?);
    firsts.dedup();
    Ok((firsts, flat(sink.data.get()?)))
}

#[test]
fn a_cut_can_be_forced_where_it_gains_nothing() -> lava::Result<()> {
    let whole = sunk(None, 700)?;
    assert_eq!(whole.0, [0]);
    assert_eq!(sunk(Some(1), 700)?, whole);
    for (shards, firsts) in [
        (2, vec![0, 256]),
        (3, vec![0, 256, 512]),
        (99, vec![0, 256, 512]),
    ] {
        let cut = sunk(Some(shards), 700)?;
        assert_eq!(cut.0, firsts, "{shards} shards");
        assert_eq!(cut.1, whole.1, "{shards} shards");
    }
    assert_eq!(sunk(Some(4), 256)?.0, [0], "a block stays whole");
    let net = loihi();
    fails(net.set_shards(0), &["at least one shard"]);
    net.add(Cells::shape([3]))?;
    net.compile()?;
    fails(net.set_shards(2), &["compiled", "shards"]);
    Ok(())
}

#[test]
fn forced_cuts_keep_the_results_of_a_network_with_shared_accumulators() -> lava::Result<()> {
    let run = |shards: usize| -> lava::Result<ArrayD<f32>> {
        let net = loihi();
        net.set_shards(shards)?;
        let lif: Lif = net.add(Lif::shape([600]).bias_mant(0.3).vth(1.0))?;
        let sink: Sink = net.add(Sink::shape([600]).steps(20))?;
        for scale in [0.1, 0.01, 0.37] {
            let weights = Array2::from_shape_fn((600, 600), |(to, from)| {
                scale * ((to * 7 + from) % 13) as f32
            });
            let dense: Dense = net.add(Dense::weights(weights))?;
            lif.s_out.connect(&dense.s_in)?;
            dense.a_out.connect(&lif.a_in)?;
            let other: Dense = net.add(Dense::weights(Array2::from_elem((600, 600), scale)))?;
            lif.s_out.connect(&other.s_in)?;
            other.a_out.connect(&sink.a_in)?;
        }
        net.run(RunSteps(20))?;
        sink.data.get()
    };
    let whole = run(1)?;
    assert!(whole.iter().any(|sum| *sum > 0.0));
    assert_eq!(run(3)?, whole);
    Ok(())
}

/// Everything that one can see of a cut population: probes, and what arrives elsewhere by every
/// kind of connection.
fn seen(workers: usize) -> lava::Result<(ArrayD<f32>, Vec<(u64, usize)>, Vec<ArrayD<f32>>)> {
    let (net, cells) = cells(workers)?;
    let input = ArrayD::from_shape_fn(IxDyn(&[6, NEURONS]), |at| (at[0] * at[1]) as f32);
    let input = input
        .into_dimensionality::<ndarray::Ix2>()
        .expect("two axes");
    let source: Source = net.add(Source::data(input))?;
    source.s_out.reshape([10, 100]).connect(&cells.a_in)?;
    let sink = |shape: &[usize]| net.add(Sink::shape(shape).steps(6));
    let (plain, late, turned, counted): (Sink, Sink, Sink, Sink) = (
        sink(&[10, 100])?,
        sink(&[10, 100])?,
        sink(&[100, 10])?,
        sink(&[1000])?,
    );
    cells.v_out.connect(&plain.a_in)?;
    cells.v_out.delayed(3).connect(&late.a_in)?;
    cells.v_out.transpose([1, 0]).connect(&turned.a_in)?;
    cells.s_out.flatten().cast::<f32>().connect(&counted.a_in)?;
    // Back into the population, each neuron to one of another shard.
    cells
        .v_out
        .transpose([1, 0])
        .reshape([10, 100])
        .connect(&cells.a_in)?;
    let (v, s) = (net.probe(&cells.v)?, net.probe(&cells.s_out)?);
    net.run(RunSteps(4))?;
    net.run(RunSteps(2))?;
    let sinks = [plain, late, turned, counted];
    let received = sinks.iter().map(|sink| sink.data.get());
    Ok((v.data(), s.events(), received.collect::<Result<_, _>>()?))
}

#[test]
fn nobody_sees_the_cuts() -> lava::Result<()> {
    let whole = seen(1)?;
    // Spikes arrive a step after they are sent.
    assert_eq!(whole.1.len(), 500 + 334 + 250 + 200 + 167);
    assert!(
        whole
            .2
            .iter()
            .all(|received| received.iter().any(|value| *value > 0.0))
    );
    for workers in [2, 3, 4, 8] {
        assert!(seen(workers)? == whole, "{workers} workers");
    }
    Ok(())
}

#[test]
fn weights_that_lie_column_by_column_are_cut_like_others() -> lava::Result<()> {
    let weights = Array2::from_shape_fn((600, 7), |(to, from)| (to * 7 + from) as f32);
    let by_column = weights
        .t()
        .as_standard_layout()
        .into_owned()
        .reversed_axes();
    for workers in [1, 2] {
        let net = loihi();
        net.set_workers(workers)?;
        let dense: Dense = net.add(Dense::weights(&by_column))?;
        let lif: Lif = net.add(Lif::shape([600]))?;
        dense.a_out.connect(&lif.a_in)?;
        net.run(RunSteps(1))?;
        assert_eq!(net.workers(), workers);
        assert_eq!(dense.weights.get()?, weights.clone().into_dyn());
        let doubled = &by_column * 2.0;
        assert!(!doubled.is_standard_layout());
        dense.weights.set(&doubled)?;
        assert_eq!(dense.weights.get()?, (&weights * 2.0).into_dyn());
    }
    Ok(())
}
