//! Shardable models: to the rest of the network a cut population looks whole.

use lava::prelude::*;
use lava::proc::{Dense, Lif, Sink, Source};
use ndarray::{Array2, ArrayD, IxDyn};

use crate::support::loihi;

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
    assert_eq!(whole.1.len(), 500 + 334 + 250 + 200 + 167 + 143);
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
