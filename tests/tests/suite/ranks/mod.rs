//! Networks on several ranks, which are threads here: the same bits, the same errors.

mod driven;
mod faults;
mod nodes;
mod snapshots;
mod steps;

use std::thread;
use std::time::Duration;

use anyhow::Result;
use lava::prelude::*;
use lava::proc::plasticity::PairStdp;
use lava::proc::synapse::{Distribution, Projection, Rule};
use lava::proc::{Dense, Lif, PlasticSparse, PoissonInput, Sparse};
use lava::ranks::LocalRank;
use lava::units::ms;
use ndarray::ArrayD;

/// Runs a program on each of `size` ranks. Returns their results by rank.
pub(crate) fn on_ranks<R: Send>(size: usize, program: impl Fn(LocalRank) -> R + Sync) -> Vec<R> {
    let timeout = Duration::from_secs(20);
    let ranks = LocalRank::group(size).into_iter();
    thread::scope(|scope| {
        let run = |rank: LocalRank| {
            let program = &program;
            scope.spawn(move || program(rank.with_timeout(timeout)))
        };
        let threads: Vec<_> = ranks.map(run).collect();
        let joined = threads.into_iter().map(thread::ScopedJoinHandle::join);
        joined.map(|result| result.unwrap()).collect()
    })
}

/// The ranks and workers that every network is tried on.
const SIZES: [(usize, usize); 3] = [(2, 1), (2, 2), (3, 1)];

/// Checks that a program gives on every rank what it gives in one process.
pub(crate) fn is_the_same<R: PartialEq + Send + std::fmt::Debug>(
    program: impl Fn(&Network<Loihi1SimCfg>) -> lava::Result<R> + Sync,
) -> Result<()> {
    let alone = Network::new();
    alone.set_workers(1)?;
    let expected = program(&alone)?;
    for (size, workers) in SIZES {
        let results = on_ranks(size, |rank| {
            let net = Network::new();
            net.set_ranks(rank)?;
            net.set_workers(workers)?;
            program(&net)
        });
        for (rank, result) in results.into_iter().enumerate() {
            let result = result?;
            let place = format!("rank {rank} of {size} with {workers} workers");
            assert!(result == expected, "{place}: {result:?}\n{expected:?}");
        }
    }
    Ok(())
}

type Outcome = (Vec<(u64, usize)>, ArrayD<f32>, ArrayD<f32>);

/// Two populations that excite and inhibit each other and themselves.
fn balanced(net: &Network<Loihi1SimCfg>) -> lava::Result<Outcome> {
    let sizes = [800, 520];
    let mut populations = Vec::new();
    for (number, neurons) in sizes.into_iter().enumerate() {
        let name = format!("population{number}");
        let lif: Lif = net.add(Lif::shape([neurons]).du(0.1).dv(0.05).vth(12.0).name(&name))?;
        let noise = PoissonInput::shape([neurons]).rate(900.0).weight(3.0);
        let noise: PoissonInput = net.add(noise.dt(1.0 * ms).name(format!("noise{number}")))?;
        noise.a_out.connect(&lif.a_in)?;
        populations.push(lif);
    }
    for from in 0..2 {
        for to in 0..2 {
            let weight = [0.6, -1.4][from];
            let projection = Projection::new(sizes[from], sizes[to])
                .rule(Rule::FixedInDegree(20))
                .weights(Distribution::Normal {
                    mean: weight,
                    sd: 0.1,
                })
                .delays(Distribution::Uniform {
                    low: 1.0,
                    high: 6.0,
                });
            let name = format!("projection{from}{to}");
            let sparse: Sparse = net.add(Sparse::projection(projection).name(&name))?;
            populations[from].s_out.connect(&sparse.s_in)?;
            sparse.a_out.connect(&populations[to].a_in)?;
        }
    }
    let spikes = net.probe(&populations[0].s_out)?;
    let voltage = net.probe(&populations[1].v.select([0, 519, 300]))?;
    net.run(RunSteps(40))?;
    populations[1].v.set(1.5)?;
    net.run(RunSteps(20))?;
    assert!(spikes.events().len() > 500, "{}", spikes.events().len());
    Ok((spikes.events(), voltage.data(), populations[0].v.get()?))
}

