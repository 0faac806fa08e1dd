//! The Poisson distribution as a table: one random number gives one count.

use super::philox::Stream;

/// Random numbers have 48 bits: 16 for every neuron, and 32 more where those do not decide.
const BITS: u32 = 48;
const FINE_BITS: u32 = 32;

/// In the guide: more bits are needed.
const OPEN: u16 = u16::MAX;

/// The inverse of a Poisson distribution's cumulative distribution function.
///
/// The count for a random number `r` below 2⁴⁸ is the number of thresholds that are not above it.
/// A guide has the answer for all `r` that share their highest bits, where they share it too.
#[derive(Clone, Debug)]
pub(super) struct Table {
    /// The smallest count that has a probability to speak of.
    least: u32,
    /// Of the counts from `least` on: 2⁴⁸ times the probability of at most so many.
    thresholds: Vec<u64>,
    /// By the highest bits of a random number: what to add to `least`.
    guide: Vec<u16>,
    /// How many of the 16 bits the guide does not look at.
    shift: u32,
}

impl Table {
    /// The largest mean: for a larger one the counts would not fit the guide.
    pub(super) const LARGEST: f64 = 1e6;

    /// A table for this mean, with a guide of 2^`guide_bits` entries.
    pub(super) fn new(mean: f64, guide_bits: u32) -> Table {
        let (least, probabilities) = probabilities(mean);
        let mut sum = 0.0;
        let thresholds = probabilities.iter().map(|probability| {
            sum += probability;
            (sum * (1_u64 << BITS) as f64) as u64
        });
        // The last count takes what is left.
        let thresholds: Vec<u64> = thresholds.take(probabilities.len() - 1).collect();
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
        }
    }

    /// The count for 16 random bits; `fine` are 32 more.
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

/// The least count of a Poisson distribution that has a probability to speak of, and the
/// probabilities from there on.
fn probabilities(mean: f64) -> (u32, Vec<f64>) {
    // Far below what 48 bits can show.
    const NEGLIGIBLE: f64 = 1e-20;
    let mode = mean.floor();
    // From the mode, taken as 1, outwards: no factorial, and nothing can overflow.
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

/// A table for each mean that occurs, and which of them every neuron has.
#[derive(Default)]
pub(super) struct Tables {
    tables: Vec<Table>,
    /// By neuron; empty where there is one table.
    which: Vec<u32>,
}

impl Tables {
    /// With one mean per neuron, or one for all.
    pub(super) fn new(means: &[f64]) -> Tables {
        let mut distinct = means.to_vec();
        distinct.sort_by(f64::total_cmp);
        distinct.dedup();
        // Guides of 8 KiB stay in the cache if they are few.
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
        }
    }

    /// The counts of the block at `start`, whose neurons have these 16 bits.
    #[inline(always)]
    pub(super) fn counts(&self, stream: Stream, start: usize, coarse: &[u16], counts: &mut [u32]) {
        let neurons = counts.iter_mut().zip(coarse).zip(start..);
        match &self.tables[..] {
            [table] => neurons.for_each(|((count, coarse), neuron)| {
                *count = table.count(*coarse, || stream.fine(neuron));
            }),
            tables => neurons.for_each(|((count, coarse), neuron)| {
                let table = &tables[self.which[neuron] as usize];
                *count = table.count(*coarse, || stream.fine(neuron));
            }),
        }
    }
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
    fn a_neuron_has_the_table_of_its_own_mean() {
        let means = [2.0, 0.0, 5.0, 2.0];
        let tables = Tables::new(&means);
        let mut counts = [0; 4];
        tables.counts(Stream::new(0, 1), 0, &[40_000; 4], &mut counts);
        for (mean, count) in means.iter().zip(counts) {
            let fine = || unreachable!("16 bits decide");
            assert_eq!(Table::new(*mean, 12).count(40_000, fine), count);
        }
    }
}
