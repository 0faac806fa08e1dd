//! The weights of a convolution, laid out for the two ways in which it is computed.

use std::array;

use super::super::super::weights::{Factor, Weight};
use super::super::dense::add;
use super::geometry::Geometry;

/// How many outputs of a row are computed at once: with as many lanes as [`lanes`] says, their
/// sums stay in registers.
const PLACES: usize = 6;

/// The weights of a kernel. Taps count from the input that comes first.
pub(super) enum Kernel<T> {
    /// Every output channel of a group receives from every input channel.
    Full {
        /// `[group, taps, input, output]`, for single inputs.
        columns: Vec<T>,
        /// `[group, block, taps, input, lane]`, for all inputs; a block has the outputs of a few
        /// lanes.
        blocks: Vec<T>,
        lanes: usize,
    },
    /// Every channel by itself: `[taps, channel]`.
    Channels(Vec<T>),
}

/// How many output channels are computed at once: as many as two vectors hold, or fewer.
fn lanes<T>(outputs: usize) -> usize {
    let most = 64 / size_of::<T>();
    outputs.next_power_of_two().clamp(4, most)
}

impl<T: Weight> Kernel<T> {
    /// `weight` is that of an output channel, two taps and an input channel of its group.
    pub(super) fn new(geometry: &Geometry, weight: impl Fn([usize; 4]) -> T) -> Kernel<T> {
        let [taps_x, taps_y] = geometry.kernel;
        let (inputs, outputs) = (geometry.group_inputs(), geometry.group_outputs());
        let groups = geometry.window.groups;
        let taps = || (0..taps_x).flat_map(|x| (0..taps_y).map(move |y| (x, y)));
        if inputs == 1 && outputs == 1 && groups > 1 {
            let channels = |(x, y)| (0..groups).map(move |channel| [channel, x, y, 0]);
            return Kernel::Channels(taps().flat_map(channels).map(weight).collect());
        }
        let lanes = lanes::<T>(outputs);
        let (mut columns, mut blocks) = (Vec::new(), Vec::new());
        for first in (0..groups).map(|group| group * outputs) {
            for (x, y) in taps() {
                for input in 0..inputs {
                    let column = first..first + outputs;
                    columns.extend(column.map(|output| weight([output, x, y, input])));
                }
            }
            for start in (0..outputs).step_by(lanes) {
                for (x, y) in taps() {
                    for input in 0..inputs {
                        blocks.extend((start..start + lanes).map(|output| {
                            let at = [first + output, x, y, input];
                            if output < outputs {
                                weight(at)
                            } else {
                                T::ZERO
                            }
                        }));
                    }
                }
            }
        }
        Kernel::Full {
            columns,
            blocks,
            lanes,
        }
    }

    /// Adds what an input channel sends through a tap to outputs of its group, of which `sums`
    /// are those from `skip` on.
    #[inline(always)]
    pub(super) fn add(
        &self,
        geometry: &Geometry,
        sums: &mut [T],
        skip: usize,
        (tap, channel): (usize, usize),
        factor: impl Factor<T>,
    ) {
        match self {
            Kernel::Full { columns, .. } => {
                let (inputs, outputs) = (geometry.group_inputs(), geometry.group_outputs());
                let [taps_x, taps_y] = geometry.kernel;
                let (group, input) = (channel / inputs, channel % inputs);
                let column = ((group * taps_x * taps_y + tap) * inputs + input) * outputs;
                add(sums, &columns[column + skip..], factor);
            }
            Kernel::Channels(weights) => {
                let weight = &weights[tap * geometry.input[2] + channel..][..1];
                add(sums, weight, factor);
            }
        }
    }
}

/// All inputs of a step, with their padding, and where the outputs find theirs.
pub(super) struct Input<'a, T> {
    geometry: &'a Geometry,
    values: &'a [T],
    /// Where the taps of an output begin in the values, from its first input on: as few pieces as
    /// follow each other, all of `len`.
    pieces: &'a [usize],
    len: usize,
}

