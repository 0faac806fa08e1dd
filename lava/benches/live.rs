//! The cost of a live view that nobody looks at: the same network with one and without, by turns.

#![allow(missing_docs, clippy::print_stdout)]

mod support;

use lava::prelude::*;
use lava::proc::synapse::{Distribution, Projection, Rule};
use lava::proc::{Dense, IafPscDelta, Lif, PoissonInput, Sparse};
use ndarray::Array2;
use support::{compare, head, row, show, workers};

/// Ten neurons, whose step takes about 0.1 µs: any cost by the step shows.
fn small() -> lava::Result<Network<Loihi1SimCfg>> {
    let net = Network::new();
    let input: Lif = net.add(Lif::shape([10]).bias_mant(0.1).du(0.1).dv(0.1).vth(1.0))?;
    let dense: Dense = net.add(Dense::weights(Array2::from_elem((10, 10), 0.1)))?;
    let output: Lif = net.add(Lif::shape([10]).du(0.5).dv(0.1).vth(1.0))?;
    input.s_out.connect(&dense.s_in)?;
    dense.a_out.connect(&output.a_in)?;
    Ok(net)
}

/// The balanced network of the example `live`, with ten times its neurons.
fn balanced(workers: usize) -> lava::Result<Network<Loihi1SimCfg>> {
    let net = Network::new();
    net.set_workers(workers)?;
    let from = |sources: usize, weight: f64| {
        Projection::new(sources, 10_000)
            .rule(Rule::FixedInDegree(sources / 10))
            .weights(Distribution::Constant(weight))
            .delays(Distribution::Constant(15.0))
    };
    let noise: PoissonInput = net.add(PoissonInput::shape([10_000]).rate(9000.0).weight(0.2))?;
    let rest = IafPscDelta::shape([10_000]).e_l(0.0).v_m(0.0);
    let neurons: IafPscDelta = net.add(rest.v_reset(0.0).v_th(20.0))?;
    let excite: Sparse = net.add(Sparse::projection(from(8000, 0.02)))?;
    let inhibit: Sparse = net.add(Sparse::projection(from(2000, -0.1)))?;
    noise.a_out.connect(&neurons.a_in)?;
    excite.a_out.connect(&neurons.a_in)?;
    inhibit.a_out.connect(&neurons.a_in)?;
    neurons.s_out.select(0..8000).connect(&excite.s_in)?;
    neurons.s_out.select(8000..10_000).connect(&inhibit.s_in)?;
    Ok(net)
}

/// Measures two equal networks, the second of which has a view.
fn measure(
    name: &str,
    steps: u64,
    net: impl Fn() -> lava::Result<Network<Loihi1SimCfg>>,
) -> lava::Result<()> {
    let (without, with) = (net()?, net()?);
    let view = with.live().serve()?;
    let run = |net: &Network<Loihi1SimCfg>| net.run(RunSteps(steps)).expect("the network runs");
    let times = compare(steps, &mut [&mut || run(&without), &mut || run(&with)]);
    row(
        name,
        &[
            ("without", show(times[0])),
            ("with", show(times[1])),
            ("ratio", format!("{:.4}", times[1] / times[0])),
        ],
    );
    drop(view);
    without.stop()?;
    with.stop()
}

fn main() -> lava::Result<()> {
    head(
        "A step of a network, without a live view and with one that nobody looks at",
        "goal: a ratio of at most 1.02",
    );
    measure("10 + 10 neurons", 2_000_000, small)?;
    for count in [1, 2] {
        let name = format!("10,000 neurons, {}", workers(count));
        measure(&name, 1000, || balanced(count))?;
    }
    Ok(())
}
