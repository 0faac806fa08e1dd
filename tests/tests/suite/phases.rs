//! The Loihi protocol as a table: which guards on which models, which bodies run in which order.

use std::sync::{Arc, Mutex};

use lava::prelude::*;

use crate::support::loihi;

/// A log that several models write to: `model:phase`.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<String>>>);

impl Log {
    fn note(&self, text: String) {
        self.0.lock().expect("no panics while logging").push(text);
    }

    fn take(&self) -> Vec<String> {
        std::mem::take(&mut *self.0.lock().expect("no panics while logging"))
    }
}

/// The guards that hold, and the phases in which the model asks for a pause.
#[derive(Clone, Copy, Default)]
struct Script {
    name: &'static str,
    pre: bool,
    lrn: bool,
    post: bool,
    pause_in: &'static str,
    stop_in: &'static str,
}

#[process]
struct Logger {
    #[param]
    script: Param<Script>,
    #[param]
    log: Param<Log>,
}

#[implements(proc = Logger, protocol = Loihi)]
struct LoggerModel {
    script: Script,
    log: Log,
    #[local]
    context: Context,
}

impl LoggerModel {
    fn phase(&self, phase: &str) -> lava::Result<()> {
        self.log.note(format!("{}:{phase}", self.script.name));
        if self.script.pause_in == phase {
            self.context.pause();
        }
        if self.script.stop_in == phase {
            self.context.stop();
        }
        Ok(())
    }
}

impl LoihiModel for LoggerModel {
    fn run_spk(&mut self) -> lava::Result<()> {
        self.phase("spk")
    }
    fn pre_guard(&self) -> bool {
        self.log.note(format!("{}:guards", self.script.name));
        self.script.pre
    }
    fn run_pre_mgmt(&mut self, _: &mut RemoteVars<'_>) -> lava::Result<()> {
        self.phase("pre")
    }
    fn lrn_guard(&self) -> bool {
        self.script.lrn
    }
    fn run_lrn(&mut self) -> lava::Result<()> {
        self.phase("lrn")
    }
    fn post_guard(&self) -> bool {
        self.script.post
    }
    fn run_post_mgmt(&mut self, _: &mut RemoteVars<'_>) -> lava::Result<()> {
        self.phase("post")
    }
}

fn network(scripts: &[Script], log: &Log) -> lava::Result<Network<Loihi1SimCfg>> {
    let net = Network::new();
    for script in scripts {
        net.add(Logger::script(*script).log(log.clone()))?;
    }
    Ok(net)
}

const A: Script = Script {
    name: "a",
    pre: false,
    lrn: false,
    post: false,
    pause_in: "",
    stop_in: "",
};
const B: Script = Script { name: "b", ..A };

#[test]
fn bodies_run_in_the_order_of_the_table() -> lava::Result<()> {
    let table: [(&str, &[Script], &str); 9] = [
        ("no guard", &[A], "a:spk"),
        ("post alone", &[Script { post: true, ..A }], "a:spk a:post"),
        (
            "learning alone",
            &[Script { lrn: true, ..A }],
            "a:spk a:lrn",
        ),
        (
            "pre without learning",
            &[Script { pre: true, ..A }],
            "a:spk",
        ),
        (
            "pre with learning",
            &[Script {
                pre: true,
                lrn: true,
                ..A
            }],
            "a:spk a:pre a:lrn",
        ),
        (
            "all",
            &[Script {
                pre: true,
                lrn: true,
                post: true,
                ..A
            }],
            "a:spk a:pre a:lrn a:post",
        ),
        (
            "a learner pulls nobody else into learning",
            &[Script { lrn: true, ..A }, B],
            "a:spk b:spk a:lrn",
        ),
        (
            "another model's learning lets a pre-guard run",
            &[
                Script { pre: true, ..A },
                Script {
                    pre: true,
                    lrn: true,
                    ..B
                },
            ],
            "a:spk b:spk a:pre b:pre b:lrn",
        ),
        (
            "learning and post in different models: post runs once",
            &[Script { lrn: true, ..A }, Script { post: true, ..B }],
            "a:spk b:spk a:lrn b:post",
        ),
    ];
    for (case, scripts, expected) in table {
        let log = Log::default();
        network(scripts, &log)?.run(RunSteps(1))?;
        let bodies: Vec<String> = log
            .take()
            .into_iter()
            .filter(|line| !line.ends_with("guards"))
            .collect();
        assert_eq!(bodies.join(" "), expected, "{case}");
    }
    Ok(())
}

/// The bodies that run in a step, phase by phase, as the service of Lava decides it: models answer
/// each phase with a wish for another, and of the wishes the first phase is granted.
fn lava(scripts: &[Script]) -> Vec<Vec<String>> {
    let [pre, lrn, post] = [0, 1, 2];
    let mut requests = [false; 3];
    for script in scripts {
        match (script.pre, script.lrn, script.post) {
            (true, true, _) => requests[pre] = true,
            (false, true, _) => requests[lrn] = true,
            (_, false, true) => requests[post] = true,
            (_, false, false) => {}
        }
    }
    let bodies = |name: &str, guard: fn(&Script) -> bool| -> Vec<String> {
        let run = scripts.iter().filter(|script| guard(script));
        run.map(|script| format!("{}:{name}", script.name))
            .collect()
    };
    let mut phases = vec![bodies("spk", |_| true)];
    while let Some(next) = requests.iter().position(|wish| *wish) {
        requests[next] = false;
        if next == pre {
            requests[lrn] = true;
            phases.push(bodies("pre", |script| script.pre));
        } else if next == lrn {
            requests[post] |= scripts.iter().any(|script| script.post);
            phases.push(bodies("lrn", |script| script.lrn));
        } else {
            phases.push(bodies("post", |script| script.post));
        }
    }
    phases
}

