//! The figures that a program prints.

use std::fmt;
use std::fs;
use std::time::Duration;

use anyhow::Result;

use crate::simulation::{Build, Simulation, WARM_UP};

/// The figures of a simulation. Warm-up counts in the peak memory only.
#[derive(Clone, Debug)]
pub struct Report {
    /// Worker threads.
    pub workers: usize,
    /// The cost of building the network.
    pub build: Build,
    /// The model time that was measured, in s.
    pub model_time: f64,
    /// Time that it took.
    pub run_time: Duration,
    /// Each population's activity.
    pub populations: Vec<Activity>,
    /// The share of neurons that are not at rest at the end, where most are.
    pub awake: Option<f64>,
    /// The most memory that the process has had, in bytes, where the system says.
    pub peak_memory: Option<usize>,
    /// The weights that learn, at the end.
    pub weights: Option<WeightDistribution>,
}

/// The distribution of weights that learn, in their unit.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct WeightDistribution {
    /// Their mean.
    pub mean: f64,
    /// Their standard deviation.
    pub sd: f64,
    /// The weight that 5 % are below.
    pub low: f64,
    /// The weight that 95 % are below.
    pub high: f64,
}

impl WeightDistribution {
    fn of(mut weights: Vec<f32>) -> Option<WeightDistribution> {
        let count = weights.len() as f64;
        let mean = weights.iter().copied().map(f64::from).sum::<f64>() / count;
        let squares = weights
            .iter()
            .map(|weight| (f64::from(*weight) - mean).powi(2));
        let sd = (squares.sum::<f64>() / count).sqrt();
        weights.sort_unstable_by(f32::total_cmp);
        let last = weights.len().checked_sub(1)?;
        let below = |share: f64| f64::from(weights[(share * last as f64) as usize]);
        Some(WeightDistribution {
            mean,
            sd,
            low: below(0.05),
            high: below(0.95),
        })
    }
}

/// The activity of a population.
#[derive(Clone, Copy, Debug)]
pub struct Activity {
    /// The population's name.
    pub name: &'static str,
    /// Number of neurons.
    pub neurons: usize,
    /// Their number of spikes.
    pub spikes: usize,
    /// The neurons that have fired.
    pub active: usize,
    /// Spikes, each times the number of synapses of its neuron, or the mean number of its population.
    pub events: f64,
    /// Spikes a second and neuron.
    pub rate: f64,
    /// The irregularity of their firing: the mean, over the neurons with at least three spikes, of
    /// the coefficient of variation of the intervals between them. NaN where there are none.
    pub irregularity: f64,
    /// The synchrony of their firing: the mean, over all pairs of neurons that fire, of the
    /// correlation coefficient of their spike counts in bins of 2 ms. NaN where there are no pairs.
    pub correlation: f64,
    /// The rate in the literature.
    pub published: Option<f64>,
}

impl Report {
    /// The figures of a simulation of which the steps from `first` on were measured.
    pub(super) fn new(simulation: &Simulation, first: u64, run_time: Duration) -> Result<Report> {
        let steps = simulation.net.time_step() + 1 - first;
        let model_time = steps as f64 * simulation.dt / 1000.0;
        let bins = Bins::new(steps, simulation.dt);
        let activities = simulation.populations.iter().map(|population| {
            let mut events = population.spikes.events();
            events.retain(|(step, _)| *step >= first);
            let (neurons, spikes) = (population.neurons, events.len());
            Activity {
                name: population.name,
                neurons,
                spikes,
                active: active(neurons, &events),
                events: match &population.degrees {
                    Some(degrees) => events.iter().map(|(_, it)| f64::from(degrees[*it])).sum(),
                    None => spikes as f64 * population.synapses as f64 / neurons as f64,
                },
                rate: spikes as f64 / neurons as f64 / model_time,
                irregularity: irregularity(neurons, &events),
                correlation: correlation(neurons, &events, first, bins),
                published: population.published,
            }
        });
        let awake = simulation.awake.as_ref().map(|awake| awake());
        let peak_memory = peak_memory();
        // Weights that are read take memory, which is not that of the simulation.
        let weights = match &simulation.plastic {
            Some(weights) => WeightDistribution::of(weights.get()?.into_iter().collect()),
            None => None,
        };
        Ok(Report {
            awake: awake.transpose()?,
            workers: simulation.net.workers(),
            build: simulation.build,
            model_time,
            run_time,
            populations: activities.collect(),
            peak_memory,
            weights,
        })
    }

