//! Synchrony of a population.

use ndarray::ArrayView2;

use super::trains::SpikeTrains;
use super::{mean, variance};

/// Golomb's synchrony χ of signals of shape `[neurons, samples]`, voltages or counts: the square root
/// of the variance over time of their mean, over the mean of their variances. 1 if all are the same,
/// about 1/√n of n independent ones; NaN if none ever changes.
///
/// Source: Golomb & Rinzel (1994), Physica D 72; Golomb (2007), Scholarpedia 2(1):1347.
///
/// ```
/// use lava::statistics::synchrony;
///
/// assert_eq!(synchrony(ndarray::aview2(&[[0.0, 1.0, 0.0], [0.0, 1.0, 0.0]])), 1.0);
/// assert_eq!(synchrony(ndarray::aview2(&[[0.0, 1.0], [1.0, 0.0]])), 0.0);
/// ```
pub fn synchrony(signals: ArrayView2<'_, f64>) -> f64 {
    let columns = signals.columns().into_iter();
    let common: Vec<f64> = columns
        .map(|column| column.mean().unwrap_or(f64::NAN))
        .collect();
    let rows = signals.rows().into_iter();
    let variances: Vec<f64> = rows.map(|row| variance(&row.to_vec())).collect();
    let single = mean(&variances);
    if single == 0.0 {
        return f64::NAN;
    }
    (variance(&common) / single).sqrt()
}

impl SpikeTrains {
    /// Golomb's [`synchrony`] χ of the counts in bins of `width` units of time.
    pub fn synchrony(&self, width: f64) -> f64 {
        synchrony(self.binned(width).view())
    }
}
