//! Delays of the weights of a matrix, and the addition of its columns to sums by delay.

use std::hint::select_unpredictable;

use ndarray::Axis;

use super::active::ActiveInputs;
use super::dense::add;
use super::weights::{Factor, Weight};
use crate::model::vector_bytes;
use crate::process::{Dims, Init, VarField};

/// The outputs whose sums are gone through at once.
const LANES: usize = 16;
/// The inputs of which a batch adds the columns for all samples before it goes on: these stay in the cache.
const BLOCK_INPUTS: usize = 64;

/// The delays of a matrix. The sums to which its columns are added lie delay by delay, for each delay those of all
/// samples of a batch together. Contributions to a sum are added in the order of the inputs.
#[derive(Default)]
pub(super) struct ColumnDelays {
    outputs: usize,
    /// The outputs of all samples that the model computes.
    stride: usize,
    form: DelayForm,
}

/// The delays, column by column.
enum DelayForm {
    /// One delay for each column.
    Uniform(Vec<usize>),
    /// Delays of a few steps. The sums of every delay are gone through in vectors, with a mask of the outputs that
    /// have this delay.
    Few { delays: Vec<u8>, steps: usize },
    /// The offsets of the sums, one for each weight.
    Many(Vec<u32>),
}

impl Default for DelayForm {
    fn default() -> DelayForm {
        DelayForm::Uniform(Vec::new())
    }
}

impl ColumnDelays {
    /// Takes delays `[outputs, inputs]` that are less than `steps`, for sums of type `T`.
    pub(super) fn new<T>(
        delays: &Init<i32>,
        [outputs, inputs]: [usize; 2],
        samples: usize,
        steps: usize,
    ) -> ColumnDelays {
        let delays = delays.read(&Dims::from([outputs, inputs]));
        let columns = delays.axis_iter(Axis(1));
        let columns: Vec<Vec<usize>> = columns
            .map(|column| column.iter().map(|delay| *delay as usize).collect())
            .collect();
        let stride = samples * outputs;
        let is_uniform = |column: &Vec<usize>| column.windows(2).all(|pair| pair[0] == pair[1]);
        let form = if columns.iter().all(is_uniform) {
            let first = |column: &Vec<usize>| column.first().copied().unwrap_or(0);
            DelayForm::Uniform(columns.iter().map(first).collect())
        } else if steps <= vector_bytes() / size_of::<T>() {
            let delays = columns.iter().flatten().map(|delay| *delay as u8).collect();
            DelayForm::Few { delays, steps }
        } else {
            let offset = |(output, delay): (usize, &usize)| (delay * stride + output) as u32;
            let offsets = columns
                .iter()
                .flat_map(|column| column.iter().enumerate().map(offset));
            DelayForm::Many(offsets.collect())
        };
        ColumnDelays {
            outputs,
            stride,
            form,
        }
    }

