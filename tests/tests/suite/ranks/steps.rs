//! Messages of several steps at once.

use anyhow::Result;
use lava::error::RunError;
use lava::monitor::ProbeOptions;
use lava::network::StepAction;
use lava::prelude::*;
use lava::proc::plasticity::{DelaySplit, DopamineStdp, PairStdp, SynapticUpdate};
use lava::proc::synapse::{Distribution, Projection, Rule};
use lava::proc::{Lif, PlasticSparse, ProceduralSparse, Source};
use lava::units::ms;
use ndarray::{ArrayD, s};

use super::{Failing, delayed, is_the_same, on_ranks};

#[test]
fn messages_of_several_steps_at_once_give_the_same_bits() -> Result<()> {
    for shortest in [3.0, 6.0, 40.0] {
        is_the_same(|net| {
            let (first, second, sparse) = delayed(net, shortest)?;
            let spikes = [net.probe(&first.s_out)?, net.probe(&second.s_out)?];
            // Runs that end between two exchanges, and in the step of one.
            for steps in [1, 2, 30, 3, 1, 25] {
                net.run(RunSteps(steps))?;
            }
            // What is on its way keeps its weights.
            let weights = sparse.weights.get()?;
            sparse.weights.set(weights.mapv(|weight| 3.0 * weight))?;
            net.run(RunSteps(40))?;
            net.reset_process(&sparse)?;
            net.run(RunSteps(7))?;
            net.reset_process(&first)?;
            net.run(RunSteps(60))?;
            let before = (first.v.get()?, [spikes[0].events(), spikes[1].events()]);
            net.reset()?;
            net.run(RunSteps(70))?;
            assert!(spikes[0].events().len() > 1000);
            Ok((
                before,
                second.v.get()?,
                [spikes[0].events(), spikes[1].events()],
            ))
        })?;
    }
    Ok(())
}

#[test]
fn a_request_between_two_exchanges_ends_the_run_of_all_after_the_next() {
    for (act, workers, neuron) in [("pause", 1, 999), ("stop", 2, 0)] {
        let steps = on_ranks(3, |communicator| {
            let net = Network::new();
            net.set_ranks(communicator).unwrap();
            net.set_workers(workers).unwrap();
            delayed(&net, 9.0).unwrap();
            let failing = Failing::neuron(neuron).act(act).name("failing");
            net.add::<Failing, _>(failing).unwrap();
            net.run(RunSteps(100)).unwrap();
            net.time_step()
        });
        // Every fourth step has an exchange, which is complete four steps later.
        assert_eq!(steps, [12; 3], "{act}");
    }
}

#[test]
fn a_callback_has_requests_exchanged_in_every_step() {
    let steps = on_ranks(2, |communicator| {
        let net = Network::new();
        net.set_ranks(communicator).unwrap();
        let (first, ..) = delayed(&net, 9.0).unwrap();
        net.on_step(|step| match step {
            7 => StepAction::Pause,
            _ => StepAction::Continue,
        })
        .unwrap();
        net.run(RunSteps(100)).unwrap();
        (net.time_step(), first.v.get().unwrap())
    });
    assert_eq!(steps[0].0, 7);
    assert_eq!(steps[0], steps[1]);
}

#[test]
fn a_failure_between_two_exchanges_is_the_same_error_on_all() {
    for (workers, neuron, rank) in [(1, 0, 0), (1, 999, 0), (2, 999, 0)] {
        let errors = on_ranks(3, |communicator| {
            let net = Network::new();
            net.set_ranks(communicator).unwrap();
            net.set_workers(workers).unwrap();
            let failing = Failing::neuron(neuron).act("fail").name("failing");
            net.add::<Failing, _>(failing).unwrap();
            let (first, ..) = delayed(&net, 9.0).unwrap();
            let error = net.run(RunSteps(100)).unwrap_err();
            assert_eq!(net.time_step(), 7);
            assert_eq!(first.v.get().unwrap().len(), 700);
            net.reset().unwrap();
            assert_eq!(net.time_step(), 0);
            net.run(RunSteps(6)).unwrap();
            assert_eq!(net.time_step(), 6);
            error
        });
        for error in errors {
            let Some(RunError::Rank { rank: from, error }) = error.downcast_ref() else {
                panic!("{error}");
            };
            assert_eq!(*from, rank);
            assert!(error.contains("the camera is gone"), "{error}");
        }
    }
}

