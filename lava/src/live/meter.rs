//! Measurements of a run from the outside: its speed, and the load of its workers.

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;
use std::time::{Duration, Instant};

use lava_core::executor::{Activity, Status};

use super::frame::WorkerLoad;

/// The time over which speed and load are measured.
const WINDOW: Duration = Duration::from_secs(1);

/// The samples of the last second.
#[derive(Default)]
pub(super) struct Meter(VecDeque<Sample>);

struct Sample {
    time: Instant,
    step: u64,
    /// The process that each worker runs.
    workers: Vec<Option<Arc<str>>>,
}

impl Meter {
    /// Adds a sample; without a status, which is between runs, it forgets the others.
    pub(super) fn sample(&mut self, step: u64, status: Vec<Status>) {
        let time = Instant::now();
        let is_back = self.0.back().is_some_and(|last| last.step > step);
        if status.is_empty() || is_back {
            self.0.clear();
        }
        if status.is_empty() {
            return;
        }
        while self
            .0
            .front()
            .is_some_and(|first| time - first.time > WINDOW)
        {
            self.0.pop_front();
        }
        let workers = status.into_iter().filter(|status| status.worker.is_some());
        let workers = workers.map(|status| match status.activity {
            Some(Activity::RunningModel { process, .. }) => Some(process),
            _ => None,
        });
        self.0.push_back(Sample {
            time,
            step,
            workers: workers.collect(),
        });
    }

    /// The steps of a second of wall-clock time.
    pub(super) fn steps_per_second(&self) -> Option<f64> {
        let (first, last) = (self.0.front()?, self.0.back()?);
        let seconds = (last.time - first.time).as_secs_f64();
        (seconds > 0.0).then(|| (last.step - first.step) as f64 / seconds)
    }

    /// The load of each worker.
    pub(super) fn loads(&self) -> Vec<WorkerLoad> {
        let workers = self.0.back().map_or(0, |last| last.workers.len());
        (0..workers).map(|worker| self.load(worker)).collect()
    }

    fn load(&self, worker: usize) -> WorkerLoad {
        let mut processes: BTreeMap<&str, usize> = BTreeMap::new();
        let samples = self
            .0
            .iter()
            .filter_map(|sample| sample.workers.get(worker));
        for process in samples.flatten() {
            *processes.entry(process).or_default() += 1;
        }
        let busy: usize = processes.values().sum();
        let busiest = processes.into_iter().max_by_key(|(_, count)| *count);
        WorkerLoad {
            load: busy as f64 / self.0.len() as f64,
            process: busiest.map_or(String::new(), |(process, _)| process.to_owned()),
        }
    }
}
