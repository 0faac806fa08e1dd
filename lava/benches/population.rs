//! A population of a million LIF neurons against a loop written for it by hand.

#![allow(missing_docs, clippy::print_stdout)]

mod support;

use lava::prelude::*;
use lava::proc::Lif;
use support::{compare, head, row, show};

const NEURONS: usize = 1_000_000;
const STEPS: u64 = 10;

/// The same neurons, one loop over slices, parameters as constants of the loop.
struct ByHand {
    u: Vec<f32>,
    v: Vec<f32>,
    a_in: Vec<f32>,
    fired: Vec<u32>,
}

impl ByHand {
    fn step(&mut self, du: f32, dv: f32, bias: f32, vth: f32) {
        self.fired.clear();
        for (index, ((u, v), a_in)) in self
            .u
            .iter_mut()
            .zip(&mut self.v)
            .zip(&self.a_in)
            .enumerate()
        {
            *u = *u * (1.0 - du) + a_in;
            let voltage = *v * (1.0 - dv) + *u + bias;
            let fired = voltage > vth;
            *v = if fired { 0.0 } else { voltage };
            if fired {
                self.fired.push(index as u32);
            }
        }
    }
}

fn lif(workers: usize) -> lava::Result<Network<Loihi1SimCfg>> {
    let net = Network::new();
    net.set_workers(workers)?;
    for _ in 0..workers {
        let start: Vec<f32> = (0..NEURONS / workers)
            .map(|n| (n % 97) as f32 / 97.0)
            .collect();
        let _: Lif = net.add(
            Lif::shape([NEURONS / workers])
                .v(start)
                .du(0.1)
                .dv(0.05)
                .bias_mant(0.06)
                .vth(1.0),
        )?;
    }
    Ok(net)
}

fn main() -> lava::Result<()> {
    head(
        "A step of a million LIF neurons",
        "goal: at most 1.2 times a fused loop over slices; 2 workers run two halves",
    );
    let mut hand = ByHand {
        u: vec![0.0; NEURONS],
        v: (0..NEURONS).map(|n| (n % 97) as f32 / 97.0).collect(),
        a_in: vec![0.0; NEURONS],
        fired: Vec::with_capacity(NEURONS),
    };
    let (one, two) = (lif(1)?, lif(2)?);
    let [du, dv, bias, vth] = std::hint::black_box([0.1, 0.05, 0.06, 1.0]);
    let times = compare(
        STEPS,
        &mut [
            &mut || (0..STEPS).for_each(|_| hand.step(du, dv, bias, vth)),
            &mut || one.run(RunSteps(STEPS)).expect("the network runs"),
            &mut || two.run(RunSteps(STEPS)).expect("the network runs"),
        ],
    );
    for (name, time) in ["by hand", "Lif, 1 worker", "Lif, 2 workers"]
        .iter()
        .zip(&times)
    {
        row(
            name,
            &[
                ("a step", show(*time)),
                ("to by hand", format!("{:.2}", time / times[0])),
            ],
        );
    }
    Ok(())
}
