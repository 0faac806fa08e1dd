//! All-to-all synapses with a delay each.

use super::active::ActiveInputs;
use super::dense::{add, inputs};
use super::quantized_columns::QuantizedColumns;
use super::weights::{Factor, FloatWeight, LoihiFormat, Message, SignMode, Weight, scaled};
use crate::model::{ColumnMajor, DelayLine};
use crate::prelude::*;
use crate::process::{Dims, Init, VarField};

/// Synapses from every input to every output, each with a weight and a delay: two matrices,
/// `[outputs, inputs]`. One number is the delay of all synapses.
///
#[cfg_attr(doc, doc = include_str!("../../../pictures/delay_dense.svg"))]
///
/// ```text
/// a_out[i](t + 1) = Σ over inputs j of  weights[i, j] · s_in[j](t − delays[i, j])
/// ```
///
/// `DelayDense<T>` takes [`Spike`]s, `DelayDense<T, T>` numbers, as [`Dense`](super::Dense) does;
/// a step costs the inputs that are active in it. In fixed point, `DelayDense<i32>`, weights are
/// stored as in `Dense` and delays are at most 63; contributions of one step are summed
/// for each delay apart and shifted by `weight_exp` before they are added to earlier ones. Products and
/// sums wrap around at 32 bits.
///
/// Weights and delays can be set between runs, delays up to `max_delay`. They apply to later
/// messages; earlier contributions are in `a_buff` already. The first column of `a_buff` has left
/// when it is read.
///
/// Source: arithmetic as in Intel's Lava (`PyDelayDenseModelFloat`, `PyDelayDenseModelBitAcc`).
///
/// ```
/// use lava::prelude::*;
/// use lava::proc::{DelayDense, Sink, Source};
///
/// # fn main() -> lava::Result<()> {
/// let net = network! { Loihi1SimCfg;
///     input:  Source<Spike> = Source::data([[true, true], [false, false], [false, false], [false, false]]);
///     dense:  DelayDense    = DelayDense::weights([[0.5, 2.0]]).delays([[0, 2]]);
///     output: Sink          = Sink::shape([1]).steps(4);
///     input.s_out -> dense.s_in;
///     dense.a_out -> output.a_in;
/// }?;
/// net.run(RunSteps(4))?;
/// let arrived = ndarray::arr2(&[[0.0], [0.5], [0.0], [2.0]]).into_dyn();
/// assert_eq!(net.output.data.get()?, arrived);
/// # net.stop()
/// # }
/// ```
#[process]
pub struct DelayDense<T: Weight = f32, M: Message<T> = Spike> {
    /// Messages of the inputs, `[inputs]`.
    #[port(shape = [weights.shape()[1]])]
    s_in: InPort<M>,
    /// Weighted sums, one step and the synapse's delay later, `[outputs]`.
    #[port(shape = [weights.shape()[0]], delay = 1)]
    a_out: OutPort<T>,
    /// Weights, `[outputs, inputs]`, finite; in the unit of the port that `a_out` feeds.
    #[var(rank = 2, finite)]
    weights: Var<T>,
    /// Delays in steps, `[outputs, inputs]`, on top of the one step that every connection takes;
    /// 0 to `max_delay`.
    #[var(shape = weights.shape(), range = 0..=longest::<T>(delays, *max_delay))]
    delays: Var<i32>,
    /// Sums that leave in the next step and in later ones, `[outputs, max_delay + 1]`; initially 0.
    #[var(shape = [weights.shape()[0], steps(delays, *max_delay)], init = T::ZERO, per_sample)]
    a_buff: Var<T>,
    /// Bits of a message, 0 to 32; default 24. 0: a message that is not 0 counts as a spike.
    #[var(scalar, init = 24, range = 0..=32)]
    num_message_bits: Var<i32>,
    /// The longest delay that can be set later, in steps; default 0: the longest of `delays`.
    #[param(default = 0)]
    max_delay: Param<usize>,
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

/// Steps whose sums are on their way at once.
fn steps(delays: &Init<i32>, max_delay: usize) -> usize {
    let longest = || {
        let given = delays.read(&Dims::from(delays.shape()));
        given.iter().fold(0, |longest, delay| longest.max(*delay)) as usize
    };
    let max_delay = if max_delay == 0 { longest() } else { max_delay };
    max_delay.saturating_add(1)
}

/// The longest delay that can be set.
fn longest<T: Weight>(delays: &Init<i32>, max_delay: usize) -> i32 {
    let longest = i32::try_from(steps(delays, max_delay) - 1);
    longest.map_or(T::LONGEST_DELAY, |longest| longest.min(T::LONGEST_DELAY))
}

/// The offsets, among the sums of all steps, to which the weights of each input are added.
#[derive(Default)]
struct DelayOffsets {
    outputs: usize,
    /// The outputs of all samples that the model computes.
    stride: usize,
    columns: Vec<ColumnDelays>,
    /// Column by column, of the columns whose delays differ.
    offsets: Vec<u32>,
}

/// The delays of one input's weights.
#[derive(Clone, Copy)]
enum ColumnDelays {
    /// One delay for all.
    Uniform(usize),
    /// One for each; their offsets begin here.
    Individual(usize),
}

impl DelayOffsets {
    fn new(delays: &Init<i32>, samples: usize, outputs: usize, inputs: usize) -> DelayOffsets {
        let delays = delays.read(&Dims::from([outputs, inputs]));
        let stride = samples * outputs;
        let mut offsets = DelayOffsets {
            outputs,
            stride,
            ..DelayOffsets::default()
        };
        for column in delays.axis_iter(ndarray::Axis(1)) {
            let first = column.first().map_or(0, |delay| *delay);
            let start = offsets.offsets.len();
            if column.iter().all(|delay| *delay == first) {
                offsets.columns.push(ColumnDelays::Uniform(first as usize));
                continue;
            }
            offsets.columns.push(ColumnDelays::Individual(start));
            let delays = column.iter().enumerate();
            let offset = |(output, delay): (usize, &i32)| *delay as usize * stride + output;
            offsets.offsets.extend(delays.map(|at| offset(at) as u32));
        }
        offsets
    }

