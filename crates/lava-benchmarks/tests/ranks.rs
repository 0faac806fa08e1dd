//! The benchmark networks give the same bits on any number of ranks.

use std::sync::Arc;
use std::thread;

use anyhow::{Result, ensure};
use lava::prelude::*;
use lava::ranks::LocalRank;
use lava_benchmarks::{
    Options, SharedRanks, Simulation, brunel, brunel_stdp, coba, cuba, dense_ff, fly, lif_only,
    microcircuit, million,
};

type Build = fn(&Options) -> Result<Simulation>;
type Events = Vec<Vec<(u64, usize)>>;

/// Every population's spikes on one rank of a network.
fn events(build: Build, options: &Options, steps: u64) -> Result<Events> {
    let simulation = build(options)?;
    simulation.net.run(RunSteps(steps))?;
    let populations = simulation.populations.iter();
    Ok(populations.map(|part| part.spikes.events()).collect())
}

/// Every population's spikes on each rank of a network.
fn events_on_ranks(
    build: Build,
    options: &Options,
    steps: u64,
    size: usize,
) -> Vec<Result<Events>> {
    thread::scope(|scope| {
        let ranks = LocalRank::group(size).into_iter().map(|rank| {
            let options = Options {
                ranks: Some(SharedRanks(Arc::new(rank))),
                ..options.clone()
            };
            scope.spawn(move || events(build, &options, steps))
        });
        let threads: Vec<_> = ranks.collect();
        let joined = threads.into_iter().map(thread::ScopedJoinHandle::join);
        joined.map(|result| result.unwrap()).collect()
    })
}

#[test]
fn any_number_of_ranks_gives_the_same_spikes() -> Result<()> {
    let without_synapses: Build = |options| {
        microcircuit(&Options {
            procedural: true,
            ..options.clone()
        })
    };
    let networks: [(&str, Build, f64, u64); 10] = [
        ("brunel", brunel, 0.05, 200),
        ("brunel_stdp", brunel_stdp, 0.06, 300),
        ("cuba", cuba, 0.25, 120),
        ("coba", coba, 0.25, 120),
        ("microcircuit", microcircuit, 0.03, 400),
        ("microcircuit --procedural", without_synapses, 0.03, 400),
        ("million", million, 0.002, 300),
        ("fly", fly, 0.01, 400),
        ("dense_ff", dense_ff, 0.1, 50),
        ("lif_only", lif_only, 0.005, 60),
    ];
    for (number, (name, build, scale, steps)) in networks.into_iter().enumerate() {
        let options = |threads| Options {
            scale,
            threads: Some(threads),
            ..Options::default()
        };
        let one = events(build, &options(1), steps)?;
        let spikes: usize = one.iter().map(Vec::len).sum();
        ensure!(spikes > 20, "{name}: {spikes} spikes show nothing");
        // Every network on two ranks, and each on one of the other numbers.
        let other = [(2, 2), (3, 1), (4, 1), (4, 2)][number % 4];
        for (size, workers) in [(2, 1), other] {
            for events in events_on_ranks(build, &options(workers), steps, size) {
                let place = format!("{name} on {size} ranks of {workers} workers");
                let events = events.map_err(|error| error.context(place.clone()))?;
                ensure!(events == one, "{place} differs from one");
            }
        }
    }
    Ok(())
}
