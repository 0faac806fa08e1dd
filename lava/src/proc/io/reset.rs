//! Periodic writes of a Var.

use super::schedule::due;
use crate::prelude::*;
use crate::process::Element;

/// Periodic reset: sets a Var of another process to a value, once per interval.
///
#[cfg_attr(doc, doc = include_str!("../../../pictures/reset.svg"))]
///
/// The Var is set at the end of every step *t* with (*t* − 1) mod `interval` = `offset` mod
/// `interval`, in the post-management phase: the value takes effect in the next step, and a probe
/// records it in this one. If several processes write one Var in one step, the value of the process
/// that was added last remains. `state` and `reset_value` have the shape of the Var; `interval` and
/// `offset` are scalars.
///
/// ```
/// use lava::prelude::*;
/// use lava::proc::{Lif, io::Reset};
///
/// # fn main() -> lava::Result<()> {
/// let net = Network::<Loihi1SimCfg>::new();
/// let lif: Lif = net.add(Lif::shape([2]).bias_mant(1.0).vth(100.0))?;
/// let reset: Reset = net.add(Reset::shape([2]).interval(3).offset(1).reset_value([0.0, 0.5]))?;
/// reset.state.connect_var(&lif.v)?;
/// let v = net.probe(&lif.v)?;
/// net.run(RunSteps(5))?;
/// let first: Vec<f32> = v.data().rows().into_iter().map(|row| row[0]).collect();
/// assert_eq!(first, [1.0, 0.0, 1.0, 2.0, 0.0]);
/// # net.stop()
/// # }
/// ```
///
/// Source: Intel's Lava, `lava.proc.io.reset`.
#[process]
pub struct Reset<T: Element = f32> {
    /// Reference to the Var.
    state: RefPort<T>,
    /// Value that the Var is set to.
    #[var(init = T::default())]
    reset_value: Var<T>,
    /// Interval between resets, in steps.
    #[var(scalar, init = 1, range = 1..)]
    interval: Var<i32>,
    /// Offset of the reset within an interval, in steps.
    #[var(scalar, init = 0, range = 0..)]
    offset: Var<i32>,
}

#[implements(proc = Reset<T>, protocol = Loihi)]
struct ResetModel<T: Element> {
    state: VarRef<T>,
    reset_value: Vec<T>,
    interval: i32,
    offset: i32,
    #[local]
    context: Context,
}

impl<T: Element> LoihiModel for ResetModel<T> {
    fn post_guard(&self) -> bool {
        let (interval, offset) = (self.interval.unsigned_abs(), self.offset.unsigned_abs());
        due(self.context.time_step(), interval.into(), offset.into())
    }

    fn run_post_mgmt(&mut self, remote: &mut RemoteVars<'_>) -> crate::Result<()> {
        self.state.write_slice(remote, &self.reset_value)
    }
}
