//! Membrane number types and the dynamics of current and voltage.

use std::hint::select_unpredictable;
use std::ops::{Neg, RangeInclusive};

use crate::proc::kernel::fixed;
use crate::proc::kernel::real::Real;
use crate::proc::kernel::settle::Settle;
use crate::process::Value;

/// Number type of a membrane voltage: `f32`, `f64`, or `i32` for Loihi's fixed point.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be the type of a membrane voltage [E3204]",
    label = "not a membrane type",
    note = "neurons compute in `f32`, `f64`, or `i32` for Loihi's fixed point"
)]
pub trait Membrane: Value + Neg<Output = Self> {
    /// Valid decays.
    const DECAY: RangeInclusive<Self>;
    /// Valid biases.
    const BIAS: RangeInclusive<Self>;
    /// Valid thresholds.
    const THRESHOLD: RangeInclusive<Self>;
    /// Valid thresholds of processes that take them as real numbers.
    const REAL_THRESHOLD: RangeInclusive<f64>;
    /// Default threshold: 10.
    const VTH: Self;
    /// Initial threshold of neurons that adapt it: 5.
    const THETA: Self;
}

impl Membrane for f32 {
    const DECAY: RangeInclusive<f32> = 0.0..=1.0;
    const BIAS: RangeInclusive<f32> = f32::MIN..=f32::MAX;
    const THRESHOLD: RangeInclusive<f32> = f32::NEG_INFINITY..=f32::INFINITY;
    const REAL_THRESHOLD: RangeInclusive<f64> = f32::MIN as f64..=f32::MAX as f64;
    const VTH: f32 = 10.0;
    const THETA: f32 = 5.0;
}

impl Membrane for f64 {
    const DECAY: RangeInclusive<f64> = 0.0..=1.0;
    const BIAS: RangeInclusive<f64> = f64::MIN..=f64::MAX;
    const THRESHOLD: RangeInclusive<f64> = f64::NEG_INFINITY..=f64::INFINITY;
    const REAL_THRESHOLD: RangeInclusive<f64> = f64::MIN..=f64::MAX;
    const VTH: f64 = 10.0;
    const THETA: f64 = 5.0;
}

impl Membrane for i32 {
    const DECAY: RangeInclusive<i32> = 0..=4095;
    const BIAS: RangeInclusive<i32> = -32_768..=32_767;
    const THRESHOLD: RangeInclusive<i32> = -(1 << 24)..=(1 << 24);
    const REAL_THRESHOLD: RangeInclusive<f64> = -16_777_216.0..=16_777_216.0;
    const VTH: i32 = 10;
    const THETA: i32 = 5;
}

/// Dynamics shared by all leaky neurons: see [`Lif`](crate::proc::Lif) for the equations.
pub(in crate::proc) trait Dynamics: Membrane + Settle {
    /// Returns the value after a step of decay.
    fn left(value: Self, decay: Self) -> Self;

    /// Adds the input of the step to a decayed current.
    fn arrive(left: Self, a_in: Self) -> Self;

    /// Returns the current after a step with input `a_in`.
    fn current(u: Self, du: Self, a_in: Self) -> Self;

    /// Returns the voltage after a step under the current `u`, before any reset.
    fn voltage(v: Self, dv: Self, u: Self, bias_mant: Self, bias_exp: i32) -> Self;

    /// Converts a threshold to the units of the voltage.
    fn threshold(vth: Self) -> Self;

    /// Returns 0 if the neuron fires, else the value.
    fn zero_where(self, fires: bool) -> Self;

    /// Returns the value minus the threshold, in the units of the voltage, if the neuron fires, else
    /// the value.
    fn minus_where(self, threshold: Self, fires: bool) -> Self;
}

/// Floating point.
impl<T: Real> Dynamics for T {
    #[inline(always)]
    fn left(value: T, decay: T) -> T {
        value * (T::one() - decay)
    }

    #[inline(always)]
    fn arrive(left: T, a_in: T) -> T {
        left + a_in
    }

    #[inline(always)]
    fn current(u: T, du: T, a_in: T) -> T {
        T::arrive(T::left(u, du), a_in)
    }

