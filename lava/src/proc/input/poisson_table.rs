//! Tables of the Poisson distribution: inversion sampling of counts.

use super::philox::{GROUP, NeuronStream};
use crate::model::{RANKED, Simd, Thresholds};

/// Bits of a random number: 16 for every neuron, and 32 more if they do not decide.
const BITS: u32 = 48;
const FINE_BITS: u32 = 32;

/// Largest number of thresholds at which comparing with each is faster than the guide.
const FEW: usize = 24;

/// Neurons compared in parallel.
const LANES: usize = 64;

/// Entry of the guide whose count depends on further bits.
const OPEN: u16 = u16::MAX;

/// Inverse of the cumulative distribution function of a Poisson distribution.
///
/// The count for a random number `r` below 2⁴⁸ is the number of thresholds not above `r`. The guide
/// is indexed by the highest bits of `r`, and has the count if they determine it.
#[derive(Clone, Debug)]
pub(super) struct Table {
    /// Least count with a non-negligible probability.
    least: u32,
    /// Cumulative probabilities of the counts from `least` on, times 2⁴⁸.
    thresholds: Vec<u64>,
    /// Counts above `least`, by the highest bits of a random number, or [`OPEN`].
    guide: Vec<u16>,
    /// Number of the 16 bits that the guide ignores.
    shift: u32,
    /// The highest 16 bits of the thresholds, except thresholds with all 16 set, if there are at
    /// most [`FEW`].
    few: Option<Few>,
}

/// Thresholds of which there are few.
#[derive(Clone, Debug)]
struct Few {
    thresholds: Vec<u16>,
    /// The same, for the processors that can search them.
    in_registers: Thresholds,
}

// A group is ranked at once.
const _: () = assert!(GROUP == RANKED && FEW <= Thresholds::MOST);

impl Table {
    /// Largest mean: the counts of a larger one do not fit the guide.
    pub(super) const LARGEST: f64 = 1e6;

    /// Computes the table of a mean, with a guide of 2^`guide_bits` entries.
    pub(super) fn new(mean: f64, guide_bits: u32) -> Table {
        let (least, probabilities) = probabilities(mean);
        let mut sum = 0.0;
        let thresholds = probabilities.iter().map(|probability| {
            sum += probability;
            (sum * (1_u64 << BITS) as f64) as u64
        });
        // The last count takes the remaining probability.
        let thresholds: Vec<u64> = thresholds.take(probabilities.len() - 1).collect();
        let coarse = thresholds.iter().map(|threshold| threshold >> FINE_BITS);
        let coarse = coarse.filter_map(|coarse| u16::try_from(coarse).ok());
        let few: Vec<u16> = coarse.filter(|coarse| *coarse < u16::MAX).collect();
        let shift = BITS - guide_bits;
        let cells = 0..1_u64 << guide_bits;
        let guide = cells.map(|cell| {
            let [first, last] = [cell << shift, ((cell + 1) << shift) - 1];
            match [first, last].map(|number| count(&thresholds, number)) {
                [first, last] if first == last => first as u16,
                _ => OPEN,
            }
        });
        Table {
            least,
            guide: guide.collect(),
            shift: shift - FINE_BITS,
            thresholds,
            few: (few.len() <= FEW).then(|| Few {
                in_registers: Thresholds::new(&few),
                thresholds: few,
            }),
        }
    }

    /// Returns the count for 16 random bits; `fine` draws 32 more.
    #[inline(always)]
    pub(super) fn count(&self, coarse: u16, fine: impl FnOnce() -> u32) -> u32 {
        match self.guide[usize::from(coarse >> self.shift)] {
            OPEN => self.search(coarse, fine),
            more => self.least + u32::from(more),
        }
    }

    #[cold]
    fn search(&self, coarse: u16, fine: impl FnOnce() -> u32) -> u32 {
        let first = u64::from(coarse) << FINE_BITS;
        let last = first | u64::from(u32::MAX);
        let more = match [first, last].map(|number| count(&self.thresholds, number)) {
            [first, last] if first == last => first,
            _ => count(&self.thresholds, first | u64::from(fine())),
        };
        self.least + more as u32
    }
}

fn count(thresholds: &[u64], number: u64) -> usize {
    thresholds.partition_point(|threshold| *threshold <= number)
}

