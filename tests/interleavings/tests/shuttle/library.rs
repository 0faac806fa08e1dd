//! The library itself: a network of `lava` that other threads pause and stop.

use lava::prelude::*;
use lava_core::sync::{JoinHandle, spawn};

use crate::check::check_random;

/// The number of schedules: a run of the library takes more steps than one of the executor alone.
const SCHEDULES: usize = 200;

/// Sends the number of its step.
#[process]
pub(crate) struct StepNumber {
    #[var(init = 0)]
    step: Var<i32>,
    out: OutPort<i32>,
}

#[implements(proc = StepNumber, protocol = Loihi)]
struct StepNumberModel {
    step: ArrayD<i32>,
    out: Out<i32>,
}

impl LoihiModel for StepNumberModel {
    fn run_spk(&mut self) -> lava::Result<()> {
        self.step += 1;
        self.out.send(&self.step)
    }
}

/// Sums what it receives.
#[process]
pub(crate) struct Sum {
    input: InPort<i32>,
    #[var(init = 0)]
    pub(crate) sum: Var<i32>,
}

#[implements(proc = Sum, protocol = Loihi)]
struct SumModel {
    input: In<i32>,
    sum: ArrayD<i32>,
}

impl LoihiModel for SumModel {
    fn run_spk(&mut self) -> lava::Result<()> {
        self.sum += &self.input.recv();
        Ok(())
    }
}

/// Two processes on two workers.
pub(crate) struct Pair {
    pub(crate) net: Network<Loihi1SimCfg>,
    pub(crate) sum: Sum,
}

impl Pair {
    pub(crate) fn new() -> Pair {
        let net = Network::new();
        net.set_workers(2).expect("the network is not compiled");
        let source = net.add(StepNumber::shape([1])).expect("it is built");
        let sum = net.add(Sum::shape([1])).expect("it is built");
        source.out.connect(&sum.input).expect("the payloads agree");
        Pair { net, sum }
    }

    /// Calls `act` with the network on another thread.
    fn on_thread(&self, act: fn(&Network<Loihi1SimCfg>) -> lava::Result<()>) -> JoinHandle<()> {
        let net = self.net.clone();
        let body = move || act(&net).expect("the network can be paused and stopped at any time");
        spawn("user".to_owned(), body).expect("it is spawned")
    }

    /// Checks that every message of every step has arrived.
    pub(crate) fn assert_summed(&self) {
        let steps = self.net.time_step() as i32;
        let sum = self.sum.sum.get().expect("no run is on");
        assert_eq!(sum[[0]], steps * (steps + 1) / 2);
    }
}

pub(crate) fn join(thread: JoinHandle<()>) {
    thread.join().expect("it does not panic");
}

#[test]
fn a_run_is_paused_from_another_thread_and_resumed() {
    check_random(SCHEDULES, || {
        let pair = Pair::new();
        let user = pair.on_thread(Network::pause);
        pair.net.run(RunSteps(3)).expect("no model fails");
        join(user);
        let steps = pair.net.time_step();
        assert!((1..=3).contains(&steps));
        pair.assert_summed();
        pair.net.run(RunSteps(1)).expect("no model fails");
        assert_eq!(pair.net.time_step(), steps + 1);
        pair.assert_summed();
        pair.net.stop().expect("no model fails");
    });
}

#[test]
fn a_background_run_is_paused_and_stopped_from_another_thread() {
    check_random(SCHEDULES, || {
        let pair = Pair::new();
        pair.net.start(RunContinuous).expect("it is compiled");
        join(pair.on_thread(Network::pause));
        pair.assert_summed();
        pair.net.start(RunContinuous).expect("no run is on");
        let user = pair.on_thread(Network::stop);
        pair.net.wait().expect("no model fails");
        join(user);
        assert!(pair.sum.sum.get().is_err(), "the models are gone");
    });
}
