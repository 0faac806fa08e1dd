//! Synapses of several projections of one source population, as one adjacency list a source.

use std::ops::Range;
use std::sync::Arc;
use std::thread;

use super::adjacency::Adjacency;
use super::error::SynapseError;
use super::lists::{self, Entries, ListSource};
use super::parallel::chunks;
use super::projection::DelayBounds;
use super::storage::WeightStorage;
use super::synapses::Synapses;
use super::weights::Weight;

/// The synapses of a projection that lead to some of its targets.
pub(super) struct Part<T, W> {
    pub(super) synapses: Synapses<T, W>,
    pub(super) targets: Range<usize>,
    /// The number of the first of these targets among those of all parts.
    pub(super) first: usize,
}

/// The synapses of all parts, whose `targets` targets follow each other.
pub(super) fn merged<T: Weight, W: WeightStorage<T>>(
    parts: &[Part<T, W>],
    targets: usize,
) -> Result<Arc<Adjacency<T, W>>, SynapseError> {
    if let [part] = parts
        && part.targets == (0..targets)
        && part.synapses.targets() == targets
    {
        return Ok(Arc::clone(&part.synapses.adjacency));
    }
    let adjacencies = || parts.iter().map(|part| part.synapses.adjacency.as_ref());
    let bounds = DelayBounds {
        shortest: adjacencies().map(|part| part.shortest).min().unwrap_or(1),
        longest: adjacencies().map(|part| part.longest).max().unwrap_or(1),
    };
    let sources = adjacencies().map(Adjacency::sources).max().unwrap_or(0);
    let threads = thread::available_parallelism().map_or(1, usize::from);
    let lists = chunks(0..sources, threads).into_iter();
    let lists = lists.map(|sources| PartLists { parts, sources });
    Ok(Arc::new(lists::write(targets, bounds, threads, lists.collect())?))
}

/// The lists of some sources.
struct PartLists<'a, T, W> {
    parts: &'a [Part<T, W>],
    sources: Range<usize>,
}

impl<T: Weight, W: WeightStorage<T>> ListSource for PartLists<'_, T, W> {
    fn sources(&self) -> Range<usize> {
        self.sources.clone()
    }

    fn entries(
        &self,
        source: usize,
        _: bool,
        entries: &mut Entries,
    ) -> Result<(), SynapseError> {
        for part in self.parts {
            let Range { start, end } = part.targets;
            for group in part.synapses.adjacency.groups(source) {
                let before = |end: usize| {
                    let targets = group.targets;
                    targets.partition_point(|target| group.first + usize::from(*target) < end)
                };
                let kept = before(start)..before(end);
                let weights = &group.weights[kept.start * W::WORDS..kept.end * W::WORDS];
                let weights = weights.chunks_exact(W::WORDS);
                for (target, weight) in group.targets[kept].iter().zip(weights) {
                    let target = group.first + usize::from(*target) - start + part.first;
                    entries.push(target as u32, group.delay as u16, weight);
                }
            }
        }
        Ok(())
    }
}
