//! Philox 4×32, a counter-based random number generator, several calls at once.

/// The number of calls computed in parallel.
pub(in crate::proc) const LANES: usize = 16;

/// Computes Philox 4×32 of [`LANES`] consecutive counters, word by word, in `ROUNDS` rounds: with 10, a
/// vectorised `philox4x32_10`. The authors recommend 10, and found 7 to be enough for all of their
/// statistical tests.
///
/// Source: Salmon et al. (2011), *Parallel random numbers: as easy as 1, 2, 3*, SC11.
#[inline(always)]
pub(in crate::proc) fn side_by_side<const ROUNDS: usize>(
    counter: [u32; 4],
    mut key: [u32; 2],
) -> [[u32; LANES]; 4] {
    const MULTIPLIERS: [u32; 2] = [0xD251_1F53, 0xCD9E_8D57];
    const WEYL: [u32; 2] = [0x9E37_79B9, 0xBB67_AE85];
    let mut first = [counter[0]; LANES];
    for (word, lane) in first.iter_mut().zip(0..) {
        *word += lane;
    }
    let [_, second, third, fourth] = counter.map(|word| [word; LANES]);
    let mut words = [first, second, third, fourth];
    for _ in 0..ROUNDS {
        // High and low half of a product are computed in loops of their own: SIMD has an
        // instruction for either.
        let high = |word: u32, by: u32| ((u64::from(word) * u64::from(by)) >> 32) as u32;
        let [a, b, c, d] = words;
        for lane in 0..LANES {
            words[0][lane] = high(c[lane], MULTIPLIERS[1]) ^ b[lane] ^ key[0];
        }
        for lane in 0..LANES {
            words[1][lane] = c[lane].wrapping_mul(MULTIPLIERS[1]);
        }
        for lane in 0..LANES {
            words[2][lane] = high(a[lane], MULTIPLIERS[0]) ^ d[lane] ^ key[1];
        }
        for lane in 0..LANES {
            words[3][lane] = a[lane].wrapping_mul(MULTIPLIERS[0]);
        }
        key = [0, 1].map(|half| key[half].wrapping_add(WEYL[half]));
    }
    words
}