/// The pieces in which the inputs of an output follow each other, and how long each is.
pub(super) fn pieces(geometry: &Geometry) -> (Vec<usize>, usize) {
    let [taps_x, taps_y] = geometry.kernel;
    let [dilation_x, dilation_y] = geometry.window.dilation;
    let [_, width, channels] = geometry.padded();
    let row = |tap: usize| tap * dilation_x * width * channels;
    if geometry.window.groups == 1 && dilation_y == 1 {
        return ((0..taps_x).map(row).collect(), taps_y * channels);
    }
    let taps = (0..taps_x).flat_map(|x| (0..taps_y).map(move |y| (x, y)));
    let place = |(x, y)| row(x) + y * dilation_y * channels;
    (taps.map(place).collect(), geometry.group_inputs())
}

impl<'a, T: Weight> Input<'a, T> {
    pub(super) fn new(
        geometry: &'a Geometry,
        values: &'a [T],
        (pieces, len): (&'a [usize], usize),
    ) -> Input<'a, T> {
        Input {
            geometry,
            values,
            pieces,
            len,
        }
    }

    /// Where the inputs of an output place begin.
    #[inline(always)]
    fn place(&self, place: usize) -> usize {
        let Geometry { output, window, .. } = self.geometry;
        let [_, width, channels] = self.geometry.padded();
        let (x, y) = (place / output[1], place % output[1]);
        (x * window.stride[0] * width + y * window.stride[1]) * channels
    }

    /// Computes the places `first .. first + sums / channels`, all their channels.
    #[inline(always)]
    pub(super) fn convolve(&self, kernel: &Kernel<T>, first: usize, sums: &mut [T]) {
        match kernel {
            Kernel::Channels(weights) => self.channels(weights, first, sums),
            Kernel::Full { blocks, lanes, .. } => match *lanes {
                4 => self.full::<4>(blocks, first, sums),
                8 => self.full::<8>(blocks, first, sums),
                _ => self.full::<16>(blocks, first, sums),
            },
        }
    }

    #[inline(always)]
    fn channels(&self, weights: &[T], first: usize, sums: &mut [T]) {
        let channels = self.geometry.output[2];
        for (place, sums) in (first..).zip(sums.chunks_exact_mut(channels)) {
            let start = self.place(place);
            sums.fill(T::ZERO);
            for (piece, weights) in self.pieces.iter().zip(weights.chunks_exact(channels)) {
                let inputs = &self.values[start + piece..][..channels];
                for ((sum, input), weight) in sums.iter_mut().zip(inputs).zip(weights) {
                    *sum = sum.plus(weight.times(*input));
                }
            }
        }
    }

    /// Block by block, so that the weights of a block stay in the cache, and a few places at once.
    #[inline(always)]
    fn full<const LANES: usize>(&self, blocks: &[T], first: usize, sums: &mut [T]) {
        let channels = self.geometry.output[2];
        let (inputs, outputs) = (self.geometry.group_inputs(), self.geometry.group_outputs());
        let places = sums.len() / channels;
        let mut blocks = blocks.chunks_exact(self.pieces.len() * self.len * LANES);
        for group in 0..self.geometry.window.groups {
            for block in (0..outputs).step_by(LANES) {
                let weights = blocks.next().unwrap_or_default();
                let output = group * outputs + block;
                let width = LANES.min(outputs - block);
                for start in (0..places).step_by(PLACES) {
                    // The last ones are computed twice rather than fewer at once.
                    let place = |n: usize| (start + n).min(places - 1);
                    let at = array::from_fn(|n| self.place(first + place(n)) + group * inputs);
                    let tile = self.tile::<LANES>(weights, at);
                    for (n, tile) in tile.iter().enumerate() {
                        let sums = &mut sums[place(n) * channels + output..][..width];
                        sums.copy_from_slice(&tile[..width]);
                    }
                }
            }
        }
    }

    /// The sums of some places, whose inputs begin there.
    #[inline(always)]
    fn tile<const LANES: usize>(&self, weights: &[T], at: [usize; PLACES]) -> [[T; LANES]; PLACES] {
        let mut sums = [[T::ZERO; LANES]; PLACES];
        let mut weights = weights.chunks_exact(LANES);
        for piece in self.pieces {
            let inputs: [&[T]; PLACES] =
                array::from_fn(|n| &self.values[at[n] + piece..][..self.len]);
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
}
