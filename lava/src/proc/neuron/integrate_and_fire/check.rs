//! Checks of parameters and of input.

use std::hint::select_unpredictable;
use std::ops::Range;

use crate::model::PerNeuron;
use crate::proc::kernel::finite::{are_any, lanes};
use crate::proc::kernel::fired::blocks;
use crate::proc::kernel::real::Real;

/// Fails unless the reset voltage of a neuron is below the voltage at which it spikes: otherwise it
/// would spike in every step.
///
/// # Errors
/// The names and values of both.
pub(super) fn reset_below<T: Real>(
    neuron: usize,
    (reset_name, reset): (&str, T),
    (name, threshold): (&str, T),
) -> crate::Result<()> {
    if reset < threshold {
        return Ok(());
    }
    Err(crate::Error::model(format!(
        "`{reset_name}` is {reset:?} mV and `{name}` {threshold:?} mV in neuron {neuron}, which would \
         spike without end; give a `{reset_name}` below `{name}`"
    )))
}

/// [`reset_below`] for `v_reset` and `v_th` of each of `neurons`.
pub(super) fn all_reset_below<T: Real>(
    neurons: Range<usize>,
    v_reset: &PerNeuron<T>,
    v_th: &PerNeuron<T>,
) -> crate::Result<()> {
    for (start, len) in blocks(neurons.len()) {
        let pairs = v_reset.block(start, len).iter().zip(v_th.block(start, len));
        for (neuron, (reset, threshold)) in (neurons.start + start..).zip(pairs) {
            reset_below(neuron, ("v_reset", *reset), ("v_th", *threshold))?;
        }
    }
    Ok(())
}

/// The sign that the input of a port has, zero aside.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Sign {
    Positive,
    Negative,
}

impl Sign {
    /// Fails if an element of `input` has the other sign. `first` is the number of the first neuron.
    ///
    /// # Errors
    /// The name of the port, the neuron and its input.
    #[inline(always)]
    pub(super) fn check<T: Real>(self, port: &str, first: usize, input: &[T]) -> crate::Result<()> {
        match self.is_wrong(input) {
            false => Ok(()),
            true => Err(self.error(port, first, input)),
        }
    }

    /// Returns `true` if an element has the other sign. Keeps the extremes of some lanes: a loop
    /// with one instruction for each load.
    #[inline(always)]
    fn is_wrong<T: Real>(self, input: &[T]) -> bool {
        let worse = |value: T, extreme: T| match self {
            Sign::Positive => value < extreme,
            Sign::Negative => value > extreme,
        };
        let extremes = lanes(input, |extreme, value| {
            select_unpredictable(worse(value, extreme), value, extreme)
        });
        are_any(&extremes, |extreme| extreme != T::ZERO)
    }

    #[cold]
    pub(super) fn error<T: Real>(self, port: &str, first: usize, input: &[T]) -> crate::Error {
        let neuron = input.iter().position(|value| match self {
            Sign::Positive => *value < T::ZERO,
            Sign::Negative => *value > T::ZERO,
        });
        let neuron = neuron.unwrap_or_default();
        let value = input[neuron];
        let neuron = first + neuron;
        let rule = match self {
            Sign::Positive => {
                "its input is positive; connect inhibition, which is negative, to the port for it"
            }
            Sign::Negative => {
                "inhibition is negative; give negative weights, or connect excitation to `exc_in`"
            }
        };
        crate::Error::model(format!(
            "`{port}` received {value:?} for neuron {neuron}: {rule}"
        ))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wrong_sign_is_found_wherever_it_is() {
        for len in [1, 31, 32, 33, 255, 256] {
            let good = vec![1.0_f32; len];
            assert!(Sign::Positive.check("exc_in", 0, &good).is_ok());
            assert!(
                Sign::Negative
                    .check("inh_in", 0, &vec![-0.0_f32; len])
                    .is_ok()
            );
            for neuron in 0..len {
                let mut bad = good.clone();
                bad[neuron] = -0.5;
                let error = Sign::Positive
                    .check("exc_in", 10, &bad)
                    .unwrap_err()
                    .to_string();
                assert!(
                    error.contains(&format!("-0.5 for neuron {}", neuron + 10)),
                    "{error}"
                );
                let opposite: Vec<f32> = bad.iter().map(|value| -value).collect();
                assert!(Sign::Negative.check("inh_in", 0, &opposite).is_err());
            }
        }
    }
}
