//! Networks that the program of the first rank drives.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::thread;
use std::time::Duration;

use anyhow::Result;
use lava::error::{RankError, RunError};
use lava::monitor::ProbeOptions;
use lava::network::StepAction;
use lava::prelude::*;
use lava::proc::{Lif, Source, Sparse};
use lava::ranks::LocalRank;
use ndarray::ArrayD;

use super::{delayed, failing, on_ranks};

/// Runs a program on each rank, which drives its network on the first. Returns the result of the first, and
/// those of the others.
fn driven<R: Send>(
    size: usize,
    workers: usize,
    program: impl Fn(&Network<Loihi1SimCfg>) -> lava::Result<R> + Sync,
    build: impl Fn(&Network<Loihi1SimCfg>) -> lava::Result<()> + Sync,
) -> Vec<lava::Result<Option<R>>> {
    on_ranks(size, |rank| {
        let net = Network::new();
        net.set_ranks(rank)?;
        net.set_workers(workers)?;
        build(&net)?;
        net.drive(|| program(&net))
    })
}

/// A network whose spikes are on their way for at least `shortest` steps, with an input of numbers.
fn build(net: &Network<Loihi1SimCfg>, shortest: f64) -> lava::Result<Parts> {
    let (first, second, sparse) = delayed(net, shortest)?;
    let rows = ArrayD::from_shape_fn(vec![100, 300], |at| ((at[0] * at[1]) % 13) as f32 * 0.01);
    let input: Source<f32> = net.add(Source::data(rows))?;
    input.s_out.connect(&second.a_in)?;
    Ok((first, second, sparse, input))
}

type Parts = (Lif, Lif, Sparse, Source<f32>);

/// All that a program can do with it.
fn everything(net: &Network<Loihi1SimCfg>, parts: &Parts) -> lava::Result<Outcome> {
    let (first, second, sparse, input) = parts;
    net.run(RunSteps(10))?;
    let spikes = net.probe(&first.s_out)?;
    let some = net.probe(&second.s_out.select([0, 299, 100]))?;
    let voltage = net.probe_with(
        &second.v.select([7, 3]),
        &ProbeOptions::new().every(2).last(9),
    )?;
    let currents = net.probe(&input.s_out)?;
    net.run(RunSteps(20))?;
    let taken = voltage.take();
    // What is dropped is removed everywhere.
    drop(net.probe(&first.v)?);
    let weights = sparse.weights.get()?;
    sparse.weights.set(weights.mapv(|weight| 2.0 * weight))?;
    second.v.set(0.25)?;
    net.run(RunSteps(15))?;
    net.reset_process(second)?;
    // A callback of the first rank alone ends a run.
    net.on_step(|step| match step {
        50 => StepAction::Pause,
        _ => StepAction::Continue,
    })?;
    net.run(RunSteps(100))?;
    assert_eq!(net.time_step(), 50);
    let path = std::env::temp_dir().join(format!(
        "lava-driven-{}-{:?}",
        std::process::id(),
        thread::current().id()
    ));
    net.save(&path)?;
    net.run(RunSteps(9))?;
    net.restore(&path)?;
    std::fs::remove_file(&path)?;
    net.run(RunSteps(7))?;
    let later = spikes.events();
    net.reset()?;
    net.run(RunSteps(30))?;
    Ok(Outcome {
        spikes: [later, spikes.events(), some.events()],
        voltage: (taken.steps, taken.data),
        currents: currents.data().sum_axis(ndarray::Axis(0)),
        last: second.v.get()?,
    })
}

#[derive(Debug, PartialEq)]
struct Outcome {
    spikes: [Vec<(u64, usize)>; 3],
    voltage: (Vec<u64>, ArrayD<f32>),
    currents: ArrayD<f32>,
    last: ArrayD<f32>,
}

#[test]
fn a_driven_network_gives_the_bits_of_one_process() -> Result<()> {
    for shortest in [1.0, 9.0] {
        let alone = Network::new();
        let parts = build(&alone, shortest)?;
        let expected = alone.drive(|| everything(&alone, &parts))?;
        let spikes = &expected.as_ref().unwrap().spikes;
        assert!(spikes[1].len() > 500, "{}", spikes[1].len());
        for (size, workers) in [(2, 2), (3, 1)] {
            let results = on_ranks(size, |rank| {
                let net = Network::new();
                net.set_ranks(rank)?;
                net.set_workers(workers)?;
                let parts = build(&net, shortest)?;
                net.drive(|| everything(&net, &parts))
            });
            for (rank, result) in results.into_iter().enumerate() {
                match result? {
                    Some(outcome) => assert!(Some(outcome) == expected),
                    None => assert!(rank > 0),
                }
            }
        }
    }
    Ok(())
}

