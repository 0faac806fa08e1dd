//! The computation of a convolution's step.

use std::ops::Range;

use super::super::active::ActiveInputs;
use super::super::dense::add;
use super::super::weights::{Factor, Message, Weight};
use super::geometry::{Geometry, Meetings};
use super::kernel::{Channel, Inputs, Kernel};
use crate::model::In;

/// Returns `true` if it takes less time to scatter the active inputs than to gather all.
#[inline(always)]
fn are_few(active: usize, inputs: usize) -> bool {
    /// Inputs per active one at which either takes as long.
    const SPARSE: usize = 9;
    active * SPARSE < inputs
}

/// A convolution that scatters inputs if few are active, and gathers outputs otherwise. Either way
/// contributions are added in the order of the inputs, so the sums are the same bits.
pub(super) struct Convolution<T> {
    geometry: Geometry,
    /// The outputs of the model's shard.
    elements: Range<usize>,
    kernel: Kernel<T>,
    scatter: InputScatter,
    inputs: Inputs,
    /// All inputs, without and with padding.
    numbers: Vec<T>,
    padded: Vec<T>,
    /// The sums of whole rows, if the shard begins or ends within a row.
    rows: Vec<T>,
}

impl<T: Weight> Convolution<T> {
    /// `weight` takes an output channel, two taps and an input channel of its group; taps count
    /// from the first input.
    pub(super) fn new(
        geometry: Geometry,
        elements: Range<usize>,
        weight: impl Fn([usize; 4]) -> T,
    ) -> Convolution<T> {
        let size = |extents: [usize; 3]| extents.iter().product();
        let row = geometry.output[1] * geometry.output[2];
        let rows = elements.start / row..elements.end.div_ceil(row);
        let zeros = |needed: bool, len: usize| vec![T::ZERO; if needed { len } else { 0 }];
        Convolution {
            kernel: Kernel::new(&geometry, weight),
            numbers: zeros(true, size(geometry.input)),
            padded: zeros(geometry.window.padding != [0, 0], size(geometry.padded())),
            rows: zeros(rows.len() * row != elements.len(), rows.len() * row),
            scatter: InputScatter::new(&geometry, rows),
            inputs: Inputs::new(geometry),
            elements,
            geometry,
        }
    }

    /// Replaces the weights.
    pub(super) fn replace(&mut self, weight: impl Fn([usize; 4]) -> T) {
        self.kernel = Kernel::new(&self.geometry, weight);
    }

    /// Computes the outputs of a step for each of `samples` samples, in fixed point times `2^exponent`. `active`
    /// takes the inputs of a batch.
    #[inline(always)]
    pub(super) fn step<M: Message<T>>(
        &mut self,
        s_in: &mut In<M>,
        (active, samples): (&mut ActiveInputs<M::Factor>, usize),
        binary: bool,
        exponent: i32,
        outputs: &mut [T],
    ) {
        if samples > 1 {
            active.receive(s_in, binary, samples);
            self.step_batch(active, exponent, outputs);
        } else {
            self.step_single(s_in, binary, exponent, outputs);
        }
    }

    #[inline(always)]
    fn step_batch<F: Factor<T>>(
        &mut self,
        active: &ActiveInputs<F>,
        exponent: i32,
        outputs: &mut [T],
    ) {
        for (sample, outputs) in outputs.chunks_exact_mut(self.elements.len()).enumerate() {
            let active = active.of(sample);
            if are_few(active.len(), self.numbers.len()) {
                outputs.fill(T::ZERO);
                for (input, factor) in active {
                    self.scatter
                        .add(&self.kernel, *input as usize, *factor, outputs);
                }
            } else {
                self.numbers.fill(T::ZERO);
                for (input, factor) in active {
                    self.numbers[*input as usize] = factor.apply(T::ONE);
                }
                let values = padded(&self.geometry, &self.numbers, &mut self.padded);
                self.inputs.convolve(values, &self.kernel, 0, outputs);
            }
            outputs
                .iter_mut()
                .for_each(|sum| *sum = sum.message(exponent));
        }
    }

