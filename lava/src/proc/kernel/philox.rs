//! Philox 4×32, a counter-based random number generator, several calls at once.

use crate::model::{COUNTERS, PHILOX};

/// The number of calls computed in parallel.
pub(in crate::proc) const LANES: usize = COUNTERS;

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
    const LOW: u64 = 0xFFFF_FFFF;
    let (multipliers, weyl) = PHILOX;
    let multipliers = multipliers.map(u64::from);
    // A word has 64 bits, of which the lower count: SIMD multiplies such words without moving them.
    let [first, second, third, fourth] = counter.map(u64::from);
    let (mut a, mut b) = ([first; LANES], [second; LANES]);
    let (mut c, mut d) = ([third; LANES], [fourth; LANES]);
    for (lane, word) in a.iter_mut().enumerate() {
        *word += lane as u64;
    }
    for _ in 0..ROUNDS {
        for lane in 0..LANES {
            let left = (a[lane] & LOW) * multipliers[0];
            let right = (c[lane] & LOW) * multipliers[1];
            a[lane] = (right >> 32) ^ b[lane] ^ u64::from(key[0]);
            b[lane] = right;
            c[lane] = (left >> 32) ^ d[lane] ^ u64::from(key[1]);
            d[lane] = left;
        }
        key = [key[0].wrapping_add(weyl[0]), key[1].wrapping_add(weyl[1])];
    }
    let mut words = [[0; LANES]; 4];
    for lane in 0..LANES {
        words[0][lane] = a[lane] as u32;
        words[1][lane] = b[lane] as u32;
        words[2][lane] = c[lane] as u32;
        words[3][lane] = d[lane] as u32;
    }
    words
}
