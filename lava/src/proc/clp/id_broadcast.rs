//! Distribution of the number of a prototype.

use crate::prelude::*;

/// Relay: sends its input in the same step, and keeps it in `val`. Ports and Var have the shape of
/// the population.
///
#[cfg_attr(doc, doc = include_str!("../../../pictures/id_broadcast.svg"))]
///
/// Source: Intel's Lava, `lava.proc.clp.id_broadcast`.
///
/// ```
/// use lava::prelude::*;
/// use lava::proc::{IdBroadcast, Source};
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
    /// Input.
    a_in: InPort<i32>,
    /// The input.
    s_out: OutPort<i32>,
    /// Input of the last step.
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

impl LoihiModel for IdBroadcastModel {
    fn run_spk(&mut self) -> crate::Result<()> {
        self.val.copy_from_slice(self.a_in.recv_slice());
        self.s_out.send_slice(&self.val)
    }
}