/// Returns the least count of a Poisson distribution with a non-negligible probability, and the
/// probabilities from this count on.
fn probabilities(mean: f64) -> (u32, Vec<f64>) {
    // Far below the resolution of 48 bits.
    const NEGLIGIBLE: f64 = 1e-20;
    let mode = mean.floor();
    // From the mode, taken as 1, outwards: without factorials, so nothing overflows.
    let mut probabilities = vec![1.0];
    let (mut least, mut probability) = (mode, 1.0);
    while least > 0.0 && probability > NEGLIGIBLE {
        probability *= least / mean;
        least -= 1.0;
        probabilities.push(probability);
    }
    probabilities.reverse();
    let (mut next, mut probability) = (mode + 1.0, mean / (mode + 1.0));
    while probability > NEGLIGIBLE {
        probabilities.push(probability);
        next += 1.0;
        probability *= mean / next;
    }
    let sum: f64 = probabilities.iter().sum();
    probabilities
        .iter_mut()
        .for_each(|probability| *probability /= sum);
    (least as u32, probabilities)
}

/// Tables of all distinct means, and the table of every neuron.
#[derive(Default)]
pub(super) struct Tables {
    tables: Vec<Table>,
    /// Index of the table, by neuron; empty if there is one table.
    which: Vec<u32>,
    /// For numbers that are drawn and ranked.
    pub(super) simd: Simd,
}

impl Tables {
    /// Computes the tables of one mean per neuron, or of one mean for all.
    pub(super) fn new(means: &[f64]) -> Tables {
        let mut distinct = means.to_vec();
        distinct.sort_by(f64::total_cmp);
        distinct.dedup();
        // Up to 16 guides of 8 KiB fit the cache.
        let guide_bits = if distinct.len() <= 16 { 12 } else { 6 };
        let which = match distinct[..] {
            [_] => Vec::new(),
            _ => means
                .iter()
                .map(|mean| distinct.partition_point(|other| other < mean) as u32)
                .collect(),
        };
        Tables {
            tables: distinct
                .iter()
                .map(|mean| Table::new(*mean, guide_bits))
                .collect(),
            which,
            simd: Simd::detect(),
        }
    }

    /// Computes the counts of the neurons of the group at `start`, above the one that is returned, from 16 random bits
    /// each, the numbers of `stream` in `coarse`. Returns `None` if the neurons have several tables, or one that is
    /// large.
    #[inline(always)]
    pub(super) fn rank(
        &self,
        stream: NeuronStream,
        start: usize,
        coarse: &[u16; GROUP],
        ranks: &mut [u16; GROUP],
    ) -> Option<u32> {
        let [table] = &self.tables[..] else {
            return None;
        };
        let mut open = table.few.as_ref()?.rank(self.simd, coarse, ranks);
        while open != 0 {
            let neuron = open.trailing_zeros() as usize;
            let count = table.search(coarse[neuron], || stream.fine(start + neuron));
            ranks[neuron] = (count - table.least) as u16;
            open &= open - 1;
        }
        Some(table.least)
    }

    /// Computes the counts of the neurons of the group at `start` that `counts` has room for, as
    /// [`rank`](Tables::rank) does.
    #[inline(always)]
    pub(super) fn count(
        &self,
        stream: NeuronStream,
        start: usize,
        coarse: &[u16; GROUP],
        counts: &mut [u32],
    ) {
        for (neuron, (count, coarse)) in counts.iter_mut().zip(coarse).enumerate() {
            let table = match &self.tables[..] {
                [table] => table,
                tables => &tables[self.which[start + neuron] as usize],
            };
            *count = table.count(*coarse, || stream.fine(start + neuron));
        }
    }
}

impl Few {
    /// Counts the thresholds below each number. Returns a bit for each number that needs further bits: that is equal
    /// to a threshold or the largest.
    #[inline(always)]
    fn rank(&self, simd: Simd, numbers: &[u16; GROUP], ranks: &mut [u16; GROUP]) -> u128 {
        let open = simd.rank(&self.in_registers, numbers, ranks);
        open.unwrap_or_else(|| self.compare(numbers, ranks))
    }

    /// Ranks numbers by comparing them with each threshold.
    #[inline(always)]
    fn compare(&self, numbers: &[u16; GROUP], ranks: &mut [u16; GROUP]) -> u128 {
        let mut open = 0;
        for first in (0..GROUP).step_by(LANES) {
            let (below, nearest) = compare(&numbers[first..][..LANES], &self.thresholds);
            ranks[first..][..LANES].copy_from_slice(&below);
            let least = nearest
                .iter()
                .fold(u16::MAX, |least, number| least.min(*number));
            if least == 0 {
                let lanes = (0..LANES).filter(|lane| nearest[*lane] == 0);
                open |= lanes.fold(0, |open, lane| open | 1 << (first + lane));
            }
        }
        open
    }
}