/// A network of which two processes fail, each on another rank, and what can be read of it afterwards.
fn failures(net: &Network<Loihi1SimCfg>) -> lava::Result<(u64, [Vec<u64>; 2], Vec<u64>)> {
    for (name, neuron, step) in [("later", 0, 23), ("earlier", 999, 22)] {
        let failing = Failing::neuron(neuron).act("fail").step(step);
        net.add::<Failing, _>(failing.name(name))?;
    }
    let (first, second, _) = delayed(net, 9.0)?;
    // On one rank alone.
    let alone: Lif = net.add(Lif::shape([3]).bias_mant(1.0).name("alone"))?;
    let steps = [net.probe(&first.v)?, net.probe(&alone.v)?];
    let last = net.probe_with(&second.v, &ProbeOptions::new().last(9))?;
    let error = net.run(RunSteps(100)).unwrap_err().to_string();
    assert!(error.contains("process `earlier`"), "{error}");
    let read = (
        net.time_step(),
        steps.each_ref().map(|probe| probe.take().steps),
        last.take().steps,
    );
    net.reset()?;
    net.run(RunSteps(20))?;
    assert_eq!(net.time_step(), 20);
    assert_eq!(steps[1].take().steps.len(), 20);
    Ok(read)
}

#[test]
fn after_a_failure_all_ranks_tell_of_its_step() -> Result<()> {
    is_the_same(|net| {
        let (step, recorded, last) = failures(net)?;
        assert_eq!(step, 22);
        assert!(
            recorded
                .iter()
                .all(|steps| steps.iter().copied().eq(1..=21))
        );
        assert!(last.iter().copied().eq(13..=21), "{last:?}");
        Ok(())
    })
}

/// Populations of which one learns from the other and itself, with axonal delays and a third factor, and what can be
/// read of the network between runs.
fn learning(net: &Network<Loihi1SimCfg>) -> lava::Result<Vec<Vec<f32>>> {
    let (first, second, _) = delayed(net, 9.0)?;
    let reward: Source<f32> = net.add(Source::data(ArrayD::from_shape_fn(vec![100, 1], |at| {
        f32::from(u8::from(at[0] % 7 == 3))
    })))?;
    let mut all = Vec::new();
    for (from, split) in [
        (&first, DelaySplit::Axonal(2)),
        (&second, DelaySplit::Dendritic(7)),
    ] {
        let projection = Projection::new(from.v.shape()[0], 700)
            .rule(Rule::FixedInDegree(6))
            .weights(Distribution::Constant(0.1))
            .delays(Distribution::Uniform {
                low: 9.0,
                high: 14.0,
            });
        let rescale = SynapticUpdate::Rescale(0.99).every(10);
        let learn = projection.plastic(DopamineStdp::new().a_plus(0.05).a_minus(0.04));
        let learn = learn.delay_split(split).updates([rescale]);
        let learn: PlasticSparse<DopamineStdp> = net.add(learn)?;
        from.s_out.connect(&learn.s_in)?;
        first.s_out.connect(&learn.s_in_bap)?;
        reward.s_out.connect(&learn.s_in_third)?;
        learn.a_out.connect(&first.a_in)?;
        all.push(learn);
    }
    net.set_dt(1.0 * ms)?;
    if net.ranks() > 1 {
        assert!(net.rank_shares()?.iter().all(|share| share.interval > 2));
    }
    let mut read = Vec::new();
    for steps in [1, 2, 30, 3, 25] {
        net.run(RunSteps(steps))?;
        for learn in &all {
            read.push(learn.weights.get()?.iter().copied().collect());
        }
    }
    all[0].learning.set(false)?;
    net.run(RunSteps(9))?;
    all[0].weights.set(0.2)?;
    all[0].learning.set(true)?;
    net.reset_process(&all[1])?;
    net.run(RunSteps(30))?;
    for learn in &all {
        read.push(learn.weights.get()?.iter().copied().collect());
    }
    assert!(read[0] != read[8] && read[1] != read[9]);
    net.reset()?;
    net.run(RunSteps(30))?;
    for learn in &all {
        read.push(learn.weights.get()?.iter().copied().collect());
    }
    read.push(first.v.get()?.iter().copied().collect());
    Ok(read)
}

#[test]
fn spikes_that_arrive_late_at_synapses_that_learn_change_no_bit() -> Result<()> {
    is_the_same(learning)
}

