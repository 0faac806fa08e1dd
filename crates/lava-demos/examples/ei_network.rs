//! Lava's tutorial on excitatory and inhibitory networks: one process, three models, two regimes.
//!
//! Units at random drive each other. Where they do so weakly, each goes its own way, and nothing is
//! remembered for long; where they do so strongly, they keep each other in slow motion.
//! It is the same whether a unit is a rate, a neuron that spikes, or one in Loihi's fixed point.
//!
//! ```text
//! cargo run --release --example ei_network [PICTURE.svg]
//! ```

#![allow(clippy::print_stdout, reason = "a program prints")]

use anyhow::Result;
use lava_demos::ei_network::{Activity, Regime, picture};
use lava_examples::picture_path;

fn main() -> Result<()> {
    let path = picture_path("ei_network.svg")?;

    // In units of what it takes a large network to keep itself going.
    let (weak, strong) = (compare(0.5)?, compare(4.0)?);
    picture([&weak, &strong]).save(&path)?;
    println!("drawn in {}", path.display());
    Ok(())
}

/// Runs and reports all three models at one coupling.
fn compare(coupling: f32) -> Result<Regime> {
    let regime = Regime::run(coupling)?;
    println!("coupling {coupling}");
    report("rates", &regime.rates, &regime.rates);
    for (name, spikes) in [("spikes", &regime.spikes), ("fixed point", &regime.fixed)] {
        report(name, spikes, &spikes.rates());
    }
    Ok(regime)
}

/// Prints a line on a model.
fn report(name: &str, activity: &Activity, rates: &Activity) {
    // Without the sign of a zero.
    let rounded = |mean: f32| (mean * 1000.0).round() / 1000.0 + 0.0;
    let [excitatory, inhibitory] = activity.means().map(rounded);
    let correlation = rates.autocorrelation()[20];
    println!(
        "  {name:<11}  mean of excitatory {excitatory:>6.3}, of inhibitory {inhibitory:>6.3} units; \
         autocorrelation after 20 steps {correlation:>5.2}"
    );
}