/// Returns for each number the count of `few` below it, and another, 0 if further bits are needed: if it is equal to
/// one of `few` or the largest number.
#[inline(always)]
fn compare(coarse: &[u16], few: &[u16]) -> ([u16; LANES], [u16; LANES]) {
    // SIMD compares signed numbers.
    let signed = |number: u16| (number ^ 0x8000) as i16;
    let mut numbers = [0; LANES];
    let mut below = [0_u16; LANES];
    let mut nearest = [0; LANES];
    let coarse = &coarse[..LANES];
    for lane in 0..LANES {
        numbers[lane] = signed(coarse[lane]);
        nearest[lane] = coarse[lane] ^ u16::MAX;
    }
    for threshold in few {
        let signed = signed(*threshold);
        for lane in 0..LANES {
            // −1 where the number is above. A comparison would be a mask, which AVX-512 has in other registers.
            let above = signed.saturating_sub(numbers[lane]) >> 15;
            below[lane] = below[lane].wrapping_sub(above as u16);
            nearest[lane] = nearest[lane].min(coarse[lane] ^ threshold);
        }
    }
    (below, nearest)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn number(count: u16, fine: u32) -> u64 {
        u64::from(count) << FINE_BITS | u64::from(fine)
    }

    #[test]
    fn thresholds_are_the_cumulative_distribution() {
        let table = Table::new(1.6, 12);
        let (mut probability, mut sum) = ((-1.6_f64).exp(), 0.0);
        for (count, threshold) in table.thresholds.iter().enumerate().take(10) {
            sum += probability;
            assert!((*threshold as f64 / (1_u64 << BITS) as f64 - sum).abs() < 1e-14);
            probability *= 1.6 / (count + 1) as f64;
        }
    }

    #[test]
    fn the_guide_says_what_a_search_would() {
        for (mean, guide_bits) in [(0.0, 12), (0.01, 12), (1.6, 12), (1.6, 6), (150.0, 12)] {
            let table = Table::new(mean, guide_bits);
            for coarse in 0..=u16::MAX {
                for fine in [0, 1 << 31, u32::MAX] {
                    let expected = count(&table.thresholds, number(coarse, fine));
                    let expected = table.least + expected as u32;
                    assert_eq!(
                        table.count(coarse, || fine),
                        expected,
                        "{mean}: {coarse} {fine}"
                    );
                }
            }
        }
    }

    #[test]
    fn large_means_keep_mean_and_variance() {
        for mean in [0.3, 20.0, 1000.0, Table::LARGEST] {
            let (least, probabilities) = probabilities(mean);
            assert!(
                probabilities.len() < usize::from(OPEN),
                "the counts fit the guide"
            );
            let counts = probabilities.iter().zip(least..);
            let moments = counts.fold([0.0; 2], |[first, second], (probability, count)| {
                let distance = f64::from(count) - mean;
                [
                    first + probability * distance,
                    second + probability * distance * distance,
                ]
            });
            assert!(
                moments[0].abs() < 1e-9 * mean.max(1.0),
                "{mean}: {moments:?}"
            );
            assert!(
                (moments[1] / mean - 1.0).abs() < 1e-9,
                "{mean}: {moments:?}"
            );
        }
    }

    #[test]
    fn ranking_says_what_the_guide_does() {
        for mean in [0.0, 0.01, 1.6, 2.1, 4.0, 6.0] {
            let table = Table::new(mean, 12);
            let few = table
                .few
                .as_ref()
                .expect("so small a mean has few thresholds");
            let all: Vec<u16> = (0..=u16::MAX).collect();
            for cells in all.as_chunks::<GROUP>().0 {
                for simd in [Simd::default(), Simd::detect()] {
                    let mut ranks = [0; GROUP];
                    let open = few.rank(simd, cells, &mut ranks);
                    for (neuron, (coarse, rank)) in cells.iter().zip(ranks).enumerate() {
                        let counts = [0, u32::MAX].map(|fine| table.count(*coarse, || fine));
                        let differ = counts[0] != counts[1] || *coarse == u16::MAX;
                        assert_eq!(open >> neuron & 1 == 1, differ, "{mean}: {coarse}");
                        assert!(differ || table.least + u32::from(rank) == counts[0]);
                    }
                }
            }
        }
    }

    #[test]
    fn a_neuron_has_the_table_of_its_own_mean() {
        let means = [2.0, 0.0, 5.0, 2.0];
        let tables = Tables::new(&means);
        let mut counts = [0; 4];
        let coarse = [40_000; GROUP];
        tables.count(NeuronStream::new(0, 1), 0, &coarse, &mut counts);
        for (mean, count) in means.iter().zip(counts) {
            let fine = || unreachable!("16 bits decide");
            assert_eq!(Table::new(*mean, 12).count(40_000, fine), count);
        }
    }
}
