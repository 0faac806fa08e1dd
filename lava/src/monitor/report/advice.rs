//! Findings of a report, and what to do about each.

use std::fmt;

use super::{NetworkReport, ProcessReport, amount, bytes};

/// The shortest step in µs that several workers share with profit: they meet once in each.
const SHORT_STEP: f64 = 20.0;

/// A finding, and what to do about it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Advice {
    /// The finding, with its figures.
    pub finding: String,
    /// The way out.
    pub remedy: String,
}

impl fmt::Display for Advice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.finding, self.remedy)
    }
}

fn advice(finding: String, remedy: impl Into<String>) -> Option<Advice> {
    let remedy = remedy.into();
    Some(Advice { finding, remedy })
}

impl NetworkReport {
    /// Returns the things that were slow, large or odd, each with the way out; empty if there were none.
    pub fn advice(&self) -> Vec<Advice> {
        let whole = [
            self.unmeasured(),
            self.unoptimised(),
            self.too_many_workers(),
            self.too_few_workers(),
            self.unbalanced(),
            self.outside_models(),
        ];
        let mut all: Vec<Advice> = whole.into_iter().flatten().collect();
        for process in &self.processes {
            let rules = [
                self.sparse(process),
                self.quiet(process),
                self.silent(process),
                self.saturated(process),
                self.long_delays(process),
            ];
            all.extend(rules.into_iter().flatten());
        }
        all
    }

    fn unmeasured(&self) -> Option<Advice> {
        if self.steps > 0 {
            return None;
        }
        advice(
            "nothing was measured".to_owned(),
            "call `net.set_profiling(true)` before the run; it costs about 50 ns per model and step",
        )
    }

    fn unoptimised(&self) -> Option<Advice> {
        if self.is_optimised {
            return None;
        }
        advice(
            "the program is compiled without optimisations".to_owned(),
            "run it by `cargo run --release`, often 10 to 50 times as fast, before anything is measured",
        )
    }

    fn too_many_workers(&self) -> Option<Advice> {
        if self.steps == 0 || self.workers < 2 || self.us_per_step() > SHORT_STEP {
            return None;
        }
        advice(
            format!(
                "a step takes {} µs on {} workers, too short to be shared",
                amount(self.us_per_step()),
                self.workers
            ),
            "there are too few neurons for several workers: `net.set_workers(1)`",
        )
    }

    fn too_few_workers(&self) -> Option<Advice> {
        let is_long = self.steps > 0 && self.us_per_step() > 200.0;
        if !is_long || !self.is_optimised || self.workers >= self.cores {
            return None;
        }
        advice(
            format!(
                "a step takes {} µs on {} of {} cores",
                amount(self.us_per_step()),
                self.workers,
                self.cores
            ),
            format!(
                "`net.set_workers({})` if their number was limited, with the same results; else a process \
                 that cannot be cut into shards holds the others up: split it",
                self.cores
            ),
        )
    }

    /// One worker has much more to do than the others.
    fn unbalanced(&self) -> Option<Advice> {
        if self.steps == 0 || self.workers < 2 || self.us_per_step() <= SHORT_STEP {
            return None;
        }
        let mut loads = vec![0.0; self.workers];
        for process in &self.processes {
            for worker in &process.workers {
                if let Some(load) = loads.get_mut(*worker) {
                    *load += process.time.as_secs_f64() / process.workers.len() as f64;
                }
            }
        }
        let most = loads.iter().copied().fold(0.0, f64::max);
        let mean = loads.iter().sum::<f64>() / self.workers as f64;
        if most < 1.5 * mean {
            return None;
        }
        let busiest = loads.iter().position(|load| *load == most)?;
        let on_it = self
            .processes
            .iter()
            .filter(|process| process.workers == [busiest]);
        let largest = on_it.max_by_key(|process| process.time)?;
        advice(
            format!(
                "worker {busiest} has {:.0} % of the load, most of it `{}`",
                100.0 * most / loads.iter().sum::<f64>(),
                largest.process
            ),
            "a run without profiling moves models after 500 steps; if this one cannot be cut into \
             shards, split it into several processes, or use fewer workers",
        )
    }

