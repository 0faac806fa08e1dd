//! Coefficients of a block of neurons, as a loop over these reads them.

use std::ops::Index;

use crate::model::PerNeuron;
use crate::process::Element;

/// A coefficient of the neurons of a block: in a register if it is `UNIFORM`, the same for all of them. Reading
/// it from memory for each neuron takes longer than computing with it.
#[derive(Clone, Copy, Debug)]
pub struct Coefficient<'a, T, const UNIFORM: bool> {
    each: &'a [T],
    first: T,
}

impl<'a, T: Copy + Default, const UNIFORM: bool> Coefficient<'a, T, UNIFORM> {
    /// The coefficient of each of `len` neurons.
    #[inline(always)]
    pub fn new(each: &'a [T], len: usize) -> Self {
        let each = &each[..len];
        let first = each.first().copied().unwrap_or_default();
        Coefficient { each, first }
    }

    /// Several coefficients of each of `len` neurons.
    #[inline(always)]
    pub fn all<const N: usize>(all: [&'a [T]; N], len: usize) -> [Self; N] {
        all.map(|each| Coefficient::new(each, len))
    }
}

/// The coefficient of a neuron of the block.
impl<T, const UNIFORM: bool> Index<usize> for Coefficient<'_, T, UNIFORM> {
    type Output = T;

    #[inline(always)]
    fn index(&self, neuron: usize) -> &T {
        if UNIFORM {
            &self.first
        } else {
            &self.each[neuron]
        }
    }
}

/// Returns `true` if all neurons have the same value of each parameter.
pub(in crate::proc) fn are_uniform<T: Element>(parameters: &[&PerNeuron<T>]) -> bool {
    parameters.iter().all(|values| values.uniform().is_some())
}
