//! Runs a neuron with adaptive threshold in floating point and in Loihi's fixed point, and draws
//! both: under constant input it fires ever more slowly.
//!
//! ```text
//! cargo run --release --example adaptive [PICTURE.svg]
//! ```

#![allow(clippy::print_stdout, reason = "a program prints")]

use anyhow::Result;
use lava_demos::adaptive::{Trace, picture, run};
use lava_examples::picture_path;

fn main() -> Result<()> {
    let path = picture_path("adaptive.svg")?;

    let (float, fixed) = (run::<f32>()?, run::<i32>()?);
    for (name, trace) in [("floating", &float), ("fixed", &fixed)] {
        println!("{name:>8} point, spikes in steps {:?}", trace.spikes);
    }
    let difference = furthest_apart(&float, &fixed);
    println!("the voltages differ by at most {difference:.2} of a weight");
    picture(&float, &fixed).save(&path)?;
    println!("both are drawn in {}", path.display());
    Ok(())
}

/// The largest difference between two voltages.
fn furthest_apart(one: &Trace, other: &Trace) -> f64 {
    let pairs = one.voltage.iter().zip(&other.voltage);
    pairs.fold(0.0, |most, (one, other)| most.max((one - other).abs()))
}
