//! The drawing of a projection's synapses, on all cores: row by row where rows are sources, and else
//! collected by source before the lists are written.

use std::ops::Range;
use std::sync::Arc;
use std::thread;

use super::distribution::Sampler;
use super::error::SynapseError;
use super::grouping::{Entries, EntryBounds, EntryLists, Grouped};
use super::lists::{self, PARTS_PER_THREAD};
use super::memory;
use super::parallel::{chunks, on_each};
use super::projection::{DelayBounds, Projection};
use super::rule::{PairSampler, RowStream};
use super::storage::WeightStorage;
use super::synapses::{Synapses, check_count, delay_steps};
use super::weights::Weight;

/// A projection that is being drawn.
pub(super) struct Drawing {
    pairs: PairSampler,
    /// The targets whose synapses are drawn.
    targets: Range<usize>,
    weights: Sampler,
    delays: Sampler,
    bounds: DelayBounds,
    threads: usize,
}

/// A synapse as it is drawn.
#[derive(Clone, Copy)]
struct DrawnSynapse {
    source: u32,
    target: u32,
    delay: u16,
    weight: f64,
}

impl Drawing {
    /// Checks the projection; draws no synapses yet.
    pub(super) fn new<T: Weight>(
        projection: &Projection,
        seed: u64,
    ) -> Result<Drawing, SynapseError> {
        /// More threads than any machine has would only take memory.
        const MOST: usize = 1024;
        projection.check::<T>()?;
        let cores = || thread::available_parallelism().map_or(1, usize::from);
        Ok(Drawing {
            weights: projection.weight_sampler::<T>()?,
            delays: projection.delay_sampler()?,
            bounds: projection.delay_bounds()?,
            pairs: PairSampler::new(projection.pairing, seed),
            targets: 0..projection.targets(),
            threads: projection.threads.unwrap_or_else(cores).clamp(1, MOST),
        })
    }

    /// Restricts the drawing to the synapses that lead to some targets: they are the same as among all.
    pub(super) fn within(self, targets: Range<usize>) -> Drawing {
        Drawing { targets, ..self }
    }

    /// Draws the synapses.
    pub(super) fn synapses<T: Weight, W: WeightStorage<T>>(
        &self,
    ) -> Result<Synapses<T, W>, SynapseError> {
        let pairing = self.pairs.pairing;
        let scale = self.scale::<T, W>()?;
        let encode = move |weight: f64, words: &mut [u16]| {
            let kept = T::from_f64(weight);
            match kept.is_some_and(|kept| W::encode(kept, scale, words)) {
                true => Ok(()),
                false => Err(SynapseError::Weight(weight)),
            }
        };
        let parts = chunks(0..pairing.sources, self.threads * PARTS_PER_THREAD);
        let bounds = EntryBounds {
            targets: pairing.targets,
            delays: self.bounds,
            words_per_weight: W::WORDS,
        };
        let adjacency = if pairing.by_target() {
            let collected = self.collected(parts, bounds, encode)?;
            let collected = collected.into_iter().map(Grouped).collect();
            lists::write(pairing.targets, self.threads, collected)?
        } else {
            let rows = parts.into_iter().map(|sources| {
                Grouped(SourceRows {
                    drawing: self,
                    sources,
                    bounds,
                    encode,
                })
            });
            lists::write(pairing.targets, self.threads, rows.collect())?
        };
        check_count(adjacency.len)?;
        Ok(Synapses::new(Arc::new(adjacency), scale))
    }

    /// Calls `visit` with each synapse of some rows that leads to the targets: row by row, and by ascending
    /// partner.
    fn visit(
        &self,
        rows: Range<usize>,
        mut visit: impl FnMut(DrawnSynapse) -> Result<(), SynapseError>,
    ) -> Result<(), SynapseError> {
        let is_whole = self.targets == (0..self.pairs.pairing.targets);
        self.visit_all(rows, |synapse| {
            match is_whole || self.targets.contains(&(synapse.target as usize)) {
                true => visit(synapse),
                false => Ok(()),
            }
        })
    }

