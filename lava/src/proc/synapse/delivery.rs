//! Event-driven delivery: in each step the groups of synapses whose delay has passed.

mod in_flight;
mod sampled;

use std::collections::VecDeque;
use std::sync::Arc;

use super::adjacency::{Adjacency, Group, GroupHead};
use super::memory::{self, Prefetch};
use super::storage::WeightStorage;
use super::weights::{Factor, Message, Weight};
use crate::model::{In, SparseSums};

pub(super) use in_flight::{SavedSpike, SavedSynapse, SentSpike};
pub(super) use sampled::Sampled;

/// The synapses of a model, and the spikes that are on their way through them.
///
/// A step adds the contributions of the earliest spikes first, of one step by ascending source, and of
/// one source by ascending target.
pub(super) struct EventDelivery<T, W, F> {
    /// The synapses with their present weights, once the model has started.
    synapses: Option<ShardSynapses<T, W>>,
    pending: PendingSpikes<F>,
    /// The spikes that were on their way when weights were replaced, with the synapses that they go
    /// through; the earliest first.
    earlier: VecDeque<Replaced<T, W, F>>,
}

/// Spikes that go through synapses which have other weights since.
struct Replaced<T, W, F> {
    synapses: ShardSynapses<T, W>,
    pending: PendingSpikes<F>,
    /// The number of the first step after the replacement.
    step: u32,
}

/// The synapses that lead to the targets of a shard.
pub(super) struct ShardSynapses<T, W> {
    pub(super) adjacency: Arc<Adjacency<T, W>>,
    /// The number that stored weights are multiples of.
    pub(super) scale: T,
}

impl<T: Weight, W: WeightStorage<T>> ShardSynapses<T, W> {
    /// The spikes on their way through these synapses: none yet.
    fn pending<F>(&self) -> PendingSpikes<F> {
        PendingSpikes::new(self.adjacency.longest, self.adjacency.sources())
    }
}

/// The spikes that are on their way.
struct PendingSpikes<F> {
    /// The spikes that had synapses in the step before and have some in this one, in the order of a step's
    /// contributions. Most have: the list, and the one that it is made into, stay in the cache.
    going_on: Vec<PendingSpike<F>>,
    /// Room for those of the next step.
    spare: Vec<PendingSpike<F>>,
    /// The other spikes that have synapses in this step and in the following ones, as a ring.
    due: Vec<Vec<PendingSpike<F>>>,
    /// The element of the ring for this step.
    now: usize,
    /// The number of this step.
    step: u32,
}

/// A spike on its way.
#[derive(Clone, Copy)]
struct PendingSpike<F> {
    /// The number of the step in which it was sent, modulo 2¹⁶: no delay is longer.
    sent: u16,
    /// The words of the next group of synapses: [`GroupHead::words`].
    words: u16,
    source: u32,
    /// The position of the next group of synapses.
    next: usize,
    /// The factor of the weights.
    factor: F,
}

impl<F> PendingSpike<F> {
    /// The place in the order of a step's contributions.
    #[inline(always)]
    fn order(&self, step: u32) -> u64 {
        // Steps are counted modulo 2¹⁶; this one is the last.
        let age = self.sent.wrapping_sub(step as u16).wrapping_sub(1);
        u64::from(age) << 32 | u64::from(self.source)
    }

    /// The spike, on its way to another group of synapses.
    #[inline(always)]
    fn to(self, next: usize, group: GroupHead) -> Self {
        PendingSpike {
            next,
            words: group.words,
            ..self
        }
    }
}

impl<F> PendingSpikes<F> {
    /// A ring for delays of up to `longest` steps.
    fn new(longest: usize, sources: usize) -> PendingSpikes<F> {
        // A step rarely has more spikes than this; where it has, its list grows once.
        let spikes = sources.div_ceil(4);
        let list = || Vec::with_capacity(spikes);
        PendingSpikes {
            going_on: list(),
            spare: list(),
            due: (0..longest).map(|_| list()).collect(),
            now: 0,
            step: 0,
        }
    }

