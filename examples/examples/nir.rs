//! Runs a graph of the neuromorphic intermediate representation, from a file:
//!
//! ```sh
//! cargo run -p lava-examples --features files --example nir -- FILE.nir [steps]
//! ```
//!
//! Graphs are exported by Norse, snnTorch, Sinabs and others; the repository `neuromorphs/NIR` on GitHub has
//! some in the folder `paper`, `lif_norse.nir` among them. Every input is fed with ones.

#![allow(clippy::print_stdout)]

use anyhow::Context;
use lava::nir::{Imported, NirGraph, NirOptions};
use lava::prelude::*;
use ndarray::ArrayD;

fn main() -> anyhow::Result<()> {
    let mut arguments = std::env::args().skip(1);
    let path = arguments
        .next()
        .context("give a file: lif_norse.nir, from the folder paper/01_lif of neuromorphs/NIR")?;
    let steps: u64 = arguments.next().map_or(Ok(100), |steps| steps.parse())?;

    let graph = NirGraph::read(&path)?;
    let options = NirOptions::new();
    print!("{}", graph.check(&options));

    let net = Network::<Loihi1SimCfg>::new();
    let imported: Imported = graph.build(&net, &options)?;
    for (name, input) in &imported.inputs {
        let row = [&[1], input.shape()].concat();
        imported.feed(&net, name, ArrayD::from_elem(row, 1.0))?;
    }
    let outputs = imported.outputs.iter();
    let outputs = outputs.map(|(name, port)| Ok((name, net.probe(port)?)));
    let outputs: Vec<_> = outputs.collect::<lava::Result<_>>()?;
    net.run(RunSteps(steps))?;
    for (name, output) in outputs {
        println!(
            "{name}: the sum over {steps} steps is {}",
            output.data().sum_axis(ndarray::Axis(0))
        );
    }
    net.stop()?;
    Ok(())
}
