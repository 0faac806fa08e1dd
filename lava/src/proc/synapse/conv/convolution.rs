//! What the models of convolutions share: how a step is computed.

use std::ops::Range;

use super::super::super::weights::{Factor, Message, Weight};
use super::geometry::{Geometry, Meetings};
use super::kernel::{Input, Kernel, pieces};
use crate::model::In;

/// How many inputs there are for each that is active, where it takes as long to deliver one by one
/// as to compute all.
const SPARSE: usize = 6;

/// A convolution that is computed in the way that suits a message: input by input where few are
/// active, output by output otherwise. Either way what reaches an output is added in the order of
/// the inputs, so the sums are the same bits.
pub(super) struct Convolution<T> {
    geometry: Geometry,
    kernel: Kernel<T>,
    meetings: [Meetings; 2],
    /// The outputs that the model has.
    elements: Range<usize>,
    pieces: (Vec<usize>, usize),
    /// All inputs, without and with padding.
    numbers: Vec<T>,
    padded: Vec<T>,
    /// The sums of whole places, where the outputs begin or end between the channels of one.
    places: Vec<T>,
}

impl<T: Weight> Convolution<T> {
    /// `weight` is that of an output channel, two taps and an input channel of its group, where
    /// taps count from the input that comes first.
    pub(super) fn new(
        geometry: Geometry,
        elements: Range<usize>,
        weight: impl Fn([usize; 4]) -> T,
    ) -> Convolution<T> {
        let size = |extents: [usize; 3]| extents.iter().product();
        let mut convolution = Convolution {
            kernel: Kernel::new(&geometry, weight),
            meetings: [0, 1].map(|axis| geometry.meetings(axis, 0..geometry.output[axis])),
            pieces: pieces(&geometry),
            numbers: vec![T::ZERO; size(geometry.input)],
            padded: Vec::new(),
            places: Vec::new(),
            elements,
            geometry,
        };
        if geometry.window.padding != [0, 0] {
            convolution.padded = vec![T::ZERO; size(geometry.padded())];
        }
        let places = convolution.places();
        if places.len() * geometry.output[2] != convolution.elements.len() {
            convolution.places = vec![T::ZERO; places.len() * geometry.output[2]];
        }
        convolution.meetings[0] = geometry.meetings(0, convolution.rows());
        convolution
    }

    /// Takes over other weights.
    pub(super) fn replace(&mut self, weight: impl Fn([usize; 4]) -> T) {
        self.kernel = Kernel::new(&self.geometry, weight);
    }

    /// The places that the outputs are in.
    fn places(&self) -> Range<usize> {
        let channels = self.geometry.output[2];
        self.elements.start / channels..self.elements.end.div_ceil(channels)
    }

    /// The rows that the outputs are in.
    fn rows(&self) -> Range<usize> {
        let Range { start, end } = self.places();
        let width = self.geometry.output[1];
        start / width..end.div_ceil(width)
    }

    /// Computes the outputs of a step, multiplied by `2^exponent` in fixed point.
    #[inline(always)]
    pub(super) fn step<M: Message<T>>(
        &mut self,
        s_in: &mut In<M>,
        binary: bool,
        exponent: i32,
        sums: &mut [T],
    ) {
        if M::count(s_in) * SPARSE < self.numbers.len() {
            sums.fill(T::ZERO);
            M::active(s_in, binary, |input, factor| {
                self.deliver(input, sums, factor);
            });
        } else {
            self.all(s_in, binary, sums);
        }
        sums.iter_mut().for_each(|sum| *sum = sum.message(exponent));
    }

    /// Adds what one input sends to all outputs that it meets.
    #[inline(always)]
    fn deliver(&self, input: usize, sums: &mut [T], factor: impl Factor<T>) {
        let Geometry {
            input: [_, inputs_y, inputs],
            output: [_, outputs_y, outputs],
            ..
        } = self.geometry;
        let (place, channel) = (input / inputs, input % inputs);
        let (x, y) = (place / inputs_y, place % inputs_y);
        let group = channel / self.geometry.group_inputs();
        let group_outputs = self.geometry.group_outputs();
        let Range { start, end } = self.elements;
        for &(x, tap_x) in self.meetings[0].of(x) {
            for &(y, tap_y) in self.meetings[1].of(y) {
                let place = x as usize * outputs_y + y as usize;
                let first = place * outputs + group * group_outputs;
                let mine = first.max(start)..(first + group_outputs).min(end);
                if mine.is_empty() {
                    continue;
                }
                let tap = tap_x as usize * self.geometry.kernel[1] + tap_y as usize;
                let sums = &mut sums[mine.start - start..mine.end - start];
                let skip = mine.start - first;
                self.kernel
                    .add(&self.geometry, sums, skip, (tap, channel), factor);
            }
        }
    }

    /// Computes all outputs from all inputs.
    #[inline(always)]
    fn all<M: Message<T>>(&mut self, s_in: &mut In<M>, binary: bool, sums: &mut [T]) {
        let mut values = M::numbers(s_in, binary, &mut self.numbers);
        if !self.padded.is_empty() {
            pad(&self.geometry, values, &mut self.padded);
            values = &self.padded;
        }
        let (pieces, len) = &self.pieces;
        let input = Input::new(&self.geometry, values, (pieces, *len));
        let channels = self.geometry.output[2];
        let first = self.elements.start / channels;
        if self.places.is_empty() {
            input.convolve(&self.kernel, first, sums);
        } else {
            input.convolve(&self.kernel, first, &mut self.places);
            let skip = self.elements.start - first * channels;
            sums.copy_from_slice(&self.places[skip..][..sums.len()]);
        }
    }
}

/// Copies the inputs between their padding.
#[inline(always)]
fn pad<T: Weight>(geometry: &Geometry, values: &[T], padded: &mut [T]) {
    let [_, width, channels] = geometry.input;
    let [_, padded_width, _] = geometry.padded();
    let [above, left] = geometry.window.padding;
    let rows = padded.chunks_exact_mut(padded_width * channels);
    let values = values.chunks_exact(width * channels);
    for (row, values) in rows.skip(above).zip(values) {
        row[left * channels..][..values.len()].copy_from_slice(values);
    }
}
