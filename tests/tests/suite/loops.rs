//! Recurrence: loops with delay run, loops without are reported with their path.

use lava::error::Problem;
use lava::prelude::*;
use lava::proc::{Dense, Lif};
use ndarray::arr1;

use crate::support::loihi;

/// Adds one to what it receives, in the same step.
#[process]
struct Increment {
    a_in: InPort<f32>,
    a_out: OutPort<f32>,
}

#[implements(proc = Increment, protocol = Loihi)]
struct IncrementModel {
    a_in: In<f32>,
    a_out: Out<f32>,
}

impl LoihiModel for IncrementModel {
    fn run_spk(&mut self) -> lava::Result<()> {
        let sum = &self.a_in.recv() + 1.0;
        self.a_out.send(&sum)
    }
}

fn problems(net: &Network<Loihi1SimCfg>) -> Vec<Problem> {
    match net.run(RunSteps(1)) {
        Err(lava::Error::Compile(error)) => error.problems,
        other => panic!("expected the compiler to object, got {other:?}"),
    }
}

fn increments(net: &Network<Loihi1SimCfg>, names: &[&str]) -> lava::Result<Vec<Increment>> {
    let add = |name: &&str| net.add(Increment::shape([1]).name(*name));
    names.iter().map(add).collect()
}

#[test]
fn a_port_connected_to_its_own_process() -> lava::Result<()> {
    let net = loihi();
    let a = &increments(&net, &["a"])?[0];
    a.a_out.connect(&a.a_in)?;
    let path = ["a.a_out", "a.a_in", "a.a_out"].map(str::to_owned).to_vec();
    assert_eq!(problems(&net), [Problem::ZeroDelayLoop { path }]);
    Ok(())
}

#[test]
fn every_loop_without_delay_is_reported_with_its_path() -> lava::Result<()> {
    let net = loihi();
    let p = increments(&net, &["a", "b", "c", "d", "after"])?;
    p[0].a_out.connect(&p[1].a_in)?;
    p[1].a_out.connect(&p[0].a_in)?;
    p[2].a_out.connect(&p[3].a_in)?;
    p[3].a_out.connect([&p[2].a_in, &p[4].a_in])?;
    let problems = problems(&net);
    assert_eq!(problems.len(), 2, "{problems:?}");
    let message = problems[0].to_string();
    assert!(
        message.contains("a.a_out -> b.a_in -> b.a_out -> a.a_in -> a.a_out"),
        "{message}"
    );
    assert!(
        problems[1].to_string().contains("c.a_out -> d.a_in"),
        "{}",
        problems[1]
    );
    Ok(())
}

#[test]
fn a_rejected_network_can_be_read_and_is_not_consumed() -> lava::Result<()> {
    let net = loihi();
    let a = &increments(&net, &["a"])?[0];
    a.a_out.connect(&a.a_in)?;
    problems(&net);
    assert_eq!(
        problems(&net).len(),
        1,
        "asking again gives the same answer"
    );
    Ok(())
}

#[test]
fn a_delayed_connection_makes_a_loop_a_counter() -> lava::Result<()> {
    let net = loihi();
    let a = &increments(&net, &["a"])?[0];
    a.a_out.delayed(2).connect(&a.a_in)?;
    let count = net.probe(&a.a_out)?;
    net.run(RunSteps(6))?;
    let count: Vec<f32> = count.data().iter().copied().collect();
    assert_eq!(count, [1.0, 1.0, 2.0, 2.0, 3.0, 3.0]);
    Ok(())
}

#[test]
fn neurons_excite_themselves_through_dense() -> lava::Result<()> {
    let net = loihi();
    let lif: Lif = net.add(Lif::shape([2]).v([2.0, 0.0]).vth(1.0).du(1.0))?;
    let ring: Dense = net.add(Dense::weights([[0.0, 2.0], [2.0, 0.0]]))?;
    lif.s_out.connect(&ring.s_in)?;
    ring.a_out.connect(&lif.a_in)?;
    let spikes = net.probe(&lif.s_out)?;
    net.run(RunSteps(4))?;
    assert_eq!(spikes.events(), [(1, 0), (2, 1), (3, 0), (4, 1)]);
    assert_eq!(spikes.counts(), arr1(&[2, 2]).into_dyn());
    Ok(())
}

/// Has an input that must be fed.
#[process]
struct Hungry {
    #[port(required)]
    a_in: InPort<f32>,
}

#[implements(proc = Hungry, protocol = Loihi)]
struct HungryModel {
    a_in: In<f32>,
}

impl LoihiModel for HungryModel {}

#[test]
fn problems_of_every_kind_are_reported_together() -> lava::Result<()> {
    let net = loihi();
    let a = &increments(&net, &["a"])?[0];
    a.a_out.connect(&a.a_in)?;
    net.add(Hungry::shape([1]).name("hungry"))?;
    let port = "hungry.a_in".to_owned();
    let problems = problems(&net);
    assert!(
        matches!(&problems[..], [Problem::UnconnectedInput { port: unfed }, Problem::ZeroDelayLoop { .. }] if *unfed == port)
    );
    Ok(())
}

#[test]
fn every_loop_of_a_large_network_is_reported_once() -> lava::Result<()> {
    const LOOPS: usize = 2000;
    let net = loihi();
    let mut paths = Vec::new();
    for number in 0..LOOPS {
        let names = ["a", "b"].map(|name| format!("{name}{number}"));
        let p = increments(&net, &names.each_ref().map(String::as_str))?;
        p[0].a_out.connect([&p[0].a_in, &p[1].a_in])?;
        p[1].a_out.connect(&p[0].a_in)?;
        paths.push(format!(
            "a{number}.a_out -> a{number}.a_in -> a{number}.a_out"
        ));
    }
    let problems = problems(&net);
    assert_eq!(problems.len(), LOOPS, "the loop inside a loop ends both");
    for (problem, path) in problems.iter().zip(paths) {
        assert!(problem.to_string().contains(&path), "{problem}: {path}");
    }
    Ok(())
}
