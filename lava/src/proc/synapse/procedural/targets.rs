//! The targets of a source within a leaf.

use std::ops::Range;

use super::super::marks::{is_marked, mark};
use super::tree::Spread;
use super::words::{BATCH, Purpose, RandomWords, WordStream};

/// A target that is none: it is left out.
pub(super) const NONE: u32 = u32::MAX;

/// The targets of up to [`BATCH`] synapses.
pub(super) struct Targets {
    pub(super) targets: [u32; BATCH],
    pub(super) count: usize,
    /// Random words that are left of the choice of targets.
    pub(super) fractions: Option<[u32; BATCH]>,
}

/// Leaves of up to this number of targets leave 16 bits of a word and more.
const MOST_WITH_FRACTIONS: u32 = 1 << 16;

/// Batch `number` of the targets of a leaf, of which the first `count` count, drawn with replacement.
#[inline(always)]
pub(super) fn drawn(
    words: RandomWords,
    number: u32,
    count: usize,
    leaf: &Range<u32>,
    excluded: Option<u32>,
) -> Targets {
    let choices = leaf.end - leaf.start - u32::from(excluded.is_some());
    let drawn = words.batch(Purpose::Targets, number);
    let (mut targets, mut fractions) = ([0; BATCH], [0; BATCH]);
    for i in 0..BATCH {
        targets[i] = ((u64::from(drawn[i]) * u64::from(choices)) >> 32) as u32 + leaf.start;
    }
    for i in 0..BATCH {
        fractions[i] = drawn[i].wrapping_mul(choices);
    }
    if let Some(excluded) = excluded {
        for target in &mut targets {
            *target += u32::from(*target >= excluded);
        }
    }
    Targets {
        targets,
        count,
        fractions: (choices <= MOST_WITH_FRACTIONS).then_some(fractions),
    }
}

/// The gaps between targets that are each drawn with the same probability.
#[derive(Debug, Clone, Copy)]
pub(super) struct Gaps {
    probability: f64,
    /// A gap is this times the binary logarithm of a number between 0 and 1.
    per_octave: f32,
}

impl Gaps {
    /// The probability below which 24 bits of a number are too coarse.
    const SMALL: f64 = 1.0 / 4096.0;

    /// More than the gaps of a batch are in sum, unless the probability is small.
    const BATCH_SUM: u32 = 1 << 23;

    /// `probability` is above 0 and below 1.
    pub(super) fn new(probability: f64) -> Gaps {
        Gaps {
            probability,
            per_octave: (std::f64::consts::LN_2 / (-probability).ln_1p()) as f32,
        }
    }

    /// Batch `number` of the targets of a leaf; `next` is the first that is left. The batch is the last
    /// if it is not full.
    #[inline(always)]
    pub(super) fn drawn(
        &self,
        words: RandomWords,
        number: u32,
        leaf: &Range<u32>,
        next: &mut u32,
        excluded: Option<u32>,
    ) -> Targets {
        let has_long_gaps = self.probability < Gaps::SMALL;
        let mut targets = match has_long_gaps || leaf.end > u32::MAX - Gaps::BATCH_SUM {
            true => self.far_targets(words, number, leaf.end, next),
            false => self.near_targets(&words.batch(Purpose::Targets, number), next),
        };
        let mut count = 0;
        for target in &targets {
            count += u32::from(*target < leaf.end);
        }
        if let Some(excluded) = excluded {
            for target in &mut targets {
                *target = if *target == excluded { NONE } else { *target };
            }
        }
        Targets {
            targets,
            count: count as usize,
            fractions: None,
        }
    }

    #[inline(always)]
    fn near_targets(&self, words: &[u32; BATCH], next: &mut u32) -> [u32; BATCH] {
        /// Numbers from here on are whole: the last bits of a sum are the other number, rounded.
        const WHOLE: f32 = (1 << 23) as f32;
        // The number of a target is the sum of the gaps before it and of the targets themselves.
        let mut strides = [0; BATCH];
        for (stride, word) in strides.iter_mut().zip(words) {
            let number = (word >> 8) as i32 as f32 + 0.5;
            let octaves = binary_logarithm(number) - 24.0;
            let rounded = (octaves * self.per_octave + 0.5) + WHOLE;
            *stride = (rounded.to_bits().wrapping_sub(WHOLE.to_bits())).max(1);
        }
        let mut targets = [0; BATCH];
        let mut end = *next;
        for (target, stride) in targets.iter_mut().zip(&strides) {
            end = end.wrapping_add(*stride);
            *target = end;
        }
        *next = end;
        for target in &mut targets {
            *target = target.wrapping_sub(1);
        }
        targets
    }

