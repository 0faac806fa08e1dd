//! Random operations of several threads on networks: see [`lava_tests::stress`].
//!
//! `stress --operations 200000 --workers 1 --seed 1 --minutes 10`: with `--minutes`, rounds of as many
//! operations, each of the next seed, until the time is over.

use std::io::{self, Write};
use std::time::{Duration, Instant};

use anyhow::{Context, bail};
use lava_tests::stress::Stress;

fn main() -> anyhow::Result<()> {
    let mut stress = Stress {
        seed: 1,
        operations: 200_000,
        workers: 1,
    };
    let mut time = Duration::ZERO;
    let mut arguments = std::env::args().skip(1);
    while let Some(name) = arguments.next() {
        let value = arguments
            .next()
            .with_context(|| format!("{name} has no value"))?;
        let value: u64 = value.parse().with_context(|| format!("{name} {value}"))?;
        match name.as_str() {
            "--seed" => stress.seed = value,
            "--operations" => stress.operations = value,
            "--workers" => stress.workers = value as usize,
            "--minutes" => time = Duration::from_secs(60 * value),
            _ => bail!("{name} is none of --seed, --operations, --workers, --minutes"),
        }
    }
    let begun = Instant::now();
    loop {
        let round = Instant::now();
        let report = stress.run();
        let seconds = round.elapsed().as_secs_f64();
        writeln!(io::stdout(), "{stress:?} in {seconds:.1} s\n{report}")?;
        if begun.elapsed() >= time {
            return Ok(());
        }
        stress.seed += 1;
    }
}
