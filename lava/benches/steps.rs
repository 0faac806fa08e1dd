//! Costs of a step beyond its arithmetic: chains of models that do nothing, and small networks.

#![allow(missing_docs, clippy::print_stdout)]

#[path = "support/relay.rs"]
mod relay;
mod support;

use std::sync::atomic::{AtomicU64, Ordering};

use lava::prelude::*;
use lava::proc::{Dense, Lif};
use ndarray::Array2;
use relay::chain;
use support::{compare, head, row, show, time};

fn lif_dense_lif(neurons: usize, workers: usize) -> lava::Result<Network<Loihi1SimCfg>> {
    let weights = Array2::from_shape_fn((neurons, neurons), |(to, from)| {
        ((to * 7 + from * 3) % 5) as f32 / neurons as f32
    });
    let net = Network::new();
    net.set_workers(workers)?;
    let bias: Vec<f32> = (0..neurons)
        .map(|neuron| 0.05 + (neuron % 7) as f32 * 0.01)
        .collect();
    let input: Lif = net.add(
        Lif::shape([neurons])
            .bias_mant(bias)
            .du(0.1)
            .dv(0.1)
            .vth(1.0),
    )?;
    let dense: Dense = net.add(Dense::weights(weights))?;
    let output: Lif = net.add(Lif::shape([neurons]).du(0.5).dv(0.1).vth(1.0))?;
    input.s_out.connect(&dense.s_in)?;
    dense.a_out.connect(&output.a_in)?;
    Ok(net)
}

/// The time of a step, measured over runs of about 20 ms.
fn step_time(net: &Network<Loihi1SimCfg>, guess: f64) -> f64 {
    let steps = (2e7 / guess).max(10.0) as u64;
    time(steps, || {
        net.run(RunSteps(steps)).expect("the network runs");
    })
}

/// A number that threads send, alone on its lines of the cache.
#[repr(align(128))]
struct Sent(AtomicU64);

impl Sent {
    fn send(&self, number: u64) {
        self.0.store(number, Ordering::Release);
    }

    fn wait_for(&self, number: u64) {
        while self.0.load(Ordering::Acquire) < number {
            std::hint::spin_loop();
        }
    }
}

/// Two threads send each other numbers, by turns. How long that takes depends on which cores they are on.
fn send_there_and_back(times: u64) {
    let [there, back] = [Sent(AtomicU64::new(0)), Sent(AtomicU64::new(0))];
    std::thread::scope(|scope| {
        scope.spawn(|| {
            for number in 1..=times {
                there.wait_for(number);
                back.send(number);
            }
        });
        for number in 1..=times {
            there.send(number);
            back.wait_for(number);
        }
    });
}

fn main() -> lava::Result<()> {
    head(
        "A step of a chain of models that do nothing, per model",
        "goal: at most 50 ns on one worker",
    );
    for models in [2, 32, 1000] {
        let times = [1, 2].map(|workers| {
            chain(models, workers).map(|net| step_time(&net, 30.0 * models as f64) / models as f64)
        });
        let [one, two] = times;
        let (one, two) = (one?, two?);
        row(
            &format!("{models} models"),
            &[
                ("1 worker", show(one)),
                ("2 workers", show(two)),
                ("2 : 1", format!("{:.2}", two / one)),
            ],
        );
    }

    head(
        "A step of LIF → Dense → LIF",
        "goal: 2 million steps a second with 10 neurons; the Python framework does about 1,300; \
         two threads can do no step faster than they send each other a number and back",
    );
    for neurons in [10, 100, 1000] {
        let (one, two) = (lif_dense_lif(neurons, 1)?, lif_dense_lif(neurons, 2)?);
        let steps = (2e7 / (300.0 + (neurons * neurons) as f64 / 10.0)) as u64;
        let times = compare(
            steps,
            &mut [
                &mut || one.run(RunSteps(steps)).expect("the network runs"),
                &mut || two.run(RunSteps(steps)).expect("the network runs"),
                &mut || send_there_and_back(steps),
            ],
        );
        row(
            &format!("{neurons} neurons"),
            &[
                ("1 worker", show(times[0])),
                ("2 workers", show(times[1])),
                ("2 : 1", format!("{:.2}", times[1] / times[0])),
                ("there and back", show(times[2])),
                ("million steps/s", format!("{:.2}", 1e3 / times[0])),
            ],
        );
    }
    Ok(())
}
