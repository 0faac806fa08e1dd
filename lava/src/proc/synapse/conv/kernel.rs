//! The weights of a convolution, in one order for scattering and in one for gathering.

use super::super::weights::Weight;
use super::geometry::Geometry;

/// The weights of a kernel. Taps count from the first input.
pub(super) struct Kernel<T> {
    /// To scatter: `[group, tap x, input, tap y, output]`, the last tap first.
    columns: Vec<T>,
    /// To gather.
    blocks: Blocks<T>,
}

/// The order of weights in which a few output channels are gathered at once.
enum Blocks<T> {
    /// Every channel of a group receives from every channel: `[group, block, taps, input, lane]`.
    Full { weights: Vec<T>, lanes: usize },
    /// Every channel receives from itself: `[taps, channel]`.
    Channels(Vec<T>),
}

/// Output channels that are computed at once: as many as two vectors hold, or fewer; 4, 8 or 16.
fn lanes<T>(outputs: usize) -> usize {
    let most = 64 / size_of::<T>();
    outputs.next_power_of_two().clamp(4, most)
}

impl<T: Weight> Kernel<T> {
    /// `weight` takes an output channel, two taps and an input channel of its group.
    pub(super) fn new(geometry: &Geometry, weight: impl Fn([usize; 4]) -> T) -> Kernel<T> {
        let [taps_x, taps_y] = geometry.kernel;
        let (inputs, outputs) = (geometry.group_inputs(), geometry.group_outputs());
        let mut columns = Vec::new();
        for group in (0..geometry.output[2]).step_by(outputs) {
            for (x, input) in pairs(taps_x, inputs) {
                for y in (0..taps_y).rev() {
                    let column = group..group + outputs;
                    columns.extend(column.map(|output| weight([output, x, y, input])));
                }
            }
        }
        Kernel {
            columns,
            blocks: Blocks::new(geometry, weight),
        }
    }

    /// The weights of one tap x: `[tap y, output]`, the last tap first.
    #[inline(always)]
    pub(super) fn column(&self, channel: Channel, tap_x: usize) -> &[T] {
        let Channel { column, next, .. } = channel;
        &self.columns[column + tap_x * next..]
    }
}

/// The weights and outputs of an input channel.
#[derive(Clone, Copy)]
pub(super) struct Channel {
    /// The first of the output channels.
    pub(super) output: usize,
    /// The start of its first column, and the distance to the next one.
    column: usize,
    next: usize,
}

impl Channel {
    /// All input channels.
    pub(super) fn all(geometry: &Geometry) -> Vec<Channel> {
        let [taps_x, taps_y] = geometry.kernel;
        let (inputs, outputs) = (geometry.group_inputs(), geometry.group_outputs());
        let column = taps_y * outputs;
        let channel = |channel: usize| {
            let (group, input) = (channel / inputs, channel % inputs);
            Channel {
                output: group * outputs,
                column: (group * taps_x * inputs + input) * column,
                next: inputs * column,
            }
        };
        (0..geometry.input[2]).map(channel).collect()
    }
}

impl<T: Weight> Blocks<T> {
    fn new(geometry: &Geometry, weight: impl Fn([usize; 4]) -> T) -> Blocks<T> {
        let [taps_x, taps_y] = geometry.kernel;
        let (inputs, outputs) = (geometry.group_inputs(), geometry.group_outputs());
        if inputs == 1 && outputs == 1 && geometry.window.groups > 1 {
            let channels = |(x, y)| (0..geometry.output[2]).map(move |channel| [channel, x, y, 0]);
            let weights = pairs(taps_x, taps_y).flat_map(channels).map(weight);
            return Blocks::Channels(weights.collect());
        }
        let lanes = lanes::<T>(outputs);
        let mut weights = Vec::new();
        for group in (0..geometry.output[2]).step_by(outputs) {
            for start in (0..outputs).step_by(lanes) {
                for ((x, y), input) in triples(taps_x, taps_y, inputs) {
                    weights.extend((start..start + lanes).map(|output| {
                        if output < outputs {
                            weight([group + output, x, y, input])
                        } else {
                            T::ZERO
                        }
                    }));
                }
            }
        }
        Blocks::Full { weights, lanes }
    }
}

fn pairs(a: usize, b: usize) -> impl Iterator<Item = (usize, usize)> {
    (0..a).flat_map(move |a| (0..b).map(move |b| (a, b)))
}

