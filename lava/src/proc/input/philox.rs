//! Random numbers that are a function of the seed, the neuron and the step.

use rand_philox::{Philox, philox4x32_10};

use crate::model::BLOCK;

/// Independent random numbers for every neuron: 16 bits a step, and 32 more where those do not
/// decide.
///
/// The generator is Philox 4×32-10, whose key is the seed. The words of its counter are the
/// number of the call, the kind of the numbers, and the step.
#[derive(Clone, Copy, Debug)]
pub(super) struct Stream {
    seed: u64,
    step: u64,
    /// The number of the first neuron in its population.
    first: usize,
}

/// The kinds of numbers, which the counter keeps apart.
const COARSE: u32 = 0;
const FINE: u32 = 1;

impl Stream {
    /// The numbers of one step.
    pub(super) fn new(seed: u64, step: u64) -> Stream {
        let first = 0;
        Stream { seed, step, first }
    }

    /// The same, counting neurons from number `first` of the population, a multiple of 8.
    pub(super) fn from(self, first: usize) -> Stream {
        Stream { first, ..self }
    }

    fn key(self) -> [u32; 2] {
        [self.seed as u32, (self.seed >> 32) as u32]
    }

    fn counter(self, call: u32, kind: u32) -> [u32; 4] {
        [call, kind, self.step as u32, (self.step >> 32) as u32]
    }

    /// 16 bits for each neuron of the block at `start`, a multiple of 8: one call serves eight
    /// neurons.
    #[inline]
    pub(super) fn coarse(self, start: usize) -> [u16; BLOCK] {
        let mut words = [0; BLOCK / 2];
        let counter = self.counter(((self.first + start) / 8) as u32, COARSE);
        let counter = counter
            .iter()
            .rev()
            .fold(0, |all, word| all << 32 | u128::from(*word));
        Philox::new(self.key(), counter).fill_u32(&mut words);
        let mut bits = [0; BLOCK];
        for (pair, word) in bits.chunks_exact_mut(2).zip(words) {
            pair.copy_from_slice(&[word as u16, (word >> 16) as u16]);
        }
        bits
    }

    /// 32 bits for one neuron, independent of its 16.
    #[cold]
    pub(super) fn fine(self, neuron: usize) -> u32 {
        philox4x32_10(self.counter((self.first + neuron) as u32, FINE), self.key())[0]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_depends_on_seed_step_and_neuron_alone() {
        let stream = Stream::new(0x1234_5678_9ABC_DEF0, (1 << 32) + 7);
        let bits = stream.coarse(512);
        for (neuron, bits) in (512..).zip(bits) {
            let words = philox4x32_10([neuron / 8, 0, 7, 1], [0x9ABC_DEF0, 0x1234_5678]);
            let half = words[neuron as usize / 2 % 4] >> (16 * (neuron % 2));
            assert_eq!(bits, half as u16, "neuron {neuron}");
        }
        let later = stream.coarse(520);
        assert_eq!(bits[8..], later[..BLOCK - 8], "wherever a block begins");
    }

    #[test]
    fn other_seeds_steps_and_blocks_have_other_numbers() {
        let first = Stream::new(1, 1).coarse(0);
        for other in [
            Stream::new(2, 1).coarse(0),
            Stream::new(1, 2).coarse(0),
            Stream::new(1, 1).coarse(256),
        ] {
            let equal = first.iter().zip(other).filter(|(a, b)| **a == *b).count();
            assert!(equal < 3, "{equal} of 256 are equal");
        }
    }
}
