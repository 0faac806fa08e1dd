//! Coefficients derived from the parameters of each neuron.

use super::real::Real;
use crate::model::{FromInit, PerNeuron};
use crate::process::{Dims, Element, Init};

/// `N` coefficients per neuron; stored once if all neurons have the same parameters.
pub(in crate::proc) struct Factors<T, const N: usize>([PerNeuron<T>; N]);

impl<T: Element, const N: usize> Factors<T, N> {
    /// Computes the coefficients of `population` neurons in double precision.
    pub(in crate::proc) fn of<P: Real, const M: usize>(
        population: usize,
        parameters: [&PerNeuron<P>; M],
        compute: impl Fn([f64; M]) -> [T; N],
    ) -> Factors<T, N> {
        let uniform = parameters.iter().all(|values| values.uniform().is_some());
        let neurons = if uniform { 1 } else { population };
        let mut factors = [(); N].map(|()| Vec::with_capacity(neurons));
        for neuron in 0..neurons {
            let parameters = parameters.map(|values| values.block(neuron, 1)[0].double());
            for (all, factor) in factors.iter_mut().zip(compute(parameters)) {
                all.push(factor);
            }
        }
        let dims = Dims::from([population]);
        Factors(factors.map(|values| PerNeuron::from_init(&Init::new(values), &dims)))
    }

    /// Returns the coefficients of `len` neurons from `start`.
    #[inline(always)]
    pub(in crate::proc) fn blocks(&self, start: usize, len: usize) -> [&[T]; N] {
        std::array::from_fn(|factor| self.0[factor].block(start, len))
    }

    /// Returns each coefficient for the whole population.
    pub(in crate::proc) fn into_each(self) -> [PerNeuron<T>; N] {
        self.0
    }
}

impl<T: Element, const N: usize> Default for Factors<T, N> {
    /// Zeros: a model computes its coefficients when it starts.
    fn default() -> Self {
        let zero = || PerNeuron::from_init(&Init::new([T::default()]), &Dims::default());
        Factors([(); N].map(|()| zero()))
    }
}