    /// Calls `visit` with each synapse of some rows, as [`visit`](Drawing::visit), whatever its target.
    #[inline(always)]
    fn visit_all(
        &self,
        rows: Range<usize>,
        mut visit: impl FnMut(DrawnSynapse) -> Result<(), SynapseError>,
    ) -> Result<(), SynapseError> {
        let by_target = self.pairs.pairing.by_target();
        let DelayBounds { shortest, longest } = self.bounds;
        let mut partners = Vec::new();
        for row in rows {
            self.pairs.row(row, &mut partners);
            let mut delays = self.pairs.stream(row, RowStream::Delays);
            let mut weights = self.pairs.stream(row, RowStream::Weights);
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
                    delay: steps.clamp(shortest, longest) as u16,
                    weight: self.weights.draw(&mut weights),
                })?;
            }
        }
        Ok(())
    }

    /// The rows of each thread; of a projection whose rows are targets, those of the targets.
    fn rows(&self) -> Vec<Range<usize>> {
        let pairing = self.pairs.pairing;
        let rows = match pairing.by_target() {
            true => self.targets.clone(),
            false => 0..pairing.rows(),
        };
        chunks(rows, self.threads)
    }

    /// The number that stored weights are multiples of, if they are.
    fn scale<T: Weight, W: WeightStorage<T>>(&self) -> Result<f64, SynapseError> {
        if !W::SCALED {
            return Ok(1.0);
        }
        // Those of all targets: stored weights are the same, whatever is drawn.
        let rows = chunks(0..self.pairs.pairing.rows(), self.threads);
        let largest = on_each(self.threads, rows, |rows| {
            let mut largest = 0.0_f64;
            self.visit_all(rows, |synapse| {
                largest = largest.max(synapse.weight.abs());
                Ok(())
            })?;
            Ok(largest)
        })?;
        Ok(W::scale(largest.into_iter().fold(0.0, f64::max)))
    }

    /// The number of synapses of each source.
    fn counts(&self) -> Result<Vec<u32>, SynapseError> {
        let counts = on_each(self.threads, self.rows(), |rows| {
            let mut counts: Vec<u32> = memory::zeros(Some(self.pairs.pairing.sources))?;
            let mut partners = Vec::new();
            for row in rows {
                self.pairs.row(row, &mut partners);
                for partner in &partners {
                    counts[*partner as usize] += 1;
                }
            }
            Ok(counts)
        })?;
        let counts = sum(counts);
        check_count(counts.iter().map(|count| *count as usize).sum())?;
        Ok(counts)
    }

    /// The synapses of a projection whose rows are targets, by source. Some rows at a time: threads
    /// draw, then each collects from all what its sources have.
    fn collected(
        &self,
        parts: Vec<Range<usize>>,
        bounds: EntryBounds,
        encode: impl Fn(f64, &mut [u16]) -> Result<(), SynapseError> + Sync,
    ) -> Result<Vec<Collected>, SynapseError> {
        /// Synapses that are drawn before they are collected, about.
        const AT_ONCE: usize = 1 << 20;
        let counts = self.counts()?;
        let targets = self.targets.clone();
        let synapses: usize = counts.iter().map(|count| *count as usize).sum();
        let part_of = |source: u32| parts.partition_point(|part| part.end <= source as usize);
        let parts_of_sources: Vec<u32> = (0..counts.len() as u32)
            .map(|source| part_of(source) as u32)
            .collect();
        let layout = EntryLayout { bounds };
        let collect = |sources: &Range<usize>| Collected::new(sources.clone(), &counts, layout);
        let mut collected: Vec<Collected> = parts.iter().map(collect).collect::<Result<_, _>>()?;
        let each_row = synapses / targets.len().max(1);
        let rows = (AT_ONCE / each_row.max(1)).max(self.threads);
        for start in targets.clone().step_by(rows) {
            let slab = start..(start + rows).min(targets.end);
            let drawn = on_each(self.threads, chunks(slab, self.threads), |rows| {
                let mut drawn: Vec<Vec<DrawnSynapse>> = vec![Vec::new(); parts.len()];
                self.visit(rows, |synapse| {
                    drawn[parts_of_sources[synapse.source as usize] as usize].push(synapse);
                    Ok(())
                })?;
                Ok(drawn)
            })?;
            on_each(
                self.threads,
                collected.iter_mut().enumerate(),
                |(part, collected)| {
                    let mut own = drawn.iter().flat_map(|drawn| &drawn[part]);
                    own.try_for_each(|synapse| collected.push(synapse, &encode))
                },
            )?;
        }
        Ok(collected)
    }
}

