//! Reports: what a network has run, what it took, and what to do about it.

mod advice;
mod html;
mod text;

use std::time::Duration;

pub use advice::Advice;
#[cfg(feature = "plot")]
pub(crate) use html::escaped;

use crate::units::Time;

/// A report on a network: see [`Network::report`](crate::Network::report).
///
/// Its `Display` is a page of text, [`to_html`](Report::to_html) a page for a browser.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Report {
    /// The version of this library.
    pub version: &'static str,
    /// The operating system and the architecture.
    pub platform: String,
    /// The program was compiled with optimisations, as by `cargo run --release`.
    pub is_optimised: bool,
    /// The run configuration.
    pub configuration: &'static str,
    /// The seed of the network.
    pub seed: u64,
    /// The number of workers.
    pub workers: usize,
    /// The number of cores that the program may use.
    pub cores: usize,
    /// The time step, counted from the start or the last reset.
    pub time_step: u64,
    /// The duration of a step in the model. Returns `None` if it has none.
    pub dt: Option<Time>,
    /// The number of steps that were measured: those made while the network was profiled.
    pub steps: u64,
    /// The wall time of these steps.
    pub wall_time: Duration,
    /// The number of recorders of probes; a probe has one for each shard.
    pub recorders: usize,
    /// A row for each process with a model, in the order in which they were added.
    pub processes: Vec<ProcessReport>,
}

/// The row of a process in a [`Report`].
///
/// Operations are proxies of energy, by which networks are compared across machines: counts, of which
/// a chip has a price each. They are estimates where a process has several out-ports.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct ProcessReport {
    /// The process.
    pub process: String,
    /// The type of the process.
    pub kind: &'static str,
    /// The type of the model.
    pub model: &'static str,
    /// The workers of its shards; none of an asynchronous or detached process, which is not measured.
    pub workers: Vec<usize>,
    /// The time of its models, summed over shards.
    pub time: Duration,
    /// The number of elements that it updates in a step: its neurons; 0 of synapses.
    pub neurons: u64,
    /// The number of its inputs.
    pub inputs: u64,
    /// The number of its synapses; of those that are drawn, the number to be expected.
    pub synapses: u64,
    /// The part of the synapses that are stored and zero; NaN if unknown.
    pub zero_synapses: f64,
    /// The number of spikes and numbers that it has sent.
    pub sent: u64,
    /// The number of spikes and numbers that were sent to it.
    pub received: u64,
    /// The port through which it sends carries spikes.
    pub sends_spikes: bool,
    /// Updates of neurons: neurons × steps.
    pub neuron_updates: u64,
    /// Synaptic operations: messages received × synapses for each input.
    pub synaptic_operations: u64,
    /// The bytes that these operations read and write: state of neurons twice, synapses once, messages
    /// once by the sender and once by each receiver, of 4 bytes each.
    pub bytes_moved: u64,
    /// The estimate of its memory in bytes.
    pub memory: u64,
    /// The part of the memory that is for messages.
    pub message_memory: u64,
}

impl Report {
    /// The time in the model. Returns `None` without a time step.
    pub fn model_time(&self) -> Option<Time> {
        self.dt.map(|dt| self.steps as f64 * dt)
    }

    /// Wall time over model time. Returns `None` without a time step or steps.
    pub fn real_time_factor(&self) -> Option<f64> {
        let model = self.model_time()?.in_ms() / 1000.0;
        (model > 0.0).then(|| self.wall_time.as_secs_f64() / model)
    }

    /// The wall time of a step, in µs; NaN if none was measured.
    pub fn us_per_step(&self) -> f64 {
        1e6 * self.wall_time.as_secs_f64() / self.steps as f64
    }

    /// The time of all models, summed over workers.
    pub fn model_run_time(&self) -> Duration {
        self.processes.iter().map(|process| process.time).sum()
    }

    /// The part of the workers' time in which no model ran: probes, callbacks, waiting, and the
    /// measurement itself; NaN if nothing was measured.
    pub fn idle_share(&self) -> f64 {
        let all = self.wall_time.as_secs_f64() * self.workers as f64;
        ((all - self.model_run_time().as_secs_f64()) / all).max(0.0)
    }

    /// The part of a process in the time of all models, from 0 to 1.
    pub fn share(&self, process: &ProcessReport) -> f64 {
        let all = self.model_run_time().as_secs_f64();
        if all > 0.0 {
            process.time.as_secs_f64() / all
        } else {
            0.0
        }
    }

    /// The sum of a count over all processes.
    fn total(&self, count: impl Fn(&ProcessReport) -> u64) -> u64 {
        self.processes
            .iter()
            .map(count)
            .fold(0, u64::saturating_add)
    }
}

/// The columns of the table, as texts.
const COLUMNS: [&str; 9] = [
    "process",
    "model",
    "time",
    "µs/step",
    "sent/step",
    "updates/step",
    "syn. ops/step",
    "moved/step",
    "memory",
];