#[test]
fn what_was_made_before_is_driven_too() -> Result<()> {
    let calls = AtomicU64::new(0);
    let program = |net: &Network<Loihi1SimCfg>| -> lava::Result<_> {
        let (first, second, _) = delayed(net, 9.0)?;
        let spikes = net.probe(&first.s_out)?;
        net.run(RunSteps(12))?;
        second.v.set(0.1)?;
        let calls = &calls;
        let driven = net.drive(|| -> lava::Result<_> {
            calls.fetch_add(1, Relaxed);
            net.run(RunSteps(30))?;
            Ok(spikes.events())
        })?;
        // The same program on all ranks again.
        net.run(RunSteps(8))?;
        Ok((driven, spikes.events(), second.v.get()?))
    };
    let (alone, all, voltage) = program(&Network::new())?;
    for (rank, result) in on_ranks(3, |rank| {
        let net = Network::new();
        net.set_ranks(rank)?;
        program(&net)
    })
    .into_iter()
    .enumerate()
    {
        let expected = (
            alone.clone().filter(|_| rank == 0),
            all.clone(),
            voltage.clone(),
        );
        assert!(result? == expected);
    }
    assert_eq!(calls.load(Relaxed), 2);
    Ok(())
}

#[test]
fn a_failure_on_another_rank_is_an_error_of_the_program_which_goes_on() {
    let results = driven(
        3,
        1,
        |net| {
            let error = net.run(RunSteps(20)).unwrap_err();
            assert_eq!(net.time_step(), 7);
            let voltage = net.var::<f32>("lif.v")?.get()?;
            assert_eq!(voltage.len(), 1000);
            assert!(net.run(RunSteps(1)).is_err());
            net.reset()?;
            net.run(RunSteps(6))?;
            Ok(error.to_string())
        },
        |net| failing(net, 999, "fail").map(drop),
    );
    let errors: Vec<_> = results.into_iter().map(Result::unwrap).collect();
    let error = errors[0].as_ref().unwrap();
    assert!(error.starts_with("on rank 2: process `failing`"), "{error}");
    assert_eq!(errors[1..], [None, None]);
}

#[test]
fn the_end_of_a_program_is_the_end_of_all() {
    // Early, while a run goes on in the background.
    let results = driven(
        3,
        1,
        |net| {
            net.start(RunContinuous)?;
            Ok(())
        },
        |net| failing(net, 5000, "pause").map(drop),
    );
    assert!(results.into_iter().all(|result| result.is_ok()));
    // With an error.
    let results = driven(
        3,
        2,
        |net| {
            net.run(RunSteps(3))?;
            Err::<(), _>(lava::Error::model("the file is full"))
        },
        |net| failing(net, 5000, "pause").map(drop),
    );
    for (rank, result) in results.into_iter().enumerate() {
        let error = result.unwrap_err();
        assert!(error.to_string().contains("the file is full"), "{error}");
        let is_of_rank = matches!(error.downcast_ref(), Some(RunError::Rank { rank: 0, .. }));
        assert_eq!(is_of_rank, rank > 0);
    }
    // With a panic.
    let results = on_ranks(2, |rank| {
        let net = Network::new();
        net.set_ranks(rank).unwrap();
        failing(&net, 5000, "pause").unwrap();
        let drive = || net.drive(|| -> lava::Result<()> { panic!("the program is wrong") });
        catch_unwind(AssertUnwindSafe(drive)).map_err(drop)
    });
    assert!(results[0].is_err());
    let error = results[1]
        .as_ref()
        .unwrap()
        .as_ref()
        .unwrap_err()
        .to_string();
    assert!(
        error.contains("on rank 0: the program that drives"),
        "{error}"
    );
}

#[test]
fn a_stop_ends_the_network_on_all_ranks() {
    let drops = Mutex::new(Vec::new());
    on_ranks(2, |rank| {
        let number = lava::ranks::Communicator::rank(&rank);
        let net = Network::new();
        net.set_ranks(rank).unwrap();
        failing(&net, 5000, "pause").unwrap();
        let ended = net.drive(|| -> lava::Result<()> {
            net.start(RunContinuous)?;
            while net.time_step() < 5 {
                thread::yield_now();
            }
            net.stop()
        });
        ended.unwrap();
        drops.lock().unwrap().push((number, net.workers()));
    });
    // Its models are gone.
    let mut drops = drops.into_inner().unwrap();
    drops.sort_unstable();
    assert_eq!(drops, [(0, 0), (1, 0)]);
}

