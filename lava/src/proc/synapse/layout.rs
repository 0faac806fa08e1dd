//! The order in which synapses lie in memory: by source, then block by block.

use std::ops::Range;

use super::memory;

/// The blocks that the synapses of one source lie in: a block spans a few neighbouring delays and at
/// most 65,536 neighbouring targets.
///
/// A synapse has an *offset* in its block, one for each delay and target, which 16 bits hold. So a
/// block spans as many delays as fit; where a single delay of all targets does not fit, the
/// targets are cut into segments.
#[derive(Clone, Copy, Debug)]
pub(super) struct BlockLayout {
    pub(super) targets: usize,
    /// Delays are `shortest .. shortest + delays`.
    pub(super) shortest: usize,
    pub(super) delays: usize,
    /// Delays that a block spans.
    pub(super) delays_per_block: usize,
    /// Targets that a block spans.
    targets_per_block: usize,
    segments: usize,
    /// 2³² / `targets_per_block`, rounded up: multiplying by it divides, exactly for 16 bits.
    reciprocal: u64,
}

/// The first delay and the first target of a block.
#[derive(Clone, Copy, Debug)]
pub(super) struct BlockOrigin {
    pub(super) delay: usize,
    pub(super) target: usize,
}

/// A synapse's block, counted from the first of its source, and its offset there.
#[derive(Clone, Copy, Debug)]
pub(super) struct BlockAddress {
    pub(super) block: usize,
    pub(super) offset: u16,
}

impl BlockLayout {
    /// Offsets that a block can have.
    const OFFSETS: usize = 1 << 16;

    pub(super) fn new(targets: usize, shortest: usize, longest: usize) -> BlockLayout {
        let delays = longest - shortest + 1;
        let targets_per_block = targets.min(BlockLayout::OFFSETS);
        BlockLayout {
            targets,
            shortest,
            delays,
            delays_per_block: (BlockLayout::OFFSETS / targets).clamp(1, delays),
            targets_per_block,
            segments: targets.div_ceil(targets_per_block),
            reciprocal: (1_u64 << 32).div_ceil(targets_per_block as u64),
        }
    }

    /// The layout without the delays that only blocks outside of `kept` have, and the blocks that
    /// are left.
    pub(super) fn trimmed(self, kept: Range<usize>) -> (BlockLayout, Range<usize>) {
        let steps = kept.start / self.segments..kept.end.div_ceil(self.segments);
        let shortest = self.shortest + steps.start * self.delays_per_block;
        let end = (self.shortest + steps.end * self.delays_per_block).min(self.end());
        let left = steps.start * self.segments..steps.end * self.segments;
        (BlockLayout::new(self.targets, shortest, end - 1), left)
    }

    /// One more than the longest delay.
    fn end(self) -> usize {
        self.shortest + self.delays
    }

    #[inline]
    pub(super) fn blocks_per_source(self) -> usize {
        self.delays.div_ceil(self.delays_per_block) * self.segments
    }

    #[inline(always)]
    pub(super) fn targets_per_block(self) -> usize {
        self.targets_per_block
    }

    /// The blocks of a source, in order.
    pub(super) fn origins(self) -> impl Iterator<Item = BlockOrigin> + Clone {
        let delays = (self.shortest..self.end()).step_by(self.delays_per_block);
        delays.flat_map(move |delay| {
            let targets = (0..self.targets).step_by(self.targets_per_block);
            targets.map(move |target| BlockOrigin { delay, target })
        })
    }

    #[inline]
    pub(super) fn address(self, delay: usize, target: usize) -> BlockAddress {
        let (later, segment) = (delay - self.shortest, target / self.targets_per_block);
        let row = later % self.delays_per_block * self.targets_per_block;
        BlockAddress {
            block: later / self.delays_per_block * self.segments + segment,
            offset: (row + target % self.targets_per_block) as u16,
        }
    }

