//! All-to-all synapses.

use super::active::{ActiveInputs, WeightColumns, add_columns};
use super::quantized_columns::QuantizedColumns;
use super::weights::{Factor, FloatWeight, LoihiFormat, Message, SignMode, Weight, scaled};
use crate::model::ColumnMajor;
use crate::prelude::*;
use crate::process::Init;

/// Synapses from every input to every output: a matrix of weights, `[outputs, inputs]`.
///
#[cfg_attr(doc, doc = include_str!("../../../pictures/dense.svg"))]
///
/// ```text
/// a_out(t + 1) = weights · s_in(t)
/// ```
///
/// `Dense<T>` takes [`Spike`]s and adds the columns of the neurons that fired, in ascending order;
/// a step costs the columns that it adds. `Dense<T, T>` takes numbers (Lava's graded messages) and
/// multiplies; zeros cost nothing. With `num_message_bits(0)` any number that is not 0 counts as a
/// spike.
///
/// In fixed point, `Dense<i32>`, weights are clipped to 8 bits and truncated to
/// `num_weight_bits` when the network is compiled, as Loihi stores them (see [`SignMode`]), and
/// sums are shifted by `weight_exp`: left if positive, right if negative. Weights that are set
/// later are used as they are. Products and sums wrap around at 32 bits: messages of `Dense<i32, i32>`
/// that are larger than 24 bits can make that happen with a single weight.
///
/// Source: arithmetic as in Intel's Lava (`PyDenseModelFloat`, `PyDenseModelBitAcc`).
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
pub struct Dense<T: Weight = f32, M: Message<T> = Spike> {
    /// Messages of the inputs, `[inputs]`.
    #[port(shape = [weights.shape()[1]])]
    s_in: InPort<M>,
    /// Weighted sums, one step later, `[outputs]`.
    #[port(shape = [weights.shape()[0]], delay = 1)]
    a_out: OutPort<T>,
    /// Weights, `[outputs, inputs]`, finite; in the unit of the port that `a_out` feeds.
    #[var(rank = 2, finite)]
    weights: Var<T>,
    /// Sums that leave in the next step, `[outputs]`; initially 0.
    #[var(shape = [weights.shape()[0]], init = T::ZERO, per_sample)]
    a_buff: Var<T>,
    /// Bits of a message, 0 to 32; default 24. 0: a message that is not 0 counts as a spike.
    #[var(scalar, init = 24, range = 0..=32)]
    num_message_bits: Var<i32>,
    /// In fixed point, the exponent of sums, which are multiplied by `2^weight_exp`; default 0.
    #[param(default = 0)]
    weight_exp: Param<i32>,
    /// In fixed point, the bits of a weight, 0 to 8; default 8.
    #[param(default = 8)]
    num_weight_bits: Param<u32>,
    /// In fixed point, the signs that weights may have; default `None`: the narrowest mode that fits.
    #[param(default = None)]
    sign_mode: Param<Option<SignMode>>,
}

/// The number of inputs of a port, the last of its extents.
pub(super) fn inputs<M: crate::process::Payload>(s_in: &In<M>) -> usize {
    s_in.shape().last().copied().unwrap_or_default()
}

/// Adds a column of weights, each times `factor`.
#[inline(always)]
pub(in crate::proc) fn add<T: Weight>(sums: &mut [T], column: &[T], factor: impl Factor<T>) {
    for (sum, weight) in sums.iter_mut().zip(column) {
        *sum = sum.plus(factor.apply(*weight));
    }
}

#[implements(proc = Dense<T, M>, protocol = Loihi, shardable, batch, replicated(s_in))]
#[tag(FloatingPt)]
struct DenseFloat<T: FloatWeight, M: Message<T>> {
    s_in: In<M>,
    a_out: Out<T>,
    weights: ColumnMajor<T>,
    a_buff: Vec<T>,
    num_message_bits: i32,
    weight_exp: i32,
    num_weight_bits: u32,
    sign_mode: Option<SignMode>,
    /// The active inputs of a batch.
    #[local(rebuilt)]
    active: ActiveInputs<M::Factor>,
    #[local]
    context: Context,
}

