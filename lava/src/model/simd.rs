//! SIMD dispatch: the spike phase, compiled for the widest vectors of the processor.
//!
//! A program is compiled for the baseline of its architecture, so its loops use narrow vectors.
//! [`Simd::run_spk`] compiles a model's spike phase a second time, for AVX2, and [`Simd::run_lrn`] its
//! learning phase: the neuron kernels of the library then take about half as long
//! (`cargo bench --bench population`). A model that asks for it is compiled for AVX-512 as well, which
//! reads several places of a table at once. Results are the same bits: the compiler neither reorders nor
//! contracts floating-point operations.
//!
//! [`Simd::rank`] and [`Simd::philox`] are written in the instructions themselves: that a table fits a register, and
//! that one instruction packs the words of two, the compiler does not see.
//!
//! The invariants of the `unsafe` code: a function compiled for a feature runs only if that feature was
//! detected, and reads and writes whole arrays.

#![allow(unsafe_code)]

use super::loihi::LoihiModel;
use crate::Result;

/// The vector extensions of the processor. Made by [`detect`](Simd::detect) only.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Simd {
    avx2: bool,
    avx512: bool,
}

impl Simd {
    /// Detects AVX2 and AVX-512, each with the extensions that came with it.
    pub(crate) fn detect() -> Simd {
        #[cfg(target_arch = "x86_64")]
        let avx2 = is_x86_feature_detected!("avx2")
            && is_x86_feature_detected!("bmi1")
            && is_x86_feature_detected!("bmi2")
            && is_x86_feature_detected!("lzcnt")
            && is_x86_feature_detected!("popcnt");
        #[cfg(target_arch = "x86_64")]
        let avx512 = avx2
            && is_x86_feature_detected!("avx512f")
            && is_x86_feature_detected!("avx512bw")
            && is_x86_feature_detected!("avx512cd")
            && is_x86_feature_detected!("avx512dq")
            && is_x86_feature_detected!("avx512vl");
        #[cfg(not(target_arch = "x86_64"))]
        let (avx2, avx512) = (false, false);
        Simd { avx2, avx512 }
    }

    /// Runs a model's spike phase. The code that is inlined into it uses the widest vectors.
    #[inline(always)]
    pub(super) fn run_spk<M: LoihiModel>(self, model: &mut M) -> Result<()> {
        #[cfg(target_arch = "x86_64")]
        if M::USES_AVX512 && self.avx512 {
            // SAFETY: `avx512` is true only if each of the features was detected.
            return unsafe { with_avx512(model) };
        }
        #[cfg(target_arch = "x86_64")]
        if self.avx2 {
            // SAFETY: `avx2` is true only if each of the features was detected.
            return unsafe { with_avx2(model) };
        }
        model.run_spk()
    }

    /// Runs a model's learning phase, as [`run_spk`](Simd::run_spk).
    #[inline(always)]
    pub(super) fn run_lrn(self, model: &mut impl LoihiModel) -> Result<()> {
        #[cfg(target_arch = "x86_64")]
        if self.avx2 {
            // SAFETY: `avx2` is true only if each of the features was detected.
            return unsafe { learn_with_avx2(model) };
        }
        model.run_lrn()
    }

    /// Counts the thresholds that are not above each number. Returns a bit for each number that is equal to a
    /// threshold or the largest, or `None` if the processor has no such instructions.
    #[inline(always)]
    pub(crate) fn rank(
        self,
        thresholds: &Thresholds,
        numbers: &[u16; RANKED],
        ranks: &mut [u16; RANKED],
    ) -> Option<u128> {
        #[cfg(target_arch = "x86_64")]
        if self.avx512 {
            // SAFETY: `avx512` is true only if each of the features was detected.
            return Some(unsafe { rank_with_avx512(thresholds, numbers, ranks) });
        }
        None
    }

    /// Computes Philox 4×32 of 16 consecutive counters in `ROUNDS` rounds. Returns the words by counter, or `None` if
    /// the processor has no such instructions.
    #[inline(always)]
    pub(crate) fn philox<const ROUNDS: usize>(
        self,
        counter: [u32; 4],
        key: [u32; 2],
    ) -> Option<[[u32; COUNTERS]; 4]> {
        #[cfg(target_arch = "x86_64")]
        if self.avx512 {
            // SAFETY: `avx512` is true only if each of the features was detected.
            return Some(unsafe { words_with_avx512(philox_with_avx512::<ROUNDS>(counter, key)) });
        }
        None
    }

