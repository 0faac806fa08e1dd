//! Squares and delayed products, one half of a network that normalises vectors.

use super::gate::above;
use crate::model::{Arrive, Sleep};
use crate::prelude::*;
use crate::proc::kernel::delta::are_any_sent;

/// Squares of the first input, and products of the delayed first input and the second: with
/// [`InvSqrt`](super::InvSqrt) in between, it normalises a vector to length 1.
///
#[cfg_attr(doc, doc = include_str!("../../../../pictures/norm_vec_delay.svg"))]
///
/// ```text
/// s2_out = a_in1²
/// v2 ← v        v ← a_in1
/// s_out = v2·a_in2 where |v2·a_in2| > vth, else 0
/// ```
///
/// Both outputs are sent in the step in which `a_in1` and `a_in2` arrive; products wrap around at
/// 32 bits. Lava's documentation states a delay of two steps for `a_in1`; its CPU model, which this
/// one follows, has one. Ports and Vars have the shape of the vector.
///
/// Source: Intel's Lava, `lava.proc.graded`. There is a fixed-point model only; Lava's `exp` has no
/// effect on the computation.
///
/// ```
/// use lava::prelude::*;
/// use lava::proc::{Dense, InvSqrt, NormVecDelay, Source};
///
/// # fn main() -> lava::Result<()> {
/// let net = network! { Loihi1SimCfg;
///     input:  Source<i32>     = Source::data([[300, 400]]);
///     vector: NormVecDelay    = NormVecDelay::shape([2]);
///     sum:    Dense<i32, i32> = Dense::weights([[1, 1]]);
///     root:   InvSqrt<i32>    = InvSqrt::shape([1]);
///     spread: Dense<i32, i32> = Dense::weights([[1], [1]]);
///     input.s_out   -> vector.a_in1;
///     vector.s2_out -> sum.s_in;
///     sum.a_out     -> root.a_in;
///     root.s_out    -> spread.s_in;
///     spread.a_out  -> vector.a_in2;
/// }?;
/// let unit = net.probe(&net.vector.s_out)?;
/// net.run(RunSteps(4))?;
/// // In units of 2⁻¹⁸, as InvSqrt takes its input and gives its output in units of 2⁻¹².
/// let unit = unit.data().mapv(|x| f64::from(x) / f64::from(1 << 18));
/// assert!((unit[[3, 0]] - 0.6).abs() < 0.01 && (unit[[3, 1]] - 0.8).abs() < 0.01);
/// # net.stop()
/// # }
/// ```
#[process]
pub struct NormVecDelay {
    /// The vector.
    a_in1: InPort<i32>,
    /// Factor of the vector of the last step.
    a_in2: InPort<i32>,
    /// Products.
    s_out: OutPort<i32>,
    /// Squares.
    s2_out: OutPort<i32>,
    /// Threshold: a product is sent if its magnitude is above.
    #[var(init = 1)]
    vth: Var<i32>,
    /// The vector of this step.
    #[var(init = 0)]
    v: Var<i32>,
    /// The vector of the last step.
    #[var(init = 0)]
    v2: Var<i32>,
}

#[implements(proc = NormVecDelay, protocol = Loihi, shardable, batch)]
#[tag(FixedPt)]
struct NormVecDelayModel {
    a_in1: In<i32>,
    a_in2: In<i32>,
    s_out: Out<i32>,
    s2_out: Out<i32>,
    vth: PerNeuron<i32>,
    v: Vec<i32>,
    v2: Vec<i32>,
    #[local]
    context: Context,
    #[local]
    sleep: Sleep,
}

impl LoihiModel for NormVecDelayModel {
    #[inline(always)]
    fn run_spk(&mut self) -> crate::Result<()> {
        let (a_in1, a_in2) = (self.a_in1.recv_sums(), self.a_in2.recv_sums());
        let (s_out, s2_out) = (self.s_out.accumulate()?, self.s2_out.accumulate()?);
        let (neurons, step) = (self.v.len(), self.context.time_step());
        let inputs: [&dyn Arrive; 2] = [&a_in1, &a_in2];
        let mut blocks = self.sleep.blocks(neurons, step, &inputs);
        while let Some((start, len)) = blocks.next() {
            if blocks.look() {
                blocks.before(&[&self.v, &self.v2]);
            }
            let (a_in1, a_in2) = (&a_in1[start..][..len], &a_in2[start..][..len]);
            let (v, v2) = (&mut self.v[start..][..len], &mut self.v2[start..][..len]);
            let s_out = &mut s_out[start..][..len];
            let s2_out = &mut s2_out[start..][..len];
            let vth = self.vth.block(start, len);
            for i in 0..len {
                s2_out[i] = a_in1[i].wrapping_mul(a_in1[i]);
                v2[i] = v[i];
                v[i] = a_in1[i];
                s_out[i] = above(v2[i].wrapping_mul(a_in2[i]), vth[i]);
            }
            if blocks.look() {
                let acts = are_any_sent(s_out) || are_any_sent(s2_out);
                blocks.after(&[&self.v, &self.v2], acts);
            }
        }
        Ok(())
    }
}
