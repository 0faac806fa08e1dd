//! Synapses in memory.

use std::marker::PhantomData;
use std::ops::{Range, RangeInclusive};
use std::sync::Arc;

use super::error::SynapseError;
use super::layout::{BlockIndex, BlockLayout, BlockOrigin};
use super::storage::WeightStorage;
use super::weights::Weight;
use crate::process::MAX_DELAY;

/// One synapse, for connections that are listed one by one.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Synapse {
    /// The neuron that sends.
    pub source: usize,
    /// The neuron that receives.
    pub target: usize,
    /// The weight.
    pub weight: f64,
    /// Steps from spike to arrival, at least 1.
    pub delay: usize,
}

/// The synapses between two populations, in the order in which they are delivered: by source,
/// then by blocks of neighbouring delays, then by target. Clones share their memory.
///
/// A synapse takes the bytes of its weight, in the type `W` that it is stored in (see
/// [`WeightStorage`]), and 2 for its target and its delay within the block. A block takes 4 and
/// spans as many delays as 65,536 offsets, one for each delay and target, have room for.
pub struct Synapses<T, W = T> {
    pub(super) index: Arc<BlockIndex>,
    /// Block after block: the offsets of its synapses, then their weights.
    pub(super) words: Arc<Vec<u16>>,
    /// The number that stored weights are multiples of.
    scale: f64,
    /// The shape of their weights as an array.
    shape: [usize; 1],
    types: PhantomData<fn() -> (T, W)>,
}

/// Words of 16 bits that a synapse takes.
pub(super) const fn words_per_synapse<T: Weight, W: WeightStorage<T>>() -> usize {
    1 + W::WORDS
}

/// The words of some synapses.
#[inline(always)]
pub(super) fn word_range<T: Weight, W: WeightStorage<T>>(synapses: Range<u32>) -> Range<usize> {
    let words = words_per_synapse::<T, W>();
    synapses.start as usize * words..synapses.end as usize * words
}

/// The offsets of a block's synapses, and their weights.
#[inline(always)]
pub(super) fn split_block<T: Weight, W: WeightStorage<T>>(block: &[u16]) -> (&[u16], &[u16]) {
    block.split_at(block.len() / words_per_synapse::<T, W>())
}

impl<T: Weight, W: WeightStorage<T>> Synapses<T, W> {
    pub(super) fn new(index: BlockIndex, words: Vec<u16>, scale: f64) -> Synapses<T, W> {
        Synapses {
            shape: [index.len()],
            index: Arc::new(index),
            words: Arc::new(words),
            scale,
            types: PhantomData,
        }
    }

    /// The same synapses with other weights, in the same order.
    pub(super) fn with_weights(&self, weights: &[T]) -> Result<Synapses<T, W>, SynapseError> {
        let largest = weights.iter().map(|weight| weight.to_f64().abs());
        let scale = W::scale(largest.fold(0.0, f64::max));
        let mut words = self.words.as_ref().clone();
        for synapses in self.blocks() {
            let weights = &weights[synapses.start as usize..synapses.end as usize];
            let block = &mut words[word_range::<T, W>(synapses)];
            let (_, stored) = block.split_at_mut(weights.len());
            for (stored, weight) in stored.chunks_exact_mut(W::WORDS).zip(weights) {
                if !W::encode(*weight, scale, stored) {
                    return Err(SynapseError::Weight(weight.to_f64()));
                }
            }
        }
        Ok(Synapses {
            words: Arc::new(words),
            scale,
            ..self.clone()
        })
    }

    /// The same synapses with every weight replaced by `weight` of it; a clone where none changes.
    pub(super) fn mapped(&self, weight: impl Fn(T) -> T) -> Result<Synapses<T, W>, SynapseError> {
        if self.values().all(|old| weight(old) == old) {
            return Ok(self.clone());
        }
        let weights: Vec<T> = self.values().map(weight).collect();
        self.with_weights(&weights)
    }

    /// All weights, in the order of the synapses.
    pub(super) fn values(&self) -> impl Iterator<Item = T> {
        self.blocks().flat_map(|synapses| self.weights(synapses))
    }

    /// The shape of the weights as an array.
    pub(super) fn shape(&self) -> &[usize] {
        &self.shape
    }

    /// The number of synapses.
    pub fn len(&self) -> usize {
        self.index.len()
    }

    /// Returns `true` if there are no synapses: a projection may draw none by chance.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The number of neurons that send.
    pub fn sources(&self) -> usize {
        self.index.sources
    }

    /// The number of neurons that receive.
    pub fn targets(&self) -> usize {
        self.index.layout.targets
    }

