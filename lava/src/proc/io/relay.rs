//! Relay of messages.

use crate::prelude::*;
use crate::process::Value;

/// Relay: sends the sum of its input, in the same step. It is a named place in a network where messages
/// come in, or go out.
///
#[cfg_attr(doc, doc = include_str!("../../../pictures/relay.svg"))]
///
/// ```
/// use lava::prelude::*;
/// use lava::proc::{Relay, Sink, Source};
///
/// # fn main() -> lava::Result<()> {
/// let net = network! { Loihi1SimCfg;
///     one:    Source = Source::data([[1.0]]);
///     two:    Source = Source::data([[2.0]]);
///     relay:  Relay  = Relay::shape([1]);
///     output: Sink   = Sink::shape([1]).steps(1);
///     [one.s_out, two.s_out] -> relay.a_in;
///     relay.a_out -> output.a_in;
/// }?;
/// net.run(RunSteps(1))?;
/// assert_eq!(net.output.data.get()?, ndarray::arr2(&[[3.0]]).into_dyn());
/// # net.stop()
/// # }
/// ```
#[process]
pub struct Relay<T: Value = f32> {
    /// Messages, summed over all connections.
    a_in: InPort<T>,
    /// The sum, in the same step.
    a_out: OutPort<T>,
}

#[implements(proc = Relay<T>, protocol = Loihi, shardable, batch)]
struct RelayModel<T: Value> {
    a_in: In<T>,
    a_out: Out<T>,
}

impl<T: Value> LoihiModel for RelayModel<T> {
    #[inline(always)]
    fn run_spk(&mut self) -> crate::Result<()> {
        self.a_out.send_slice(self.a_in.recv_slice())
    }
}
