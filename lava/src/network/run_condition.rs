//! Run conditions: the length of a run.

use super::error::StateError;
use crate::graph::Sealed;
use crate::process::are_equal;
use crate::units::Time;

/// The length of a run: [`RunSteps`], [`RunFor`] or [`RunContinuous`]. Sealed: there are no other
/// conditions.
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not say how long a run lasts [E3204]",
    label = "not a run condition",
    note = "write `RunSteps(100)`, `RunFor(10.0 * ms)`, or `RunContinuous`"
)]
pub trait RunCondition: Sealed {
    /// The length of the run, unless something ends it earlier.
    fn length(&self) -> RunLength;
}

/// The length of a run, in steps or in model time.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub enum RunLength {
    /// A number of steps; `u64::MAX` is without end.
    Steps(u64),
    /// A time, which is a whole number of the network's time steps.
    Time(Time),
}

impl RunLength {
    /// Returns the number of steps in a network whose time step `dt` returns.
    ///
    /// # Errors
    /// [`StateError::ZeroSteps`] for none, [`StateError::NoDt`] for a time if there is no time step,
    /// [`StateError::Fraction`] if it is not a whole number of steps, by more than 10⁻⁹ of it.
    pub(super) fn steps(self, dt: impl FnOnce() -> Option<Time>) -> Result<u64, StateError> {
        let time = match self {
            RunLength::Steps(0) => return Err(StateError::ZeroSteps),
            RunLength::Steps(steps) => return Ok(steps),
            RunLength::Time(time) if time.in_ms() == 0.0 => return Err(StateError::ZeroSteps),
            RunLength::Time(time) => time,
        };
        let dt = dt().ok_or(StateError::NoDt { time })?;
        let steps = (time.in_ms() / dt.in_ms()).round().max(1.0);
        let nearest = steps * dt;
        // Beyond 2^53 not every number of steps can be told from the next.
        if !are_equal(time.in_ms(), nearest.in_ms()) || steps > (1_u64 << 53) as f64 {
            return Err(StateError::Fraction { time, dt, nearest });
        }
        Ok(steps as u64)
    }
}

/// A run of a number of steps.
///
/// ```
/// # use lava::prelude::*;
/// # use lava::proc::Lif;
/// # fn main() -> lava::Result<()> {
/// # let net = Network::<Loihi1SimCfg>::new();
/// # let lif: Lif = net.add(Lif::shape([1]))?;
/// net.run(RunSteps(100))?;
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RunSteps(
    /// The number of steps, at least one.
    pub u64,
);

/// A run of a time in the model: of time/dt steps, where dt is the time step of the network, see
/// [`Network::set_dt`](crate::Network::set_dt). The time must be a whole number of steps, up to a
/// rounding error of 10⁻⁹ of it.
///
/// ```
/// use lava::prelude::*;
/// use lava::proc::IafPscExp;
/// use lava::units::ms;
///
/// # fn main() -> lava::Result<()> {
/// let net = Network::<Loihi1SimCfg>::new();
/// let neuron: IafPscExp = net.add(IafPscExp::shape([1]))?;
/// net.run(RunFor(10.0 * ms))?;
/// assert_eq!(net.time_step(), 100);
/// assert!(net.run(RunFor(0.25 * ms)).is_err());
/// # net.stop()
/// # }
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct RunFor(
    /// The time.
    pub Time,
);

/// A run until something ends it: [`Network::pause`](crate::Network::pause) or
/// [`stop`](crate::Network::stop), a model, a callback, or an error.
///
/// ```
/// # use lava::prelude::*;
/// # use lava::proc::Lif;
/// # fn main() -> lava::Result<()> {
/// # let net = Network::<Loihi1SimCfg>::new();
/// # let lif: Lif = net.add(Lif::shape([1]))?;
/// net.start(RunContinuous)?;
/// net.pause()?;
/// # net.stop()
/// # }
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RunContinuous;

impl Sealed for RunSteps {}

impl Sealed for RunFor {}

impl Sealed for RunContinuous {}

impl RunCondition for RunSteps {
    fn length(&self) -> RunLength {
        RunLength::Steps(self.0)
    }
}

impl RunCondition for RunFor {
    fn length(&self) -> RunLength {
        RunLength::Time(self.0)
    }
}

impl RunCondition for RunContinuous {
    fn length(&self) -> RunLength {
        RunLength::Steps(u64::MAX)
    }
}