impl Report {
    /// The rows of the table, the process with the longest time first, and a last one for all.
    fn table(&self) -> Vec<[String; 9]> {
        let mut processes: Vec<&ProcessReport> = self.processes.iter().collect();
        processes.sort_by_key(|process| std::cmp::Reverse(process.time));
        let mut rows: Vec<[String; 9]> =
            processes.iter().map(|process| self.row(process)).collect();
        let time = self.model_run_time();
        rows.push([
            "all".to_owned(),
            String::new(),
            if self.steps > 0 {
                "100 %".to_owned()
            } else {
                "–".to_owned()
            },
            self.per_step(1e6 * time.as_secs_f64()),
            self.per_step(self.total(|process| process.sent) as f64),
            self.per_step(self.total(|process| process.neuron_updates) as f64),
            self.per_step(self.total(|process| process.synaptic_operations) as f64),
            self.bytes_per_step(self.total(|process| process.bytes_moved)),
            bytes(self.total(|process| process.memory) as f64),
        ]);
        rows
    }

    fn row(&self, process: &ProcessReport) -> [String; 9] {
        let is_measured = self.steps > 0 && !process.workers.is_empty();
        let time = if is_measured {
            format!("{:.1} %", 100.0 * self.share(process))
        } else {
            "–".to_owned()
        };
        [
            process.process.clone(),
            process.model.to_owned(),
            time,
            self.per_step(1e6 * process.time.as_secs_f64()),
            self.per_step(process.sent as f64),
            self.per_step(process.neuron_updates as f64),
            self.per_step(process.synaptic_operations as f64),
            self.bytes_per_step(process.bytes_moved),
            bytes(process.memory as f64),
        ]
    }

    fn per_step(&self, count: f64) -> String {
        match self.steps {
            0 => "–".to_owned(),
            steps => amount(count / steps as f64),
        }
    }

    fn bytes_per_step(&self, count: u64) -> String {
        match self.steps {
            0 => "–".to_owned(),
            steps => bytes(count as f64 / steps as f64),
        }
    }

    /// The lines above the table.
    fn summary(&self) -> Vec<String> {
        let plural = |count: usize, what: &str| match count {
            1 => format!("1 {what}"),
            count => format!("{count} {what}s"),
        };
        let optimised = if self.is_optimised {
            "optimised"
        } else {
            "not optimised"
        };
        let mut lines = vec![
            format!("lava {}, {}, {optimised}", self.version, self.platform),
            format!(
                "{}, seed {}, {} on {}, at step {}",
                self.configuration,
                self.seed,
                plural(self.workers, "worker"),
                plural(self.cores, "core"),
                self.time_step
            ),
        ];
        if self.steps == 0 {
            return lines;
        }
        let mut line = format!(
            "{} steps in {}, {} µs each",
            self.steps,
            duration(self.wall_time),
            amount(self.us_per_step())
        );
        if let (Some(model), Some(factor)) = (self.model_time(), self.real_time_factor()) {
            line += &format!(
                ": {} of the model, real-time factor {} (wall time over model time)",
                duration(Duration::from_secs_f64(model.in_ms().max(0.0) / 1000.0)),
                amount(factor)
            );
        }
        lines.push(line);
        lines.push(format!(
            "models ran {:.0} % of the workers' time; the rest is probes, callbacks, waiting and measuring",
            100.0 * (1.0 - self.idle_share())
        ));
        lines
    }
}

fn duration(time: Duration) -> String {
    let seconds = time.as_secs_f64();
    match seconds {
        1.0.. => format!("{seconds:.2} s"),
        1e-3.. => format!("{:.2} ms", 1e3 * seconds),
        _ => format!("{:.1} µs", 1e6 * seconds),
    }
}

/// A number with three significant digits, in thousands and so on where it is large.
fn amount(value: f64) -> String {
    scaled(value, 1000.0, &["", " k", " M", " G", " T", " P"])
}

fn bytes(value: f64) -> String {
    scaled(value, 1000.0, &[" B", " kB", " MB", " GB", " TB", " PB"])
}

fn scaled(mut value: f64, base: f64, units: &[&str]) -> String {
    if !value.is_finite() {
        return "–".to_owned();
    }
    let mut unit = 0;
    while value >= 999.5 && unit + 1 < units.len() {
        (value, unit) = (value / base, unit + 1);
    }
    let text = match value {
        100.0.. => format!("{value:.0}"),
        10.0.. => format!("{value:.1}"),
        _ => format!("{value:.2}"),
    };
    let text = match text.contains('.') {
        true => text.trim_end_matches('0').trim_end_matches('.'),
        false => &text,
    };
    format!("{text}{}", units[unit])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_have_three_digits() {
        let texts = [0.0, 0.127, 12.0, 999.6, 123_456.0, f64::NAN].map(amount);
        assert_eq!(texts, ["0", "0.13", "12", "1 k", "123 k", "–"]);
        assert_eq!([512.0, 1500.0, 2e9].map(bytes), ["512 B", "1.5 kB", "2 GB"]);
    }
}