    /// Steps beyond the delay, and targets beyond the target, of the block's origin.
    #[inline(always)]
    pub(super) fn beyond_origin(self, offset: u16) -> (usize, usize) {
        let later = ((u64::from(offset) * self.reciprocal) >> 32) as usize;
        (later, usize::from(offset) - later * self.targets_per_block)
    }
}

/// The position of every block among all synapses, source by source.
#[derive(Debug)]
pub(super) struct BlockIndex {
    pub(super) layout: BlockLayout,
    pub(super) sources: usize,
    /// The number of the first synapse of each block; one more at the end.
    starts: Vec<u32>,
}

impl BlockIndex {
    /// The index of `sources` whose blocks have `counts` synapses.
    pub(super) fn new(
        layout: BlockLayout,
        sources: usize,
        counts: impl Iterator<Item = u32>,
    ) -> BlockIndex {
        let blocks = sources * layout.blocks_per_source();
        let mut starts = memory::in_large_pages(Vec::with_capacity(blocks + 1));
        let mut total = 0;
        starts.push(total);
        starts.extend(counts.map(|count| {
            total += count;
            total
        }));
        BlockIndex {
            layout,
            sources,
            starts,
        }
    }

    /// The number of synapses.
    pub(super) fn len(&self) -> usize {
        self.starts.last().map_or(0, |last| *last as usize)
    }

    pub(super) fn bytes(&self) -> usize {
        size_of_val(self.starts.as_slice())
    }

    /// The first synapse of each block of some sources, and the end of the last block.
    pub(super) fn starts(&self, sources: Range<usize>) -> &[u32] {
        let blocks = self.layout.blocks_per_source();
        &self.starts[sources.start * blocks..=sources.end * blocks]
    }

    /// The synapses of each block of a source.
    #[inline(always)]
    pub(super) fn blocks(&self, source: usize) -> impl Iterator<Item = Range<u32>> {
        let starts = self.starts(source..source + 1);
        starts.windows(2).map(|pair| pair[0]..pair[1])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn offsets_tell_delays_and_targets_apart() {
        for (targets, longest) in [(1, 70_000), (3, 40), (1000, 45), (20_683, 48), (65_535, 9)] {
            let layout = BlockLayout::new(targets, 2, longest);
            let origins: Vec<BlockOrigin> = layout.origins().collect();
            assert_eq!(origins.len(), layout.blocks_per_source());
            for delay in [2, 3, longest / 2, longest] {
                for target in [0, targets / 3, targets - 1] {
                    let BlockAddress { block, offset } = layout.address(delay, target);
                    let (later, beyond) = layout.beyond_origin(offset);
                    let origin = origins[block];
                    let found = (origin.delay + later, origin.target + beyond);
                    assert_eq!(found, (delay, target));
                }
            }
        }
    }

    #[test]
    fn more_targets_than_offsets_are_cut_into_segments() {
        let layout = BlockLayout::new(150_000, 5, 7);
        let origins: Vec<BlockOrigin> = layout.origins().collect();
        assert_eq!((layout.delays_per_block, origins.len()), (1, 9));
        for (delay, target) in [(5, 65_535), (6, 65_536), (7, 149_999)] {
            let BlockAddress { block, offset } = layout.address(delay, target);
            assert_eq!(layout.beyond_origin(offset), (0, usize::from(offset)));
            let origin = origins[block];
            let found = (origin.delay, origin.target + usize::from(offset));
            assert_eq!(found, (delay, target));
        }
    }

    #[test]
    fn every_offset_is_divided_exactly() {
        for targets in [1, 2, 3, 7, 1000, 20_683, 32_768, 65_535] {
            let layout = BlockLayout::new(targets, 1, 65_536);
            for offset in 0..=u16::MAX {
                let (later, target) = layout.beyond_origin(offset);
                let offset = usize::from(offset);
                assert_eq!((later, target), (offset / targets, offset % targets));
            }
        }
    }
}
