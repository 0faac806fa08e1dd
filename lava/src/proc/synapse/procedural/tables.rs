//! Distributions of weights and delays as tables: a value costs one random word and one line of a table.

use std::hint::select_unpredictable;

use super::error::ProceduralError;
use super::projection::Tables;
use super::words::BATCH;
use crate::proc::synapse::distribution::Sampler;
use crate::proc::synapse::error::SynapseError;
use crate::proc::synapse::synapses::delay_steps;
use crate::process::MAX_DELAY;

/// Bits of a word that number its distance from the nearer end of the distribution.
const TAIL_BITS: u32 = 23;

/// Bits of the mantissa that choose a line within an octave.
const LINE_BITS: u32 = 5;

/// The lines of one half of a distribution: the octaves from 0.5 to 2²³, cut into equal parts.
const LINES: usize = (TAIL_BITS as usize + 1) << LINE_BITS;

/// The inverse of a cumulative distribution function, linear between points that are the denser the
/// nearer they are to an end. It differs from the exact inverse by less than 10⁻⁴ of the standard
/// deviation, and ends where 2⁻²⁵ of the values are beyond.
#[derive(Debug)]
pub(super) struct QuantileTable {
    /// Offset and slope of every line: the lower half, then the upper.
    lines: Box<[[f32; 2]; 2 * LINES]>,
    low: f32,
    high: f32,
}

impl QuantileTable {
    /// Tabulates a distribution; fails if a value is not finite.
    fn new(sampler: &Sampler) -> Result<QuantileTable, SynapseError> {
        let mut lines = Box::new([[0.0; 2]; 2 * LINES]);
        let mut bounds = [f64::INFINITY, f64::NEG_INFINITY];
        for (line, [offset, slope]) in lines.iter_mut().map(|[a, b]| [a, b]).enumerate() {
            let upper = line >= LINES;
            let value = |distance: f64| {
                let tail = distance / f64::from(2 << TAIL_BITS);
                sampler.quantile(if upper { 1.0 - tail } else { tail })
            };
            let ends = [line % LINES, line % LINES + 1].map(line_start);
            let [from, to] = ends.map(value);
            if let Some(value) = [from, to]
                .into_iter()
                .find(|value| !(*value as f32).is_finite())
            {
                return Err(SynapseError::Weight(value));
            }
            let per_unit = (to - from) / (ends[1] - ends[0]);
            *slope = per_unit as f32;
            *offset = (from - per_unit * ends[0]) as f32;
            bounds = [bounds[0].min(from).min(to), bounds[1].max(from).max(to)];
        }
        let [low, high] = bounds.map(|bound| bound as f32);
        Ok(QuantileTable { lines, low, high })
    }