    /// Adds the weights of the inputs that are active in each sample, which `column` returns.
    #[inline(always)]
    fn add_batch<'a, T: Weight, F: Factor<T>>(
        &self,
        sums: &mut [T],
        active: &mut ActiveInputs<F>,
        column: impl Fn(usize) -> &'a [T],
    ) {
        active.for_each_input(|input, sample, factor| {
            let sums = &mut sums[sample * self.outputs..];
            self.add(sums, input, column(input), factor);
        });
    }

    /// Adds the weights of an input, each times `factor`, to the sums of its delay.
    #[inline(always)]
    fn add<T: Weight>(&self, sums: &mut [T], input: usize, column: &[T], factor: impl Factor<T>) {
        match self.columns[input] {
            ColumnDelays::Uniform(delay) => {
                add(&mut sums[delay * self.stride..], column, factor);
            }
            ColumnDelays::Individual(start) => {
                let offsets = &self.offsets[start..][..self.outputs];
                for (offset, weight) in offsets.iter().zip(column) {
                    let sum = &mut sums[*offset as usize];
                    *sum = sum.plus(factor.apply(*weight));
                }
            }
        }
    }
}

#[implements(proc = DelayDense<T, M>, protocol = Loihi, shardable, batch, replicated(s_in))]
#[tag(FloatingPt)]
struct DelayDenseFloat<T: FloatWeight, M: Message<T>> {
    s_in: In<M>,
    a_out: Out<T>,
    weights: ColumnMajor<T>,
    delays: Init<i32>,
    a_buff: DelayLine<T>,
    num_message_bits: i32,
    max_delay: usize,
    weight_exp: i32,
    num_weight_bits: u32,
    sign_mode: Option<SignMode>,
    #[local(rebuilt)]
    offsets: DelayOffsets,
    #[local(rebuilt)]
    active: ActiveInputs<M::Factor>,
    #[local]
    context: Context,
}

impl<T: FloatWeight, M: Message<T>> LoihiModel for DelayDenseFloat<T, M> {
    fn start(&mut self) -> crate::Result<()> {
        let (outputs, inputs) = self.weights.view().dim();
        let samples = self.context.samples();
        self.offsets = DelayOffsets::new(&self.delays, samples, outputs, inputs);
        Ok(())
    }