    /// Probes take more than the models, or most of the time is spent waiting.
    fn outside_models(&self) -> Option<Advice> {
        // What measuring and the barrier take of a short step.
        let overhead = 0.1 * (self.processes.len() + 1) as f64;
        if self.steps == 0 || self.idle_share() < 0.5 || self.workers > 1 {
            return None;
        }
        if self.us_per_step() * self.idle_share() < 3.0 * overhead || self.recorders == 0 {
            return None;
        }
        advice(
            format!(
                "{:.0} % of the time is spent outside the models, and there are probes ({} recorders)",
                100.0 * self.idle_share(),
                self.recorders
            ),
            "record fewer steps, `ProbeOptions::new().every(10)`, or fewer neurons, `.select(0..10)`",
        )
    }

    /// A dense matrix of which most is zero.
    fn sparse(&self, process: &ProcessReport) -> Option<Advice> {
        if process.zero_synapses < 0.8 || process.zero_synapses.is_nan() || process.synapses < 1000
        {
            return None;
        }
        advice(
            format!(
                "{:.0} % of the weights of `{}` are zero",
                100.0 * process.zero_synapses,
                process.process
            ),
            format!(
                "`Sparse` instead of `{}` stores and reads the others only",
                process.kind
            ),
        )
    }

    /// Dense synapses that take a large part of the time although few inputs are active.
    fn quiet(&self, process: &ProcessReport) -> Option<Advice> {
        let inputs = process.inputs as f64 * self.steps as f64;
        let activity = process.received as f64 / inputs;
        let is_slow = self.steps > 0 && self.share(process) > 0.5 && self.processes.len() > 2;
        if !is_slow
            || process.synapses < 10_000
            || process.synaptic_operations == 0
            || activity > 0.5
        {
            return None;
        }
        let each = 1e9 * process.time.as_secs_f64() / process.synaptic_operations as f64;
        if each < 5.0 {
            return None;
        }
        advice(
            format!(
                "`{}` takes {:.0} % of the time, {} ns for each synaptic operation",
                process.process,
                100.0 * self.share(process),
                amount(each)
            ),
            "its time is not that of its spikes: fewer inputs, or `Sparse`, whose work is that of the \
             spikes that arrive",
        )
    }

    fn silent(&self, process: &ProcessReport) -> Option<Advice> {
        let is_silent = process.sends_spikes && process.sent == 0 && !process.workers.is_empty();
        if !is_silent || self.steps < 100 {
            return None;
        }
        advice(
            format!(
                "`{}` has sent no spike in {} steps",
                process.process, self.steps
            ),
            "look at its input and threshold: probe its voltage",
        )
    }

    /// Neurons that fire in most steps.
    fn saturated(&self, process: &ProcessReport) -> Option<Advice> {
        let most = process.neurons as f64 * self.steps as f64;
        let rate = process.sent as f64 / most;
        if !process.sends_spikes || self.steps < 100 || most == 0.0 || rate < 0.5 {
            return None;
        }
        advice(
            format!(
                "the neurons of `{}` fire in {:.0} % of the steps",
                process.process,
                100.0 * rate
            ),
            "spikes that are not rare are as costly as numbers, and carry less: raise the threshold or \
             weaken the input",
        )
    }

    fn long_delays(&self, process: &ProcessReport) -> Option<Advice> {
        let is_large =
            process.message_memory > 50_000_000 && 2 * process.message_memory > process.memory;
        if !is_large {
            return None;
        }
        advice(
            format!(
                "`{}` needs {} for messages on their way",
                process.process,
                bytes(process.message_memory as f64)
            ),
            "shorten the longest delay, for which every step has a slot, or lengthen the time step",
        )
    }
}