impl<T: FloatWeight, M: Message<T>> DenseFloat<T, M> {
    #[inline(always)]
    fn run_batch(&mut self) -> crate::Result<()> {
        let (binary, samples) = (self.num_message_bits == 0, self.context.samples());
        let any = self.active.receive(&mut self.s_in, binary, samples);
        let columns = WeightColumns {
            weights: self.weights.as_columns(),
            outputs: self.a_buff.len() / samples,
        };
        add_columns(&mut self.a_buff, columns, &self.active);
        match any {
            true => self.a_out.send_slice(&self.a_buff),
            false => self.a_out.accumulate_sparsely().map(drop),
        }
    }
}

impl<T: FloatWeight, M: Message<T>> LoihiModel for DenseFloat<T, M> {
    #[inline(always)]
    fn run_spk(&mut self) -> crate::Result<()> {
        if self.context.samples() > 1 {
            return self.run_batch();
        }
        let sums = self.a_buff.as_mut_slice();
        sums.fill(T::ZERO);
        let (binary, mut any) = (self.num_message_bits == 0, false);
        for (input, factor) in M::active(&mut self.s_in, binary) {
            any = true;
            add(sums, self.weights.column(input), factor);
        }
        match any {
            true => self.a_out.send_slice(sums),
            // Zeros that receivers need not read.
            false => self.a_out.accumulate_sparsely().map(drop),
        }
    }
}

#[implements(proc = Dense<i32, M>, protocol = Loihi, shardable, batch, replicated(s_in, weights))]
#[tag(FixedPt)]
struct DenseFixed<M: Message<i32>> {
    s_in: In<M>,
    a_out: Out<i32>,
    weights: Init<i32>,
    a_buff: Vec<i32>,
    num_message_bits: i32,
    weight_exp: i32,
    num_weight_bits: u32,
    sign_mode: Option<SignMode>,
    #[local(rebuilt)]
    columns: QuantizedColumns,
    /// The active inputs of a batch.
    #[local(rebuilt)]
    active: ActiveInputs<M::Factor>,
    #[local]
    context: Context,
}

impl<M: Message<i32>> DenseFixed<M> {
    /// Sums the weights of the active inputs. Returns `true` if there are any.
    #[inline(always)]
    fn add_active(&mut self) -> bool {
        let (binary, samples) = (self.num_message_bits == 0, self.context.samples());
        let sums = self.a_buff.as_mut_slice();
        if samples > 1 {
            let any = self.active.receive(&mut self.s_in, binary, samples);
            let columns = WeightColumns {
                weights: self.columns.all(),
                outputs: sums.len() / samples,
            };
            add_columns(sums, columns, &self.active);
            return any;
        }
        sums.fill(0);
        let mut any = false;
        for (input, factor) in M::active(&mut self.s_in, binary) {
            any = true;
            add(sums, self.columns.of(input), factor);
        }
        any
    }
}

impl<M: Message<i32>> LoihiModel for DenseFixed<M> {
    fn start(&mut self) -> crate::Result<()> {
        let format = LoihiFormat {
            bits: self.num_weight_bits,
            sign_mode: self.sign_mode,
        };
        let (weights, inputs) = (&mut self.weights, inputs(&self.s_in));
        self.columns
            .quantize(weights, format, inputs, &self.context)?;
        Ok(())
    }

    fn on_var_update(&mut self, var: &str) -> crate::Result<()> {
        if var == "weights" {
            let inputs = inputs(&self.s_in);
            self.columns.replace(&self.weights, inputs, &self.context);
        }
        Ok(())
    }

    #[inline(always)]
    fn run_spk(&mut self) -> crate::Result<()> {
        if !self.add_active() {
            // Zeros that receivers need not read.
            return self.a_out.accumulate_sparsely().map(drop);
        }
        let exponent = self.weight_exp;
        let sums = self.a_buff.iter_mut();
        sums.for_each(|sum| *sum = scaled(*sum, exponent));
        self.a_out.send_slice(&self.a_buff)
    }
}
