//! Reads handwritten digits with a spiking network, in floating point and in 8-bit fixed point, one by one
//! and in batches, and draws every spike that one image causes.
//!
//! ```text
//! cargo run --release --example digits [PICTURE.svg]
//! ```

#![allow(clippy::print_stdout, reason = "a program prints")]

use std::path::Path;
use std::time::Instant;

use anyhow::{Context, Result};
use lava_examples::digits::{Classifier, DenseProduct, Digits, Image, Precision, Weights};
use lava_examples::picture_path;

/// For how many steps an image is shown.
const STEPS: [u64; 3] = [32, 64, 128];
/// The images that a batch has.
const BATCH: usize = 32;
/// The test image whose spikes are drawn, a 2 with something of a 3, and for how many steps.
const DRAWN: (usize, u64) = (7, 64);

fn main() -> Result<()> {
    let picture = picture_path("digits.svg")?;
    let digits = Digits::load()?;
    let weights = Weights::load()?;
    let images = digits.test().len();
    println!("{images} handwritten digits, 64–128–10 neurons\n");
    println!("numbers            steps   at once       right      images/s");
    let network = Classifier::<f32>::new(&weights)?;
    evaluate("f32", &network, &digits, 1)?;
    let network_of = |images| Classifier::<f32>::batch(&weights, images);
    evaluate("f32", &network_of(BATCH)?, &digits, BATCH)?;
    let product = DenseProduct::new(&weights, BATCH);
    for steps in STEPS {
        let classify = |images: &[Image<'_>]| Ok(product.classify_all(images, steps));
        measure("dense products", &digits, (steps, BATCH), classify)?;
    }
    evaluate(
        "8-bit fixed",
        &Classifier::<i32>::new(&weights)?,
        &digits,
        1,
    )?;
    evaluate(
        "8-bit fixed",
        &Classifier::<i32>::batch(&weights, BATCH)?,
        &digits,
        BATCH,
    )?;
    draw(&picture, &network, &digits)?;
    println!("\nThe spikes that one image causes: {}", picture.display());
    Ok(())
}

/// Prints how many test images a network gets right that reads `batch` of them at once, and how fast.
fn evaluate<T: Precision>(
    name: &str,
    network: &Classifier<T>,
    digits: &Digits,
    batch: usize,
) -> Result<()> {
    for steps in STEPS {
        let classify = |images: &[Image<'_>]| Ok(network.classify_all(images, steps)?);
        measure(name, digits, (steps, batch), classify)?;
    }
    Ok(())
}

/// Prints how many test images `classify` gets right, and how fast.
fn measure(
    name: &str,
    digits: &Digits,
    (steps, batch): (u64, usize),
    classify: impl Fn(&[Image<'_>]) -> Result<Vec<u8>>,
) -> Result<()> {
    let (images, labels): (Vec<Image<'_>>, Vec<u8>) = digits.test().unzip();
    let start = Instant::now();
    let answers = classify(&images)?;
    let rate = images.len() as f64 / start.elapsed().as_secs_f64();
    let right = answers
        .iter()
        .zip(&labels)
        .filter(|(answer, label)| answer == label)
        .count();
    let share = 100.0 * right as f64 / images.len() as f64;
    println!("{name:<16}{steps:>8}{batch:>10}{share:>10.1} %{rate:>14.0}");
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
