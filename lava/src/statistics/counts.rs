//! Counts of spikes in bins.

use ndarray::Array2;

use super::trains::SpikeTrains;
use super::{mean, variance};

/// The Fano factor of counts, F = σ²/μ with the variance over all n: 1 of a Poisson process. The
/// counts are those of trials, or of successive windows. NaN if all are zero.
///
/// Source: Fano (1947), Phys. Rev. 72; Shadlen & Newsome (1998), J. Neurosci. 18.
///
/// ```
/// assert_eq!(lava::statistics::fano_factor(&[1.0, 3.0]), 0.5);
/// ```
pub fn fano_factor(counts: &[f64]) -> f64 {
    variance(counts) / mean(counts)
}

impl SpikeTrains {
    /// The number of spikes of each neuron in successive bins of `width` units of time, of shape
    /// `[neurons, bins]`. The steps left over by the last whole bin are not counted.
    ///
    /// ```
    /// # use lava::statistics::SpikeTrains;
    /// let trains = SpikeTrains::new(2, 1..=7, [(1, 0), (3, 0), (4, 1), (7, 0)]);
    /// assert_eq!(trains.binned(3.0), ndarray::arr2(&[[2.0, 0.0], [0.0, 1.0]]));
    /// ```
    pub fn binned(&self, width: f64) -> Array2<f64> {
        let width = self.in_steps(width);
        let bins = (self.len() / width) as usize;
        let mut counts = Array2::zeros((self.neurons(), bins));
        for (step, neuron) in self.events() {
            let bin = ((step - self.steps().start) / width) as usize;
            if bin < bins {
                counts[[neuron, bin]] += 1.0;
            }
        }
        counts
    }

    /// The [`fano_factor`] of each neuron, of its counts in successive windows of `width` units of
    /// time.
    pub fn fano_factors(&self, width: f64) -> Vec<f64> {
        let counts = self.binned(width);
        counts
            .rows()
            .into_iter()
            .map(|row| fano_factor(&row.to_vec()))
            .collect()
    }
}
