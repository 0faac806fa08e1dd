//! The arguments of the programs.

use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::str::FromStr;
use std::sync::Arc;

use anyhow::{Result, anyhow, bail};
use lava::ranks::{Communicator, DryRun};

use crate::scaling::{Measured, MeasuredRuns};

/// The size, seed, workers and run time of a network.
#[derive(Clone, Debug, PartialEq)]
pub struct Options {
    /// The size, relative to the published network.
    pub scale: f64,
    /// Worker threads; without a number the compiler decides.
    pub threads: Option<usize>,
    /// Model time to measure, in ms.
    pub time: f64,
    /// From which all random numbers follow.
    pub seed: u64,
    /// The delay of the synapses of [`cuba`](crate::cuba) and [`coba`](crate::coba), in ms.
    pub delay: f64,
    /// The voltages of [`coba`](crate::coba) are integrated by Euler's method.
    pub euler: bool,
    /// The neurons of [`cuba`](crate::cuba) and [`coba`](crate::coba) have random numbers of synapses.
    pub random_degrees: bool,
    /// Synapses are drawn again at every spike, and not stored.
    pub procedural: bool,
    /// Weights of stored synapses take 16 bits, in half precision.
    pub half_weights: bool,
    /// The file of the connections of [`fly`](crate::fly).
    pub connectivity: Option<PathBuf>,
    /// The driven neurons of [`fly`](crate::fly).
    pub driven: usize,
    /// The rate of their input, in Hz.
    pub rate: f64,
    /// All neurons of [`fly`](crate::fly) are computed in each step.
    pub clock_driven: bool,
    /// The ranks that run the network, if there are several.
    pub ranks: Option<SharedRanks>,
    /// The number of ranks for which the network is planned; the part of the first is built, and not run.
    pub dry_run: Option<usize>,
    /// The number of these ranks that are on each node; all if there is none.
    pub node_size: Option<usize>,
    /// The measurements from which a dry run says how the network scales.
    pub measured: Option<Measured>,
    /// Runs on some ranks, which are compared with that.
    pub runs: Option<MeasuredRuns>,
    /// The picture of that, with the feature `plot`.
    pub picture: Option<PathBuf>,
    /// The folder that the spikes of each population are written to.
    pub spikes: Option<PathBuf>,
}

/// The connection of this rank with the others; equal to its clones only.
#[derive(Clone, Debug)]
pub struct SharedRanks(pub Arc<dyn Communicator>);

impl PartialEq for SharedRanks {
    fn eq(&self, other: &SharedRanks) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }
}

impl Default for Options {
    fn default() -> Options {
        Options {
            scale: 1.0,
            threads: None,
            time: 1000.0,
            seed: 1,
            delay: 0.1,
            euler: false,
            random_degrees: false,
            procedural: false,
            half_weights: false,
            connectivity: None,
            driven: 21,
            rate: 200.0,
            clock_driven: false,
            ranks: None,
            dry_run: None,
            node_size: None,
            measured: None,
            runs: None,
            picture: None,
            spikes: None,
        }
    }
}

impl Options {
    /// The text of `--help`.
    pub const HELP: &str = "\
Arguments:
    --scale S      size relative to the published network (1)
    --threads N    worker threads (as many as the network is worth)
    --time MS      model time to measure, after 100 ms of warm-up (1000)
    --seed N       seed of all random numbers (1)
    --delay MS     delay of the synapses of `cuba` and `coba` (0.1)
    --euler        integrate the voltages of `coba` by Euler's method
    --random-degrees  connect each pair of neurons of `cuba` and `coba` with the same probability (the same number of
                   synapses for all)
    --procedural   draw synapses again at every spike, and store none
    --half-weights store weights in 16 bits, in half precision
    --connectivity FILE  connections of `fly`, a table with commas (drawn at random)
    --driven N     driven neurons of `fly` (21)
    --rate HZ      rate of their input (200)
    --clock-driven compute all neurons of `fly` in each step, not those alone that may fire
    --dry-run N    build what the first of N ranks would have, and print what each would; do not run
    --node-size N  with --dry-run: ranks of each node; far parts of the network are divided among nodes (all ranks)
    --measured STEP,EXCHANGE,RANK,KB  with --dry-run: print how the network scales, from the measured µs of a
                   step on one rank, of an exchange, of a message to a rank and of a kilobyte
    --runs CORES:RANKS=STEP,…  with --measured: compare that with the measured µs of a step on some ranks, which share
                   this number of cores
    --picture FILE draw that (feature `plot`)
    --spikes FOLDER  write step and neuron of each spike, the warm-up included, to FOLDER/0.npy, FOLDER/1.npy, …, one
                   file a population
    --help         this text";

