//! Event-driven synapses with delays.

use super::super::weights::{Factor, FloatWeight, Format, Message, SignMode, Weight, scaled};
use super::delivery::Deliveries;
use super::error::SynapseError;
use super::store::Synapses;
use super::stored::Stored;
use crate::prelude::*;
use crate::process::Init;

/// Synapses with a weight and a delay each, delivered by event: a step costs what is delivered in
/// it, not the size of the matrix. Lava's `Sparse` and `DelaySparse` in one.
///
/// A message that is sent in step *t* arrives in step *t* + delay, where a delay is at least 1
/// (Lava's delays plus 1). The model delivers the synapses of a source in groups of neighbouring
/// delays ([`Synapses::group_width`]), in the step in which the first of the group are due, with
/// the weights as they are then: the others are added to the messages of the steps to come. What
/// arrives is added up in the order of these deliveries, those of one step in the order of the
/// sources and by ascending target.
///
/// `Sparse<T>` takes [`Spike`]s, `Sparse<T, T>` numbers (Lava's graded messages), as
/// [`Dense`](super::Dense) does. `Sparse<T, Spike, i16>` keeps its weights in 16 bits, see
/// [`Stored`].
///
/// In fixed point, `Sparse<i32>`, weights are clipped to 8 bits and truncated to
/// `num_weight_bits` before the first step, as Loihi stores them (see [`SignMode`]); weights that
/// are set later are used as they are. What arrives in one step is summed for each delay by itself
/// and shifted by `weight_exp`: left if positive, right if negative. A shift to the right needs
/// these sums apart: it takes memory for all delays of all targets, and a pass over it in a step in
/// which anything arrives.
///
/// Arithmetic in fixed point as in Intel's Lava (`PySparseModelBitAcc`,
/// `PyDelaySparseModelBitAcc`).
///
/// ```
/// use lava::prelude::*;
/// use lava::proc::synapse::{Sparse, Synapse, Synapses};
/// use lava::proc::{Sink, Source};
///
/// # fn main() -> lava::Result<()> {
/// let synapses = Synapses::from_list(2, 1, &[
///     Synapse { source: 0, target: 0, weight: 0.5, delay: 1 },
///     Synapse { source: 1, target: 0, weight: 2.0, delay: 3 },
/// ])?;
/// let net = network! { Loihi1SimCfg;
///     input:  Source<Spike> = Source::data([[true, true], [false, false], [false, false], [false, false]]);
///     sparse: Sparse        = Sparse::synapses(synapses);
///     output: Sink          = Sink::shape([1]).steps(4);
///     input.s_out  -> sparse.s_in;
///     sparse.a_out -> output.a_in;
/// }?;
/// net.run(RunSteps(4))?;
/// let arrived = ndarray::arr2(&[[0.0], [0.5], [0.0], [2.0]]).into_dyn();
/// assert_eq!(net.output.data.get()?, arrived);
/// # net.stop()
/// # }
/// ```
#[doc(alias = "DelaySparse")]
#[process]
pub struct Sparse<T: Weight = f32, M: Message<T> = Spike, W: Stored<T> = T> {
    /// What the sources send.
    #[port(shape = [synapses.sources()])]
    s_in: InPort<M>,
    /// What arrives at the targets.
    #[port(shape = [synapses.targets()], delay = 1, ahead = ahead(synapses, *weight_exp))]
    a_out: OutPort<T>,
    /// Who is connected to whom.
    #[param]
    synapses: Param<Synapses<T, W>>,
    /// The weights, in the order in which [`Synapses::iter`] lists the synapses.
    #[var(shape = [synapses.len()], init = synapses.clone(), finite)]
    weights: Var<T>,
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

/// How far ahead messages are written: as far as the delays of a group, and as far as all where
/// sums are shifted to the right, each at once.
fn ahead<T: Weight, W: Stored<T>>(synapses: &Synapses<T, W>, weight_exp: i32) -> usize {
    match weight_exp {
        0.. => synapses.group_width() - 1,
        _ => synapses.delays().end() - 1,
    }
}

#[implements(proc = Sparse<T, M, W>, protocol = Loihi, shardable)]
#[tag(FloatingPt)]
struct SparseFloat<T: FloatWeight, M: Message<T>, W: Stored<T>> {
    s_in: In<M>,
    a_out: Out<T>,
    synapses: Param<Synapses<T, W>>,
    weights: Init<T>,
    num_message_bits: i32,
    weight_exp: i32,
    num_weight_bits: u32,
    sign_mode: Option<SignMode>,
    #[local]
    deliveries: Deliveries<T, W, M::Factor>,
    #[local]
    context: Context,
}

impl<T: FloatWeight, M: Message<T>, W: Stored<T>> Shardable for SparseFloat<T, M, W> {
    const REPLICATED: &'static [&'static str] = &["s_in", "weights"];
}

/// The synapses with the weights of a Var, made once for all shards; those that the Var came
/// with are not made again.
fn weighted<T: Weight, W: Stored<T>>(
    synapses: &Synapses<T, W>,
    weights: &Init<T>,
) -> Result<Synapses<T, W>, SynapseError> {
    let new = || -> Result<Synapses<T, W>, SynapseError> {
        synapses.with_weights(&weights.to_vec(synapses.len()))
    };
    match weights.shared() {
        Some(synapses) => Ok(synapses),
        None => Result::clone(&weights.derived(new)),
    }
}

