//! All-to-all synapses with a delay each.

use super::active::ActiveInputs;
use super::column_delays::ColumnDelays;
use super::dense::inputs;
use super::quantized_columns::QuantizedColumns;
use super::weights::{FloatWeight, LoihiFormat, Message, SignMode, Weight, scaled};
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
    by_delay: ColumnDelays,
    #[local(rebuilt)]
    active: ActiveInputs<M::Factor>,
    #[local]
    context: Context,
}

impl<T: FloatWeight, M: Message<T>> LoihiModel for DelayDenseFloat<T, M> {
    const USES_AVX512: bool = true;

    fn start(&mut self) -> crate::Result<()> {
        let (samples, steps) = (self.context.samples(), self.a_buff.steps());
        let matrix = self.weights.view().dim().into();
        self.by_delay = ColumnDelays::new::<T>(&self.delays, matrix, samples, steps);
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
        let (inputs, column) = (inputs(&self.s_in), |input| self.weights.column(input));
        if samples > 1 {
            self.active.receive(&mut self.s_in, binary, samples);
            self.by_delay.add_batch(sums, &self.active, inputs, column);
        } else {
            let active = M::active(&mut self.s_in, binary);
            self.by_delay.add_active(sums, active, column);
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
    by_delay: ColumnDelays,
    /// Contributions of one step before they are shifted; empty if `weight_exp` is 0.
    #[local(rebuilt)]
    sums: Vec<i32>,
    #[local(rebuilt)]
    active: ActiveInputs<M::Factor>,
    #[local]
    context: Context,
}

impl<M: Message<i32>> DelayDenseFixed<M> {
    fn group_by_delay(&mut self) {
        let (samples, steps) = (self.context.samples(), self.a_buff.steps());
        let matrix = [self.context.neurons().len(), inputs(&self.s_in)];
        self.by_delay = ColumnDelays::new::<i32>(&self.delays, matrix, samples, steps);
    }
}

impl<M: Message<i32>> LoihiModel for DelayDenseFixed<M> {
    const USES_AVX512: bool = true;

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
        self.group_by_delay();
        Ok(())
    }

    fn on_var_update(&mut self, var: &str) -> crate::Result<()> {
        let inputs = inputs(&self.s_in);
        match var {
            "weights" => self.columns.replace(&self.weights, inputs, &self.context),
            "delays" => self.group_by_delay(),
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
        let (inputs, column) = (inputs(&self.s_in), |input| self.columns.of(input));
        let any = if samples > 1 {
            let any = self.active.receive(&mut self.s_in, binary, samples);
            self.by_delay.add_batch(sums, &self.active, inputs, column);
            any
        } else {
            let active = M::active(&mut self.s_in, binary);
            self.by_delay.add_active(sums, active, column)
        };
        if any && exponent != 0 {
            for (later, sum) in later.iter_mut().zip(&mut self.sums) {
                *later = later.wrapping_add(scaled(*sum, exponent));
                *sum = 0;
            }
        }
        self.a_out.send_slice(self.a_buff.message())
    }
}
