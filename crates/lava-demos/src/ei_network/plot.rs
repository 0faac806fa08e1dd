//! Networks of several couplings side by side: what their neurons do, and how long they remember
//! it.

use lava::plot::{Curves, Figure, Plot, Raster, curves, raster};
use lava::statistics::SpikeTrains;

use super::activity::{Activity, Regime};
use super::network::{EXCITATORY, UNITS};

/// Number of steps of a raster that are drawn.
const STEPS: u64 = 150;

/// The picture of two regimes side by side.
pub fn picture(regimes: [&Regime; 2]) -> Figure {
    Figure::new()
        .inline()
        .title("Excitatory and inhibitory neurons")
        .size(1000, 1000)
        .row(regimes.map(|regime| spikes(regime, "floating point", &regime.spikes).into()))
        .row(regimes.map(|regime| spikes(regime, "fixed point", &regime.fixed).into()))
        .row(regimes.map(|regime| autocorrelations(regime).into()))
}

/// Every spike of the first steps.
fn spikes(regime: &Regime, numbers: &str, activity: &Activity) -> Plot<Raster> {
    let fired = activity.0.indexed_iter().filter(|(_, value)| **value > 0.0);
    let events = fired.map(|((step, unit), _)| (step as u64 + 1, unit));
    raster(&SpikeTrains::new(UNITS, 1..=STEPS, events))
        .populations([
            ("excitatory", 0..EXCITATORY),
            ("inhibitory", EXCITATORY..UNITS),
        ])
        .title(format!("Coupling {}, {numbers}", regime.coupling))
}

/// The autocorrelations of all models.
fn autocorrelations(regime: &Regime) -> Plot<Curves> {
    let all = [
        ("rates", regime.rates.autocorrelation()),
        ("spikes", regime.spikes.rates().autocorrelation()),
        ("in fixed point", regime.fixed.rates().autocorrelation()),
    ];
    let mut plot = curves("lag (steps)", "autocorrelation").y_range(-1.0, 1.05);
    for (name, values) in all {
        let lags: Vec<f64> = (0..values.len()).map(|lag| lag as f64).collect();
        let values: Vec<f64> = values.into_iter().map(f64::from).collect();
        plot = plot.curve(name, &lags, &values);
    }
    plot.title(format!("Coupling {}", regime.coupling))
}
