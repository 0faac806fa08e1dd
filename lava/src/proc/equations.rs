//! Names that the code of `neuron!` and `synapse!` uses, for macros only.

pub use std::convert::From as _;
pub use std::hint::select_unpredictable as select;

pub use super::kernel::closed_forms::ClosedForms;
pub use super::kernel::coefficient::Coefficient;
pub use super::kernel::elementary::{
    abs, clip, cos, cosh, exp, expm1, exprel, log, max, min, precise, settled, sin, sinh, sqrt,
    tanh,
};
pub use super::kernel::events::{begin_events, end_events, event_methods};
pub use super::kernel::fired::{Fired, blocks};
pub use super::kernel::lookup_table::LookupTable;
pub use super::kernel::propagator::propagators;
pub use super::kernel::real::{Real, are_zero};
pub use super::kernel::time::{steps, time_step};
pub use crate::model::BLOCK;

use super::input::NeuronStream;
use super::kernel::factors::Factors;
use crate::model::{Context, PerNeuron};

/// `N` coefficients per neuron, which follow from its parameters.
#[derive(Debug)]
pub struct NeuronCoefficients<T, const N: usize>(Factors<T, N>);

impl<T: Real, const N: usize> Default for NeuronCoefficients<T, N> {
    fn default() -> Self {
        NeuronCoefficients(Factors::default())
    }
}

impl<T: Real, const N: usize> NeuronCoefficients<T, N> {
    /// Computes the coefficients in double precision; `texts` are their formulas.
    ///
    /// # Errors
    /// If a coefficient is not a finite number.
    pub fn new<const M: usize>(
        context: &Context,
        parameters: [(&'static str, &PerNeuron<T>); M],
        texts: [&'static str; N],
        compute: impl Fn([f64; M]) -> [f64; N],
    ) -> crate::Result<NeuronCoefficients<T, N>> {
        let neurons = context.neurons();
        Factors::described(neurons, parameters, texts, compute).map(NeuronCoefficients)
    }

    /// Returns `true` if all neurons have the same.
    pub fn is_uniform(&self) -> bool {
        self.0.is_uniform()
    }

    /// The coefficients of `len` neurons from `start`.
    #[inline(always)]
    pub fn blocks(&self, start: usize, len: usize) -> [&[T]; N] {
        self.0.blocks(start, len)
    }
}

/// A number of steps for each neuron.
#[derive(Debug, Default)]
pub struct Counts(Factors<i32, 1>);

impl Counts {
    /// Computes the counts from a parameter.
    pub fn new<T: Real>(
        context: &Context,
        parameter: &PerNeuron<T>,
        compute: impl Fn(f64) -> i32,
    ) -> Counts {
        let count = context.neurons().len();
        Counts(Factors::of(count, [parameter], |[value]| [compute(value)]))
    }

    /// Returns `true` if all neurons have the same.
    pub fn is_uniform(&self) -> bool {
        self.0.is_uniform()
    }

    /// The counts of `len` neurons from `start`.
    #[inline(always)]
    pub fn block(&self, start: usize, len: usize) -> &[i32] {
        let [counts] = self.0.blocks(start, len);
        counts
    }
}

/// The table of points in a declaration, which the macro has checked.
pub fn table(points: &[(f64, f64)]) -> LookupTable {
    LookupTable::from_points(points.iter().copied()).expect("the points of a declaration ascend")
}

/// StepRandom numbers of a step: a function of seed, neuron and step.
#[derive(Clone, Copy, Debug)]
pub struct StepRandom(NeuronStream);

impl StepRandom {
    /// Creates the numbers of the present step.
    #[inline(always)]
    pub fn new(seed: u64, context: &Context) -> StepRandom {
        let stream = NeuronStream::new(seed, context.time_step());
        StepRandom(stream.from(context.neurons().start))
    }

    /// Normal numbers of a block for the noise of this number.
    #[inline(always)]
    pub fn normal(self, number: u32, start: usize) -> [f64; BLOCK] {
        self.0.normal_of(number, start)
    }

    /// Uniform numbers of a block, above 0 and below 1, for the event of this number.
    #[inline(always)]
    pub fn uniform(self, number: u32, start: usize) -> [f64; BLOCK] {
        self.0.uniform(number, start)
    }
}

/// The error of a step after which a variable is no finite number. `variables` have a name, a unit and
/// their values in a block.
#[cold]
pub fn diverged<T: Real>(
    context: &Context,
    dt: f64,
    start: usize,
    variables: &[(&str, &str, &[T])],
) -> crate::Error {
    let first = context.neurons().start + start;
    let wrong = variables.iter().find_map(|(name, unit, values)| {
        let index = values
            .iter()
            .position(|value| !value.double().is_finite())?;
        Some((name, unit, first + index, values[index]))
    });
    let Some((name, unit, neuron, value)) = wrong else {
        return crate::Error::model("a variable is no finite number".to_owned());
    };
    let unit = if *unit == "1" { "" } else { unit };
    crate::Error::model(format!(
        "`{name}` of neuron {neuron} is {value:?} {unit} after a step of {dt} ms; shorten the time step, \
         limit the argument of an `exp`, or give parameters and input for which it stays finite"
    ))
}

/// The checks of the parameters of synapses.
pub mod synapse {
    use crate::proc::plasticity::PlasticityError;
    pub use crate::proc::synapse::plasticity::error::{finite as single, time_constant};

    /// Fails unless a parameter is a finite number.
    ///
    /// # Errors
    /// [`PlasticityError::Parameter`]
    pub fn finite(name: &'static str, value: f64) -> Result<f64, PlasticityError> {
        within(name, value, value.is_finite(), "give a finite number")
    }

    /// Fails unless a parameter is a positive number.
    ///
    /// # Errors
    /// [`PlasticityError::Parameter`]
    pub fn positive(name: &'static str, value: f64) -> Result<f64, PlasticityError> {
        let is_positive = value > 0.0 && value.is_finite();
        within(name, value, is_positive, "give a positive number")
    }

    /// Fails unless a parameter is 0 or a positive number.
    ///
    /// # Errors
    /// [`PlasticityError::Parameter`]
    pub fn non_negative(name: &'static str, value: f64) -> Result<f64, PlasticityError> {
        let is_in_range = value >= 0.0 && value.is_finite();
        within(name, value, is_in_range, "give 0 or a positive number")
    }

    fn within(
        name: &'static str,
        value: f64,
        is_in_range: bool,
        range: &'static str,
    ) -> Result<f64, PlasticityError> {
        match is_in_range {
            true => Ok(value),
            false => Err(PlasticityError::Parameter { name, value, range }),
        }
    }
}
