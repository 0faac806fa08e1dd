//! Correlations of trains and signals.

use ndarray::Array2;

use super::mean;
use super::trains::SpikeTrains;

/// Pearson's correlation coefficient of two signals of one length, from −1 to 1. NaN if one of them
/// is constant.
///
/// # Panics
/// If the lengths differ.
///
/// ```
/// assert_eq!(lava::statistics::pearson(&[1.0, 2.0, 3.0], &[2.0, 4.0, 6.0]), 1.0);
/// ```
pub fn pearson(one: &[f64], other: &[f64]) -> f64 {
    assert_eq!(
        one.len(),
        other.len(),
        "two signals of one length are compared"
    );
    let (one, other) = (deviations(one), deviations(other));
    let product = dot(&one, &other);
    let scale = (dot(&one, &one) * dot(&other, &other)).sqrt();
    if scale == 0.0 {
        f64::NAN
    } else {
        product / scale
    }
}

/// The autocorrelation of a signal at lags from 0 to `max_lag` samples, 1 at lag 0: the mean product
/// of deviations from the mean that lie the lag apart, over the variance. NaN if the signal is
/// constant, and at lags that it is too short for.
///
/// ```
/// let alternating = [1.0, -1.0, 1.0, -1.0];
/// assert_eq!(lava::statistics::autocorrelation(&alternating, 2), [1.0, -1.0, 1.0]);
/// ```
pub fn autocorrelation(signal: &[f64], max_lag: usize) -> Vec<f64> {
    let changes = deviations(signal);
    let covariance = |lag: usize| match changes.get(lag..) {
        Some(later) if !later.is_empty() => dot(&changes, later) / later.len() as f64,
        _ => f64::NAN,
    };
    let variance = covariance(0);
    let at = |lag| {
        if variance == 0.0 {
            f64::NAN
        } else {
            covariance(lag) / variance
        }
    };
    (0..=max_lag).map(at).collect()
}

fn deviations(values: &[f64]) -> Vec<f64> {
    let mean = mean(values);
    values.iter().map(|value| value - mean).collect()
}

fn dot(one: &[f64], other: &[f64]) -> f64 {
    one.iter().zip(other).map(|(a, b)| a * b).sum()
}

/// The number of pairs of spikes by lag: see [`SpikeTrains::cross_correlogram`].
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Correlogram {
    /// The lag of each bin, the second train after the first, in units of time.
    pub lags: Vec<f64>,
    /// The number of pairs of spikes with this lag.
    pub counts: Vec<f64>,
    /// The number to be expected at a lag if the trains were independent Poisson processes of
    /// constant rates.
    pub expected: f64,
}

impl SpikeTrains {
    /// Pearson's correlation coefficients of the neurons' counts in bins of `width` units of time,
    /// of shape `[neurons, neurons]`. NaN where a neuron's counts are all the same.
    ///
    /// Source: de la Rocha et al. (2007), Nature 448.
    pub fn correlations(&self, width: f64) -> Array2<f64> {
        let counts = self.binned(width);
        let changes: Vec<Vec<f64>> = counts
            .rows()
            .into_iter()
            .map(|row| deviations(&row.to_vec()))
            .collect();
        let norms: Vec<f64> = changes.iter().map(|row| dot(row, row).sqrt()).collect();
        Array2::from_shape_fn((self.neurons(), self.neurons()), |(one, other)| {
            let scale = norms[one] * norms[other];
            if scale == 0.0 {
                f64::NAN
            } else if one == other {
                1.0
            } else {
                dot(&changes[one], &changes[other]) / scale
            }
        })
    }

    /// The cross-correlogram of neurons `one` and `other`: the sum over bins of the product of both
    /// counts, that of `other` the lag later, for lags from −`max_lag` to `max_lag`. Bins have
    /// `width` units of time. The auto-correlogram of a neuron is that with itself; its count at lag
    /// 0 is the number of its spikes, if a bin has one at most.
    ///
    /// Source: Perkel, Gerstein & Moore (1967), Biophys. J. 7.
    ///
    /// ```
    /// # use lava::statistics::SpikeTrains;
    /// let trains = SpikeTrains::new(2, 1..=10, [(2, 0), (3, 1), (6, 0), (7, 1)]);
    /// let correlogram = trains.cross_correlogram(0, 1, 1.0, 2.0);
    /// assert_eq!(correlogram.lags, [-2.0, -1.0, 0.0, 1.0, 2.0]);
    /// assert_eq!(correlogram.counts, [0.0, 0.0, 0.0, 2.0, 0.0]);
    /// ```
    pub fn cross_correlogram(
        &self,
        one: usize,
        other: usize,
        width: f64,
        max_lag: f64,
    ) -> Correlogram {
        let steps = self.in_steps(width);
        let width = steps as f64 * self.step_time();
        let counts = self.select([one, other]).binned(width);
        let reach = (max_lag / width).round().max(0.0) as i64;
        let lags: Vec<i64> = (-reach..=reach).collect();
        if counts.nrows() < 2 {
            return Correlogram {
                counts: vec![0.0; lags.len()],
                lags: lags.iter().map(|lag| *lag as f64 * width).collect(),
                expected: 0.0,
            };
        }
        let (first, second) = (counts.row(0).to_vec(), counts.row(1).to_vec());
        let at = |lag: &i64| {
            let skip = lag.unsigned_abs() as usize;
            let later = |values: &'_ [f64]| values.get(skip..).unwrap_or(&[]).to_vec();
            match lag {
                0.. => dot(&first, &later(&second)),
                _ => dot(&later(&first), &second),
            }
        };
        let bins = first.len() as f64;
        Correlogram {
            counts: lags.iter().map(at).collect(),
            expected: first.iter().sum::<f64>() * second.iter().sum::<f64>() / bins,
            lags: lags.iter().map(|lag| *lag as f64 * width).collect(),
        }
    }
}
