//! The drawing of a projection's synapses: counts first, then fills the final layout, on all cores.

use std::marker::PhantomData;
use std::ops::Range;
use std::sync::{Mutex, PoisonError};
use std::thread;

use super::distribution::Sampler;
use super::error::SynapseError;
use super::layout::{BlockAddress, BlockIndex, BlockLayout};
use super::memory;
use super::projection::{DelayBounds, Projection};
use super::rule::{PairSampler, RowStream};
use super::storage::WeightStorage;
use super::synapses::{
    Synapses, check_count, delay_steps, word_range, words_per_synapse, write_synapse,
};
use super::weights::Weight;

/// A projection that is being drawn.
pub(super) struct Drawing {
    pairs: PairSampler,
    weights: Sampler,
    delays: Sampler,
    bounds: DelayBounds,
    /// The rows of each thread.
    rows: Vec<Range<usize>>,
    /// The sources whose synapses each thread writes.
    sources: Vec<Range<usize>>,
}

/// A synapse as it is drawn.
#[derive(Clone, Copy)]
struct DrawnSynapse {
    source: u32,
    target: u32,
    delay: usize,
    weight: f64,
}

/// Cuts a range into `count` about equal ones, and leaves out empty ones.
fn chunks(range: Range<usize>, count: usize) -> Vec<Range<usize>> {
    let cut = |chunk: usize| range.start + range.len() * chunk / count;
    let ranges = (0..count).map(|chunk| cut(chunk)..cut(chunk + 1));
    ranges.filter(|range| !range.is_empty()).collect()
}

impl Drawing {
    /// Checks the projection; draws no synapses yet.
    pub(super) fn new<T: Weight>(
        projection: &Projection,
        seed: u64,
    ) -> Result<Drawing, SynapseError> {
        /// More threads than any machine has would only take memory.
        const MOST: usize = 1024;
        let pairing = projection.pairing;
        projection.check::<T>()?;
        let cores = || thread::available_parallelism().map_or(1, usize::from);
        let threads = projection.threads.unwrap_or_else(cores).clamp(1, MOST);
        let mut drawing = Drawing {
            rows: chunks(0..pairing.rows(), threads),
            sources: chunks(0..pairing.sources, threads),
            weights: projection.weight_sampler::<T>()?,
            delays: projection.delay_sampler()?,
            bounds: projection.delay_bounds()?,
            pairs: PairSampler::new(pairing, seed),
        };
        drawing.bounds = drawing.narrowed_bounds()?;
        Ok(drawing)
    }

    /// Draws the synapses, once to count them and once to write them where they stay.
    pub(super) fn synapses<T: Weight, W: WeightStorage<T>>(
        &self,
    ) -> Result<Synapses<T, W>, SynapseError> {
        let index = self.index()?;
        let scale = self.scale::<T, W>()?;
        let words = index.len().checked_mul(words_per_synapse::<T, W>());
        let mut words = memory::in_large_pages(memory::zeros(words)?);
        let mut slices = self.slices::<T, W>(&index, &mut words);
        if self.pairs.pairing.by_target() {
            self.fill_by_target(index.layout, &mut slices, scale)?;
        } else {
            self.fill_by_source(&mut slices, scale)?;
        }
        Ok(Synapses::new(index, words, scale))
    }

    /// Calls `visit` with each synapse of some rows: row by row, and by ascending partner. Weights
    /// are drawn if `with_weights`, and 0 otherwise.
    fn visit(
        &self,
        rows: Range<usize>,
        with_weights: bool,
        mut visit: impl FnMut(DrawnSynapse) -> Result<(), SynapseError>,
    ) -> Result<(), SynapseError> {
        let by_target = self.pairs.pairing.by_target();
        let DelayBounds { shortest, longest } = self.bounds;
        let mut partners = Vec::new();
        for row in rows {
            self.pairs.row(row, &mut partners);
            let mut delays = self.pairs.stream(row, RowStream::Delays);
            let mut weights = with_weights.then(|| self.pairs.stream(row, RowStream::Weights));
            for &partner in &partners {
                let (source, target) = if by_target {
                    (partner, row as u32)
                } else {
                    (row as u32, partner)
                };
                let steps = delay_steps(self.delays.draw(&mut delays))?;
                visit(DrawnSynapse {
                    source,
                    target,
                    delay: steps.clamp(shortest, longest),
                    weight: match &mut weights {
                        Some(random) => self.weights.draw(random),
                        None => 0.0,
                    },
                })?;
            }
        }
        Ok(())
    }

