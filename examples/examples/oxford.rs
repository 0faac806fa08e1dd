//! Runs a network of lava-dl, from its `.net` file, that answers a spike train with another one, whose raster is a
//! picture of Oxford.
//!
//! ```sh
//! cargo run --release -p lava-examples --features files --example oxford -- \
//!     network.net input.npy [ground_truth.npy]
//! ```
//!
//! The files are in the repository `lava-nc/lava-dl` on GitHub, in the folder `tutorials/lava/lib/dl/netx/oxford`, the
//! network in its folder `Trained`. Spikes are rows of neuron, 0, and time in ms. The third file has the spikes of
//! lava-dl's training framework.

#![allow(clippy::print_stdout)]

use anyhow::{Context, ensure};
use lava::io::Tensor;
use lava::netx::{NetxFile, NetxOptions};
use lava::prelude::*;
use lava::proc::Source;
use ndarray::Array2;

const STEPS: usize = 2000;
/// Neurons and steps of a character of the drawing.
const CHARACTER: (usize, usize) = (8, 20);

/// The spikes of a file, a row for each step, as many as `neurons`.
fn spikes(path: &str, neurons: usize) -> anyhow::Result<Array2<i32>> {
    let events = Tensor::read_npy(path)?.to_array();
    let events = events.with_context(|| format!("{path} has no numbers"))?;
    ensure!(
        events.ndim() == 2 && events.shape()[1] == 3,
        "{path} has the shape {:?}, and not a row of neuron, 0 and time for each spike",
        events.shape()
    );
    let mut rows = Array2::zeros((STEPS, neurons));
    for event in events.outer_iter() {
        let (neuron, step) = (event[0] as usize, event[2].round_ties_even() as usize);
        if neuron < neurons && step < STEPS {
            rows[[step, neuron]] = 1;
        }
    }
    Ok(rows)
}

/// Prints spikes, neurons from top to bottom.
fn draw(rows: &Array2<i32>) {
    let (height, width) = CHARACTER;
    for neurons in (0..rows.ncols()).step_by(height) {
        let line = (0..STEPS).step_by(width).map(|start| {
            let columns = neurons..(neurons + height).min(rows.ncols());
            let part = rows.slice(ndarray::s![start..(start + width).min(STEPS), columns]);
            [' ', '·', '+', '#'][(part.sum() as usize).min(3)]
        });
        println!("{}", line.collect::<String>().trim_end());
    }
}

fn main() -> anyhow::Result<()> {
    let mut arguments = std::env::args().skip(1);
    let missing = "give two files: Trained/network.net and input.npy, from the folder \
                   tutorials/lava/lib/dl/netx/oxford of lava-nc/lava-dl";
    let path = arguments.next().context(missing)?;
    let input = arguments.next().context(missing)?;
    let file = NetxFile::read(&path)?;
    print!("{file}");

    let net = Network::<Loihi1SimCfg>::new();
    let network = file.build(&net, &NetxOptions::new())?;
    let neurons = network.input.shape().iter().product();
    let source: Source<i32> = net.add(Source::data(spikes(&input, neurons)?))?;
    source.s_out.connect(&network.input)?;
    let output = net.probe(&network.output)?;
    net.run(RunSteps(STEPS as u64))?;
    let output = output.data().into_dimensionality()?;
    draw(&output);
    println!("{} spikes", output.sum());
    if let Some(truth) = arguments.next() {
        let truth = spikes(&truth, output.ncols())?;
        println!("{} spikes in the training framework", truth.sum());
    }
    net.stop()?;
    Ok(())
}
