//! Costs of starting a run, and of reading and writing a large Var.

#![allow(missing_docs, clippy::print_stdout)]

mod support;

use lava::prelude::*;
use lava::proc::{Dense, Lif};
use ndarray::Array2;
use support::{compare, head, row, show, time};

fn main() -> lava::Result<()> {
    head(
        "Latency of run(RunSteps(1)), one LIF of 10 neurons on each worker",
        "goal: at most 5 µs; the Python framework takes 400 to 1,000 µs",
    );
    for workers in [1, 2] {
        let net = Network::<Loihi1SimCfg>::new();
        net.set_workers(workers)?;
        for _ in 0..workers {
            let _: Lif = net.add(Lif::shape([10]))?;
        }
        let latency = time(1000, || {
            (0..1000).for_each(|_| net.run(RunSteps(1)).expect("the network runs"));
        });
        row(support::workers(workers), &[("a run", show(latency))]);
    }

    head(
        "A weight matrix of 1000 × 1000 f32",
        "goal: the speed of copying the array; the Python framework takes 66 s to read it",
    );
    for workers in [1, 2] {
        let weights = Array2::from_shape_fn((1000, 1000), |(i, j)| (i * 1000 + j) as f32);
        let columns = weights
            .clone()
            .reversed_axes()
            .as_standard_layout()
            .into_owned();
        let columns = columns.reversed_axes();
        let net = Network::<Loihi1SimCfg>::new();
        net.set_workers(workers)?;
        let dense: Dense = net.add(Dense::weights(&weights))?;
        let _: Lif = net.add(Lif::shape([10]))?;
        net.run(RunSteps(1))?;
        let mut turned = columns.clone();
        let times = compare(
            1,
            &mut [
                &mut || drop(std::hint::black_box(weights.clone())),
                &mut || drop(std::hint::black_box(dense.weights.get())),
                &mut || dense.weights.set(&weights).expect("the weights fit"),
                &mut || dense.weights.set(&columns).expect("the weights fit"),
                &mut || turned.assign(std::hint::black_box(&weights)),
            ],
        );
        let against = |time: f64| format!("{} ({:.2}× copy)", show(time), time / times[0]);
        row(
            support::workers(workers),
            &[
                ("copy", show(times[0])),
                ("get", against(times[1])),
                ("set", against(times[2])),
                ("set by columns", against(times[3])),
                ("ndarray, by columns", against(times[4])),
            ],
        );
    }
    Ok(())
}
