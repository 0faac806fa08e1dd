//! Counter-based random numbers: a function of seed, neuron and step.

use rand_philox::philox4x32_10;

use crate::model::{BLOCK, Simd};
use crate::proc::kernel::philox::{LANES, side_by_side};

/// Independent random numbers for every neuron of a population in one step: 16 bits, and 32 more on
/// demand.
///
/// The generator is Philox 4×32-10 with the seed as its key. The words of its counter are the
/// number of the call, the kind of the numbers, and the step.
#[derive(Clone, Copy, Debug)]
pub(in crate::proc) struct NeuronStream {
    seed: u64,
    step: u64,
    /// Index of the first neuron in the whole population.
    first: usize,
}

/// Kinds of numbers: a word of the counter.
const COARSE: u32 = 0;
const FINE: u32 = 1;
const NORMAL: u32 = 2;
/// From here on: normal and uniform numbers by turns.
const FURTHER: u32 = 16;

/// Neurons per group of parallel calls, eight per call. Neurons that take the same half of the same
/// word are adjacent, so that a group is written by SIMD stores.
pub(super) const GROUP: usize = 8 * LANES;

/// Splits a population into groups, `(start, len)`.
#[inline(always)]
pub(super) fn groups(population: usize) -> impl Iterator<Item = (usize, usize)> {
    let starts = (0..population).step_by(GROUP);
    starts.map(move |start| (start, GROUP.min(population - start)))
}

impl NeuronStream {
    /// Creates the numbers of one step.
    pub(in crate::proc) fn new(seed: u64, step: u64) -> NeuronStream {
        let first = 0;
        NeuronStream { seed, step, first }
    }

    /// Returns the numbers of a shard that starts at neuron `first`, a multiple of [`GROUP`].
    pub(in crate::proc) fn from(self, first: usize) -> NeuronStream {
        NeuronStream { first, ..self }
    }

    fn key(self) -> [u32; 2] {
        [self.seed as u32, (self.seed >> 32) as u32]
    }

    fn counter(self, call: u32, kind: u32) -> [u32; 4] {
        [call, kind, self.step as u32, (self.step >> 32) as u32]
    }

    /// Returns 16 bits for each neuron of the group at `start`, a multiple of [`GROUP`].
    #[inline(always)]
    pub(super) fn coarse(self, simd: Simd, start: usize) -> [u16; GROUP] {
        let call = ((self.first + start) / GROUP * LANES) as u32;
        let (counter, key) = (self.counter(call, COARSE), self.key());
        if let Some(bits) = simd.philox_halves(counter, key) {
            return bits;
        }
        let words = side_by_side::<10>(counter, key);
        let mut bits = [0; GROUP];
        for word in 0..4 {
            let (low, high) = bits[2 * LANES * word..][..2 * LANES].split_at_mut(LANES);
            for lane in 0..LANES {
                low[lane] = words[word][lane] as u16;
                high[lane] = (words[word][lane] >> 16) as u16;
            }
        }
        bits
    }

    /// Returns a number for each neuron of the block at `start`, a multiple of [`GROUP`], of the normal
    /// distribution with mean 0 and variance 1, by the method of Box and Muller from 32 bits: no number
    /// is beyond 6.7.
    #[inline(always)]
    pub(super) fn normal(self, start: usize) -> [f64; BLOCK] {
        self.normal_of_kind(NORMAL, start)
    }

    /// Returns normal numbers, as [`normal`](NeuronStream::normal), independent for each `number`.
    #[inline(always)]
    pub(in crate::proc) fn normal_of(self, number: u32, start: usize) -> [f64; BLOCK] {
        self.normal_of_kind(FURTHER + 2 * number, start)
    }

