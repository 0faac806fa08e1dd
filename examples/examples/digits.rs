//! Reads handwritten digits with a spiking network, in floating point and in 8-bit fixed point,
//! and draws every spike that one image causes.
//!
//! ```text
//! cargo run --release --example digits [PICTURE.svg]
//! ```

#![allow(clippy::print_stdout, reason = "a program prints")]

use std::path::Path;
use std::time::Instant;

use anyhow::{Context, Result};
use lava_examples::digits::{Classifier, Digits, Precision, Weights};
use lava_examples::picture_path;

/// For how many steps an image is shown.
const STEPS: [u64; 3] = [32, 64, 128];
/// The test image whose spikes are drawn, a 2 with something of a 3, and for how many steps.
const DRAWN: (usize, u64) = (7, 64);

fn main() -> Result<()> {
    let picture = picture_path("digits.svg")?;
    let digits = Digits::load()?;
    let weights = Weights::load()?;
    let images = digits.test().len();
    println!("{images} handwritten digits, 64–128–10 neurons\n");
    println!("numbers            steps       right      images/s");
    let network = Classifier::<f32>::new(&weights)?;
    evaluate("f32", &network, &digits)?;
    evaluate("8-bit fixed", &Classifier::<i32>::new(&weights)?, &digits)?;
    draw(&picture, &network, &digits)?;
    println!("\nThe spikes that one image causes: {}", picture.display());
    Ok(())
}

/// Prints how many test images a network gets right, and how fast.
fn evaluate<T: Precision>(name: &str, network: &Classifier<T>, digits: &Digits) -> Result<()> {
    let images = digits.test().len() as f64;
    for steps in STEPS {
        let start = Instant::now();
        let mut right = 0;
        for (image, label) in digits.test() {
            right += usize::from(network.classify(&image, steps)? == label);
        }
        let rate = images / start.elapsed().as_secs_f64();
        let share = 100.0 * right as f64 / images;
        println!("{name:<16}{steps:>8}{share:>10.1} %{rate:>14.0}");
    }
    Ok(())
}

/// Draws the spikes that one image causes.
fn draw(path: &Path, network: &Classifier<f32>, digits: &Digits) -> Result<()> {
    let (index, steps) = DRAWN;
    let image = digits.test().nth(index);
    let (image, label) = image.with_context(|| format!("there is no test image {index}"))?;
    let raster = network.raster(&image, steps)?;
    lava_examples::digits::picture(&raster, &image, label).save(path)?;
    Ok(())
}
