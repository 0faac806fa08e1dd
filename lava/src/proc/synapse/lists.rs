//! The writing of adjacency lists, on all cores: each thread writes the lists of some sources at a time, which then
//! move to where they stay, in the order of the sources.

use std::collections::BTreeMap;
use std::marker::PhantomData;
use std::ops::Range;
use std::sync::{Mutex, PoisonError};

use super::adjacency::Adjacency;
use super::error::SynapseError;
use super::memory;
use super::parallel::on_each;
use super::projection::DelayBounds;
use super::storage::WeightStorage;
use super::weights::Weight;

/// The parts that each thread's sources are cut into, so that the memory of one is free before the next is written.
pub(super) const PARTS_PER_THREAD: usize = 16;

/// Sources whose lists one thread writes.
pub(super) trait Lists: Send {
    /// Memory that is used for one source after the other.
    type Scratch;

    fn scratch(&self) -> Self::Scratch;

    /// The sources.
    fn sources(&self) -> Range<usize>;

    /// Appends a source's list.
    fn append(
        &self,
        source: usize,
        scratch: &mut Self::Scratch,
        words: &mut Vec<u16>,
    ) -> Result<ListContents, SynapseError>;
}

/// What is in a list.
pub(super) struct ListContents {
    pub(super) synapses: usize,
    /// The shortest and the longest delay of its synapses, if it has any.
    pub(super) delays: Option<DelayBounds>,
}

/// The lists of consecutive sources.
#[derive(Default)]
struct Written {
    words: Vec<u16>,
    /// The end of each list.
    ends: Vec<usize>,
    synapses: usize,
    delays: Option<DelayBounds>,
}

impl Written {
    /// The words of the lists of so many sources, if they are as long as these, with some to spare.
    fn words_of(&self, sources: usize) -> usize {
        let words = self.words.len() as u128 * sources as u128 / self.ends.len().max(1) as u128;
        usize::try_from(words + words / 16).unwrap_or(usize::MAX)
    }

    /// Writes the lists of a part.
    fn write(&mut self, part: &impl Lists) -> Result<(), SynapseError> {
        let mut scratch = part.scratch();
        for source in part.sources() {
            let ListContents { synapses, delays } =
                part.append(source, &mut scratch, &mut self.words)?;
            self.ends.push(self.words.len());
            self.count(synapses, delays);
        }
        Ok(())
    }

    /// Appends the lists of the sources that follow; there are `sources` in all.
    fn append(&mut self, next: &Written, sources: usize) -> Result<(), SynapseError> {
        let before = self.words.len();
        let needed = before + next.words.len();
        if needed > self.words.capacity() {
            let likely = self.words_of(sources).max(next.words_of(sources));
            let words = std::mem::take(&mut self.words);
            self.words = memory::in_large_pages(memory::grown(words, likely, needed)?);
        }
        self.words.extend_from_slice(&next.words);
        self.ends.extend(next.ends.iter().map(|end| before + end));
        self.count(next.synapses, next.delays);
        Ok(())
    }

    fn count(&mut self, synapses: usize, delays: Option<DelayBounds>) {
        self.synapses += synapses;
        self.delays = match (self.delays, delays) {
            (Some(all), Some(more)) => Some(DelayBounds {
                shortest: all.shortest.min(more.shortest),
                longest: all.longest.max(more.longest),
            }),
            (all, more) => all.or(more),
        };
    }

    fn into_adjacency<T: Weight, W: WeightStorage<T>>(self, targets: usize) -> Adjacency<T, W> {
        let Written {
            mut words,
            ends,
            synapses,
            delays,
        } = self;
        words.shrink_to_fit();
        Adjacency {
            targets,
            shortest: delays.map_or(1, |delays| delays.shortest),
            longest: delays.map_or(1, |delays| delays.longest),
            len: synapses,
            starts: std::iter::once(0).chain(ends).collect(),
            words,
            types: PhantomData,
        }
    }
}

/// Lists that are written in any order, and appended in theirs.
#[derive(Default)]
struct InOrder {
    written: Written,
    /// The parts that are written before their turn.
    early: BTreeMap<usize, Written>,
    next: usize,
}

impl InOrder {
    fn append(&mut self, number: usize, part: Written, sources: usize) -> Result<(), SynapseError> {
        self.early.insert(number, part);
        while let Some(part) = self.early.remove(&self.next) {
            self.written.append(&part, sources)?;
            self.next += 1;
        }
        Ok(())
    }
}

/// Writes the lists of all sources. `parts` are consecutive; each is dropped when it is written.
pub(super) fn write<T: Weight, W: WeightStorage<T>, L: Lists>(
    targets: usize,
    threads: usize,
    parts: Vec<L>,
) -> Result<Adjacency<T, W>, SynapseError> {
    let sources = parts.iter().map(|part| part.sources().len()).sum();
    let in_order = Mutex::new(InOrder::default());
    let in_order = || in_order.lock().unwrap_or_else(PoisonError::into_inner);
    on_each(threads, parts.into_iter().enumerate(), |(number, part)| {
        let likely = in_order().written.words_of(part.sources().len());
        let mut own = Written {
            words: memory::grown(Vec::new(), likely, 0)?,
            ..Written::default()
        };
        own.write(&part)?;
        drop(part);
        in_order().append(number, own, sources)
    })?;
    let written = std::mem::take(&mut in_order().written);
    Ok(written.into_adjacency(targets))
}