    /// Adds the columns of the active inputs, which `column` returns, each times its factor. Returns `true` if any
    /// input is active.
    #[inline(always)]
    pub(super) fn add_active<'a, T: Weight, F: Factor<T>>(
        &self,
        sums: &mut [T],
        active: impl Iterator<Item = (usize, F)>,
        column: impl Fn(usize) -> &'a [T],
    ) -> bool {
        let mut any = false;
        let active = active.inspect(|_| any = true);
        match &self.form {
            DelayForm::Uniform(delays) => {
                for (input, factor) in active {
                    add(
                        &mut sums[delays[input] * self.stride..],
                        column(input),
                        factor,
                    );
                }
            }
            DelayForm::Few { delays, steps } => {
                let columns = active.map(|(input, factor)| MaskedColumn {
                    weights: column(input),
                    delays: &delays[input * self.outputs..][..self.outputs],
                    factor,
                });
                self.add_all_masked(sums, *steps, columns);
            }
            DelayForm::Many(offsets) => {
                for (input, factor) in active {
                    let offsets = &offsets[input * self.outputs..][..self.outputs];
                    for (offset, weight) in offsets.iter().zip(column(input)) {
                        let sum = &mut sums[*offset as usize];
                        *sum = sum.plus(factor.apply(*weight));
                    }
                }
            }
        }
        any
    }

    /// Adds the columns of the inputs that are active in each sample of a batch.
    #[inline(always)]
    pub(super) fn add_batch<'a, T: Weight, F: Factor<T>>(
        &self,
        sums: &mut [T],
        active: &ActiveInputs<F>,
        inputs: usize,
        column: impl Fn(usize) -> &'a [T],
    ) {
        for start in (0..inputs).step_by(BLOCK_INPUTS) {
            for sample in 0..active.samples() {
                let active = active.within(sample, start..start + BLOCK_INPUTS).iter();
                let active = active.map(|(input, factor)| (*input as usize, *factor));
                self.add_active(&mut sums[sample * self.outputs..], active, &column);
            }
        }
    }

    /// Adds columns, four at once as long as there are.
    #[inline(always)]
    fn add_all_masked<'a, T: Weight, F: Factor<T>>(
        &self,
        sums: &mut [T],
        steps: usize,
        columns: impl Iterator<Item = MaskedColumn<'a, T, F>>,
    ) {
        let mut columns = columns.fuse();
        while let Some(first) = columns.next() {
            match [columns.next(), columns.next(), columns.next()] {
                [Some(second), Some(third), Some(fourth)] => {
                    self.add_masked(sums, steps, [first, second, third, fourth]);
                }
                rest => {
                    for last in [Some(first)].into_iter().chain(rest).flatten() {
                        self.add_masked(sums, steps, [last]);
                    }
                }
            }
        }
    }

    /// Adds a few columns, one after the other.
    #[inline(always)]
    fn add_masked<T: Weight, F: Factor<T>, const N: usize>(
        &self,
        sums: &mut [T],
        steps: usize,
        columns: [MaskedColumn<'_, T, F>; N],
    ) {
        let whole = self.outputs / LANES * LANES;
        for first in (0..whole).step_by(LANES) {
            let (mut contributions, mut delays) = ([[T::ZERO; LANES]; N], [[0; LANES]; N]);
            for (n, column) in columns.iter().enumerate() {
                column.read(first, &mut contributions[n], &mut delays[n]);
            }
            for step in 0..steps {
                let sums = &mut sums[step * self.stride + first..][..LANES];
                let mut lanes = [T::ZERO; LANES];
                lanes.copy_from_slice(sums);
                for (contributions, delays) in contributions.iter().zip(&delays) {
                    for lane in 0..LANES {
                        let sum = lanes[lane].plus(contributions[lane]);
                        let has_delay = delays[lane] == step as u8;
                        lanes[lane] = select_unpredictable(has_delay, sum, lanes[lane]);
                    }
                }
                sums.copy_from_slice(&lanes);
            }
        }
        for column in columns {
            for output in whole..self.outputs {
                let sum = &mut sums[usize::from(column.delays[output]) * self.stride + output];
                *sum = sum.plus(column.factor.apply(column.weights[output]));
            }
        }
    }
}

/// The column of an active input.
struct MaskedColumn<'a, T, F> {
    weights: &'a [T],
    delays: &'a [u8],
    factor: F,
}

impl<T: Weight, F: Factor<T>> MaskedColumn<'_, T, F> {
    /// Computes the contributions to the outputs from `first` on, and reads their delays.
    #[inline(always)]
    fn read(&self, first: usize, contributions: &mut [T; LANES], delays: &mut [u8; LANES]) {
        delays.copy_from_slice(&self.delays[first..][..LANES]);
        let weights = &self.weights[first..][..LANES];
        for (contribution, weight) in contributions.iter_mut().zip(weights) {
            *contribution = self.factor.apply(*weight);
        }
    }
}

#[cfg(test)]
mod tests {
    use ndarray::Array2;
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn contributions_are_added_one_by_one_in_the_order_of_the_inputs(
            outputs in 1..40_usize,
            numbers in prop::collection::vec(-2.0..2.0_f32, 0..11),
            steps in prop_oneof![1..5_usize, 30..40_usize],
            seed in 0..1000_usize,
        ) {
            let inputs = numbers.len();
            let delay = |output, input| (output * 7 + input * 13 + seed) % steps;
            let delays = Array2::from_shape_fn((outputs, inputs), |(to, from)| delay(to, from) as i32);
            let weight = |output, input| 0.1 + ((output * 31 + input * 17 + seed) % 97) as f32;
            let columns: Vec<Vec<f32>> = (0..inputs)
                .map(|input| (0..outputs).map(|output| weight(output, input)).collect())
                .collect();
            let mut sums: Vec<f32> = (0..steps * outputs).map(|sum| sum as f32 / 3.0).collect();
            let mut expected = sums.clone();
            for (input, number) in numbers.iter().enumerate() {
                for output in 0..outputs {
                    expected[delay(output, input) * outputs + output] += weight(output, input) * number;
                }
            }
            let matrix = [outputs, inputs];
            let delays = ColumnDelays::new::<f32>(&Init::new(delays), matrix, 1, steps);
            let active = numbers.iter().copied().enumerate();
            let any = delays.add_active(&mut sums, active, |input| &columns[input]);
            prop_assert_eq!(any, inputs > 0);
            prop_assert_eq!(sums, expected);
        }
    }
}
