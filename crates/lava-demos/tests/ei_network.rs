//! Weakly coupled units go their own way, strongly coupled ones remember, whatever the model.

use std::sync::LazyLock;

use anyhow::Result;
use lava_demos::ei_network::{EXCITATORY, LAGS, Regime, STEPS, UNITS, picture, weights};

/// Run once for all tests.
static WEAK: LazyLock<Regime> = LazyLock::new(|| regime(0.5));
static STRONG: LazyLock<Regime> = LazyLock::new(|| regime(4.0));

fn regime(coupling: f32) -> Regime {
    Regime::run(coupling).expect("the networks run")
}

#[test]
fn the_first_units_excite_and_the_others_inhibit() {
    let weights = weights(1.0, 1);
    for ((_, from), weight) in weights.indexed_iter() {
        assert!(if from < EXCITATORY {
            *weight >= 0.0
        } else {
            *weight <= 0.0
        });
    }
    // Inhibition a little more than balances excitation.
    let sum = weights.sum() / weights.mapv(f32::abs).sum();
    assert!((-0.2..0.0).contains(&sum), "{sum}");
}

#[test]
fn weakly_coupled_units_forget() {
    let rates = &WEAK.rates.0;
    assert!(rates.iter().all(|rate| rate.abs() < 1e-3), "they die down");
    for spikes in [&WEAK.spikes, &WEAK.fixed] {
        let correlation = spikes.rates().autocorrelation();
        assert!(correlation[20] < 0.0, "a neuron that fires has just fired");
        let later = &correlation[50..];
        assert!(later.iter().all(|value| value.abs() < 0.2), "{later:?}");
    }
}

#[test]
fn strongly_coupled_units_remember() {
    let Regime {
        rates,
        spikes,
        fixed,
        ..
    } = &*STRONG;
    for correlation in [
        rates.autocorrelation(),
        spikes.rates().autocorrelation(),
        fixed.rates().autocorrelation(),
    ] {
        assert_eq!((correlation.len(), correlation[0]), (LAGS + 1, 1.0));
        assert!(correlation[20] > 0.5, "{correlation:?}");
    }
}

#[test]
fn floating_and_fixed_point_agree_where_the_coupling_is_weak() {
    let Regime { spikes, fixed, .. } = &*WEAK;
    assert_eq!(spikes.0.dim(), (STEPS, UNITS));
    for (float, fixed) in spikes.means().into_iter().zip(fixed.means()) {
        assert!((float / fixed - 1.0).abs() < 0.06, "{float} and {fixed}");
    }
}

#[test]
fn the_drawing_shows_both_rasters_and_the_autocorrelation() -> Result<()> {
    let drawing = picture([&*WEAK, &*STRONG]).to_svg()?;
    for text in [
        "Coupling 0.5, floating point",
        "Coupling 4, fixed point",
        "autocorrelation",
    ] {
        assert!(drawing.contains(text), "no `{text}`");
    }
    let images = drawing.matches("data:image/png;base64,").count();
    assert_eq!(images, 2, "spikes are many where the coupling is strong");
    Ok(())
}
