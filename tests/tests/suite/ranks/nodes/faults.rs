//! Requests and failures of networks that are divided among nodes.

use std::cell::Cell;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::thread;
use std::time::{Duration, Instant};

use lava::error::RunError;
use lava::network::StepAction;
use lava::prelude::*;
use lava::proc::synapse::{Distribution, Projection, Rule};
use lava::proc::{Lif, Sparse};
use lava::ranks::Communicator as _;

use super::super::faults::paused;
use super::{on_nodes, on_ranks};

/// Sends no spikes, and acts in a phase of a step at the neuron of a rank.
#[process]
pub(super) struct Acting {
    #[port(shape = [600])]
    s_out: OutPort<Spike>,
    #[param]
    act: Param<Act>,
}

/// The action of a model, and its place.
#[derive(Clone, Copy, Debug)]
pub(super) struct Act {
    /// `fail`, `panic`, `pause`, `stop`, or `sleep` until other ranks have reported that.
    what: &'static str,
    phase: &'static str,
    step: u64,
    neuron: usize,
}

#[implements(proc = Acting, protocol = Loihi, shardable)]
struct ActingModel {
    s_out: Out<Spike>,
    act: Act,
    #[local]
    context: Context,
}

/// The ranks that have reported a silent one.
static REPORTS: AtomicUsize = AtomicUsize::new(0);

thread_local! {
    /// A model on this thread, the only one of its rank, has slept.
    static HAS_SLEPT: Cell<bool> = const { Cell::new(false) };
}

impl ActingModel {
    fn is_due(&self) -> bool {
        let is_here = self.context.neurons().contains(&self.act.neuron);
        is_here && self.context.time_step() == self.act.step
    }

    fn act_in(&self, phase: &str) -> lava::Result<()> {
        if !self.is_due() || self.act.phase != phase {
            return Ok(());
        }
        match self.act.what {
            "fail" => return Err(lava::Error::model("the camera is gone")),
            "panic" => panic!("the camera is broken"),
            "stop" => self.context.stop(),
            "pause" => self.context.pause(),
            _ => {
                HAS_SLEPT.set(true);
                let deadline = Instant::now() + Duration::from_secs(40);
                while REPORTS.load(Relaxed) < 3 && Instant::now() < deadline {
                    thread::sleep(Duration::from_millis(20));
                }
            }
        }
        Ok(())
    }
}

impl LoihiModel for ActingModel {
    fn run_spk(&mut self) -> lava::Result<()> {
        self.s_out.send_indices(&[])?;
        self.act_in("spike")
    }

    fn pre_guard(&self) -> bool {
        self.is_due()
    }

    fn run_pre_mgmt(&mut self, _: &mut RemoteVars<'_>) -> lava::Result<()> {
        self.act_in("pre")
    }

    fn lrn_guard(&self) -> bool {
        self.is_due()
    }

    fn run_lrn(&mut self) -> lava::Result<()> {
        self.act_in("learn")
    }

    fn post_guard(&self) -> bool {
        self.is_due()
    }

    fn run_post_mgmt(&mut self, _: &mut RemoteVars<'_>) -> lava::Result<()> {
        self.act_in("post")
    }
}

/// Does nothing.
pub(super) const IDLE: Act = Act {
    what: "pause",
    phase: "spike",
    step: u64::MAX,
    neuron: 0,
};

