//! Requests, failures and calls that differ.

use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::sync::mpsc::channel;
use std::thread;
use std::time::Duration;

use anyhow::Result;
use lava::error::{RankError, RunError, StateError};
use lava::network::StepAction;
use lava::prelude::*;
use lava::proc::Lif;
use lava::ranks::{Communicator, LocalRank};

use super::{failing, on_ranks};

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

/// Runs a network until the rank that is pausing pauses it, and goes on for some steps. Returns the step of the pause.
pub(super) fn paused(net: &Network<Loihi1SimCfg>, is_pausing: bool) -> u64 {
    net.compile().unwrap();
    net.start(RunContinuous).unwrap();
    if is_pausing {
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
            paused(&net, is_first)
        });
        assert!(steps[0] >= 5);
        assert_eq!(steps[0], steps[1]);
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
        let refused = net.at_next_step(|| Ok(())).unwrap_err();
        assert!(matches!(
            refused.downcast_ref(),
            Some(StateError::OnRanks { .. })
        ));
        let options = lava::monitor::ProbeOptions::new().to_file("nowhere.npy");
        assert!(net.probe_with(&lif.v, &options).is_err());
        refused.to_string()
    });
    for error in errors {
        assert!(error.contains("a change at the next step"), "{error}");
    }
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
