//! Event-driven delivery: the blocks of synapses that are due, and the sums that they are added to.

use std::collections::VecDeque;
use std::hint::black_box;
use std::marker::PhantomData;
use std::ops::Range;
use std::sync::Arc;

use super::layout::{BlockLayout, BlockOrigin};
use super::memory;
use super::storage::WeightStorage;
use super::synapses::{Synapses, split_block, word_range, words_per_synapse};
use super::weights::{Factor, Message, Weight};
use crate::model::{FutureSums, In, Out};

/// The synapses of a model, and the events that are on their way through them.
pub(super) struct EventDelivery<T, W, F> {
    /// The synapses with their present weights, once the model has started.
    synapses: Option<Synapses<T, W>>,
    /// The targets of the model's shard.
    targets: Range<usize>,
    /// The blocks of a source.
    origins: Vec<BlockOrigin>,
    /// The blocks that are due in this step and in the following ones, as a ring.
    due: Vec<Vec<DueBlock<F>>>,
    /// The element of the ring for this step.
    now: usize,
    /// The blocks that were on their way when weights were replaced, the earliest first.
    earlier: VecDeque<EarlierBlocks<T, F>>,
}

/// A block of synapses whose source has fired: they are delivered together.
struct DueBlock<F> {
    synapses: Range<u32>,
    /// The first target that the block spans.
    first: u32,
    /// The factor of its weights.
    factor: F,
}

/// Blocks that were on their way when the weights were replaced: they are delivered with the weights
/// at the time of their spikes.
struct EarlierBlocks<T, F> {
    /// The synapses of the shard in these blocks, one block after the other; all synapses if these
    /// are fewer.
    words: Arc<Vec<u16>>,
    /// The number that stored weights are multiples of.
    scale: T,
    /// The blocks that are due in the next step and in the following ones.
    due: VecDeque<Vec<DueBlock<F>>>,
}

impl<T, W, F> Default for EventDelivery<T, W, F> {
    fn default() -> Self {
        EventDelivery {
            synapses: None,
            targets: 0..0,
            origins: Vec::new(),
            due: Vec::new(),
            now: 0,
            earlier: VecDeque::new(),
        }
    }
}

impl<T: Weight, W: WeightStorage<T>, F: Factor<T>> EventDelivery<T, W, F> {
    /// A delivery to the targets of a shard with nothing on its way.
    pub(super) fn new(synapses: Synapses<T, W>, targets: Range<usize>) -> Self {
        let origins: Vec<BlockOrigin> = synapses.index.layout.origins().collect();
        let steps = origins.last().map_or(1, |origin| origin.delay);
        // A step rarely has more messages than this; where it has, its list grows once.
        let messages = synapses.sources().div_ceil(4);
        EventDelivery {
            synapses: Some(synapses),
            targets,
            origins,
            due: (0..steps).map(|_| Vec::with_capacity(messages)).collect(),
            now: 0,
            earlier: VecDeque::new(),
        }
    }

    /// Replaces the synapses by the same with other weights. Blocks that are on their way keep the
    /// weights that they have.
    pub(super) fn replace(&mut self, synapses: Synapses<T, W>) {
        let Some(before) = self.synapses.replace(synapses) else {
            return;
        };
        let on_their_way = self.due.iter().flatten();
        let on_their_way: usize = on_their_way.map(|due| due.synapses.len()).sum();
        if on_their_way == 0 {
            return;
        }
        let accumulation = Accumulation::of(&before, self.targets.clone());
        let mut copied = (on_their_way < before.len()).then(Vec::new);
        let (later, next) = self.due.split_at_mut(self.now);
        let mut due = VecDeque::new();
        for blocks in next.iter_mut().chain(later) {
            let blocks = blocks.drain(..);
            due.push_back(match &mut copied {
                Some(words) => blocks.map(|due| accumulation.copied(due, words)).collect(),
                None => blocks.collect(),
            });
        }
        self.earlier.push_back(EarlierBlocks {
            words: copied.map_or_else(|| Arc::clone(&before.words), Arc::new),
            scale: before.scale(),
            due,
        });
    }

