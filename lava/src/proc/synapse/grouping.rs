//! The grouping of a source's synapses by delay.

use std::ops::Range;

use super::adjacency::{HEAD, LARGEST_GROUP, head_words, in_segment, write_heads};
use super::error::SynapseError;
use super::lists::{ListSize, Lists};
use super::projection::DelayBounds;

/// The synapses of one source, by ascending target, before they are grouped by delay.
#[derive(Default)]
pub(super) struct Entries {
    targets: Vec<u32>,
    delays: Vec<u16>,
    /// The weights as they are stored.
    weights: Vec<u16>,
}

impl Entries {
    /// Adds a synapse.
    #[inline(always)]
    pub(super) fn push(&mut self, target: u32, delay: u16, weight: &[u16]) {
        self.targets.push(target);
        self.delays.push(delay);
        self.weights.extend_from_slice(weight);
    }

    fn clear(&mut self) {
        self.targets.clear();
        self.delays.clear();
        self.weights.clear();
    }
}

/// Sources whose synapses are known one by one.
pub(super) trait EntryLists: Send {
    /// The number of targets, the bounds of delays, and the words of a weight.
    fn bounds(&self) -> EntryBounds;

    /// The sources.
    fn sources(&self) -> Range<usize>;

    /// Adds the synapses of a source, by ascending target; weights are of no account unless
    /// `with_weights`.
    fn entries(
        &self,
        source: usize,
        with_weights: bool,
        entries: &mut Entries,
    ) -> Result<(), SynapseError>;
}

/// Bounds of synapses.
#[derive(Clone, Copy, Debug)]
pub(super) struct EntryBounds {
    pub(super) targets: usize,
    pub(super) delays: DelayBounds,
    pub(super) words_per_weight: usize,
}

/// Lists that are grouped while they are written.
pub(super) struct Grouped<E>(pub(super) E);

impl<E: EntryLists> Lists for Grouped<E> {
    type Scratch = (Entries, Grouping);

    fn scratch(&self) -> (Entries, Grouping) {
        (Entries::default(), Grouping::new(self.0.bounds()))
    }

    fn sources(&self) -> Range<usize> {
        self.0.sources()
    }

    fn size(
        &self,
        source: usize,
        (entries, grouping): &mut Self::Scratch,
    ) -> Result<ListSize, SynapseError> {
        entries.clear();
        self.0.entries(source, false, entries)?;
        grouping.group(entries);
        Ok(ListSize {
            words: grouping.words(),
            synapses: entries.targets.len(),
            delays: grouping.delays(),
        })
    }

    fn write(
        &self,
        source: usize,
        (entries, grouping): &mut Self::Scratch,
        list: &mut [u16],
    ) -> Result<(), SynapseError> {
        entries.clear();
        self.0.entries(source, true, entries)?;
        grouping.group(entries);
        grouping.write(entries, list);
        Ok(())
    }
}

/// The groups of one source.
pub(super) struct Grouping {
    shortest: usize,
    segments: usize,
    words_per_weight: usize,
    /// By delay and segment, the number of the group in `groups`, if it is one of this source.
    numbers: Vec<u32>,
    groups: Vec<GroupSize>,
}

/// A group that is counted, and then written.
#[derive(Clone, Copy)]
struct GroupSize {
    key: u32,
    synapses: usize,
    /// The synapses that are written.
    written: usize,
    /// The first word of the group.
    start: usize,
}

impl Grouping {
    fn new(bounds: EntryBounds) -> Grouping {
        let DelayBounds { shortest, longest } = bounds.delays;
        let segments = bounds.targets.div_ceil(1 << 16);
        Grouping {
            shortest,
            segments,
            words_per_weight: bounds.words_per_weight,
            numbers: vec![0; (longest - shortest + 1) * segments],
            groups: Vec::new(),
        }
    }

    #[inline(always)]
    fn key(&self, target: u32, delay: u16) -> usize {
        let (segment, _) = in_segment(target);
        (usize::from(delay) - self.shortest) * self.segments + usize::from(segment)
    }

    /// The number of the group of a key, if there is one.
    #[inline(always)]
    fn number(&self, key: usize) -> Option<usize> {
        let number = self.numbers[key] as usize;
        let is_own = |group: &GroupSize| group.key as usize == key;
        self.groups
            .get(number)
            .is_some_and(is_own)
            .then_some(number)
    }

    /// Counts the synapses of each group and lays the groups out.
    fn group(&mut self, entries: &Entries) {
        self.groups.clear();
        for (target, delay) in entries.targets.iter().zip(&entries.delays) {
            let key = self.key(*target, *delay);
            match self.number(key) {
                Some(number) => self.groups[number].synapses += 1,
                None => {
                    self.numbers[key] = self.groups.len() as u32;
                    self.groups.push(GroupSize {
                        key: key as u32,
                        synapses: 1,
                        written: 0,
                        start: 0,
                    });
                }
            }
        }
        self.groups.sort_unstable_by_key(|group| group.key);
        let mut start = 0;
        for number in 0..self.groups.len() {
            let group = &mut self.groups[number];
            group.start = start;
            self.numbers[group.key as usize] = number as u32;
            let size = *group;
            start += self.size(size);
        }
    }

    /// The words before the targets of a group, or of a part of it.
    #[inline(always)]
    fn heads(&self, group: GroupSize) -> usize {
        head_words((group.key as usize % self.segments) as u16)
    }

    /// The words that a group takes: it is cut where its head cannot count its synapses.
    fn size(&self, group: GroupSize) -> usize {
        let parts = group.synapses.div_ceil(LARGEST_GROUP);
        parts * self.heads(group) + group.synapses * (1 + self.words_per_weight)
    }

    /// The words of the list.
    fn words(&self) -> usize {
        let last = self.groups.last();
        HEAD + last.map_or(0, |last| last.start + self.size(*last))
    }

    /// The shortest and the longest delay.
    fn delays(&self) -> Option<DelayBounds> {
        let delay = |group: &GroupSize| self.shortest + group.key as usize / self.segments;
        Some(DelayBounds {
            shortest: delay(self.groups.first()?),
            longest: delay(self.groups.last()?),
        })
    }

    /// Writes the list.
    fn write(&mut self, entries: &Entries, list: &mut [u16]) {
        let words_per_weight = self.words_per_weight;
        let weights = entries.weights.chunks_exact(words_per_weight);
        let synapses = entries.targets.iter().zip(&entries.delays).zip(weights);
        for ((target, delay), weight) in synapses {
            let number = self.numbers[self.key(*target, *delay)] as usize;
            let group = self.groups[number];
            self.groups[number].written += 1;
            let (part, place) = (group.written / LARGEST_GROUP, group.written % LARGEST_GROUP);
            let before = part * LARGEST_GROUP;
            let count = (group.synapses - before).min(LARGEST_GROUP);
            let heads = self.heads(group);
            let start = group.start + part * heads + before * (1 + words_per_weight);
            let (segment, target) = in_segment(*target);
            if place == 0 {
                write_heads(&mut list[start..start + heads], segment, *delay, count);
            }
            let targets = start + heads;
            list[targets + place] = target;
            let place = targets + count + place * words_per_weight;
            list[place..place + words_per_weight].copy_from_slice(weight);
        }
    }
}
