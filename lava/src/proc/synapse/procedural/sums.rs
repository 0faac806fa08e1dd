//! The sums of a shard's targets, to which drawn synapses are added.

use std::ops::Range;

use super::drawing::{Consume, Drawn};
use super::words::BATCH;
use crate::model::FutureSums;
use crate::proc::synapse::memory;
use crate::proc::synapse::weights::{Factor, Weight};

/// The sums of a shard's targets, in this step and in steps to come.
///
/// They are more than a cache holds, and each synapse has one at random: those of a batch are prefetched little by little
/// while the next is drawn, and added to when that is.
pub(super) struct ShardSums<'a, T, F> {
    messages: FutureSums<'a, T>,
    targets: Range<usize>,
    /// The steps since the sources were active: less than the shortest delay.
    age: usize,
    /// The factor of weights.
    pub(super) factor: F,
    /// The delay of all synapses, if there is one.
    delay: Option<usize>,
    /// The last two batches.
    waiting: [WaitingBatch<T>; 2],
    /// The later of them.
    latest: usize,
    /// The synapses of that whose sums are prefetched.
    prefetched: usize,
}

/// Synapses whose weights are to be added.
struct WaitingBatch<T> {
    offsets: [u32; BATCH],
    /// The places of the offsets.
    places: [u32; BATCH],
    weights: [T; BATCH],
    count: usize,
}

/// The offset of a synapse to a target out of the shard: beyond all messages.
const NO_SUM: u32 = u32::MAX;

/// Sums that are prefetched at once: a processor waits for some ten to twenty lines at a time.
const PREFETCHED: usize = 16;

impl<'a, T: Weight, F: Factor<T>> ShardSums<'a, T, F> {
    /// The sums of messages to `targets`, for sources that were active `age` steps ago.
    #[inline(always)]
    pub(super) fn new(
        messages: FutureSums<'a, T>,
        targets: Range<usize>,
        age: usize,
        factor: F,
        delay: Option<usize>,
    ) -> ShardSums<'a, T, F> {
        ShardSums {
            messages,
            targets,
            age,
            factor,
            delay,
            waiting: [const { WaitingBatch::NONE }; 2],
            latest: 0,
            prefetched: 0,
        }
    }

    /// Adds all weights that wait.
    #[inline(never)]
    pub(super) fn add_waiting(&mut self) {
        self.prefetch_latest();
        for batch in [1 - self.latest, self.latest] {
            self.waiting[batch].add_to(&mut self.messages);
        }
    }

    /// Prefetches what is not prefetched yet of the sums of the latest batch.
    #[inline(always)]
    fn prefetch_latest(&mut self) {
        while self.prefetched < self.waiting[self.latest].count {
            self.prefetch();
        }
    }

    /// Adds the weights of synapses with one delay: the sums are those of one step, and lie in the cache.
    #[inline(always)]
    fn add_to_message(&mut self, delay: usize, drawn: &Drawn<T>) {
        let sums = self.messages.message(delay - 1 - self.age);
        let start = self.targets.start as u32;
        let synapses = drawn.targets[..drawn.count].iter().zip(&drawn.weights);
        for (target, weight) in synapses {
            // A target before the shard, and one that is none, wrap around to numbers behind it.
            if let Some(sum) = sums.get_mut(target.wrapping_sub(start) as usize) {
                *sum = sum.plus(self.factor.apply(*weight));
            }
        }
    }

    /// The offsets of the sums of drawn synapses.
    #[inline(always)]
    fn offsets(&self, drawn: &Drawn<T>) -> [u32; BATCH] {
        let (start, len) = (self.targets.start as u32, self.targets.len() as u32);
        let passed = self.age as u32 + 1;
        let mut offsets = [NO_SUM; BATCH];
        let synapses = drawn.targets.iter().zip(&drawn.delays);
        for (offset, (target, delay)) in offsets.iter_mut().zip(synapses) {
            let target = target.wrapping_sub(start);
            let row = delay.wrapping_sub(passed).wrapping_mul(len);
            let in_shard = target < len;
            *offset = if in_shard {
                row.wrapping_add(target)
            } else {
                NO_SUM
            };
        }
        offsets
    }
}

impl<T: Weight, F: Factor<T>> Consume<T> for ShardSums<'_, T, F> {
    #[inline(always)]
    fn prefetch(&mut self) {
        let batch = &self.waiting[self.latest];
        let end = (self.prefetched + PREFETCHED).min(batch.count);
        for place in batch.places.iter().take(end).skip(self.prefetched) {
            memory::fetch_item(self.messages.address(*place));
        }
        self.prefetched = end;
    }

    #[inline(always)]
    fn consume(&mut self, drawn: &Drawn<T>) {
        if let Some(delay) = self.delay {
            return self.add_to_message(delay, drawn);
        }
        let offsets = self.offsets(drawn);
        self.prefetch_latest();
        (self.latest, self.prefetched) = (1 - self.latest, 0);
        let batch = &mut self.waiting[self.latest];
        batch.add_to(&mut self.messages);
        batch.offsets = offsets;
        batch.places = offsets.map(|offset| self.messages.place(offset));
        batch.weights = drawn.weights.map(|weight| self.factor.apply(weight));
        batch.count = drawn.count;
    }
}

impl<T: Weight> WaitingBatch<T> {
    const NONE: WaitingBatch<T> = WaitingBatch {
        offsets: [NO_SUM; BATCH],
        places: [NO_SUM; BATCH],
        weights: [T::ZERO; BATCH],
        count: 0,
    };

    /// Adds the weights. It is not inlined, as registers are short within the drawing.
    #[inline(never)]
    fn add_to(&mut self, messages: &mut FutureSums<'_, T>) {
        let synapses = self.offsets.iter().zip(&self.weights);
        for (offset, weight) in synapses.take(self.count) {
            if let Some(sum) = messages.at_offset(*offset as usize) {
                *sum = sum.plus(*weight);
            }
        }
        self.count = 0;
    }
}