    /// The list of the spikes that have synapses in `ahead` steps, but for those that go on from the step before.
    #[inline(always)]
    fn due_in(&mut self, ahead: usize) -> &mut Vec<PendingSpike<F>> {
        let element = self.now + ahead;
        let length = self.due.len();
        &mut self.due[if element < length {
            element
        } else {
            element - length
        }]
    }

    /// The number of spikes that have synapses in this step.
    #[inline(always)]
    fn now_due(&mut self) -> usize {
        self.going_on.len() + self.due_in(0).len()
    }

    fn is_empty(&self) -> bool {
        self.going_on.is_empty() && self.due.iter().all(Vec::is_empty)
    }

    /// Takes in a spike that was sent `age` steps ago, on its way to the first synapses that it has not passed.
    #[inline(always)]
    fn take<T: Weight, W: WeightStorage<T>>(
        &mut self,
        adjacency: &Adjacency<T, W>,
        (source, factor): (usize, F),
        age: usize,
    ) {
        let mut next = adjacency.starts[source];
        while let Some(group) = adjacency.head(next) {
            if group.delay > age {
                let sent = self.step.wrapping_sub(age as u32) as u16;
                self.due_in(group.delay - age - 1).push(PendingSpike {
                    sent,
                    words: group.words,
                    source: source as u32,
                    next,
                    factor,
                });
                return;
            }
            next = adjacency.group(next).1;
        }
    }

    /// Goes on to the next step.
    #[inline(always)]
    fn advance(&mut self) {
        self.now = if self.now + 1 < self.due.len() {
            self.now + 1
        } else {
            0
        };
        self.step = self.step.wrapping_add(1);
    }
}

impl<F: Copy> PendingSpikes<F> {
    /// Lets the spikes go through other synapses, of which they pass the delays that have not passed
    /// yet.
    fn move_to<T: Weight, W: WeightStorage<T>>(&mut self, adjacency: &Adjacency<T, W>) {
        let longest = self.due.len().max(adjacency.longest);
        let mut moved = PendingSpikes::new(longest, adjacency.sources());
        moved.step = self.step;
        for SentSpike {
            age,
            source,
            factor,
        } in self.spikes()
        {
            moved.take(adjacency, (source as usize, factor), age as usize);
        }
        *self = moved;
    }

