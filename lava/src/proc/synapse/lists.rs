//! The writing of adjacency lists, on all cores: each thread writes the lists of some sources at a time, which then
//! move to where they stay, in the order of the sources.

use std::marker::PhantomData;
use std::ops::Range;

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

/// The contents of a list, or of several.
#[derive(Default)]
pub(super) struct ListContents {
    pub(super) synapses: usize,
    /// The shortest and the longest delay of its synapses, if it has any.
    pub(super) delays: Option<DelayBounds>,
}

impl ListContents {
    fn add(&mut self, more: &ListContents) {
        self.synapses += more.synapses;
        self.delays = match (self.delays, more.delays) {
            (Some(all), Some(more)) => Some(DelayBounds {
                shortest: all.shortest.min(more.shortest),
                longest: all.longest.max(more.longest),
            }),
            (all, more) => all.or(more),
        };
    }
}

/// The lists of consecutive sources.
#[derive(Default)]
struct Written {
    words: Vec<u16>,
    /// The end of each list.
    ends: Vec<usize>,
    contents: ListContents,
}

impl Written {
    /// The words of the lists of `sources`, if they are as long as these, with some to spare.
    fn words_of(&self, sources: usize) -> usize {
        let words = self.words.len() as u128 * sources as u128 / self.ends.len().max(1) as u128;
        usize::try_from(words + words / 16).unwrap_or(usize::MAX)
    }

    /// Writes the lists of a part.
    fn write(&mut self, part: &impl Lists) -> Result<(), SynapseError> {
        let mut scratch = part.scratch();
        for source in part.sources() {
            let contents = part.append(source, &mut scratch, &mut self.words)?;
            self.ends.push(self.words.len());
            self.contents.add(&contents);
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
        self.contents.add(&next.contents);
        Ok(())
    }

    fn into_adjacency<T: Weight, W: WeightStorage<T>>(self, targets: usize) -> Adjacency<T, W> {
        let Written {
            mut words,
            ends,
            contents: ListContents { synapses, delays },
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

/// Writes the lists of all sources. `parts` are consecutive; each is dropped when it is written.
pub(super) fn write<T: Weight, W: WeightStorage<T>, L: Lists>(
    targets: usize,
    threads: usize,
    parts: Vec<L>,
) -> Result<Adjacency<T, W>, SynapseError> {
    let sources = parts.iter().map(|part| part.sources().len()).sum();
    let mut written = Written::default();
    let mut parts = parts.into_iter().peekable();
    while parts.peek().is_some() {
        // A part for each thread: more would be memory beside that of the lists.
        let next = on_each(threads, parts.by_ref().take(threads), |part| {
            let likely = written.words_of(part.sources().len());
            let mut own = Written {
                words: memory::grown(Vec::new(), likely, 0)?,
                ..Written::default()
            };
            own.write(&part)?;
            Ok(own)
        })?;
        for part in &next {
            written.append(part, sources)?;
        }
    }
    Ok(written.into_adjacency(targets))
}
