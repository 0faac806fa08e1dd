//! From a rule to synapses: counts first, then fills the final layout, on all cores.

use std::marker::PhantomData;
use std::ops::Range;
use std::thread;

use super::distribution::{Distribution, Sampler};
use super::error::SynapseError;
use super::groups::{Groups, Index};
use super::memory;
use super::rule::{Pairs, Rule, Stream};
use super::store::{Synapses, count, data_of, delay, put, units};
use super::stored::Stored;
use super::weights::Weight;
use crate::process::MAX_DELAY;

/// How one population projects to another: the rule, the distributions of weights and delays, and
/// the seed from which everything follows.
///
/// ```
/// use lava::proc::synapse::{Distribution, Projection, Rule};
///
/// let synapses = Projection::new(800, 1000)
///     .rule(Rule::FixedProbability(0.1))
///     .weights(Distribution::Normal { mean: 87.8, sd: 8.78 })
///     .delays(Distribution::Constant(15.0))
///     .seed(1)
///     .build::<f32>()?;
/// assert!((79_000..81_000).contains(&synapses.len()));
/// # Ok::<(), lava::proc::synapse::SynapseError>(())
/// ```
#[derive(Clone, Copy, Debug)]
#[must_use = "a projection does nothing until it is built"]
pub struct Projection {
    sources: usize,
    targets: usize,
    rule: Rule,
    weights: Distribution,
    delays: Distribution,
    autapses: bool,
    multapses: bool,
    seed: u64,
    threads: Option<usize>,
}

impl Projection {
    /// From `sources` neurons to `targets`: all to all, with weight 1 and delay 1, until told
    /// otherwise.
    pub fn new(sources: usize, targets: usize) -> Projection {
        Projection {
            sources,
            targets,
            rule: Rule::AllToAll,
            weights: Distribution::Constant(1.0),
            delays: Distribution::Constant(1.0),
            autapses: true,
            multapses: true,
            seed: 0,
            threads: None,
        }
    }

    /// Which neurons are connected.
    pub fn rule(mut self, rule: Rule) -> Projection {
        self.rule = rule;
        self
    }

    /// How weights are drawn.
    pub fn weights(mut self, weights: Distribution) -> Projection {
        self.weights = weights;
        self
    }

    /// How delays are drawn, in steps; they are rounded to whole ones.
    pub fn delays(mut self, delays: Distribution) -> Projection {
        self.delays = delays;
        self
    }

    /// Whether neuron *i* may be connected to neuron *i*. Only means something from a population
    /// to itself. Allowed by default.
    pub fn autapses(mut self, allowed: bool) -> Projection {
        self.autapses = allowed;
        self
    }

    /// Whether random rules may draw the same pair several times. Allowed by default.
    pub fn multapses(mut self, allowed: bool) -> Projection {
        self.multapses = allowed;
        self
    }

    /// The seed. The same seed gives the same synapses on any number of threads.
    pub fn seed(mut self, seed: u64) -> Projection {
        self.seed = seed;
        self
    }

    /// How many threads build it; the result does not depend on it. All cores by default.
    pub fn threads(mut self, threads: usize) -> Projection {
        self.threads = Some(threads);
        self
    }

    /// Builds the synapses, with weights of type `T`.
    ///
    /// # Errors
    /// [`SynapseError`] where rule, distributions and populations do not fit together.
    pub fn build<T: Weight>(&self) -> Result<Synapses<T>, SynapseError> {
        self.build_as()
    }

    /// Builds the synapses, with weights of type `T` that are kept as `W`.
    ///
    /// ```
    /// use lava::proc::synapse::{Projection, Rule, Synapses};
    ///
    /// let projection = Projection::new(800, 1000).rule(Rule::FixedInDegree(80));
    /// let synapses: Synapses<f32, i16> = projection.build_as()?;
    /// assert!(synapses.bytes() < 5 * synapses.len());
    /// # Ok::<(), lava::proc::synapse::SynapseError>(())
    /// ```
    ///
    /// # Errors
    /// As [`build`](Projection::build).
    pub fn build_as<T: Weight, W: Stored<T>>(&self) -> Result<Synapses<T, W>, SynapseError> {
        let populations = (self.sources, self.targets);
        let (autapses, multapses) = (self.autapses, self.multapses);
        let pairs = Pairs::new(self.rule, populations, autapses, multapses, self.seed)?;
        let rows = if pairs.by_target() {
            self.targets
        } else {
            self.sources
        };
        let cores = || thread::available_parallelism().map_or(1, usize::from);
        let threads = self.threads.unwrap_or_else(cores).max(1);
        let mut plan = Plan {
            rows: chunks(0..rows, threads),
            sources: chunks(0..self.sources, threads),
            weights: self.weights.sampler()?,
            delays: self.delays.sampler()?,
            bounds: (1, MAX_DELAY),
            pairs,
        };
        plan.bounds = plan.delays()?;
        let index = plan.index()?;
        let scale = plan.scale::<T, W>()?;
        let mut data = memory::in_large_pages(vec![0; index.len() * units::<T, W>()]);
        let mut parts = plan.parts::<T, W>(&index, &mut data);
        match plan.pairs.by_target() {
            true => plan.fill_by_target(index.groups, &mut parts, scale)?,
            false => plan.fill(&mut parts, scale)?,
        }
        Synapses::new(index, data, scale)
    }
}

