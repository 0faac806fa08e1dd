//! The axis of time.

use super::axis::PlotAxis;
use crate::units::Time;

/// The unit in which time is shown: steps, milliseconds or seconds.
#[derive(Clone, Copy, Debug)]
pub(super) struct TimeUnit {
    /// Of a unit of time of the statistics: milliseconds or steps.
    scale: f64,
    name: &'static str,
}

impl TimeUnit {
    /// The unit for durations up to `longest`, in units of time.
    pub(super) fn new(dt: Option<Time>, longest: f64) -> TimeUnit {
        match dt {
            None => TimeUnit {
                scale: 1.0,
                name: "steps",
            },
            Some(_) if longest > 5000.0 => TimeUnit {
                scale: 1e-3,
                name: "s",
            },
            Some(_) => TimeUnit {
                scale: 1.0,
                name: "ms",
            },
        }
    }

    /// A time, in this unit.
    pub(super) fn of(self, time: f64) -> f64 {
        time * self.scale
    }

    pub(super) fn label(self, quantity: &str) -> String {
        format!("{quantity} ({})", self.name)
    }

    /// An axis of times, given in units of time.
    pub(super) fn axis(self, from: f64, to: f64) -> PlotAxis {
        let to = if to > from { to } else { from + 1.0 };
        let axis = PlotAxis::new(self.label("time"), self.of(from), self.of(to));
        if self.name == "steps" {
            axis.whole()
        } else {
            axis
        }
    }
}

/// The unit of rates.
pub(super) fn rate_unit(dt: Option<Time>) -> &'static str {
    match dt {
        Some(_) => "spikes/s",
        None => "spikes/step",
    }
}
