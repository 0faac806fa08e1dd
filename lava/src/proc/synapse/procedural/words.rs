//! Random numbers of a source's synapses: a function of seed, source and place in the tree of targets.

use std::convert::Infallible;

use rand_core::TryRng;
use rand_philox::{philox4x32_10, splitmix64};

use crate::model::Simd;
use crate::proc::kernel::philox::{LANES, side_by_side};

/// The number of words that are made at once.
pub(super) const BATCH: usize = 4 * LANES;

/// Rounds of the generator.
const ROUNDS: usize = 7;

/// The purpose of random numbers: a word of the counter.
#[derive(Clone, Copy)]
pub(super) enum Purpose {
    Targets = 0,
    Weights = 1,
    Delays = 2,
    Split = 3,
}

/// The generator of a seed's random numbers: Philox 4×32. Its key is the seed; the words of its counter are
/// the number of the call, the node, the source, and the purpose.
#[derive(Clone, Copy, Debug)]
pub(super) struct WordGenerator {
    key: [u32; 2],
    simd: Simd,
}

impl WordGenerator {
    /// The generator of a seed: neighbouring seeds have nothing in common.
    pub(super) fn new(seed: u64) -> WordGenerator {
        let mixed = splitmix64(seed);
        WordGenerator {
            key: [mixed as u32, (mixed >> 32) as u32],
            simd: Simd::detect(),
        }
    }

    /// The random numbers of a source in a node.
    #[inline(always)]
    pub(super) fn words(self, source: u32, node: u32) -> RandomWords {
        RandomWords {
            generator: self,
            source,
            node,
        }
    }
}

/// The random numbers of one source in one node of the tree of targets.
#[derive(Clone, Copy)]
pub(super) struct RandomWords {
    generator: WordGenerator,
    source: u32,
    node: u32,
}

impl RandomWords {
    /// Batch `number` of the words for a purpose.
    #[inline(always)]
    pub(super) fn batch(self, purpose: Purpose, number: u32) -> [u32; BATCH] {
        let WordGenerator { key, simd } = self.generator;
        let counter = self.counter(number * LANES as u32, purpose);
        let lanes = match simd.philox::<ROUNDS>(counter, key) {
            Some(lanes) => lanes,
            None => side_by_side::<ROUNDS>(counter, key),
        };
        let mut words = [0; BATCH];
        words.copy_from_slice(lanes.as_flattened());
        words
    }

    #[inline(always)]
    fn counter(self, call: u32, purpose: Purpose) -> [u32; 4] {
        [call, self.node, self.source, purpose as u32]
    }

    /// A number above 0 and below 1, in steps of 2⁻⁵³: one of a call of its own.
    pub(super) fn unit(self, purpose: Purpose, call: u32) -> f64 {
        let counter = self.counter(call, purpose);
        let [low, high, ..] = philox4x32_10(counter, self.generator.key);
        let word = u64::from(high) << 32 | u64::from(low);
        ((word >> 11) as f64 + 0.5) / 2.0_f64.powi(53)
    }

    /// The words for a purpose, one by one.
    pub(super) fn stream(self, purpose: Purpose) -> WordStream {
        WordStream {
            words: self,
            purpose,
            batch: [0; BATCH],
            batches: 0,
            next: BATCH,
        }
    }
}

/// The words for a purpose, one by one.
pub(super) struct WordStream {
    words: RandomWords,
    purpose: Purpose,
    batch: [u32; BATCH],
    batches: u32,
    next: usize,
}

impl WordStream {
    /// The next word.
    #[inline(always)]
    pub(super) fn word(&mut self) -> u32 {
        if self.next == BATCH {
            self.batch = self.words.batch(self.purpose, self.batches);
            self.batches += 1;
            self.next = 0;
        }
        let word = self.batch[self.next];
        self.next += 1;
        word
    }

    /// A number below `limit`, all equally likely (Lemire 2019).
    #[inline(always)]
    pub(super) fn below(&mut self, limit: u32) -> u32 {
        loop {
            let product = u64::from(self.word()) * u64::from(limit);
            if product as u32 >= limit || product as u32 >= limit.wrapping_neg() % limit {
                return (product >> 32) as u32;
            }
        }
    }
}

impl TryRng for WordStream {
    type Error = Infallible;

    fn try_next_u32(&mut self) -> Result<u32, Infallible> {
        Ok(self.word())
    }

    fn try_next_u64(&mut self) -> Result<u64, Infallible> {
        let low = u64::from(self.word());
        Ok(u64::from(self.word()) << 32 | low)
    }

    fn try_fill_bytes(&mut self, bytes: &mut [u8]) -> Result<(), Infallible> {
        for chunk in bytes.chunks_mut(4) {
            chunk.copy_from_slice(&self.word().to_le_bytes()[..chunk.len()]);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_the_same_without_vectors() {
        let vectors = WordGenerator::new(0x1234_5678_9ABC_DEF0);
        let simd = Simd::default();
        let none = WordGenerator { simd, ..vectors };
        for (source, node, number) in [(0, 1, 0), (7, 1 << 20, 3), (u32::MAX, 5, u32::MAX >> 4)] {
            let [with, without] = [vectors, none].map(|generator| {
                let words = generator.words(source, node);
                words.batch(Purpose::Weights, number)
            });
            assert_eq!(with, without, "source {source}, node {node}");
        }
    }
}
