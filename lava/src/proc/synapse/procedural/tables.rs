//! Distributions of weights and delays as tables: a value costs one random word and one line of a table.

use std::sync::{Arc, Mutex, PoisonError, Weak};

use super::error::ProceduralError;
use super::words::BATCH;
use crate::proc::synapse::distribution::{Distribution, Sampler};
use crate::proc::synapse::error::SynapseError;
use crate::proc::synapse::projection::Projection;
use crate::proc::synapse::synapses::delay_steps;
use crate::process::MAX_DELAY;

/// Bits of a word that number its distance from the nearer end of the distribution.
const TAIL_BITS: u32 = 23;

/// Bits of the mantissa that choose a line within an octave.
const LINE_BITS: u32 = 5;

/// The lines of one half of a distribution: the octaves from 0.5 to 2²³, cut into equal parts; there is
/// room for more, so that an index needs no check.
const LINES: usize = 1024;
const _: () = assert!((TAIL_BITS as usize + 1) << LINE_BITS <= LINES);

/// The inverse of a cumulative distribution function, linear between points that are the denser the
/// nearer they are to an end. It differs from the exact inverse by less than 10⁻⁴ of the standard
/// deviation, and ends where 2⁻²⁵ of the values are beyond.
#[derive(Debug)]
pub(super) struct QuantileTable {
    /// The lines of the lower half, then of the upper: the bits of the offset, and of the slope above them. A line is
    /// one number, as it is read at once then.
    lines: Box<[u64; 2 * LINES]>,
    low: f32,
    high: f32,
}

impl QuantileTable {
    /// Tabulates a distribution; fails if a value is not finite.
    fn new(sampler: &Sampler) -> Result<QuantileTable, SynapseError> {
        let mut table = QuantileTable {
            lines: Box::new([0; 2 * LINES]),
            low: f32::INFINITY,
            high: f32::NEG_INFINITY,
        };
        for half in [0, 1] {
            let value = |distance: f64| {
                let tail = distance / f64::from(2 << TAIL_BITS);
                sampler.quantile(if half == 1 { 1.0 - tail } else { tail })
            };
            for line in 0..(TAIL_BITS as usize + 1) << LINE_BITS {
                let ends = [line_start(line), line_start(line + 1)];
                let [from, to] = ends.map(value);
                for value in [from, to] {
                    if !(value as f32).is_finite() {
                        return Err(SynapseError::Weight(value));
                    }
                    table.low = table.low.min(value as f32);
                    table.high = table.high.max(value as f32);
                }
                let slope = (to - from) / (ends[1] - ends[0]);
                let offset = from - slope * ends[0];
                let [offset, slope] =
                    [offset, slope].map(|value| u64::from((value as f32).to_bits()));
                table.lines[half * LINES + line] = slope << 32 | offset;
            }
        }
        Ok(table)
    }

    /// A value for each word.
    #[inline(always)]
    pub(super) fn values(&self, words: &[u32; BATCH]) -> [f32; BATCH] {
        // Three loops, of which the first and the last are vectorised in any case.
        let (mut distances, mut lines) = ([0.0_f32; BATCH], [0_u32; BATCH]);
        for i in 0..BATCH {
            let bits = (words[i] >> (31 - TAIL_BITS)) & ((1 << TAIL_BITS) - 1);
            let distance = bits as i32 as f32 + 0.5;
            let line = (distance.to_bits() >> (23 - LINE_BITS)) - (126 << LINE_BITS);
            distances[i] = distance;
            lines[i] = line + (words[i] >> 31) * LINES as u32;
        }
        let mut values = [0.0; BATCH];
        interpolate(&mut values, &lines, &distances, &self.lines);
        for value in &mut values {
            let above = if *value < self.low { self.low } else { *value };
            *value = if above > self.high { self.high } else { above };
        }
        values
    }
}

/// The values of lines at distances: a function, whose arguments are known not to overlap, so that the
/// lines are read together.
#[inline(always)]
fn interpolate(
    values: &mut [f32; BATCH],
    numbers: &[u32; BATCH],
    distances: &[f32; BATCH],
    lines: &[u64; 2 * LINES],
) {
    for i in 0..BATCH {
        let line = lines[numbers[i] as usize % (2 * LINES)];
        let [offset, slope] = [line, line >> 32].map(|bits| f32::from_bits(bits as u32));
        values[i] = offset + slope * distances[i];
    }
}

