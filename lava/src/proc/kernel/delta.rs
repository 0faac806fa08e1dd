//! Delta step: sends large changes and keeps the residue.

use super::signal::Arithmetic;
use crate::model::PerNeuron;
use crate::proc::kernel::fired::blocks;
use crate::process::Element;

/// Advances one neuron to the activation `x` and returns its message: `send` applied to the change
/// since the last step plus the residue.
#[inline(always)]
pub(in crate::proc) fn delta<T: Arithmetic>(
    x: T,
    act: &mut T,
    residue: &mut T,
    send: impl FnOnce(T) -> T,
) -> T {
    let change = x.minus(*act).plus(*residue);
    let sent = send(change);
    *residue = change.minus(sent);
    *act = x;
    sent
}

/// Returns the change if its magnitude reaches the threshold, else 0.
#[inline(always)]
pub(in crate::proc) fn reaching<T: Arithmetic>(change: T, vth: T) -> T {
    if change.magnitude() >= vth {
        change
    } else {
        T::ZERO
    }
}

/// Returns the change if the sum of all changes since the last message reaches the threshold, else
/// 0.
#[inline(always)]
fn reaching_in_sum<T: Arithmetic>(change: T, error: &mut T, vth: T) -> T {
    let sum = error.plus(change);
    let sent = if sum.magnitude() >= vth {
        change
    } else {
        T::ZERO
    };
    *error = if sent == T::ZERO { sum } else { T::ZERO };
    sent
}

/// Delta step of a block of neurons: slices of their Vars.
pub(in crate::proc) struct DeltaStep<'a, T> {
    pub(in crate::proc) act: &'a mut [T],
    pub(in crate::proc) residue: &'a mut [T],
    /// Sum of the changes since the last message, if it decides.
    pub(in crate::proc) error: Option<&'a mut [T]>,
    pub(in crate::proc) vth: &'a [T],
    pub(in crate::proc) scale: Scale,
}

/// Returns `true` if a block sends anything but zeros.
pub(in crate::proc) fn are_any_sent<T: Arithmetic>(sent: &[T]) -> bool {
    sent.iter().any(|sent| *sent != T::ZERO)
}

/// Ratios between the units of state, parameters and messages, as exponents of 2.
#[derive(Clone, Copy, Debug, Default)]
pub(in crate::proc) struct Scale {
    /// Thresholds and biases are multiplied by 2 to this power.
    pub(in crate::proc) parameters: u32,
    /// Bits that messages have less than the state.
    pub(in crate::proc) messages: u32,
}

impl<T: Arithmetic> DeltaStep<'_, T> {
    /// Computes the messages; `x(i)` is the activation of neuron `i` of the block.
    #[inline(always)]
    pub(in crate::proc) fn run(self, sent: &mut [T], mut x: impl FnMut(usize) -> T) {
        let (act, residue) = (self.act, self.residue);
        let vth = |i: usize| self.vth[i].scaled(self.scale.parameters);
        let lowered = |message: T| message.lowered(self.scale.messages);
        match self.error {
            None => {
                for (i, sent) in sent.iter_mut().enumerate() {
                    let send = |change| reaching(change, vth(i));
                    *sent = lowered(delta(x(i), &mut act[i], &mut residue[i], send));
                }
            }
            Some(error) => {
                for (i, sent) in sent.iter_mut().enumerate() {
                    let send = |change| reaching_in_sum(change, &mut error[i], vth(i));
                    *sent = lowered(delta(x(i), &mut act[i], &mut residue[i], send));
                }
            }
        }
    }
}

impl Scale {
    /// Returns the scale of two exponents, `spike_exp` of messages and `state_exp` of the state;
    /// both are at most 31.
    #[inline(always)]
    pub(in crate::proc) fn of(spike_exp: i32, state_exp: i32) -> Scale {
        let (spike_exp, state_exp) = (spike_exp.unsigned_abs(), state_exp.unsigned_abs());
        Scale {
            parameters: spike_exp + state_exp,
            messages: state_exp,
        }
    }

