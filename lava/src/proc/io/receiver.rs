//! The last message.

use crate::prelude::*;
use crate::process::Payload;

/// Keeps the last message that arrived. For spikes, `Receiver<Spike>`, the payload is `bool`.
///
/// ```
/// use lava::prelude::*;
/// use lava::proc::{Receiver, Spiker};
///
/// # fn main() -> lava::Result<()> {
/// let net = network! { Loihi1SimCfg;
///     spiker:   Spiker<i32>   = Spiker::shape([2]).period(2).payload([5, 6]);
///     receiver: Receiver<i32> = Receiver::shape([2]);
///     spiker.s_out -> receiver.a_in;
/// }?;
/// net.run(RunSteps(3))?;
/// assert_eq!(net.receiver.payload.get()?, ndarray::arr1(&[5, 6]).into_dyn());
/// # net.stop()
/// # }
/// ```
///
/// Source: Intel's Lava, `lava.proc.receiver`.
#[process]
pub struct Receiver<M: Payload = i32> {
    /// Messages.
    a_in: InPort<M>,
    /// The message of the last step.
    #[var(init = M::Record::default())]
    payload: Var<M::Record>,
}

#[implements(proc = Receiver<M>, protocol = Loihi)]
struct ReceiverModel<M: Payload> {
    a_in: In<M>,
    payload: Vec<M::Record>,
}

impl<M: Payload> LoihiModel for ReceiverModel<M> {
    fn run_spk(&mut self) -> crate::Result<()> {
        self.a_in.record(&mut self.payload);
        Ok(())
    }
}
