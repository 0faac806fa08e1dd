//! Keeps values of a Var.

use super::schedule::due;
use crate::prelude::*;
use crate::process::Element;

/// Reads a Var of another process once in every interval, and keeps the last values.
///
/// It reads at the end of the steps *t* with (*t* − 1) mod `interval` = `offset` mod `interval`, in
/// the post-management phase, after the Var's process has computed the step. The *n*-th value,
/// counted from 0, goes to `data[n mod buffer]`.
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
    /// The Var that is read.
    state: RefPort<T>,
    /// How many values are kept.
    #[param]
    buffer: Param<usize>,
    /// Steps from one time to the next.
    #[var(scalar, init = 1, range = 1..)]
    interval: Var<i32>,
    /// Which step of an interval it is.
    #[var(scalar, init = 0, range = 0..)]
    offset: Var<i32>,
    /// The values, time first.
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
    /// Where the next value goes.
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