/// Cuts a range into about equal ones, none of them empty.
fn chunks(range: Range<usize>, count: usize) -> Vec<Range<usize>> {
    let cut = |part: usize| range.start + range.len() * part / count;
    let ranges = (0..count).map(|part| cut(part)..cut(part + 1));
    ranges.filter(|range| !range.is_empty()).collect()
}

/// A projection whose parts have been checked.
struct Plan {
    pairs: Pairs,
    weights: Sampler,
    delays: Sampler,
    /// The shortest and the longest delay.
    bounds: (usize, usize),
    /// The rows of each thread.
    rows: Vec<Range<usize>>,
    /// The sources whose synapses each thread writes.
    sources: Vec<Range<usize>>,
}

/// A synapse as it is drawn.
#[derive(Clone, Copy)]
struct Drawn {
    source: u32,
    target: u32,
    delay: usize,
    weight: f64,
}

impl Plan {
    /// Calls `visit` with each synapse of some rows: row by row, and by ascending partner. Without
    /// `weights` they are not drawn.
    fn visit(
        &self,
        rows: Range<usize>,
        weights: bool,
        mut visit: impl FnMut(Drawn) -> Result<(), SynapseError>,
    ) -> Result<(), SynapseError> {
        let by_target = self.pairs.by_target();
        let (shortest, longest) = self.bounds;
        let mut partners = Vec::new();
        for row in rows {
            self.pairs.row(row, &mut partners);
            let mut delays = self.pairs.stream(row, Stream::Delays);
            let mut drawn = weights.then(|| self.pairs.stream(row, Stream::Weights));
            for &partner in &partners {
                let (source, target) = match by_target {
                    true => (partner, row as u32),
                    false => (row as u32, partner),
                };
                let steps = delay(self.delays.draw(&mut delays))?;
                visit(Drawn {
                    source,
                    target,
                    delay: steps.clamp(shortest, longest),
                    weight: match &mut drawn {
                        Some(random) => self.weights.draw(random),
                        None => 0.0,
                    },
                })?;
            }
        }
        Ok(())
    }

    /// Where the synapses of every group will be.
    fn index(&self) -> Result<Index, SynapseError> {
        let (shortest, longest) = self.bounds;
        let groups = Groups::new(self.pairs.targets, shortest, longest);
        let each = groups.each();
        let by_target = self.pairs.by_target();
        let counts = on_each(&self.rows, |rows| {
            // A thread that has sources counts for them alone.
            let sources = if by_target {
                0..self.pairs.sources
            } else {
                rows.clone()
            };
            let mut counts = vec![0_u32; sources.len() * each];
            self.visit(rows.clone(), false, |synapse| {
                let (group, _) = groups.of(synapse.delay, synapse.target as usize);
                counts[(synapse.source as usize - sources.start) * each + group] += 1;
                Ok(())
            })?;
            Ok(counts)
        })?;
        let counts = match by_target {
            true => sum(counts),
            false => counts.concat(),
        };
        count(counts.iter().map(|count| *count as usize).sum())?;
        // Delays that did not occur after all take no memory.
        let occurs = |group: &usize| counts.iter().skip(*group).step_by(each).any(|n| *n > 0);
        let (Some(first), Some(last)) = ((0..each).find(occurs), (0..each).rfind(occurs)) else {
            return Err(SynapseError::Empty);
        };
        let (groups, kept) = groups.trimmed(first..last + 1);
        let rows = counts.chunks_exact(each);
        let counts = rows.flat_map(|row| &row[kept.clone()]).copied();
        Ok(Index::new(groups, self.pairs.sources, counts))
    }

    /// Bounds of the delays.
    fn delays(&self) -> Result<(usize, usize), SynapseError> {
        /// How many delays can be counted one by one, whether they occur or not.
        const FEW: f64 = 1000.0;
        let (low, high) = self.delays.bounds();
        if high - low <= FEW {
            let bound = |drawn: f64| delay(drawn.clamp(1.0, MAX_DELAY as f64));
            if let Sampler::Constant(steps) = self.delays {
                delay(steps)?;
            }
            return Ok((bound(low)?, bound(high)?));
        }
        let ranges = on_each(&self.rows, |rows| {
            let (mut shortest, mut longest) = (MAX_DELAY, 1);
            self.visit(rows.clone(), false, |synapse| {
                shortest = synapse.delay.min(shortest);
                longest = synapse.delay.max(longest);
                Ok(())
            })?;
            Ok((shortest, longest))
        })?;
        let shortest = ranges.iter().map(|range| range.0).min();
        let longest = ranges.iter().map(|range| range.1).max();
        Ok((shortest.unwrap_or(1), longest.unwrap_or(1)))
    }

