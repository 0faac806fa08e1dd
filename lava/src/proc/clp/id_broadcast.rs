//! Hands on the number of a prototype.

use crate::prelude::*;

/// Sends what it receives, in the same step, and keeps it.
///
/// Source: Intel's Lava, `lava.proc.clp.id_broadcast`.
///
/// ```
/// use lava::prelude::*;
/// use lava::proc::{Source, clp::IdBroadcast};
///
/// # fn main() -> lava::Result<()> {
/// let net = network! { Loihi1SimCfg;
///     id:        Source<i32> = Source::data([[7]]);
///     broadcast: IdBroadcast = IdBroadcast::shape([1]);
///     id.s_out -> broadcast.a_in;
/// }?;
/// net.run(RunSteps(1))?;
/// assert_eq!(net.broadcast.val.get()?, ndarray::arr1(&[7]).into_dyn());
/// # net.stop()
/// # }
/// ```
#[process]
pub struct IdBroadcast {
    /// Numbers.
    a_in: InPort<i32>,
    /// The same numbers.
    s_out: OutPort<i32>,
    /// The last numbers.
    #[var(init = 0)]
    val: Var<i32>,
}

#[implements(proc = IdBroadcast, protocol = Loihi, shardable)]
#[tag(FixedPt)]
struct IdBroadcastModel {
    a_in: In<i32>,
    s_out: Out<i32>,
    val: Vec<i32>,
}

impl Shardable for IdBroadcastModel {}

impl LoihiModel for IdBroadcastModel {
    fn run_spk(&mut self) -> crate::Result<()> {
        self.val.copy_from_slice(self.a_in.recv_slice());
        self.s_out.send_slice(&self.val)
    }
}
