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
//! cargo run -p lava-examples --example stdp [PICTURE.svg]
//! ```

#![allow(clippy::print_stdout, reason = "a program prints")]

use std::path::Path;

use anyhow::Result;
use lava::plot::curves;
use lava::prelude::*;
use lava::proc::learning::{LearningRule, Stdp};
use lava::proc::{LearningDense, Source};
use lava_examples::picture_path;
use ndarray::Array2;

/// The step in which the source fires.
const SOURCE: i32 = 30;
/// The longest distance between the spikes, in steps.
const LONGEST: i32 = 24;

fn main() -> Result<()> {
    let path = picture_path("stdp.svg")?;
    let own = learning_rule! {
        dw = 2^-1 * x1 * y0 - 2^-1 * x0 * y1;
        x1: impulse 16, tau 10;
        y1: impulse 16, tau 5;
    };
    println!("A rule of one's own, strengthening over 10 steps and weakening over 5:\n{own}\n");
    let own = window(own)?;
    for distance in [-20, -10, -5, -1, 0, 1, 5, 10, 20] {
        println!(
            "{distance:>4} steps {:>7.2}",
            own[(distance + LONGEST) as usize]
        );
    }
    let middle = LONGEST as usize;
    assert!(own[..middle].iter().all(|change| *change < 0.0));
    assert!(own[middle + 1..].iter().all(|change| *change > 0.0));
    // x1 has decayed for 10 steps when the target fires.
    let expected = 0.5 * 16.0 * (-10.0 / 10.0_f32).exp();
    assert!((own[middle + 10] - expected).abs() < 1e-4);

    // The rule of the library is the same, and so are its bits.
    let library = Stdp {
        learning_rate: 0.5,
        tau_plus: 10.0,
        tau_minus: 5.0,
        ..Stdp::default()
    };
    assert_eq!(window(library.rule()?)?, own);
    // Shorter time constants make the window narrower.
    let narrow = learning_rule! {
        dw = 2^-1 * x1 * y0 - 2^-1 * x0 * y1;
        x1: impulse 16, tau 3;
        y1: impulse 16, tau 3;
    };
    draw(&path, &own, &window(narrow)?)?;
    println!("\ndrawn in {}", path.display());
    Ok(())
}

/// The change of a weight for each distance, target after source, from −`LONGEST` to `LONGEST`.
///
/// One target neuron for each distance: a single run measures them all.
fn window(rule: LearningRule) -> lava::Result<Vec<f32>> {
    let distances = (2 * LONGEST + 1) as usize;
    let steps = (SOURCE + LONGEST + 1) as usize;
    let pre = Array2::from_shape_fn((steps, 1), |(step, _)| step as i32 == SOURCE);
    let post = Array2::from_shape_fn((steps, distances), |(step, target)| {
        step as i32 == SOURCE + target as i32 - LONGEST
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

/// Draws two windows over the distance between the spikes.
fn draw(path: &Path, own: &[f32], narrow: &[f32]) -> lava::Result<()> {
    let distances: Vec<f64> = (-LONGEST..=LONGEST).map(f64::from).collect();
    let [own, narrow] = [own, narrow].map(|window| {
        let changes = window.iter().map(|change| f64::from(*change));
        changes.collect::<Vec<_>>()
    });
    curves("target after source, steps", "change of the weight")
        .title("Spike-timing dependent plasticity")
        .curve("tau 10 and 5", &distances, &own)
        .curve("tau 3", &distances, &narrow)
        .level("", 0.0)
        .save(path)
}
