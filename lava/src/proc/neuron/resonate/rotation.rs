//! A step of a population of resonators: the turn of a complex voltage.

use std::f64::consts::PI;

use crate::model::{BLOCK, PerNeuron};
use crate::proc::Membrane;
use crate::proc::kernel::factors::Factors;
use crate::proc::kernel::fired::{Fired, blocks};
use crate::proc::kernel::fixed;
use crate::proc::kernel::real::Real;
use crate::proc::kernel::settle::{Settle, settles};

/// How a type computes the turn: see [`Rf`](super::Rf) for the equations.
pub(super) trait Resonator: Membrane + Settle {
    /// A real number, with so many bits behind the point.
    fn with_bits(value: f64, bits: u32) -> Self;

    /// The state after a step, real and imaginary part.
    fn turn(state: [Self; 2], sin_cos: [Self; 2], a_in: [Self; 2], format: Format) -> [Self; 2];

    /// The largest number that counts as below `vth`.
    fn below(vth: Self) -> Self;
}

impl<T: Real> Resonator for T {
    fn with_bits(value: f64, _: u32) -> T {
        T::of(value)
    }

    #[inline(always)]
    fn turn([re, im]: [T; 2], [sin, cos]: [T; 2], [a_re, a_im]: [T; 2], _: Format) -> [T; 2] {
        [cos * re - sin * im + a_re, sin * re + cos * im + a_im]
    }

    #[inline(always)]
    fn below(vth: T) -> T {
        vth - T::of(1e-5)
    }
}

impl Resonator for i32 {
    /// Saturates; so large a threshold is beyond every state anyway.
    fn with_bits(value: f64, bits: u32) -> i32 {
        (value * f64::from(bits).exp2()) as i32
    }

    #[inline(always)]
    fn turn(
        [re, im]: [i32; 2],
        [sin, cos]: [i32; 2],
        [a_re, a_im]: [i32; 2],
        format: Format,
    ) -> [i32; 2] {
        let part = |state: i32, factor: i32| {
            fixed::shift_magnitude(i64::from(state) * i64::from(factor), format.decay_bits)
        };
        let input = |a_in: i32| i64::from(a_in.wrapping_shl(format.state_exp));
        let sums = [
            part(re, cos) - part(im, sin) + input(a_re),
            part(re, sin) + part(im, cos) + input(a_im),
        ];
        sums.map(|sum| fixed::saturate(sum, fixed::STATE_BITS) as i32)
    }

    #[inline(always)]
    fn below(vth: i32) -> i32 {
        vth.wrapping_sub(1)
    }
}

/// How fixed point represents numbers.
#[derive(Clone, Copy, Default)]
pub(super) struct Format {
    /// Bits of the state behind the point.
    pub(super) state_exp: u32,
    /// Bits of a decay behind the point.
    pub(super) decay_bits: u32,
}

impl Format {
    /// The format, if there is such a one.
    pub(super) fn checked(self) -> crate::Result<Format> {
        let Format {
            state_exp,
            decay_bits,
        } = self;
        let problem = match (state_exp, decay_bits) {
            (0..=31, 1..=30) => return Ok(self),
            (0..=31, _) => format!("`decay_bits` is {decay_bits}; give 1 to 30"),
            _ => format!("`state_exp` is {state_exp}; give 0 to 31"),
        };
        Err(crate::Error::model(problem))
    }
}

/// What follows from the parameters: sine and cosine of a step's turn with their decay, and the
/// threshold.
pub(super) type Turn<T> = Factors<T, 3>;

/// The [`Turn`] of neurons with these parameters.
pub(super) fn turn<T: Resonator>(
    population: usize,
    [period, alpha, vth]: [&PerNeuron<f64>; 3],
    format: Format,
) -> Turn<T> {
    Factors::of(population, [period, alpha, vth], |[period, alpha, vth]| {
        let angle = PI * 2.0 / period;
        let left = 1.0 - alpha;
        [
            T::with_bits(left * angle.sin(), format.decay_bits),
            T::with_bits(left * angle.cos(), format.decay_bits),
            T::with_bits(vth, format.state_exp),
        ]
    })
}

