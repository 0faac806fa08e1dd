//! Floating-point number types of neurons.

use std::hint::select_unpredictable;
use std::ops::Bound::{self, Excluded, Included};

use num_traits::Float;

use super::membrane::Membrane;

/// Number type of floating-point models: `f32` or `f64`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a floating-point number [E3204]",
    label = "neither `f32` nor `f64`",
    note = "floating-point models compute in `f32` or `f64`"
)]
pub trait Real: Membrane + Float {
    /// Finite numbers above zero: the range of time constants and capacitances.
    const POSITIVE: (Bound<Self>, Bound<Self>);
    /// Finite numbers from zero on.
    const NON_NEGATIVE: (Bound<Self>, Bound<Self>);

    /// The distance from 1 to the next number.
    const PRECISION: f64;

    /// Rounds to the nearest number of this type.
    fn of(value: f64) -> Self;

    /// Converts a count of at most 2³¹ − 1, the range of SIMD conversion.
    fn count(value: u32) -> Self;

    /// Converts to double precision.
    fn double(self) -> f64;

    /// Returns 0 if the number is subnormal, else the number. Arithmetic on subnormal numbers,
    /// which exponential decay ends in, is slow.
    fn settled(self) -> Self;

    /// Returns the number if `keep`, else 0. It masks the bits: a floating-point select compiles to
    /// a branch in the remainder of a vectorised loop, and spikes are hard to predict.
    fn masked(self, keep: bool) -> Self;

    /// Returns the exponential, to two units in the last place, without a branch or a call, so that
    /// a loop over it is vectorised. Saturates instead of overflow or underflow.
    fn vector_exp(self) -> Self;

    /// Returns the exponential minus 1, as [`vector_exp`](Real::vector_exp); it keeps its digits near
    /// 0.
    fn vector_expm1(self) -> Self;
}

/// Returns `2ⁿ` and `r` of `x = n·ln 2 + r`.
macro_rules! reduced {
    ($real:ident, $int:ident, $x:expr, $largest:expr, $rounder:expr, $ln2:expr) => {{
        const BIAS: $int = ($real::MAX_EXP - 1) as $int;
        // Adding it rounds to an integer and leaves `n` in the lowest bits.
        const ROUNDER: $real = $rounder;
        let (high, low): ($real, $real) = $ln2;
        let x = select_unpredictable($x < -$largest, -$largest, $x);
        let x = select_unpredictable(x > $largest, $largest, x);
        let rounded = x * std::$real::consts::LOG2_E + ROUNDER;
        let n = rounded - ROUNDER;
        let r = x - n * high - n * low;
        let exponent = rounded.to_bits().wrapping_sub(ROUNDER.to_bits());
        let mantissa_bits = $real::MANTISSA_DIGITS - 1;
        (
            $real::from_bits(exponent.wrapping_add(BIAS) << mantissa_bits),
            r,
        )
    }};
}

/// Implements [`Real`]; the constants are of its exponential.
macro_rules! real {
    ($real:ident, $int:ident, largest: $largest:expr, rounder: $rounder:expr, ln2: $ln2:expr, factorials: $factorials:expr) => {
        #[diagnostic::do_not_recommend]
        impl Real for $real {
            const POSITIVE: (Bound<$real>, Bound<$real>) =
                (Excluded(0.0), Excluded($real::INFINITY));
            const NON_NEGATIVE: (Bound<$real>, Bound<$real>) =
                (Included(0.0), Excluded($real::INFINITY));
            const PRECISION: f64 = $real::EPSILON as f64;

            #[inline(always)]
            fn of(value: f64) -> $real {
                value as $real
            }

            #[inline(always)]
            fn count(value: u32) -> $real {
                value as i32 as $real
            }

            #[inline(always)]
            fn double(self) -> f64 {
                f64::from(self)
            }

            #[inline(always)]
            fn settled(self) -> $real {
                // With AVX-512 a test of the exponent is one instruction, a comparison of the magnitude two.
                const EXPONENT: $int = $real::INFINITY.to_bits();
                let bits = self.to_bits();
                $real::from_bits(select_unpredictable(bits & EXPONENT != 0, bits, 0))
            }

            #[inline(always)]
            fn masked(self, keep: bool) -> $real {
                $real::from_bits(self.to_bits() & $int::from(keep).wrapping_neg())
            }

            /// `exp(x) = 2ⁿ·exp(r)` with `|r| ≤ ln 2 / 2`; `exp(r)` is its Taylor series.
            #[inline(always)]
            fn vector_exp(self) -> $real {
                let (power, r) = reduced!($real, $int, self, $largest, $rounder, $ln2);
                let series = $factorials.iter().rev();
                let series = series.fold(0.0, |sum, factorial: &$real| sum * r + 1.0 / factorial);
                series * power
            }

            /// `exp(x) − 1 = 2ⁿ·(exp(r) − 1) + (2ⁿ − 1)`, whose second term is exact, or far greater
            /// than the error of the first.
            #[inline(always)]
            fn vector_expm1(self) -> $real {
                let (power, r) = reduced!($real, $int, self, $largest, $rounder, $ln2);
                let series = $factorials[1..].iter().rev();
                let series = series.fold(0.0, |sum, factorial: &$real| sum * r + 1.0 / factorial);
                power * (series * r) + (power - 1.0)
            }
        }
    };
}