    /// Calls `deliver` with each group of synapses that is due, and `sent` when the last spike of a
    /// step has been delivered.
    #[inline(always)]
    fn deliver<T: Weight, W: WeightStorage<T>, S: ?Sized>(
        &mut self,
        adjacency: &Adjacency<T, W>,
        sums: &mut S,
        deliver: impl Fn(&mut S, Group<'_>, F),
        mut sent: impl FnMut(&mut S),
    ) {
        let to = Prefetch::of_processor();
        // Spikes by which the prefetch is ahead: their synapses lie far apart. What is fetched for more of them is
        // pushed out of the first cache by sums before it is read.
        let spikes_ahead = match to {
            Prefetch::First => 3,
            Prefetch::Second => 6,
        };
        let mut due = self.take_due();
        let fetch = |spike: &PendingSpike<F>| {
            memory::fetch(to, &adjacency.words[spike.next..], usize::from(spike.words));
        };
        due.iter().take(spikes_ahead).for_each(fetch);
        for (number, spike) in due.iter().enumerate() {
            due.get(number + spikes_ahead).into_iter().for_each(fetch);
            let (group, mut next) = adjacency.group(spike.next);
            deliver(sums, group, spike.factor);
            while let Some(head) = adjacency.head(next) {
                if head.delay > group.delay {
                    let list = match head.delay - group.delay {
                        1 => &mut self.going_on,
                        ahead => self.due_in(ahead),
                    };
                    list.push(spike.to(next, head));
                    break;
                }
                let (group, end) = adjacency.group(next);
                deliver(sums, group, spike.factor);
                next = end;
            }
            if due
                .get(number + 1)
                .is_none_or(|next| next.sent != spike.sent)
            {
                sent(sums);
            }
        }
        due.clear();
        self.spare = due;
    }

    /// Takes the spikes that have synapses in this step, in the order of their contributions. Those of the next step
    /// can be put in then.
    #[inline(always)]
    fn take_due(&mut self) -> Vec<PendingSpike<F>> {
        let step = self.step;
        let spare = std::mem::take(&mut self.spare);
        let mut due = std::mem::replace(&mut self.going_on, spare);
        let others = self.due_in(0);
        if !others.is_sorted_by_key(|spike| spike.order(step)) {
            others.sort_by_key(|spike| spike.order(step));
        }
        if due.is_empty() {
            std::mem::swap(&mut due, others);
        }
        // The last first, so that those behind it move once.
        let mut end = due.len();
        due.extend_from_slice(others);
        while let Some(spike) = others.pop() {
            let order = spike.order(step);
            let place = due[..end].partition_point(|other| other.order(step) <= order);
            due.copy_within(place..end, place + others.len() + 1);
            due[place + others.len()] = spike;
            end = place;
        }
        due
    }
}

impl<T, W, F> Default for EventDelivery<T, W, F> {
    fn default() -> Self {
        EventDelivery {
            synapses: None,
            pending: PendingSpikes::new(0, 0),
            earlier: VecDeque::new(),
        }
    }
}

impl<T: Weight, W: WeightStorage<T>, F: Factor<T>> EventDelivery<T, W, F> {
    /// A delivery with nothing on its way.
    pub(super) fn new(synapses: ShardSynapses<T, W>) -> Self {
        EventDelivery {
            pending: synapses.pending(),
            synapses: Some(synapses),
            earlier: VecDeque::new(),
        }
    }

    /// Replaces the synapses by the same with other weights. Spikes that are on their way keep the
    /// weights that they have.
    pub(super) fn replace(&mut self, synapses: ShardSynapses<T, W>) {
        let pending = synapses.pending();
        let Some(before) = self.synapses.replace(synapses) else {
            return;
        };
        if !self.pending.is_empty() {
            let step = self.pending.step;
            let pending = PendingSpikes { step, ..pending };
            let earlier = std::mem::replace(&mut self.pending, pending);
            self.earlier.push_back(Replaced {
                synapses: before,
                pending: earlier,
                step,
            });
        }
    }

    /// Lets spikes on their way go through what `kept` makes of their synapses; these have to be
    /// [replaced](EventDelivery::replace) then.
    pub(super) fn restrict<E>(
        &mut self,
        kept: impl Fn(&Arc<Adjacency<T, W>>) -> Result<Arc<Adjacency<T, W>>, E>,
    ) -> Result<(), E> {
        for (synapses, pending) in self.on_their_way() {
            let kept = kept(&synapses.adjacency)?;
            pending.move_to(&kept);
            synapses.adjacency = kept;
        }
        Ok(())
    }

    /// Takes the spikes of a step in. Returns `true` if synapses are due.
    #[inline(always)]
    pub(super) fn receive<M: Message<T, Factor = F>>(
        &mut self,
        s_in: &mut In<M>,
        binary: bool,
    ) -> bool {
        let Some(synapses) = &self.synapses else {
            return false;
        };
        let adjacency = synapses.adjacency.as_ref();
        // Lists lie far apart: fetched together, they are waited for together.
        let to = Prefetch::of_processor();
        for (source, _) in M::active(s_in, binary) {
            memory::fetch(to, &adjacency.words[adjacency.starts[source]..], 1);
        }
        let lag = s_in.lag();
        for spike in M::active(s_in, binary) {
            self.pending.take(adjacency, spike, lag);
        }
        self.are_any_due()
    }