#[test]
fn every_combination_of_guards_runs_the_phases_that_lava_runs() -> lava::Result<()> {
    let guards = |bits: u32, base: Script| Script {
        pre: bits & 1 != 0,
        lrn: bits & 2 != 0,
        post: bits & 4 != 0,
        ..base
    };
    for (first, second) in (0..8).flat_map(|first| (0..8).map(move |second| (first, second))) {
        let scripts = [guards(first, A), guards(second, B)];
        for workers in [1, 2] {
            let log = Log::default();
            let net = network(&scripts, &log)?;
            net.set_workers(workers)?;
            let host = log.clone();
            net.on_run_end(move |step| host.note(format!("host after step {step}")))?;
            net.run(RunSteps(2))?;
            let mut bodies = log.take();
            bodies.retain(|line| !line.ends_with("guards"));
            let mut expected = [lava(&scripts), lava(&scripts)].concat();
            expected.push(vec!["host after step 2".to_owned()]);
            // Within a phase, workers run at the same time.
            let mut rest = bodies.as_mut_slice();
            for phase in &expected {
                let (now, later) = rest.split_at_mut(phase.len().min(rest.len()));
                now.sort();
                rest = later;
            }
            assert_eq!(
                bodies,
                expected.concat(),
                "{first:03b}, {second:03b}, {workers} workers"
            );
        }
    }
    Ok(())
}

#[test]
fn guards_are_asked_once_a_step() -> lava::Result<()> {
    let log = Log::default();
    let all = Script {
        pre: true,
        lrn: true,
        post: true,
        ..A
    };
    network(&[all], &log)?.run(RunSteps(3))?;
    let asked = log.take().iter().filter(|line| *line == "a:guards").count();
    assert_eq!(asked, 3);
    Ok(())
}

#[test]
fn a_pause_waits_for_the_end_of_the_step_and_can_be_continued() -> lava::Result<()> {
    for phase in ["spk", "post"] {
        let log = Log::default();
        let learner = Script {
            lrn: true,
            post: true,
            ..A
        };
        let net = network(
            &[
                learner,
                Script {
                    pause_in: phase,
                    post: true,
                    ..B
                },
            ],
            &log,
        )?;
        net.run(RunSteps(5))?;
        assert_eq!(net.time_step(), 1, "paused in {phase} of step 1");
        assert!(
            log.take().contains(&"a:post".to_owned()),
            "the step was completed"
        );
        net.run(RunSteps(5))?;
        assert_eq!(net.time_step(), 2);
    }
    Ok(())
}

#[test]
fn a_model_that_pauses_in_its_spike_phase_asks_for_no_other_phase() -> lava::Result<()> {
    let log = Log::default();
    network(
        &[Script {
            post: true,
            pause_in: "spk",
            ..A
        }],
        &log,
    )?
    .run(RunSteps(1))?;
    assert!(!log.take().contains(&"a:post".to_owned()));
    Ok(())
}

#[test]
fn a_model_can_stop_the_network() -> lava::Result<()> {
    let log = Log::default();
    let net = network(
        &[Script {
            stop_in: "spk",
            ..A
        }],
        &log,
    )?;
    net.run(RunSteps(5))?;
    assert_eq!(net.time_step(), 1);
    let error = net.run(RunSteps(1)).expect_err("it has halted").to_string();
    assert!(error.contains("step 1"), "{error}");
    net.reset()?;
    net.run(RunSteps(1))
}

#[test]
fn phases_are_barriers_between_workers() -> lava::Result<()> {
    for workers in [2, 3] {
        let log = Log::default();
        let all = Script {
            pre: true,
            lrn: true,
            post: true,
            ..A
        };
        let net = network(&[all; 6], &log)?;
        net.set_workers(workers)?;
        net.run(RunSteps(50))?;
        let bodies = log
            .take()
            .into_iter()
            .filter(|line| !line.ends_with("guards"));
        let bodies: Vec<String> = bodies.collect();
        for (index, phase) in bodies.chunks(6).enumerate() {
            let expected = ["a:spk", "a:pre", "a:lrn", "a:post"][index % 4];
            assert!(phase.iter().all(|body| body == expected), "{phase:?}");
        }
    }
    Ok(())
}

/// Notes the time step of each phase.
#[process]
struct Timer {
    #[var(init = 0)]
    spike: Var<u64>,
    #[var(init = 0)]
    post: Var<u64>,
}

#[implements(proc = Timer, protocol = Loihi)]
struct TimerModel {
    spike: ArrayD<u64>,
    post: ArrayD<u64>,
    #[local]
    context: Context,
}

impl LoihiModel for TimerModel {
    fn run_spk(&mut self) -> lava::Result<()> {
        self.spike.fill(self.context.time_step());
        Ok(())
    }
    fn post_guard(&self) -> bool {
        self.context.time_step().is_multiple_of(2)
    }
    fn run_post_mgmt(&mut self, _: &mut RemoteVars<'_>) -> lava::Result<()> {
        self.post.fill(self.context.time_step());
        Ok(())
    }
}

#[test]
fn the_first_step_is_step_1_in_every_phase() -> lava::Result<()> {
    let net = loihi();
    let timer = net.add(Timer::shape([1]))?;
    let (spike, post) = (net.probe(&timer.spike)?, net.probe(&timer.post)?);
    net.run(RunSteps(2))?;
    net.run(RunSteps(3))?;
    assert_eq!(spike.data().into_raw_vec_and_offset().0, [1, 2, 3, 4, 5]);
    assert_eq!(post.data().into_raw_vec_and_offset().0, [0, 2, 2, 4, 4]);
    Ok(())
}