    /// Delivers the blocks that are due and were on their way before the weights were replaced.
    #[cold]
    fn add_earlier<G: Factor<T>>(
        &mut self,
        a_out: &mut Out<T>,
        gain: impl Fn(F) -> G,
    ) -> crate::Result<()> {
        let Some(synapses) = &self.synapses else {
            return Ok(());
        };
        let layout = synapses.index.layout;
        for earlier in &mut self.earlier {
            let due = earlier.due.pop_front().unwrap_or_default();
            if !due.is_empty() {
                let (words, targets) = (earlier.words.as_slice(), self.targets.clone());
                let accumulation = Accumulation::<T, W>::new(layout, words, earlier.scale, targets);
                accumulation.add_due(&mut a_out.accumulate_ahead()?, &due, &gain);
            }
        }
        self.earlier
            .retain(|earlier| earlier.due.iter().any(|due| !due.is_empty()));
        Ok(())
    }

    /// Schedules the blocks of the active sources and delivers the blocks that are due.
    /// `gain` maps a message's factor to that of the weights.
    #[inline(always)]
    pub(super) fn step<M: Message<T, Factor = F>, G: Factor<T>>(
        &mut self,
        s_in: &mut In<M>,
        binary: bool,
        a_out: &mut Out<T>,
        gain: impl Fn(F) -> G,
    ) -> crate::Result<()> {
        if !self.earlier.is_empty() {
            self.add_earlier(a_out, &gain)?;
        }
        let Some(synapses) = &self.synapses else {
            return Ok(());
        };
        let index = &synapses.index;
        // Index rows lie far apart: read together, they are waited for together.
        for (source, _) in M::active(s_in, binary) {
            black_box(index.blocks(source).next());
        }
        for (source, factor) in M::active(s_in, binary) {
            for (synapses, origin) in index.blocks(source).zip(&self.origins) {
                if !synapses.is_empty() {
                    let step = self.now + origin.delay - 1;
                    let step = if step < self.due.len() {
                        step
                    } else {
                        step - self.due.len()
                    };
                    let first = origin.target as u32;
                    self.due[step].push(DueBlock {
                        synapses,
                        first,
                        factor,
                    });
                }
            }
        }
        let steps = self.due.len();
        let due = &mut self.due[self.now];
        self.now = (self.now + 1) % steps;
        if !due.is_empty() {
            let accumulation = Accumulation::of(synapses, self.targets.clone());
            accumulation.add_due(&mut a_out.accumulate_ahead()?, due, gain);
            due.clear();
        }
        Ok(())
    }

    /// Adds all blocks of the active sources to the sums of all delays, the shortest first. Returns
    /// `true` if a source is active.
    #[inline(always)]
    pub(super) fn sum<M: Message<T, Factor = F>>(
        &self,
        s_in: &mut In<M>,
        binary: bool,
        sums: &mut [T],
    ) -> bool {
        let Some(synapses) = &self.synapses else {
            return false;
        };
        let accumulation = Accumulation::of(synapses, self.targets.clone());
        let shortest = accumulation.layout.shortest;
        let mut any = false;
        for (source, factor) in M::active(s_in, binary) {
            any = true;
            for (block, origin) in synapses.index.blocks(source).zip(&self.origins) {
                let sums = &mut sums[(origin.delay - shortest) * self.targets.len()..];
                let block = accumulation.in_shard(origin.target, accumulation.block(block));
                accumulation.add(sums, origin.target, block, factor);
            }
        }
        any
    }
}

/// Adds the weights of blocks to the sums of a shard's targets.
struct Accumulation<'a, T, W> {
    layout: BlockLayout,
    words: &'a [u16],
    scale: T,
    /// The targets of the shard.
    targets: Range<usize>,
    /// `true` if offsets number the elements of consecutive messages.
    offsets_are_elements: bool,
    storage: PhantomData<fn() -> W>,
}