    /// Bounds of the delays, narrowed to the delays that are drawn where there can be many.
    fn narrowed_bounds(&self) -> Result<DelayBounds, SynapseError> {
        /// Delays that can be counted one by one, whether they occur or not.
        const FEW: f64 = 1000.0;
        let (low, high) = self.delays.bounds();
        if high - low <= FEW {
            return Ok(self.bounds);
        }
        let DelayBounds { shortest, longest } = self.bounds;
        let ranges = on_each(&self.rows, |rows| {
            let mut drawn = DelayBounds {
                shortest: longest,
                longest: shortest,
            };
            self.visit(rows.clone(), false, |synapse| {
                drawn.shortest = synapse.delay.min(drawn.shortest);
                drawn.longest = synapse.delay.max(drawn.longest);
                Ok(())
            })?;
            Ok(drawn)
        })?;
        let drawn_shortest = ranges.iter().map(|drawn| drawn.shortest).min();
        let drawn_longest = ranges.iter().map(|drawn| drawn.longest).max();
        let shortest = drawn_shortest.unwrap_or(shortest);
        Ok(DelayBounds {
            shortest,
            longest: drawn_longest.unwrap_or(longest).max(shortest),
        })
    }

    /// The position of every block.
    fn index(&self) -> Result<BlockIndex, SynapseError> {
        let DelayBounds { shortest, longest } = self.bounds;
        let pairing = self.pairs.pairing;
        let layout = BlockLayout::new(pairing.targets, shortest, longest);
        let blocks = layout.blocks_per_source();
        let by_target = pairing.by_target();
        let counts = on_each(&self.rows, |rows| {
            // A thread that has sources counts for them alone.
            let sources = if by_target {
                0..pairing.sources
            } else {
                rows.clone()
            };
            let mut counts = memory::zeros(sources.len().checked_mul(blocks))?;
            self.visit(rows.clone(), false, |synapse| {
                let address = layout.address(synapse.delay, synapse.target as usize);
                let source = synapse.source as usize - sources.start;
                counts[source * blocks + address.block] += 1;
                Ok(())
            })?;
            Ok(counts)
        })?;
        let counts = if by_target {
            sum(counts)
        } else {
            counts.concat()
        };
        check_count(counts.iter().map(|count| *count as usize).sum())?;
        // Delays that did not occur after all take no memory. Where nothing did, one block is left.
        let occurs = |block: &usize| counts.iter().skip(*block).step_by(blocks).any(|n| *n > 0);
        let first = (0..blocks).find(occurs).unwrap_or(0);
        let last = (first..blocks).rfind(occurs).unwrap_or(first);
        let (layout, kept) = layout.trimmed(first..last + 1);
        let rows = counts.chunks_exact(blocks);
        let counts = rows.flat_map(|row| &row[kept.clone()]).copied();
        Ok(BlockIndex::new(layout, pairing.sources, counts))
    }

    /// The number that stored weights are multiples of, if they are.
    fn scale<T: Weight, W: WeightStorage<T>>(&self) -> Result<f64, SynapseError> {
        if !W::SCALED {
            return Ok(1.0);
        }
        let largest = on_each(&self.rows, |rows| {
            let mut largest = 0.0_f64;
            self.visit(rows.clone(), true, |synapse| {
                largest = largest.max(synapse.weight.abs());
                Ok(())
            })?;
            Ok(largest)
        })?;
        Ok(W::scale(largest.into_iter().fold(0.0, f64::max)))
    }

