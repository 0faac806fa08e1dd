//! Event-driven synapses with delays.

use std::hint::black_box;
use std::ops::Range;

use ndarray::{ArcArray, IxDyn};

use super::super::weights::Weight;
use super::store::{Group, Groups, Index, Places, Synapses};
use crate::model::Ahead;
use crate::prelude::*;

/// Synapses with a weight and a delay each, delivered by spike: a step costs what is delivered in
/// it, not the size of the matrix.
///
/// A spike that is sent in step *t* arrives in step *t* + delay, where a delay is at least 1. The
/// model delivers the synapses of a source in groups of neighbouring delays ([`Synapses::group_width`]) in the step in which the first of the group are
/// due, with the weights as they are then: the others are added to the messages of the steps to
/// come. What arrives is added up in the order of these deliveries, those of one step in the order
/// of the spikes and by ascending target.
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
#[process]
pub struct Sparse<T: Weight = f32> {
    /// The spikes of the sources.
    #[port(shape = [synapses.sources()])]
    s_in: InPort<Spike>,
    /// What arrives at the targets.
    #[port(shape = [synapses.targets()], delay = 1, ahead = synapses.group_width() - 1)]
    a_out: OutPort<T>,
    /// Who is connected to whom.
    #[param]
    synapses: Param<Synapses<T>>,
    /// The weights, in the order in which [`Synapses::iter`] lists the synapses.
    #[var(shape = [synapses.len()], init = synapses.weights().clone(), finite)]
    weights: Var<T>,
}

#[implements(proc = Sparse<T>, protocol = Loihi, splittable)]
struct SparseModel<T: Weight> {
    s_in: In<Spike>,
    a_out: Out<T>,
    synapses: Param<Synapses<T>>,
    weights: ArcArray<T, IxDyn>,
    /// The groups of synapses that are due in this step and in those to come, as a ring.
    #[local]
    due: Vec<Vec<Group>>,
    #[local]
    step: usize,
    #[local]
    context: Context,
}

impl<T: Weight> Splittable for SparseModel<T> {
    const WHOLE: &'static [&'static str] = &["s_in", "weights"];
}

impl<T: Weight> LoihiModel for SparseModel<T> {
    const ADDS_TO: &'static [&'static str] = &["a_out"];

    fn start(&mut self) -> crate::Result<()> {
        let len = self.synapses.groups.shortest().last().unwrap_or(1);
        // A step rarely has more spikes than this; where it has, its list grows once.
        let spikes = self.synapses.sources().div_ceil(4);
        self.due = (0..len).map(|_| Vec::with_capacity(spikes)).collect();
        Ok(())
    }

    #[inline(always)]
    fn run_spk(&mut self) -> crate::Result<()> {
        let groups = self.synapses.groups;
        let len = self.due.len();
        let now = self.step % len;
        self.step += 1;
        for &source in self.s_in.recv().indices() {
            for (group, delay) in self.synapses.row(source).zip(groups.shortest()) {
                if !group.is_empty() {
                    self.due[(now + delay - 1) % len].push(group);
                }
            }
        }
        if self.due[now].is_empty() {
            return Ok(());
        }
        let delivery = Delivery {
            groups,
            due: &self.due[now],
            weights: self.weights.as_slice_memory_order().unwrap_or_default(),
            targets: self.context.neurons(),
        };
        let messages = self.a_out.stage_ahead()?;
        match &self.synapses.places {
            Places::Narrow(places) => delivery.to(messages, places),
            Places::Wide(places) => delivery.to(messages, places),
        }
        self.due[now].clear();
        Ok(())
    }
}

/// The groups of synapses that are due in a step.
struct Delivery<'a, T> {
    groups: Groups,
    due: &'a [Group],
    weights: &'a [T],
    /// The targets that the model has.
    targets: Range<usize>,
}

impl<T: Weight> Delivery<'_, T> {
    /// Adds the weights to the messages.
    fn to<I: Index>(&self, mut messages: Ahead<'_, T>, places: &[I]) {
        /// How many groups are fetched from memory at once.
        const BATCH: usize = 32;
        let whole = self.targets.len() == self.groups.targets;
        for groups in self.due.chunks(BATCH) {
            // Groups lie far apart. Reading the first of each before any is delivered makes the
            // processor wait for memory once a batch rather than once a group.
            for group in groups {
                for at in group.range().step_by(16) {
                    black_box((places[at], self.weights[at]));
                }
            }
            for group in groups {
                let (places, weights) = (&places[group.range()], &self.weights[group.range()]);
                if whole {
                    for (place, weight) in places.iter().zip(weights) {
                        messages.add_at(place.get(), *weight);
                    }
                } else {
                    self.some(&mut messages, places, weights);
                }
            }
        }
    }

    /// Adds those weights of a group to the messages whose targets the model has.
    fn some<I: Index>(&self, messages: &mut Ahead<'_, T>, places: &[I], weights: &[T]) {
        let target = |place: &I| self.groups.split(place.get()).1;
        // Targets ascend within a group, so those of a shard are next to each other.
        let before = |end| places.partition_point(|place| target(place) < end);
        let mine = before(self.targets.start)..before(self.targets.end);
        for (place, weight) in places[mine.clone()].iter().zip(&weights[mine]) {
            let (later, target) = self.groups.split(place.get());
            messages.add(later, target - self.targets.start, *weight);
        }
    }
}
