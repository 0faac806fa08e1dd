//! Periodic source.

use std::hint::select_unpredictable;

use crate::prelude::*;
use crate::proc::kernel::fired::blocks;
use crate::process::Value;

/// Periodic source: sends a number every `period` steps, from step `period` + 1 on, and 0 in
/// between.
///
#[cfg_attr(doc, doc = include_str!("../../../pictures/spiker.svg"))]
///
/// Port and Vars have the shape of the population; period and payload may differ from neuron to
/// neuron. Lava's Var `rate` is the period too.
///
/// ```
/// use lava::prelude::*;
/// use lava::proc::Spiker;
///
/// # fn main() -> lava::Result<()> {
/// let net = Network::<Loihi1SimCfg>::new();
/// let spiker: Spiker<i32> = net.add(Spiker::shape([1]).period(2).payload(7))?;
/// let sent = net.probe(&spiker.s_out)?;
/// net.run(RunSteps(5))?;
/// assert_eq!(sent.data().into_raw_vec_and_offset().0, [0, 0, 7, 0, 7]);
/// # net.stop()
/// # }
/// ```
///
/// Source: Intel's Lava, `lava.proc.spiker`.
#[process]
pub struct Spiker<T: Value = i32> {
    /// The payload, or 0.
    s_out: OutPort<T>,
    /// Period, in steps.
    #[var(init = 10, range = 1..)]
    period: Var<i32>,
    /// Number that is sent.
    #[var(init = T::ONE, finite)]
    payload: Var<T>,
    /// Steps since the last message, the step of the message included.
    #[var(init = 0)]
    counter: Var<i32>,
}

#[implements(proc = Spiker<T>, protocol = Loihi, shardable, batch)]
struct SpikerModel<T: Value> {
    s_out: Out<T>,
    period: PerNeuron<i32>,
    payload: PerNeuron<T>,
    counter: Vec<i32>,
}

impl<T: Value> LoihiModel for SpikerModel<T> {
    #[inline(always)]
    fn run_spk(&mut self) -> crate::Result<()> {
        let s_out = self.s_out.accumulate()?;
        for (start, len) in blocks(self.counter.len()) {
            let (period, payload) = (
                self.period.block(start, len),
                self.payload.block(start, len),
            );
            let counter = &mut self.counter[start..][..len];
            let s_out = &mut s_out[start..][..len];
            for i in 0..len {
                let (payload, steps) = (payload[i], counter[i]);
                let fires = steps == period[i];
                s_out[i] = select_unpredictable(fires, payload, T::ZERO);
                counter[i] = select_unpredictable(fires, 1, steps.wrapping_add(1));
            }
        }
        Ok(())
    }
}