    /// Cuts the memory up for the threads: each gets that of its sources.
    fn slices<'a, T: Weight, W: WeightStorage<T>>(
        &self,
        index: &'a BlockIndex,
        mut words: &'a mut [u16],
    ) -> Vec<SourceSlice<'a, T, W>> {
        let mut slices = Vec::with_capacity(self.sources.len());
        for sources in &self.sources {
            let starts = index.starts(sources.clone());
            let synapses = starts[starts.len() - 1] - starts[0];
            let (mine, rest) = words.split_at_mut(word_range::<T, W>(0..synapses).end);
            words = rest;
            slices.push(SourceSlice {
                layout: index.layout,
                first: sources.start,
                starts,
                filled: vec![0; starts.len() - 1],
                words: mine,
                types: PhantomData,
            });
        }
        slices
    }

    /// Fills the slices where rows are sources: each thread draws what it writes.
    fn fill_by_source<T: Weight, W: WeightStorage<T>>(
        &self,
        slices: &mut [SourceSlice<'_, T, W>],
        scale: f64,
    ) -> Result<(), SynapseError> {
        on_each(slices.iter_mut().zip(&self.rows), |(slice, rows)| {
            self.visit(rows.clone(), true, |synapse| slice.push(&synapse, scale))
        })?;
        Ok(())
    }

    /// Fills the slices where rows are targets, some rows at a time: threads draw, then each
    /// collects from all threads what it writes.
    fn fill_by_target<T: Weight, W: WeightStorage<T>>(
        &self,
        layout: BlockLayout,
        slices: &mut [SourceSlice<'_, T, W>],
        scale: f64,
    ) -> Result<(), SynapseError> {
        /// Synapses that are drawn before they are written, about.
        const AT_ONCE: usize = 1 << 20;
        let writer = |source: u32| {
            let source = source as usize;
            self.sources.partition_point(|range| range.end <= source)
        };
        let synapses: usize = slices.iter().map(SourceSlice::synapses).sum();
        let each_row = synapses / layout.targets;
        let rows = (AT_ONCE / each_row.max(1)).max(slices.len());
        for start in (0..layout.targets).step_by(rows) {
            let slab = start..(start + rows).min(layout.targets);
            let drawn = on_each(chunks(slab, slices.len()), |rows| {
                let mut drawn: Vec<Vec<DrawnSynapse>> = vec![Vec::new(); self.sources.len()];
                self.visit(rows, true, |synapse| {
                    drawn[writer(synapse.source)].push(synapse);
                    Ok(())
                })?;
                Ok(drawn)
            })?;
            on_each(slices.iter_mut().enumerate(), |(writer, slice)| {
                let mine = drawn.iter().flat_map(|drawn| &drawn[writer]);
                mine.into_iter()
                    .try_for_each(|synapse| slice.push(synapse, scale))
            })?;
        }
        Ok(())
    }
}

/// The synapses of some sources, while they are filled.
struct SourceSlice<'a, T, W> {
    layout: BlockLayout,
    /// The first source.
    first: usize,
    /// The first synapse of each block among all synapses.
    starts: &'a [u32],
    /// Synapses that each block has already.
    filled: Vec<u32>,
    words: &'a mut [u16],
    types: PhantomData<fn() -> (T, W)>,
}

impl<T: Weight, W: WeightStorage<T>> SourceSlice<'_, T, W> {
    fn synapses(&self) -> usize {
        self.words.len() / words_per_synapse::<T, W>()
    }

    #[inline(always)]
    fn push(&mut self, synapse: &DrawnSynapse, scale: f64) -> Result<(), SynapseError> {
        let target = synapse.target as usize;
        let BlockAddress { block, offset } = self.layout.address(synapse.delay, target);
        let source = synapse.source as usize - self.first;
        let block = source * self.layout.blocks_per_source() + block;
        let first = self.starts[0];
        let [start, end] = [self.starts[block] - first, self.starts[block + 1] - first];
        let words = &mut self.words[word_range::<T, W>(start..end)];
        let number = self.filled[block] as usize;
        self.filled[block] += 1;
        write_synapse::<T, W>(words, number, offset, synapse.weight, scale)
    }
}

/// The sum of several lists of counts.
fn sum(counts: Vec<Vec<u32>>) -> Vec<u32> {
    let mut lists = counts.into_iter();
    let mut sum = lists.next().unwrap_or_default();
    for counts in lists {
        sum.iter_mut()
            .zip(counts)
            .for_each(|(sum, count)| *sum += count);
    }
    sum
}

/// Runs `work` on each item, on as many threads as there are items, or on those that can be started;
/// results are in the order of the items.
fn on_each<I: Send, R: Send>(
    items: impl IntoIterator<Item = I>,
    work: impl Fn(I) -> Result<R, SynapseError> + Sync,
) -> Result<Vec<R>, SynapseError> {
    let items: Vec<I> = items.into_iter().collect();
    let others = items.len().saturating_sub(1);
    let items = Mutex::new(items.into_iter().enumerate());
    let take = || items.lock().unwrap_or_else(PoisonError::into_inner).next();
    let work_off = || {
        let mut done = Vec::new();
        while let Some((number, item)) = take() {
            done.push((number, work(item)));
        }
        done
    };
    let mut done = thread::scope(|scope| {
        let start = |_| thread::Builder::new().spawn_scoped(scope, work_off).ok();
        let threads: Vec<_> = (0..others).map_while(start).collect();
        let mut done = work_off();
        for thread in threads {
            match thread.join() {
                Ok(results) => done.extend(results),
                Err(panic) => std::panic::resume_unwind(panic),
            }
        }
        done
    });
    done.sort_unstable_by_key(|(number, _)| *number);
    done.into_iter().map(|(_, result)| result).collect()
}