    /// The targets with gaps from words of 64 bits.
    #[inline(never)]
    fn far_targets(
        &self,
        words: RandomWords,
        number: u32,
        end: u32,
        next: &mut u32,
    ) -> [u32; BATCH] {
        let rate = 1.0 / (-self.probability).ln_1p();
        let [high, low] = [2 * number, 2 * number + 1].map(|n| words.batch(Purpose::Targets, n));
        let mut targets = [0; BATCH];
        for i in 0..BATCH {
            let number = u64::from(high[i]) << 32 | u64::from(low[i]);
            let unit = (number as f64 + 0.5) / 2.0_f64.powi(64);
            let gap = ((-unit).ln_1p() * rate) as u32;
            targets[i] = next.saturating_add(gap).min(end);
            *next = targets[i].saturating_add(1).min(end);
        }
        targets
    }
}

/// The binary logarithm of a positive normal number, to 10⁻⁷.
#[inline(always)]
fn binary_logarithm(number: f32) -> f32 {
    /// The bits of √½.
    const MIDDLE: i32 = 0x3F35_04F3;
    const PER_OCTAVE: f32 = 2.0 * std::f32::consts::LOG2_E;
    let bits = number.to_bits() as i32;
    let octave = (bits - MIDDLE) >> 23;
    let mantissa = f32::from_bits((bits - (octave << 23)) as u32);
    // The series of the area hyperbolic tangent, up to 0.172.
    let z = (mantissa - 1.0) / (mantissa + 1.0);
    let square = z * z;
    let series = 1.0 + square * (1.0 / 3.0 + square * (1.0 / 5.0 + square * (1.0 / 7.0)));
    octave as f32 + PER_OCTAVE * z * series
}

/// Lists `count` different targets of a leaf, of which there are as many. `taken` has a bit for each
/// target of the leaf, all 0, and is left so.
#[inline(never)]
pub(super) fn different(
    words: RandomWords,
    count: usize,
    leaf: &Range<u32>,
    excluded: Option<u32>,
    taken: &mut [u64],
    targets: &mut Vec<u32>,
) {
    targets.clear();
    let spread = Spread {
        with_replacement: false,
        without_autapses: excluded.is_some(),
    };
    let choices = spread.choices(leaf, excluded.unwrap_or(NONE)) as usize;
    // Where more than half are drawn, the others are.
    let draws = count.min(choices - count);
    let mut stream = words.stream(Purpose::Targets);
    if let Some(excluded) = excluded {
        mark(taken, excluded - leaf.start);
    }
    while targets.len() < draws {
        let target = draw(&mut stream, leaf);
        if mark(taken, target - leaf.start) {
            targets.push(target);
        }
    }
    if draws < count {
        targets.clear();
        let is_left = |target: &u32| !is_marked(taken, target - leaf.start);
        targets.extend(leaf.clone().filter(is_left));
    }
    taken[..leaf.len().div_ceil(64)].fill(0);
}

#[inline(always)]
fn draw(stream: &mut WordStream, leaf: &Range<u32>) -> u32 {
    leaf.start + stream.below(leaf.end - leaf.start)
}

impl Targets {
    /// Up to [`BATCH`] targets that are known.
    #[inline(always)]
    pub(super) fn listed(list: &[u32]) -> Targets {
        let mut targets = [NONE; BATCH];
        targets[..list.len()].copy_from_slice(list);
        Targets {
            targets,
            count: list.len(),
            fractions: None,
        }
    }

    /// `count` targets from `start` on.
    #[inline(always)]
    pub(super) fn consecutive(start: u32, count: usize, excluded: Option<u32>) -> Targets {
        let mut targets = [start; BATCH];
        for (target, offset) in targets.iter_mut().zip(0..) {
            *target = start.wrapping_add(offset);
        }
        if let Some(excluded) = excluded {
            for target in &mut targets {
                *target = if *target == excluded { NONE } else { *target };
            }
        }
        Targets {
            targets,
            count,
            fractions: None,
        }
    }
}
