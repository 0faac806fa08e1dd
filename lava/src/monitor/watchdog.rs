//! Watchdogs: reports of models that run, or of workers that wait, for too long.

use std::fmt;
use std::time::{Duration, Instant};

use lava_core::executor::{Activity, RunError, Status, WorkerId};

use super::ticker::Ticker;

/// Reports the stalls of a network until it is dropped: see
/// [`Network::watch`](crate::Network::watch).
#[must_use = "a watchdog ends when it is dropped"]
#[derive(Debug)]
pub struct Watchdog {
    _ticker: Ticker,
}

/// An activity of a worker, or of an independent process, that has lasted for too long.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Stall {
    /// The index of the worker; `None` for an independent process.
    pub worker: Option<usize>,
    /// The time step of the worker, or the number of activities of the independent process so far.
    pub step: u64,
    /// The activity.
    pub activity: Activity,
    /// The shortest time that it can have lasted.
    pub time: Duration,
}

impl fmt::Display for Stall {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Stall {
            worker,
            step,
            activity,
            time,
        } = self;
        if let Some(worker) = worker {
            write!(f, "worker {worker} in step {step}: ")?;
        }
        write!(f, "{activity} for {time:.1?}")
    }
}

impl Watchdog {
    /// Spawns the thread that calls `report` with the stalls longer than `limit`, once each, as long
    /// as `status` returns the activities of a network.
    pub(crate) fn start(
        status: impl Fn() -> Option<Vec<Status>> + Send + 'static,
        limit: Duration,
        mut report: impl FnMut(&[Stall]) + Send + 'static,
    ) -> Result<Watchdog, RunError> {
        let interval = (limit / 4).clamp(Duration::from_millis(1), Duration::from_millis(250));
        let mut observed = Observed::default();
        let tick = move || {
            let Some(status) = status() else {
                return false;
            };
            let stalls = observed.update(status, limit);
            for stall in &stalls {
                tracing::warn!("{stall}");
            }
            if !stalls.is_empty() {
                report(&stalls);
            }
            true
        };
        Ok(Watchdog {
            _ticker: Ticker::start("lava watchdog", "reports stalls", interval, tick)?,
        })
    }
}

/// The last observation of each worker and independent task.
#[derive(Default)]
struct Observed(Vec<Observation>);

/// An activity, and the time at which it was first observed.
struct Observation {
    step: u64,
    activity: Option<Activity>,
    since: Instant,
    is_reported: bool,
}

impl Observed {
    /// Updates the observations. Returns the activities that have reached `limit`.
    fn update(&mut self, status: Vec<Status>, limit: Duration) -> Vec<Stall> {
        let now = Instant::now();
        self.0.truncate(status.len());
        let mut status = status.into_iter();
        let known = self.0.iter_mut().zip(status.by_ref());
        let stalls = known
            .filter_map(|(observation, status)| observation.update(status, now, limit))
            .collect();
        self.0.extend(status.map(|new| Observation::new(new, now)));
        stalls
    }
}

impl Observation {
    fn new(status: Status, now: Instant) -> Observation {
        Observation {
            step: status.progress,
            activity: status.activity,
            since: now,
            is_reported: false,
        }
    }

    /// Returns the stall if the activity is still the same, has reached `limit`, and has not been
    /// reported.
    fn update(&mut self, status: Status, now: Instant, limit: Duration) -> Option<Stall> {
        if (self.step, &self.activity) != (status.progress, &status.activity) {
            *self = Observation::new(status, now);
            return None;
        }
        let time = now - self.since;
        let is_due = time >= limit && !self.is_reported;
        let activity = status.activity.filter(|_| is_due)?;
        self.is_reported = true;
        Some(Stall {
            worker: status.worker.map(WorkerId::index),
            step: status.progress,
            activity,
            time,
        })
    }
}
