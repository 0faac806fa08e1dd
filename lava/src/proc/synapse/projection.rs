//! From a rule to synapses: counts first, then fills the final layout, on all cores.

use std::ops::Range;
use std::thread;

use super::super::weights::Weight;
use super::distribution::{Distribution, Sampler};
use super::error::SynapseError;
use super::rule::{Pairs, Rule, Stream};
use super::store::{Groups, Index, Places, Synapses, delay, weight};

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
#[derive(Clone, Debug)]
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

    /// Builds the synapses, on all cores.
    ///
    /// # Errors
    /// [`SynapseError`] where rule, distributions and populations do not fit together.
    pub fn build<T: Weight>(&self) -> Result<Synapses<T>, SynapseError> {
        let cores = thread::available_parallelism().map_or(1, usize::from);
        self.build_on(cores)
    }

    /// Builds the synapses on so many threads; the result does not depend on it.
    ///
    /// # Errors
    /// As [`build`](Projection::build).
    pub fn build_on<T: Weight>(&self, threads: usize) -> Result<Synapses<T>, SynapseError> {
        let populations = (self.sources, self.targets);
        let plan = Plan {
            pairs: Pairs::new(
                self.rule,
                populations,
                self.autapses,
                self.multapses,
                self.seed,
            )?,
            weights: self.weights.sampler()?,
            delays: self.delays.sampler()?,
        };
        let chunks = chunks(self.sources, threads.max(1));
        let groups = plan.groups(&chunks)?;
        let starts = plan.starts(groups, &chunks)?;
        let total = starts.last().copied().unwrap_or(0) as usize;
        let mut weights = vec![T::ZERO; total];
        let places = if groups.is_narrow() {
            let mut places = vec![0_u16; total];
            plan.fill(groups, &starts, &chunks, &mut places, &mut weights)?;
            Places::Narrow(places)
        } else {
            let mut places = vec![0_u32; total];
            plan.fill(groups, &starts, &chunks, &mut places, &mut weights)?;
            Places::Wide(places)
        };
        Synapses::new(self.sources, groups, starts, places, weights)
    }
}

/// Cuts `0..sources` into about equal ranges.
fn chunks(sources: usize, count: usize) -> Vec<Range<usize>> {
    let cut = |part: usize| sources * part / count;
    let ranges = (0..count).map(|part| cut(part)..cut(part + 1));
    ranges.filter(|range| !range.is_empty()).collect()
}

/// A projection whose parts have been checked.
struct Plan {
    pairs: Pairs,
    weights: Sampler,
    delays: Sampler,
}

impl Plan {
    /// Calls `visit` with source, target, delay and the weights' random numbers of each synapse
    /// whose source is in `sources`: for each source by ascending target.
    fn visit(
        &self,
        sources: &Range<usize>,
        with_weights: bool,
        mut visit: impl FnMut(usize, u32, usize, f64) -> Result<(), SynapseError>,
    ) -> Result<(), SynapseError> {
        let all = 0..self.pairs.targets;
        let by_target = self.pairs.by_target();
        let rows = if by_target { &all } else { sources };
        let mut partners = Vec::new();
        for row in rows.clone() {
            self.pairs.row(row, &mut partners);
            let mut delays = self.pairs.stream(row, Stream::Delays);
            let mut weights = self.pairs.stream(row, Stream::Weights);
            for &partner in &partners {
                let steps = delay(self.delays.draw(&mut delays))?;
                let weight = if with_weights {
                    self.weights.draw(&mut weights)
                } else {
                    0.0
                };
                let (source, target) = match by_target {
                    true => (partner as usize, row as u32),
                    false => (row, partner),
                };
                if sources.contains(&source) {
                    visit(source, target, steps, weight)?;
                }
            }
        }
        Ok(())
    }

    /// Which delays occur.
    fn groups(&self, chunks: &[Range<usize>]) -> Result<Groups, SynapseError> {
        if let Sampler::Constant(steps) = self.delays {
            let only = delay(steps)?;
            return Ok(Groups::new(self.pairs.targets, only, only));
        }
        let ranges = on_each(chunks, |sources| {
            let (mut shortest, mut longest) = (usize::MAX, 0);
            self.visit(sources, false, |_, _, delay, _| {
                shortest = delay.min(shortest);
                longest = delay.max(longest);
                Ok(())
            })?;
            Ok((shortest, longest))
        })?;
        let shortest = ranges
            .iter()
            .map(|range| range.0)
            .min()
            .unwrap_or(usize::MAX);
        let longest = ranges.iter().map(|range| range.1).max().unwrap_or(0);
        match shortest <= longest {
            true => Ok(Groups::new(self.pairs.targets, shortest, longest)),
            false => Err(SynapseError::Empty),
        }
    }

    /// Where each group begins.
    fn starts(&self, groups: Groups, chunks: &[Range<usize>]) -> Result<Vec<u32>, SynapseError> {
        let counts = on_each(chunks, |sources| {
            let mut counts = vec![0_u32; sources.len() * groups.each()];
            self.visit(sources, false, |source, _, delay, _| {
                counts[groups.of(source - sources.start, delay)] += 1;
                Ok(())
            })?;
            Ok(counts)
        })?;
        let mut starts = Vec::with_capacity(self.pairs.sources * groups.each() + 1);
        let mut total = 0;
        starts.push(total);
        for count in counts.into_iter().flatten() {
            total += count;
            starts.push(total);
        }
        Ok(starts)
    }

    /// Fills the final layout; each thread has the synapses of its sources to itself.
    fn fill<T: Weight, I: Index>(
        &self,
        groups: Groups,
        starts: &[u32],
        chunks: &[Range<usize>],
        mut places: &mut [I],
        mut weights: &mut [T],
    ) -> Result<(), SynapseError> {
        let mut parts = Vec::with_capacity(chunks.len());
        for sources in chunks {
            let first = starts[sources.start * groups.each()];
            let len = (starts[sources.end * groups.each()] - first) as usize;
            let (mine, rest) = places.split_at_mut(len);
            let (my_weights, other_weights) = weights.split_at_mut(len);
            parts.push((sources.clone(), mine, my_weights));
            (places, weights) = (rest, other_weights);
        }
        on_each(parts, |(sources, places, weights)| {
            let range = sources.start * groups.each()..sources.end * groups.each();
            let first = starts[range.start];
            let mut cursors: Vec<u32> = starts[range].iter().map(|start| start - first).collect();
            self.visit(&sources, true, |source, target, delay, drawn| {
                let cursor = &mut cursors[groups.of(source - sources.start, delay)];
                places[*cursor as usize] = I::of(groups.place(delay, target as usize));
                weights[*cursor as usize] = weight(drawn)?;
                *cursor += 1;
                Ok(())
            })
        })?;
        Ok(())
    }
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