    /// What the weights are multiples of, if they are.
    fn scale<T: Weight, W: Stored<T>>(&self) -> Result<f64, SynapseError> {
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

    /// The data cut up for the threads, each with the synapses of its sources.
    fn parts<'a, T: Weight, W: Stored<T>>(
        &self,
        index: &'a Index,
        mut data: &'a mut [u16],
    ) -> Vec<Part<'a, T, W>> {
        let mut parts = Vec::with_capacity(self.sources.len());
        for sources in &self.sources {
            let starts = index.starts(sources.clone());
            let synapses = starts[starts.len() - 1] - starts[0];
            let (mine, rest) = data.split_at_mut(data_of::<T, W>(0..synapses).end);
            data = rest;
            parts.push(Part {
                groups: index.groups,
                first: sources.start,
                starts,
                filled: vec![0; starts.len() - 1],
                data: mine,
                types: PhantomData,
            });
        }
        parts
    }

    /// Fills the final layout where rows are sources: each thread draws what it writes.
    fn fill<T: Weight, W: Stored<T>>(
        &self,
        parts: &mut [Part<'_, T, W>],
        scale: f64,
    ) -> Result<(), SynapseError> {
        on_each(parts.iter_mut().zip(&self.rows), |(part, rows)| {
            self.visit(rows.clone(), true, |synapse| part.put(&synapse, scale))
        })?;
        Ok(())
    }

    /// Fills the final layout where rows are targets: some rows at a time, what the threads have
    /// drawn is handed to those that write it.
    fn fill_by_target<T: Weight, W: Stored<T>>(
        &self,
        groups: Groups,
        parts: &mut [Part<'_, T, W>],
        scale: f64,
    ) -> Result<(), SynapseError> {
        /// Synapses that are drawn before they are written, about.
        const AT_ONCE: usize = 1 << 20;
        let writer = |source: u32| {
            let source = source as usize;
            self.sources.partition_point(|range| range.end <= source)
        };
        let each_row = parts.iter().map(Part::synapses).sum::<usize>() / groups.targets;
        let rows = (AT_ONCE / each_row.max(1)).max(parts.len());
        for start in (0..groups.targets).step_by(rows) {
            let slab = start..(start + rows).min(groups.targets);
            let drawn = on_each(chunks(slab, parts.len()), |rows| {
                let mut drawn: Vec<Vec<Drawn>> = self.sources.iter().map(|_| Vec::new()).collect();
                self.visit(rows, true, |synapse| {
                    drawn[writer(synapse.source)].push(synapse);
                    Ok(())
                })?;
                Ok(drawn)
            })?;
            on_each(parts.iter_mut().enumerate(), |(writer, part)| {
                let mine = drawn.iter().flat_map(|drawn| &drawn[writer]);
                mine.into_iter()
                    .try_for_each(|synapse| part.put(synapse, scale))
            })?;
        }
        Ok(())
    }
}

/// The synapses of some sources, as they are filled.
struct Part<'a, T, W> {
    groups: Groups,
    /// The first source.
    first: usize,
    /// Where its groups begin among all synapses.
    starts: &'a [u32],
    /// How many synapses each group has already.
    filled: Vec<u32>,
    data: &'a mut [u16],
    types: PhantomData<fn() -> (T, W)>,
}

impl<T: Weight, W: Stored<T>> Part<'_, T, W> {
    fn synapses(&self) -> usize {
        self.data.len() / units::<T, W>()
    }

    #[inline(always)]
    fn put(&mut self, synapse: &Drawn, scale: f64) -> Result<(), SynapseError> {
        let (group, place) = self.groups.of(synapse.delay, synapse.target as usize);
        let group = (synapse.source as usize - self.first) * self.groups.each() + group;
        let first = self.starts[0];
        let [start, end] = [self.starts[group] - first, self.starts[group + 1] - first];
        let data = &mut self.data[data_of::<T, W>(start..end)];
        let number = self.filled[group] as usize;
        self.filled[group] += 1;
        put::<T, W>(data, number, place, synapse.weight, scale)
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

/// Runs `work` on each item, each on a thread of its own; results are in the order of the items.
fn on_each<I: Send, R: Send>(
    items: impl IntoIterator<Item = I>,
    work: impl Fn(I) -> Result<R, SynapseError> + Sync,
) -> Result<Vec<R>, SynapseError> {
    thread::scope(|scope| {
        let threads: Vec<_> = items
            .into_iter()
            .map(|item| scope.spawn(|| work(item)))
            .collect();
        let joined = threads.into_iter().map(|thread| match thread.join() {
            Ok(result) => result,
            Err(panic) => std::panic::resume_unwind(panic),
        });
        joined.collect()
    })
}
