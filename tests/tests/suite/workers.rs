//! Results do not depend on the number of workers, to the bit.

use std::hint::black_box;

use lava::monitor::Probe;
use lava::prelude::*;
use lava::proc::{Dense, Lif, Source};
use ndarray::Array2;

use crate::support::loihi;

/// Numbers that look random and are always the same.
struct Numbers(u64);

impl Numbers {
    fn next(&mut self) -> f32 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        (self.0 >> 40) as f32 / (1 << 24) as f32
    }

    fn matrix(&mut self, rows: usize, columns: usize) -> Array2<f32> {
        Array2::from_shape_simple_fn((rows, columns), || self.next() - 0.4)
    }

    fn pick(&mut self, below: usize) -> usize {
        (self.next() * below as f32) as usize
    }
}

/// A network of populations with random synapses between them, some within a step (through
/// casts), some with delays, several into one population.
fn tangle(
    seed: u64,
    [populations, neurons]: [usize; 2],
    workers: usize,
) -> lava::Result<Vec<Vec<u32>>> {
    let mut numbers = Numbers(seed);
    let net = loihi();
    net.set_workers(workers)?;
    let source: Source = net.add(Source::data(numbers.matrix(7, neurons)))?;
    let mut lifs = Vec::new();
    for _ in 0..populations {
        let lif: Lif = net.add(
            Lif::shape([neurons])
                .du(0.3)
                .dv(0.1)
                .bias_mant(numbers.next() * 0.2)
                .vth(1.0),
        )?;
        lifs.push(lif);
    }
    source.s_out.connect(&lifs[0].a_in)?;
    for to in 1..populations {
        let from = numbers.pick(to);
        lifs[from].s_out.cast::<f32>().connect(&lifs[to].a_in)?;
    }
    for synapse in 0..3 * populations {
        let (from, to) = (numbers.pick(populations), numbers.pick(populations));
        let dense: Dense = net.add(Dense::weights(numbers.matrix(neurons, neurons)))?;
        lifs[from].s_out.delayed(synapse % 3).connect(&dense.s_in)?;
        dense.a_out.connect(&lifs[to].a_in)?;
    }
    let probes: Vec<_> = lifs
        .iter()
        .map(|lif| net.probe(&lif.v))
        .collect::<lava::Result<_>>()?;
    net.run(RunSteps(40))?;
    net.run(RunSteps(20))?;
    assert_eq!(net.workers() > 1, workers > 1);
    let bits = |data: ndarray::ArrayD<f32>| data.iter().map(|v| v.to_bits()).collect();
    Ok(probes.iter().map(|probe| bits(probe.data())).collect())
}

/// Checks that some networks of this size do the same on any number of workers.
fn same_bits(seeds: std::ops::Range<u64>, size: [usize; 2]) -> lava::Result<()> {
    for seed in seeds {
        let alone = tangle(seed, size, 1)?;
        let active = alone.iter().flatten().filter(|bits| **bits == 0).count();
        assert!(active > 100, "neurons fire and are reset");
        for workers in [2, 3, 8] {
            assert!(
                tangle(seed, size, workers)? == alone,
                "seed {seed}, {workers} workers"
            );
        }
    }
    Ok(())
}

#[test]
fn random_networks_give_the_same_bits_on_any_number_of_workers() -> lava::Result<()> {
    same_bits(0..6, [9, 17])
}

#[test]
fn so_do_networks_whose_populations_are_cut() -> lava::Result<()> {
    same_bits(0..2, [2, 700])
}

/// Takes as long as `rounds` says, however few elements it has; sends a number that depends on all
/// that it has received.
#[process]
pub struct Mill {
    a_in: InPort<i32>,
    a_out: OutPort<i32>,
    #[var(scalar, init = 0)]
    rounds: Var<u64>,
    #[var(scalar, init = 1)]
    state: Var<u64>,
}

#[implements(proc = Mill, protocol = Loihi)]
struct MillModel {
    a_in: In<i32>,
    a_out: Out<i32>,
    rounds: u64,
    state: u64,
}

impl LoihiModel for MillModel {
    fn run_spk(&mut self) -> lava::Result<()> {
        self.state = self.state.wrapping_add(self.a_in.recv_slice()[0] as u64);
        for _ in 0..=self.rounds {
            self.state = black_box(self.state.wrapping_mul(6_364_136_223_846_793_005) + 1);
        }
        self.a_out.send_slice(&[(self.state >> 40) as i32])
    }
}

/// Has many elements, and does nothing with them.
#[process]
pub struct Ballast {
    #[var(init = 0)]
    v: Var<i32>,
}

#[implements(proc = Ballast, protocol = Loihi)]
struct BallastModel {
    v: Vec<i32>,
}

impl LoihiModel for BallastModel {
    fn run_spk(&mut self) -> lava::Result<()> {
        self.v[0] += 1;
        Ok(())
    }
}

#[test]
fn what_takes_long_goes_to_another_worker_and_loses_nothing() -> lava::Result<()> {
    let run = |workers: usize| -> lava::Result<_> {
        let net = loihi();
        net.set_workers(workers)?;
        let first: Mill = net.add(Mill::shape([1]).rounds(20_000).name("first"))?;
        let second: Mill = net.add(Mill::shape([1]).rounds(20_000).name("second"))?;
        let last: Mill = net.add(Mill::shape([1]).name("last"))?;
        let ballast: Ballast = net.add(Ballast::shape([5000]).name("ballast"))?;
        first.a_out.connect(&last.a_in)?;
        last.a_out.delayed(1).connect((&first.a_in, &second.a_in))?;
        second.a_out.connect(&last.a_in)?;
        let sent = net.probe(&last.a_out)?;
        let states = [net.probe(&first.state)?, net.probe(&second.state)?];
        net.run(RunSteps(10))?;
        let before = net.to_dot();
        net.run(RunSteps(1_100))?;
        let data = || (sent.data(), states.each_ref().map(Probe::data));
        let across = data();
        assert_eq!(ballast.v.get()?[[0]], 1_110);
        net.reset()?;
        net.run(RunSteps(20))?;
        Ok(([across, data()], before, net.to_dot()))
    };
    let (data, before, after) = run(2)?;
    let workers = |drawing: &str| ["first", "second"].map(|name| worker(drawing, name));
    assert_eq!(workers(&before), [0, 0], "few elements, by the look of it");
    let [first, second] = workers(&after);
    assert_ne!(first, second, "a worker has one each:\n{after}");
    assert!(data == run(1)?.0, "nothing depends on who runs what");
    Ok(())
}

/// The worker of a process in a drawing.
fn worker(drawing: &str, process: &str) -> usize {
    let line = drawing
        .lines()
        .find(|line| line.contains(&format!("{process}:")));
    let (_, worker) = line
        .and_then(|line| line.split_once("worker "))
        .expect("it is drawn");
    worker[..1].parse().expect("a worker has a number")
}

#[test]
fn more_workers_than_processes_are_not_spawned() -> lava::Result<()> {
    let net = loihi();
    net.set_workers(16)?;
    let _: Lif = net.add(Lif::shape([3]))?;
    net.run(RunSteps(1))?;
    assert_eq!(net.workers(), 1);
    Ok(())
}

#[test]
fn left_alone_a_small_network_runs_on_one_worker() -> lava::Result<()> {
    let net = loihi();
    for _ in 0..10 {
        let _: Lif = net.add(Lif::shape([10]))?;
    }
    assert_eq!(net.workers(), 0, "not compiled yet");
    net.run(RunSteps(1))?;
    assert_eq!(net.workers(), 1);
    Ok(())
}
