//! Reads handwritten digits with a spiking network, in floating point and in 8-bit fixed point,
//! and draws every spike that one image causes.
//!
//! ```text
//! cargo run --release --example digits [RASTER.svg]
//! ```

#![allow(clippy::print_stdout, reason = "a program prints")]

use std::path::{Path, PathBuf};
use std::time::Instant;

use anyhow::{Context, Result};
use indicatif::{ProgressBar, ProgressStyle};
use lava_examples::digits::{Classifier, Digits, Precision, Weights};

/// For how many steps an image is shown.
const STEPS: [u64; 3] = [32, 64, 128];
/// The test image whose spikes are drawn, a 2 with something of a 3, and for how many steps.
const DRAWN: (usize, u64) = (7, 64);

fn main() -> Result<()> {
    let target = Path::new(env!("CARGO_MANIFEST_DIR")).with_file_name("target");
    let given = std::env::args_os().nth(1).map(PathBuf::from);
    let picture = given.unwrap_or_else(|| target.join("digits-raster.svg"));

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
        let bar = progress(digits.test().len(), format!("{name}, {steps} steps"))?;
        let start = Instant::now();
        let mut right = 0;
        for (image, label) in bar.wrap_iter(digits.test()) {
            right += usize::from(network.classify(&image, steps)? == label);
        }
        let rate = images / start.elapsed().as_secs_f64();
        let share = 100.0 * right as f64 / images;
        bar.finish_and_clear();
        println!("{name:<16}{steps:>8}{share:>10.1} %{rate:>14.0}");
    }
    Ok(())
}

fn progress(images: usize, message: String) -> Result<ProgressBar> {
    let style = ProgressStyle::with_template("{msg:<24} {bar:40} {pos}/{len}, {eta} left")?;
    let bar = ProgressBar::new(images as u64).with_message(message);
    Ok(bar.with_style(style))
}

/// Draws the spikes that one image causes.
fn draw(path: &Path, network: &Classifier<f32>, digits: &Digits) -> Result<()> {
    let (index, steps) = DRAWN;
    let image = digits.test().nth(index);
    let (image, label) = image.with_context(|| format!("there is no test image {index}"))?;
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder)
            .with_context(|| format!("cannot create {}", folder.display()))?;
    }
    lava_examples::digits::draw(path, &network.raster(&image, steps)?, &image, label)
}
