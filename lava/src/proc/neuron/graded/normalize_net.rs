//! Normalisation of vectors.

use ndarray::Array2;

use super::{InvSqrt, NormVecDelay};
use crate::prelude::*;
use crate::proc::Dense;

/// Normalises a vector to length 1.
///
#[cfg_attr(doc, doc = include_str!("../../../../pictures/normalize_net.svg"))]
///
/// ```text
/// s_out(t) = 2¹⁸ · a_in(t − 1) / √(Σ a_in(t − 2)²)
/// ```
///
/// The output has 18 fractional bits, for every number of fractional bits of the input. The length
/// is that of the vector one step earlier: the output for a constant vector is exact from its third
/// step on. The sum of the squares must fit 24 bits; its inverse root has 12 fractional bits, so
/// the longer the vector, the coarser the output: see [`InvSqrt`].
///
/// A composite process: `vector` ([`NormVecDelay`]) squares the input and multiplies it by
/// `root` ([`InvSqrt`]), the inverse square root of the `sum` of the squares; `sum` and `spread`
/// are synapses of weight 1. Ports and Var have one axis, the length of the vector.
///
/// Source: Intel's Lava, `lava.networks.gradedvecnetwork`.
///
/// ```
/// use lava::prelude::*;
/// use lava::proc::{NormalizeNet, Source};
///
/// # fn main() -> lava::Result<()> {
/// let net = network! { Loihi1SimCfg;
///     input: Source<i32>  = Source::data([[30, 40]]);
///     norm:  NormalizeNet = NormalizeNet::shape([2]);
///     input.s_out -> norm.a_in;
/// }?;
/// let sent = net.probe(&net.norm.s_out)?;
/// net.run(RunSteps(3))?;
/// let unit = sent.data().mapv(|x| f64::from(x) / f64::from(1 << 18));
/// assert!((unit[[2, 0]] - 0.6).abs() < 1e-3 && (unit[[2, 1]] - 0.8).abs() < 1e-3);
/// # net.stop()
/// # }
/// ```
#[process]
pub struct NormalizeNet {
    /// The vector.
    a_in: InPort<i32>,
    /// The normalised vector, with 18 fractional bits.
    s_out: OutPort<i32>,
    /// Threshold: a number is sent if its magnitude is above.
    #[var(init = 1)]
    vth: Var<i32>,
}

#[implements(proc = NormalizeNet, protocol = Loihi, sub_model)]
#[tag(FixedPt)]
struct NormalizeNetModel;

impl SubModel for NormalizeNetModel {
    type Process = NormalizeNet;
    type Config = Loihi1SimCfg;

    fn build(
        norm: &NormalizeNet,
        net: &Network<Loihi1SimCfg>,
    ) -> crate::Result<NormalizeNetExports> {
        let &[len] = norm.a_in.shape() else {
            return Err(crate::Error::model(format!(
                "a vector has one axis, not {}: give the number of its elements and flatten what is connected to it",
                norm.a_in.shape().len()
            )));
        };
        let vector = NormVecDelay::shape([len]).vth(norm.vth.get()?);
        network! { inside net, norm: NormalizeNet;
            vector: NormVecDelay    = vector;
            sum:    Dense<i32, i32> = Dense::weights(Array2::from_elem((1, len), 1));
            root:   InvSqrt<i32>    = InvSqrt::shape([1]);
            spread: Dense<i32, i32> = Dense::weights(Array2::from_elem((len, 1), 1));
            norm.a_in     -> vector.a_in1;
            vector.s2_out -> sum.s_in;
            sum.a_out     -> root.a_in;
            root.s_out    -> spread.s_in;
            spread.a_out  -> vector.a_in2;
            vector.s_out  -> norm.s_out;
            norm.vth = vector.vth;
        }
    }
}