    /// Returns numbers above 0 and below 1 for each neuron of the block at `start`, a multiple of
    /// [`GROUP`], from 32 bits, independent for each `number`.
    #[inline(always)]
    pub(in crate::proc) fn uniform(self, number: u32, start: usize) -> [f64; BLOCK] {
        let mut numbers = [0.0; BLOCK];
        let first = ((self.first + start) / 4) as u32;
        let kind = FURTHER + 2 * number + 1;
        let groups = numbers.chunks_exact_mut(4 * LANES);
        for (calls, group) in (first..).step_by(LANES).zip(groups) {
            let words = side_by_side::<10>(self.counter(calls, kind), self.key());
            for (lane, numbers) in group.chunks_exact_mut(4).enumerate() {
                for (number, word) in numbers.iter_mut().zip(words) {
                    *number = middle(word[lane]);
                }
            }
        }
        numbers
    }

    #[inline(always)]
    fn normal_of_kind(self, kind: u32, start: usize) -> [f64; BLOCK] {
        let mut numbers = [0.0; BLOCK];
        let first = ((self.first + start) / 4) as u32;
        for (calls, group) in (first..)
            .step_by(LANES)
            .zip(numbers.chunks_exact_mut(4 * LANES))
        {
            let words = side_by_side::<10>(self.counter(calls, kind), self.key());
            for (lane, numbers) in group.chunks_exact_mut(4).enumerate() {
                for half in [0, 2] {
                    let [radius, angle] = [words[half][lane], words[half + 1][lane]];
                    let radius = (-2.0 * middle(radius).ln()).sqrt();
                    let (sin, cos) = (middle(angle) * std::f64::consts::TAU).sin_cos();
                    numbers[half] = radius * cos;
                    numbers[half + 1] = radius * sin;
                }
            }
        }
        numbers
    }

    /// Returns 32 bits for one neuron, independent of its 16.
    #[cold]
    pub(super) fn fine(self, neuron: usize) -> u32 {
        philox4x32_10(self.counter((self.first + neuron) as u32, FINE), self.key())[0]
    }
}

/// Converts 32 bits to a number between 0 and 1: in the middle of the intervals, so that logarithms are
/// finite.
#[inline(always)]
fn middle(word: u32) -> f64 {
    (f64::from(word) + 0.5) / 2.0_f64.powi(32)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The processor's vectors, and none.
    fn simd() -> [Simd; 2] {
        [Simd::detect(), Simd::default()]
    }

    #[test]
    fn a_number_depends_on_seed_step_and_neuron_alone() {
        let stream = NeuronStream::new(0x1234_5678_9ABC_DEF0, (1 << 32) + 7);
        for simd in simd() {
            let bits = [stream.coarse(simd, 512), stream.coarse(simd, 512 + GROUP)].concat();
            for (neuron, bits) in (512..).zip(bits) {
                let (call, half) = (neuron / 128 * 16 + neuron % 16, neuron % 128 / 16);
                let words = philox4x32_10([call, 0, 7, 1], [0x9ABC_DEF0, 0x1234_5678]);
                let half = words[half as usize / 2] >> (16 * (half % 2));
                assert_eq!(bits, half as u16, "neuron {neuron}");
            }
            let shard = stream.from(512).coarse(simd, 0);
            assert_eq!(stream.coarse(simd, 512), shard, "wherever a shard begins");
        }
    }

    #[test]
    fn normal_numbers_depend_on_seed_step_and_neuron_alone() {
        let stream = NeuronStream::new(3, 5);
        let whole = stream.normal(0);
        assert_eq!(whole[GROUP..], stream.normal(GROUP)[..GROUP]);
        assert_eq!(stream.from(GROUP).normal(0), stream.normal(GROUP));
        assert_ne!(whole, NeuronStream::new(4, 5).normal(0));
        assert_ne!(whole, NeuronStream::new(3, 6).normal(0));
        assert!(whole.iter().all(|number| number.abs() < 6.7));
    }

    #[test]
    fn other_seeds_steps_and_blocks_have_other_numbers() {
        let [simd, _] = simd();
        let first = NeuronStream::new(1, 1).coarse(simd, 0);
        for other in [
            NeuronStream::new(2, 1).coarse(simd, 0),
            NeuronStream::new(1, 2).coarse(simd, 0),
            NeuronStream::new(1, 1).coarse(simd, 256),
        ] {
            let equal = first.iter().zip(other).filter(|(a, b)| **a == *b).count();
            assert!(equal < 3, "{equal} of 128 are equal");
        }
    }
}
