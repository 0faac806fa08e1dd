//! A stopwatch for benchmarks on shared machines: sides of a comparison take turns, and the
//! median of their times is printed, with ratios rather than absolute times to go by.

#![allow(dead_code, clippy::print_stdout)]

use std::time::{Duration, Instant};

/// The number of measurements of each side.
const ROUNDS: usize = 15;

/// The median time of `work` per unit, where one call does `units` of them, in nanoseconds.
pub(crate) fn time(units: u64, mut work: impl FnMut()) -> f64 {
    compare(units, &mut [&mut work])[0]
}

/// The median times of several sides per unit, in nanoseconds, measured in turns.
pub(crate) fn compare(units: u64, sides: &mut [&mut dyn FnMut()]) -> Vec<f64> {
    let mut times = vec![Vec::with_capacity(ROUNDS); sides.len()];
    for side in sides.iter_mut() {
        side();
    }
    for _ in 0..ROUNDS {
        for (side, times) in sides.iter_mut().zip(&mut times) {
            let start = Instant::now();
            side();
            times.push(start.elapsed());
        }
    }
    times
        .iter_mut()
        .map(|times| median(times) / units as f64)
        .collect()
}

fn median(times: &mut [Duration]) -> f64 {
    times.sort_unstable();
    times[times.len() / 2].as_nanos() as f64
}

/// A time in the unit that suits it.
pub(crate) fn show(nanoseconds: f64) -> String {
    match nanoseconds {
        ns if ns < 1e3 => format!("{ns:.1} ns"),
        ns if ns < 1e6 => format!("{:.2} µs", ns / 1e3),
        ns => format!("{:.2} ms", ns / 1e6),
    }
}

/// "1 worker", "2 workers".
pub(crate) fn workers(workers: usize) -> &'static str {
    if workers == 1 {
        "1 worker"
    } else {
        "2 workers"
    }
}

/// Prints the head of a table.
pub(crate) fn head(title: &str, goal: &str) {
    println!("\n{title}\n  {goal}");
}

/// Prints a row of a table.
pub(crate) fn row(name: &str, values: &[(&str, String)]) {
    let values: Vec<String> = values
        .iter()
        .map(|(label, value)| format!("{label} {value:>11}"))
        .collect();
    println!("  {name:<34} {}", values.join("   "));
}