/// Synapses of a block: their offsets, and their weights as they are stored.
#[derive(Clone, Copy)]
struct BlockSlice<'a> {
    offsets: &'a [u16],
    weights: &'a [u16],
}

impl<'a, T: Weight, W: WeightStorage<T>> Accumulation<'a, T, W> {
    /// The addition of synapses to the targets of a shard.
    fn of(synapses: &'a Synapses<T, W>, targets: Range<usize>) -> Self {
        let (layout, words) = (synapses.index.layout, synapses.words.as_slice());
        Accumulation::new(layout, words, synapses.scale(), targets)
    }

    fn new(layout: BlockLayout, words: &'a [u16], scale: T, targets: Range<usize>) -> Self {
        Accumulation {
            layout,
            words,
            scale,
            offsets_are_elements: layout.delays_per_block == 1 || targets.len() == layout.targets,
            targets,
            storage: PhantomData,
        }
    }

    /// Copies the synapses of a block whose targets are in the shard to the end of `words`. Returns
    /// the block that they are there.
    fn copied<F>(&self, due: DueBlock<F>, words: &mut Vec<u16>) -> DueBlock<F> {
        let block = self.in_shard(due.first as usize, self.block(due.synapses));
        let start = words.len() / words_per_synapse::<T, W>();
        words.extend_from_slice(block.offsets);
        words.extend_from_slice(block.weights);
        DueBlock {
            synapses: start as u32..(start + block.offsets.len()) as u32,
            ..due
        }
    }