    /// Computes Philox 4×32-10 of 16 consecutive counters. Returns of each of the four words the lower halves, by
    /// counter, then the upper ones, or `None` if the processor has no such instructions.
    #[inline(always)]
    pub(crate) fn philox_halves(self, counter: [u32; 4], key: [u32; 2]) -> Option<[u16; RANKED]> {
        #[cfg(target_arch = "x86_64")]
        if self.avx512 {
            // SAFETY: `avx512` is true only if each of the features was detected.
            return Some(unsafe { halves_with_avx512(philox_with_avx512::<10>(counter, key)) });
        }
        None
    }
}

/// Counters whose random words are computed at once.
pub(crate) const COUNTERS: usize = 16;

/// Numbers that are drawn and ranked at once.
pub(crate) const RANKED: usize = 128;

/// The multipliers of Philox 4×32, and what the words of its key grow by in a round: Salmon et al. (2011).
pub(crate) const PHILOX: ([u32; 2], [u32; 2]) =
    ([0xD251_1F53, 0xCD9E_8D57], [0x9E37_79B9, 0xBB67_AE85]);

/// Thresholds in the registers that [`Simd::rank`] searches.
#[derive(Clone, Debug)]
pub(crate) struct Thresholds {
    /// The steps of a binary search: what a rank may grow by, and for each rank the threshold that decides it.
    steps: Vec<(u16, [u16; 32])>,
    /// The threshold below each rank; the largest number below 0, and above all.
    below: [u16; 32],
}

impl Thresholds {
    /// Most thresholds that fit: of the 31 that a search of five steps tells apart, one is above all.
    pub(crate) const MOST: usize = 30;

    /// Prepares at most [`MOST`](Thresholds::MOST) ascending thresholds.
    pub(crate) fn new(thresholds: &[u16]) -> Thresholds {
        let at = |index: usize| thresholds.get(index).copied().unwrap_or(u16::MAX);
        let widths = [16, 8, 4, 2, 1].into_iter();
        let needed = widths.skip_while(|width| *width >= thresholds.len() + 2);
        let step = |width: usize| {
            let decides = std::array::from_fn(|rank| at(rank + width - 1));
            (width as u16, decides)
        };
        Thresholds {
            steps: needed.map(step).collect(),
            below: std::array::from_fn(|rank| at(rank.wrapping_sub(1))),
        }
    }
}

/// The bytes of a vector, in a model that is compiled for the widest.
pub(crate) fn vector_bytes() -> usize {
    match Simd::detect() {
        Simd { avx512: true, .. } => 64,
        Simd { avx2: true, .. } => 32,
        _ => 16,
    }
}

/// The spike phase with AVX2, and the integer instructions that came with it.
#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2,bmi1,bmi2,lzcnt,popcnt")]
fn with_avx2(model: &mut impl LoihiModel) -> Result<()> {
    model.run_spk()
}

/// The spike phase with AVX-512, as all processors for servers have it since 2017.
#[cfg(target_arch = "x86_64")]
#[target_feature(
    enable = "avx2,bmi1,bmi2,lzcnt,popcnt,avx512f,avx512bw,avx512cd,avx512dq,avx512vl"
)]
fn with_avx512(model: &mut impl LoihiModel) -> Result<()> {
    model.run_spk()
}

/// The learning phase with the instructions of AVX2.
#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2,bmi1,bmi2,lzcnt,popcnt")]
fn learn_with_avx2(model: &mut impl LoihiModel) -> Result<()> {
    model.run_lrn()
}

/// A binary search for 32 numbers at a time, with the thresholds in registers.
#[cfg(target_arch = "x86_64")]
#[inline]
#[target_feature(enable = "avx512f,avx512bw")]
fn rank_with_avx512(
    thresholds: &Thresholds,
    numbers: &[u16; RANKED],
    ranks: &mut [u16; RANKED],
) -> u128 {
    use std::arch::x86_64::*;
    use std::array::from_fn;
    // SAFETY: the array has the 64 bytes that are read.
    let load = |numbers: &[u16; 32]| unsafe { _mm512_loadu_epi16(numbers.as_ptr().cast()) };
    let (numbers, _) = numbers.as_chunks::<32>();
    let (ranks, _) = ranks.as_chunks_mut::<32>();
    let number: [__m512i; RANKED / 32] = from_fn(|vector| load(&numbers[vector]));
    let mut rank = [_mm512_setzero_si512(); RANKED / 32];
    for (width, decides) in &thresholds.steps {
        let (width, decides) = (_mm512_set1_epi16(*width as i16), load(decides));
        for (rank, number) in rank.iter_mut().zip(number) {
            let threshold = _mm512_permutexvar_epi16(*rank, decides);
            let is_above = _mm512_cmpge_epu16_mask(number, threshold);
            *rank = _mm512_mask_add_epi16(*rank, is_above, *rank, width);
        }
    }
    let (below, mut equal) = (load(&thresholds.below), 0);
    for (vector, (to, rank)) in ranks.iter_mut().zip(rank).enumerate() {
        let threshold = _mm512_permutexvar_epi16(rank, below);
        equal |= u128::from(_mm512_cmpeq_epu16_mask(number[vector], threshold)) << (32 * vector);
        // SAFETY: the array has the 64 bytes that are written.
        unsafe { _mm512_storeu_epi16(to.as_mut_ptr().cast(), rank) };
    }
    equal
}