    /// Takes in, between runs, the spikes that would arrive late.
    pub(super) fn catch_up<M: Message<T, Factor = F>>(&mut self, s_in: &mut In<M>, binary: bool) {
        if let Some(synapses) = &self.synapses {
            let adjacency = synapses.adjacency.as_ref();
            s_in.catch_up(|s_in, age| {
                for spike in M::active(s_in, binary) {
                    self.pending.take(adjacency, spike, age);
                }
            });
        }
    }

    /// Returns `true` if synapses are due.
    #[inline(always)]
    fn are_any_due(&mut self) -> bool {
        self.pending.now_due() > 0 || !self.earlier.is_empty()
    }

    /// Returns `true` if so few of `targets` sums get contributions in this step that it pays to mark them.
    #[inline(always)]
    pub(super) fn is_sparse(&mut self, targets: usize) -> bool {
        /// Sums for one contribution. Marking it costs as much as clearing and reading some of them, and
        /// where few are left out, most neurons have something to do.
        const SUMS: usize = 128;
        let Some(synapses) = &self.synapses else {
            return false;
        };
        let contributions = self.pending.now_due() * synapses.adjacency.synapses_per_group();
        self.earlier.is_empty() && contributions * SUMS < targets
    }

    /// Adds the weights of the synapses that are due, times what `gain` makes of their spikes' factors;
    /// calls `sent` when all contributions of the spikes of one step are in `sums`.
    #[inline(always)]
    pub(super) fn add_due<G: Factor<T>, S: Accumulator<T> + ?Sized>(
        &mut self,
        sums: &mut S,
        gain: impl Fn(F) -> G,
        mut sent: impl FnMut(&mut S),
    ) {
        for (synapses, pending) in self.on_their_way() {
            let scale = synapses.scale;
            let add = |sums: &mut S, group: Group<'_>, factor| {
                sums.add::<W>(group, scale, gain(factor));
            };
            pending.deliver(&synapses.adjacency, sums, add, &mut sent);
        }
    }

    /// The spikes on their way, the earliest first, with the synapses that they go through.
    #[inline(always)]
    fn on_their_way(
        &mut self,
    ) -> impl Iterator<Item = (&mut ShardSynapses<T, W>, &mut PendingSpikes<F>)> {
        let earlier = self.earlier.iter_mut();
        let earlier = earlier.map(|replaced| (&mut replaced.synapses, &mut replaced.pending));
        let last = self.synapses.as_mut();
        earlier.chain(last.map(|synapses| (synapses, &mut self.pending)))
    }

    /// Goes on to the next step.
    #[inline(always)]
    pub(super) fn advance(&mut self) {
        self.pending.advance();
        if !self.earlier.is_empty() {
            self.earlier
                .iter_mut()
                .for_each(|replaced| replaced.pending.advance());
            self.earlier.retain(|replaced| !replaced.pending.is_empty());
        }
    }
}

/// The sums of a step.
pub(super) trait Accumulator<T> {
    /// Adds the weights of a group, times a factor, to the sums of its targets.
    fn add<W: WeightStorage<T>>(&mut self, group: Group<'_>, scale: T, factor: impl Factor<T>)
    where
        T: Weight;
}

impl<T: Weight> Accumulator<T> for [T] {
    #[inline(always)]
    fn add<W: WeightStorage<T>>(&mut self, group: Group<'_>, scale: T, factor: impl Factor<T>) {
        let sums = &mut self[group.first..];
        let weights = group.weights.chunks_exact(W::WORDS);
        for (target, stored) in group.targets.iter().zip(weights) {
            let sum = &mut sums[usize::from(*target)];
            *sum = sum.plus(factor.apply(W::decode(stored, scale)));
        }
    }
}

impl<T: Weight> Accumulator<T> for SparseSums<'_, T> {
    #[inline(always)]
    fn add<W: WeightStorage<T>>(&mut self, group: Group<'_>, scale: T, factor: impl Factor<T>) {
        for (target, stored) in group.synapses::<T, W>() {
            self.add(target, factor.apply(W::decode(stored, scale)));
        }
    }
}
