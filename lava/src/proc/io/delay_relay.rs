//! Relays with delays.

use crate::prelude::*;
use crate::process::Value;

/// Relay with delays: sends each element of its input `delay` steps later; 0 is the same step.
///
#[cfg_attr(doc, doc = include_str!("../../../pictures/delay_relay.svg"))]
///
/// Port and Var have the shape of the population. Delays are read when the network starts.
///
/// ```
/// use lava::prelude::*;
/// use lava::proc::{DelayRelay, Source};
///
/// # fn main() -> lava::Result<()> {
/// let net = network! { Loihi1SimCfg;
///     input: Source    = Source::data([[1.0, 1.0], [2.0, 2.0], [3.0, 3.0]]);
///     line:  DelayRelay = DelayRelay::shape([2]).delay([0, 2]);
///     input.s_out -> line.a_in;
/// }?;
/// let delayed = net.probe(&net.line.a_out)?;
/// net.run(RunSteps(3))?;
/// assert_eq!(delayed.data().into_raw_vec_and_offset().0, [1.0, 0.0, 2.0, 0.0, 3.0, 1.0]);
/// # net.stop()
/// # }
/// ```
#[process]
pub struct DelayRelay<T: Value = f32> {
    /// Messages, summed over all connections.
    a_in: InPort<T>,
    /// The elements of earlier messages.
    a_out: OutPort<T>,
    /// The delay of each element, in steps.
    #[var(init = 0, range = 0..)]
    delay: Var<i32>,
}

#[implements(proc = DelayRelay<T>, protocol = Loihi, per_sample)]
struct DelayRelayModel<T: Value> {
    a_in: In<T>,
    a_out: Out<T>,
    delay: Vec<i32>,
    /// The messages of the last steps.
    #[local]
    lines: Vec<Vec<T>>,
    #[local]
    context: Context,
}

impl<T: Value> LoihiModel for DelayRelayModel<T> {
    fn start(&mut self) -> crate::Result<()> {
        let line = |delay: &i32| vec![T::ZERO; *delay as usize + 1];
        self.lines = self.delay.iter().map(line).collect();
        Ok(())
    }

    #[inline(always)]
    fn run_spk(&mut self) -> crate::Result<()> {
        let step = self.context.time_step() as usize;
        let mut message = self.a_in.recv_slice().to_vec();
        for (element, line) in message.iter_mut().zip(&mut self.lines) {
            let len = line.len();
            line[step % len] = *element;
            *element = line[(step + 1) % len];
        }
        self.a_out.send_slice(&message)
    }
}
