//! The form in which synapses lie in memory: an adjacency list for each source, in groups of equal
//! delay.
//!
//! A list is a sequence of 16-bit words. A group has a head of two words, its delay and the number
//! of its synapses; then their targets, ascending; then their weights. Targets are counted within a
//! *segment* of 65,536: a group in another segment than the first has one more head before its own,
//! of the number of the segment and 0. A head of two zeros ends the list.

use std::marker::PhantomData;
use std::ops::Range;

use super::storage::WeightStorage;
use super::weights::Weight;

/// Words of a head.
pub(super) const HEAD: usize = 2;

/// The synapses that a group has at most.
pub(super) const LARGEST_GROUP: usize = u16::MAX as usize;

/// The segment of a target, and its number there.
#[inline(always)]
pub(super) fn in_segment(target: u32) -> (u16, u16) {
    ((target >> 16) as u16, target as u16)
}

/// The words of the heads of a group in a segment.
#[inline(always)]
pub(super) fn head_words(segment: u16) -> usize {
    if segment == 0 { HEAD } else { 2 * HEAD }
}

/// Writes the heads of a group, which are as long as [`head_words`] says.
#[inline(always)]
pub(super) fn write_heads(heads: &mut [u16], segment: u16, delay: u16, synapses: usize) {
    let (of_segment, own) = heads.split_at_mut(heads.len() - HEAD);
    if let [number, zero] = of_segment {
        (*number, *zero) = (segment, 0);
    }
    own.copy_from_slice(&[delay, synapses as u16]);
}

/// The synapses of all sources.
pub(super) struct Adjacency<T, W> {
    pub(super) targets: usize,
    /// The shortest and the longest delay that can occur.
    pub(super) shortest: usize,
    pub(super) longest: usize,
    /// The number of synapses.
    pub(super) len: usize,
    /// The first word of each list; one more at the end.
    pub(super) starts: Vec<usize>,
    pub(super) words: Vec<u16>,
    pub(super) types: PhantomData<fn() -> (T, W)>,
}

/// Synapses of one source with equal delays, in one segment.
#[derive(Clone, Copy)]
pub(super) struct Group<'a> {
    pub(super) delay: usize,
    /// The number that a target of 0 has, modulo the numbers that there are.
    pub(super) first: usize,
    pub(super) targets: &'a [u16],
    /// The weights as they are stored.
    pub(super) weights: &'a [u16],
}

/// The delay and the length of a group, from its head.
#[derive(Clone, Copy)]
pub(super) struct GroupHead {
    pub(super) delay: usize,
    /// The words of the group, its heads included, as far as they fit.
    pub(super) words: u16,
}

impl<'a> Group<'a> {
    /// The synapses whose targets are in a range.
    pub(super) fn within<T: Weight, W: WeightStorage<T>>(self, range: &Range<usize>) -> Group<'a> {
        let before = |end: usize| {
            let target = |target: u16| self.first.wrapping_add(usize::from(target));
            self.targets.partition_point(|number| target(*number) < end)
        };
        let kept = before(range.start)..before(range.end);
        Group {
            weights: &self.weights[kept.start * W::WORDS..kept.end * W::WORDS],
            targets: &self.targets[kept],
            ..self
        }
    }

    /// The synapses: targets, and weights as they are stored.
    #[inline(always)]
    pub(super) fn synapses<T: Weight, W: WeightStorage<T>>(
        self,
    ) -> impl Iterator<Item = (usize, &'a [u16])> {
        let weights = self.weights.chunks_exact(W::WORDS);
        let targets = self.targets.iter().zip(weights);
        targets.map(move |(target, weight)| (self.first.wrapping_add(usize::from(*target)), weight))
    }
}

impl<T: Weight, W: WeightStorage<T>> Adjacency<T, W> {
    /// The number of sources.
    pub(super) fn sources(&self) -> usize {
        self.starts.len() - 1
    }

    /// The memory that the synapses take, in bytes.
    pub(super) fn bytes(&self) -> usize {
        size_of_val(self.words.as_slice()) + size_of_val(self.starts.as_slice())
    }

    /// The mean number of synapses of a group, if every source has every delay.
    #[inline(always)]
    pub(super) fn synapses_per_group(&self) -> usize {
        let delays = self.longest - self.shortest + 1;
        self.len
            .div_ceil(self.sources().saturating_mul(delays).max(1))
    }

    /// The head of the group at `start`, or `None` at the end of a list.
    #[inline(always)]
    pub(super) fn head(&self, start: usize) -> Option<GroupHead> {
        let words = &self.words[start..];
        let (heads, delay, count) = match (words[0], words[1]) {
            (0, 0) => return None,
            (_, 0) => (2 * HEAD, words[HEAD], words[HEAD + 1]),
            (delay, count) => (HEAD, delay, count),
        };
        let words = heads + usize::from(count) * (1 + W::WORDS);
        Some(GroupHead {
            delay: usize::from(delay),
            words: u16::try_from(words).unwrap_or(u16::MAX),
        })
    }

    /// The group at `start`, and the position behind it.
    #[inline(always)]
    pub(super) fn group(&self, mut start: usize) -> (Group<'_>, usize) {
        let mut first = 0;
        if self.words[start + 1] == 0 {
            first = usize::from(self.words[start]) << 16;
            start += HEAD;
        }
        let words = &self.words[start..];
        let (delay, count) = (usize::from(words[0]), usize::from(words[1]));
        let (targets, rest) = words[HEAD..].split_at(count);
        let weights = &rest[..count * W::WORDS];
        let group = Group {
            delay,
            first,
            targets,
            weights,
        };
        (group, start + HEAD + count * (1 + W::WORDS))
    }

    /// The groups of a source, by delay and segment.
    pub(super) fn groups(&self, source: usize) -> impl Iterator<Item = Group<'_>> {
        let mut start = self.starts[source];
        std::iter::from_fn(move || {
            self.head(start)?;
            let (group, end) = self.group(start);
            start = end;
            Some(group)
        })
    }

    /// Calls `change` with the stored weights of each group, in the order of the synapses.
    pub(super) fn change_weights<E>(
        &mut self,
        mut change: impl FnMut(&mut [u16]) -> Result<(), E>,
    ) -> Result<(), E> {
        for source in 0..self.sources() {
            let mut start = self.starts[source];
            while self.head(start).is_some() {
                let (group, end) = self.group(start);
                let weights = end - group.weights.len()..end;
                change(&mut self.words[weights])?;
                start = end;
            }
        }
        Ok(())
    }
}

impl<T, W> Clone for Adjacency<T, W> {
    fn clone(&self) -> Self {
        Adjacency {
            starts: self.starts.clone(),
            words: self.words.clone(),
            ..*self
        }
    }
}