impl<T: FloatWeight, M: Message<T>, W: Stored<T>> LoihiModel for SparseFloat<T, M, W> {
    const ADDS_TO: &'static [&'static str] = &["a_out"];

    fn start(&mut self) -> crate::Result<()> {
        let synapses = weighted(&self.synapses, &self.weights)?;
        self.deliveries = Deliveries::new(synapses, self.context.neurons());
        Ok(())
    }

    fn on_var_update(&mut self, var: &str) -> crate::Result<()> {
        if var == "weights" {
            self.deliveries
                .replace(weighted(&self.synapses, &self.weights)?);
        }
        Ok(())
    }

    #[inline(always)]
    fn run_spk(&mut self) -> crate::Result<()> {
        let binary = self.num_message_bits == 0;
        let (s_in, a_out) = (&mut self.s_in, &mut self.a_out);
        self.deliveries.step(s_in, binary, a_out, |factor| factor)
    }
}

#[implements(proc = Sparse<i32, M, W>, protocol = Loihi, shardable)]
#[tag(FixedPt)]
struct SparseFixed<M: Message<i32>, W: Stored<i32>> {
    s_in: In<M>,
    a_out: Out<i32>,
    synapses: Param<Synapses<i32, W>>,
    weights: Init<i32>,
    num_message_bits: i32,
    weight_exp: i32,
    num_weight_bits: u32,
    sign_mode: Option<SignMode>,
    #[local]
    deliveries: Deliveries<i32, W, M::Factor>,
    /// What arrives in one step, by delay and target, before it is shifted to the right.
    #[local]
    sums: Vec<i32>,
    #[local]
    context: Context,
}

impl<M: Message<i32>, W: Stored<i32>> Shardable for SparseFixed<M, W> {
    const REPLICATED: &'static [&'static str] = &["s_in", "weights"];
}

impl<M: Message<i32>, W: Stored<i32>> SparseFixed<M, W> {
    /// The synapses as they are stored, made once for all shards.
    fn stored(&self) -> crate::Result<Synapses<i32, W>> {
        let format = Format {
            bits: self.num_weight_bits,
            sign_mode: self.sign_mode,
        };
        let store = || -> Result<Synapses<i32, W>, SynapseError> {
            let given = match self.weights.shared() {
                Some(synapses) => synapses,
                None => {
                    let weights = self.weights.to_vec(self.synapses.len());
                    self.synapses.with_weights(&weights)?
                }
            };
            let storage = format.storage(given.values())?;
            given.mapped(|weight| storage.of(weight))
        };
        Ok(Result::clone(&self.weights.derived(store))?)
    }

    /// A step whose sums are shifted to the right.
    #[inline(always)]
    fn shift(&mut self, binary: bool) -> crate::Result<()> {
        if !self.deliveries.sum(&mut self.s_in, binary, &mut self.sums) {
            return Ok(());
        }
        let exponent = self.weight_exp;
        let mut messages = self.a_out.accumulate_ahead()?;
        let soonest = self.synapses.delays().start() - 1;
        let first = soonest * self.context.neurons().len();
        if let Some(messages) = messages.as_slice() {
            for (message, sum) in messages[first..].iter_mut().zip(&self.sums) {
                *message = message.wrapping_add(scaled(*sum, exponent));
            }
        } else {
            for (place, sum) in (first..).zip(&self.sums) {
                messages.add_at_offset(place, scaled(*sum, exponent));
            }
        }
        self.sums.fill(0);
        Ok(())
    }
}

impl<M: Message<i32>, W: Stored<i32>> LoihiModel for SparseFixed<M, W> {
    const ADDS_TO: &'static [&'static str] = &["a_out"];

    fn start(&mut self) -> crate::Result<()> {
        let synapses = self.stored()?;
        self.weights = Init::new(synapses.clone());
        let targets = self.context.neurons();
        if self.weight_exp < 0 {
            self.sums = vec![0; synapses.delays().count() * targets.len()];
        }
        self.deliveries = Deliveries::new(synapses, targets);
        Ok(())
    }

    fn on_var_update(&mut self, var: &str) -> crate::Result<()> {
        if var == "weights" {
            self.deliveries
                .replace(weighted(&self.synapses, &self.weights)?);
        }
        Ok(())
    }

    #[inline(always)]
    fn run_spk(&mut self) -> crate::Result<()> {
        let binary = self.num_message_bits == 0;
        let (s_in, a_out) = (&mut self.s_in, &mut self.a_out);
        match self.weight_exp {
            0 => self.deliveries.step(s_in, binary, a_out, |factor| factor),
            // A multiple of the weights is that multiple of their sum, also where it wraps.
            exponent @ 1.. => {
                let gain = scaled(1, exponent);
                let times = |factor: M::Factor| factor.apply(gain);
                self.deliveries.step(s_in, binary, a_out, times)
            }
            _ => self.shift(binary),
        }
    }
}
