//! Number types of graded signals: floating point, or 32-bit integers that wrap around.

use std::ops::RangeInclusive;

use num_traits::Float;

use crate::process::Value;

/// Number type of graded neurons: `f32`, `f64`, or `i32` for Loihi's fixed point.
#[diagnostic::on_unimplemented(
    message = "graded neurons cannot compute in `{Self}` [E3204]",
    label = "not a type of graded neurons",
    note = "they compute in `f32`, `f64`, or `i32` for Loihi's fixed point"
)]
pub trait Signal: Value {
    /// Valid thresholds: finite and not negative.
    const THRESHOLD: RangeInclusive<Self>;
    /// The least value.
    const LOWEST: Self;
}

impl Signal for f32 {
    const THRESHOLD: RangeInclusive<f32> = 0.0..=f32::MAX;
    const LOWEST: f32 = f32::NEG_INFINITY;
}

impl Signal for f64 {
    const THRESHOLD: RangeInclusive<f64> = 0.0..=f64::MAX;
    const LOWEST: f64 = f64::NEG_INFINITY;
}

impl Signal for i32 {
    const THRESHOLD: RangeInclusive<i32> = 0..=i32::MAX;
    const LOWEST: i32 = i32::MIN;
}

/// Floating-point signals.
pub(in crate::proc) trait FloatSignal: Arithmetic + Float {}

impl FloatSignal for f32 {}
impl FloatSignal for f64 {}

/// Operations on a [`Signal`]. Integers wrap around; exponents are at most 31.
pub(in crate::proc) trait Arithmetic: Signal {
    /// Returns the difference.
    fn minus(self, other: Self) -> Self;

    /// Returns the absolute value; for `i32::MIN` that is `i32::MIN`.
    fn magnitude(self) -> Self;

    /// Returns the number times `2^exponent`.
    fn scaled(self, exponent: u32) -> Self;

    /// Returns `true` if [`scaled`](Arithmetic::scaled) does not wrap around.
    fn can_be_scaled(self, exponent: u32) -> bool;

    /// Converts a message to the units of a state with `exponent` more bits. Floating point has the
    /// same units for both.
    fn raised(self, exponent: u32) -> Self;

    /// Converts a state to the units of a message, rounded towards −∞.
    fn lowered(self, exponent: u32) -> Self;
}

/// Implements [`Arithmetic`] for a floating-point type.
macro_rules! float {
    ($float:ident) => {
        impl Arithmetic for $float {
            #[inline(always)]
            fn minus(self, other: $float) -> $float {
                self - other
            }

            #[inline(always)]
            fn magnitude(self) -> $float {
                self.abs()
            }

            #[inline(always)]
            fn scaled(self, exponent: u32) -> $float {
                self * 1_u32.wrapping_shl(exponent) as $float
            }

            fn can_be_scaled(self, _: u32) -> bool {
                true
            }

            #[inline(always)]
            fn raised(self, _: u32) -> $float {
                self
            }

            #[inline(always)]
            fn lowered(self, _: u32) -> $float {
                self
            }
        }
    };
}

float!(f32);
float!(f64);

impl Arithmetic for i32 {
    #[inline(always)]
    fn minus(self, other: i32) -> i32 {
        self.wrapping_sub(other)
    }

    #[inline(always)]
    fn magnitude(self) -> i32 {
        self.wrapping_abs()
    }

    #[inline(always)]
    fn scaled(self, exponent: u32) -> i32 {
        self.wrapping_shl(exponent)
    }

    fn can_be_scaled(self, exponent: u32) -> bool {
        i32::try_from(i64::from(self) << exponent).is_ok()
    }

    #[inline(always)]
    fn raised(self, exponent: u32) -> i32 {
        self.wrapping_shl(exponent)
    }

    #[inline(always)]
    fn lowered(self, exponent: u32) -> i32 {
        self.wrapping_shr(exponent)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Modulo 2³², in −2³¹ … 2³¹ − 1.
    fn wrapped(value: i128) -> i32 {
        let (modulus, half) = (1_i128 << 32, 1_i128 << 31);
        ((value + half).rem_euclid(modulus) - half) as i32
    }

    /// Any number, small ones and the extremes more often.
    fn number() -> impl Strategy<Value = i32> {
        prop_oneof![
            any::<i32>(),
            -100..100,
            Just(i32::MIN),
            Just(i32::MIN + 1),
            Just(i32::MAX)
        ]
    }

    proptest! {
        #[test]
        fn differences_wrap_at_32_bits(a in number(), b in number()) {
            prop_assert_eq!(a.minus(b), wrapped(i128::from(a) - i128::from(b)));
        }

        #[test]
        fn magnitudes_wrap_at_32_bits(a in number()) {
            prop_assert_eq!(a.magnitude(), wrapped(i128::from(a).abs()));
        }

        #[test]
        fn shifts_to_the_left_wrap_at_32_bits(a in number(), exponent in 0_u32..=31) {
            let wide = i128::from(a) * (1 << exponent);
            prop_assert_eq!(a.raised(exponent), wrapped(wide));
            prop_assert_eq!(a.scaled(exponent), wrapped(wide));
            prop_assert_eq!(a.can_be_scaled(exponent), i128::from(a.scaled(exponent)) == wide);
        }

        #[test]
        fn shifts_to_the_right_round_down(a in number(), exponent in 0_u32..=31) {
            let wide = i128::from(a).div_euclid(1 << exponent);
            prop_assert_eq!(i128::from(a.lowered(exponent)), wide);
        }

        #[test]
        fn floating_point_has_one_unit(a in any::<f64>(), exponent in 0_u32..=31) {
            prop_assume!(!a.is_nan());
            prop_assert_eq!(a.raised(exponent).lowered(exponent), a);
            prop_assert_eq!(a.scaled(exponent), a * 2.0_f64.powi(exponent as i32));
        }
    }
}
