//! The time step: one for the network, from which every process takes its own.

use lava_core::sync::{Mutex, lock};

use super::error::BuildError;
use crate::units::{Time, ms};

/// The time step of a process, declared as `#[param(default = TimeStep::network_or(0.1 * ms), into)]`
/// on a field `dt: Param<TimeStep>`; a field of the model has the type `f64`, in ms.
///
/// A builder takes a number of milliseconds or a [`Time`]: `.dt(0.1)`, `.dt(0.1 * ms)`. All
/// processes of a network must have the same time step, except those that are given
/// [`own`](TimeStep::own) ones.
///
/// ```
/// use lava::prelude::*;
/// use lava::proc::{IafPscExp, Izhikevich};
/// use lava::process::TimeStep;
/// use lava::units::ms;
///
/// # fn main() -> lava::Result<()> {
/// let net = Network::<Loihi1SimCfg>::new();
/// let _: IafPscExp = net.add(IafPscExp::shape([1]).dt(0.2 * ms))?;
/// let _: Izhikevich = net.add(Izhikevich::shape([1]))?;
/// let error = net.compile().expect_err("1 ms is the default of the second");
/// assert!(error.to_string().contains("set_dt"));
/// net.set_dt(0.2 * ms)?;
/// net.compile()?;
/// # net.stop()
/// # }
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct TimeStep {
    ms: f64,
    origin: DtOrigin,
}

/// The origin of a process's time step.
#[derive(Clone, Copy, Debug, PartialEq)]
enum DtOrigin {
    /// Nobody has given one: it is the network's, or the default.
    Default,
    /// It was given, and agrees with the network's.
    Given,
    /// It may differ from the network's.
    Own,
}

impl TimeStep {
    /// The network's time step, or `default` if the network was given none.
    pub fn network_or(default: Time) -> TimeStep {
        TimeStep::new(default, DtOrigin::Default)
    }

    /// A time step that may differ from that of the network.
    pub fn own(dt: Time) -> TimeStep {
        TimeStep::new(dt, DtOrigin::Own)
    }

    fn new(dt: Time, origin: DtOrigin) -> TimeStep {
        TimeStep {
            ms: dt.in_ms(),
            origin,
        }
    }
}

impl From<Time> for TimeStep {
    fn from(dt: Time) -> TimeStep {
        TimeStep::new(dt, DtOrigin::Given)
    }
}

#[cfg(feature = "store")]
crate::storable!(
    enum DtOrigin {
        Default,
        Given,
        Own,
    }
);
#[cfg(feature = "store")]
crate::storable!(struct TimeStep { ms, origin });

/// A number of milliseconds.
impl From<f64> for TimeStep {
    fn from(dt: f64) -> TimeStep {
        TimeStep::from(dt * ms)
    }
}

/// The time step of a network.
#[derive(Debug, Default)]
pub(crate) struct NetworkTimeStep(Mutex<DtState>);

#[derive(Debug, Default)]
struct DtState {
    /// The time step that the user has set, in ms.
    set: Option<f64>,
    /// The time step of a process that is not its own, and the name of the process.
    used: Option<(f64, String)>,
}

impl NetworkTimeStep {
    /// Sets the time step. No process has a model yet.
    pub(crate) fn set(&self, dt: Time) {
        *lock(&self.0) = DtState {
            set: Some(dt.in_ms()),
            used: None,
        };
    }

    /// Returns the time step, or `None` if it was not set and no process that has a model has one.
    pub(crate) fn get(&self) -> Option<Time> {
        let state = lock(&self.0);
        let used = state.used.as_ref().map(|(dt, _)| *dt);
        state.set.or(used).map(|dt| dt * ms)
    }

    /// Returns the time step that the user has set, in ms.
    #[cfg(feature = "store")]
    pub(crate) fn set_by_user(&self) -> Option<f64> {
        lock(&self.0).set
    }

    /// Returns the time step of a process, in ms.
    ///
    /// # Errors
    /// [`BuildError::TimeStep`] if it differs from that of another process, or the network's.
    pub(crate) fn resolve(&self, process: &str, step: TimeStep) -> Result<f64, BuildError> {
        let mut state = lock(&self.0);
        let dt = match (step.origin, state.set) {
            (DtOrigin::Default, Some(set)) => set,
            _ => step.ms,
        };
        if step.origin == DtOrigin::Own || !(dt > 0.0 && dt.is_finite()) {
            return Ok(dt);
        }
        let (expected, of) = match (&state.used, state.set) {
            (_, Some(set)) => (set, "the network"),
            (Some((used, process)), None) => (*used, process.as_str()),
            (None, None) => (dt, process),
        };
        if !are_equal(dt, expected) {
            return Err(BuildError::TimeStep {
                process: process.to_owned(),
                given: dt,
                other: of.to_owned(),
                expected,
            });
        }
        if state.used.is_none() {
            state.used = Some((dt, process.to_owned()));
        }
        Ok(dt)
    }
}

/// Returns `true` if two time steps differ by rounding at most.
pub(crate) fn are_equal(a: f64, b: f64) -> bool {
    (a - b).abs() <= 1e-9 * a.abs().max(b.abs())
}