/// The distance at which a line starts.
fn line_start(line: usize) -> f64 {
    let (octave, part) = (line >> LINE_BITS, line & ((1 << LINE_BITS) - 1));
    let mantissa = 1.0 + part as f64 / f64::from(1 << LINE_BITS);
    mantissa * 2.0_f64.powi(octave as i32 - 1)
}

/// Weights as they are drawn.
#[derive(Debug)]
pub(super) enum WeightTable {
    Constant(f64),
    Quantiles(QuantileTable),
}

impl WeightTable {
    fn new(sampler: &Sampler) -> Result<WeightTable, SynapseError> {
        match sampler {
            Sampler::Constant(weight) => Ok(WeightTable::Constant(*weight)),
            _ => QuantileTable::new(sampler).map(WeightTable::Quantiles),
        }
    }
}

/// The distributions of a projection, which do not depend on its seed.
#[derive(Clone, Debug)]
pub(super) struct DrawTables {
    pub(super) weights: Arc<WeightTable>,
    pub(super) delays: Arc<DelayTable>,
}

/// The tables that are in use, by the texts of their distributions: projections with the same distribution share a
/// table, which thus stays in the processor's cache.
struct TableCache<T>(Mutex<Vec<(String, Weak<T>)>>);

static WEIGHTS: TableCache<WeightTable> = TableCache(Mutex::new(Vec::new()));
static DELAYS: TableCache<DelayTable> = TableCache(Mutex::new(Vec::new()));

impl<T> TableCache<T> {
    /// The table of a distribution: one that is in use, or a new one.
    fn table(
        &self,
        distribution: Distribution,
        new: impl FnOnce() -> Result<T, SynapseError>,
    ) -> Result<Arc<T>, SynapseError> {
        // Other numbers have other texts.
        let text = format!("{distribution:?}");
        let mut tables = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        tables.retain(|(_, table)| table.strong_count() > 0);
        let same = tables.iter().find(|(other, _)| *other == text);
        if let Some(table) = same.and_then(|(_, table)| table.upgrade()) {
            return Ok(table);
        }
        let table = Arc::new(new()?);
        tables.push((text, Arc::downgrade(&table)));
        Ok(table)
    }
}

impl DrawTables {
    /// The tables of a projection.
    pub(super) fn of(projection: &Projection) -> Result<DrawTables, SynapseError> {
        Ok(DrawTables {
            weights: WEIGHTS.table(projection.weights, || {
                WeightTable::new(&projection.weights.sampler(false)?)
            })?,
            delays: DELAYS.table(projection.delays, || {
                DelayTable::new(&projection.delay_sampler()?)
            })?,
        })
    }

    /// The memory that the tables take.
    pub(super) fn bytes(&self) -> usize {
        let weights = match &*self.weights {
            WeightTable::Constant(_) => 0,
            WeightTable::Quantiles(table) => size_of_val(table.lines.as_slice()),
        };
        let delays = match &*self.delays {
            DelayTable::Constant(_) => 0,
            DelayTable::Few(cells) => size_of_val(cells.cells.as_slice()),
            DelayTable::Many(cells) => size_of_val(cells.cells.as_slice()),
        };
        size_of::<DrawTables>() + weights + delays
    }
}

/// The probability below which a delay is left out: it would be drawn once in 10⁹ synapses.
const RARE: f64 = 1e-9;

/// Delays as they are drawn: a whole number of steps each.
#[derive(Debug)]
pub(super) enum DelayTable {
    Constant(u32),
    /// Up to 256 different delays.
    Few(DelayCells<8>),
    Many(DelayCells<16>),
}

/// A table of delays by Walker's method of aliases: the first `BITS` bits of a word choose a cell, the
/// others one of its two delays.
#[derive(Debug)]
pub(super) struct DelayCells<const BITS: u32> {
    /// The two delays of a cell, 16 bits each, the first lowest; above them the share of the first, times 2³². A cell
    /// is one number, as it is read at once then. There are 2^`BITS`.
    cells: Vec<u64>,
    bounds: [usize; 2],
}