    /// The delays that can occur, in steps.
    pub fn delays(&self) -> RangeInclusive<usize> {
        let BlockLayout {
            shortest, delays, ..
        } = self.index.layout;
        shortest..=shortest + delays - 1
    }

    /// The number of neighbouring delays that a block of synapses spans.
    pub fn delays_per_block(&self) -> usize {
        self.index.layout.delays_per_block
    }

    /// The memory that the synapses take, in bytes.
    pub fn bytes(&self) -> usize {
        self.index.bytes() + size_of_val(self.words.as_slice())
    }

    /// All synapses in the order in which they lie in memory: by source, block and target.
    pub fn iter(&self) -> impl Iterator<Item = Synapse> + '_ {
        let origins: Vec<BlockOrigin> = self.index.layout.origins().collect();
        self.blocks()
            .enumerate()
            .flat_map(move |(block, synapses)| {
                let (source, origin) = (block / origins.len(), origins[block % origins.len()]);
                let words = &self.words[word_range::<T, W>(synapses.clone())];
                let (offsets, _) = split_block::<T, W>(words);
                let synapses = offsets.iter().zip(self.weights(synapses));
                synapses.map(move |(offset, weight)| {
                    let (later, target) = self.index.layout.beyond_origin(*offset);
                    Synapse {
                        source,
                        target: origin.target + target,
                        weight: weight.to_f64(),
                        delay: origin.delay + later,
                    }
                })
            })
    }

    /// The synapses of every block.
    fn blocks(&self) -> impl Iterator<Item = Range<u32>> {
        let starts = self.index.starts(0..self.sources()).windows(2);
        starts.map(|pair| pair[0]..pair[1])
    }

    /// The weights of a block.
    fn weights(&self, synapses: Range<u32>) -> impl Iterator<Item = T> {
        let (_, weights) = split_block::<T, W>(&self.words[word_range::<T, W>(synapses)]);
        let scale = self.scale();
        let weights = weights.chunks_exact(W::WORDS);
        weights.map(move |stored| W::decode(stored, scale))
    }

    /// The number that stored weights are multiples of; 1 where they are stored as they are.
    pub(super) fn scale(&self) -> T {
        T::from_f64(self.scale).unwrap_or(T::ONE)
    }
}

impl<T, W> Clone for Synapses<T, W> {
    fn clone(&self) -> Self {
        Synapses {
            index: Arc::clone(&self.index),
            words: Arc::clone(&self.words),
            ..*self
        }
    }
}

impl<T, W> std::fmt::Debug for Synapses<T, W> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let BlockLayout {
            targets,
            shortest,
            delays,
            ..
        } = self.index.layout;
        let (len, sources) = (self.index.len(), self.index.sources);
        let delays = shortest..=shortest + delays - 1;
        write!(
            f,
            "{len} synapses, {sources} → {targets}, delays {delays:?}"
        )
    }
}

/// Writes synapse `number` of a block.
#[inline(always)]
pub(super) fn write_synapse<T: Weight, W: WeightStorage<T>>(
    block: &mut [u16],
    number: usize,
    offset: u16,
    weight: f64,
    scale: f64,
) -> Result<(), SynapseError> {
    let synapses = block.len() / words_per_synapse::<T, W>();
    block[number] = offset;
    let stored = &mut block[synapses + number * W::WORDS..][..W::WORDS];
    match T::from_f64(weight) {
        Some(kept) if W::encode(kept, scale, stored) => Ok(()),
        _ => Err(SynapseError::Weight(weight)),
    }
}

/// A drawn delay as a whole number of steps.
pub(super) fn delay_steps(drawn: f64) -> Result<usize, SynapseError> {
    // Rounds like `round`, which is a call where the instruction set has no such instruction.
    let steps = drawn + 0.5;
    if (1.0..MAX_DELAY as f64 + 1.0).contains(&steps) {
        Ok(steps as usize)
    } else {
        Err(SynapseError::Delay(drawn))
    }
}

/// Fails if there are more synapses than an index can count.
pub(super) fn check_count(synapses: usize) -> Result<(), SynapseError> {
    match u32::try_from(synapses) {
        Ok(_) => Ok(()),
        Err(_) => Err(SynapseError::Many(synapses)),
    }
}

/// Fails if a population has no neurons, or more than an index can count.
pub(super) fn check_populations(sources: usize, targets: usize) -> Result<(), SynapseError> {
    let counts = 1..=u32::MAX as usize;
    match counts.contains(&sources) && counts.contains(&targets) {
        true => Ok(()),
        false => Err(SynapseError::Populations { sources, targets }),
    }
}