/// Two areas that do not learn, whose processes act.
pub(super) fn acting(
    net: &Network<Loihi1SimCfg>,
    near: f64,
    acts: [Act; 2],
) -> lava::Result<[(Lif, Sparse); 2]> {
    let sparse = |from: usize, to: usize, low: f64| {
        let delays = Distribution::Uniform {
            low,
            high: low + 5.0,
        };
        let projection = Projection::new(from, to).rule(Rule::FixedInDegree(3));
        Sparse::projection(
            projection
                .weights(Distribution::Constant(0.1))
                .delays(delays),
        )
    };
    // Every rank of a node has a part of each process.
    net.set_shards(2)?;
    let area = |number: usize| -> lava::Result<(Lif, Sparse)> {
        let bias: Vec<f32> = (0..520).map(|n| 0.4 + 0.001 * n as f32).collect();
        let lif = Lif::shape([520]).dv(0.05).vth(4.0).bias_mant(bias);
        let lif: Lif = net.add(lif.name(format!("area{number}")))?;
        let acting: Acting = net.add(Acting::act(acts[number]).name(format!("acting{number}")))?;
        let of_acting: Sparse = net.add(sparse(600, 520, near))?;
        acting.s_out.connect(&of_acting.s_in)?;
        of_acting.a_out.connect(&lif.a_in)?;
        let within: Sparse = net.add(sparse(520, 520, near))?;
        lif.s_out.connect(&within.s_in)?;
        within.a_out.connect(&lif.a_in)?;
        Ok((lif, within))
    };
    let both = [area(0)?, area(1)?];
    for (from, to) in [(0, 1), (1, 0)] {
        let between: Sparse = net.add(sparse(520, 520, 12.0))?;
        both[from].0.s_out.connect(&between.s_in)?;
        between.a_out.connect(&both[to].0.a_in)?;
    }
    Ok(both)
}

/// The shortest delays within an area: exchanges of a node in each step, and every second.
const NEAR: [f64; 2] = [1.0, 5.0];

#[test]
fn a_request_on_any_rank_of_any_node_ends_the_run_of_all_in_one_step() {
    for (near, end) in NEAR.into_iter().zip([15, 12]) {
        for (what, area, neuron, workers) in [
            ("pause", 0, 0, 1),
            ("stop", 0, 599, 2),
            ("pause", 1, 599, 1),
        ] {
            let mut acts = [IDLE; 2];
            acts[area] = Act {
                what,
                step: 7,
                neuron,
                ..IDLE
            };
            let steps = on_ranks(4, |rank| {
                let net = on_nodes(rank.with_node_size(2), workers).unwrap();
                acting(&net, near, acts).unwrap();
                net.run(RunSteps(100)).unwrap();
                net.time_step()
            });
            // It travels with the exchange of all after step 10, or 8.
            assert_eq!(steps, [end; 4], "{what} in area {area}, {near}");
        }
    }
}

#[test]
fn a_pause_by_a_thread_of_any_rank_is_one_of_all() {
    for (near, pausing) in NEAR.into_iter().zip([3, 1]) {
        let steps = on_ranks(4, |rank| {
            let is_pausing = rank.rank() == pausing;
            let net = on_nodes(rank.with_node_size(2), 1).unwrap();
            let areas = acting(&net, near, [IDLE; 2]).unwrap();
            let step = paused(&net, is_pausing);
            (step, areas[1].0.v.get().unwrap())
        });
        assert!(steps[0].0 >= 5 && steps.iter().all(|of_rank| *of_rank == steps[0]));
    }
}

#[test]
fn a_callback_has_all_ranks_exchange_in_every_step() {
    let steps = on_ranks(4, |rank| {
        let net = on_nodes(rank.with_node_size(2), 1).unwrap();
        let areas = acting(&net, 1.0, [IDLE; 2]).unwrap();
        net.run(RunSteps(4)).unwrap();
        net.on_step(|step| match step {
            13 => StepAction::Pause,
            _ => StepAction::Continue,
        })
        .unwrap();
        net.run(RunSteps(100)).unwrap();
        (net.time_step(), areas[0].0.v.get().unwrap())
    });
    assert_eq!(steps[0].0, 13);
    assert!(steps.iter().all(|of_rank| *of_rank == steps[0]));
    let alone = Network::new();
    let areas = acting(&alone, 1.0, [IDLE; 2]).unwrap();
    alone.run(RunSteps(13)).unwrap();
    assert_eq!(areas[0].0.v.get().unwrap(), steps[0].1);
}

