//! A watchdog: which model has been running, or waiting, for how long.

use std::fmt;
use std::io;
use std::time::{Duration, Instant};

use lava_core::executor::{Activity, Status, WorkerId};

use super::ticker::Ticker;

/// Looks after a network until it is dropped: see [`Network::watch`](crate::Network::watch).
#[must_use = "a watchdog that is dropped watches no more"]
#[derive(Debug)]
pub struct Watchdog {
    _ticker: Ticker,
}

/// A worker, or a model that runs by itself, that has been at the same thing for long.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stall {
    /// The worker; none for a model that runs by itself.
    pub worker: Option<usize>,
    /// The time step of the worker, or how often the model has begun something else.
    pub step: u64,
    /// What it is at.
    pub activity: Activity,
    /// For how long at least.
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
    /// Has `report` called with the stalls of a network that are longer than `limit`: once each.
    pub(crate) fn start(
        status: impl Fn() -> Option<Vec<Status>> + Send + 'static,
        limit: Duration,
        mut report: impl FnMut(&[Stall]) + Send + 'static,
    ) -> io::Result<Watchdog> {
        let every = (limit / 4).clamp(Duration::from_millis(1), Duration::from_millis(250));
        let mut seen = Observed::default();
        let look = move || {
            let Some(status) = status() else {
                return false;
            };
            let stalls = seen.look(status, limit);
            for stall in &stalls {
                tracing::warn!("{stall}");
            }
            if !stalls.is_empty() {
                report(&stalls);
            }
            true
        };
        Ok(Watchdog {
            _ticker: Ticker::start("lava watchdog", every, look)?,
        })
    }
}

/// What the workers were at when somebody last looked.
#[derive(Default)]
struct Observed(Vec<Observation>);

struct Observation {
    step: u64,
    activity: Option<Activity>,
    since: Instant,
    reported: bool,
}

impl Observed {
    /// Takes note of what everybody is at; returns what has lasted for too long.
    fn look(&mut self, status: Vec<Status>, limit: Duration) -> Vec<Stall> {
        let now = Instant::now();
        self.0.truncate(status.len());
        let mut stalls = Vec::new();
        for (number, status) in status.into_iter().enumerate() {
            let Status {
                worker,
                progress: step,
                activity,
            } = status;
            let worker = worker.map(WorkerId::index);
            match self.0.get_mut(number) {
                Some(seen) if (seen.step, &seen.activity) == (step, &activity) => {
                    let time = now - seen.since;
                    let long = time >= limit && !seen.reported;
                    if let Some(activity) = activity.filter(|_| long) {
                        seen.reported = true;
                        stalls.push(Stall {
                            worker,
                            step,
                            activity,
                            time,
                        });
                    }
                }
                other => {
                    let sight = Observation {
                        step,
                        activity,
                        since: now,
                        reported: false,
                    };
                    match other {
                        Some(seen) => *seen = sight,
                        None => self.0.push(sight),
                    }
                }
            }
        }
        stalls
    }
}
