//! Measured scaling beside the expected one: `scaling microcircuit scaling.svg --scale 0.1 --time 100`, without
//! a launcher.
//!
//! It starts `mpirun` with the examples `benchmark` and `exchanges`, which have to be built, too: the network on 1, 2, 4
//! and 8 ranks of one worker, by turns, of which the middle counts. From the step on one rank and from exchanges, a dry
//! run says what is expected of the others, and prints and draws both.

use std::collections::BTreeMap;
use std::process::Command;
use std::sync::Arc;
use std::thread;

use anyhow::{Context, Result, ensure};
use lava::ranks::DryRun;
use lava_benchmarks::{Measured, MeasuredRuns, Options, SharedRanks};

#[path = "benchmark/networks.rs"]
mod networks;

/// The numbers of ranks.
const RANKS: [usize; 4] = [1, 2, 4, 8];
/// The runs on each.
const TURNS: usize = 3;

fn main() -> Result<()> {
    let mut arguments = std::env::args().skip(1);
    let name = arguments.next().context("name a network")?;
    let picture = arguments.next().context("name a picture")?;
    let arguments: Vec<String> = arguments.collect();
    let options = Options::parse(arguments.clone())?.context("see --help of the network")?;
    let dt = networks::build(&name, &dry(&options))?.dt;
    let mut times: BTreeMap<usize, Vec<f64>> = BTreeMap::new();
    for ranks in (0..TURNS).flat_map(|_| RANKS) {
        let words = ["--threads", "1"].map(str::to_owned);
        let words = [std::slice::from_ref(&name), &arguments, &words].concat();
        let seconds = launch(ranks, "benchmark", &words)?;
        let seconds = number(&seconds, "ran in ", " s")?;
        println!("{ranks} ranks: {seconds} s");
        times
            .entry(ranks)
            .or_default()
            .push(1e6 * seconds * dt / options.time);
    }
    let steps = times
        .into_iter()
        .map(|(ranks, times)| (ranks, middle(times)));
    let steps: Vec<(usize, f64)> = steps.collect();
    let [two, four] = [2, 4].map(|ranks| launch(ranks, "exchanges", &[]));
    let (two, four) = (two?, four?);
    let short = number(&two, " 16 bytes to each: ", " µs")?;
    let long = number(&two, " 60000 bytes to each: ", " µs")?;
    let of_four = number(&four, " 16 bytes to each: ", " µs")?;
    let options = Options {
        measured: Some(Measured {
            step: steps[0].1,
            exchange: short,
            per_rank: ((of_four - short) / 2.0).max(0.0),
            per_kilobyte: (long - short).max(0.0) / 60.0,
        }),
        runs: Some(MeasuredRuns {
            cores: thread::available_parallelism()?.get(),
            steps,
        }),
        picture: Some(picture.into()),
        ..dry(&options)
    };
    lava_benchmarks::dry_run(&options, |options| networks::build(&name, options))
}

/// The options of a dry run on as many ranks as are measured at most.
fn dry(options: &Options) -> Options {
    let most = RANKS[RANKS.len() - 1];
    Options {
        ranks: Some(SharedRanks(Arc::new(DryRun::new(0, most)))),
        dry_run: Some(most),
        ..options.clone()
    }
}

/// Runs an example on ranks. Returns what it prints.
fn launch(ranks: usize, example: &str, arguments: &[String]) -> Result<String> {
    let path = std::env::current_exe()?.with_file_name(example);
    let output = Command::new("mpirun")
        .args(["-n", &ranks.to_string(), "--oversubscribe"])
        .args(["--mca", "mpi_yield_when_idle", "1"])
        .arg(path)
        .args(arguments)
        .output()
        .context("`mpirun` does not start")?;
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let errors = String::from_utf8_lossy(&output.stderr);
    ensure!(
        output.status.success(),
        "{example} on {ranks} ranks: {errors}"
    );
    Ok(text)
}

/// The first number between two texts.
fn number(text: &str, before: &str, after: &str) -> Result<f64> {
    let (_, rest) = text.split_once(before).context("a number is missing")?;
    let (number, _) = rest.split_once(after).context("a number has no end")?;
    Ok(number.parse()?)
}

fn middle(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}
