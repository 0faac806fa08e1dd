//! All-to-all synapses with a delay each.

use super::super::weights::{Factor, FloatWeight, Format, Message, SignMode, Weight, scaled};
use super::columns::Columns;
use super::dense::add;
use crate::model::{ColumnMajor, DelayLine};
use crate::prelude::*;
use crate::process::{Dims, Init, VarField};

/// Synapses from every input to every output, each with a weight and a delay: two matrices,
/// `[outputs, inputs]`. One number delays all synapses alike.
///
/// What arrives in step *t* leaves in step *t* + 1 + delay:
///
/// ```text
/// a_out(t + 1) = Σ over delays d of  weights[delay = d] · s_in(t − d)
/// ```
///
/// `DelayDense<T>` takes [`Spike`]s, `DelayDense<T, T>` numbers, as [`Dense`](super::Dense) does;
/// a step costs what is active in it. In fixed point, `DelayDense<i32>`, weights are stored as
/// those of `Dense` are, delays are at most 63, and what arrives in one step is summed for each
/// delay by itself and shifted by `weight_exp` before it is added to the rest.
///
/// Weights and delays can be set between runs, delays up to `max_delay`: what has arrived by then
/// is on its way already, in `a_buff`. The first column of `a_buff` has left when it is read.
///
/// Arithmetic as in Intel's Lava (`PyDelayDenseModelFloat`, `PyDelayDenseModelBitAcc`).
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
    /// What the inputs send.
    #[port(shape = [weights.shape()[1]])]
    s_in: InPort<M>,
    /// Weighted sums, one step later and what each synapse delays.
    #[port(shape = [weights.shape()[0]], delay = 1)]
    a_out: OutPort<T>,
    /// Synaptic weights, `[outputs, inputs]`.
    #[var(rank = 2, finite)]
    weights: Var<T>,
    /// Delays in steps, on top of the one that every connection takes.
    #[var(shape = weights.shape(), range = 0..=longest::<T>(delays, *max_delay))]
    delays: Var<i32>,
    /// The sums that leave in the next step and in those after it, `[outputs, max_delay + 1]`.
    #[var(shape = [weights.shape()[0], steps(delays, *max_delay)], init = T::ZERO)]
    a_buff: Var<T>,
    /// 0: a message that is not 0 counts as a spike. Otherwise messages are numbers.
    #[var(scalar, init = 24, range = 0..=32)]
    num_message_bits: Var<i32>,
    /// The longest delay that can be set later. 0 is the longest of `delays`.
    #[param(default = 0)]
    max_delay: Param<usize>,
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

/// How many steps are on their way at once.
fn steps(delays: &Init<i32>, max_delay: usize) -> usize {
    let longest = || {
        let given = delays.read(&Dims::from(delays.shape()));
        given.iter().fold(0, |longest, delay| longest.max(*delay)) as usize
    };
    let max_delay = if max_delay == 0 { longest() } else { max_delay };
    max_delay.saturating_add(1)
}

/// The longest delay that there can be.
fn longest<T: Weight>(delays: &Init<i32>, max_delay: usize) -> i32 {
    let longest = i32::try_from(steps(delays, max_delay) - 1);
    longest.map_or(T::LONGEST_DELAY, |longest| longest.min(T::LONGEST_DELAY))
}

/// Where the weights of each input go: places among the sums of all steps.
#[derive(Default)]
struct Routes {
    outputs: usize,
    columns: Vec<Column>,
    /// Column by column, of those whose delays differ.
    places: Vec<u32>,
}

#[derive(Clone, Copy)]
enum Column {
    /// All its weights have the same delay.
    Together(usize),
    /// Where its places begin.
    Apart(usize),
}

impl Routes {
    fn new(delays: &Init<i32>, outputs: usize, inputs: usize) -> Routes {
        let delays = delays.read(&Dims::from([outputs, inputs]));
        let mut routes = Routes {
            outputs,
            ..Routes::default()
        };
        for column in delays.axis_iter(ndarray::Axis(1)) {
            let first = column.first().map_or(0, |delay| *delay);
            let start = routes.places.len();
            if column.iter().all(|delay| *delay == first) {
                routes.columns.push(Column::Together(first as usize));
                continue;
            }
            routes.columns.push(Column::Apart(start));
            let places = column.iter().enumerate();
            let place = |(output, delay): (usize, &i32)| *delay as usize * outputs + output;
            routes.places.extend(places.map(|at| place(at) as u32));
        }
        routes
    }