#[test]
fn a_network_of_spikes_gives_the_same_bits() -> Result<()> {
    is_the_same(balanced)
}

/// Two populations whose projections deliver together, with delays of at least `shortest` steps.
pub(crate) fn delayed(
    net: &Network<Loihi1SimCfg>,
    shortest: f64,
) -> lava::Result<(Lif, Lif, Sparse)> {
    let bias = |neurons: usize| -> Vec<f32> {
        let bias = |neuron: usize| 0.3 + 0.01 * (neuron * 7 % 31) as f32;
        (0..neurons).map(bias).collect()
    };
    let first = Lif::shape([700]).bias_mant(bias(700)).dv(0.05).vth(5.0);
    let first: Lif = net.add(first.name("first"))?;
    let second = Lif::shape([300]).bias_mant(bias(300)).dv(0.05).vth(4.0);
    let second: Lif = net.add(second.name("second"))?;
    let mut last = None;
    for (from, to) in [(&first, &first), (&first, &second), (&second, &first)] {
        let projection = Projection::new(from.v.shape()[0], to.v.shape()[0])
            .rule(Rule::FixedInDegree(12))
            .weights(Distribution::Normal { mean: 0.1, sd: 0.2 })
            .delays(Distribution::Uniform {
                low: shortest,
                high: shortest + 9.0,
            });
        let sparse: Sparse = net.add(Sparse::projection(projection))?;
        from.s_out.connect(&sparse.s_in)?;
        sparse.a_out.connect(&to.a_in)?;
        last = Some(sparse);
    }
    Ok((first, second, last.expect("there are three")))
}

#[test]
fn layers_that_receive_in_the_step_of_sending_give_the_same_bits() -> Result<()> {
    is_the_same(|net| {
        let sizes = [300, 600, 520];
        let mut layers: Vec<Lif> = Vec::new();
        for (number, neurons) in sizes.into_iter().enumerate() {
            let bias: Vec<f32> = (0..neurons).map(|n| 0.2 + 0.001 * n as f32).collect();
            let lif = Lif::shape([neurons]).bias_mant(bias).dv(0.1).vth(3.0);
            layers.push(net.add(lif.name(format!("layer{number}")))?);
        }
        for number in 0..2 {
            let weights = ArrayD::from_shape_fn(vec![sizes[number + 1], sizes[number]], |at| {
                ((at[0] * 7 + at[1] * 3) % 11) as f32 * 0.01 - 0.04
            });
            let dense: Dense = net.add(Dense::weights(weights).name(format!("dense{number}")))?;
            layers[number].s_out.connect(&dense.s_in)?;
            dense.a_out.connect(&layers[number + 1].a_in)?;
        }
        let back = layers[2].s_out.delayed(3).select(0..300);
        let one: Dense = net.add(Dense::weights(ArrayD::from_elem(vec![300, 300], 0.002)))?;
        back.connect(&one.s_in)?;
        one.a_out.connect(&layers[0].a_in)?;
        let spikes = net.probe(&layers[2].s_out)?;
        net.run(RunSteps(30))?;
        assert!(spikes.events().len() > 100, "{}", spikes.events().len());
        Ok((spikes.events(), layers[1].v.get()?))
    })
}

/// A process that fails, panics, pauses or stops in a step, at the neuron of a rank.
#[process]
pub struct Failing {
    #[port(shape = [1000])]
    s_out: OutPort<Spike>,
    /// The first neuron of the shard that acts.
    #[param]
    neuron: Param<usize>,
    #[param]
    act: Param<&'static str>,
    #[param(default = 7)]
    step: Param<u64>,
}

#[implements(proc = Failing, protocol = Loihi, shardable)]
struct FailingModel {
    s_out: Out<Spike>,
    neuron: usize,
    act: &'static str,
    step: u64,
    #[local]
    context: Context,
}