/// Runs areas that fail. Returns the error of each rank, and the step that it tells of.
fn failures(near: f64, workers: usize, acts: [Act; 2], steps: u64) -> Vec<(String, u64)> {
    on_ranks(4, |rank| {
        let net = on_nodes(rank.with_node_size(2), workers).unwrap();
        let areas = acting(&net, near, acts).unwrap();
        let probe = net.probe(&areas[0].0.v).unwrap();
        let error = net.run(RunSteps(steps)).unwrap_err();
        let step = net.time_step();
        assert_eq!(probe.take().steps.len() as u64, step - 1);
        assert_eq!(areas[1].0.v.get().unwrap().len(), 520);
        net.reset().unwrap();
        // No message of the failed run is left.
        net.run(RunSteps(acts[0].step.min(acts[1].step) - 1))
            .unwrap();
        let Some(RunError::Rank { error, .. }) = error.downcast_ref() else {
            panic!("{error}");
        };
        (error.clone(), step)
    })
}

#[test]
fn a_failure_in_any_phase_of_any_step_is_the_same_error_on_all() {
    let mut cases = Vec::new();
    for step in 2..13 {
        cases.push((
            "fail",
            "spike",
            step,
            step as usize % 2,
            600 * (step as usize % 3) / 3,
        ));
    }
    for (number, phase) in ["pre", "learn", "post"].into_iter().enumerate() {
        for step in [10, 11 + number as u64] {
            cases.push(("fail", phase, step, number % 2, 599));
        }
    }
    cases.push(("panic", "post", 20, 0, 300));
    for near in NEAR {
        for &(what, phase, step, area, neuron) in &cases {
            let mut acts = [IDLE; 2];
            acts[area] = Act {
                what,
                phase,
                step,
                neuron,
            };
            // The failure is in the last step, or before.
            for steps in [step, 100] {
                let errors = failures(near, 1 + step as usize % 2, acts, steps);
                let text = match what {
                    "fail" => "the camera is gone",
                    _ => "the camera is broken",
                };
                let place = format!("{what} in {phase} of step {step}, {near}");
                assert!(errors[0].0.contains(text), "{place}: {errors:?}");
                assert!(errors.iter().all(|error| *error == errors[0]), "{place}");
                assert_eq!(errors[0].1, step, "{place}");
            }
        }
    }
}

#[test]
fn of_failures_on_two_nodes_the_first_counts() {
    let fail = |step, neuron| Act {
        what: "fail",
        phase: "spike",
        step,
        neuron,
    };
    for near in NEAR {
        for (first, second) in [(9, 9), (9, 10), (11, 9), (10, 14), (15, 8), (6, 21)] {
            let errors = failures(near, 1, [fail(first, 599), fail(second, 0)], 100);
            assert!(errors.iter().all(|error| *error == errors[0]));
            let name = if first <= second {
                "`acting0`"
            } else {
                "`acting1`"
            };
            assert!(errors[0].0.contains(name), "{first}, {second}: {errors:?}");
            assert_eq!(errors[0].1, first.min(second));
        }
    }
    // A run that a request ends meanwhile.
    for step in 7..16 {
        let pause = Act {
            what: "pause",
            step: 7,
            ..IDLE
        };
        let errors = failures(1.0, 1, [pause, fail(step, 0)], 100);
        assert!(errors.iter().all(|error| *error == errors[0]), "{step}");
        assert_eq!(errors[0].1, step);
    }
}

#[test]
fn a_silent_rank_is_named_by_those_of_its_node_and_of_others() {
    for (number, neuron) in [0, 599].into_iter().enumerate() {
        let silent = Act {
            what: "sleep",
            step: 33,
            neuron,
            ..IDLE
        };
        REPORTS.store(0, Relaxed);
        let errors = on_ranks(4, |rank| {
            let rank = rank.with_timeout(Duration::from_secs(4)).with_node_size(2);
            let net = on_nodes(rank, 1).unwrap();
            acting(&net, NEAR[number], [IDLE, silent]).unwrap();
            net.run(RunSteps(4)).unwrap();
            let error = net.run(RunSteps(100)).unwrap_err();
            REPORTS.fetch_add(1, Relaxed);
            assert!(net.run(RunSteps(1)).is_err());
            (HAS_SLEPT.get(), error.to_string())
        });
        let silent = errors.iter().position(|(has_slept, _)| *has_slept).unwrap();
        for (_, error) in errors.iter().filter(|(has_slept, _)| !has_slept) {
            let text = format!("rank {silent} has not answered rank");
            assert!(error.contains(&text), "{error}");
        }
    }
}