/// What a step needs of a model, borrowed for it with [`resonators!`].
pub(super) struct Resonators<'a, T: Resonator> {
    pub(super) step: u64,
    pub(super) a_real_in: &'a [T],
    pub(super) a_imag_in: &'a [T],
    pub(super) real: &'a mut [T],
    pub(super) imag: &'a mut [T],
    pub(super) turn: &'a Turn<T>,
    pub(super) format: Format,
}

/// The [`Resonators`] of a model: its fields of these names, which leaves the others free.
macro_rules! resonators {
    ($model:ident) => {
        $crate::proc::neuron::resonate::rotation::Resonators {
            step: $model.context.time_step(),
            a_real_in: $model.a_real_in.recv_slice(),
            a_imag_in: $model.a_imag_in.recv_slice(),
            real: &mut $model.real,
            imag: &mut $model.imag,
            turn: &$model.turn,
            format: $crate::proc::neuron::resonate::rotation::Format {
                state_exp: $model.state_exp,
                decay_bits: $model.decay_bits,
            },
        }
    };
}

pub(super) use resonators;

/// What a neuron did in a step.
pub(super) struct Turned<T> {
    /// The imaginary part before the step.
    pub(super) before: T,
    /// The real part after it.
    pub(super) re: T,
    /// The imaginary part after it.
    pub(super) im: T,
}

impl<T: Resonator> Resonators<'_, T> {
    /// Moves all neurons on by a step. `rule` takes the threshold of a neuron that has turned; it
    /// returns the state that the neuron keeps, and whether it fires.
    #[inline(always)]
    pub(super) fn step(self, fired: &mut Fired, rule: impl Fn(T, Turned<T>) -> ([T; 2], bool)) {
        fired.neurons.clear();
        let settles = settles(self.step);
        let mut sent = [false; BLOCK];
        for (start, len) in blocks(self.real.len()) {
            let a_real_in = &self.a_real_in[start..][..len];
            let a_imag_in = &self.a_imag_in[start..][..len];
            let real = &mut self.real[start..][..len];
            let imag = &mut self.imag[start..][..len];
            let [sin, cos, vth] = self.turn.blocks(start, len);
            if settles {
                T::settle(real);
                T::settle(imag);
            }
            let sent = &mut sent[..len];
            // A loop rather than a closure, which might not become part of what is vectorised.
            for i in 0..len {
                let (state, a_in) = ([real[i], imag[i]], [a_real_in[i], a_imag_in[i]]);
                let [re, im] = T::turn(state, [sin[i], cos[i]], a_in, self.format);
                let before = imag[i];
                let state;
                (state, sent[i]) = rule(vth[i], Turned { before, re, im });
                [real[i], imag[i]] = state;
            }
            fired.collect(start, sent);
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_fixed_point_turn_is_lavas(
            state: [i32; 2],
            sin_cos: [i32; 2],
            a_in in [-(1 << 20)..1 << 20, -(1 << 20)..1 << 20],
            state_exp in 0_u32..=10,
            decay_bits in 1_u32..=30,
        ) {
            let format = Format { state_exp, decay_bits };
            let part = |state: i32, factor: i32| {
                i128::from(state) * i128::from(factor) / (1 << decay_bits)
            };
            let ([re, im], [sin, cos]) = (state, sin_cos);
            let [a_re, a_im] = a_in.map(|a_in| i128::from(a_in) << state_exp);
            let sums = [
                part(re, cos) - part(im, sin) + a_re,
                part(re, sin) + part(im, cos) + a_im,
            ];
            let expected = sums.map(|sum| sum.clamp(-(1 << 23) + 1, (1 << 23) - 1));
            let turned = i32::turn(state, sin_cos, a_in, format);
            prop_assert_eq!(turned.map(i128::from), expected);
        }
    }

    #[test]
    fn thresholds_beyond_32_bits_saturate() {
        assert_eq!(i32::with_bits(1.5, 6), 96);
        assert_eq!(i32::with_bits(-0.99, 0), 0);
        assert_eq!(i32::with_bits(1e9, 31), i32::MAX);
    }
}