    #[inline(always)]
    fn voltage(v: T, dv: T, u: T, bias_mant: T, _: i32) -> T {
        T::left(v, dv) + u + bias_mant
    }

    #[inline(always)]
    fn threshold(vth: T) -> T {
        vth
    }

    #[inline(always)]
    fn zero_where(self, fires: bool) -> T {
        self.masked(!fires)
    }

    #[inline(always)]
    fn minus_where(self, threshold: T, fires: bool) -> T {
        select_unpredictable(fires, self - threshold, self)
    }
}

/// Loihi's fixed point.
impl Dynamics for i32 {
    #[inline(always)]
    fn left(value: i32, decay: i32) -> i32 {
        fixed::decay(value, fixed::DECAY_UNITY - decay)
    }

    #[inline(always)]
    fn arrive(left: i32, a_in: i32) -> i32 {
        fixed::wrap_state(left.wrapping_add(fixed::state_units(a_in)))
    }

    /// A current decays by one unit more than `du`.
    #[inline(always)]
    fn current(u: i32, du: i32, a_in: i32) -> i32 {
        i32::arrive(i32::left(u, du + 1), a_in)
    }

    #[inline(always)]
    fn voltage(v: i32, dv: i32, u: i32, bias_mant: i32, bias_exp: i32) -> i32 {
        let bias = fixed::shift(bias_mant, bias_exp);
        let sum = i32::left(v, dv).wrapping_add(u).wrapping_add(bias);
        fixed::saturate(sum, fixed::STATE_BITS)
    }

    #[inline(always)]
    fn threshold(vth: i32) -> i32 {
        fixed::state_units(vth)
    }

    #[inline(always)]
    fn zero_where(self, fires: bool) -> i32 {
        select_unpredictable(fires, 0, self)
    }

    #[inline(always)]
    fn minus_where(self, threshold: i32, fires: bool) -> i32 {
        let left = fixed::saturate(self.wrapping_sub(threshold), fixed::STATE_BITS);
        select_unpredictable(fires, left, self)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Decay of `value` in integers of any size.
    fn left(value: i32, factor: i32) -> i128 {
        i128::from(value) * i128::from(factor) / 4096
    }

    proptest! {
        #[test]
        fn a_fixed_point_current_is_lavas(
            u in -(1 << 23)..=1 << 23,
            du in i32::DECAY,
            a_in in -(1 << 17)..1 << 17,
        ) {
            let sum = left(u, 4095 - du) + i128::from(a_in) * 64;
            let mut wrapped = sum;
            if sum > 1 << 23 {
                wrapped = sum - (1 << 24);
            }
            if wrapped <= -(1 << 23) {
                wrapped = sum + (1 << 24);
            }
            prop_assert_eq!(i128::from(i32::current(u, du, a_in)), wrapped);
        }

        #[test]
        fn a_fixed_point_voltage_is_lavas(
            v in -(1 << 23) + 1..1 << 23,
            dv in i32::DECAY,
            u in -(1 << 23) + 1..=1 << 23,
            mantissa in i32::BIAS,
            exponent in -15..=15,
        ) {
            let bias = match exponent {
                0.. => i128::from(mantissa) << exponent,
                _ => i128::from(mantissa).div_euclid(1 << -exponent),
            };
            let sum = left(v, 4096 - dv) + i128::from(u) + bias;
            let expected = sum.clamp(-(1 << 23) + 1, (1 << 23) - 1);
            let voltage = i32::voltage(v, dv, u, mantissa, exponent);
            prop_assert_eq!(i128::from(voltage), expected);
        }

        #[test]
        fn no_state_and_no_input_makes_fixed_point_panic(
            state: i32,
            other: i32,
            du in i32::DECAY,
            mantissa in i32::BIAS,
            exponent in -31..=31,
        ) {
            let u = i32::current(state, du, other);
            i32::voltage(state, du, u, mantissa, exponent);
            i32::threshold(state);
        }
    }

    #[test]
    fn a_fixed_point_current_decays_by_one_unit_more_than_is_given() {
        assert_eq!(i32::current(4096, 0, 0), 4095);
        assert_eq!(i32::current(6400, 1000, 0), 4835);
        assert_eq!(i32::current(4096, 4095, 3), 3 * 64);
    }
}
