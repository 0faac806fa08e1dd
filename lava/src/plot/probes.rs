//! The pictures of probes and of spike trains.

use lava_core::data::Element;
use ndarray::Axis;
use num_traits::AsPrimitive;

use super::curves::{Curves, curves};
use super::kind::Plot;
use super::matrix::{MatrixPlot, matrix};
use super::raster::{Raster, raster};
use super::time::rate_unit;
use super::traces::Traces;
use crate::monitor::{Probe, SpikeProbe};
use crate::statistics::{self, Bins, Histogram, RateKernel, SpikeTrains};
use crate::units::Time;

/// The histogram of values; `quantity` labels their axis, `"weight (pA)"`.
///
/// ```
/// use lava::plot::histogram;
/// use lava::statistics::Bins;
///
/// histogram("weight (pA)", &[1.0, 2.0, 2.5], Bins::Number(10)).to_svg()?;
/// # Ok::<(), lava::Error>(())
/// ```
pub fn histogram(quantity: &str, values: &[f64], bins: Bins) -> Plot<Curves> {
    let Histogram {
        edges,
        counts,
        not_finite,
    } = statistics::histogram(values, bins);
    let heights: Vec<f64> = counts.iter().map(|count| *count as f64).collect();
    let name = match not_finite {
        0 => String::new(),
        count => format!(
            "{} values; {count} are not finite",
            values.len() as u64 - count
        ),
    };
    curves(quantity, "number").bars(name, &edges, &heights)
}

/// Bins for a number of values: as many as its square root, 50 at most.
fn bins_for(count: usize) -> Bins {
    Bins::Number((count as f64).sqrt().ceil().clamp(5.0, 50.0) as usize)
}

/// A quantity and the unit of time.
fn in_time(trains: &SpikeTrains, quantity: &str) -> String {
    let unit = if trains.dt().is_some() { "ms" } else { "steps" };
    format!("{quantity} ({unit})")
}

/// Pictures.
impl SpikeTrains {
    /// The histogram of the neurons' rates.
    pub fn rate_histogram(&self) -> Plot<Curves> {
        let label = format!("rate ({})", rate_unit(self.dt()));
        histogram(&label, &self.rates(), bins_for(self.neurons())).y_label("neurons")
    }

    /// The histogram of the intervals between the spikes of each neuron.
    pub fn interval_histogram(&self) -> Plot<Curves> {
        let intervals = self.all_intervals();
        let longest = intervals.iter().copied().fold(0.0, f64::max);
        // Bins of whole steps, lest some have more steps than others.
        let steps = (longest / self.step_time() / 50.0).ceil().max(1.0);
        let width = steps * self.step_time();
        // Around the steps: an interval of one step is in the middle of its bin.
        let shifted: Vec<f64> = intervals
            .iter()
            .map(|interval| interval + 0.5 * self.step_time())
            .collect();
        let Histogram { edges, counts, .. } = statistics::histogram(&shifted, Bins::Width(width));
        let edges: Vec<f64> = edges
            .iter()
            .map(|edge| edge - 0.5 * self.step_time())
            .collect();
        let heights: Vec<f64> = counts.iter().map(|count| *count as f64).collect();
        let mut plot = curves(in_time(self, "interval"), "intervals").bars("", &edges, &heights);
        plot.kind.nothing = "no neuron has two spikes";
        plot
    }

    /// The rate of the population over time, by a kernel.
    pub fn rate_curve(&self, kernel: RateKernel) -> Plot<Curves> {
        let curve = self.population_rate(kernel);
        let label = format!("rate ({})", rate_unit(self.dt()));
        curves(in_time(self, "time"), label).curve("", &curve.times, &curve.rates)
    }

    /// The power spectrum of the population rate, in segments of `segment` units of time.
    pub fn spectrum(&self, segment: f64) -> Plot<Curves> {
        let spectrum = self.power_spectrum(segment);
        let (x, y) = match self.dt() {
            Some(_) => ("frequency (Hz)", "power (spikes²/s²/Hz)"),
            None => ("frequency (cycles/step)", "power (spikes²/step)"),
        };
        // The mean is taken off, so the power at 0 says nothing.
        let (frequencies, power) = (spectrum.frequencies.get(1..), spectrum.power.get(1..));
        curves(x, y)
            .curve(
                "",
                frequencies.unwrap_or_default(),
                power.unwrap_or_default(),
            )
            .log_y()
    }

