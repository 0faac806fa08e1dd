//! Periodic reads of a Var.

use super::schedule::due;
use crate::prelude::*;
use crate::process::Element;

/// Periodic reader: reads a Var of another process once per interval, and keeps the last values.
///
#[cfg_attr(doc, doc = include_str!("../../../pictures/read.svg"))]
///
/// The Var is read at the end of every step *t* with (*t* − 1) mod `interval` = `offset` mod
/// `interval`, in the post-management phase, after the Var's process has computed the step. Value
/// *n*, counted from 0, is written to `data[n mod buffer]`. `state` has the shape of the Var,
/// `data` shape `[buffer, ..shape]`; `interval` and `offset` are scalars.
///
/// To record every step, a [probe](crate::monitor) is simpler and faster.
///
/// ```
/// use lava::prelude::*;
/// use lava::proc::{Lif, io::Read};
///
/// # fn main() -> lava::Result<()> {
/// let net = Network::<Loihi1SimCfg>::new();
/// let lif: Lif = net.add(Lif::shape([1]).bias_mant(1.0).vth(100.0).du(1.0))?;
/// let read: Read = net.add(Read::shape([1]).buffer(2).interval(2))?;
/// read.state.connect_var(&lif.v)?;
/// net.run(RunSteps(6))?; // reads after steps 1, 3 and 5
/// assert_eq!(read.data.get()?, ndarray::arr2(&[[5.0], [3.0]]).into_dyn());
/// # net.stop()
/// # }
/// ```
///
/// Source: Intel's Lava, `lava.proc.io.sink`, whose `data` has the time axis last.
#[process]
pub struct Read<T: Element = f32> {
    /// Reference to the Var.
    state: RefPort<T>,
    /// Number of values to keep.
    #[param]
    buffer: Param<usize>,
    /// Interval between reads, in steps.
    #[var(scalar, init = 1, range = 1..)]
    interval: Var<i32>,
    /// Offset of the read within an interval, in steps.
    #[var(scalar, init = 0, range = 0..)]
    offset: Var<i32>,
    /// Values, time axis first.
    #[var(shape = [&[*buffer], shape].concat(), init = T::default())]
    data: Var<T>,
}

#[implements(proc = Read<T>, protocol = Loihi)]
struct ReadModel<T: Element> {
    state: VarRef<T>,
    buffer: usize,
    interval: i32,
    offset: i32,
    data: Vec<T>,
    /// Row of the next value.
    #[local]
    next: usize,
    #[local]
    context: Context,
}

impl<T: Element> LoihiModel for ReadModel<T> {
    fn post_guard(&self) -> bool {
        let (interval, offset) = (self.interval.unsigned_abs(), self.offset.unsigned_abs());
        due(self.context.time_step(), interval.into(), offset.into())
    }

    fn run_post_mgmt(&mut self, remote: &mut RemoteVars<'_>) -> crate::Result<()> {
        let value = self.state.read_slice(remote);
        self.data[self.next * value.len()..][..value.len()].copy_from_slice(value);
        self.next = (self.next + 1) % self.buffer;
        Ok(())
    }
}