    /// Reads a program's arguments; `None` if they ask for help.
    ///
    /// ```
    /// use lava_benchmarks::Options;
    ///
    /// let arguments = ["--scale", "0.1", "--threads", "2"].map(str::to_owned);
    /// let options = Options { scale: 0.1, threads: Some(2), ..Options::default() };
    /// assert_eq!(Options::parse(arguments)?, Some(options));
    /// # anyhow::Ok(())
    /// ```
    ///
    /// # Errors
    /// If an argument is unknown, or its value is missing or makes no sense.
    pub fn parse(arguments: impl IntoIterator<Item = String>) -> Result<Option<Options>> {
        let mut options = Options::default();
        let mut arguments = arguments.into_iter();
        while let Some(name) = arguments.next() {
            if name == "--help" || name == "-h" {
                return Ok(None);
            }
            if let Some(switch) = options.switch(&name) {
                *switch = true;
                continue;
            }
            let value = arguments.next();
            match name.as_str() {
                "--scale" => options.scale = number(&name, value)?,
                "--threads" => options.threads = Some(number(&name, value)?),
                "--time" => options.time = number(&name, value)?,
                "--seed" => options.seed = number(&name, value)?,
                "--delay" => options.delay = number(&name, value)?,
                "--connectivity" => options.connectivity = Some(number(&name, value)?),
                "--driven" => options.driven = number(&name, value)?,
                "--rate" => options.rate = number(&name, value)?,
                "--dry-run" => {
                    let ranks: NonZeroUsize = number(&name, value)?;
                    options.dry_run = Some(ranks.get());
                }
                "--node-size" => {
                    let ranks: NonZeroUsize = number(&name, value)?;
                    options.node_size = Some(ranks.get());
                }
                "--measured" => options.measured = Some(number(&name, value)?),
                "--runs" => {
                    let value = value.ok_or_else(|| anyhow!("--runs needs runs after it"))?;
                    options.runs = Some(value.parse()?);
                }
                "--picture" => options.picture = Some(number(&name, value)?),
                "--spikes" => options.spikes = Some(number(&name, value)?),
                _ => bail!("there is no argument {name}; --help lists them"),
            }
        }
        if let Some(ranks) = options.dry_run {
            let first = DryRun::new(0, ranks).with_node_size(options.node_size.unwrap_or(ranks));
            options.ranks = Some(SharedRanks(Arc::new(first)));
        }
        options.checked().map(Some)
    }

    /// The option that an argument without a value sets.
    fn switch(&mut self, name: &str) -> Option<&mut bool> {
        Some(match name {
            "--euler" => &mut self.euler,
            "--random-degrees" => &mut self.random_degrees,
            "--procedural" => &mut self.procedural,
            "--half-weights" => &mut self.half_weights,
            "--clock-driven" => &mut self.clock_driven,
            _ => return None,
        })
    }

    fn checked(self) -> Result<Options> {
        for (name, value) in [
            ("--scale", self.scale),
            ("--time", self.time),
            ("--delay", self.delay),
            ("--rate", self.rate),
        ] {
            if !(value > 0.0 && value.is_finite()) {
                bail!("{name} is {value}; it must be a positive number");
            }
        }
        let of_dry_run = [
            self.measured.is_some(),
            self.picture.is_some(),
            self.node_size.is_some(),
        ];
        if self.dry_run.is_none() && of_dry_run.contains(&true) {
            bail!("--measured, --picture and --node-size are of a dry run; give --dry-run, too");
        }
        if self.measured.is_none() && (self.picture.is_some() || self.runs.is_some()) {
            bail!("--picture and --runs show what follows from --measured; give that, too");
        }
        if self.threads == Some(0) {
            bail!("--threads is 0; there must be at least one");
        }
        Ok(self)
    }

    /// `neurons` of the published network at this scale; at least one.
    pub(super) fn scaled(&self, neurons: usize) -> usize {
        ((neurons as f64 * self.scale).round() as usize).max(1)
    }
}

fn number<T: FromStr>(name: &str, value: Option<String>) -> Result<T> {
    let value = value.ok_or_else(|| anyhow!("{name} needs a number after it"))?;
    let parsed = value.parse();
    parsed.map_err(|_| anyhow!("{name} takes a number, not {value:?}"))
}
