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
use super::synapses::{Piece, Synapses};
use super::weights::Weight;

/// The synapses of a projection that lead to some of its targets.
pub(super) struct Part<T, W> {
    pub(super) synapses: Synapses<T, W>,
    pub(super) targets: Range<usize>,
    /// The number of the first of these targets among those of all parts.
    pub(super) first: usize,
}

impl<T, W> Clone for Part<T, W> {
    fn clone(&self) -> Self {
        Part {
            synapses: self.synapses.clone(),
            targets: self.targets.clone(),
            ..*self
        }
    }
}

impl<T: Weight, W: WeightStorage<T>> Part<T, W> {
    /// The part among the synapses of all, in these lists.
    pub(super) fn piece(&self, adjacency: &Arc<Adjacency<T, W>>) -> Piece<T, W> {
        Piece {
            adjacency: Arc::clone(adjacency),
            first: self.targets.start,
            held: self.first..self.first + self.targets.len(),
        }
    }

    /// The same part, held in these lists.
    pub(super) fn held_in(&self, adjacency: &Arc<Adjacency<T, W>>) -> Part<T, W> {
        Part {
            synapses: self.synapses.held_in(vec![self.piece(adjacency)]),
            targets: self.targets.clone(),
            ..*self
        }
    }

    /// Returns `true` if these lists hold the part where it belongs.
    pub(super) fn is_held_in(&self, adjacency: &Arc<Adjacency<T, W>>) -> bool {
        let Range { start, end } = self.targets;
        let held = self.first..self.first + (end - start);
        self.synapses.pieces().iter().any(|piece| {
            Arc::ptr_eq(&piece.adjacency, adjacency) && piece.first == start && piece.held == held
        })
    }
}

/// The synapses of all parts, which have `targets` targets together.
pub(super) fn merged<T: Weight, W: WeightStorage<T>>(
    parts: &[Part<T, W>],
    targets: usize,
) -> Result<Arc<Adjacency<T, W>>, SynapseError> {
    // Lists that hold all parts already, and nothing else.
    let pieces = parts.first().map_or(&[][..], |part| part.synapses.pieces());
    for Piece { adjacency, .. } in pieces {
        let holds_all = parts.iter().all(|part| part.is_held_in(adjacency));
        if holds_all && adjacency.targets == targets {
            return Ok(Arc::clone(adjacency));
        }
    }
    let delays = || parts.iter().map(|part| part.synapses.delays());
    let bounds = DelayBounds {
        shortest: delays().map(|delays| *delays.start()).min().unwrap_or(1),
        longest: delays().map(|delays| *delays.end()).max().unwrap_or(1),
    };
    let sources = parts.first().map_or(0, |part| part.synapses.sources());
    let threads = thread::available_parallelism().map_or(1, usize::from);
    let lists = chunks(0..sources, threads).into_iter();
    let lists = lists.map(|sources| PartLists { parts, sources });
    Ok(Arc::new(lists::write(
        targets,
        bounds,
        threads,
        lists.collect(),
    )?))
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

    fn entries(&self, source: usize, _: bool, entries: &mut Entries) -> Result<(), SynapseError> {
        for part in self.parts {
            for group in part.synapses.groups(source) {
                let kept = group.within::<T, W>(&part.targets);
                for (target, weight) in kept.synapses::<T, W>() {
                    let target = target - part.targets.start + part.first;
                    entries.push(target as u32, group.delay as u16, weight);
                }
            }
        }
        Ok(())
    }
}
