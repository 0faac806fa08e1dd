//! Event-driven synapses with delays.

mod fixed;

use std::ops::Range;

use super::connectivity::Connectivity;
use super::delivery::{EventDelivery, Sampled, SavedSpike, SavedSynapse, SentSpike, ShardSynapses};
use super::dense::inputs;
use super::error::SynapseError;
use super::joint::JointDelivery;
use super::merge::{self, Part};
use super::projection::Projection;
use super::storage::WeightStorage;
use super::synapses::Synapses;
use super::weights::{Factor, FloatWeight, Message, SignMode, Weight};
use crate::model::{JointPlace, PersistError, Place, SparseSums, StateReader, StateWriter};
use crate::prelude::*;
use crate::process::Init;

/// Synapses with a weight and a delay each, delivered by event: a step costs what is delivered in
/// it, not the size of the matrix. Lava's `Sparse` and `DelaySparse` in one.
///
#[cfg_attr(doc, doc = include_str!("../../../pictures/sparse.svg"))]
///
/// ```text
/// a_out[i](t) = Σ over synapses j → i of  weight · s_in[j](t − delay)
/// ```
///
/// A delay is at least 1 step (Lava's delays plus 1).
///
/// # Synapses
///
/// [`Sparse::projection`] takes a description, a [`Projection`]. Its synapses are drawn when the
/// network is compiled, or when `weights` are read before; with the projection's own seed, or one
/// that follows from the network's seed and the name of the process. [`Sparse::synapses`] takes
/// [`Synapses`] that are in memory: from a list, a matrix, or drawn at once.
///
/// # Order of additions
///
/// Contributions to a target that arrive in one step are added in the order of their spikes: the
/// earliest first, those of one step by ascending source. The result does not depend on the number
/// of workers.
///
/// # Weights that are set
///
/// The weight of a synapse at the time of a spike counts, whatever its delay: weights that are set
/// between runs, or by another process, apply to later messages. What is on its way keeps the weights
/// that it had, in memory of its own until it has arrived.
///
/// # Types
///
/// `Sparse<T>` takes [`Spike`]s, `Sparse<T, T>` numbers (Lava's graded messages), as
/// [`Dense`](super::Dense) does. `Sparse<T, Spike, i16>` stores its weights in 16 bits, and so
/// does `Sparse<f32, Spike, Half>`: see [`WeightStorage`].
///
/// In fixed point, `Sparse<i32>`, weights are clipped to 8 bits and truncated to
/// `num_weight_bits` before the first step, as Loihi stores them (see [`SignMode`]); weights that
/// are set later are used as they are. Contributions of one step are summed for each delay apart
/// and shifted by `weight_exp`: left if positive, right if negative. A shift to the right needs
/// these sums apart: it takes memory for all delays of all targets, and a pass over it in every
/// step with an active source. Products and sums wrap around at 32 bits.
///
/// Source: arithmetic in fixed point as in Intel's Lava (`PySparseModelBitAcc`,
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
pub struct Sparse<T: Weight = f32, M: Message<T> = Spike, W: WeightStorage<T> = T> {
    /// Messages of the sources, `[sources]`.
    #[port(shape = [connectivity.checked()?.sources()], slack = connectivity.shortest_delay()? - 1)]
    s_in: InPort<M>,
    /// Weighted sums, `[targets]`.
    #[port(shape = [connectivity.targets()], delay = 1)]
    a_out: OutPort<T>,
    /// The synapses: in memory, or a projection.
    #[param]
    connectivity: Param<Connectivity<T, W>>,
    /// Weights, `[synapses]`, in the order of [`Synapses::iter`]; in the unit of the port that
    /// `a_out` feeds.
    #[var(shape = _, init = connectivity.clone(), finite)]
    weights: Var<T>,
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

impl<T: Weight, M: Message<T>, W: WeightStorage<T>> Sparse<T, M, W> {
    /// Starts building a `Sparse` from a description: its synapses are drawn when the network is
    /// compiled, or when `weights` are read before.
    ///
    /// ```
    /// use lava::prelude::*;
    /// use lava::proc::Sparse;
    /// use lava::proc::synapse::{Projection, Rule};
    ///
    /// # fn main() -> lava::Result<()> {
    /// let net = Network::<Loihi1SimCfg>::new();
    /// let projection = Projection::new(80, 20).rule(Rule::FixedInDegree(10));
    /// let sparse: Sparse = net.add(Sparse::projection(projection))?;
    /// assert_eq!(sparse.weights.get()?.len(), 200);
    /// # Ok(())
    /// # }
    /// ```
    pub fn projection(projection: Projection) -> SparseBuilder<T, M, W> {
        Sparse::connectivity(projection.into())
    }