real!(
    f32, u32,
    largest: 87.0,
    rounder: 12_582_912.0,
    ln2: (0.693_359_4, -2.121_944_4e-4),
    factorials: [1.0, 1.0, 2.0, 6.0, 24.0, 120.0, 720.0, 5040.0]
);

real!(
    f64, u64,
    largest: 708.0,
    rounder: 6_755_399_441_055_744.0,
    ln2: (0.693_147_180_369_123_8, 1.908_214_929_270_587_7e-10),
    factorials: [
        1.0, 1.0, 2.0, 6.0, 24.0, 120.0, 720.0, 5040.0, 40_320.0, 362_880.0, 3_628_800.0,
        39_916_800.0, 479_001_600.0, 6_227_020_800.0
    ]
);

/// Returns `true` if all values are 0, and none is −0: sums have the same bits without them.
#[inline(always)]
pub fn are_zero<T: Real>(values: &[T]) -> bool {
    // Without an early return, which would keep the loop from using vectors.
    let mut any = false;
    for value in values {
        any |= (*value != T::ZERO) | value.is_sign_negative();
    }
    !any
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_exponential_is_exact_to_two_units_in_the_last_place() {
        for n in -8_600..=8_600 {
            let x = f64::from(n) * 0.01;
            let error = (x.vector_exp() / x.exp() - 1.0).abs();
            assert!(error <= 2.0 * f64::EPSILON, "exp({x}): {error:e}");
            let x = x as f32;
            let exact = f64::from(x).exp();
            let error = (f64::from(x.vector_exp()) / exact - 1.0).abs();
            assert!(
                error <= 2.0 * f64::from(f32::EPSILON),
                "exp({x}): {error:e}"
            );
        }
        assert_eq!(0.0_f32.vector_exp(), 1.0);
        assert_eq!(0.0_f64.vector_exp(), 1.0);
    }

    #[test]
    fn zeros_and_subnormal_numbers_settle_to_zero() {
        let (least, most) = (f32::MIN_POSITIVE, f32::MIN_POSITIVE.next_down());
        for number in [0.0, -0.0, f32::from_bits(1), most, -most] {
            assert_eq!(number.settled().to_bits(), 0, "{number:e}");
            assert_eq!((f64::from(number) * 1e-275).settled().to_bits(), 0);
        }
        for number in [least, -least, 1.0, f32::MAX, f32::NEG_INFINITY, f32::NAN] {
            assert_eq!(number.settled().to_bits(), number.to_bits(), "{number:e}");
            let number = f64::from(number);
            assert_eq!(number.settled().to_bits(), number.to_bits(), "{number:e}");
        }
    }

    #[test]
    fn far_out_the_exponential_saturates() {
        assert!(1e9_f32.vector_exp() > 1e37 && 1e9_f32.vector_exp().is_finite());
        assert!((-1e9_f32).vector_exp() < 1e-37);
        assert!(f64::INFINITY.vector_exp() > 1e307);
        assert!(f64::NAN.vector_exp().is_nan());
    }
}
