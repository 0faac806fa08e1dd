//! Latch of messages.

use crate::prelude::*;
use crate::process::Payload;

/// Latch: keeps its input of the last step in `payload`. For spikes, `Latch<Spike>`, the payload
/// is `bool`. Port and Var have the shape of the population.
///
#[cfg_attr(doc, doc = include_str!("../../../pictures/latch.svg"))]
///
/// ```
/// use lava::prelude::*;
/// use lava::proc::{Latch, Spiker};
///
/// # fn main() -> lava::Result<()> {
/// let net = network! { Loihi1SimCfg;
///     spiker: Spiker<i32> = Spiker::shape([2]).period(2).payload([5, 6]);
///     latch:  Latch<i32>  = Latch::shape([2]);
///     spiker.s_out -> latch.a_in;
/// }?;
/// net.run(RunSteps(3))?;
/// assert_eq!(net.latch.payload.get()?, ndarray::arr1(&[5, 6]).into_dyn());
/// # net.stop()
/// # }
/// ```
///
/// Source: Intel's Lava, `lava.proc.receiver`.
#[process]
pub struct Latch<M: Payload = i32> {
    /// Input.
    a_in: InPort<M>,
    /// Input of the last step.
    #[var(init = M::Record::default())]
    payload: Var<M::Record>,
}

#[implements(proc = Latch<M>, protocol = Loihi, per_sample)]
struct LatchModel<M: Payload> {
    a_in: In<M>,
    payload: Vec<M::Record>,
}

impl<M: Payload> LoihiModel for LatchModel<M> {
    fn run_spk(&mut self) -> crate::Result<()> {
        self.a_in.record(&mut self.payload);
        Ok(())
    }
}
