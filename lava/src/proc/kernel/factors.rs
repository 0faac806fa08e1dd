//! Coefficients derived from the parameters of each neuron.

use std::ops::Range;

use super::fired::blocks;
use super::real::Real;
use crate::model::{FromInit, PerNeuron};
use crate::process::{Dims, Element, Init};

/// `N` coefficients per neuron; stored once if all neurons have the same parameters.
#[derive(Debug)]
pub(in crate::proc) struct Factors<T, const N: usize>([PerNeuron<T>; N]);

impl<T: Element, const N: usize> Factors<T, N> {
    /// Computes the coefficients of `population` neurons in double precision.
    pub(in crate::proc) fn of<P: Real, const M: usize>(
        population: usize,
        parameters: [&PerNeuron<P>; M],
        compute: impl Fn([f64; M]) -> [T; N],
    ) -> Factors<T, N> {
        let factors = Self::try_of(population, parameters, |_, values| Ok(compute(values)));
        factors.expect("the coefficients are not checked")
    }

    /// Computes the coefficients of `population` neurons in double precision, which may fail; `compute`
    /// gets the index of the neuron first, which is 0 if all are the same.
    pub(in crate::proc) fn try_of<P: Real, const M: usize>(
        population: usize,
        parameters: [&PerNeuron<P>; M],
        compute: impl Fn(usize, [f64; M]) -> crate::Result<[T; N]>,
    ) -> crate::Result<Factors<T, N>> {
        let uniform = parameters.iter().all(|values| values.uniform().is_some());
        let neurons = if uniform { 1 } else { population };
        let mut factors = [(); N].map(|()| Vec::with_capacity(neurons));
        for neuron in 0..neurons {
            let parameters = parameters.map(|values| values.block(neuron, 1)[0].double());
            for (all, factor) in factors.iter_mut().zip(compute(neuron, parameters)?) {
                all.push(factor);
            }
        }
        let dims = Dims::from([population]);
        let stored = factors.map(|values| PerNeuron::from_init(&Init::new(values), &dims));
        Ok(Factors(stored))
    }

    /// Returns the coefficients of `len` neurons from `start`.
    #[inline(always)]
    pub(in crate::proc) fn blocks(&self, start: usize, len: usize) -> [&[T]; N] {
        // A plain loop: an iterator is not always inlined into a long kernel.
        let mut blocks: [&[T]; N] = [&[]; N];
        let mut factor = 0;
        while factor < N {
            blocks[factor] = self.0[factor].block(start, len);
            factor += 1;
        }
        blocks
    }

    /// Returns `true` if all neurons have the same coefficients.
    pub(in crate::proc) fn is_uniform(&self) -> bool {
        self.0.iter().all(|factor| factor.uniform().is_some())
    }

    /// Replaces the coefficient with this index.
    pub(in crate::proc) fn replace(&mut self, index: usize, factor: Factors<T, 1>) {
        let [factor] = factor.0;
        self.0[index] = factor;
    }

    /// Returns each coefficient for the whole population.
    pub(in crate::proc) fn into_each(self) -> [PerNeuron<T>; N] {
        self.0
    }
}

impl<T: Real, const N: usize> Factors<T, N> {
    /// Computes the coefficients of `neurons`, as [`of`](Factors::of), from parameters with names.
    /// Each coefficient comes with the name of the parameter that is to blame if it is not finite.
    ///
    /// # Errors
    /// If a coefficient is not a finite number.
    pub(in crate::proc) fn finite<P: Real, const M: usize>(
        neurons: Range<usize>,
        parameters: [(&'static str, &PerNeuron<P>); M],
        compute: impl Fn([f64; M]) -> [(f64, &'static str); N],
    ) -> crate::Result<Factors<T, N>> {
        let values = parameters.map(|(_, values)| values);
        Self::try_of(neurons.len(), values, |neuron, values| {
            let factors = compute(values).map(|(factor, name)| (T::of(factor), name));
            if let Some((_, name)) = factors
                .iter()
                .find(|(factor, _)| !factor.double().is_finite())
            {
                let index = parameters.iter().position(|(other, _)| other == name);
                let value = index.map_or(f64::NAN, |index| values[index]);
                return Err(extreme::<T>(neurons.start + neuron, name, value));
            }
            Ok(factors.map(|(factor, _)| factor))
        })
    }
}

impl<T: Real, const N: usize> Factors<T, N> {
    /// Computes the coefficients of `neurons`, as [`finite`](Factors::finite); `texts` are their
    /// formulas.
    ///
    /// # Errors
    /// If a coefficient is not a finite number.
    pub(in crate::proc) fn described<P: Real, const M: usize>(
        neurons: Range<usize>,
        parameters: [(&'static str, &PerNeuron<P>); M],
        texts: [&'static str; N],
        compute: impl Fn([f64; M]) -> [f64; N],
    ) -> crate::Result<Factors<T, N>> {
        let values = parameters.map(|(_, values)| values);
        Self::try_of(neurons.len(), values, |neuron, values| {
            let factors = compute(values).map(T::of);
            let wrong = factors
                .iter()
                .position(|factor| !factor.double().is_finite());
            match wrong {
                None => Ok(factors),
                Some(wrong) => {
                    let listed = parameters.iter().zip(values);
                    let listed = listed.map(|((name, _), value)| format!("`{name}` = {value:?}"));
                    Err(crate::Error::model(format!(
                        "the coefficient `{}` of neuron {} is no finite number of type `{}`, with {}; \
                         give other parameters",
                        texts[wrong],
                        neurons.start + neuron,
                        std::any::type_name::<T>(),
                        listed.collect::<Vec<_>>().join(", ")
                    )))
                }
            }
        })
    }
}

impl<T: Real> Factors<T, 1> {
    /// Computes `values` times `response`: what a parameter does that is set often. `name` is the name
    /// of the parameter.
    ///
    /// # Errors
    /// If a product is not a finite number.
    pub(in crate::proc) fn product(
        neurons: Range<usize>,
        (name, values): (&str, &PerNeuron<T>),
        response: &Factors<f64, 1>,
    ) -> crate::Result<Factors<T, 1>> {
        let uniform = values.uniform().is_some() && response.0[0].uniform().is_some();
        let count = if uniform { 1 } else { neurons.len() };
        let mut products = Vec::with_capacity(count);
        for (start, len) in blocks(count) {
            let ([response], values) = (response.blocks(start, len), values.block(start, len));
            let pairs = values.iter().zip(response);
            products.extend(pairs.map(|(value, response)| T::of(value.double() * response)));
        }
        if let Some(index) = products
            .iter()
            .position(|product| !product.double().is_finite())
        {
            let value = values.block(index, 1)[0].double();
            return Err(extreme::<T>(neurons.start + index, name, value));
        }
        let dims = Dims::from([neurons.len()]);
        Ok(Factors([PerNeuron::from_init(&Init::new(products), &dims)]))
    }
}

/// The error of a parameter from which no finite coefficient follows.
fn extreme<T>(neuron: usize, name: &str, value: f64) -> crate::Error {
    let number = std::any::type_name::<T>();
    crate::Error::model(format!(
        "a time step of neuron {neuron} cannot be computed in `{number}` with a `{name}` of \
         {value:e}; give a less extreme value"
    ))
}

impl<T: Element, const N: usize> Default for Factors<T, N> {
    /// Zeros: a model computes its coefficients when it starts.
    fn default() -> Self {
        let zero = || PerNeuron::from_init(&Init::new([T::default()]), &Dims::default());
        Factors([(); N].map(|()| zero()))
    }
}
