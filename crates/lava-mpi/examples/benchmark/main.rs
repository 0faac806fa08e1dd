//! A benchmark network over MPI ranks: `mpirun -n 2 benchmark microcircuit --scale 0.1 --time 100`. With `drive` in
//! front of the name the first rank runs the network for all.
//!
//! Each rank that runs the network prints the time of building and of a second of model time, the most memory it has had, and a
//! checksum of all spikes, which is the same on any number of ranks.

use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use lava::prelude::*;
use lava::process::Checksum;
use lava_benchmarks::{Options, SharedRanks, Simulation};

mod networks;

fn main() -> Result<()> {
    let mut arguments = std::env::args().skip(1);
    let mut name = arguments.next().context("name a network")?;
    let drives = name == "drive";
    if drives {
        name = arguments.next().context("name a network")?;
    }
    let Some(mut options) = Options::parse(arguments)? else {
        bail!("{}", Options::HELP);
    };
    let world = lava_mpi::world()?;
    options.ranks = Some(SharedRanks(Arc::new(world)));
    let start = Instant::now();
    let simulation = networks::build(&name, &options)?;
    let build_time = start.elapsed();
    let run = || run(&simulation, options.time, build_time);
    match drives {
        true => simulation.net.drive(run).map(drop),
        false => run(),
    }?;
    Ok(simulation.net.stop()?)
}

/// Runs the network for a warm-up and for `time` ms, and prints its figures.
fn run(simulation: &Simulation, time: f64, build_time: Duration) -> lava::Result<()> {
    let steps = |ms: f64| RunSteps((ms / simulation.dt).round().max(1.0) as u64);
    simulation.net.run(steps(20.0))?;
    let start = Instant::now();
    simulation.net.run(steps(time))?;
    let run_time = start.elapsed();
    let memory = peak_memory().map_err(lava::Error::model)?;
    let (mut spikes, mut bytes) = (0, Vec::new());
    for part in &simulation.populations {
        let events = part.spikes.events();
        spikes += events.len();
        for (step, neuron) in events {
            bytes.extend(step.to_le_bytes());
            bytes.extend((neuron as u64).to_le_bytes());
        }
    }
    println!(
        "rank {} of {}: {spikes} spikes, checksum {:016x}, built in {:.2} s, ran in {:.6} s, {memory} kB",
        simulation.net.rank(),
        simulation.net.ranks(),
        Checksum::of(&bytes),
        build_time.as_secs_f64(),
        run_time.as_secs_f64(),
    );
    Ok(())
}

/// The most memory that the process has had, in kB.
fn peak_memory() -> Result<u64> {
    let status = std::fs::read_to_string("/proc/self/status")?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let number = line.and_then(|line| line.split_whitespace().next());
    Ok(number.context("there is no VmHWM")?.parse()?)
}
