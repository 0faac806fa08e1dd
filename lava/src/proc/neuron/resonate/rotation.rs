//! Step of a population of resonators: the rotation of a complex voltage.

use std::f64::consts::PI;

use crate::model::{Arrive, AwakeBlocks, BLOCK, PerNeuron, Sleep, Sums};
use crate::proc::Membrane;
use crate::proc::kernel::cascade::is_below;
use crate::proc::kernel::events::ClosedNumber;
use crate::proc::kernel::factors::Factors;
use crate::proc::kernel::fired::Fired;
use crate::proc::kernel::fixed;
use crate::proc::kernel::real::Real;
use crate::proc::kernel::settle::{Settle, settles};

/// Number type of resonators: see [`Rf`](super::Rf) for the equations.
pub(super) trait Resonator: Membrane + Settle {
    /// Checks the numbers of fractional bits, which only fixed point uses.
    ///
    /// # Errors
    /// If one of them is out of range.
    fn check(bits: FractionalBits) -> crate::Result<()>;

    /// Converts a real number to one with `bits` fractional bits.
    fn with_bits(value: f64, bits: u32) -> Self;

    /// Returns the state after a step, real and imaginary part.
    fn rotate(
        state: [Self; 2],
        sin_cos: [Self; 2],
        a_in: [Self; 2],
        bits: FractionalBits,
    ) -> [Self; 2];

    /// Returns the voltage after a reset, just below `vth`.
    fn below(vth: Self) -> Self;
}

impl<T: Real> Resonator for T {
    fn check(_: FractionalBits) -> crate::Result<()> {
        Ok(())
    }

    fn with_bits(value: f64, _: u32) -> T {
        T::of(value)
    }

    #[inline(always)]
    fn rotate(
        [re, im]: [T; 2],
        [sin, cos]: [T; 2],
        [a_re, a_im]: [T; 2],
        _: FractionalBits,
    ) -> [T; 2] {
        [cos * re - sin * im + a_re, sin * re + cos * im + a_im]
    }

    #[inline(always)]
    fn below(vth: T) -> T {
        vth - T::of(1e-5)
    }
}

impl Resonator for i32 {
    fn check(bits: FractionalBits) -> crate::Result<()> {
        let problem = match (bits.state, bits.decay) {
            (0..=31, 1..=30) => return Ok(()),
            (0..=31, decay) => format!("`decay_bits` is {decay}; give 1 to 30"),
            (state, _) => format!("`state_exp` is {state}; give 0 to 31"),
        };
        Err(crate::Error::model(problem))
    }

    /// Saturates: a threshold beyond 32 bits is beyond every state.
    fn with_bits(value: f64, bits: u32) -> i32 {
        (value * f64::from(bits).exp2()) as i32
    }

