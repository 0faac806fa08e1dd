//! Rules of one's own: equations, dependencies, traces, epochs, and what fixed point makes of them.
//!
//! Each section is a function. A rule changes the variables of a synapse, its weight `w`, tag `t` and
//! delay `d`, by a sum of products. Each product has a *dependency*, which says when it is evaluated:
//!
//! | dependency | evaluated | traces are read |
//! |---|---|---|
//! | `x0` | if the source has fired in the epoch | at its last spike |
//! | `y0` | if the target has fired in the epoch | at its last spike |
//! | `uK` | once in 2^K epochs | at the end of the epoch |
//!
//! ```text
//! cargo run --example custom_rule
//! ```

#![allow(clippy::print_stdout, reason = "a program prints")]

use lava::prelude::*;
use lava::proc::learning::LearningRule;
use lava::proc::{LearningDense, Source};

fn main() -> lava::Result<()> {
    dependencies()?;
    epochs()?;
    bounds()?;
    text()?;
    between_runs()
}

/// Runs a synapse of weight 10 whose source fires in step 2 and whose target fires in step 4, and
/// prints and returns the weight after each step.
fn weights(title: &str, rule: LearningRule) -> lava::Result<Vec<f32>> {
    let net = network! { Loihi1SimCfg;
        pre:  Source<Spike> = Source::data([[false], [true], [false], [false], [false], [false]]);
        post: Source<Spike> = Source::data([[false], [false], [false], [true], [false], [false]]);
        syn:  LearningDense = LearningDense::weights([[10.0]]).learning_rule(rule);
        pre.s_out  -> syn.s_in;
        post.s_out -> syn.s_in_bap;
    }?;
    let weights = net.probe(&net.syn.weights)?;
    net.run(RunSteps(6))?;
    let weights: Vec<f32> = weights.data().into_iter().collect();
    let row: Vec<String> = weights
        .iter()
        .map(|weight| format!("{weight:6.2}"))
        .collect();
    println!("{title:<34}{}", row.join(" "));
    net.stop()?;
    Ok(weights)
}

// ANCHOR: dependencies
/// The same trace, read at the spikes of either side, and in every epoch.
fn dependencies() -> lava::Result<()> {
    println!("step                                   1      2      3      4      5      6");
    let once = weights("x0: the source fires", learning_rule! { dw = x0; })?;
    assert_eq!(once, [10.0, 11.0, 11.0, 11.0, 11.0, 11.0]);
    weights(
        "x1 * y0: it had fired before",
        learning_rule! { dw = x1 * y0; x1: impulse 4, tau 2; },
    )?;
    weights(
        "x1 * u0: in every step",
        learning_rule! { dw = x1 * u0; x1: impulse 4, tau 2; },
    )?;
    let kept = weights(
        "a trace that does not decay",
        learning_rule! { dw = x1 * y0; x1: impulse 4, no decay; },
    )?;
    assert_eq!(kept, [10.0, 10.0, 10.0, 14.0, 14.0, 14.0]);
    Ok(())
}
// ANCHOR_END: dependencies

/// The learning phase comes at the end of an epoch; within it, spike times are kept.
fn epochs() -> lava::Result<()> {
    let learned = weights(
        "epochs of 3 steps",
        learning_rule! { dw = x1 * y0; x1: impulse 4, tau 2; epoch 3; },
    )?;
    assert!(learned[4] == 10.0 && learned[5] > 10.0);
    Ok(())
}

/// A variable of the synapse in a product: the nearer the weight is to 12, the less it grows.
fn bounds() -> lava::Result<()> {
    let bounded = weights("towards 12", learning_rule! { dw = -2^-1 * (w - 12) * u0; })?;
    assert!(bounded[5] > 11.9 && bounded[5] < 12.0);
    Ok(())
}

/// Numbers that are known at run time: the same grammar as text, with errors that show their place.
fn text() -> lava::Result<()> {
    for tau in [1.0, 8.0] {
        let rule = format!("dw = x1 * y0; x1: impulse 4, tau {tau};").parse()?;
        weights(&format!("tau {tau}"), rule)?;
    }
    if let Err(error) = "dw = 0.3 * x1 * y0; x1: impulse 4, tau 8;".parse::<LearningRule>() {
        println!("{error}");
    }
    Ok(())
}

// ANCHOR: between
/// Rules, taus, impulses, traces and weights can be set between runs.
fn between_runs() -> lava::Result<()> {
    let net = Network::<Loihi1SimCfg>::new();
    let pre: Source<Spike> = net.add(Source::data([[true]]))?;
    let synapse: LearningDense =
        net.add(LearningDense::weights([[0.0]]).learning_rule(learning_rule! { dw = x0; }))?;
    pre.s_out.connect(&synapse.s_in)?;
    net.run(RunSteps(5))?;
    println!("after 5 steps of dw = x0: {}", synapse.weights.get()?);
    assert_eq!(synapse.weights.get()?[[0, 0]], 5.0);
    synapse.set_rule(learning_rule! { dw = -2 * x0; })?;
    net.run(RunSteps(5))?;
    println!("after 5 more of dw = -2 * x0: {}", synapse.weights.get()?);
    assert_eq!(synapse.weights.get()?[[0, 0]], -5.0);
    net.stop()
}
// ANCHOR_END: between