    /// Neurons of all populations.
    pub fn neurons(&self) -> usize {
        self.populations.iter().map(|part| part.neurons).sum()
    }

    /// Synapses that a spike passed, a second of run time.
    pub fn events_per_second(&self) -> f64 {
        self.events() / self.run_time.as_secs_f64()
    }

    /// Synapses that a spike passed.
    fn events(&self) -> f64 {
        self.populations.iter().map(|part| part.events).sum()
    }

    /// Run time over model time.
    pub fn real_time_factor(&self) -> f64 {
        self.run_time.as_secs_f64() / self.model_time
    }

    /// Spikes a second and neuron, of all populations.
    pub fn rate(&self) -> f64 {
        let spikes: usize = self.populations.iter().map(|part| part.spikes).sum();
        spikes as f64 / self.neurons() as f64 / self.model_time
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Build {
            synapses,
            bytes,
            time,
        } = self.build;
        writeln!(f, "neurons              {:>12}", self.neurons())?;
        writeln!(f, "synapses             {synapses:>12}")?;
        writeln!(f, "workers              {:>12}", self.workers)?;
        writeln!(f, "build time           {:>12.2} s", time.as_secs_f64())?;
        let run_time = self.run_time.as_secs_f64();
        let model_time = self.model_time;
        writeln!(
            f,
            "simulation time      {run_time:>12.3} s for {model_time} s"
        )?;
        writeln!(f, "real-time factor     {:>12.3}", self.real_time_factor())?;
        if synapses > 0 {
            let events = self.events_per_second() / 1e6;
            writeln!(f, "synaptic events      {events:>12.1} million/s")?;
            let each = bytes as f64 / synapses as f64;
            writeln!(f, "bytes per synapse    {each:>12.2}")?;
        }
        if let Some(peak) = self.peak_memory {
            writeln!(f, "peak memory          {:>12.1} MB", peak as f64 / 1e6)?;
        }
        writeln!(f, "mean rate            {:>12.2} Hz", self.rate())?;
        if let Some(WeightDistribution {
            mean,
            sd,
            low,
            high,
        }) = self.weights
        {
            writeln!(
                f,
                "plastic weights      {mean:>12.4} ± {sd:.4}, 90 % from {low:.4} to {high:.4}"
            )?;
        }
        if let Some(awake) = self.awake {
            let spikes: usize = self.populations.iter().map(|part| part.spikes).sum();
            let active: usize = self.populations.iter().map(|part| part.active).sum();
            let a_second = |count: f64| count / self.model_time;
            writeln!(
                f,
                "spikes               {:>12.0} a second",
                a_second(spikes as f64)
            )?;
            writeln!(f, "neurons that fired   {active:>12}")?;
            writeln!(
                f,
                "deliveries           {:>12.0} a second",
                a_second(self.events())
            )?;
            writeln!(f, "neurons awake        {:>12.2} %", 100.0 * awake)?;
        }
        writeln!(
            f,
            "\npopulation   neurons  rate, Hz  published     CV  correlation"
        )?;
        for part in &self.populations {
            let published = part.published.map(|rate| format!("{rate:.1}"));
            writeln!(
                f,
                "{:<10}{:>10}{:>10.2}{:>11}{:>7.2}{:>13.4}",
                part.name,
                part.neurons,
                part.rate,
                published.unwrap_or_default(),
                part.irregularity,
                part.correlation
            )?;
        }
        write!(f, "without the first {WARM_UP} ms, the warm-up")
    }
}

/// The number of neurons with events.
fn active(neurons: usize, events: &[(u64, usize)]) -> usize {
    let mut has_fired = vec![false; neurons];
    events
        .iter()
        .for_each(|(_, neuron)| has_fired[*neuron] = true);
    has_fired.into_iter().filter(|fired| *fired).count()
}