fn triples(a: usize, b: usize, c: usize) -> impl Iterator<Item = ((usize, usize), usize)> {
    pairs(a, b).flat_map(move |pair| (0..c).map(move |c| (pair, c)))
}

/// Offsets of the inputs of an output, among the padded inputs of a step.
pub(super) struct Inputs {
    geometry: Geometry,
    /// Runs of consecutive inputs, as distances from the first input.
    runs: Vec<usize>,
    /// The inputs of a run, of one group.
    len: usize,
}

impl Inputs {
    pub(super) fn new(geometry: Geometry) -> Inputs {
        let [taps_x, taps_y] = geometry.kernel;
        let [dilation_x, dilation_y] = geometry.window.dilation;
        let [_, width, channels] = geometry.padded();
        let offset = |(x, y)| (x * dilation_x * width + y * dilation_y) * channels;
        let consecutive = geometry.window.groups == 1 && dilation_y == 1;
        let (taps, len) = if consecutive {
            (1, taps_y * channels)
        } else {
            (taps_y, geometry.group_inputs())
        };
        Inputs {
            runs: pairs(taps_x, taps).map(offset).collect(),
            len,
            geometry,
        }
    }

    /// The offset of the first input of each output position from `first` on.
    fn positions(&self, first: usize) -> impl Iterator<Item = usize> {
        let Geometry { output, window, .. } = self.geometry;
        let [_, width, channels] = self.geometry.padded();
        let row = window.stride[0] * width * channels;
        let step = window.stride[1] * channels;
        let (mut x, mut y) = (first / output[1], first % output[1]);
        std::iter::repeat_with(move || {
            let offset = x * row + y * step;
            y += 1;
            if y == output[1] {
                (x, y) = (x + 1, 0);
            }
            offset
        })
    }

    /// Computes all channels of the output positions from `first` on.
    #[inline(always)]
    pub(super) fn convolve<T: Weight>(
        &self,
        values: &[T],
        kernel: &Kernel<T>,
        first: usize,
        sums: &mut [T],
    ) {
        // The sums of a tile, lanes × positions, stay in registers.
        match &kernel.blocks {
            Blocks::Channels(weights) => match self.geometry.output[2] {
                16.. if size_of::<T>() < 8 => self.channels::<T, 16>(values, weights, first, sums),
                8.. => self.channels::<T, 8>(values, weights, first, sums),
                4.. => self.channels::<T, 4>(values, weights, first, sums),
                _ => self.channels::<T, 1>(values, weights, first, sums),
            },
            Blocks::Full { weights, lanes } => match lanes {
                16 => self.full::<T, 16, 6>(values, weights, first, sums),
                8 if size_of::<T>() < 8 => self.full::<T, 8, 8>(values, weights, first, sums),
                8 => self.full::<T, 8, 6>(values, weights, first, sums),
                _ => self.full::<T, 4, 8>(values, weights, first, sums),
            },
        }
    }

    /// Computes block by block, so that the weights of a block stay in the cache.
    #[inline(always)]
    fn full<T: Weight, const LANES: usize, const POSITIONS: usize>(
        &self,
        values: &[T],
        weights: &[T],
        first: usize,
        sums: &mut [T],
    ) {
        let channels = self.geometry.output[2];
        let (inputs, outputs) = (self.geometry.group_inputs(), self.geometry.group_outputs());
        let mut weights = weights.chunks_exact(self.runs.len() * self.len * LANES);
        for group in 0..self.geometry.window.groups {
            for block in (0..outputs).step_by(LANES) {
                let weights = weights.next().unwrap_or_default();
                let output = group * outputs + block;
                let width = LANES.min(outputs - block);
                let mut positions = self.positions(first);
                for sums in sums.chunks_mut(POSITIONS * channels) {
                    let at = batch(&mut positions, sums.len() / channels);
                    let at = at.map(|offset| offset + group * inputs);
                    let tile = self.tile::<T, LANES, POSITIONS>(values, weights, at);
                    for (sums, tile) in sums.chunks_exact_mut(channels).zip(&tile) {
                        sums[output..output + width].copy_from_slice(&tile[..width]);
                    }
                }
            }
        }
    }