impl LoihiModel for FailingModel {
    fn run_spk(&mut self) -> lava::Result<()> {
        self.s_out.send_indices(&[0])?;
        if self.context.time_step() == self.step && self.context.neurons().contains(&self.neuron) {
            match self.act {
                "fail" => return Err(lava::Error::model("the camera is gone")),
                "panic" => panic!("the camera is broken"),
                "stop" => self.context.stop(),
                _ => self.context.pause(),
            }
        }
        Ok(())
    }
}

fn failing(net: &Network<Loihi1SimCfg>, neuron: usize, act: &'static str) -> lava::Result<Lif> {
    let failing: Failing = net.add(Failing::neuron(neuron).act(act).name("failing"))?;
    let lif: Lif = net.add(Lif::shape([1000]).vth(3.0).bias_mant(0.5).name("lif"))?;
    let sparse = Projection::new(1000, 1000).rule(Rule::FixedInDegree(3));
    let sparse: Sparse = net.add(Sparse::projection(sparse).name("sparse"))?;
    failing.s_out.connect(&sparse.s_in)?;
    sparse.a_out.connect(&lif.a_in)?;
    Ok(lif)
}

#[test]
fn weights_that_learn_are_the_same_on_all_ranks() -> Result<()> {
    is_the_same(|net| {
        let noise = PoissonInput::shape([600]).rate(300.0).weight(2.0);
        let noise: PoissonInput = net.add(noise.dt(1.0 * ms).name("noise"))?;
        let lif: Lif = net.add(Lif::shape([600]).du(0.3).dv(0.1).vth(6.0).name("lif"))?;
        noise.a_out.connect(&lif.a_in)?;
        let projection = Projection::new(600, 600)
            .rule(Rule::FixedInDegree(8))
            .weights(Distribution::Uniform {
                low: 0.2,
                high: 0.6,
            })
            .delays(Distribution::Uniform {
                low: 1.0,
                high: 4.0,
            });
        let learn = projection.plastic(PairStdp::new()).name("learn");
        let learn: PlasticSparse = net.add(learn)?;
        lif.s_out.connect(&learn.s_in)?;
        lif.s_out.connect(&learn.s_in_bap)?;
        learn.a_out.connect(&lif.a_in)?;
        net.set_dt(1.0 * ms)?;
        net.run(RunSteps(30))?;
        let first = learn.weights.get()?;
        let doubled: Vec<f32> = first.iter().map(|weight| weight * 2.0).collect();
        learn.weights.set(doubled)?;
        net.run(RunSteps(30))?;
        let last = learn.weights.get()?;
        assert!(first != last);
        Ok((first, last, lif.v.get()?))
    })
}

#[test]
fn weights_are_the_same_on_all_ranks_however_they_are_drawn() -> Result<()> {
    for rule in [
        Rule::FixedProbability(0.05),
        Rule::FixedOutDegree(9),
        Rule::FixedTotal(4000),
    ] {
        is_the_same(|net| {
            let bias: Vec<f32> = (0..300).map(|n| 0.5 + 0.01 * n as f32).collect();
            let from: Lif = net.add(Lif::shape([300]).bias_mant(bias).vth(4.0).name("from"))?;
            let projection = Projection::new(300, 800)
                .rule(rule)
                .weights(Distribution::Normal { mean: 0.3, sd: 0.1 });
            let sparse: Sparse = net.add(Sparse::projection(projection).name("sparse"))?;
            let to: Lif = net.add(Lif::shape([800]).vth(9.0).dv(0.1).name("to"))?;
            from.s_out.connect(&sparse.s_in)?;
            sparse.a_out.connect(&to.a_in)?;
            net.run(RunSteps(20))?;
            let weights = sparse.weights.get()?;
            sparse.weights.set(weights.mapv(|weight| weight + 0.1))?;
            net.run(RunSteps(20))?;
            Ok((weights, sparse.weights.get()?, to.v.get()?))
        })?;
    }
    Ok(())
}
