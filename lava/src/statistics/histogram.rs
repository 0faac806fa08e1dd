//! Histograms.

/// The bins of a [`histogram`].
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub enum Bins {
    /// This number of bins of one width, from the smallest to the largest value.
    Number(usize),
    /// Bins of this width, from a multiple of it.
    Width(f64),
}

/// Numbers of values by bin.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Histogram {
    /// The edges of the bins, one more than there are bins.
    pub edges: Vec<f64>,
    /// The number of values in each bin: from its lower edge to its upper, which the last includes.
    pub counts: Vec<u64>,
    /// The number of values that are not finite, which are in no bin.
    pub not_finite: u64,
}

/// The most bins of a histogram.
const MOST_BINS: usize = 10_000;

/// The histogram of values; empty of none that is finite. There are at most 10 000 bins.
///
/// ```
/// use lava::statistics::{Bins, histogram};
///
/// let heights = histogram(&[0.0, 1.0, 1.5, 4.0], Bins::Number(2));
/// assert_eq!((heights.edges, heights.counts), (vec![0.0, 2.0, 4.0], vec![3, 1]));
/// ```
pub fn histogram(values: &[f64], bins: Bins) -> Histogram {
    let finite: Vec<f64> = values
        .iter()
        .copied()
        .filter(|value| value.is_finite())
        .collect();
    let not_finite = (values.len() - finite.len()) as u64;
    let low = finite.iter().copied().fold(f64::INFINITY, f64::min);
    let high = finite.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    if finite.is_empty() {
        return Histogram {
            edges: Vec::new(),
            counts: Vec::new(),
            not_finite,
        };
    }
    let edges = edges(low, high, bins);
    let mut counts = vec![0; edges.len() - 1];
    for value in finite {
        let bin = edges.partition_point(|edge| *edge <= value);
        counts[bin.clamp(1, edges.len() - 1) - 1] += 1;
    }
    Histogram {
        edges,
        counts,
        not_finite,
    }
}

fn edges(low: f64, high: f64, bins: Bins) -> Vec<f64> {
    match bins {
        Bins::Width(width) if width > 0.0 && (high - low) / width < MOST_BINS as f64 => {
            let first = (low / width).floor();
            let count = ((high / width).floor() - first) as usize + 1;
            (0..=count).map(|n| (first + n as f64) * width).collect()
        }
        Bins::Width(_) => edges(low, high, Bins::Number(MOST_BINS)),
        Bins::Number(count) => {
            let count = count.clamp(1, MOST_BINS);
            let (low, high) = if low < high {
                (low, high)
            } else {
                (low - 0.5, high + 0.5)
            };
            let at = |n: usize| low + (high - low) * n as f64 / count as f64;
            (0..=count).map(at).collect()
        }
    }
}
