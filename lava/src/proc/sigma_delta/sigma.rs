//! Sigma units: the sum of everything that has arrived.

use super::arithmetic::{FloatSignal, Signal};
use crate::prelude::*;
use crate::process::Value;

/// Adds up what it receives and sends the sum: it decodes the messages of [`Delta`](super::Delta)
/// and [`SigmaDelta`](super::SigmaDelta) units.
///
/// ```text
/// sigma ← sigma + a_in        s_out = sigma
/// ```
///
/// In fixed point, `Sigma<i32>`, the sum wraps around at 32 bits. What arrives is in the sum that
/// is sent in the same step.
///
/// Source: Intel's Lava, `lava.proc.sdn`.
///
/// ```
/// use lava::prelude::*;
/// use lava::proc::{Sigma, Source};
///
/// # fn main() -> lava::Result<()> {
/// let net = network! { Loihi1SimCfg;
///     input: Source = Source::data([[1.0], [0.0], [-0.5]]);
///     sigma: Sigma  = Sigma::shape([1]);
///     input.s_out -> sigma.a_in;
/// }?;
/// let sums = net.probe(&net.sigma.s_out)?;
/// net.run(RunSteps(3))?;
/// assert_eq!(sums.data().into_raw_vec_and_offset().0, [1.0, 1.0, 0.5]);
/// # net.stop()
/// # }
/// ```
#[process]
pub struct Sigma<T: Signal = f32> {
    /// What is added up.
    a_in: InPort<T>,
    /// The sum.
    s_out: OutPort<T>,
    /// The sum.
    #[var(init = T::ZERO)]
    sigma: Var<T>,
}

macro_rules! model {
    ($model:ident, $tag:ident, $T:ident, [$($bound:tt)*], [$($parameter:tt)*]) => {
        #[implements(proc = Sigma<$T>, protocol = Loihi, shardable)]
        #[tag($tag)]
        struct $model<$($bound)*> {
            a_in: In<$T>,
            s_out: Out<$T>,
            sigma: Vec<$T>,
        }

        impl<$($bound)*> Shardable for $model<$($parameter)*> {}

        impl<$($bound)*> LoihiModel for $model<$($parameter)*> {
            #[inline(always)]
            fn run_spk(&mut self) -> crate::Result<()> {
                let sums = self.sigma.iter_mut().zip(self.a_in.recv_slice());
                sums.for_each(|(sigma, a_in)| *sigma = sigma.plus(*a_in));
                self.s_out.send_slice(&self.sigma)
            }
        }
    };
}

model!(SigmaFloat, FloatingPt, T, [T: FloatSignal], [T]);
model!(SigmaFixed, FixedPt, i32, [], []);