    /// Starts building a `Sparse` from synapses that are in memory.
    pub fn synapses(synapses: Synapses<T, W>) -> SparseBuilder<T, M, W> {
        Sparse::connectivity(synapses.into())
    }
}

#[implements(proc = Sparse<T, M, W>, protocol = Loihi, shardable, batch, replicated(s_in, weights), adds_to(a_out))]
#[tag(FloatingPt)]
struct SparseFloat<T: FloatWeight, M: Message<T>, W: WeightStorage<T>> {
    s_in: In<M>,
    a_out: Out<T>,
    connectivity: Param<Connectivity<T, W>>,
    weights: Init<T>,
    num_message_bits: i32,
    weight_exp: i32,
    num_weight_bits: u32,
    sign_mode: Option<SignMode>,
    #[local(rebuilt)]
    delivery: EventDelivery<T, W, M::Factor>,
    /// That of several samples.
    #[local(rebuilt)]
    batch: EventDelivery<T, W, Sampled<M::Factor>>,
    #[local]
    joint: JointPlace,
    #[local]
    context: Context,
}

/// The state that models which deliver together share.
type Joint<T, M, W> = JointDelivery<T, W, <M as Message<T>>::Factor>;

/// The names of values in snapshots.
const SYNAPSES: &str = "synapses";
const SPIKES: &str = "spikes";
const OLD_SPIKES: &str = "spikes through old weights";
const OLD: &str = "old weights";

/// Spikes on their way through synapses whose weights have been replaced, and these.
type ReplacedSynapses<T, F> = (Vec<SavedSpike<T, F>>, Vec<SavedSynapse>);

/// Those of a delivery to the targets from `first` on.
fn replaced<T: Weight, W: WeightStorage<T>, F: Factor<T>>(
    delivery: &EventDelivery<T, W, F>,
    first: usize,
) -> ReplacedSynapses<T, F> {
    delivery.replaced(|adjacency, source, each| {
        for group in adjacency.groups(source) {
            for (target, weight) in group.synapses::<T, W>() {
                each(group.delay, first + target, weight);
            }
        }
    })
}

fn put_spikes<T: Weight, F: Factor<T>>(
    to: &mut StateWriter,
    spikes: Vec<SentSpike<F>>,
    (old_spikes, old): ReplacedSynapses<T, F>,
) -> Result<(), PersistError> {
    to.put_union(SPIKES, spikes)?;
    to.put_union(OLD_SPIKES, old_spikes)?;
    to.put_union(OLD, old)
}

/// Puts spikes on their way to some targets.
fn restore<T: Weight, W: WeightStorage<T>, F: Factor<T>>(
    delivery: &mut EventDelivery<T, W, F>,
    spikes: Vec<SentSpike<F>>,
    (old_spikes, mut old): ReplacedSynapses<T, F>,
    targets: Range<usize>,
) -> Result<(), PersistError> {
    delivery.restore(spikes)?;
    old.retain(|(_, (_, target, _), _)| targets.contains(&(*target as usize)));
    for (_, (_, target, _), _) in &mut old {
        *target -= targets.start as u32;
    }
    delivery.restore_replaced(&old_spikes, &old)
}

/// Puts the number by which a snapshot knows the synapses again.
pub(super) fn put_synapses<T: Weight, W: WeightStorage<T>>(
    connectivity: &Connectivity<T, W>,
    to: &mut StateWriter,
) -> Result<(), PersistError> {
    to.put(SYNAPSES, &connectivity.fingerprint_of(false))
}

/// Fails if a snapshot is of a network with other synapses.
pub(super) fn check_synapses<T: Weight, W: WeightStorage<T>>(
    connectivity: &Connectivity<T, W>,
    from: &StateReader<'_>,
) -> Result<(), PersistError> {
    if from.get::<u64>(SYNAPSES)? == connectivity.fingerprint_of(false) {
        return Ok(());
    }
    Err(PersistError::Unfit(
        "its synapses are others than those of the snapshot".to_owned(),
    ))
}

/// The synapses with the weights of a Var, made once for all shards; the synapses as they are if
/// the weights are the initial ones.
fn weighted<T: Weight, W: WeightStorage<T>>(
    connectivity: &Connectivity<T, W>,
    weights: &Init<T>,
) -> Result<Synapses<T, W>, SynapseError> {
    let with_weights = || {
        let synapses = connectivity.synapses()?;
        synapses.with_weights(&weights.to_vec(synapses.len()))
    };
    match weights.shared::<Connectivity<T, W>>() {
        Some(initial) => initial.synapses(),
        None => Result::clone(&weights.derived(with_weights)),
    }
}

/// The synapses of a shard, in lists of its own.
fn of_shard<T: Weight, W: WeightStorage<T>>(
    synapses: Synapses<T, W>,
    targets: Range<usize>,
) -> Result<(Part<T, W>, ShardSynapses<T, W>), SynapseError> {
    let part = Part {
        synapses,
        targets,
        first: 0,
    };
    let of_shard = ShardSynapses {
        adjacency: merge::merged(std::slice::from_ref(&part), part.targets.len())?,
        scale: part.synapses.scale(),
    };
    Ok((part, of_shard))
}

impl<T: FloatWeight, M: Message<T>, W: WeightStorage<T>> SparseFloat<T, M, W> {
    /// The place among the models that deliver together with this one, if any do: spikes have no
    /// factors, and weights no scale, that differ between them.
    #[inline(always)]
    fn place(&self) -> Option<&Place> {
        let can_merge = !M::HAS_FACTOR && !W::SCALED;
        self.joint.place().filter(|_| can_merge)
    }

