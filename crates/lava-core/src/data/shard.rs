//! Shards: the parts of a population, each computed by one task.

use std::ops::Range;

use super::shape::Dims;

/// The number of neurons that kernels process at a time. Shards begin at its multiples.
pub const BLOCK: usize = 256;

/// The neurons of a population that one task computes: all of them, or a shard, or those of some samples
/// of a batch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shard {
    /// The row-major indices of the shard's neurons; in a batch those of one sample.
    pub neurons: Range<usize>,
    /// The number of neurons of the whole population; in a batch that of one sample.
    pub population: usize,
    /// The samples that the task computes, in a network with a batch.
    pub samples: Option<SampleSlice>,
}

/// The samples of a batch that one task computes. Ports and Vars with an axis of samples have it first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SampleSlice {
    /// The numbers of the samples.
    pub range: Range<usize>,
    /// The number of samples of the whole batch.
    pub batch: usize,
    /// The model computes one sample, and has no axis of samples: it is a model without a batch.
    pub is_single: bool,
}

impl SampleSlice {
    /// The row-major elements of these samples in something of the extents `whole`.
    fn elements(&self, whole: &Dims) -> Range<usize> {
        let each = whole.len() / self.batch;
        self.range.start * each..self.range.end * each
    }

    /// The extents of these samples in something of the extents `whole`.
    fn dims(&self, whole: &Dims) -> Dims {
        let sample = whole.as_slice().get(1..).unwrap_or_default();
        match self.is_single {
            true => sample.to_vec().into(),
            false => [&[self.range.len()], sample].concat().into(),
        }
    }
}

impl Shard {
    /// Returns `true` if the task computes everything, in the extents of the whole.
    pub fn is_whole(&self) -> bool {
        match &self.samples {
            Some(samples) => !samples.is_single && samples.range.len() == samples.batch,
            None => self.neurons.len() == self.population,
        }
    }

    /// The extents of the shard's slice of a port or Var with the extents `whole`, and an axis of
    /// samples if there is a batch.
    pub fn dims(&self, whole: &Dims) -> Dims {
        if let Some(samples) = &self.samples {
            return samples.dims(whole);
        }
        match trailing_axes(whole, self.population) {
            Some(trailing) if !self.is_whole() => [&[self.neurons.len()], trailing].concat().into(),
            _ => whole.clone(),
        }
    }

    /// The row-major elements of the shard's slice of a port or Var with the extents `whole`, and an axis
    /// of samples if there is a batch.
    pub fn elements(&self, whole: &Dims) -> Range<usize> {
        if let Some(samples) = &self.samples {
            return samples.elements(whole);
        }
        match trailing_axes(whole, self.population) {
            Some(trailing) => {
                let each: usize = trailing.iter().product();
                self.neurons.start * each..self.neurons.end * each
            }
            None => 0..whole.len(),
        }
    }

    /// Returns `true` if both tasks compute a sample in common, or there is no batch.
    pub fn shares_samples(&self, other: &Shard) -> bool {
        match (&self.samples, &other.samples) {
            (Some(own), Some(other)) => {
                own.range.start < other.range.end && other.range.start < own.range.end
            }
            _ => true,
        }
    }
}

/// The axes after those of the population. Returns `None` unless the product of some leading axes is
/// `population`.
pub fn trailing_axes(dims: &Dims, population: usize) -> Option<&[usize]> {
    let mut neurons = 1;
    let axes = dims.as_slice();
    let mut leading = 0;
    while neurons < population && leading < axes.len() {
        neurons *= axes[leading];
        leading += 1;
    }
    (neurons == population && leading > 0).then(|| &axes[leading..])
}

/// The slice of a Var that one shard holds.
#[derive(Clone, Debug)]
pub struct VarSlice {
    /// The row-major indices of the elements in the whole Var.
    pub elements: Range<usize>,
    /// The extents in the shard.
    pub dims: Dims,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_shard_has_its_neurons_elements() {
        let shard = Shard {
            neurons: 4..6,
            population: 6,
            samples: None,
        };
        let slice = |dims: Dims| (shard.dims(&dims), shard.elements(&dims));
        assert_eq!(slice(Dims::from([6])), (Dims::from([2]), 4..6));
        assert_eq!(slice(Dims::from([2, 3])), (Dims::from([2]), 4..6));
        assert_eq!(slice(Dims::from([3, 2, 5])), (Dims::from([2, 5]), 20..30));
        assert_eq!(slice(Dims::from([])), (Dims::from([]), 0..1), "a scalar");
    }

    #[test]
    fn a_whole_population_keeps_its_extents() {
        let shard = Shard {
            neurons: 0..6,
            population: 6,
            samples: None,
        };
        assert_eq!(shard.dims(&Dims::from([2, 3])), Dims::from([2, 3]));
    }

    #[test]
    fn samples_are_slices_of_the_first_axis() {
        let shard = |is_single| Shard {
            neurons: 0..3,
            population: 3,
            samples: Some(SampleSlice {
                range: 1..2,
                batch: 4,
                is_single,
            }),
        };
        let whole = Dims::from([4, 3]);
        assert_eq!(shard(true).dims(&whole), Dims::from([3]));
        assert_eq!(shard(false).dims(&whole), Dims::from([1, 3]));
        assert_eq!(shard(true).elements(&whole), 3..6);
        assert!(!shard(true).is_whole() && !shard(false).is_whole());
    }
}