/// The mean coefficient of variation of the intervals between the spikes of a neuron.
fn irregularity(neurons: usize, events: &[(u64, usize)]) -> f64 {
    let mut trains = vec![Vec::new(); neurons];
    for &(step, neuron) in events {
        trains[neuron].push(step);
    }
    let variations = trains.iter().filter(|train| train.len() > 2).map(|train| {
        let intervals = train.windows(2).map(|pair| (pair[1] - pair[0]) as f64);
        let count = (train.len() - 1) as f64;
        let mean = intervals.clone().sum::<f64>() / count;
        let square = intervals.map(|each| each * each).sum::<f64>() / count;
        (square - mean * mean).max(0.0).sqrt() / mean
    });
    let (count, sum) = variations.fold((0, 0.0), |(count, sum), each| (count + 1, sum + each));
    sum / f64::from(count)
}

/// Bins of time in which spikes are counted.
#[derive(Clone, Copy)]
struct Bins {
    /// Steps of a bin.
    steps: u64,
    count: usize,
}

impl Bins {
    /// The width of a bin, in ms.
    const WIDTH: f64 = 2.0;

    /// As many as `steps` steps of `dt` ms have.
    fn new(steps: u64, dt: f64) -> Bins {
        let each = ((Bins::WIDTH / dt).round() as u64).max(1);
        Bins {
            steps: each,
            count: (steps / each) as usize,
        }
    }
}

/// The mean correlation coefficient of the counts of two neurons that fire; the events are of
/// steps from `first` on.
///
/// The counts of a neuron, less their mean and divided by their norm, are a vector of length 1, and
/// a correlation coefficient is the product of two. All pairs of `n` have |Σv|² − n in sum.
fn correlation(neurons: usize, events: &[(u64, usize)], first: u64, bins: Bins) -> f64 {
    let mut counts = vec![Vec::new(); neurons];
    for &(step, neuron) in events {
        let bin = ((step - first) / bins.steps) as usize;
        if bin < bins.count {
            counts[neuron].push(bin);
        }
    }
    let (mut sum, mut firing) = (vec![0.0; bins.count], 0.0);
    let mut offset = 0.0;
    for spikes in counts {
        let count = |bin: &usize| spikes.iter().filter(|other| *other == bin).count() as f64;
        let squares: f64 = spikes.iter().map(count).sum();
        let mean = spikes.len() as f64 / bins.count as f64;
        let norm = (squares - bins.count as f64 * mean * mean).sqrt();
        if norm > 0.0 {
            firing += 1.0;
            offset += mean / norm;
            spikes.iter().for_each(|bin| sum[*bin] += 1.0 / norm);
        }
    }
    let square: f64 = sum.iter().map(|sum| (sum - offset).powi(2)).sum();
    match firing * (firing - 1.0) {
        0.0 => f64::NAN,
        pairs => (square - firing) / pairs,
    }
}

/// The process's peak memory in bytes, where the system says.
fn peak_memory() -> Option<usize> {
    let status = fs::read_to_string("/proc/self/status").ok()?;
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("VmHWM:"))?;
    let kibibytes: usize = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(kibibytes * 1024)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn neurons_that_fire_together_are_correlated() {
        let bins = Bins::new(1000, 0.1);
        let together = (0..20).flat_map(|n| [(1 + 50 * n, 0), (2 + 50 * n, 1)]);
        let together: Vec<(u64, usize)> = together.collect();
        let correlation = |events: &[(u64, usize)]| correlation(3, events, 1, bins);
        assert!((correlation(&together) - 1.0).abs() < 1e-9);
        let in_turns = (0..50).map(|n| (1 + 20 * n, (n % 2) as usize));
        let in_turns: Vec<(u64, usize)> = in_turns.collect();
        assert!((correlation(&in_turns) + 1.0).abs() < 1e-9);
        assert!(correlation(&[(3, 0)]).is_nan(), "there is no pair");
    }
}
