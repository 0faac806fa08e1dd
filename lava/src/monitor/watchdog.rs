//! A watchdog: which model has been running, or waiting, for how long.

use std::fmt;
use std::sync::Weak;
use std::time::{Duration, Instant};

use super::ticker::Ticker;
use crate::Result;
use crate::network::Shared;
use crate::runtime::Activity;

/// Looks after a network until it is dropped: see [`Network::watch`](crate::Network::watch).
#[must_use = "a watchdog that is dropped watches no more"]
#[derive(Debug)]
pub struct Watchdog {
    _ticker: Ticker,
}

/// A worker, or a model that runs by itself, that has been at the same thing for long.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Delay {
    /// The worker; none for a model that runs by itself.
    pub worker: Option<usize>,
    /// The time step of the worker, or how often the model has begun something else.
    pub step: u64,
    /// What it is at.
    pub activity: Activity,
    /// For how long at least.
    pub time: Duration,
}

impl fmt::Display for Delay {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Delay {
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
    /// Has `report` called with the delays of a network that are longer than `limit`: once each.
    pub(crate) fn start(
        network: Weak<Shared>,
        limit: Duration,
        mut report: impl FnMut(&[Delay]) + Send + 'static,
    ) -> Result<Watchdog> {
        let every = (limit / 4).clamp(Duration::from_millis(1), Duration::from_millis(250));
        let mut seen = Seen::default();
        let look = move || {
            let Some(network) = network.upgrade() else {
                return false;
            };
            let activities = network.activities();
            drop(network);
            let delays = seen.look(activities, limit);
            for delay in &delays {
                tracing::warn!("{delay}");
            }
            if !delays.is_empty() {
                report(&delays);
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
struct Seen(Vec<Sight>);

struct Sight {
    step: u64,
    activity: Option<Activity>,
    since: Instant,
    reported: bool,
}

impl Seen {
    /// Takes note of what everybody is at; returns what has lasted for too long.
    fn look(
        &mut self,
        activities: Vec<(Option<usize>, u64, Option<Activity>)>,
        limit: Duration,
    ) -> Vec<Delay> {
        let now = Instant::now();
        self.0.truncate(activities.len());
        let mut delays = Vec::new();
        for (number, (worker, step, activity)) in activities.into_iter().enumerate() {
            match self.0.get_mut(number) {
                Some(seen) if (seen.step, &seen.activity) == (step, &activity) => {
                    let time = now - seen.since;
                    let long = time >= limit && !seen.reported;
                    if let Some(activity) = activity.filter(|_| long) {
                        seen.reported = true;
                        delays.push(Delay {
                            worker,
                            step,
                            activity,
                            time,
                        });
                    }
                }
                other => {
                    let sight = Sight {
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
        delays
    }
}
