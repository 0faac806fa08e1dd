//! Evaluation: inputs that are not zero are scattered to their outputs.

use ndarray::{ArcArray, IxDyn};

use super::operator::{LinearMapError, Operator, SpatialAxis, Sweep, matrix};
use crate::proc::kernel::real::Real;

/// A linear map that is ready to be evaluated.
#[derive(Debug)]
pub(super) enum MapKernel<T> {
    /// Maps side by side; weights by column.
    Matrix {
        outputs: usize,
        inputs: usize,
        columns: Vec<T>,
    },
    Elementwise(Vec<T>),
    Sweep(Box<SweepKernel<T>>),
}

/// A convolution, or pooling.
#[derive(Debug)]
pub(super) struct SweepKernel<T> {
    sweep: Sweep,
    /// The outputs that each input meets, on each axis, with the tap.
    meetings: [Vec<Vec<(usize, usize)>>; 2],
    /// `[inputs, taps, taps, outputs of a group]`.
    weights: Vec<T>,
    /// `[extent, extent, outputs]`.
    sums: Vec<T>,
}

impl<T: Real> MapKernel<T> {
    pub(super) fn new(
        operator: &Operator,
        weight: &ArcArray<T, IxDyn>,
    ) -> Result<MapKernel<T>, LinearMapError> {
        let values: Vec<T> = weight.iter().copied().collect();
        if let Some(sweep) = operator.sweep(weight.shape())? {
            return Ok(MapKernel::Sweep(Box::new(SweepKernel::new(sweep, &values))));
        }
        if *operator == Operator::Elementwise {
            return Ok(MapKernel::Elementwise(values));
        }
        let (_, [outputs, inputs]) = matrix(weight.shape())?;
        let mut columns = vec![T::ZERO; values.len()];
        let matrices = values.chunks_exact((outputs * inputs).max(1));
        for (number, rows) in matrices.enumerate() {
            let columns = &mut columns[number * outputs * inputs..][..outputs * inputs];
            for (at, value) in rows.iter().enumerate() {
                columns[at % inputs * outputs + at / inputs] = *value;
            }
        }
        Ok(MapKernel::Matrix {
            outputs,
            inputs,
            columns,
        })
    }

    /// Writes the map of `input` to `out`.
    #[inline(always)]
    pub(super) fn apply(&mut self, input: &[T], out: &mut [T]) {
        match self {
            MapKernel::Matrix {
                outputs,
                inputs,
                columns,
            } => {
                out.fill(T::ZERO);
                for (at, value) in input
                    .iter()
                    .enumerate()
                    .filter(|(_, value)| **value != T::ZERO)
                {
                    let sums = &mut out[at / *inputs * *outputs..][..*outputs];
                    let column = &columns[at * *outputs..][..*outputs];
                    for (sum, weight) in sums.iter_mut().zip(column) {
                        *sum = *sum + *weight * *value;
                    }
                }
            }
            MapKernel::Elementwise(weights) => {
                for ((out, value), weight) in out.iter_mut().zip(input).zip(weights) {
                    *out = *value * *weight;
                }
            }
            MapKernel::Sweep(kernel) => kernel.apply(input, out),
        }
    }
}

impl<T: Real> SweepKernel<T> {
    /// The kernel `[outputs, inputs of a group, taps, taps]`, or one weight for all.
    fn new(sweep: Sweep, kernel: &[T]) -> SweepKernel<T> {
        let of_group = sweep.outputs / sweep.groups;
        let in_group = sweep.channels / sweep.groups;
        let taps = sweep.axes[0].taps * sweep.axes[1].taps;
        let mut weights = Vec::with_capacity(sweep.channels * taps * of_group);
        for channel in 0..sweep.channels {
            let (group, inner) = (channel / in_group, channel % in_group);
            for tap in 0..taps {
                for output in 0..of_group {
                    let output = group * of_group + output;
                    let at = (output * in_group + inner) * taps + tap;
                    weights.push(if kernel.len() == 1 {
                        kernel[0]
                    } else {
                        kernel[at]
                    });
                }
            }
        }
        let area = sweep.axes[0].output * sweep.axes[1].output;
        SweepKernel {
            meetings: sweep
                .axes
                .map(|axis| (0..axis.input).map(|input| meets(&axis, input)).collect()),
            weights,
            sums: vec![T::ZERO; area * sweep.outputs],
            sweep,
        }
    }

    #[inline(always)]
    fn apply(&mut self, input: &[T], out: &mut [T]) {
        let Sweep {
            channels,
            outputs,
            groups,
            axes,
        } = &self.sweep;
        let (of_group, in_group) = (outputs / groups, channels / groups);
        let area = axes[0].input * axes[1].input;
        self.sums.fill(T::ZERO);
        for (at, value) in input
            .iter()
            .enumerate()
            .filter(|(_, value)| **value != T::ZERO)
        {
            let (channel, place) = (at / area, at % area);
            let first = channel / in_group * of_group;
            let rows = &self.meetings[0][place / axes[1].input];
            let columns = &self.meetings[1][place % axes[1].input];
            for (row, row_tap) in rows {
                for (column, column_tap) in columns {
                    let tap = (channel * axes[0].taps + row_tap) * axes[1].taps + column_tap;
                    let weights = &self.weights[tap * of_group..][..of_group];
                    let start = (row * axes[1].output + column) * outputs + first;
                    let sums = &mut self.sums[start..][..of_group];
                    for (sum, weight) in sums.iter_mut().zip(weights) {
                        *sum = *sum + *weight * *value;
                    }
                }
            }
        }
        let area = axes[0].output * axes[1].output;
        for (place, sums) in self.sums.chunks_exact(*outputs).enumerate() {
            for (channel, sum) in sums.iter().enumerate() {
                out[channel * area + place] = *sum;
            }
        }
    }
}

/// The outputs that `input` meets, each with its tap.
fn meets(axis: &SpatialAxis, input: usize) -> Vec<(usize, usize)> {
    let meeting = |tap: usize| {
        let start = (input + axis.before).checked_sub(tap * axis.dilation)?;
        let output = start / axis.stride;
        (start % axis.stride == 0 && output < axis.output).then_some((output, tap))
    };
    (0..axis.taps).filter_map(meeting).collect()
}
