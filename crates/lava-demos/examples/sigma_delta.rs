//! A video of digits for a sigma-delta network, which computes what has changed, and for the
//! conventional network with the same weights, which computes every frame from scratch.
//!
//! ```text
//! cargo run --release --example sigma_delta
//! ```

#![allow(clippy::print_stdout, reason = "a program prints")]

use anyhow::Result;
use lava::prelude::*;
use lava_demos::sigma_delta::{Corrected, Figures, Video, compare};
use lava_examples::digits::{Digits, Weights};

/// Digits, frames for which each stays, and frames in which it fades.
const VIDEO: [usize; 3] = [40, 12, 12];
/// The least changes that are sent, where 1 is white.
const THRESHOLDS: [f32; 4] = [0.0, 0.05, 0.1, 0.2];
/// The bits that Loihi has for a state.
const BITS: u32 = 24;

fn main() -> Result<()> {
    let weights = Weights::load()?;
    let [digits, still, fading] = VIDEO;
    let video = Video::new(&Digits::load()?, digits, still, fading)?;
    let frames = &video.frames;
    let numbers = weights.hidden.ncols() + weights.hidden.nrows();
    println!(
        "{digits} digits, still for {still} frames and fading for {fading}: 64–128–10 neurons\n"
    );
    println!(
        "network                 threshold  messages  operations    error   same answer   state"
    );
    println!(
        "conventional                    –{numbers:>10}       100 %        –             –       –"
    );
    for vth in THRESHOLDS {
        let figures = compare::<f32, Loihi1SimCfg>(frames, &weights, vth)?;
        show("sigma-delta, f32", vth, &figures, false);
    }
    for vth in THRESHOLDS {
        let figures = compare::<i32, Loihi1SimCfg>(frames, &weights, vth)?;
        show("8-bit fixed", vth, &figures, true);
    }
    for vth in THRESHOLDS {
        let figures = compare::<i32, Corrected>(frames, &weights, vth)?;
        show("8-bit fixed, corrected", vth, &figures, true);
    }
    println!("\nmessages and operations per frame; state: bits of the largest sum, of {BITS}");
    Ok(())
}

fn show(name: &str, vth: f32, figures: &Figures, fixed: bool) {
    let Figures {
        events,
        operations,
        error,
        same,
        bits,
    } = figures;
    let state = match (fixed, *bits <= BITS) {
        (false, _) => "–".to_owned(),
        (true, true) => format!("{bits}"),
        (true, false) => format!("{bits} !"),
    };
    let [operations, error, same] = [operations, error, same].map(|share| 100.0 * share);
    println!(
        "{name:<24}{vth:>9}{events:>10.1}{operations:>10.1} %{error:>7.1} %{same:>12.1} %{state:>8}"
    );
}
