//! Learning phases of a matrix and of single synapses.

#![allow(missing_docs, clippy::print_stdout)]

mod support;

use lava::learning_rule;
use lava::prelude::*;
use lava::proc::learning::LearningRule;
use lava::proc::synapse::{Projection, Rule};
use lava::proc::{LearningDense, LearningSparse, Source};
use ndarray::Array2;
use support::{compare, head, row, show, time};

const STEPS: u64 = 20;
/// The number of steps of input, which are played over and over.
const ROWS: usize = 20;

/// A number below 1 that looks random.
fn noise(index: usize) -> f32 {
    let mixed = (index as u32 ^ 0x5bd1_e995).wrapping_mul(2_654_435_761);
    (mixed.rotate_left(13).wrapping_mul(0x85eb_ca6b) >> 8) as f32 / (1 << 24) as f32
}

/// Spikes of a twentieth of the neurons in each step.
fn spikes(neurons: usize, salt: usize) -> Array2<bool> {
    Array2::from_shape_fn((ROWS, neurons), |(row, neuron)| {
        noise(salt + row * neurons + neuron) < 0.05
    })
}

/// The number of synapses of neurons that have fired, per step: `density` of all pairs are synapses.
fn touched(pre: &Array2<bool>, post: &Array2<bool>, density: f64) -> f64 {
    let count = |spikes: &Array2<bool>| spikes.iter().filter(|fired| **fired).count() as f64;
    let all = pre.ncols() as f64;
    let (pre, post) = (count(pre) / ROWS as f64, count(post) / ROWS as f64);
    density * (pre * all + post * (all - pre))
}

fn pairs() -> LearningRule {
    learning_rule! {
        dw = 2^-6 * x1 * y0 - 2^-6 * x0 * y1;
        x1: impulse 16, tau 20;
        y1: impulse 16, tau 20;
    }
}

/// A network of two sources and the synapses that `add` makes and feeds.
fn network(
    workers: usize,
    [pre, post]: [&Array2<bool>; 2],
    add: impl FnOnce(&Network<Loihi1SimCfg>, &OutPort<Spike>, &OutPort<Spike>) -> lava::Result<()>,
) -> lava::Result<Network<Loihi1SimCfg>> {
    let net = Network::new();
    net.set_workers(workers)?;
    let pre: Source<Spike> = net.add(Source::data(pre))?;
    let post: Source<Spike> = net.add(Source::data(post))?;
    add(&net, &pre.s_out, &post.s_out)?;
    net.run(RunSteps(ROWS as u64))?;
    Ok(net)
}

/// Measures a step on one worker and on two, and prints the time per synapse that it touches.
fn measure(
    name: &str,
    touched: f64,
    sources: [&Array2<bool>; 2],
    add: impl Fn(&Network<Loihi1SimCfg>, &OutPort<Spike>, &OutPort<Spike>) -> lava::Result<()>,
) -> lava::Result<()> {
    let run = |net: &Network<Loihi1SimCfg>| net.run(RunSteps(STEPS)).expect("the network runs");
    let one = network(1, sources, &add)?;
    let alone = compare(STEPS, &mut [&mut || run(&one)])[0];
    let two = network(2, sources, &add)?;
    let together = time(STEPS, || run(&two));
    row(
        name,
        &[
            ("a step", show(alone)),
            ("a synapse", format!("{:.2} ns", alone / touched)),
            ("2 workers", show(together)),
        ],
    );
    Ok(())
}

fn main() -> lava::Result<()> {
    head(
        "Learning in a matrix, 5 % spikes on either side, epochs of 1 step",
        "goal: 2 ns a synapse whose neurons have fired",
    );
    matrix(300)?;
    matrix(1000)?;
    let (pre, post) = (spikes(1000, 0), spikes(1000, 1 << 20));
    let tenth = touched(&pre, &post, 0.1);
    measure(
        "LearningSparse, 1000 × 1000 × 0.1",
        tenth,
        [&pre, &post],
        |net, pre, post| {
            let projection = Projection::new(1000, 1000).rule(Rule::FixedProbability(0.1));
            let sparse: LearningSparse =
                net.add(LearningSparse::projection(projection).learning_rule(pairs()))?;
            pre.connect(&sparse.s_in)?;
            post.connect(&sparse.s_in_bap)
        },
    )
}

fn matrix(neurons: usize) -> lava::Result<()> {
    let (pre, post) = (spikes(neurons, 0), spikes(neurons, 1 << 20));
    let (sources, all) = ([&pre, &post], touched(&pre, &post, 1.0));
    let weights = Array2::from_shape_fn((neurons, neurons), |(post, pre)| {
        (100.0 * noise(post * neurons + pre)).round()
    });
    let whole = weights.mapv(|weight| 2 * weight as i32);
    measure(
        &format!("LearningDense, {neurons} × {neurons}"),
        all,
        sources,
        |net, pre, post| {
            let dense: LearningDense =
                net.add(LearningDense::weights(&weights).learning_rule(pairs()))?;
            pre.connect(&dense.s_in)?;
            post.connect(&dense.s_in_bap)
        },
    )?;
    measure("… in fixed point", all, sources, |net, pre, post| {
        let dense: LearningDense<i32> =
            net.add(LearningDense::weights(&whole).learning_rule(pairs()))?;
        pre.connect(&dense.s_in)?;
        post.connect(&dense.s_in_bap)
    })
}
