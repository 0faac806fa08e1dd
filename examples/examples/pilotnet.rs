//! Runs a network of lava-dl, from its `.net` file: PilotNet, which reads the angle of a steering wheel from
//! images of a road.
//!
//! ```sh
//! cargo run --release -p lava-examples --features files --example pilotnet -- network.net [input.npy]
//! ```
//!
//! Both files are in the repository `lava-nc/lava-dl` on GitHub, in the folder
//! `tests/lava/lib/dl/netx/gts/pilotnet_sdnn`. The input has the axes columns, rows, channels, steps; without
//! one every pixel is 32.

#![allow(clippy::print_stdout)]

use anyhow::Context;
use lava::io::Tensor;
use lava::netx::{NetxFile, NetxOptions};
use lava::prelude::*;
use lava::proc::Source;
use ndarray::{ArrayD, Axis};

fn main() -> anyhow::Result<()> {
    let mut arguments = std::env::args().skip(1);
    let path = arguments.next().context(
        "give a file: network.net, from the folder tests/lava/lib/dl/netx/gts/pilotnet_sdnn of lava-nc/lava-dl",
    )?;
    let file = NetxFile::read(&path)?;
    print!("{file}");

    let net = Network::<Loihi1SimCfg>::new();
    let network = file.build(&net, &NetxOptions::new())?;
    let rows = match arguments.next() {
        Some(input) => {
            let input = Tensor::read_npy(&input)?
                .to_array()
                .context("the input has numbers")?;
            let time = Axis(input.ndim() - 1);
            let rows: Vec<_> = input.axis_iter(time).collect();
            ndarray::stack(Axis(0), &rows)?.mapv(|value| value as i32)
        }
        None => ArrayD::from_elem([&[1], network.input.shape()].concat(), 32),
    };
    let source: Source<i32> = net.add(Source::data(rows))?;
    source.s_out.connect(&network.input)?;
    let output = net.probe(&network.output)?;
    // A layer takes a step.
    net.run(RunSteps(2 * network.blocks.len() as u64))?;
    println!("output, step by step: {}", output.data());
    net.stop()?;
    Ok(())
}
