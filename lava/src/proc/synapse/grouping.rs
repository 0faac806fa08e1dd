//! The grouping of a source's synapses by delay.

use std::ops::Range;

use super::adjacency::{HEAD, LARGEST_GROUP, head_words, in_segment, write_heads};
use super::error::SynapseError;
use super::lists::{ListContents, Lists};
use super::memory;
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
        match *weight {
            [word] => self.weights.push(word),
            [low, high] => self.weights.extend([low, high]),
            _ => self.weights.extend_from_slice(weight),
        }
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

    /// Adds the synapses of a source, by ascending target.
    fn entries(&self, source: usize, entries: &mut Entries) -> Result<(), SynapseError>;
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

    fn append(
        &self,
        source: usize,
        (entries, grouping): &mut Self::Scratch,
        words: &mut Vec<u16>,
    ) -> Result<ListContents, SynapseError> {
        entries.clear();
        self.0.entries(source, entries)?;
        grouping.group(entries);
        grouping.write(entries, memory::appended(words, grouping.words)?);
        Ok(ListContents {
            synapses: entries.targets.len(),
            delays: grouping.delays(),
        })
    }
}

/// The groups of one source.
pub(super) struct Grouping {
    shortest: usize,
    segments: usize,
    words_per_weight: usize,
    /// By delay and segment, the number of the group in `groups`, if it is one of this source.
    numbers: Vec<u32>,
    groups: Vec<OpenGroup>,
    /// The words of the list.
    words: usize,
}

/// A group that is counted, and then written: in parts where its head cannot count its synapses.
#[derive(Clone, Copy)]
struct OpenGroup {
    key: u32,
    /// The synapses of the parts that are not begun.
    synapses: usize,
    /// The synapses that are missing in the part that is begun.
    missing: usize,
    /// The word of its next target.
    target: usize,
    /// The word of its next weight, or where the next part begins.
    weight: usize,
}

impl OpenGroup {
    /// Begins the next part; its heads take `heads` words.
    #[cold]
    fn begin(&mut self, heads: usize) -> Range<usize> {
        self.missing = self.synapses.min(LARGEST_GROUP);
        self.synapses -= self.missing;
        let start = self.weight;
        self.target = start + heads;
        self.weight = self.target + self.missing;
        start..self.target
    }
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
            words: HEAD,
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
        let is_own = |group: &OpenGroup| group.key as usize == key;
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
                    self.groups.push(OpenGroup {
                        key: key as u32,
                        synapses: 1,
                        missing: 0,
                        target: 0,
                        weight: 0,
                    });
                }
            }
        }
        self.groups.sort_unstable_by_key(|group| group.key);
        let mut start = 0;
        for number in 0..self.groups.len() {
            let group = self.groups[number];
            self.groups[number].weight = start;
            self.numbers[group.key as usize] = number as u32;
            let parts = group.synapses.div_ceil(LARGEST_GROUP);
            start += parts * self.heads(group.key) + group.synapses * (1 + self.words_per_weight);
        }
        self.words = start + HEAD;
    }

    /// The words before the targets of a part of a group.
    #[inline(always)]
    fn heads(&self, key: u32) -> usize {
        head_words((key as usize % self.segments) as u16)
    }

    /// The shortest and the longest delay.
    fn delays(&self) -> Option<DelayBounds> {
        let delay = |group: &OpenGroup| self.shortest + group.key as usize / self.segments;
        Some(DelayBounds {
            shortest: delay(self.groups.first()?),
            longest: delay(self.groups.last()?),
        })
    }

    /// Writes the list.
    fn write(&mut self, entries: &Entries, list: &mut [u16]) {
        let weights = entries.weights.chunks_exact(self.words_per_weight);
        let synapses = entries.targets.iter().zip(&entries.delays).zip(weights);
        for ((target, delay), weight) in synapses {
            let number = self.numbers[self.key(*target, *delay)] as usize;
            let (segment, target) = in_segment(*target);
            if self.groups[number].missing == 0 {
                let heads = self.heads(self.groups[number].key);
                let group = &mut self.groups[number];
                let heads = &mut list[group.begin(heads)];
                write_heads(heads, segment, *delay, group.missing);
            }
            let group = &mut self.groups[number];
            list[group.target] = target;
            copy_few(&mut list[group.weight..][..weight.len()], weight);
            group.target += 1;
            group.weight += weight.len();
            group.missing -= 1;
        }
    }
}

/// Copies the words of a weight: a call of `memcpy` takes longer for these.
#[inline(always)]
fn copy_few(to: &mut [u16], from: &[u16]) {
    match (to, from) {
        ([to], [from]) => *to = *from,
        ([to, to_high], [from, from_high]) => (*to, *to_high) = (*from, *from_high),
        (to, from) => to.copy_from_slice(from),
    }
}
