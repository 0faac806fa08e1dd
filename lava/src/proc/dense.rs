//! All-to-all synapses.

use super::weights::{FloatWeight, SignMode, Weight};
use crate::model::ColumnMajor;
use crate::prelude::*;
use crate::process::{Payload, Value};

/// Synapses from every input to every output: a matrix of weights, `[outputs, inputs]`.
///
/// What arrives in step *t* leaves in step *t* + 1: `a_out(t + 1) = weights · s_in(t)`.
///
/// `Dense<T>` takes [`Spike`]s and adds up the columns of the neurons that fired, in ascending
/// order; a step costs what fires. `Dense<T, T>` takes numbers (Lava's graded messages) and
/// multiplies; zeros cost nothing. With `num_message_bits(0)` the latter counts any number that
/// is not 0 as a spike.
///
/// In fixed point, `Dense<i32>`, weights are clipped to 8 bits and truncated to
/// `num_weight_bits` when the network is compiled, as Loihi stores them (see [`SignMode`]), and
/// sums are shifted by `weight_exp`: left if positive, right if negative. Weights that are set
/// later are used as they are.
///
/// ```
/// use lava::prelude::*;
/// use lava::proc::{Dense, Source};
///
/// # fn main() -> lava::Result<()> {
/// let net = network! { Loihi1SimCfg;
///     input: Source<Spike> = Source::data([[true, false], [true, true]]);
///     dense: Dense         = Dense::weights([[1.0, 0.5], [0.0, 2.0]]);
///     input.s_out -> dense.s_in;
/// }?;
/// net.run(RunSteps(2))?;
/// assert_eq!(net.dense.a_buff.get()?, ndarray::arr1(&[1.5, 2.0]).into_dyn());
/// # net.stop()
/// # }
/// ```
#[process]
pub struct Dense<T: Weight = f32, M: Payload = Spike> {
    /// What the inputs send.
    #[port(shape = [weights.shape()[1]])]
    s_in: InPort<M>,
    /// Weighted sums, one step later.
    #[port(shape = [weights.shape()[0]], delay = 1)]
    a_out: OutPort<T>,
    /// Synaptic weights, `[outputs, inputs]`.
    #[var(rank = 2, finite)]
    weights: Var<T>,
    /// The sums that leave in the next step.
    #[var(shape = [weights.shape()[0]], init = T::ZERO)]
    a_buff: Var<T>,
    /// 0: a message that is not 0 counts as a spike. Otherwise messages are numbers.
    #[var(scalar, init = 24, range = 0..=32)]
    num_message_bits: Var<i32>,
    /// In fixed point, sums are multiplied by `2^weight_exp`.
    #[param(default = 0)]
    weight_exp: Param<i32>,
    /// In fixed point, the bits of a weight, at most 8.
    #[param(default = 8)]
    num_weight_bits: Param<u32>,
    /// In fixed point, the signs that weights may have; `None` takes what the weights have.
    #[param(default = None)]
    sign_mode: Param<Option<SignMode>>,
}

/// `sum += column · factor`
#[inline(always)]
fn add_scaled<T: FloatWeight>(sum: &mut [T], column: &[T], factor: T) {
    for (sum, weight) in sum.iter_mut().zip(column) {
        *sum = *sum + *weight * factor;
    }
}

/// `sum += column`
#[inline(always)]
fn add<T: Value>(sum: &mut [T], column: &[T]) {
    for (sum, weight) in sum.iter_mut().zip(column) {
        *sum = sum.plus(*weight);
    }
}

#[implements(proc = Dense<T, Spike>, protocol = Loihi)]
#[tag(FloatingPt)]
struct DenseFloat<T: FloatWeight> {
    s_in: In<Spike>,
    a_out: Out<T>,
    weights: ColumnMajor<T>,
    a_buff: Vec<T>,
    num_message_bits: i32,
    weight_exp: i32,
    num_weight_bits: u32,
    sign_mode: Option<SignMode>,
}

impl<T: FloatWeight> LoihiModel for DenseFloat<T> {
    fn run_spk(&mut self) -> crate::Result<()> {
        let sum = self.a_buff.as_mut_slice();
        sum.fill(T::ZERO);
        for &input in self.s_in.recv().indices() {
            add(sum, self.weights.column(input as usize));
        }
        self.a_out.send_slice(sum)
    }
}