    /// Adds the weights of an input, or a multiple of them, each where it goes.
    #[inline(always)]
    fn add<T: Weight>(&self, sums: &mut [T], input: usize, column: &[T], factor: impl Factor<T>) {
        match self.columns[input] {
            Column::Together(delay) => {
                add(&mut sums[delay * self.outputs..], column, factor);
            }
            Column::Apart(start) => {
                let places = &self.places[start..][..self.outputs];
                for (place, weight) in places.iter().zip(column) {
                    let sum = &mut sums[*place as usize];
                    *sum = sum.plus(factor.apply(*weight));
                }
            }
        }
    }
}

#[implements(proc = DelayDense<T, M>, protocol = Loihi, shardable)]
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
    #[local]
    routes: Routes,
}

impl<T: FloatWeight, M: Message<T>> Shardable for DelayDenseFloat<T, M> {
    const REPLICATED: &'static [&'static str] = &["s_in"];
}

impl<T: FloatWeight, M: Message<T>> LoihiModel for DelayDenseFloat<T, M> {
    fn start(&mut self) -> crate::Result<()> {
        let (outputs, inputs) = self.weights.view().dim();
        self.routes = Routes::new(&self.delays, outputs, inputs);
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
        let binary = self.num_message_bits == 0;
        for (input, factor) in M::active(&mut self.s_in, binary) {
            let column = self.weights.column(input);
            self.routes.add(sums, input, column, factor);
        }
        self.a_out.send_slice(self.a_buff.message())
    }
}

#[implements(proc = DelayDense<i32, M>, protocol = Loihi, shardable)]
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
    #[local]
    columns: Columns,
    #[local]
    routes: Routes,
    /// What arrives in one step, before it is shifted; empty where nothing is.
    #[local]
    sums: Vec<i32>,
    #[local]
    context: Context,
}

impl<M: Message<i32>> Shardable for DelayDenseFixed<M> {
    const REPLICATED: &'static [&'static str] = &["s_in", "weights"];
}

impl<M: Message<i32>> LoihiModel for DelayDenseFixed<M> {
    fn start(&mut self) -> crate::Result<()> {
        let format = Format {
            bits: self.num_weight_bits,
            sign_mode: self.sign_mode,
        };
        let (weights, inputs) = (&mut self.weights, self.s_in.shape()[0]);
        self.columns.store(weights, format, inputs, &self.context)?;
        if self.weight_exp != 0 {
            self.sums = vec![0; self.a_buff.pending().len()];
        }
        self.routes = Routes::new(&self.delays, self.context.neurons().len(), inputs);
        Ok(())
    }

    fn on_var_update(&mut self, var: &str) -> crate::Result<()> {
        let (outputs, inputs) = (self.context.neurons().len(), self.s_in.shape()[0]);
        match var {
            "weights" => self.columns.replace(&self.weights, inputs, &self.context),
            "delays" => self.routes = Routes::new(&self.delays, outputs, inputs),
            _ => {}
        }
        Ok(())
    }

    #[inline(always)]
    fn run_spk(&mut self) -> crate::Result<()> {
        self.a_buff.advance();
        let places = self.a_buff.pending();
        let exponent = self.weight_exp;
        let sums = if exponent == 0 {
            &mut *places
        } else {
            &mut self.sums
        };
        let binary = self.num_message_bits == 0;
        let mut any = false;
        for (input, factor) in M::active(&mut self.s_in, binary) {
            any = true;
            let column = self.columns.of(input);
            self.routes.add(sums, input, column, factor);
        }
        if any && exponent != 0 {
            for (place, sum) in places.iter_mut().zip(&mut self.sums) {
                *place = place.wrapping_add(scaled(*sum, exponent));
                *sum = 0;
            }
        }
        self.a_out.send_slice(self.a_buff.message())
    }
}
