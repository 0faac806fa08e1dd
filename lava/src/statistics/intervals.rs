//! Intervals between spikes, and their regularity.

use super::trains::SpikeTrains;
use super::{mean, variance};

/// The coefficient of variation of intervals, CV = σ/μ with the standard deviation over all n: 0 of
/// a regular train, about 1 of a Poisson process. NaN of fewer than two intervals.
///
/// Source: Softky & Koch (1993), J. Neurosci. 13.
///
/// ```
/// assert_eq!(lava::statistics::cv(&[1.0, 3.0]), 0.5);
/// ```
pub fn cv(intervals: &[f64]) -> f64 {
    if intervals.len() < 2 {
        return f64::NAN;
    }
    variance(intervals).sqrt() / mean(intervals)
}

/// The local variation of intervals, LV = 3/(n − 1) Σ ((Iᵢ − Iᵢ₊₁)/(Iᵢ + Iᵢ₊₁))²: as CV, but
/// without the effect of slow changes of the rate. NaN of fewer than two intervals.
///
/// Source: Shinomoto, Shima & Tanji (2003), Neural Computation 15.
///
/// ```
/// assert_eq!(lava::statistics::lv(&[1.0, 3.0, 1.0]), 0.75);
/// ```
pub fn lv(intervals: &[f64]) -> f64 {
    let pairs = intervals.windows(2);
    let count = pairs.len() as f64;
    let terms = pairs.map(|pair| ((pair[0] - pair[1]) / (pair[0] + pair[1])).powi(2));
    3.0 * terms.sum::<f64>() / count
}

impl SpikeTrains {
    /// The intervals between the spikes of a neuron, in units of time.
    pub fn intervals(&self, neuron: usize) -> Vec<f64> {
        let pairs = self.train(neuron).windows(2);
        pairs
            .map(|pair| (pair[1] - pair[0]) as f64 * self.step_time())
            .collect()
    }

    /// The intervals of all neurons, one neuron after the other.
    pub fn all_intervals(&self) -> Vec<f64> {
        (0..self.neurons())
            .flat_map(|neuron| self.intervals(neuron))
            .collect()
    }

    /// The [`cv`] of each neuron; NaN of one with fewer than three spikes.
    pub fn cvs(&self) -> Vec<f64> {
        (0..self.neurons())
            .map(|neuron| cv(&self.intervals(neuron)))
            .collect()
    }

    /// The [`lv`] of each neuron; NaN of one with fewer than three spikes.
    pub fn lvs(&self) -> Vec<f64> {
        (0..self.neurons())
            .map(|neuron| lv(&self.intervals(neuron)))
            .collect()
    }
}
