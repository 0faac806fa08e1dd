//! Run conditions: the length of a run.

use crate::graph::Sealed;

/// The length of a run: [`RunSteps`] or [`RunContinuous`]. Sealed: there are no other conditions.
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not say how long a run lasts",
    label = "not a run condition",
    note = "write `RunSteps(100)`, or `RunContinuous`"
)]
pub trait RunCondition: Sealed {
    /// The number of steps of the run, unless something ends it earlier.
    fn steps(&self) -> u64;
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

impl Sealed for RunContinuous {}

impl RunCondition for RunSteps {
    fn steps(&self) -> u64 {
        self.0
    }
}

impl RunCondition for RunContinuous {
    fn steps(&self) -> u64 {
        u64::MAX
    }
}
