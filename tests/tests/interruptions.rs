//! Pauses, stops, errors and panics from any thread at any moment, on the real threads. A binary of
//! its own, because it counts the threads of the whole process.

#![cfg(target_os = "linux")]

use std::fs;
use std::panic::resume_unwind;
use std::thread;
use std::time::{Duration, Instant};

use lava::network::StepAction;
use lava::prelude::*;
use lava::proc::{Dense, Lif};
use ndarray::{Array2, ArrayD};

/// For how long networks are disturbed.
const TIME: Duration = Duration::from_secs(3);

/// Steps of a run that nobody ends.
const RUN: u64 = 100;

/// Numbers that look random and are always the same.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, end: u64) -> u64 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        (self.0 >> 33) % end
    }
}

/// An event inside that ends a run.
#[derive(Clone, Copy, Debug)]
enum End {
    Never,
    Pause,
    Stop,
    Error,
    Panic,
}

const ENDS: [End; 5] = [End::Never, End::Pause, End::Stop, End::Error, End::Panic];

/// Ends a run in a step.
#[process]
struct Ends {
    #[param]
    how: Param<End>,
    #[param]
    step: Param<u64>,
}

#[implements(proc = Ends, protocol = Loihi)]
struct EndsModel {
    how: End,
    step: u64,
    #[local]
    context: Context,
}

impl LoihiModel for EndsModel {
    fn run_spk(&mut self) -> lava::Result<()> {
        if self.context.time_step() == self.step {
            match self.how {
                End::Never => {}
                End::Pause => self.context.pause(),
                End::Stop => self.context.stop(),
                End::Error => return Err(lava::Error::model("the camera is gone")),
                End::Panic => resume_unwind(Box::new("the camera is on fire")),
            }
        }
        Ok(())
    }
}

/// Three populations in a circle.
fn network(workers: usize, how: End, step: u64) -> lava::Result<(Network<Loihi1SimCfg>, Vec<Lif>)> {
    let net = Network::new();
    net.set_workers(workers)?;
    let lif = |_| net.add(Lif::shape([20]).bias_mant(0.3).du(0.5).dv(0.1).vth(1.0));
    let lifs: Vec<Lif> = (0..3).map(lif).collect::<lava::Result<_>>()?;
    for (from, to) in [(0, 1), (1, 2), (2, 0)] {
        let dense: Dense = net.add(Dense::weights(Array2::from_elem((20, 20), 0.02)))?;
        lifs[from].s_out.connect(&dense.s_in)?;
        dense.a_out.connect(&lifs[to].a_in)?;
    }
    net.add(Ends::how(how).step(step))?;
    Ok((net, lifs))
}

fn voltages(lifs: &[Lif]) -> lava::Result<Vec<ArrayD<f32>>> {
    lifs.iter().map(|lif| lif.v.get()).collect()
}

/// Runs a network that others disturb, and checks that it is where one is that nobody disturbs.
fn disturbed(numbers: &mut Numbers) -> lava::Result<()> {
    let workers = 1 + numbers.below(3) as usize;
    let how = ENDS[numbers.below(5) as usize];
    let (step, callback) = (1 + numbers.below(2 * RUN), numbers.below(2) == 0);
    let (net, lifs) = network(workers, how, step)?;
    if callback {
        net.on_step(|_| StepAction::Continue)?;
    }
    let stops = numbers.below(4) == 0;
    let users = 1 + numbers.below(2);
    let users: Vec<u64> = (0..users).map(|_| numbers.below(300)).collect();
    for _ in 0..2 {
        let result = thread::scope(|scope| {
            for wait in &users {
                let net = net.clone();
                scope.spawn(move || {
                    thread::sleep(Duration::from_micros(*wait));
                    match stops {
                        true => net.stop(),
                        // It may be too early or too late for a pause.
                        false => net.pause(),
                    }
                });
            }
            net.run(RunSteps(RUN))
        });
        if !stops && matches!(how, End::Never | End::Pause) {
            result?;
        }
    }
    let steps = net.time_step();
    let case = || format!("{workers} workers, {how:?} in step {step}, {steps} steps");
    if stops {
        assert!(voltages(&lifs).is_err(), "{}", case());
        return net.stop();
    }
    assert!((1..=2 * RUN).contains(&steps), "{}", case());
    if steps != step || !matches!(how, End::Error | End::Panic) {
        let (other, same) = network(1, End::Never, 0)?;
        other.run(RunSteps(steps))?;
        assert_eq!(voltages(&lifs)?, voltages(&same)?, "{}", case());
    }
    net.stop()
}

fn threads() -> usize {
    let tasks = fs::read_dir("/proc/self/task");
    tasks.expect("`/proc` is there").count()
}

#[test]
fn an_interruption_at_any_time_ends_the_whole_run() -> lava::Result<()> {
    let (mut numbers, before, start) = (Numbers(1), threads(), Instant::now());
    while start.elapsed() < TIME {
        disturbed(&mut numbers)?;
    }
    // A thread that is joined may still be listed for a moment.
    while threads() > before {
        assert!(start.elapsed() < 3 * TIME, "threads are left");
        thread::yield_now();
    }
    Ok(())
}