#[test]
fn changes_at_the_next_step_are_made_on_all_ranks() -> Result<()> {
    for shortest in [1.0, 9.0] {
        let results = on_ranks(2, |rank| {
            let net = Network::new();
            net.set_ranks(rank)?;
            let (first, second, _) = delayed(&net, shortest)?;
            net.drive(|| {
                net.start(RunContinuous)?;
                let (voltage, probed) = (first.v.clone(), second.s_out.clone());
                let (step, of) = (std::sync::Arc::new(AtomicU64::new(0)), net.clone());
                let changed = std::sync::Arc::clone(&step);
                net.at_next_step(move || {
                    voltage.set(0.5)?;
                    let read = voltage.get()?;
                    assert!(read.iter().all(|voltage| *voltage == 0.5));
                    of.probe(&probed)?;
                    changed.store(of.time_step().max(1), Relaxed);
                    Ok(())
                })?;
                while step.load(Relaxed) == 0 {
                    thread::yield_now();
                }
                net.pause()?;
                Ok((step.load(Relaxed), net.time_step()))
            })
        });
        let (step, last) = results.into_iter().next().unwrap()?.unwrap();
        assert!(step > 0 && step <= last, "{step} of {last}");
    }
    Ok(())
}

#[test]
fn calls_from_several_threads_of_the_first_rank_come_one_after_the_other() -> Result<()> {
    let results = on_ranks(2, |rank| {
        let net = Network::new();
        net.set_ranks(rank)?;
        let (first, second, _) = delayed(&net, 9.0)?;
        let spikes = net.probe(&first.s_out)?;
        net.drive(|| {
            thread::scope(|scope| -> lava::Result<()> {
                let readers = [0, 1].map(|_| {
                    scope.spawn(|| {
                        for _ in 0..20 {
                            // Between two runs, or refused.
                            let _ = second.v.get();
                            spikes.events();
                        }
                    })
                });
                for _ in 0..12 {
                    net.run(RunSteps(2))?;
                }
                readers
                    .into_iter()
                    .for_each(|reader| reader.join().unwrap());
                Ok(())
            })?;
            Ok((net.time_step(), spikes.events().len()))
        })
    });
    let (step, spikes) = results.into_iter().next().unwrap()?.unwrap();
    assert_eq!(step, 24);
    assert!(spikes > 10, "{spikes}");
    Ok(())
}

#[test]
fn a_program_may_be_silent_for_longer_than_the_time_out() -> Result<()> {
    let results = on_ranks(2, |rank: LocalRank| {
        let net = Network::new();
        net.set_ranks(rank.with_timeout(Duration::from_millis(400)))?;
        let lif = failing(&net, 5000, "pause")?;
        net.drive(|| {
            thread::sleep(Duration::from_millis(1500));
            net.run(RunSteps(3))?;
            Ok(lif.v.get()?.len())
        })
    });
    assert_eq!(results.into_iter().next().unwrap()?, Some(1000));
    Ok(())
}

#[test]
fn a_rank_that_leaves_while_the_program_works_ends_all() {
    let errors = on_ranks(3, |rank: LocalRank| {
        let is_last = lava::ranks::Communicator::rank(&rank) == 2;
        let net = Network::new();
        net.set_ranks(rank.with_timeout(Duration::from_secs(1)))
            .unwrap();
        failing(&net, 5000, "pause").unwrap();
        net.compile().unwrap();
        if is_last {
            return None;
        }
        let error = net.drive(|| {
            thread::sleep(Duration::from_millis(1500));
            net.run(RunSteps(3))
        });
        Some(error.unwrap_err())
    });
    for error in errors.into_iter().flatten() {
        let is_lost = matches!(
            error.downcast_ref(),
            Some(RunError::Ranks(
                RankError::Lost { rank: 2, .. } | RankError::Over { .. }
            ))
        );
        assert!(is_lost, "{error}");
        assert!(error.to_string().contains("rank 2 has left"), "{error}");
    }
}

#[test]
fn what_a_driven_network_cannot_do_is_refused() {
    let results = driven(
        2,
        1,
        |net| {
            let error = net.add(Lif::<f32>::shape([3])).unwrap_err();
            let other = Network::<Loihi1SimCfg>::new();
            let foreign = other.add(Lif::<f32>::shape([3]))?;
            assert!(net.probe(&foreign.v).is_err());
            let options = ProbeOptions::new().to_file("nowhere.npy");
            let lif = net.var::<f32>("lif.v")?;
            assert!(net.probe_with(&lif, &options).is_err());
            // All ranks go on.
            net.run(RunSteps(2))?;
            Ok(error.to_string())
        },
        |net| failing(net, 5000, "pause").map(drop),
    );
    let error = results.into_iter().next().unwrap().unwrap().unwrap();
    assert!(error.contains("compiled"), "{error}");
}