    /// Delivers for all models that have a place.
    #[inline(always)]
    fn run_jointly(&mut self) -> crate::Result<()> {
        let Some(place) = self.joint.place() else {
            return Ok(());
        };
        place.with(|joint: &mut Joint<T, M, W>| {
            joint.settle()?;
            let is_due = joint.delivery.receive(&mut self.s_in, false);
            if let Some(writer) = joint.writer.as_mut().filter(|_| is_due) {
                if joint.delivery.is_sparse(writer.width()) {
                    let sums = self.a_out.accumulate_sparsely_jointly(writer)?;
                    add_sparsely(&mut joint.delivery, sums);
                } else {
                    let sums = self.a_out.accumulate_jointly(writer)?;
                    joint.delivery.add_due(sums, |factor| factor, |_| ());
                }
            }
            joint.delivery.advance();
            Ok(())
        })
    }

    /// The connectivity, if the weights are the ones that it began with, and all shards are in one process of
    /// the operating system.
    fn origin(&self) -> Option<Connectivity<T, W>> {
        let origin = self.weights.shared::<Connectivity<T, W>>();
        origin.filter(|_| !self.context.is_on_ranks())
    }

    /// The synapses with the weights of the Var: at least those that lead to targets of the shard.
    fn synapses(&self) -> Result<Synapses<T, W>, SynapseError> {
        match self.weights.shared::<Connectivity<T, W>>() {
            Some(initial) if self.context.is_on_ranks() => {
                initial.synapses_to(self.context.neurons())
            }
            _ => weighted(&self.connectivity, &self.weights),
        }
    }
}

impl<T: FloatWeight, M: Message<T>, W: WeightStorage<T>> LoihiModel for SparseFloat<T, M, W> {
    fn start(&mut self) -> crate::Result<()> {
        let synapses = self.synapses()?;
        let targets = self.context.neurons();
        match self.place() {
            Some(place) => place.with(|joint: &mut Joint<T, M, W>| {
                joint.start(place, synapses, targets, self.origin())
            })?,
            None => {
                let (part, of_shard) = of_shard(synapses, targets)?;
                if let Some(origin) = self.origin() {
                    origin.hold_in(part.piece(&of_shard.adjacency));
                }
                match self.context.samples() {
                    1 => self.delivery = EventDelivery::new(of_shard),
                    _ => self.batch = EventDelivery::new(of_shard),
                }
            }
        }
        Ok(())
    }