#[implements(proc = Dense<T, T>, protocol = Loihi)]
#[tag(FloatingPt)]
struct DenseFloatGraded<T: FloatWeight> {
    s_in: In<T>,
    a_out: Out<T>,
    weights: ColumnMajor<T>,
    a_buff: Vec<T>,
    num_message_bits: i32,
    weight_exp: i32,
    num_weight_bits: u32,
    sign_mode: Option<SignMode>,
}

impl<T: FloatWeight> LoihiModel for DenseFloatGraded<T> {
    fn run_spk(&mut self) -> crate::Result<()> {
        let sum = self.a_buff.as_mut_slice();
        sum.fill(T::ZERO);
        let binary = self.num_message_bits == 0;
        for (input, &message) in self.s_in.recv_slice().iter().enumerate() {
            if message == T::ZERO {
                continue;
            }
            let message = if binary { T::ONE } else { message };
            add_scaled(sum, self.weights.column(input), message);
        }
        self.a_out.send_slice(sum)
    }
}

#[implements(proc = Dense<i32, Spike>, protocol = Loihi)]
#[tag(FixedPt)]
struct DenseFixed {
    s_in: In<Spike>,
    a_out: Out<i32>,
    weights: ColumnMajor<i32>,
    a_buff: Vec<i32>,
    num_message_bits: i32,
    weight_exp: i32,
    num_weight_bits: u32,
    sign_mode: Option<SignMode>,
}

impl LoihiModel for DenseFixed {
    fn start(&mut self) -> crate::Result<()> {
        store_as_loihi(&mut self.weights, self.sign_mode, self.num_weight_bits);
        Ok(())
    }

    fn run_spk(&mut self) -> crate::Result<()> {
        let sum = self.a_buff.as_mut_slice();
        sum.fill(0);
        for &input in self.s_in.recv().indices() {
            add(sum, self.weights.column(input as usize));
        }
        scale(sum, self.weight_exp);
        self.a_out.send_slice(sum)
    }
}

#[implements(proc = Dense<i32, i32>, protocol = Loihi)]
#[tag(FixedPt)]
struct DenseFixedGraded {
    s_in: In<i32>,
    a_out: Out<i32>,
    weights: ColumnMajor<i32>,
    a_buff: Vec<i32>,
    num_message_bits: i32,
    weight_exp: i32,
    num_weight_bits: u32,
    sign_mode: Option<SignMode>,
}

impl LoihiModel for DenseFixedGraded {
    fn start(&mut self) -> crate::Result<()> {
        store_as_loihi(&mut self.weights, self.sign_mode, self.num_weight_bits);
        Ok(())
    }

    fn run_spk(&mut self) -> crate::Result<()> {
        let sum = self.a_buff.as_mut_slice();
        sum.fill(0);
        let binary = self.num_message_bits == 0;
        for (input, &message) in self.s_in.recv_slice().iter().enumerate() {
            if message == 0 {
                continue;
            }
            let message = if binary { 1 } else { message };
            for (sum, weight) in sum.iter_mut().zip(self.weights.column(input)) {
                *sum = sum.wrapping_add(weight.wrapping_mul(message));
            }
        }
        scale(sum, self.weight_exp);
        self.a_out.send_slice(sum)
    }
}

/// Clips and truncates weights to what Loihi stores.
fn store_as_loihi(weights: &mut ColumnMajor<i32>, mode: Option<SignMode>, bits: u32) {
    let mode = mode.unwrap_or_else(|| SignMode::of(weights.view().iter().copied()));
    weights.map(|weight| mode.truncate(mode.clip(weight), bits));
}

/// Multiplies by `2^exponent`, rounding towards −∞.
fn scale(sums: &mut [i32], exponent: i32) {
    let shift = exponent.unsigned_abs().min(31);
    match exponent {
        0 => {}
        1.. => sums
            .iter_mut()
            .for_each(|sum| *sum = sum.wrapping_shl(shift)),
        _ => sums.iter_mut().for_each(|sum| *sum >>= shift),
    }
}
