//! Sigma units: decoders of changes.

use crate::model::Sleep;
use crate::prelude::*;
use crate::proc::kernel::signal::{FloatSignal, Signal};
use crate::process::Value;

/// Sigma decoder: sums its input over all steps and sends the sum. It decodes the messages of
/// [`Delta`](super::Delta) and [`SigmaDelta`](super::SigmaDelta).
///
#[cfg_attr(doc, doc = include_str!("../../../../pictures/sigma.svg"))]
///
/// ```text
/// sigma ← sigma + a_in        s_out = sigma
/// ```
///
/// In fixed point, `Sigma<i32>`, the sum wraps around at 32 bits. Input is part of the sum sent in
/// the same step. Ports and Var have the shape of the population.
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
    /// Changes, summed over all connections.
    a_in: InPort<T>,
    /// The sum over all steps.
    s_out: OutPort<T>,
    /// The sum over all steps.
    #[var(init = T::ZERO)]
    sigma: Var<T>,
}

/// Defines the model for elements of type `$T`, with the generics `$bound` of the model.
macro_rules! model {
    ($model:ident, $tag:ident, $T:ident, [$($bound:tt)*], [$($parameter:tt)*]) => {
        #[implements(proc = Sigma<$T>, protocol = Loihi, shardable, batch)]
        #[tag($tag)]
        struct $model<$($bound)*> {
            a_in: In<$T>,
            s_out: Out<$T>,
            sigma: Vec<$T>,
            #[local]
            context: Context,
            #[local]
            sleep: Sleep,
        }

        impl<$($bound)*> LoihiModel for $model<$($parameter)*> {
            #[inline(always)]
            fn run_spk(&mut self) -> crate::Result<()> {
                let a_in = self.a_in.recv_sums();
                let (neurons, step) = (self.sigma.len(), self.context.time_step());
                let mut blocks = self.sleep.blocks(neurons, step, &[&a_in]);
                while let Some((start, len)) = blocks.next() {
                    if blocks.look() {
                        blocks.before(&[&self.sigma]);
                    }
                    let sums = self.sigma[start..][..len].iter_mut().zip(&a_in[start..]);
                    sums.for_each(|(sigma, a_in)| *sigma = sigma.plus(*a_in));
                    if blocks.look() {
                        // All sums are sent in each step.
                        blocks.after(&[&self.sigma], false);
                    }
                }
                self.s_out.send_slice(&self.sigma)
            }
        }
    };
}

model!(SigmaFloat, FloatingPt, T, [T: FloatSignal], [T]);
model!(SigmaFixed, FixedPt, i32, [], []);