    /// The cross-correlogram of two neurons, with the level that independent ones would have.
    pub fn correlogram(&self, one: usize, other: usize, width: f64, max_lag: f64) -> Plot<Curves> {
        let correlogram = self.cross_correlogram(one, other, width, max_lag);
        let half = match correlogram.lags[..] {
            [first, second, ..] => (second - first) / 2.0,
            _ => width / 2.0,
        };
        let mut edges: Vec<f64> = correlogram.lags.iter().map(|lag| lag - half).collect();
        edges.extend(correlogram.lags.last().map(|lag| lag + half));
        curves(
            in_time(self, &format!("lag of neuron {other} after {one}")),
            "pairs of spikes",
        )
        .bars("", &edges, &correlogram.counts)
        .level("expected of independent neurons", correlogram.expected)
    }

    /// The correlation coefficients of all pairs of neurons, of counts in bins of `width` units of time.
    pub fn correlation_matrix(&self, width: f64) -> Plot<MatrixPlot> {
        matrix(self.correlations(width).view())
            .range(-1.0, 1.0)
            .x_label("neuron")
            .y_label("neuron")
            .quantity("correlation")
    }
}

/// Pictures, with the feature `plot`.
impl SpikeProbe {
    /// A mark for every spike in memory: see [`raster`].
    pub fn raster(&self) -> Plot<Raster> {
        raster(&self.trains())
    }

    /// The histogram of the neurons' rates.
    pub fn rate_histogram(&self) -> Plot<Curves> {
        self.trains().rate_histogram()
    }

    /// The histogram of the intervals between the spikes of each neuron.
    pub fn interval_histogram(&self) -> Plot<Curves> {
        self.trains().interval_histogram()
    }

    /// The rate of the population over time, by a kernel, whose parameter is in ms or steps.
    pub fn rate_curve(&self, kernel: RateKernel) -> Plot<Curves> {
        self.trains().rate_curve(kernel)
    }

    /// The power spectrum of the population rate, in segments of `segment` ms or steps.
    pub fn spectrum(&self, segment: f64) -> Plot<Curves> {
        self.trains().spectrum(segment)
    }

    /// The cross-correlogram of two neurons in bins of `width` ms or steps, with the level that
    /// independent ones would have.
    pub fn correlogram(&self, one: usize, other: usize, width: f64, max_lag: f64) -> Plot<Curves> {
        self.trains().correlogram(one, other, width, max_lag)
    }

    /// The correlation coefficients of all pairs of neurons, of counts in bins of `width` ms or
    /// steps.
    pub fn correlation_matrix(&self, width: f64) -> Plot<MatrixPlot> {
        self.trains().correlation_matrix(width)
    }
}

/// Pictures, with the feature `plot`.
impl<T: Element + AsPrimitive<f64>> Probe<T> {
    /// The values over time: of the first five elements, or those that are
    /// [selected](Plot::select).
    ///
    /// ```
    /// # use lava::prelude::*;
    /// # use lava::proc::Lif;
    /// # fn main() -> lava::Result<()> {
    /// # let net = Network::<Loihi1SimCfg>::new();
    /// let lif: Lif = net.add(Lif::shape([3]).bias_mant([1.0, 2.0, 3.0]).vth(10.0))?;
    /// let (voltage, spikes) = (net.probe(&lif.v)?, net.probe(&lif.s_out)?);
    /// net.run(RunSteps(50))?;
    /// let picture = voltage.traces().select([0, 2]).spikes(&spikes.trains()).level("threshold", 10.0);
    /// # picture.to_svg()?;
    /// # net.stop()
    /// # }
    /// ```
    pub fn traces(&self) -> Plot<Traces> {
        let (steps, data) = self.table();
        let rows = data.len_of(Axis(0));
        let width = data.len().checked_div(rows).unwrap_or(0);
        let flat: Vec<f64> = data.iter().map(|value| value.as_()).collect();
        let element = |index: usize| (0..rows).map(|row| flat[row * width + index]).collect();
        let values: Vec<Vec<f64>> = (0..width).map(element).collect();
        Plot::new(Traces::new(&self.quantity(), self.dt(), steps, values))
    }

    /// The values as colours: time on x, elements on y.
    pub fn matrix(&self) -> Plot<MatrixPlot> {
        let (steps, data) = self.table();
        let rows = data.len_of(Axis(0));
        let width = data.len().checked_div(rows).unwrap_or(0);
        let flat: Vec<f64> = data.iter().map(|value| value.as_()).collect();
        let table = ndarray::Array2::from_shape_fn((width, rows), |(element, row)| {
            flat[row * width + element]
        });
        let step = self.dt().map_or(1.0, Time::in_ms);
        let first = steps.first().map_or(0.0, |step| *step as f64 - 1.0) * step;
        let last = steps.last().map_or(1.0, |step| *step as f64) * step;
        let unit = if self.dt().is_some() {
            "time (ms)"
        } else {
            "time (steps)"
        };
        matrix(table.view())
            .columns(first, last)
            .x_label(unit)
            .y_label("element")
            .quantity(self.quantity())
    }
}
