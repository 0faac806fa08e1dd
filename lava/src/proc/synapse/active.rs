//! The inputs that are active in a step, sample by sample, and sums of their weights.

use std::ops::Range;

use super::weights::{Factor, Message, Weight};
use crate::model::In;

/// The active inputs of each sample of a batch, ascending, with the factors of their weights.
pub(super) struct ActiveInputs<F> {
    inputs: Vec<(u32, F)>,
    /// The end of each sample's inputs.
    ends: Vec<usize>,
    /// The next input of each sample, in going through them.
    next: Vec<usize>,
}

impl<F> Default for ActiveInputs<F> {
    fn default() -> Self {
        ActiveInputs {
            inputs: Vec::new(),
            ends: Vec::new(),
            next: Vec::new(),
        }
    }
}

impl<F: Copy> ActiveInputs<F> {
    /// Takes the inputs of a step in, of `samples` samples. Returns `true` if any is active.
    #[inline(always)]
    pub(super) fn receive<T: Weight, M: Message<T, Factor = F>>(
        &mut self,
        s_in: &mut In<M>,
        binary: bool,
        samples: usize,
    ) -> bool {
        let all: usize = s_in.shape().iter().product();
        let inputs = all / samples;
        self.inputs.clear();
        self.inputs.reserve(all);
        self.ends.clear();
        self.ends.reserve(samples);
        let mut first = 0;
        for (element, factor) in M::active(s_in, binary) {
            while element >= first + inputs {
                self.ends.push(self.inputs.len());
                first += inputs;
            }
            self.inputs.push(((element - first) as u32, factor));
        }
        self.ends.resize(samples, self.inputs.len());
        !self.inputs.is_empty()
    }

    /// The active inputs of a sample.
    #[inline(always)]
    pub(super) fn of(&self, sample: usize) -> &[(u32, F)] {
        let start = sample.checked_sub(1).map_or(0, |before| self.ends[before]);
        &self.inputs[start..self.ends[sample]]
    }

    /// The active inputs of a sample among `inputs`.
    #[inline(always)]
    pub(super) fn within(&self, sample: usize, inputs: Range<usize>) -> &[(u32, F)] {
        let all = self.of(sample);
        let before = |end: usize| all.partition_point(|(input, _)| (*input as usize) < end);
        &all[before(inputs.start)..before(inputs.end)]
    }

    /// The number of samples.
    pub(super) fn samples(&self) -> usize {
        self.ends.len()
    }

    /// Calls `act` with each active input, its sample and its factor, the samples of an input one after the
    /// other: what belongs to an input is read once for all samples.
    #[inline(always)]
    pub(super) fn for_each_input(&mut self, mut act: impl FnMut(usize, usize, F)) {
        let ActiveInputs { inputs, ends, next } = self;
        let starts = std::iter::once(0).chain(ends.iter().copied());
        next.clear();
        next.extend(starts.take(ends.len()));
        let mut input = 0;
        loop {
            // The next input that is active in any sample.
            let mut following = u32::MAX;
            for (sample, (next, end)) in next.iter_mut().zip(&*ends).enumerate() {
                while let Some((number, factor)) = inputs[..*end].get(*next) {
                    if *number > input {
                        following = following.min(*number);
                        break;
                    }
                    act(input as usize, sample, *factor);
                    *next += 1;
                }
            }
            if following == u32::MAX {
                return;
            }
            input = following;
        }
    }
}

/// Weights of a matrix, column by column.
#[derive(Clone, Copy)]
pub(super) struct WeightColumns<'a, T> {
    pub(super) weights: &'a [T],
    /// The weights of a column.
    pub(super) outputs: usize,
}

/// The inputs whose weights for a few outputs stay in the cache for all samples.
const INPUTS: usize = 512;

/// Adds the weights of the active inputs of each sample to its sums, `[samples, outputs]`, which begin as
/// zeros. Each weight is read from memory once for all samples. Contributions are added in the order of the
/// inputs.
#[inline(always)]
pub(super) fn add_columns<T: Weight, F: Factor<T>>(
    sums: &mut [T],
    columns: WeightColumns<'_, T>,
    active: &ActiveInputs<F>,
) {
    sums.fill(T::ZERO);
    let mut first = 0;
    // The sums of a tile stay in registers, of which a number of 8 bytes takes more.
    if size_of::<T>() < 8 {
        first = add_tiles::<T, F, 16, 4>(sums, columns, active, first);
        first = add_tiles::<T, F, 16, 1>(sums, columns, active, first);
    } else {
        first = add_tiles::<T, F, 8, 4>(sums, columns, active, first);
    }
    first = add_tiles::<T, F, 8, 1>(sums, columns, active, first);
    first = add_tiles::<T, F, 4, 1>(sums, columns, active, first);
    add_tiles::<T, F, 1, 1>(sums, columns, active, first);
}

/// Adds to the outputs from `first` on, as long as they fill tiles of `LANES` times `VECTORS`. Returns the
/// first output that does not.
#[inline(always)]
fn add_tiles<T: Weight, F: Factor<T>, const LANES: usize, const VECTORS: usize>(
    sums: &mut [T],
    columns: WeightColumns<'_, T>,
    active: &ActiveInputs<F>,
    first: usize,
) -> usize {
    let WeightColumns { weights, outputs } = columns;
    let width = LANES * VECTORS;
    let mut first = first;
    let inputs = weights.len() / outputs.max(1);
    while first + width <= outputs {
        for block in (0..inputs).step_by(INPUTS) {
            for (sample, sums) in sums.chunks_exact_mut(outputs).enumerate() {
                let all = match inputs > INPUTS {
                    true => active.within(sample, block..block + INPUTS),
                    false => active.of(sample),
                };
                add_tile::<T, F, LANES, VECTORS>(
                    &mut sums[first..first + width],
                    all,
                    columns,
                    first,
                );
            }
        }
        first += width;
    }
    first
}

#[inline(always)]
fn add_tile<T: Weight, F: Factor<T>, const LANES: usize, const VECTORS: usize>(
    sums: &mut [T],
    active: &[(u32, F)],
    WeightColumns { weights, outputs }: WeightColumns<'_, T>,
    first: usize,
) {
    let mut tile = [[T::ZERO; LANES]; VECTORS];
    for (tile, sums) in tile.iter_mut().zip(sums.chunks_exact(LANES)) {
        tile.copy_from_slice(sums);
    }
    for (input, factor) in active {
        let column = &weights[*input as usize * outputs + first..][..LANES * VECTORS];
        for (tile, weights) in tile.iter_mut().zip(column.chunks_exact(LANES)) {
            for (sum, weight) in tile.iter_mut().zip(weights) {
                *sum = sum.plus(factor.apply(*weight));
            }
        }
    }
    for (tile, sums) in tile.iter().zip(sums.chunks_exact_mut(LANES)) {
        sums.copy_from_slice(tile);
    }
}