/// Records the weights of a projection whose targets are on one rank, which the network knows when it is compiled, or
/// does not.
fn recorded(net: &Network<Loihi1SimCfg>, is_known: bool) -> lava::Result<ArrayD<f32>> {
    let (first, ..) = delayed(net, 9.0)?;
    let few: Lif = net.add(Lif::shape([200]).vth(0.2).dv(0.1))?;
    let projection = Projection::new(700, 200)
        .rule(Rule::FixedInDegree(3))
        .weights(Distribution::Constant(0.2))
        .delays(Distribution::Constant(9.0));
    let learn: PlasticSparse = net.add(projection.plastic(PairStdp::new()))?;
    first.s_out.connect(&learn.s_in)?;
    few.s_out.connect(&learn.s_in_bap)?;
    learn.a_out.connect(&few.a_in)?;
    net.set_dt(1.0 * ms)?;
    if !is_known {
        net.compile()?;
    }
    let weights = net.probe(&learn.weights)?;
    net.run(RunSteps(40))?;
    Ok(weights.data())
}

#[test]
fn weights_that_are_recorded_are_those_of_each_step() -> Result<()> {
    is_the_same(|net| recorded(net, true))?;
    let alone = recorded(&Network::new(), false)?;
    assert!(alone.slice(s![5, ..]) != alone.slice(s![39, ..]));
    for error in on_ranks(2, |rank| {
        let net = Network::new();
        net.set_ranks(rank)?;
        recorded(&net, false)
    }) {
        let error = error.unwrap_err().to_string();
        assert!(
            error.contains("probe it before the network is compiled"),
            "{error}"
        );
    }
    Ok(())
}

/// Populations whose synapses are drawn again at every spike, into sums of two projections each, which stored ones add
/// to as well or not.
fn drawn_again(net: &Network<Loihi1SimCfg>, with_stored: bool) -> lava::Result<Vec<ArrayD<f32>>> {
    let (first, second) = if with_stored {
        let (first, second, _) = delayed(net, 9.0)?;
        (first, second)
    } else {
        let lif = |neurons: usize| Lif::shape([neurons]).dv(0.05).vth(4.0).bias_mant(0.3);
        (net.add(lif(520))?, net.add(lif(270))?)
    };
    let alone: Lif = net.add(Lif::shape([280]).dv(0.1).vth(2.0))?;
    let uniform = |low| Distribution::Uniform {
        low,
        high: low + 8.0,
    };
    let mut drawn: Vec<ProceduralSparse> = Vec::new();
    for (from, late, to, rule, delays) in [
        (&first, 3, &first, Rule::FixedOutDegree(4), uniform(11.0)),
        (&second, 0, &first, Rule::FixedTotal(900), uniform(9.0)),
        (
            &second,
            0,
            &second,
            Rule::FixedProbability(0.01),
            Distribution::Constant(12.0),
        ),
        (&first, 0, &second, Rule::FixedOutDegree(5), uniform(10.0)),
        (&first, 1, &alone, Rule::FixedOutDegree(3), uniform(9.0)),
    ] {
        let projection = Projection::new(from.v.shape()[0], to.v.shape()[0])
            .rule(rule)
            .weights(Distribution::Normal { mean: 0.1, sd: 0.2 })
            .delays(delays);
        let sparse: ProceduralSparse = net.add(projection.procedural())?;
        from.s_out.delayed(late).connect(&sparse.s_in)?;
        sparse.a_out.connect(&to.a_in)?;
        drawn.push(sparse);
    }
    if net.ranks() > 1 {
        // What others add to is written a step before.
        let interval = if with_stored { 3 } else { 4 };
        assert_eq!(net.rank_shares()?[0].interval, interval);
    }
    let spikes = [net.probe(&first.s_out)?, net.probe(&second.s_out)?];
    for steps in [1, 2, 21, 3, 1, 6] {
        net.run(RunSteps(steps))?;
    }
    net.reset_process(&drawn[0])?;
    net.run(RunSteps(2))?;
    net.reset_process(&second)?;
    net.run(RunSteps(12))?;
    let mut read = vec![first.v.get()?, second.v.get()?, alone.v.get()?];
    net.reset()?;
    net.run(RunSteps(30))?;
    assert!(spikes.iter().all(|spikes| spikes.events().len() > 50));
    read.extend([first.v.get()?, second.v.get()?, alone.v.get()?]);
    Ok(read)
}

#[test]
fn synapses_that_are_drawn_late_give_the_same_bits() -> Result<()> {
    for with_stored in [true, false] {
        is_the_same(|net| drawn_again(net, with_stored))?;
    }
    Ok(())
}