    /// The synapses of a block.
    #[inline(always)]
    fn block(&self, synapses: Range<u32>) -> BlockSlice<'a> {
        let words = &self.words[word_range::<T, W>(synapses)];
        let (offsets, weights) = split_block::<T, W>(words);
        BlockSlice { offsets, weights }
    }

    /// Synapses `range` of a block.
    #[inline(always)]
    fn slice(&self, block: BlockSlice<'a>, range: Range<usize>) -> BlockSlice<'a> {
        BlockSlice {
            weights: &block.weights[range.start * W::WORDS..range.end * W::WORDS],
            offsets: &block.offsets[range],
        }
    }

    /// Adds the weights of the blocks that are due to the messages.
    #[inline(always)]
    fn add_due<F: Copy, G: Factor<T>>(
        &self,
        messages: &mut FutureSums<'_, T>,
        due: &[DueBlock<F>],
        gain: impl Fn(F) -> G,
    ) {
        /// Blocks by which the prefetch is ahead of the addition: they lie far apart.
        const AHEAD: usize = 24;
        let fetch = |due: &DueBlock<F>| {
            let block = self.block(due.synapses.clone());
            let range = self.guess_in_shard(due.first as usize, block.offsets.len());
            let BlockSlice { offsets, weights } = self.slice(block, range);
            memory::fetch(offsets);
            memory::fetch(weights);
        };
        due.iter().take(AHEAD).for_each(fetch);
        for (number, now) in due.iter().enumerate() {
            due.get(number + AHEAD).into_iter().for_each(fetch);
            let first = now.first as usize;
            let block = self.in_shard(first, self.block(now.synapses.clone()));
            match messages.as_slice() {
                Some(sums) => self.add(sums, first, block, gain(now.factor)),
                None => self.add_wrapped(messages, first, block, gain(now.factor)),
            }
        }
    }

    /// The range of the shard's targets in a block of `synapses`, if targets are spread evenly.
    #[inline(always)]
    fn guess_in_shard(&self, first: usize, synapses: usize) -> Range<usize> {
        let about = |target: usize| {
            let targets = target.saturating_sub(first) as u64;
            let position = synapses as u64 * targets / self.layout.targets_per_block() as u64;
            (position as usize).min(synapses)
        };
        about(self.targets.start)..about(self.targets.end)
    }

    /// The synapses of a block whose targets are in the shard. The block's first target is `first`.
    #[inline(always)]
    fn in_shard(&self, first: usize, block: BlockSlice<'a>) -> BlockSlice<'a> {
        let Range { start, end } = self.targets.clone();
        if end - start == self.layout.targets {
            return block;
        }
        // Targets ascend within a block, so the synapses of a shard are next to each other.
        let guess = self.guess_in_shard(first, block.offsets.len());
        let before = |end: usize, guess: usize| {
            let target = |offset: u16| first + self.layout.beyond_origin(offset).1;
            boundary(block.offsets, guess, |offset| target(offset) < end)
        };
        self.slice(block, before(start, guess.start)..before(end, guess.end))
    }

    /// The synapses of a block: offsets, and weights times `factor`.
    #[inline(always)]
    fn contributions(
        &self,
        block: BlockSlice<'a>,
        factor: impl Factor<T>,
    ) -> impl Iterator<Item = (u16, T)> {
        let weights = block.weights.chunks_exact(W::WORDS);
        let scale = self.scale;
        let weights = weights.map(move |stored| factor.apply(W::decode(stored, scale)));
        block.offsets.iter().copied().zip(weights)
    }

    /// Adds the weights of a block to messages that lie one after the other.
    #[inline(always)]
    fn add(&self, sums: &mut [T], first: usize, block: BlockSlice<'a>, factor: impl Factor<T>) {
        let start = self.targets.start;
        if self.offsets_are_elements {
            for (offset, weight) in self.contributions(block, factor) {
                let sum = &mut sums[(first + usize::from(offset)).wrapping_sub(start)];
                *sum = sum.plus(weight);
            }
        } else {
            for (offset, weight) in self.contributions(block, factor) {
                let (later, target) = self.layout.beyond_origin(offset);
                let sum = &mut sums[later * self.targets.len() + first + target - start];
                *sum = sum.plus(weight);
            }
        }
    }

    /// Adds the weights of a block to messages between which the ring wraps around.
    #[inline(always)]
    fn add_wrapped(
        &self,
        messages: &mut FutureSums<'_, T>,
        first: usize,
        block: BlockSlice<'a>,
        factor: impl Factor<T>,
    ) {
        let start = self.targets.start;
        if self.offsets_are_elements {
            for (offset, weight) in self.contributions(block, factor) {
                messages.add_at_offset((first + usize::from(offset)).wrapping_sub(start), weight);
            }
        } else {
            for (offset, weight) in self.contributions(block, factor) {
                let (later, target) = self.layout.beyond_origin(offset);
                messages.add(later, first + target - start, weight);
            }
        }
    }
}

/// The number of leading `offsets` for which `is_before` holds. Searches outward from `guess`, so
/// that little else is fetched from memory.
#[inline(always)]
fn boundary(offsets: &[u16], guess: usize, is_before: impl Fn(u16) -> bool) -> usize {
    let mut step = 8;
    let (mut low, mut high) = (guess, guess);
    while low > 0 && !is_before(offsets[low - 1]) {
        high = low - 1;
        low = low.saturating_sub(step);
        step *= 2;
    }
    while high < offsets.len() && is_before(offsets[high]) {
        low = high + 1;
        high = (high + step).min(offsets.len());
        step *= 2;
    }
    low + offsets[low..high].partition_point(|offset| is_before(*offset))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_boundary_is_found_wherever_it_was_guessed() {
        let offsets: Vec<u16> = (0..100).map(|n| n * 3).collect();
        for end in [0, 1, 30, 150, 297, 298] {
            for guess in 0..=offsets.len() {
                let found = boundary(&offsets, guess, |offset| offset < end);
                assert_eq!(found, usize::from(end.div_ceil(3)), "{end} from {guess}");
            }
        }
    }
}