/// Sources whose synapses are drawn when their lists are written.
struct SourceRows<'a, E> {
    drawing: &'a Drawing,
    sources: Range<usize>,
    bounds: EntryBounds,
    encode: E,
}

impl<E> EntryLists for SourceRows<'_, E>
where
    E: Fn(f64, &mut [u16]) -> Result<(), SynapseError> + Send,
{
    fn bounds(&self) -> EntryBounds {
        self.bounds
    }

    fn sources(&self) -> Range<usize> {
        self.sources.clone()
    }

    fn entries(&self, source: usize, entries: &mut Entries) -> Result<(), SynapseError> {
        let mut words = [0; 4];
        let words = &mut words[..self.bounds.words_per_weight];
        self.drawing.visit(source..source + 1, |synapse| {
            (self.encode)(synapse.weight, words)?;
            entries.push(synapse.target, synapse.delay, words);
            Ok(())
        })
    }
}

/// The words of a synapse before the lists are written: its delay, its target, its weight.
#[derive(Clone, Copy)]
struct EntryLayout {
    bounds: EntryBounds,
}

impl EntryLayout {
    fn words_per_target(self) -> usize {
        if self.bounds.targets <= 1 << 16 { 1 } else { 2 }
    }

    fn words(self) -> usize {
        1 + self.words_per_target() + self.bounds.words_per_weight
    }
}

/// The synapses of some sources, source by source, by ascending target.
struct Collected {
    sources: Range<usize>,
    layout: EntryLayout,
    /// The first synapse of each source among these; one more at the end.
    starts: Vec<usize>,
    /// The synapses that each source has already.
    filled: Vec<u32>,
    words: Vec<u16>,
}

impl Collected {
    fn new(
        sources: Range<usize>,
        counts: &[u32],
        layout: EntryLayout,
    ) -> Result<Collected, SynapseError> {
        let mut starts = Vec::with_capacity(sources.len() + 1);
        let mut synapses = 0;
        starts.push(synapses);
        starts.extend(counts[sources.clone()].iter().map(|count| {
            synapses += *count as usize;
            synapses
        }));
        Ok(Collected {
            filled: vec![0; sources.len()],
            words: memory::in_large_pages(memory::zeros(synapses.checked_mul(layout.words()))?),
            starts,
            sources,
            layout,
        })
    }

    #[inline(always)]
    fn push(
        &mut self,
        synapse: &DrawnSynapse,
        encode: impl Fn(f64, &mut [u16]) -> Result<(), SynapseError>,
    ) -> Result<(), SynapseError> {
        let source = synapse.source as usize - self.sources.start;
        let number = self.starts[source] + self.filled[source] as usize;
        self.filled[source] += 1;
        let size = self.layout.words();
        let words = &mut self.words[number * size..][..size];
        words[0] = synapse.delay;
        words[1] = synapse.target as u16;
        if self.layout.words_per_target() == 2 {
            words[2] = (synapse.target >> 16) as u16;
        }
        encode(
            synapse.weight,
            &mut words[1 + self.layout.words_per_target()..],
        )
    }
}

impl EntryLists for Collected {
    fn bounds(&self) -> EntryBounds {
        self.layout.bounds
    }

    fn sources(&self) -> Range<usize> {
        self.sources.clone()
    }

    fn entries(&self, source: usize, entries: &mut Entries) -> Result<(), SynapseError> {
        let source = source - self.sources.start;
        let size = self.layout.words();
        let words = &self.words[self.starts[source] * size..self.starts[source + 1] * size];
        for synapse in words.chunks_exact(size) {
            let (target, weight) = synapse[1..].split_at(self.layout.words_per_target());
            let high = target.get(1).copied().unwrap_or(0);
            let target = u32::from(high) << 16 | u32::from(target[0]);
            entries.push(target, synapse[0], weight);
        }
        Ok(())
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
