//! Element-wise products of two vectors.

use super::gate::above;
use crate::model::{Arrive, Sleep};
use crate::prelude::*;
use crate::proc::kernel::delta::are_any_sent;
use crate::proc::kernel::signal::Arithmetic;

/// Element-wise product of two inputs, in the same step, with a threshold.
///
#[cfg_attr(doc, doc = include_str!("../../../../pictures/prod_neuron.svg"))]
///
/// ```text
/// v     = a_in1·a_in2 / 2^exp        rounded towards −∞
/// s_out = v where |v| > vth, else 0
/// ```
///
/// The product wraps around at 32 bits before it is shifted: inputs of 16 bits are safe. Ports and
/// `vth` have the shape of the population, and `vth` may differ from neuron to neuron.
///
/// Source: Intel's Lava, `lava.proc.prodneuron`; there is a fixed-point model only.
///
/// ```
/// use lava::prelude::*;
/// use lava::proc::{ProdNeuron, Source};
///
/// # fn main() -> lava::Result<()> {
/// let net = network! { Loihi1SimCfg;
///     left:    Source<i32> = Source::data([[5, -3, 7]]);
///     right:   Source<i32> = Source::data([[2, 3, 0]]);
///     product: ProdNeuron  = ProdNeuron::shape([3]).exp(1);
///     left.s_out -> product.a_in1;
///     right.s_out -> product.a_in2;
/// }?;
/// let sent = net.probe(&net.product.s_out)?;
/// net.run(RunSteps(1))?;
/// assert_eq!(sent.data().into_raw_vec_and_offset().0, [5, -5, 0]);
/// # net.stop()
/// # }
/// ```
#[process]
pub struct ProdNeuron {
    /// One factor.
    a_in1: InPort<i32>,
    /// The other factor.
    a_in2: InPort<i32>,
    /// The products.
    s_out: OutPort<i32>,
    /// Threshold: a product is sent if its magnitude is above.
    #[var(init = 1)]
    vth: Var<i32>,
    /// Exponent: products are divided by 2 to this power.
    #[var(scalar, init = 0, range = 0..=31)]
    exp: Var<i32>,
}

#[implements(proc = ProdNeuron, protocol = Loihi, shardable, batch)]
#[tag(FixedPt)]
struct ProdNeuronModel {
    a_in1: In<i32>,
    a_in2: In<i32>,
    s_out: Out<i32>,
    vth: PerNeuron<i32>,
    exp: i32,
    #[local]
    context: Context,
    #[local]
    sleep: Sleep,
}

impl LoihiModel for ProdNeuronModel {
    #[inline(always)]
    fn run_spk(&mut self) -> crate::Result<()> {
        let exp = self.exp.unsigned_abs();
        let (left, right) = (self.a_in1.recv_sums(), self.a_in2.recv_sums());
        let s_out = self.s_out.accumulate()?;
        let (neurons, step) = (s_out.len(), self.context.time_step());
        let inputs: [&dyn Arrive; 2] = [&left, &right];
        let mut blocks = self.sleep.blocks(neurons, step, &inputs);
        while let Some((start, len)) = blocks.next() {
            if blocks.look() {
                blocks.before(&[]);
            }
            let (left, right) = (&left[start..][..len], &right[start..][..len]);
            let (vth, s_out) = (self.vth.block(start, len), &mut s_out[start..][..len]);
            for i in 0..len {
                s_out[i] = above(left[i].wrapping_mul(right[i]).lowered(exp), vth[i]);
            }
            if blocks.look() {
                blocks.after(&[], are_any_sent(s_out));
            }
        }
        Ok(())
    }
}
