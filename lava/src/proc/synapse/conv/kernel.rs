//! The weights of a convolution, laid out for the two ways in which it is computed.

use super::super::weights::Weight;
use super::geometry::Geometry;

/// The weights of a kernel. Taps count from the input that comes first.
pub(super) struct Kernel<T> {
    /// `[group, tap x, input, tap y, output]`, the last tap first, for single inputs.
    columns: Vec<T>,
    /// For all inputs.
    blocks: Blocks<T>,
}

/// A few output channels at once.
enum Blocks<T> {
    /// Every channel of a group receives from every channel: `[group, block, taps, input, lane]`.
    Full { weights: Vec<T>, lanes: usize },
    /// Every channel by itself: `[taps, channel]`.
    Channels(Vec<T>),
}

/// How many output channels are computed at once: as many as two vectors hold, or fewer; 4, 8 or
/// 16.
fn lanes<T>(outputs: usize) -> usize {
    let most = 64 / size_of::<T>();
    outputs.next_power_of_two().clamp(4, most)
}

impl<T: Weight> Kernel<T> {
    /// `weight` is that of an output channel, two taps and an input channel of its group.
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

/// What an input channel sends to.
#[derive(Clone, Copy)]
pub(super) struct Channel {
    /// The first of the output channels.
    pub(super) output: usize,
    /// Where its columns begin, and how far it is from one to the next.
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
                    weights.extend((start..start + lanes).map(|output| match output < outputs {
                        true => weight([group + output, x, y, input]),
                        false => T::ZERO,
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

/// Where the outputs find their inputs among those of a step, with their padding.
pub(super) struct Inputs {
    geometry: Geometry,
    /// Where the inputs of an output begin, from its first one on: as few pieces as follow each
    /// other.
    pieces: Vec<usize>,
    /// The inputs of each piece, of one group.
    len: usize,
}

impl Inputs {
    pub(super) fn new(geometry: Geometry) -> Inputs {
        let [taps_x, taps_y] = geometry.kernel;
        let [dilation_x, dilation_y] = geometry.window.dilation;
        let [_, width, channels] = geometry.padded();
        let place = |(x, y)| (x * dilation_x * width + y * dilation_y) * channels;
        let together = geometry.window.groups == 1 && dilation_y == 1;
        let (taps, len) = match together {
            true => (1, taps_y * channels),
            false => (taps_y, geometry.group_inputs()),
        };
        Inputs {
            pieces: pairs(taps_x, taps).map(place).collect(),
            len,
            geometry,
        }
    }

    /// Where the inputs of the places from `first` on begin.
    fn places(&self, first: usize) -> impl Iterator<Item = usize> {
        let Geometry { output, window, .. } = self.geometry;
        let [_, width, channels] = self.geometry.padded();
        let row = window.stride[0] * width * channels;
        let step = window.stride[1] * channels;
        let (mut x, mut y) = (first / output[1], first % output[1]);
        std::iter::repeat_with(move || {
            let place = x * row + y * step;
            y += 1;
            if y == output[1] {
                (x, y) = (x + 1, 0);
            }
            place
        })
    }

    /// Computes all channels of the places from `first` on.
    #[inline(always)]
    pub(super) fn convolve<T: Weight>(
        &self,
        values: &[T],
        kernel: &Kernel<T>,
        first: usize,
        sums: &mut [T],
    ) {
        // The sums of so many lanes and places stay in registers.
        match &kernel.blocks {
            Blocks::Channels(weights) => match self.geometry.output[2] {
                16.. if size_of::<T>() < 8 => {
                    self.channels::<T, 16, 4>(values, weights, first, sums);
                }
                8.. => self.channels::<T, 8, 4>(values, weights, first, sums),
                4.. => self.channels::<T, 4, 8>(values, weights, first, sums),
                _ => self.channels::<T, 1, 8>(values, weights, first, sums),
            },
            Blocks::Full { weights, lanes } => match lanes {
                16 => self.full::<T, 16, 6>(values, weights, first, sums),
                8 if size_of::<T>() < 8 => self.full::<T, 8, 8>(values, weights, first, sums),
                8 => self.full::<T, 8, 6>(values, weights, first, sums),
                _ => self.full::<T, 4, 8>(values, weights, first, sums),
            },
        }
    }

    /// Block by block, so that the weights of a block stay in the cache.
    #[inline(always)]
    fn full<T: Weight, const LANES: usize, const PLACES: usize>(
        &self,
        values: &[T],
        weights: &[T],
        first: usize,
        sums: &mut [T],
    ) {
        let channels = self.geometry.output[2];
        let (inputs, outputs) = (self.geometry.group_inputs(), self.geometry.group_outputs());
        let mut weights = weights.chunks_exact(self.pieces.len() * self.len * LANES);
        for group in 0..self.geometry.window.groups {
            for block in (0..outputs).step_by(LANES) {
                let weights = weights.next().unwrap_or_default();
                let output = group * outputs + block;
                let width = LANES.min(outputs - block);
                let mut places = self.places(first);
                for sums in sums.chunks_mut(PLACES * channels) {
                    let at = batch(&mut places, sums.len() / channels);
                    let at = at.map(|place| place + group * inputs);
                    let tile = self.tile::<T, LANES, PLACES>(values, weights, at);
                    for (sums, tile) in sums.chunks_exact_mut(channels).zip(&tile) {
                        sums[output..output + width].copy_from_slice(&tile[..width]);
                    }
                }
            }
        }
    }

    /// The sums of a few places, whose inputs begin there.
    #[inline(always)]
    fn tile<T: Weight, const LANES: usize, const PLACES: usize>(
        &self,
        values: &[T],
        weights: &[T],
        at: [usize; PLACES],
    ) -> [[T; LANES]; PLACES] {
        let mut sums = [[T::ZERO; LANES]; PLACES];
        let mut weights = weights.chunks_exact(LANES);
        for piece in &self.pieces {
            let inputs = at.map(|place| &values[place + piece..][..self.len]);
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

    /// Every channel by itself, of at least as many as there are lanes.
    #[inline(always)]
    fn channels<T: Weight, const LANES: usize, const PLACES: usize>(
        &self,
        values: &[T],
        weights: &[T],
        first: usize,
        sums: &mut [T],
    ) {
        let channels = self.geometry.output[2];
        let mut places = self.places(first);
        for sums in sums.chunks_mut(PLACES * channels) {
            let at = batch(&mut places, sums.len() / channels);
            for block in (0..channels).step_by(LANES) {
                let block = block.min(channels - LANES);
                let tile = self.channel_tile::<T, LANES, PLACES>(values, weights, at, block);
                for (sums, tile) in sums.chunks_exact_mut(channels).zip(&tile) {
                    sums[block..block + LANES].copy_from_slice(tile);
                }
            }
        }
    }

    /// The sums of some channels from `block` on at a few places.
    #[inline(always)]
    fn channel_tile<T: Weight, const LANES: usize, const PLACES: usize>(
        &self,
        values: &[T],
        weights: &[T],
        at: [usize; PLACES],
        block: usize,
    ) -> [[T; LANES]; PLACES] {
        let mut sums = [[T::ZERO; LANES]; PLACES];
        let weights = weights.chunks_exact(self.geometry.output[2]);
        for (piece, weights) in self.pieces.iter().zip(weights) {
            let weights = &weights[block..block + LANES];
            for (sums, at) in sums.iter_mut().zip(at) {
                let inputs = &values[at + piece + block..][..LANES];
                for ((sum, weight), input) in sums.iter_mut().zip(weights).zip(inputs) {
                    *sum = sum.plus(weight.times(*input));
                }
            }
        }
        sums
    }
}

/// Where the next places begin; what is left at the end is computed several times rather than
/// fewer at once.
#[inline(always)]
fn batch<const PLACES: usize>(
    places: &mut impl Iterator<Item = usize>,
    count: usize,
) -> [usize; PLACES] {
    let mut at = [0; PLACES];
    at.iter_mut()
        .zip(places.take(count))
        .for_each(|(at, place)| *at = place);
    at
}
