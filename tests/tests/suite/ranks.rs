//! Networks on several ranks, which are threads here: the same bits, the same errors.

use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::sync::mpsc::channel;
use std::thread;
use std::time::Duration;

use anyhow::Result;
use lava::error::{RankError, RunError, StateError};
use lava::network::StepAction;
use lava::prelude::*;
use lava::proc::plasticity::PairStdp;
use lava::proc::synapse::{Distribution, Projection, Rule};
use lava::proc::{Dense, Lif, PlasticSparse, PoissonInput, Sparse};
use lava::ranks::{Communicator, LocalRank};
use lava::units::ms;
use ndarray::ArrayD;

/// Runs a program on each of `size` ranks. Returns their results by rank.
fn on_ranks<R: Send>(size: usize, program: impl Fn(LocalRank) -> R + Sync) -> Vec<R> {
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
fn is_the_same<R: PartialEq + Send + std::fmt::Debug>(
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
fn delayed(net: &Network<Loihi1SimCfg>, shortest: f64) -> lava::Result<(Lif, Lif, Sparse)> {
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
}

#[implements(proc = Failing, protocol = Loihi, shardable)]
struct FailingModel {
    s_out: Out<Spike>,
    neuron: usize,
    act: &'static str,
    #[local]
    context: Context,
}

impl LoihiModel for FailingModel {
    fn run_spk(&mut self) -> lava::Result<()> {
        self.s_out.send_indices(&[0])?;
        if self.context.time_step() == 7 && self.context.neurons().contains(&self.neuron) {
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
fn a_failure_on_one_rank_is_the_same_error_on_all() {
    for (act, text) in [
        (
            "fail",
            "process `failing` (model `FailingModel`) failed in `run_spk` of step 7: the camera is gone",
        ),
        (
            "panic",
            "process `failing` (model `FailingModel`) panicked in `run_spk` of step 7: the camera is broken",
        ),
    ] {
        for (workers, neuron, rank) in [(1, 0, 0), (1, 999, 2), (2, 999, 2)] {
            {
                let errors = on_ranks(3, |communicator| {
                    let net = Network::new();
                    net.set_ranks(communicator).unwrap();
                    net.set_workers(workers).unwrap();
                    let lif = failing(&net, neuron, act).unwrap();
                    let error = net.run(RunSteps(20)).unwrap_err();
                    assert_eq!(net.time_step(), 7);
                    // Vars stay readable, and a reset makes the network whole.
                    let voltage = lif.v.get().unwrap();
                    assert_eq!(voltage.len(), 1000);
                    net.reset().unwrap();
                    net.run(RunSteps(6)).unwrap();
                    error
                });
                for error in errors {
                    let Some(RunError::Rank { rank: from, error }) = error.downcast_ref() else {
                        panic!("{error}");
                    };
                    assert_eq!((*from, error.as_str()), (rank, text));
                }
            }
        }
    }
}

#[test]
fn a_pause_of_a_model_on_one_rank_is_one_on_all() {
    for act in ["pause", "stop"] {
        let steps = on_ranks(2, |communicator| {
            let net = Network::new();
            net.set_ranks(communicator).unwrap();
            let lif = failing(&net, 999, act).unwrap();
            net.run(RunSteps(20)).unwrap();
            (net.time_step(), lif.v.get().unwrap())
        });
        assert_eq!(steps[0].0, 7, "{act}");
        assert_eq!(steps[0], steps[1], "{act}");
    }
}

#[test]
fn a_stop_by_any_thread_of_a_rank_ends_the_run_of_all_in_one_step() {
    for workers in [1, 2] {
        let steps = on_ranks(2, |communicator| {
            let is_first = communicator.rank() == 0;
            let net = Network::new();
            net.set_ranks(communicator).unwrap();
            net.set_workers(workers).unwrap();
            failing(&net, 5000, "pause").unwrap();
            net.compile().unwrap();
            net.start(RunContinuous).unwrap();
            if is_first {
                while net.time_step() < 5 {
                    thread::yield_now();
                }
                net.pause().unwrap();
            } else {
                net.wait().unwrap();
            }
            let step = net.time_step();
            net.run(RunSteps(3)).unwrap();
            assert_eq!(net.time_step(), step + 3);
            step
        });
        assert!(steps[0] >= 5);
        assert_eq!(steps[0], steps[1]);
    }
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
            assert_eq!(first.v.get().unwrap().len(), 700);
            net.reset().unwrap();
            net.run(RunSteps(6)).unwrap();
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

#[test]
fn calls_that_differ_are_an_error_that_shows_both() {
    let errors = on_ranks(2, |communicator| {
        let is_first = communicator.rank() == 0;
        let net = Network::new();
        net.set_ranks(communicator).unwrap();
        let lif = failing(&net, 5000, "pause").unwrap();
        net.run(RunSteps(2)).unwrap();
        if is_first {
            lif.v.get().unwrap_err().to_string()
        } else {
            let error = net.run(RunSteps(5)).unwrap_err();
            assert!(matches!(
                error.downcast_ref(),
                Some(RunError::Ranks(RankError::Differ { rank: 0, .. }))
            ));
            error.to_string()
        }
    });
    for error in errors {
        assert!(error.contains("`get` of `lif.v`"), "{error}");
        assert!(error.contains("a run of 5 steps after step 2"), "{error}");
    }
}

#[test]
fn networks_that_differ_are_an_error_on_all() {
    let errors = on_ranks(2, |communicator| {
        let rank = communicator.rank();
        let net = Network::<Loihi1SimCfg>::new();
        net.set_ranks(communicator).unwrap();
        net.add(Lif::<f32>::shape([600 + rank])).unwrap();
        net.run(RunSteps(1)).unwrap_err().to_string()
    });
    for error in errors {
        assert!(error.contains("`compile` of 1 processes"), "{error}");
    }
}

#[test]
fn a_rank_that_leaves_ends_the_run_of_the_others() {
    let errors = on_ranks(3, |communicator| {
        let is_last = communicator.rank() == 2;
        let net = Network::new();
        net.set_ranks(communicator).unwrap();
        failing(&net, 5000, "pause").unwrap();
        net.run(RunSteps(5)).unwrap();
        (!is_last).then(|| net.run(RunSteps(5)).unwrap_err().to_string())
    });
    for error in errors.into_iter().flatten() {
        assert!(error.contains("rank 2 has left"), "{error}");
    }
}

#[test]
fn a_rank_that_does_not_answer_ends_the_run_of_the_others() {
    let is_reported = AtomicBool::new(false);
    let is_reported = &is_reported;
    let program = |communicator: LocalRank| {
        let is_silent = communicator.rank() == 1;
        let net = Network::new();
        let timeout = Duration::from_secs(if is_silent { 20 } else { 2 });
        net.set_ranks(communicator.with_timeout(timeout)).unwrap();
        failing(&net, 5000, "pause").unwrap();
        net.run(RunSteps(5)).unwrap();
        let (report, reported) = channel::<()>();
        net.on_step(move |_| {
            // Until the other rank has given up, and its network is gone.
            if is_silent {
                let _ = reported.recv_timeout(Duration::from_secs(10));
            }
            StepAction::Continue
        })
        .unwrap();
        if is_silent {
            thread::scope(|scope| {
                scope.spawn(move || {
                    while !is_reported.load(Relaxed) {
                        thread::sleep(Duration::from_millis(20));
                    }
                    drop(report);
                });
                net.run(RunSteps(5)).unwrap_err();
            });
            return;
        }
        let error = net.run(RunSteps(5)).unwrap_err().to_string();
        is_reported.store(true, Relaxed);
        assert!(
            error.contains("rank 1 has not answered rank 0 for 2 s"),
            "{error}"
        );
    };
    on_ranks(2, program);
}

#[test]
fn what_does_not_run_on_several_ranks_is_refused_by_name() {
    let errors = on_ranks(2, |communicator| {
        let net = Network::<Loihi1SimCfg>::new();
        net.set_ranks(communicator).unwrap();
        assert_eq!(net.ranks(), 2);
        let lif: Lif = net.add(Lif::shape([600]).name("lif")).unwrap();
        let refused = net.save("nowhere").unwrap_err();
        assert!(matches!(
            refused.downcast_ref(),
            Some(StateError::OnRanks { .. })
        ));
        let options = lava::monitor::ProbeOptions::new().to_file("nowhere.npy");
        assert!(net.probe_with(&lif.v, &options).is_err());
        net.add(Lif::<f32>::shape([3]).name("slow").detached())
            .unwrap();
        net.run(RunSteps(1)).unwrap_err().to_string()
    });
    for error in errors {
        assert!(
            error.contains("`slow` cannot run on several ranks"),
            "{error}"
        );
    }
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

#[test]
fn a_batch_runs_on_one_rank() -> Result<()> {
    let ranks = || LocalRank::group(2).remove(0);
    let net = Network::<Loihi1SimCfg>::new();
    net.set_batch(4)?;
    let error = net.set_ranks(ranks()).unwrap_err().to_string();
    assert!(error.contains("several ranks run no batch"), "{error}");
    let net = Network::<Loihi1SimCfg>::new();
    net.set_ranks(ranks())?;
    let error = net.set_batch(4).unwrap_err().to_string();
    assert!(error.contains("set_batch"), "{error}");
    Ok(())
}
