//! The writing of adjacency lists: sizes first, then every list where it stays, on all cores.

use std::marker::PhantomData;
use std::ops::Range;

use super::adjacency::Adjacency;
use super::error::SynapseError;
use super::memory;
use super::parallel::on_each;
use super::projection::DelayBounds;
use super::storage::WeightStorage;
use super::weights::Weight;

/// Sources whose lists one thread writes.
pub(super) trait Lists: Send {
    /// Memory that is used for one source after the other.
    type Scratch;

    fn scratch(&self) -> Self::Scratch;

    /// The sources.
    fn sources(&self) -> Range<usize>;

    /// The size of a source's list.
    fn size(&self, source: usize, scratch: &mut Self::Scratch) -> Result<ListSize, SynapseError>;

    /// Writes a source's list.
    fn write(
        &self,
        source: usize,
        scratch: &mut Self::Scratch,
        list: &mut [u16],
    ) -> Result<(), SynapseError>;
}

/// The size of a list.
pub(super) struct ListSize {
    pub(super) words: usize,
    pub(super) synapses: usize,
    /// The shortest and the longest delay of its synapses, if it has any.
    pub(super) delays: Option<DelayBounds>,
}

/// Writes the lists of all sources. `parts` are consecutive; each is dropped when it is written.
pub(super) fn write<T: Weight, W: WeightStorage<T>, L: Lists + Sync>(
    targets: usize,
    threads: usize,
    parts: Vec<L>,
) -> Result<Adjacency<T, W>, SynapseError> {
    let sizes = on_each(threads, &parts, |part| {
        let mut scratch = part.scratch();
        let sizes = part.sources().map(|source| part.size(source, &mut scratch));
        sizes.collect::<Result<Vec<ListSize>, SynapseError>>()
    })?;
    let len: usize = sizes.iter().flatten().map(|size| size.synapses).sum();
    let mut starts = Vec::with_capacity(1 + sizes.iter().map(Vec::len).sum::<usize>());
    starts.push(0);
    for size in sizes.iter().flatten() {
        starts.push(starts[starts.len() - 1] + size.words);
    }
    let mut words = memory::in_large_pages(memory::zeros(starts.last().copied())?);
    let mut rest = words.as_mut_slice();
    let mut slices = Vec::with_capacity(parts.len());
    for (part, sizes) in parts.into_iter().zip(&sizes) {
        let size = sizes.iter().map(|size| size.words).sum();
        let (mine, others) = rest.split_at_mut(size);
        rest = others;
        slices.push((part, sizes, mine));
    }
    on_each(threads, slices, |(part, sizes, mut words)| {
        let mut scratch = part.scratch();
        for (source, size) in part.sources().zip(sizes) {
            let (list, others) = words.split_at_mut(size.words);
            words = others;
            part.write(source, &mut scratch, list)?;
        }
        Ok(())
    })?;
    let delays = || sizes.iter().flatten().filter_map(|size| size.delays);
    let shortest = delays().map(|delays| delays.shortest).min();
    let longest = delays().map(|delays| delays.longest).max();
    Ok(Adjacency {
        targets,
        shortest: shortest.unwrap_or(1),
        longest: longest.unwrap_or(1),
        len,
        starts,
        words,
        types: PhantomData,
    })
}