    /// A value for each word.
    #[inline(always)]
    pub(super) fn values(&self, words: &[u32; BATCH]) -> [f32; BATCH] {
        let (mut distances, mut lines) = ([0.0_f32; BATCH], [0_u32; BATCH]);
        for i in 0..BATCH {
            let word = words[i] >> (31 - TAIL_BITS);
            let distance = (word & ((1 << TAIL_BITS) - 1)) as i32 as f32 + 0.5;
            let upper = words[i] >> 31;
            let line = (distance.to_bits() >> (23 - LINE_BITS)) - (126 << LINE_BITS);
            distances[i] = distance;
            lines[i] = line + upper * LINES as u32;
        }
        let mut values = [0.0; BATCH];
        for i in 0..BATCH {
            let [offset, slope] = self.lines[(lines[i] as usize).min(2 * LINES - 1)];
            values[i] = offset + slope * distances[i];
        }
        for value in &mut values {
            *value = value.max(self.low).min(self.high);
        }
        values
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
    pub(super) fn new(sampler: &Sampler) -> Result<WeightTable, SynapseError> {
        match sampler {
            Sampler::Constant(weight) => Ok(WeightTable::Constant(*weight)),
            _ => QuantileTable::new(sampler).map(WeightTable::Quantiles),
        }
    }
}

impl Tables {
    /// The memory that the tables take.
    pub(super) fn bytes(&self) -> usize {
        let weights = match &self.weights {
            WeightTable::Constant(_) => 0,
            WeightTable::Quantiles(table) => size_of_val(table.lines.as_slice()),
        };
        let delays = match &self.delays {
            DelayTable::Constant(_) => 0,
            DelayTable::Cells(cells) => size_of_val(cells.cells.as_slice()),
        };
        size_of::<Tables>() + weights + delays
    }
}

/// The probability below which a delay is left out: it would be drawn once in 10⁹ synapses.
const RARE: f64 = 1e-9;

/// Delays as they are drawn: a whole number of steps each.
#[derive(Debug)]
pub(super) enum DelayTable {
    Constant(u32),
    Cells(DelayCells),
}

/// A table of delays by Walker's method of aliases: the first bits of a word choose a cell, the others
/// one of its two delays.
#[derive(Debug)]
pub(super) struct DelayCells {
    /// A number of cells that is a power of two.
    cells: Vec<DelayCell>,
    /// Bits of a word that choose a cell.
    bits: u32,
    shortest: usize,
    longest: usize,
}

#[derive(Debug, Clone, Copy, Default)]
struct DelayCell {
    /// The share of the first delay, times 2³².
    first_share: u32,
    /// The two delays.
    delays: [u16; 2],
}

impl DelayTable {
    /// Tabulates a distribution of values that are rounded to whole steps.
    pub(super) fn new(sampler: &Sampler) -> Result<DelayTable, SynapseError> {
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
        let bits = (longest - shortest + 1).next_power_of_two().ilog2();
        Ok(DelayTable::Cells(DelayCells {
            cells: cells(&probabilities, shortest, 1 << bits),
            bits,
            shortest,
            longest,
        }))
    }

    /// The shortest and the longest delay, in steps.
    pub(super) fn bounds(&self) -> [usize; 2] {
        match self {
            DelayTable::Constant(delay) => [*delay as usize; 2],
            DelayTable::Cells(cells) => [cells.shortest, cells.longest],
        }
    }
}

impl DelayCells {
    /// A delay for each word.
    #[inline(always)]
    pub(super) fn delays(&self, words: &[u32; BATCH]) -> [u32; BATCH] {
        let mut delays = [0; BATCH];
        for (delay, word) in delays.iter_mut().zip(words) {
            let cell = self.cells[(word >> (32 - self.bits)) as usize];
            let [first, second] = cell.delays;
            let is_first = word << self.bits < cell.first_share;
            *delay = u32::from(select_unpredictable(is_first, first, second));
        }
        delays
    }
}

/// Cells of equal probability that have the given probabilities in sum (Vose 1991).
fn cells(probabilities: &[f64], shortest: usize, count: usize) -> Vec<DelayCell> {
    let mut shares = vec![0.0; count];
    for (share, probability) in shares.iter_mut().zip(probabilities) {
        *share = probability * count as f64;
    }
    let (mut small, mut large): (Vec<usize>, Vec<usize>) =
        (0..count).partition(|cell| shares[*cell] < 1.0);
    let delay = |cell: usize| (shortest + cell.min(probabilities.len() - 1)) as u16;
    let mut cells = vec![DelayCell::default(); count];
    while let (Some(&less), Some(&more)) = (small.last(), large.last()) {
        small.pop();
        cells[less] = DelayCell {
            first_share: (shares[less] * 2.0_f64.powi(32)) as u32,
            delays: [delay(less), delay(more)],
        };
        shares[more] -= 1.0 - shares[less];
        if shares[more] < 1.0 {
            large.pop();
            small.push(more);
        }
    }
    for cell in small.into_iter().chain(large) {
        cells[cell] = DelayCell {
            first_share: u32::MAX,
            delays: [delay(cell); 2],
        };
    }
    cells
}
