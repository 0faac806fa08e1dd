//! How the synapses of a source are grouped, and where the groups are.

use std::ops::Range;

use super::memory;

/// The groups of a source's synapses: each has those of some neighbouring delays to at most 65,536
/// neighbouring targets.
///
/// A synapse has a *place* in its group, one for each delay and target; 16 bits tell all places
/// of a group apart. So a group has as many delays as fit, and where a single delay of all targets
/// does not, the targets are cut into segments.
#[derive(Clone, Copy, Debug)]
pub(super) struct Groups {
    pub(super) targets: usize,
    /// Delays are `shortest .. shortest + delays`.
    pub(super) shortest: usize,
    pub(super) delays: usize,
    /// How many delays a group has.
    pub(super) width: usize,
    /// How many targets a group has.
    segment: usize,
    segments: usize,
    /// 2³² / `segment`, rounded up: multiplying by it divides, exactly for numbers of 16 bits.
    reciprocal: u64,
}

/// Which group of its source a group is.
#[derive(Clone, Copy, Debug)]
pub(super) struct Slot {
    /// The shortest delay.
    pub(super) delay: usize,
    /// The first target.
    pub(super) first: usize,
}

impl Groups {
    /// How many places a group can have.
    const PLACES: usize = 1 << 16;

    pub(super) fn new(targets: usize, shortest: usize, longest: usize) -> Groups {
        let delays = longest - shortest + 1;
        let segment = targets.min(Groups::PLACES);
        Groups {
            targets,
            shortest,
            delays,
            width: (Groups::PLACES / targets).clamp(1, delays),
            segment,
            segments: targets.div_ceil(segment),
            reciprocal: (1_u64 << 32).div_ceil(segment as u64),
        }
    }

    /// Without the delays that only groups outside of `kept` have. Returns which groups are left.
    pub(super) fn trimmed(self, kept: Range<usize>) -> (Groups, Range<usize>) {
        let steps = kept.start / self.segments..kept.end.div_ceil(self.segments);
        let shortest = self.shortest + steps.start * self.width;
        let end = (self.shortest + steps.end * self.width).min(self.shortest + self.delays);
        let left = steps.start * self.segments..steps.end * self.segments;
        (Groups::new(self.targets, shortest, end - 1), left)
    }

    /// How many groups a source has.
    #[inline]
    pub(super) fn each(self) -> usize {
        self.delays.div_ceil(self.width) * self.segments
    }

    /// How many targets a group has.
    #[inline(always)]
    pub(super) fn segment(self) -> usize {
        self.segment
    }

    /// The groups of a source, in order.
    pub(super) fn slots(self) -> impl Iterator<Item = Slot> + Clone {
        let delays = (self.shortest..self.shortest + self.delays).step_by(self.width);
        delays.flat_map(move |delay| {
            let firsts = (0..self.targets).step_by(self.segment);
            firsts.map(move |first| Slot { delay, first })
        })
    }

    /// Which of its source's groups a synapse belongs to, and its place there.
    #[inline]
    pub(super) fn of(self, delay: usize, target: usize) -> (usize, u16) {
        let (later, segment) = (delay - self.shortest, target / self.segment);
        let group = later / self.width * self.segments + segment;
        let place = later % self.width * self.segment + target % self.segment;
        (group, place as u16)
    }

    /// Steps beyond the shortest delay of the group, and targets beyond its first, of a synapse at
    /// a place.
    #[inline(always)]
    pub(super) fn split(self, place: u16) -> (usize, usize) {
        let later = ((u64::from(place) * self.reciprocal) >> 32) as usize;
        (later, usize::from(place) - later * self.segment)
    }
}

/// Where the groups of every source are among all synapses.
#[derive(Debug)]
pub(super) struct Index {
    pub(super) groups: Groups,
    pub(super) sources: usize,
    /// The number of the first synapse of each group; one more at the end.
    starts: Vec<u32>,
}

impl Index {
    /// The index of sources whose groups have so many synapses each.
    pub(super) fn new(groups: Groups, sources: usize, counts: impl Iterator<Item = u32>) -> Index {
        let mut starts = memory::in_large_pages(Vec::with_capacity(sources * groups.each() + 1));
        let mut total = 0;
        starts.push(total);
        starts.extend(counts.map(|count| {
            total += count;
            total
        }));
        Index {
            groups,
            sources,
            starts,
        }
    }

    /// How many synapses there are.
    pub(super) fn len(&self) -> usize {
        self.starts.last().map_or(0, |last| *last as usize)
    }

    pub(super) fn bytes(&self) -> usize {
        size_of_val(self.starts.as_slice())
    }

    /// Where the groups of some sources begin, and where the last of them ends.
    pub(super) fn starts(&self, sources: Range<usize>) -> &[u32] {
        let each = self.groups.each();
        &self.starts[sources.start * each..=sources.end * each]
    }

    /// The synapses of each group of a source.
    #[inline(always)]
    pub(super) fn row(&self, source: usize) -> impl Iterator<Item = Range<u32>> {
        let starts = self.starts(source..source + 1);
        starts.windows(2).map(|pair| pair[0]..pair[1])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_tell_delays_and_targets_apart() {
        for (targets, longest) in [(1, 70_000), (3, 40), (1000, 45), (20_683, 48), (65_535, 9)] {
            let groups = Groups::new(targets, 2, longest);
            let slots: Vec<Slot> = groups.slots().collect();
            assert_eq!(slots.len(), groups.each());
            for delay in [2, 3, longest / 2, longest] {
                for target in [0, targets / 3, targets - 1] {
                    let (group, place) = groups.of(delay, target);
                    let (later, beyond) = groups.split(place);
                    let Slot {
                        delay: shortest,
                        first,
                    } = slots[group];
                    assert_eq!((shortest + later, first + beyond), (delay, target));
                }
            }
        }
    }

    #[test]
    fn more_targets_than_places_are_cut_into_segments() {
        let groups = Groups::new(150_000, 5, 7);
        let slots: Vec<Slot> = groups.slots().collect();
        assert_eq!((groups.width, slots.len()), (1, 9));
        for (delay, target) in [(5, 65_535), (6, 65_536), (7, 149_999)] {
            let (group, place) = groups.of(delay, target);
            assert_eq!(groups.split(place), (0, usize::from(place)));
            let slot = slots[group];
            assert_eq!(
                (slot.delay, slot.first + usize::from(place)),
                (delay, target)
            );
        }
    }

    #[test]
    fn every_place_is_divided_exactly() {
        for targets in [1, 2, 3, 7, 1000, 20_683, 32_768, 65_535] {
            let groups = Groups::new(targets, 1, 65_536);
            for place in 0..=u16::MAX {
                let (later, target) = groups.split(place);
                let place = usize::from(place);
                assert_eq!((later, target), (place / targets, place % targets));
            }
        }
    }
}