/// Numbers of 64 bits in a vector.
#[cfg(target_arch = "x86_64")]
const LANES: usize = COUNTERS / 2;

/// Each of four words, of the first eight counters and of the others: the lower half of 64 bits counts.
#[cfg(target_arch = "x86_64")]
type WideWords = [[std::arch::x86_64::__m512i; 2]; 4];

/// Philox 4×32, each word in the lower half of 64 bits, as they are multiplied.
#[cfg(target_arch = "x86_64")]
#[inline]
#[target_feature(enable = "avx512f,avx512bw")]
fn philox_with_avx512<const ROUNDS: usize>(counter: [u32; 4], mut key: [u32; 2]) -> WideWords {
    use std::arch::x86_64::*;
    let all = |word: u32| _mm512_set1_epi64(i64::from(word));
    let lanes = _mm512_set_epi64(7, 6, 5, 4, 3, 2, 1, 0);
    let [first, second, third, fourth] = counter;
    let ((multipliers, weyl), mut words) = (PHILOX, [[all(0); 2]; 4]);
    for half in 0..2 {
        let first = all(first.wrapping_add((half * LANES) as u32));
        let word = [
            _mm512_add_epi64(first, lanes),
            all(second),
            all(third),
            all(fourth),
        ];
        for (words, word) in words.iter_mut().zip(word) {
            words[half] = word;
        }
    }
    for _ in 0..ROUNDS {
        for half in 0..2 {
            let [a, b, c, d] = words.map(|word| word[half]);
            let left = _mm512_mul_epu32(a, all(multipliers[0]));
            let right = _mm512_mul_epu32(c, all(multipliers[1]));
            let mixed = |upper, word, key| {
                _mm512_ternarylogic_epi64::<0x96>(_mm512_srli_epi64::<32>(upper), word, all(key))
            };
            let word = [mixed(right, b, key[0]), right, mixed(left, d, key[1]), left];
            for (words, word) in words.iter_mut().zip(word) {
                words[half] = word;
            }
        }
        key = [key[0].wrapping_add(weyl[0]), key[1].wrapping_add(weyl[1])];
    }
    words
}

/// The words without what is above them.
#[cfg(target_arch = "x86_64")]
#[inline]
#[target_feature(enable = "avx512f")]
fn words_with_avx512(words: WideWords) -> [[u32; COUNTERS]; 4] {
    use std::arch::x86_64::*;
    let mut packed = [[0; COUNTERS]; 4];
    // The places of the words in two vectors of 16 numbers.
    let places: [i32; COUNTERS] = std::array::from_fn(|lane| 2 * lane as i32);
    // SAFETY: the array has the 64 bytes that are read.
    let places = unsafe { _mm512_loadu_epi32(places.as_ptr()) };
    for (to, [low, high]) in packed.iter_mut().zip(words) {
        let words = _mm512_permutex2var_epi32(low, places, high);
        // SAFETY: the array has the 64 bytes that are written.
        unsafe { _mm512_storeu_epi32(to.as_mut_ptr().cast(), words) };
    }
    packed
}

/// The lower halves of each word, then the upper ones.
#[cfg(target_arch = "x86_64")]
#[inline]
#[target_feature(enable = "avx512f,avx512bw")]
fn halves_with_avx512(words: WideWords) -> [u16; RANKED] {
    use std::arch::x86_64::*;
    // The places of the lower halves in two vectors of 32 numbers, then those of the upper ones.
    let places: [u16; 4 * LANES] = std::array::from_fn(|i| (i % 16 * 4 + i / 16) as u16);
    let mut bits = [0; RANKED];
    let (vectors, _) = bits.as_chunks_mut::<{ 4 * LANES }>();
    // SAFETY: the array has the 64 bytes that are read.
    let places = unsafe { _mm512_loadu_epi16(places.as_ptr().cast()) };
    for (to, [low, high]) in vectors.iter_mut().zip(words) {
        let packed = _mm512_permutex2var_epi16(low, places, high);
        // SAFETY: the array has the 64 bytes that are written.
        unsafe { _mm512_storeu_epi16(to.as_mut_ptr().cast(), packed) };
    }
    bits
}
