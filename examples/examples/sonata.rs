//! Runs a circuit of SONATA, from its configuration:
//!
//! ```sh
//! cargo run --release -p lava-examples --features files --example sonata -- config.json [picture.svg]
//! ```
//!
//! `300_pointneurons` is a circuit with input: in the repository `AllenInstitute/sonata` on GitHub, in the folder
//! `examples`, beside `shared_components`, which it needs. Circuits that BMTK's builder has made for PointNet are of
//! this kind.

#![allow(clippy::print_stdout)]

use anyhow::Context;
use lava::prelude::*;
use lava::sonata::{SonataCircuit, SonataOptions};

fn main() -> anyhow::Result<()> {
    let mut arguments = std::env::args().skip(1);
    let path = arguments
        .next()
        .context("give a file: config.json, from the folder examples/300_pointneurons of AllenInstitute/sonata")?;
    let circuit = SonataCircuit::open(&path)?;
    let options = SonataOptions::new();
    print!("{}", circuit.check(&options));

    let net = Network::<Loihi1SimCfg>::new();
    let built = circuit.build::<f64>(&net, &options)?;
    let recording = built.record(&net)?;
    let (name, population) = built.populations.iter().next().context("there are nodes")?;
    let spikes = net.probe(population.parts[0].neurons.spikes())?;
    net.run(RunSteps(
        built.steps.context("the configuration has no `run`")?,
    ))?;

    for (name, spikes) in recording.spikes().populations {
        println!("{name}: {} spikes", spikes.len());
    }
    if let Some(picture) = arguments.next() {
        spikes.raster().title(name).save(&picture)?;
        println!("→ {picture}");
    }
    net.stop()?;
    Ok(())
}
