//! Power spectra by Welch's method.

use std::f64::consts::PI;

use super::mean;
use super::trains::SpikeTrains;

/// The power of a signal by frequency.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct PowerSpectrum {
    /// The frequencies, from 0 to half the sampling rate: of trains in Hz, or in cycles per step.
    pub frequencies: Vec<f64>,
    /// The one-sided power spectral density, in the signal's unit squared over that of frequency.
    pub power: Vec<f64>,
}

impl PowerSpectrum {
    /// The frequency with most power, 0 excluded. Returns `None` of an empty spectrum.
    pub fn peak(&self) -> Option<f64> {
        let pairs = self.frequencies.iter().zip(&self.power).skip(1);
        let most = pairs.max_by(|one, other| one.1.total_cmp(other.1));
        most.map(|(frequency, _)| *frequency)
    }
}

/// The one-sided power spectral density of a signal that is sampled `sample_rate` times per unit of
/// time, by Welch's method: the mean of the periodograms of segments that overlap by half, each less
/// its mean, under a Hann window. A segment has `segment` samples, rounded down to a power of two,
/// at most the length of the signal; fewer make a smoother spectrum of coarser frequencies. A signal
/// of fewer than two samples has an empty spectrum.
///
/// Source: Welch (1967), IEEE Trans. Audio Electroacoust. 15.
///
/// ```
/// use lava::statistics::power_spectrum;
///
/// let wave: Vec<f64> = (0..1024).map(|n| (2.0 * 3.14159 * 50.0 * f64::from(n) / 1000.0).sin()).collect();
/// let peak = power_spectrum(&wave, 1000.0, 512).peak().expect("there are frequencies");
/// assert!((peak - 50.0).abs() < 2.0);
/// ```
pub fn power_spectrum(signal: &[f64], sample_rate: f64, segment: usize) -> PowerSpectrum {
    let len = segment.min(signal.len());
    if len < 2 {
        return PowerSpectrum {
            frequencies: Vec::new(),
            power: Vec::new(),
        };
    }
    let len = 1 << len.ilog2();
    let window: Vec<f64> = (0..len)
        .map(|n| 0.5 - 0.5 * (2.0 * PI * n as f64 / len as f64).cos())
        .collect();
    let scale = 1.0 / (sample_rate * window.iter().map(|weight| weight * weight).sum::<f64>());
    let (mut power, mut segments) = (vec![0.0; len / 2 + 1], 0.0);
    for start in (0..=signal.len() - len).step_by(len / 2) {
        let part = &signal[start..start + len];
        let mean = mean(part);
        let windowed = part
            .iter()
            .zip(&window)
            .map(|(value, weight)| (value - mean) * weight);
        let mut values: Vec<Complex> = windowed.map(|value| (value, 0.0)).collect();
        fourier_transform(&mut values);
        for (sum, (re, im)) in power.iter_mut().zip(&values) {
            *sum += (re * re + im * im) * scale;
        }
        segments += 1.0;
    }
    let last = power.len() - 1;
    for (index, value) in power.iter_mut().enumerate() {
        // Negative frequencies are folded onto positive ones.
        let sides = if index == 0 || index == last {
            1.0
        } else {
            2.0
        };
        *value *= sides / segments;
    }
    PowerSpectrum {
        frequencies: (0..power.len())
            .map(|n| n as f64 * sample_rate / len as f64)
            .collect(),
        power,
    }
}

/// A real and an imaginary part.
type Complex = (f64, f64);

/// The discrete Fourier transform, in place, of a power of two of values: Cooley & Tukey's, radix 2.
fn fourier_transform(values: &mut [Complex]) {
    let len = values.len();
    let mut reversed = 0;
    for index in 1..len {
        let mut bit = len >> 1;
        while reversed & bit != 0 {
            reversed ^= bit;
            bit >>= 1;
        }
        reversed |= bit;
        if index < reversed {
            values.swap(index, reversed);
        }
    }
    let mut half = 1;
    while half < len {
        let turn = |k: usize| {
            let angle = -PI * k as f64 / half as f64;
            (angle.cos(), angle.sin())
        };
        let turns: Vec<Complex> = (0..half).map(turn).collect();
        for block in values.chunks_exact_mut(2 * half) {
            let (even, odd) = block.split_at_mut(half);
            for ((even, odd), (cos, sin)) in even.iter_mut().zip(odd).zip(&turns) {
                let turned = (odd.0 * cos - odd.1 * sin, odd.0 * sin + odd.1 * cos);
                *odd = (even.0 - turned.0, even.1 - turned.1);
                *even = (even.0 + turned.0, even.1 + turned.1);
            }
        }
        half *= 2;
    }
}

impl SpikeTrains {
    /// The [`power_spectrum`] of the population rate, without a kernel, in segments of `segment`
    /// units of time, rounded down to a power of two of steps. Frequencies are in Hz, or in cycles
    /// per step.
    pub fn power_spectrum(&self, segment: f64) -> PowerSpectrum {
        let factor = self.rate_factor() / self.neurons().max(1) as f64;
        let signal: Vec<f64> = self.activity().iter().map(|count| count * factor).collect();
        let sample_rate = self.dt().map_or(1.0, |dt| 1000.0 / dt.in_ms());
        power_spectrum(&signal, sample_rate, self.in_steps(segment) as usize)
    }
}
