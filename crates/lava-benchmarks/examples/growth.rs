//! The growth of the cost of a network with its size and activity, measured and drawn: the cortical microcircuit from
//! a twentieth to the whole, and the brain of the fly with 1 to 6,000 driven neurons.
//!
//! ```text
//! cargo run --release -p lava-benchmarks --example growth -- [FILE] [--time MS] [--seed N]
//! ```
//!
//! The picture is saved to FILE, by default `target/growth.svg`. Takes some minutes and 3 GB of memory.

#![allow(clippy::print_stdout, reason = "what a program does")]

use anyhow::Result;
use lava::plot::{Curves, Figure, Plot, curves};
use lava_benchmarks::{Options, Report, Simulation, fly, microcircuit};

const SCALES: [f64; 6] = [0.05, 0.1, 0.2, 0.4, 0.7, 1.0];
const DRIVEN: [usize; 5] = [1, 10, 100, 1_000, 6_000];
const THREADS: [usize; 2] = [1, 2];

/// The growth of a network on some number of threads.
struct Growth {
    threads: usize,
    /// The size of each run: synapses, or driven neurons.
    sizes: Vec<f64>,
    reports: Vec<Report>,
}

fn main() -> Result<()> {
    let mut arguments: Vec<String> = std::env::args().skip(1).collect();
    let has_file = arguments
        .first()
        .is_some_and(|first| !first.starts_with("--"));
    let file = has_file.then(|| arguments.remove(0));
    let Some(options) = Options::parse(arguments)? else {
        println!(
            "The growth of cost with size and activity.\n\n{}",
            Options::HELP
        );
        return Ok(());
    };
    let scaled = |scale| Options {
        scale,
        ..options.clone()
    };
    let circuit = measure(microcircuit, &SCALES, scaled, |_, report| {
        report.build.synapses as f64
    })?;
    let driven = |driven| Options {
        driven,
        ..options.clone()
    };
    let brain = measure(fly, &DRIVEN, driven, |driven, _| driven as f64)?;
    let [synapses, driven] = ["synapses", "driven neurons"];
    Figure::new()
        .row([
            real_time(&circuit, synapses)
                .title("Microcircuit, scale 0.05 to 1")
                .into(),
            real_time(&brain, driven).title("Brain of the fly").into(),
        ])
        .row([
            per_event(&circuit, synapses).into(),
            per_event(&brain, driven).into(),
        ])
        .save(file.as_deref().unwrap_or("target/growth.svg"))?;
    Ok(())
}

fn real_time(grown: &[Growth], size: &str) -> Plot<Curves> {
    let label = "wall time / model time";
    draw(grown, size, label, Report::real_time_factor)
}

fn per_event(grown: &[Growth], size: &str) -> Plot<Curves> {
    draw(grown, size, "ns per synaptic event", nanoseconds_per_event)
}

fn nanoseconds_per_event(report: &Report) -> f64 {
    1e9 / report.events_per_second()
}

/// A curve for each number of threads.
fn draw(grown: &[Growth], x: &str, y: &str, figure: fn(&Report) -> f64) -> Plot<Curves> {
    grown
        .iter()
        .fold(curves(x, y).log_x().log_y().dots(), |plot, growth| {
            let values: Vec<f64> = growth.reports.iter().map(figure).collect();
            let threads = if growth.threads == 1 {
                "thread"
            } else {
                "threads"
            };
            plot.curve(
                format!("{} {threads}", growth.threads),
                &growth.sizes,
                &values,
            )
        })
}

/// Builds and runs a network of each size on each number of threads, and prints a line for each.
fn measure<S: Copy + std::fmt::Debug>(
    build: fn(&Options) -> Result<Simulation>,
    sizes: &[S],
    options: impl Fn(S) -> Options,
    size: impl Fn(S, &Report) -> f64,
) -> Result<Vec<Growth>> {
    let mut grown = THREADS.map(|threads| Growth {
        threads,
        sizes: Vec::new(),
        reports: Vec::new(),
    });
    for each in sizes {
        // By turns: what else the machine does then slows both down.
        for growth in &mut grown {
            let options = Options {
                threads: Some(growth.threads),
                ..options(*each)
            };
            let report = build(&options)?.measure(options.time)?;
            println!(
                "{each:?}, threads {}: {:.4} of real time, {:.2} ns per synaptic event",
                growth.threads,
                report.real_time_factor(),
                nanoseconds_per_event(&report)
            );
            growth.sizes.push(size(*each, &report));
            growth.reports.push(report);
        }
    }
    Ok(grown.into())
}