    /// Checks that the parameters of a population can be scaled.
    ///
    /// # Errors
    /// If one of them does not fit 32 bits; the error names it.
    pub(in crate::proc) fn check<T: Arithmetic>(
        self,
        population: usize,
        parameters: &[(&str, &PerNeuron<T>)],
    ) -> crate::Result<()> {
        let exponent = self.parameters;
        if exponent > 31 {
            return Err(crate::Error::model(format!(
                "`spike_exp` and `state_exp` add up to {exponent}; they may reach 31"
            )));
        }
        for (name, values) in parameters {
            let too_large = first(values, population, |value| !value.can_be_scaled(exponent));
            if let Some(value) = too_large {
                return Err(crate::Error::model(format!(
                    "`{name}` is {value:?}, which times 2^{exponent}, by `spike_exp` and `state_exp`, does not fit 32 bits; lower one of them"
                )));
            }
        }
        Ok(())
    }
}

/// Returns the first value of a population that satisfies `is`.
fn first<T: Element>(
    values: &PerNeuron<T>,
    population: usize,
    is: impl Fn(&T) -> bool,
) -> Option<T> {
    let mut blocks = blocks(population);
    blocks.find_map(|(start, len)| values.block(start, len).iter().copied().find(&is))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// One neuron in wide integers, by the equations. The state wraps at 32 bits.
    #[derive(Default)]
    struct Reference {
        act: i128,
        residue: i128,
        error: i128,
    }

    fn wrapped(value: i128) -> i128 {
        (value + (1 << 31)).rem_euclid(1 << 32) - (1 << 31)
    }

    impl Reference {
        fn step(&mut self, x: i128, vth: i128, cumulative: bool, messages: u32) -> i128 {
            let change = wrapped(x - self.act + self.residue);
            let decides = if cumulative {
                self.error = wrapped(self.error + change);
                self.error
            } else {
                change
            };
            // The absolute value in 32 bits: negative for the least number.
            let sends = wrapped(decides.abs()) >= vth;
            let sent = if sends { change } else { 0 };
            if cumulative && sent != 0 {
                self.error = 0;
            }
            self.residue = wrapped(change - sent);
            self.act = x;
            sent.div_euclid(1 << messages)
        }
    }

    proptest! {
        #[test]
        fn a_block_steps_as_its_neurons_do_in_wide_integers(
            inputs in prop::collection::vec(
                prop_oneof![-40..40_i32, any::<i32>()], 1..40,
            ),
            vth in prop_oneof![0..20_i32, 0..i32::MAX],
            cumulative in any::<bool>(),
            messages in 0_u32..8,
        ) {
            let (mut act, mut residue, mut error) = ([0], [0], [0]);
            let mut reference = Reference::default();
            let scale = Scale { parameters: 0, messages };
            for x in inputs {
                let mut sent = [0];
                let step = DeltaStep {
                    act: &mut act,
                    residue: &mut residue,
                    error: cumulative.then_some(&mut error),
                    vth: &[vth],
                    scale,
                };
                step.run(&mut sent, |_| x);
                let expected =
                    reference.step(i128::from(x), i128::from(vth), cumulative, messages);
                prop_assert_eq!(i128::from(sent[0]), expected);
                prop_assert_eq!(i128::from(residue[0]), reference.residue);
                prop_assert_eq!(i128::from(error[0]), reference.error);
            }
        }

        #[test]
        fn what_is_not_sent_is_kept(
            inputs in prop::collection::vec(-1000..1000_i32, 1..40), vth in 0..500_i32,
        ) {
            let (mut act, mut residue, mut total) = (0, 0, 0);
            for x in inputs {
                total += delta(x, &mut act, &mut residue, |change| reaching(change, vth));
                prop_assert_eq!(total + residue, x);
            }
        }
    }
}
