//! Shards: the part of a population that one task computes.

use std::ops::Range;

use super::shape::Dims;

/// The number of neurons that kernels process at a time; shards are cut at its multiples.
pub const BLOCK: usize = 256;

/// The neurons of a population that one task computes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shard {
    /// The row-major indices of its neurons.
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
            Some(rest) if !self.is_whole() => [&[self.neurons.len()], rest].concat().into(),
            _ => whole.clone(),
        }
    }

    /// The row-major elements of the shard's slice of a port or Var with the extents `whole`.
    pub fn elements(&self, whole: &Dims) -> Range<usize> {
        match trailing_axes(whole, self.population) {
            Some(rest) => {
                let each: usize = rest.iter().product();
                self.neurons.start * each..self.neurons.end * each
            }
            None => 0..whole.len(),
        }
    }
}

/// The axes after those of the population, if the extents begin with those of `population` neurons.
pub fn trailing_axes(dims: &Dims, population: usize) -> Option<&[usize]> {
    let mut neurons = 1;
    let axes = dims.as_slice();
    let mut split = 0;
    while neurons < population && split < axes.len() {
        neurons *= axes[split];
        split += 1;
    }
    (neurons == population && split > 0).then(|| &axes[split..])
}

/// The slice of a Var that one shard holds.
#[derive(Clone, Debug)]
pub struct VarSlice {
    /// Its row-major elements.
    pub elements: Range<usize>,
    /// Its extents in the shard.
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
        let cut = |dims: Dims| (shard.dims(&dims), shard.elements(&dims));
        assert_eq!(cut(Dims::from([6])), (Dims::from([2]), 4..6));
        assert_eq!(cut(Dims::from([2, 3])), (Dims::from([2]), 4..6));
        assert_eq!(cut(Dims::from([3, 2, 5])), (Dims::from([2, 5]), 20..30));
        assert_eq!(cut(Dims::from([])), (Dims::from([]), 0..1), "a scalar");
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