    #[inline(always)]
    fn rotate(
        [re, im]: [i32; 2],
        [sin, cos]: [i32; 2],
        [a_re, a_im]: [i32; 2],
        bits: FractionalBits,
    ) -> [i32; 2] {
        let part = |state: i32, factor: i32| {
            fixed::shift_magnitude(i64::from(state) * i64::from(factor), bits.decay)
        };
        let input = |a_in: i32| i64::from(a_in.wrapping_shl(bits.state));
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

/// Numbers of fractional bits in fixed point.
#[derive(Clone, Copy, Default)]
pub(super) struct FractionalBits {
    /// Fractional bits of the state.
    pub(super) state: u32,
    /// Fractional bits of sine and cosine.
    pub(super) decay: u32,
}

/// Coefficients derived from the parameters: sine and cosine of the rotation per step, times the
/// decay, and the threshold.
pub(super) type Rotation<T> = Factors<T, 3>;

/// Computes the [`Rotation`] of neurons from their parameters.
pub(super) fn rotation<T: Resonator>(
    population: usize,
    [period, alpha, vth]: [&PerNeuron<f64>; 3],
    bits: FractionalBits,
) -> Rotation<T> {
    Factors::of(population, [period, alpha, vth], |[period, alpha, vth]| {
        let angle = PI * 2.0 / period;
        let left = 1.0 - alpha;
        [
            T::with_bits(left * angle.sin(), bits.decay),
            T::with_bits(left * angle.cos(), bits.decay),
            T::with_bits(vth, bits.state),
        ]
    })
}

/// State and coefficients of a population, borrowed from a model for a step.
pub(super) struct Resonators<'a, T: Resonator> {
    pub(super) step: u64,
    pub(super) a_real_in: Sums<'a, T>,
    pub(super) a_imag_in: Sums<'a, T>,
    pub(super) real: &'a mut Vec<T>,
    pub(super) imag: &'a mut Vec<T>,
    pub(super) sleep: &'a mut Sleep,
    pub(super) rotation: &'a Rotation<T>,
    pub(super) bits: FractionalBits,
    /// The neurons that are computed, if they are event-driven.
    pub(super) events: Option<AwakeBlocks<'a>>,
}

/// The voltage of a neuron after some steps without input.
pub(super) fn rotated<T: Resonator + ClosedNumber>(
    rotation: &Rotation<T>,
    neuron: usize,
    state: [T; 2],
    steps: u64,
) -> [T; 2] {
    let [sin, cos, _] = rotation.blocks(neuron, 1).map(|part| part[0].real());
    let [re, im] = state.map(T::real);
    let left = sin.hypot(cos).powf(steps as f64);
    let (sin, cos) = (steps as f64 * sin.atan2(cos)).sin_cos();
    [cos * re - sin * im, sin * re + cos * im].map(|part| T::rounded(left * part))
}

/// Returns `true` if the voltage never reaches the threshold without input: its amplitude is below, and does
/// not grow.
pub(super) fn stays_below<T: Resonator + ClosedNumber>(
    rotation: &Rotation<T>,
    neuron: usize,
    state: [T; 2],
) -> bool {
    let [sin, cos, vth] = rotation.blocks(neuron, 1).map(|part| part[0].real());
    let [re, im] = state.map(T::real);
    sin.hypot(cos) <= 1.0 && is_below::<T>(re.hypot(im), vth, 0.0)
}

/// Defines a model of resonators for `$process<$T>`, whose neurons fire by `$rule`.
macro_rules! resonator_model {
    ($process:ident, $model:ident, $tag:ident, $T:ident, [$($bound:tt)*], [$($parameter:tt)*], $rule:expr) => {
        #[implements(proc = $process<$T>, protocol = Loihi, shardable, batch)]
        #[tag($tag)]
        struct $model<$($bound)*> {
            a_real_in: In<$T>,
            a_imag_in: In<$T>,
            s_out: Out<Spike>,
            real: Vec<$T>,
            imag: Vec<$T>,
            period: PerNeuron<f64>,
            alpha: PerNeuron<f64>,
            vth: PerNeuron<f64>,
            state_exp: u32,
            decay_bits: u32,
            update: Update,
            #[local(rebuilt)]
            events: EventDriven<[$T; 2]>,
            #[local(rebuilt)]
            rotation: Rotation<$T>,
            #[local]
            context: Context,
            #[local]
            sleep: Sleep,
            #[local(rebuilt)]
            fired: Fired,
        }

        impl<$($bound)*> $model<$($parameter)*> {
            fn bits(&self) -> FractionalBits {
                FractionalBits {
                    state: self.state_exp,
                    decay: self.decay_bits,
                }
            }
        }

        impl<$($bound)*> ClosedForm for $model<$($parameter)*> {
            /// The voltage.
            type State = [$T; 2];

            fn state(&self, neuron: usize) -> [$T; 2] {
                [self.real[neuron], self.imag[neuron]]
            }

            fn set_state(&mut self, neuron: usize, state: [$T; 2]) {
                [self.real[neuron], self.imag[neuron]] = state;
            }

            fn advanced(&self, neuron: usize, state: [$T; 2], steps: u64) -> [$T; 2] {
                rotated(&self.rotation, neuron, state, steps)
            }

            fn stays_below_threshold(&self, neuron: usize, state: [$T; 2]) -> bool {
                stays_below(&self.rotation, neuron, state)
            }

            fn events(&mut self) -> &mut EventDriven<[$T; 2]> {
                &mut self.events
            }
        }

        impl<$($bound)*> LoihiModel for $model<$($parameter)*> {
            event_methods!();

            fn check(&self) -> crate::Result<()> {
                check_update::<$T>(self.update)
            }

            fn start(&mut self) -> crate::Result<()> {
                <$T as Resonator>::check(self.bits())?;
                let parameters = [&self.period, &self.alpha, &self.vth];
                self.rotation = rotation(self.real.len(), parameters, self.bits());
                Ok(())
            }

            fn on_var_update(&mut self, _: &str) -> crate::Result<()> {
                self.events.accept();
                self.start()
            }

            #[inline(always)]
            fn run_spk(&mut self) -> crate::Result<()> {
                let bits = self.bits();
                let is_event_driven = self.update == Update::EventDriven;
                if is_event_driven {
                    begin_events!(self, self.real.len(), a_real_in, a_imag_in);
                }
                let resonators = Resonators {
                    events: is_event_driven.then(|| self.events.blocks()),
                    step: self.context.time_step(),
                    a_real_in: self.a_real_in.recv_sums(),
                    a_imag_in: self.a_imag_in.recv_sums(),
                    real: &mut self.real,
                    imag: &mut self.imag,
                    sleep: &mut self.sleep,
                    rotation: &self.rotation,
                    bits,
                };
                resonators.step(&mut self.fired, $rule);
                end_events!(self);
                self.s_out.send_indices(&self.fired.neurons)
            }
        }
    };
}

pub(super) use resonator_model;

/// A neuron after the rotation of a step, before the spike rule.
pub(super) struct Rotated<T> {
    /// Imaginary part before the step.
    pub(super) before: T,
    /// Real part after the step.
    pub(super) re: T,
    /// Imaginary part after the step.
    pub(super) im: T,
}

impl<T: Resonator> Resonators<'_, T> {
    /// Advances all neurons by a step. `rule(vth, rotated)` returns the new state of a neuron, and
    /// `true` if it fires.
    #[inline(always)]
    pub(super) fn step(self, fired: &mut Fired, rule: impl Fn(T, Rotated<T>) -> ([T; 2], bool)) {
        fired.neurons.clear();
        let settles = settles(self.step);
        let mut sent = [false; BLOCK];
        let inputs: [&dyn Arrive; 2] = [&self.a_real_in, &self.a_imag_in];
        let mut blocks = match self.events {
            Some(events) => events,
            None => self.sleep.blocks(self.real.len(), self.step, &inputs),
        };
        while let Some((start, len)) = blocks.next() {
            if blocks.look() {
                blocks.before(&[&*self.real, &*self.imag]);
            }
            let a_real_in = self.a_real_in.block(start, len);
            let a_imag_in = self.a_imag_in.block(start, len);
            let real = &mut self.real[start..][..len];
            let imag = &mut self.imag[start..][..len];
            let [sin, cos, vth] = self.rotation.blocks(start, len);
            if settles {
                T::settle(real);
                T::settle(imag);
            }
            let sent = &mut sent[..len];
            // A loop rather than a closure, which might not be inlined and vectorised.
            for i in 0..len {
                let (state, a_in) = ([real[i], imag[i]], [a_real_in[i], a_imag_in[i]]);
                let [re, im] = T::rotate(state, [sin[i], cos[i]], a_in, self.bits);
                let before = imag[i];
                let state;
                (state, sent[i]) = rule(vth[i], Rotated { before, re, im });
                [real[i], imag[i]] = state;
            }
            fired.collect(start, sent);
            if blocks.look() {
                let has_fired = fired.has_fired_from(start);
                blocks.after(&[&*self.real, &*self.imag], has_fired);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_fixed_point_rotation_is_lavas(
            state: [i32; 2],
            sin_cos: [i32; 2],
            a_in in [-(1 << 20)..1 << 20, -(1 << 20)..1 << 20],
            state_exp in 0_u32..=10,
            decay_bits in 1_u32..=30,
        ) {
            let bits = FractionalBits { state: state_exp, decay: decay_bits };
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
            let rotated = i32::rotate(state, sin_cos, a_in, bits);
            prop_assert_eq!(rotated.map(i128::from), expected);
        }
    }

    #[test]
    fn thresholds_beyond_32_bits_saturate() {
        assert_eq!(i32::with_bits(1.5, 6), 96);
        assert_eq!(i32::with_bits(-0.99, 0), 0);
        assert_eq!(i32::with_bits(1e9, 31), i32::MAX);
    }
}
