//! Runs a network of lava-dl, from its `.net` file, that reads handwritten digits.
//!
//! ```sh
//! cargo run --release -p lava-examples --features files --example netx_mnist -- \
//!     trained_mnist_network.net t10k-images-idx3-ubyte t10k-labels-idx1-ubyte
//! ```
//!
//! The network is in the repository `lava-nc/lava-dl` on GitHub, in the folder `tutorials/lava/lib/dl/netx/mnist`. The
//! other two are the test images of MNIST and their labels, in the format IDX, unpacked. A pixel fires the more
//! often, the brighter it is; each image is shown for 32 steps, after which every layer is reset.

#![allow(clippy::print_stdout)]

use anyhow::{Context, ensure};
use lava::netx::{NetxFile, NetxOptions};
use lava::prelude::*;
use lava::proc::Source;
use ndarray::Array2;

/// Images that are read.
const IMAGES: usize = 25;
/// Steps for which an image is shown.
const STEPS: usize = 32;
const PIXELS: usize = 28 * 28;

/// The bytes of an IDX file behind its header of `header` bytes.
fn idx(path: &str, header: usize) -> anyhow::Result<Vec<u8>> {
    let mut bytes = std::fs::read(path).with_context(|| format!("{path} cannot be read"))?;
    ensure!(
        bytes.len() > header,
        "{path} has no header of {header} bytes"
    );
    Ok(bytes.split_off(header))
}

/// Spikes of all images, step by step; the first step of each is silent.
fn spikes(images: &[u8]) -> Array2<i32> {
    let mut rows = Array2::zeros((IMAGES * STEPS, PIXELS));
    for (number, image) in images.chunks(PIXELS).take(IMAGES).enumerate() {
        let mut sums = [0.0; PIXELS];
        for step in 1..STEPS {
            for (pixel, sum) in sums.iter_mut().enumerate() {
                *sum += f64::from(image[pixel]) / 255.0;
                if *sum > 1.0 {
                    *sum = 0.0;
                    rows[[number * STEPS + step, pixel]] = 1;
                }
            }
        }
    }
    rows
}

fn main() -> anyhow::Result<()> {
    let mut arguments = std::env::args().skip(1);
    let mut next = |what: &str| {
        let message = format!(
            "give three files: trained_mnist_network.net, from the folder tutorials/lava/lib/dl/netx/mnist of \
             lava-nc/lava-dl, and the test images and labels of MNIST; {what} is missing"
        );
        arguments.next().context(message)
    };
    let (path, images, labels) = (next("the network")?, next("images")?, next("labels")?);
    let (images, labels) = (idx(&images, 16)?, idx(&labels, 8)?);
    ensure!(
        images.len() >= IMAGES * PIXELS && labels.len() >= IMAGES,
        "there are fewer than {IMAGES} images of {PIXELS} pixels, or labels"
    );
    let file = NetxFile::read(&path)?;
    print!("{file}");

    let net = Network::<Loihi1SimCfg>::new();
    let options = NetxOptions::new().reset(STEPS as i32, 1);
    let network = file.build(&net, &options)?;
    let source: Source<i32> = net.add(Source::data(spikes(&images)))?;
    source.s_out.connect(&network.input)?;
    let output = net.probe(&network.output)?;
    net.run(RunSteps((IMAGES * STEPS) as u64))?;

    let output = output.data();
    let mut right = 0;
    for (number, label) in labels.iter().take(IMAGES).enumerate() {
        let steps = number * STEPS..(number + 1) * STEPS;
        let count = |digit: usize| steps.clone().map(|step| output[[step, digit]]).sum::<i32>();
        let counts: Vec<i32> = (0..10).map(count).collect();
        let most = (0..10).max_by_key(|digit| (counts[*digit], 10 - digit));
        let answer = most.context("there are ten digits")?;
        right += usize::from(answer == usize::from(*label));
        println!("{label}: {answer}, spikes {counts:?}");
    }
    println!("{right} of {IMAGES} are right");
    net.stop()?;
    Ok(())
}