    /// The sums of a few positions whose inputs begin at `at`.
    #[inline(always)]
    fn tile<T: Weight, const LANES: usize, const POSITIONS: usize>(
        &self,
        values: &[T],
        weights: &[T],
        at: [usize; POSITIONS],
    ) -> [[T; LANES]; POSITIONS] {
        let mut sums = [[T::ZERO; LANES]; POSITIONS];
        let mut weights = weights.chunks_exact(LANES);
        for run in &self.runs {
            let inputs = at.map(|offset| &values[offset + run..][..self.len]);
            for index in 0..self.len {
                let Some(weights) = weights.next() else {
                    return sums;
                };
                for (sums, inputs) in sums.iter_mut().zip(inputs) {
                    let input = inputs[index];
                    for (sum, weight) in sums.iter_mut().zip(weights) {
                        *sum = sum.plus(weight.times(input));
                    }
                }
            }
        }
        sums
    }

    /// Computes channels that receive from themselves, row by row.
    #[inline(always)]
    fn channels<T: Weight, const LANES: usize>(
        &self,
        values: &[T],
        weights: &[T],
        first: usize,
        sums: &mut [T],
    ) {
        let Geometry { output, window, .. } = self.geometry;
        let [_, width, channels] = self.geometry.padded();
        let (row, step) = (
            window.stride[0] * width * channels,
            window.stride[1] * channels,
        );
        sums.fill(T::ZERO);
        let (mut position, mut left) = (first, sums);
        while !left.is_empty() {
            let (x, y) = (position / output[1], position % output[1]);
            let count = (output[1] - y).min(left.len() / channels);
            let (sums, next) = left.split_at_mut(count * channels);
            let values = &values[x * row + y * step..];
            let mut weights = weights.chunks_exact(channels);
            let mut tap = |run: usize| Tap {
                weights: weights.next().unwrap_or_default(),
                values: &values[run..],
            };
            let (several, rest) = self.runs.as_chunks::<TAPS>();
            for runs in several {
                add_taps::<T, LANES, TAPS>(sums, runs.map(&mut tap), step);
            }
            for run in rest {
                add_taps::<T, LANES, 1>(sums, [tap(*run)], step);
            }
            (position, left) = (position + count, next);
        }
    }
}

/// The taps whose inputs are added at once to the channels of a position.
const TAPS: usize = 4;

/// The inputs of consecutive positions through one tap, and the weight of each channel.
#[derive(Clone, Copy)]
struct Tap<'a, T> {
    weights: &'a [T],
    values: &'a [T],
}

/// Adds to the channels of consecutive positions their inputs through some taps. Those of a position begin `step` behind
/// those of the one before.
#[inline(always)]
fn add_taps<T: Weight, const LANES: usize, const N: usize>(
    sums: &mut [T],
    taps: [Tap<'_, T>; N],
    step: usize,
) {
    let channels = taps.first().map_or(1, |tap| tap.weights.len());
    let whole = channels / LANES * LANES;
    for first in (0..whole).step_by(LANES) {
        let mut weights = [[T::ZERO; LANES]; N];
        for (weights, tap) in weights.iter_mut().zip(&taps) {
            weights.copy_from_slice(&tap.weights[first..][..LANES]);
        }
        for (position, sums) in sums.chunks_exact_mut(channels).enumerate() {
            let sums = &mut sums[first..][..LANES];
            let mut lanes = [T::ZERO; LANES];
            lanes.copy_from_slice(sums);
            for (weights, tap) in weights.iter().zip(&taps) {
                let values = &tap.values[position * step + first..][..LANES];
                for ((sum, weight), value) in lanes.iter_mut().zip(weights).zip(values) {
                    *sum = sum.plus(weight.times(*value));
                }
            }
            sums.copy_from_slice(&lanes);
        }
    }
    for (position, sums) in sums.chunks_exact_mut(channels).enumerate() {
        for tap in &taps {
            let values = &tap.values[position * step + whole..];
            let products = tap.weights[whole..].iter().zip(values);
            for (sum, (weight, value)) in sums[whole..].iter_mut().zip(products) {
                *sum = sum.plus(weight.times(*value));
            }
        }
    }
}

/// The offsets of the next `count` positions; a batch with fewer is padded with offset 0.
#[inline(always)]
fn batch<const POSITIONS: usize>(
    positions: &mut impl Iterator<Item = usize>,
    count: usize,
) -> [usize; POSITIONS] {
    let mut at = [0; POSITIONS];
    at.iter_mut()
        .zip(positions.take(count))
        .for_each(|(at, offset)| *at = offset);
    at
}
