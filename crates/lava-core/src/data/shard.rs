//! Shards: the parts of a population, each computed by one task.

use std::ops::Range;

use super::shape::Dims;

/// The number of neurons that kernels process at a time. Shards begin at its multiples.
pub const BLOCK: usize = 256;

/// The neurons of a population that one task computes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shard {
    /// The row-major indices of the shard's neurons.
    pub neurons: Range<usize>,
    /// The number of neurons of the whole population.
    pub population: usize,
}

impl Shard {
    /// Returns `true` if the shard is the whole population.
    pub fn is_whole(&self) -> bool {
        self.neurons.len() == self.population
    }

    /// The extents of the shard's slice of a port or Var with the extents `whole`.
    pub fn dims(&self, whole: &Dims) -> Dims {
        match trailing_axes(whole, self.population) {
            Some(trailing) if !self.is_whole() => [&[self.neurons.len()], trailing].concat().into(),
            _ => whole.clone(),
        }
    }

    /// The row-major elements of the shard's slice of a port or Var with the extents `whole`.
    pub fn elements(&self, whole: &Dims) -> Range<usize> {
        match trailing_axes(whole, self.population) {
            Some(trailing) => {
                let each: usize = trailing.iter().product();
                self.neurons.start * each..self.neurons.end * each
            }
            None => 0..whole.len(),
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
        };
        assert_eq!(shard.dims(&Dims::from([2, 3])), Dims::from([2, 3]));
    }
}
