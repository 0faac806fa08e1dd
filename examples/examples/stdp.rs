//! Spike-timing dependent plasticity: the learning window, measured and drawn.
//!
//! A pair of neurons fires once each, at all distances in time. If the source fires first the synapse
//! grows, if the target does it shrinks, and the less the further apart they are:
//!
//! ```text
//! dw = 2^-1 · x1 · y0 − 2^-1 · x0 · y1
//! ```
//!
//! ```text
//! cargo run --example stdp
//! ```

#![allow(clippy::print_stdout, reason = "a program prints")]

use lava::prelude::*;
use lava::proc::learning::{LearningRule, Stdp};
use lava::proc::{LearningDense, Source};
use ndarray::Array2;

/// The step in which the source fires.
const SOURCE: usize = 30;
/// The longest distance between the spikes, in steps.
const LONGEST: usize = 24;

fn main() -> lava::Result<()> {
    let own = learning_rule! {
        dw = 2^-1 * x1 * y0 - 2^-1 * x0 * y1;
        x1: impulse 16, tau 10;
        y1: impulse 16, tau 5;
    };
    println!("A rule of its own: potentiation over 10 steps, depression over 5.\n");
    let own = window(own)?;
    draw(&own);
    assert!(own[..LONGEST].iter().all(|change| *change < 0.0));
    assert!(own[LONGEST + 1..].iter().all(|change| *change > 0.0));
    let library = Stdp {
        learning_rate: 0.5,
        tau_plus: 10.0,
        tau_minus: 5.0,
        ..Stdp::default()
    };
    println!("\nThe same from the library: {}\n", library.rule()?);
    let library = window(library.rule()?)?;
    draw(&library);
    assert_eq!(library, own);
    Ok(())
}

/// The change of a weight for each distance, target after source, from −`LONGEST` to `LONGEST`.
///
/// One target neuron for each distance: a single run measures them all.
fn window(rule: LearningRule) -> lava::Result<Vec<f32>> {
    let distances = 2 * LONGEST + 1;
    let steps = SOURCE + LONGEST + 1;
    let pre = Array2::from_shape_fn((steps, 1), |(step, _)| step == SOURCE);
    let post = Array2::from_shape_fn((steps, distances), |(step, target)| {
        step + LONGEST == SOURCE + target
    });
    let net = network! { Loihi1SimCfg;
        pre:  Source<Spike> = Source::data(pre);
        post: Source<Spike> = Source::data(post);
        syn:  LearningDense = LearningDense::weights(Array2::zeros((distances, 1)))
            .learning_rule(rule);
        pre.s_out  -> syn.s_in;
        post.s_out -> syn.s_in_bap;
    }?;
    net.run(RunSteps(steps as u64))?;
    let window = net.syn.weights.get()?.into_iter().collect();
    net.stop()?;
    Ok(window)
}

/// A bar for each distance.
fn draw(window: &[f32]) {
    const WIDTH: usize = 30;
    let largest = window.iter().fold(f32::MIN_POSITIVE, |largest, change| {
        largest.max(change.abs())
    });
    for (distance, change) in (-(LONGEST as i64)..).zip(window).step_by(2) {
        let length = (change.abs() / largest * WIDTH as f32).round() as usize;
        let bar = "█".repeat(length);
        let (left, right) = if *change < 0.0 {
            (bar.as_str(), "")
        } else {
            ("", bar.as_str())
        };
        println!("{distance:>4} steps {change:>7.2} {left:>WIDTH$}│{right}");
    }
}
