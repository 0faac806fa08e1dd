//! The spikes of several neurons over some steps.

use std::ops::{Range, RangeInclusive};

use crate::units::Time;

/// The spikes of several neurons over some steps, by neuron.
///
/// Step *t* is the time from *(t − 1) dt* to *t dt*, and its spikes have the time *t dt*. Times,
/// widths and lags are in *units of time*: milliseconds if the step has a duration, else steps.
/// Rates are in spikes per second, else in spikes per step. What is to be a whole number of steps is
/// rounded, to one at least.
///
/// ```
/// use lava::statistics::SpikeTrains;
/// use lava::units::ms;
///
/// // (step, neuron), as `SpikeProbe::events` returns them.
/// let trains = SpikeTrains::new(2, 1..=1000, [(10, 0), (30, 0), (35, 1), (60, 0)]).with_dt(0.1 * ms);
/// assert_eq!(trains.times(0), [1.0, 3.0, 6.0]); // ms
/// assert_eq!(trains.intervals(0), [2.0, 3.0]);
/// assert_eq!(trains.rates(), [30.0, 10.0]); // spikes per second
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct SpikeTrains {
    /// The steps, the last excluded.
    steps: Range<u64>,
    /// The steps from one that is recorded to the next.
    interval: u64,
    dt: Option<Time>,
    /// The beginnings of the spikes of each neuron in `spikes`, and the end.
    heads: Vec<usize>,
    /// The steps of the spikes, ascending for each neuron.
    spikes: Vec<u64>,
}

impl SpikeTrains {
    /// The trains of `neurons` neurons over `steps`, of events (step, neuron) in any order. Events of
    /// other steps or neurons are left out.
    pub fn new(
        neurons: usize,
        steps: RangeInclusive<u64>,
        events: impl IntoIterator<Item = (u64, usize)>,
    ) -> SpikeTrains {
        let end = steps.end().saturating_add(1).max(*steps.start());
        let steps = *steps.start()..end;
        let mut trains = vec![Vec::new(); neurons];
        for (step, neuron) in events {
            if let Some(train) = trains.get_mut(neuron)
                && steps.contains(&step)
            {
                train.push(step);
            }
        }
        let mut all = SpikeTrains {
            steps,
            interval: 1,
            dt: None,
            heads: vec![0],
            spikes: Vec::new(),
        };
        for mut train in trains {
            train.sort_unstable();
            all.push(&train);
        }
        all
    }

    fn push(&mut self, train: &[u64]) {
        self.spikes.extend_from_slice(train);
        self.heads.push(self.spikes.len());
    }

    /// Sets the duration of a step; [`Network::set_dt`](crate::Network::set_dt) is known to probes.
    #[must_use]
    pub fn with_dt(mut self, dt: Time) -> SpikeTrains {
        self.dt = Some(dt);
        self
    }

    /// Says that one step of `interval` is recorded: rates count only these.
    pub(crate) fn with_interval(mut self, interval: u64) -> SpikeTrains {
        self.interval = interval.max(1);
        self
    }

    /// The trains of some neurons, in the order of `neurons`; those that do not exist are left out.
    #[must_use]
    pub fn select(&self, neurons: impl IntoIterator<Item = usize>) -> SpikeTrains {
        let mut some = self.without_spikes();
        for neuron in neurons {
            if neuron < self.neurons() {
                some.push(self.train(neuron));
            }
        }
        some
    }

    /// The spikes of some of the steps, without a transient for instance.
    #[must_use]
    pub fn between(&self, steps: RangeInclusive<u64>) -> SpikeTrains {
        let start = self.steps.start.max(*steps.start());
        let end = self.steps.end.min(steps.end().saturating_add(1)).max(start);
        let mut some = self.without_spikes();
        some.steps = start..end;
        for train in self.trains() {
            let from = train.partition_point(|step| *step < start);
            let to = train.partition_point(|step| *step < end);
            some.push(&train[from..to]);
        }
        some
    }

    fn without_spikes(&self) -> SpikeTrains {
        SpikeTrains {
            steps: self.steps.clone(),
            interval: self.interval,
            dt: self.dt,
            heads: vec![0],
            spikes: Vec::new(),
        }
    }

    /// The number of neurons.
    pub fn neurons(&self) -> usize {
        self.heads.len() - 1
    }

    /// The number of spikes.
    pub fn spikes(&self) -> usize {
        self.spikes.len()
    }

    /// The steps, the last excluded.
    pub fn steps(&self) -> Range<u64> {
        self.steps.clone()
    }

    /// The duration of a step. Returns `None` if it has none.
    pub fn dt(&self) -> Option<Time> {
        self.dt
    }

    /// The steps of a neuron's spikes, ascending; none of a neuron that does not exist.
    pub fn train(&self, neuron: usize) -> &[u64] {
        match self.heads.get(neuron..) {
            Some([from, to, ..]) => &self.spikes[*from..*to],
            _ => &[],
        }
    }

    pub(super) fn trains(&self) -> impl Iterator<Item = &[u64]> {
        (0..self.neurons()).map(|neuron| self.train(neuron))
    }

    /// All spikes, (step, neuron), by neuron.
    pub fn events(&self) -> impl Iterator<Item = (u64, usize)> {
        let neurons = 0..self.neurons();
        neurons.flat_map(|neuron| self.train(neuron).iter().map(move |step| (*step, neuron)))
    }

    /// The times of a neuron's spikes, in units of time.
    pub fn times(&self, neuron: usize) -> Vec<f64> {
        self.train(neuron)
            .iter()
            .map(|step| self.time(*step))
            .collect()
    }

    /// The time of a step in units of time: of its end.
    pub fn time(&self, step: u64) -> f64 {
        step as f64 * self.step_time()
    }

    /// The duration of a step in units of time.
    pub fn step_time(&self) -> f64 {
        self.dt.map_or(1.0, Time::in_ms)
    }

    /// The duration of all steps in units of time.
    pub fn duration(&self) -> f64 {
        self.len() as f64 * self.step_time()
    }

    /// The number of steps.
    pub(super) fn len(&self) -> u64 {
        self.steps.end - self.steps.start
    }

    /// The number of steps of a time, at least one.
    pub(super) fn in_steps(&self, time: f64) -> u64 {
        (time / self.step_time()).round().max(1.0) as u64
    }

    /// The factor from spikes per step to the unit of rates: spikes per second, or per step.
    pub(super) fn rate_factor(&self) -> f64 {
        let per_step = self.dt.map_or(1.0, |dt| 1000.0 / dt.in_ms());
        per_step * self.interval as f64
    }

    /// The number of spikes of each neuron.
    pub fn counts(&self) -> Vec<u64> {
        self.trains().map(|train| train.len() as u64).collect()
    }

    /// The rate of each neuron, its number of spikes over the duration, in spikes per second or per
    /// step. Of a probe that records every n-th step, the duration is that of the recorded steps.
    pub fn rates(&self) -> Vec<f64> {
        let rate = |train: &[u64]| train.len() as f64 / self.len() as f64 * self.rate_factor();
        self.trains().map(rate).collect()
    }

    /// The mean rate of the neurons, in spikes per second or per step; NaN without neurons.
    pub fn mean_rate(&self) -> f64 {
        super::mean(&self.rates())
    }
}
