//! Statistics of spike trains and of signals: rates, regularity, correlation, spectra, synchrony.
//!
//! [`SpikeTrains`] are the spikes of several neurons; [`SpikeProbe::trains`](crate::monitor::SpikeProbe::trains)
//! returns them. Functions of numbers stand beside it. A statistic that is not defined for its data
//! is NaN.
//!
//! | statistic | definition | of trains | of numbers |
//! |---|---|---|---|
//! | rate | spikes over time | [`rates`](SpikeTrains::rates), [`mean_rate`](SpikeTrains::mean_rate) | |
//! | population rate | trains, averaged and convolved with a [`RateKernel`] | [`population_rate`](SpikeTrains::population_rate) | [`smooth`] |
//! | intervals | differences of successive spike times | [`intervals`](SpikeTrains::intervals) | |
//! | CV | σ/μ of intervals | [`cvs`](SpikeTrains::cvs) | [`cv`] |
//! | LV | local variation of intervals | [`lvs`](SpikeTrains::lvs) | [`lv`] |
//! | Fano factor | σ²/μ of counts | [`fano_factors`](SpikeTrains::fano_factors) | [`fano_factor`] |
//! | correlation | Pearson's, of counts | [`correlations`](SpikeTrains::correlations) | [`pearson`] |
//! | cross-correlogram | pairs of spikes by lag | [`cross_correlogram`](SpikeTrains::cross_correlogram) | [`autocorrelation`] |
//! | power spectrum | Welch's, of the population rate | [`power_spectrum`](SpikeTrains::power_spectrum) | [`power_spectrum`] |
//! | synchrony | Golomb's χ | [`synchrony`](SpikeTrains::synchrony) | [`synchrony`] |
//! | histogram | numbers by bin | | [`histogram`] |
//!
//! Their results are compared with those of elephant, SciPy and NumPy (`tests/statistics`).

mod correlation;
mod counts;
mod histogram;
mod intervals;
mod rate;
mod spectrum;
mod synchrony;
mod trains;

pub use correlation::{Correlogram, autocorrelation, pearson};
pub use counts::fano_factor;
pub use histogram::{Bins, Histogram, histogram};
pub use intervals::{cv, lv};
pub use rate::{RateCurve, RateKernel, smooth};
pub use spectrum::{PowerSpectrum, power_spectrum};
pub use synchrony::synchrony;
pub use trains::SpikeTrains;

/// The mean of numbers; NaN of none.
fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len() as f64
}

/// The variance of numbers, the mean of squared deviations; NaN of none.
fn variance(values: &[f64]) -> f64 {
    let mean = mean(values);
    let squares = values.iter().map(|value| (value - mean).powi(2));
    squares.sum::<f64>() / values.len() as f64
}
