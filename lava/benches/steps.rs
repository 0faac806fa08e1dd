//! Costs of a step beyond its arithmetic: chains of models that do nothing, and small networks.

#![allow(missing_docs, clippy::print_stdout)]

#[path = "support/relay.rs"]
mod relay;
mod support;

use lava::prelude::*;
use lava::proc::{Dense, Lif};
use ndarray::Array2;
use relay::chain;
use support::{head, row, show, time};

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
        "goal: 2 million steps a second with 10 neurons; the Python framework does about 1,300",
    );
    for neurons in [10, 100, 1000] {
        let guess = 300.0 + (neurons * neurons) as f64 / 10.0;
        let one = step_time(&lif_dense_lif(neurons, 1)?, guess);
        let two = step_time(&lif_dense_lif(neurons, 2)?, guess);
        row(
            &format!("{neurons} neurons"),
            &[
                ("1 worker", show(one)),
                ("2 workers", show(two)),
                ("2 : 1", format!("{:.2}", two / one)),
                ("million steps/s", format!("{:.2}", 1e3 / one)),
            ],
        );
    }
    Ok(())
}