    #[inline(always)]
    fn step_single<M: Message<T>>(
        &mut self,
        s_in: &mut In<M>,
        binary: bool,
        exponent: i32,
        outputs: &mut [T],
    ) {
        let whole = self.rows.is_empty();
        let sums = if whole { &mut *outputs } else { &mut self.rows };
        let row = self.geometry.output[1] * self.geometry.output[2];
        let skip = self.elements.start % row;
        if are_few(M::count(s_in), self.numbers.len()) {
            sums.fill(T::ZERO);
            for (input, factor) in M::active(s_in, binary) {
                self.scatter.add(&self.kernel, input, factor, sums);
            }
        } else {
            let values = M::numbers(s_in, binary, &mut self.numbers);
            let values = padded(&self.geometry, values, &mut self.padded);
            // From the position of the first output to that of the last.
            let channels = self.geometry.output[2];
            let position = self.elements.start / channels;
            let end = (skip + self.elements.len()).next_multiple_of(channels);
            let sums = &mut sums[skip / channels * channels..end];
            self.inputs.convolve(values, &self.kernel, position, sums);
        }
        if !whole {
            outputs.copy_from_slice(&self.rows[skip..][..outputs.len()]);
        }
        outputs
            .iter_mut()
            .for_each(|sum| *sum = sum.message(exponent));
    }
}

/// Scatters single inputs to the outputs that they meet.
struct InputScatter {
    /// The second extent of the input, and its channels.
    inputs: [u32; 2],
    channels: Vec<Channel>,
    /// The outputs that the inputs of either axis meet, in the rows of the shard.
    meetings: [Meetings; 2],
    first_row: usize,
    /// The elements of a row, and of a position.
    row: usize,
    position: usize,
    /// The output channels of a group.
    group: usize,
    taps_y: usize,
}

impl InputScatter {
    fn new(geometry: &Geometry, rows: Range<usize>) -> InputScatter {
        let [_, width, position] = geometry.output;
        InputScatter {
            inputs: [geometry.input[1] as u32, geometry.input[2] as u32],
            channels: Channel::all(geometry),
            first_row: rows.start,
            meetings: [geometry.meetings(0, rows), geometry.meetings(1, 0..width)],
            row: width * position,
            position,
            group: geometry.group_outputs(),
            taps_y: geometry.kernel[1],
        }
    }

    /// Adds the contributions of one input to all outputs that it meets.
    #[inline(always)]
    fn add<T: Weight>(
        &self,
        kernel: &Kernel<T>,
        input: usize,
        factor: impl Factor<T>,
        sums: &mut [T],
    ) {
        let [width, channels] = self.inputs;
        let (position, channel) = (input as u32 / channels, input as u32 % channels);
        let channel = self.channels[channel as usize];
        let runs = self.meetings[1].of((position % width) as usize);
        for (row, tap) in self.meetings[0].pairs((position / width) as usize) {
            let column = kernel.column(channel, tap);
            let row = &mut sums[(row - self.first_row) * self.row..][..self.row];
            for run in runs {
                let [output, tap, len] = [run.output, run.tap, run.len].map(|n| n as usize);
                let weights = &column[(self.taps_y - 1 - tap) * self.group..];
                let weights = &weights[..len * self.group];
                let sums = &mut row[output * self.position..];
                if self.group == self.position {
                    add(sums, weights, factor);
                    continue;
                }
                let sums = sums.chunks_exact_mut(self.position);
                for (sums, weights) in sums.zip(weights.chunks_exact(self.group)) {
                    add(&mut sums[channel.output..], weights, factor);
                }
            }
        }
    }
}

/// Returns the inputs between their padding: in `padded`, which is empty if there is none.
#[inline(always)]
fn padded<'a, T: Weight>(geometry: &Geometry, values: &'a [T], padded: &'a mut [T]) -> &'a [T] {
    if padded.is_empty() {
        return values;
    }
    let [_, width, channels] = geometry.input;
    let [_, padded_width, _] = geometry.padded();
    let [above, left] = geometry.window.padding;
    let rows = padded.chunks_exact_mut(padded_width * channels);
    let values = values.chunks_exact(width * channels);
    for (row, values) in rows.skip(above).zip(values) {
        row[left * channels..][..values.len()].copy_from_slice(values);
    }
    padded
}

#[cfg(test)]
mod tests {
    use super::are_few;

    #[test]
    fn fewer_than_one_in_nine_are_few() {
        for (active, inputs, few) in [
            (0, 1, true),
            (0, 0, false),
            (1, 9, false),
            (1, 10, true),
            (20, 180, false),
            (20, 181, true),
        ] {
            assert_eq!(are_few(active, inputs), few, "{active} of {inputs}");
        }
    }
}