impl DelayTable {
    /// Tabulates a distribution of values that are rounded to whole steps.
    fn new(sampler: &Sampler) -> Result<DelayTable, SynapseError> {
        let (low, high) = sampler.bounds();
        let (least, most) = (0.5, MAX_DELAY as f64 + 0.5);
        for (bound, is_beyond) in [(low, low < least), (high, high >= most)] {
            let share = if bound == low {
                sampler.below(least.next_down())
            } else {
                1.0 - sampler.below(most.next_down())
            };
            if is_beyond && share > RARE {
                return Err(ProceduralError::Delays(bound).into());
            }
        }
        let bound = |drawn: f64| delay_steps(drawn.clamp(1.0, MAX_DELAY as f64));
        let (mut shortest, mut longest) = (bound(low)?, bound(high)?);
        let up_to = |delay: usize| sampler.below((delay as f64 + 0.5).next_down());
        while shortest < longest && up_to(shortest) < RARE {
            shortest += 1;
        }
        while shortest < longest && 1.0 - up_to(longest - 1) < RARE {
            longest -= 1;
        }
        if shortest == longest {
            return Ok(DelayTable::Constant(shortest as u32));
        }
        let mut below = 0.0;
        let probabilities = (shortest..=longest).map(|delay| {
            let (from, to) = (below, if delay == longest { 1.0 } else { up_to(delay) });
            below = to;
            to - from
        });
        let probabilities: Vec<f64> = probabilities.collect();
        Ok(match probabilities.len() <= 1 << 8 {
            true => DelayTable::Few(DelayCells::new(&probabilities, shortest)),
            false => DelayTable::Many(DelayCells::new(&probabilities, shortest)),
        })
    }

    /// The shortest and the longest delay, in steps.
    pub(super) fn bounds(&self) -> [usize; 2] {
        match self {
            DelayTable::Constant(delay) => [*delay as usize; 2],
            DelayTable::Few(cells) => cells.bounds,
            DelayTable::Many(cells) => cells.bounds,
        }
    }
}

impl<const BITS: u32> DelayCells<BITS> {
    /// Cells that have the given probabilities of the delays from `shortest` on in sum (Vose 1991).
    fn new(probabilities: &[f64], shortest: usize) -> DelayCells<BITS> {
        let count = 1 << BITS;
        let mut shares = vec![0.0; count];
        for (share, probability) in shares.iter_mut().zip(probabilities) {
            *share = probability * count as f64;
        }
        let (mut small, mut large): (Vec<usize>, Vec<usize>) =
            (0..count).partition(|cell| shares[*cell] < 1.0);
        let longest = shortest + probabilities.len() - 1;
        let delay = |cell: usize| (shortest + cell).min(longest) as u64;
        let cell =
            |first: u64, second: u64, share: u32| u64::from(share) << 32 | second << 16 | first;
        let whole = |number: usize| cell(delay(number), delay(number), u32::MAX);
        let mut cells: Vec<u64> = (0..count).map(whole).collect();
        while let (Some(&less), Some(&more)) = (small.last(), large.last()) {
            small.pop();
            let share = (shares[less] * 2.0_f64.powi(32)) as u32;
            cells[less] = cell(delay(less), delay(more), share);
            shares[more] -= 1.0 - shares[less];
            if shares[more] < 1.0 {
                large.pop();
                small.push(more);
            }
        }
        DelayCells {
            cells,
            bounds: [shortest, longest],
        }
    }

    /// A delay for each word.
    #[inline(always)]
    pub(super) fn delays(&self, words: &[u32; BATCH]) -> [u32; BATCH] {
        let mut delays = [0; BATCH];
        // The length is known to the compiler, and an index of `BITS` bits needs no check.
        choose::<BITS>(&mut delays, words, &self.cells[..1 << BITS]);
        delays
    }
}

/// The delays of cells: a function, whose arguments are known not to overlap, so that the cells are read
/// together.
#[inline(always)]
fn choose<const BITS: u32>(delays: &mut [u32; BATCH], words: &[u32; BATCH], cells: &[u64]) {
    let cells = &cells[..1 << BITS];
    for (delay, word) in delays.iter_mut().zip(words) {
        let cell = cells[(word >> (32 - BITS)) as usize];
        let (pair, share) = (cell as u32, (cell >> 32) as u32);
        let is_second = word << BITS >= share;
        *delay = (pair >> (16 * u32::from(is_second))) & 0xFFFF;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables_in_use_are_shared_by_projections_with_the_same_distribution() {
        let tables = |low: f64| {
            let weights = Distribution::Uniform { low, high: 1.0 };
            let projection = Projection::new(10, 10).weights(weights);
            DrawTables::of(&projection).expect("there is such a projection")
        };
        let first = tables(0.0);
        assert!(Arc::ptr_eq(&first.weights, &tables(0.0).weights));
        assert!(!Arc::ptr_eq(&first.weights, &tables(-0.0).weights));
        let old = Arc::downgrade(&first.weights);
        drop(first);
        assert!(
            old.upgrade().is_none(),
            "a table that nobody uses is dropped"
        );
    }
}