    fn catch_up(&mut self) {
        let binary = self.num_message_bits == 0;
        match (self.place().map(Place::number), self.joint.place()) {
            (Some(0), Some(place)) => place.with(|joint: &mut Joint<T, M, W>| {
                joint.delivery.catch_up(&mut self.s_in, false);
            }),
            (Some(_), _) => {}
            (None, _) => self.delivery.catch_up(&mut self.s_in, binary),
        }
    }

    fn on_var_update(&mut self, var: &str) -> crate::Result<()> {
        if var != "weights" {
            return Ok(());
        }
        let synapses = self.synapses()?;
        match self.place() {
            Some(place) => {
                place.with(|joint: &mut Joint<T, M, W>| joint.replace(place, synapses))?;
            }
            None => {
                let (_, synapses) = of_shard(synapses, self.context.neurons())?;
                match self.context.samples() {
                    1 => self.delivery.replace(synapses),
                    _ => self.batch.replace(synapses),
                }
            }
        }
        Ok(())
    }

    fn save_state(&self, to: &mut StateWriter) -> crate::Result<()> {
        put_synapses(&self.connectivity, to)?;
        let first = self.context.neurons().start;
        let (spikes, replaced) = match self.place() {
            Some(place) => place
                .with(|joint: &mut Joint<T, M, W>| (joint.spikes(place), joint.replaced(place))),
            None => (
                self.delivery.spikes().collect(),
                replaced(&self.delivery, first),
            ),
        };
        Ok(put_spikes(to, spikes, replaced)?)
    }

    fn load_state(&mut self, from: &StateReader<'_>) -> crate::Result<()> {
        check_synapses(&self.connectivity, from)?;
        let (spikes, replaced) = (from.get(SPIKES)?, (from.get(OLD_SPIKES)?, from.get(OLD)?));
        match self.place() {
            Some(place) => {
                place.with(|joint: &mut Joint<T, M, W>| joint.restore(place, spikes, replaced))?;
            }
            None => restore(&mut self.delivery, spikes, replaced, self.context.neurons())?,
        }
        Ok(())
    }

    #[inline(always)]
    fn run_spk(&mut self) -> crate::Result<()> {
        match self.place().map(Place::number) {
            Some(0) => return self.run_jointly(),
            Some(_) => return Ok(()),
            None => {}
        }
        let binary = self.num_message_bits == 0;
        if self.context.samples() > 1 {
            let (sources, targets) = (inputs(&self.s_in), self.context.neurons().len());
            if self.batch.receive_batch(&mut self.s_in, binary, sources) {
                let sums = self.a_out.accumulate()?;
                self.batch
                    .add_due_batch(sums, targets, |factor| factor, |_| ());
            }
            self.batch.advance();
            return Ok(());
        }
        if self.delivery.receive(&mut self.s_in, binary) {
            if self.delivery.is_sparse(self.context.neurons().len()) {
                add_sparsely(&mut self.delivery, self.a_out.accumulate_sparsely()?);
            } else {
                let sums = self.a_out.accumulate()?;
                self.delivery.add_due(sums, |factor| factor, |_| ());
            }
        }
        self.delivery.advance();
        Ok(())
    }
}

/// Adds what is due to a message in which it is little.
#[inline(never)]
fn add_sparsely<T: Weight, W: WeightStorage<T>, F: Factor<T>>(
    delivery: &mut EventDelivery<T, W, F>,
    mut sums: SparseSums<'_, T>,
) {
    delivery.add_due(&mut sums, |factor| factor, |_| ());
}
