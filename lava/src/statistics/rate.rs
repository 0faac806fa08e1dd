//! Rates over time: trains convolved with a kernel.

use super::trains::SpikeTrains;

/// The kernel of a rate over time. Its parameter is in units of time.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub enum RateKernel {
    /// A sliding window of this width, centred.
    Boxcar(f64),
    /// A Gaussian of this standard deviation, cut at 4 of them.
    Gaussian(f64),
    /// e^(−t/τ) from the spike on, as a synapse with this time constant, cut at 8 τ.
    Exponential(f64),
    /// t e^(−t/τ) from the spike on, with this time constant, cut at 10 τ.
    Alpha(f64),
}

/// A rate over time.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct RateCurve {
    /// The time of each step, in units of time.
    pub times: Vec<f64>,
    /// The rate in each step, in spikes per second or per step.
    pub rates: Vec<f64>,
}

impl RateKernel {
    /// The weights of a kernel by the distance from a spike in steps, from the first on, which may
    /// be negative.
    fn weights(self, step: f64) -> (i64, Vec<f64>) {
        let reach = |time: f64| (time / step).ceil().clamp(0.0, 1e7) as i64;
        let (first, last) = match self {
            RateKernel::Boxcar(width) => {
                let steps = (width / step).round().max(1.0) as i64;
                (-(steps - 1) / 2, steps / 2)
            }
            RateKernel::Gaussian(sigma) => (-reach(4.0 * sigma), reach(4.0 * sigma)),
            RateKernel::Exponential(tau) => (0, reach(8.0 * tau)),
            RateKernel::Alpha(tau) => (0, reach(10.0 * tau)),
        };
        let at = |distance: i64| {
            let time = distance as f64 * step;
            match self {
                RateKernel::Boxcar(_) => 1.0,
                _ if first == last => 1.0,
                RateKernel::Gaussian(sigma) => (-0.5 * (time / sigma).powi(2)).exp(),
                RateKernel::Exponential(tau) => (-time / tau).exp(),
                RateKernel::Alpha(tau) => time * (-time / tau).exp(),
            }
        };
        let weights: Vec<f64> = (first..=last).map(at).collect();
        let sum: f64 = weights.iter().sum();
        (
            first,
            weights.into_iter().map(|weight| weight / sum).collect(),
        )
    }
}

/// A signal of samples `step` apart, convolved with a kernel. Near the ends, where a part of the
/// kernel lies outside, the sum is divided by the part that lies inside, so that a constant signal
/// stays as it is; it is 0 where no part does.
///
/// ```
/// use lava::statistics::{RateKernel, smooth};
///
/// assert_eq!(smooth(&[0.0, 4.0, 0.0, 0.0], 1.0, RateKernel::Boxcar(2.0)), [0.0, 2.0, 2.0, 0.0]);
/// ```
pub fn smooth(signal: &[f64], step: f64, kernel: RateKernel) -> Vec<f64> {
    let (first, weights) = kernel.weights(step);
    let mut part_before = vec![0.0];
    for weight in &weights {
        part_before.push(part_before[part_before.len() - 1] + weight);
    }
    let len = signal.len() as i64;
    let mut smoothed = vec![0.0; signal.len()];
    for (source, value) in (0..).zip(signal).filter(|(_, value)| **value != 0.0) {
        // The places that the kernel reaches from this one.
        let places = (source + first).max(0)..(source + first + weights.len() as i64).min(len);
        for place in places {
            smoothed[place as usize] += value * weights[(place - source - first) as usize];
        }
    }
    for (place, sum) in (0..).zip(&mut smoothed) {
        // The distances of the sources from 0 to `len`, as indices of weights.
        let index = |distance: i64| (distance - first).clamp(0, weights.len() as i64) as usize;
        let inside = part_before[index(place + 1)] - part_before[index(place + 1 - len)];
        if inside > 0.0 {
            *sum /= inside;
        }
    }
    smoothed
}

impl SpikeTrains {
    /// The rate of the population over time: the mean of the trains, convolved with a `kernel` of
    /// area 1. Near the ends it is divided by the part of the kernel that lies inside.
    ///
    /// Source: Nawrot, Aertsen & Rotter (1999), J. Neurosci. Methods 94.
    ///
    /// ```
    /// # use lava::statistics::{RateKernel, SpikeTrains};
    /// let trains = SpikeTrains::new(2, 1..=4, [(2, 0), (2, 1), (3, 1)]);
    /// let rate = trains.population_rate(RateKernel::Boxcar(1.0));
    /// assert_eq!(rate.rates, [0.0, 1.0, 0.5, 0.0]); // spikes per step
    /// ```
    pub fn population_rate(&self, kernel: RateKernel) -> RateCurve {
        let factor = self.rate_factor() / self.neurons().max(1) as f64;
        let signal: Vec<f64> = self.activity().iter().map(|count| count * factor).collect();
        RateCurve {
            times: self.steps().map(|step| self.time(step)).collect(),
            rates: smooth(&signal, self.step_time(), kernel),
        }
    }

    /// The number of spikes of all neurons in each step.
    pub(super) fn activity(&self) -> Vec<f64> {
        let mut counts = vec![0.0; self.len() as usize];
        for (step, _) in self.events() {
            counts[(step - self.steps().start) as usize] += 1.0;
        }
        counts
    }
}
