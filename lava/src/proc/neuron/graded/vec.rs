//! Vectors of graded neurons.

use super::gate::{above, positive_above};
use crate::model::Sleep;
use crate::prelude::*;
use crate::proc::kernel::delta::are_any_sent;

/// Threshold on the magnitude of the input: sends it in the same step.
///
#[cfg_attr(doc, doc = include_str!("../../../../pictures/graded_vec.svg"))]
///
/// ```text
/// v ← v + a_in        s_out = v where |v| > vth, else 0        v ← 0
/// ```
///
/// `v` is 0 after every step: a value set between runs is added to the input of one step. Sums wrap
/// around at 32 bits. Ports and Vars have the shape of the population, and `vth` may differ from
/// neuron to neuron.
///
/// Source: Intel's Lava, `lava.proc.graded`. There is a fixed-point model only; Lava's `exp` has no
/// effect on the computation.
///
/// ```
/// use lava::prelude::*;
/// use lava::proc::{GradedVec, Source};
///
/// # fn main() -> lava::Result<()> {
/// let net = network! { Loihi1SimCfg;
///     input: Source<i32> = Source::data([[5, -9, 3]]);
///     vec:   GradedVec   = GradedVec::shape([3]).vth(4);
///     input.s_out -> vec.a_in;
/// }?;
/// let sent = net.probe(&net.vec.s_out)?;
/// net.run(RunSteps(1))?;
/// assert_eq!(sent.data().into_raw_vec_and_offset().0, [5, -9, 0]);
/// # net.stop()
/// # }
/// ```
#[process]
pub struct GradedVec {
    /// Input, summed over all connections.
    a_in: InPort<i32>,
    /// Input above the threshold, else 0.
    s_out: OutPort<i32>,
    /// Added to the input of the next step, then 0.
    #[var(init = 0)]
    v: Var<i32>,
    /// Threshold: a number is sent if its magnitude is above.
    #[var(init = 1)]
    vth: Var<i32>,
}

/// Threshold on the input itself: a [`GradedVec`] that sends no negative numbers, if `vth` is not
/// negative.
///
#[cfg_attr(doc, doc = include_str!("../../../../pictures/graded_relu_vec.svg"))]
///
/// ```text
/// v ← v + a_in        s_out = v where v > vth, else 0        v ← 0
/// ```
///
/// ```
/// use lava::prelude::*;
/// use lava::proc::{GradedReluVec, Source};
///
/// # fn main() -> lava::Result<()> {
/// let net = network! { Loihi1SimCfg;
///     input: Source<i32>   = Source::data([[5, -9, 3]]);
///     relu:  GradedReluVec = GradedReluVec::shape([3]).vth(0);
///     input.s_out -> relu.a_in;
/// }?;
/// let sent = net.probe(&net.relu.s_out)?;
/// net.run(RunSteps(1))?;
/// assert_eq!(sent.data().into_raw_vec_and_offset().0, [5, 0, 3]);
/// # net.stop()
/// # }
/// ```
#[process]
pub struct GradedReluVec {
    /// Input, summed over all connections.
    a_in: InPort<i32>,
    /// Input above the threshold, else 0.
    s_out: OutPort<i32>,
    /// Added to the input of the next step, then 0.
    #[var(init = 0)]
    v: Var<i32>,
    /// Threshold: a number is sent if it is above.
    #[var(init = 1)]
    vth: Var<i32>,
}

/// Advances the neurons of a block by a step: `passes(v, vth)` returns the message of a neuron.
#[inline(always)]
fn run(
    a_in: &[i32],
    v: &mut [i32],
    vth: &[i32],
    s_out: &mut [i32],
    passes: impl Fn(i32, i32) -> i32,
) {
    let len = v.len();
    let (a_in, vth, s_out) = (&a_in[..len], &vth[..len], &mut s_out[..len]);
    for i in 0..len {
        s_out[i] = passes(v[i].wrapping_add(a_in[i]), vth[i]);
        v[i] = 0;
    }
}

/// Defines the model of `$process`; `$passes` is its threshold.
macro_rules! model {
    ($process:ident, $model:ident, $passes:expr) => {
        #[implements(proc = $process, protocol = Loihi, shardable, batch)]
        #[tag(FixedPt)]
        struct $model {
            a_in: In<i32>,
            s_out: Out<i32>,
            v: Vec<i32>,
            vth: PerNeuron<i32>,
            #[local]
            context: Context,
            #[local]
            sleep: Sleep,
        }

        impl LoihiModel for $model {
            #[inline(always)]
            fn run_spk(&mut self) -> crate::Result<()> {
                let (a_in, s_out) = (self.a_in.recv_sums(), self.s_out.accumulate()?);
                let (neurons, step) = (self.v.len(), self.context.time_step());
                let mut blocks = self.sleep.blocks(neurons, step, &[&a_in]);
                while let Some((start, len)) = blocks.next() {
                    if blocks.look() {
                        blocks.before(&[&self.v]);
                    }
                    let (v, s_out) = (&mut self.v[start..][..len], &mut s_out[start..][..len]);
                    let vth = self.vth.block(start, len);
                    run(&a_in[start..][..len], v, vth, s_out, $passes);
                    if blocks.look() {
                        blocks.after(&[&self.v], are_any_sent(s_out));
                    }
                }
                Ok(())
            }
        }
    };
}

model!(GradedVec, GradedVecModel, above);
model!(GradedReluVec, GradedReluVecModel, positive_above);
