//! Synapses of several projections of one source population, as one adjacency list a source.

use std::ops::Range;
use std::sync::Arc;
use std::thread;

use super::adjacency::{Adjacency, HEAD, LARGEST_GROUP, head_words, in_segment, write_heads};
use super::error::SynapseError;
use super::lists::{self, ListContents, Lists, PARTS_PER_THREAD};
use super::memory;
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

    /// The longest delay from a source to one of the targets; 0 without a synapse.
    pub(super) fn longest_delay(&self, source: usize) -> usize {
        let groups = self.synapses.groups(source);
        let own = groups.filter(|group| !group.within::<T, W>(&self.targets).targets.is_empty());
        own.map(|group| group.delay).max().unwrap_or(0)
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
    fn is_held_in(&self, adjacency: &Arc<Adjacency<T, W>>) -> bool {
        let there = self.piece(adjacency);
        self.synapses.pieces().iter().any(|piece| {
            let is_same = Arc::ptr_eq(&piece.adjacency, adjacency);
            is_same && (piece.first, &piece.held) == (there.first, &there.held)
        })
    }
}

/// The synapses of parts that are all that leads to `targets` targets.
pub(super) fn merged<T: Weight, W: WeightStorage<T>>(
    parts: &[Part<T, W>],
    targets: usize,
) -> Result<Arc<Adjacency<T, W>>, SynapseError> {
    // Lists that hold all parts already: with the same number of targets, they hold nothing else.
    let pieces = parts.first().map_or(&[][..], |part| part.synapses.pieces());
    for Piece { adjacency, .. } in pieces {
        let holds_all = parts.iter().all(|part| part.is_held_in(adjacency));
        if holds_all && adjacency.targets == targets {
            return Ok(Arc::clone(adjacency));
        }
    }
    selected(parts, targets)
}

/// The synapses of some of the parts that lead to `targets` targets.
pub(super) fn selected<T: Weight, W: WeightStorage<T>>(
    parts: &[Part<T, W>],
    targets: usize,
) -> Result<Arc<Adjacency<T, W>>, SynapseError> {
    let sources = parts.first().map_or(0, |part| part.synapses.sources());
    let threads = thread::available_parallelism().map_or(1, usize::from);
    let lists = chunks(0..sources, threads * PARTS_PER_THREAD).into_iter();
    let lists = lists.map(|sources| PartLists { parts, sources });
    let lists = lists::write(targets, threads, lists.collect())?;
    Ok(Arc::new(lists))
}

/// The lists of some sources.
struct PartLists<'a, T, W> {
    parts: &'a [Part<T, W>],
    sources: Range<usize>,
}

/// Synapses of a part with equal delays, in one segment.
#[derive(Clone, Copy)]
struct SynapseRun<'a> {
    delay: u16,
    segment: u16,
    /// The number that is added to the targets, modulo 2¹⁶.
    beyond: u16,
    targets: &'a [u16],
    weights: &'a [u16],
}

impl<'a, T: Weight, W: WeightStorage<T>> PartLists<'a, T, W> {
    /// The synapses of a source, by delay and segment, and by ascending target.
    fn runs(&self, source: usize) -> Vec<SynapseRun<'a>> {
        let mut runs = Vec::new();
        for part in self.parts {
            let is_whole = part.targets == (0..part.synapses.targets());
            for group in part.synapses.groups(source) {
                let kept = match is_whole {
                    true => group,
                    false => group.within::<T, W>(&part.targets),
                };
                // Of the number of a target among those of all parts.
                let first = kept.first.wrapping_sub(part.targets.start);
                let first = first.wrapping_add(part.first);
                let number = |target: u16| first.wrapping_add(usize::from(target)) as u32;
                let mut rest = kept.targets;
                let mut weights = kept.weights;
                while let Some(&target) = rest.first() {
                    let (segment, _) = in_segment(number(target));
                    let is_here = |target: &u16| in_segment(number(*target)).0 == segment;
                    let here = match rest.last().is_some_and(is_here) {
                        true => rest.len(),
                        false => rest.partition_point(is_here),
                    };
                    let (targets, others) = rest.split_at(here);
                    let (own, other_weights) = weights.split_at(here * W::WORDS);
                    runs.push(SynapseRun {
                        delay: group.delay as u16,
                        segment,
                        beyond: first as u16,
                        targets,
                        weights: own,
                    });
                    (rest, weights) = (others, other_weights);
                }
            }
        }
        runs.sort_by_key(|run| (run.delay, run.segment));
        runs
    }
}

/// Runs that become a group.
fn groups<'r, 'a>(
    runs: &'r [SynapseRun<'a>],
) -> impl Iterator<Item = (&'r [SynapseRun<'a>], usize)> {
    let mut rest = runs;
    std::iter::from_fn(move || {
        let first = rest.first()?;
        let (mut synapses, mut end) = (0, 0);
        for run in rest {
            let is_alike = (run.delay, run.segment) == (first.delay, first.segment);
            if !is_alike || synapses + run.targets.len() > LARGEST_GROUP {
                break;
            }
            synapses += run.targets.len();
            end += 1;
        }
        let (group, others) = rest.split_at(end);
        rest = others;
        Some((group, synapses))
    })
}

impl<T: Weight, W: WeightStorage<T>> Lists for PartLists<'_, T, W> {
    type Scratch = ();

    fn scratch(&self) {}

    fn sources(&self) -> Range<usize> {
        self.sources.clone()
    }

    fn append(
        &self,
        source: usize,
        (): &mut (),
        words: &mut Vec<u16>,
    ) -> Result<ListContents, SynapseError> {
        let runs = self.runs(source);
        let (mut len, mut synapses) = (HEAD, 0);
        for (group, count) in groups(&runs) {
            len += head_words(group[0].segment) + count * (1 + W::WORDS);
            synapses += count;
        }
        write_runs(&runs, memory::appended(words, len)?);
        let delay = |run: &SynapseRun<'_>| usize::from(run.delay);
        let ends = runs.first().zip(runs.last());
        Ok(ListContents {
            synapses,
            delays: ends.map(|(first, last)| DelayBounds {
                shortest: delay(first),
                longest: delay(last),
            }),
        })
    }
}

/// Writes the list of a source.
fn write_runs(runs: &[SynapseRun<'_>], mut list: &mut [u16]) {
    let mut put = |len: usize| {
        let (words, rest) = std::mem::take(&mut list).split_at_mut(len);
        list = rest;
        words
    };
    for (group, count) in groups(runs) {
        let SynapseRun { delay, segment, .. } = group[0];
        write_heads(put(head_words(segment)), segment, delay, count);
        for run in group {
            let targets = put(run.targets.len());
            for (target, number) in targets.iter_mut().zip(run.targets) {
                *target = number.wrapping_add(run.beyond);
            }
        }
        for run in group {
            put(run.weights.len()).copy_from_slice(run.weights);
        }
    }
}