    fn on_var_update(&mut self, var: &str) -> crate::Result<()> {
        match var {
            "delays" => self.start(),
            _ => Ok(()),
        }
    }

    #[inline(always)]
    fn run_spk(&mut self) -> crate::Result<()> {
        self.a_buff.advance();
        let sums = self.a_buff.pending();
        let (binary, samples) = (self.num_message_bits == 0, self.context.samples());
        if samples > 1 {
            if self.active.receive(&mut self.s_in, binary, samples) {
                let weights = &self.weights;
                let column = |input| weights.column(input);
                self.offsets.add_batch(sums, &mut self.active, column);
            }
            return self.a_out.send_slice(self.a_buff.message());
        }
        for (input, factor) in M::active(&mut self.s_in, binary) {
            let column = self.weights.column(input);
            self.offsets.add(sums, input, column, factor);
        }
        self.a_out.send_slice(self.a_buff.message())
    }
}

#[implements(proc = DelayDense<i32, M>, protocol = Loihi, shardable, batch, replicated(s_in, weights))]
#[tag(FixedPt)]
struct DelayDenseFixed<M: Message<i32>> {
    s_in: In<M>,
    a_out: Out<i32>,
    weights: Init<i32>,
    delays: Init<i32>,
    a_buff: DelayLine<i32>,
    num_message_bits: i32,
    max_delay: usize,
    weight_exp: i32,
    num_weight_bits: u32,
    sign_mode: Option<SignMode>,
    #[local(rebuilt)]
    columns: QuantizedColumns,
    #[local(rebuilt)]
    offsets: DelayOffsets,
    /// Contributions of one step before they are shifted; empty if `weight_exp` is 0.
    #[local(rebuilt)]
    sums: Vec<i32>,
    #[local(rebuilt)]
    active: ActiveInputs<M::Factor>,
    #[local]
    context: Context,
}

impl<M: Message<i32>> LoihiModel for DelayDenseFixed<M> {
    fn start(&mut self) -> crate::Result<()> {
        let format = LoihiFormat {
            bits: self.num_weight_bits,
            sign_mode: self.sign_mode,
        };
        let (weights, inputs) = (&mut self.weights, inputs(&self.s_in));
        self.columns
            .quantize(weights, format, inputs, &self.context)?;
        if self.weight_exp != 0 {
            self.sums = vec![0; self.a_buff.pending().len()];
        }
        let (samples, outputs) = (self.context.samples(), self.context.neurons().len());
        self.offsets = DelayOffsets::new(&self.delays, samples, outputs, inputs);
        Ok(())
    }

    fn on_var_update(&mut self, var: &str) -> crate::Result<()> {
        let (outputs, inputs) = (self.context.neurons().len(), inputs(&self.s_in));
        match var {
            "weights" => self.columns.replace(&self.weights, inputs, &self.context),
            "delays" => {
                let samples = self.context.samples();
                self.offsets = DelayOffsets::new(&self.delays, samples, outputs, inputs);
            }
            _ => {}
        }
        Ok(())
    }

    #[inline(always)]
    fn run_spk(&mut self) -> crate::Result<()> {
        self.a_buff.advance();
        let later = self.a_buff.pending();
        let exponent = self.weight_exp;
        let sums = if exponent == 0 {
            &mut *later
        } else {
            &mut self.sums
        };
        let (binary, samples) = (self.num_message_bits == 0, self.context.samples());
        let mut any = false;
        if samples > 1 {
            any = self.active.receive(&mut self.s_in, binary, samples);
            let columns = &self.columns;
            let column = |input| columns.of(input);
            self.offsets.add_batch(sums, &mut self.active, column);
        } else {
            for (input, factor) in M::active(&mut self.s_in, binary) {
                any = true;
                let column = self.columns.of(input);
                self.offsets.add(sums, input, column, factor);
            }
        }
        if any && exponent != 0 {
            for (later, sum) in later.iter_mut().zip(&mut self.sums) {
                *later = later.wrapping_add(scaled(*sum, exponent));
                *sum = 0;
            }
        }
        self.a_out.send_slice(self.a_buff.message())
    }
}
