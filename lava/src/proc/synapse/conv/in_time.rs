//! Convolutions over time.

use ndarray::{ArcArray, IxDyn};

use super::super::active::ActiveInputs;
use super::super::dense::{add, inputs};
use super::super::weights::{Message, Weight};
use crate::model::DelayLine;
use crate::prelude::*;

/// All-to-all synapses with a kernel over time: a matrix of weights for each of the last steps,
/// `[taps, outputs, inputs]`; the last tap is for the latest step.
///
#[cfg_attr(doc, doc = include_str!("../../../../pictures/conv_in_time.svg"))]
///
/// ```text
/// a_out(t + 1) = Σ over i = 0 … taps − 1 of  weights[taps − 1 − i] · s_in(t − i)
/// ```
///
/// `ConvInTime<T>` takes [`Spike`]s, `ConvInTime<T, T>` numbers, as [`Dense`](crate::proc::Dense)
/// does; a step costs the inputs that are active in it. In fixed point, `ConvInTime<i32>`, weights
/// are used as they are and sums wrap around at 32 bits.
///
/// Weights that are set between runs apply to later messages; earlier contributions are in `a_buff`
/// already. The first column of `a_buff` has left when it is read.
///
/// Source: arithmetic as in Intel's Lava (`PyConvInTimeModelFloat`, `PyConvInTimeModelFixed`).
///
/// ```
/// use lava::prelude::*;
/// use lava::proc::{ConvInTime, Sink, Source};
/// use ndarray::{Array3, arr2};
///
/// # fn main() -> lava::Result<()> {
/// let kernel = Array3::from_shape_vec((3, 1, 1), vec![1.0, 10.0, 100.0]).expect("three taps");
/// let net = network! { Loihi1SimCfg;
///     input:  Source<Spike> = Source::data([[true], [false], [true], [true]]);
///     conv:   ConvInTime    = ConvInTime::weights(kernel);
///     output: Sink          = Sink::shape([1]).steps(4);
///     input.s_out -> conv.s_in;
///     conv.a_out  -> output.a_in;
/// }?;
/// net.run(RunSteps(4))?;
/// let arrived = arr2(&[[0.0], [100.0], [10.0], [101.0]]).into_dyn();
/// assert_eq!(net.output.data.get()?, arrived);
/// # net.stop()
/// # }
/// ```
#[process]
pub struct ConvInTime<T: Weight = f32, M: Message<T> = Spike> {
    /// Messages of the inputs, `[inputs]`.
    #[port(shape = [weights.shape()[2]])]
    s_in: InPort<M>,
    /// Weighted sums, `[outputs]`, the first one step later.
    #[port(shape = [weights.shape()[1]], delay = 1)]
    a_out: OutPort<T>,
    /// The kernel, `[taps, outputs, inputs]`, finite; in the unit of the port that `a_out` feeds.
    #[var(rank = 3, finite)]
    weights: Var<T>,
    /// Sums that leave in the next step and in later ones, `[outputs, taps]`; initially 0.
    #[var(shape = [weights.shape()[1], weights.shape()[0]], init = T::ZERO, per_sample)]
    a_buff: Var<T>,
    /// Bits of a message, 0 to 32; default 24. 0: a message that is not 0 counts as a spike.
    #[var(scalar, init = 24, range = 0..=32)]
    num_message_bits: Var<i32>,
}

#[implements(proc = ConvInTime<T, M>, protocol = Loihi, shardable, batch, replicated(s_in, weights))]
struct ConvInTimeModel<T: Weight, M: Message<T>> {
    s_in: In<M>,
    a_out: Out<T>,
    weights: ArcArray<T, IxDyn>,
    a_buff: DelayLine<T>,
    num_message_bits: i32,
    /// The contributions of each input to the sums of all steps, `[input, steps, output]`.
    #[local(rebuilt)]
    columns: Vec<T>,
    /// The active inputs of a batch.
    #[local(rebuilt)]
    active: ActiveInputs<M::Factor>,
    #[local]
    context: Context,
}

impl<T: Weight, M: Message<T>> LoihiModel for ConvInTimeModel<T, M> {
    fn start(&mut self) -> crate::Result<()> {
        let [taps, _, inputs] = [0, 1, 2].map(|axis| self.weights.shape()[axis]);
        self.columns.clear();
        for input in 0..inputs {
            for tap in (0..taps).rev() {
                let outputs = self.context.neurons();
                let weights = outputs.map(|output| self.weights[[tap, output, input]]);
                self.columns.extend(weights);
            }
        }
        Ok(())
    }

    fn on_var_update(&mut self, var: &str) -> crate::Result<()> {
        match var {
            "weights" => self.start(),
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
                let (outputs, inputs) = (self.context.neurons().len(), inputs(&self.s_in));
                let (stride, columns) = (samples * outputs, &self.columns);
                let len = columns.len() / inputs;
                let add_input = |input: usize, sample, factor| {
                    let column = columns[input * len..][..len].chunks_exact(outputs);
                    for (sums, column) in sums.chunks_exact_mut(stride).zip(column) {
                        add(&mut sums[sample * outputs..], column, factor);
                    }
                };
                self.active.for_each_input(add_input);
            }
            return self.a_out.send_slice(self.a_buff.message());
        }
        for (input, factor) in M::active(&mut self.s_in, binary) {
            add(sums, &self.columns[input * sums.len()..], factor);
        }
        self.a_out.send_slice(self.a_buff.message())
    }
}
