//! Loihi's integer arithmetic, shared by the fixed-point models.
//!
//! Nothing here panics or depends on the build profile: overflow wraps around or saturates, as each
//! function states.
//!
//! Source: Davies et al. (2018), *Loihi: A Neuromorphic Manycore Processor with On-Chip Learning*,
//! IEEE Micro 38(1); bit for bit as the bit-accurate models of Intel's Lava.

use num_traits::PrimInt;

/// Bits of a neuron's state variable, sign included.
pub(in crate::proc) const STATE_BITS: u32 = 24;
/// Largest state variable: a sum above it wraps around.
const STATE_LIMIT: i32 = 1 << (STATE_BITS - 1);
/// Fractional bits of a decay: 1 is 2¹².
const DECAY_BITS: u32 = 12;
/// Decay factor that leaves everything.
pub(in crate::proc) const DECAY_UNITY: i32 = 1 << DECAY_BITS;

/// Returns `value / 2^bits`, rounded towards zero: the shift of a number in sign-magnitude form.
/// `bits` is at most 63.
#[inline(always)]
pub(in crate::proc) fn shift_magnitude(value: i64, bits: u32) -> i64 {
    let magnitude = (value.unsigned_abs() >> bits) as i64;
    if value < 0 { -magnitude } else { magnitude }
}

/// Returns `value·factor / 2¹²`, rounded towards zero. `factor` is 0 … 2¹².
///
/// Computed in two halves of 32 bits: a SIMD register holds twice as many as of 64-bit products.
#[inline(always)]
pub(in crate::proc) fn decay(value: i32, factor: i32) -> i32 {
    let (magnitude, factor) = (value.unsigned_abs(), factor as u32);
    let high = (magnitude >> DECAY_BITS).wrapping_mul(factor);
    let low = (magnitude & (DECAY_UNITY as u32 - 1)).wrapping_mul(factor) >> DECAY_BITS;
    let left = high.wrapping_add(low) as i32;
    if value < 0 { left.wrapping_neg() } else { left }
}

/// Returns the integer part of a number whose magnitude is at most 2³¹. It avoids the conversion
/// instruction, so that a loop over it is vectorised.
#[inline(always)]
pub(in crate::proc) fn truncate(value: f64) -> i32 {
    /// Adding it rounds to an integer and leaves that in the lowest bits.
    const ROUNDER: f64 = (1_u64 << 52) as f64;
    let magnitude = value.abs();
    let rounded = magnitude + ROUNDER;
    let above = rounded - ROUNDER > magnitude;
    let whole = (rounded.to_bits() as i32).wrapping_sub(i32::from(above));
    if value < 0.0 {
        whole.wrapping_neg()
    } else {
        whole
    }
}

/// Wraps a sum of state variables once into −2²³ + 1 … 2²³. A sum that lies further outside stays
/// outside.
#[inline(always)]
pub(in crate::proc) fn wrap_state(sum: i32) -> i32 {
    let wrapped = if sum > STATE_LIMIT {
        sum.wrapping_sub(2 * STATE_LIMIT)
    } else {
        sum
    };
    if wrapped <= -STATE_LIMIT {
        sum.wrapping_add(2 * STATE_LIMIT)
    } else {
        wrapped
    }
}

/// Clamps to `bits` bits, sign included: −(2^(bits − 1) − 1) … 2^(bits − 1) − 1.
#[inline(always)]
pub(in crate::proc) fn saturate<I: PrimInt>(value: I, bits: u32) -> I {
    let most = I::max_value() >> (I::zero().count_zeros() - bits) as usize;
    value.min(most).max(I::zero() - most)
}

/// Returns `value·2^exponent`: overflow wraps around, fractions round towards −∞. `exponent` is
/// −31 … 31.
#[inline(always)]
pub(in crate::proc) fn shift(value: i32, exponent: i32) -> i32 {
    if exponent >= 0 {
        value.wrapping_shl(exponent as u32)
    } else {
        value.wrapping_shr(exponent.unsigned_abs())
    }
}

/// Converts a weight, input or threshold to the units of the state variables: times 64.
#[inline(always)]
pub(in crate::proc) fn state_units(value: i32) -> i32 {
    value.wrapping_shl(6)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Any 32-bit number; numbers near the limits of 24 bits are as frequent as all others.
    fn number() -> impl Strategy<Value = i32> {
        let near = |limit: i32| (limit - 300)..=(limit + 300);
        prop_oneof![
            any::<i32>(),
            near(STATE_LIMIT),
            near(-STATE_LIMIT),
            near(0),
            Just(i32::MIN),
            Just(i32::MAX),
        ]
    }

    /// The quotient rounded towards zero, from the one rounded down.
    fn truncated(dividend: i128, divisor: i128) -> i128 {
        let down = dividend.div_euclid(divisor);
        down + i128::from(dividend < 0 && dividend.rem_euclid(divisor) != 0)
    }

    proptest! {
        #[test]
        fn a_shift_of_the_magnitude_rounds_towards_zero(value: i64, bits in 0_u32..64) {
            let expected = truncated(value.into(), 1 << bits);
            // −2⁶³ has no magnitude of 63 bits, and stays unchanged.
            prop_assert_eq!(shift_magnitude(value, bits), expected as i64);
        }

        #[test]
        fn a_decay_is_the_whole_product_shifted(value in number(), factor in 0..=4096) {
            let product = i128::from(value) * i128::from(factor);
            prop_assert_eq!(i128::from(decay(value, factor)), truncated(product, 4096));
        }

        #[test]
        fn a_number_is_truncated(whole: i32, fraction in 0.0..1.0) {
            for value in [f64::from(whole), f64::from(whole) + fraction, fraction, -fraction] {
                prop_assert_eq!(truncate(value), value as i32);
            }
        }

        #[test]
        fn a_sum_of_24_bits_wraps_around(sum in -3 * STATE_LIMIT + 1..3 * STATE_LIMIT) {
            let wrapped = i64::from(wrap_state(sum));
            prop_assert!((-(1 << 23) + 1..=1 << 23).contains(&wrapped));
            prop_assert_eq!((wrapped - i64::from(sum)).rem_euclid(1 << 24), 0);
        }

        #[test]
        fn a_sum_far_beyond_24_bits_wraps_around_once(sum in number()) {
            let wrapped = match i64::from(sum) {
                sum if sum > 1 << 23 => sum - (1 << 24),
                sum => sum,
            };
            let expected = if wrapped <= -(1 << 23) { i64::from(sum) + (1 << 24) } else { wrapped };
            prop_assert_eq!(i64::from(wrap_state(sum)), expected);
        }

        #[test]
        fn saturation_is_symmetric_at_every_width(value: i64, bits in 2_u32..=32) {
            let most = 2_i128.pow(bits - 1) - 1;
            let expected = i128::from(value).clamp(-most, most);
            prop_assert_eq!(i128::from(saturate(value, bits)), expected);
            let narrow = value as i32;
            let expected = i128::from(narrow).clamp(-most, most);
            prop_assert_eq!(i128::from(saturate(narrow, bits)), expected);
        }

        #[test]
        fn a_positive_exponent_multiplies(value in number(), exponent in 0_i32..=31) {
            let product = i128::from(value) << exponent;
            prop_assert_eq!(shift(value, exponent), product as i32);
        }

        #[test]
        fn a_negative_exponent_divides_and_rounds_down(value in number(), exponent in 0_i32..=31) {
            let quotient = i128::from(value).div_euclid(1 << exponent);
            prop_assert_eq!(i128::from(shift(value, -exponent)), quotient);
        }

        #[test]
        fn a_weight_is_64_units(weight in number()) {
            let units = i128::from(weight) * 64;
            prop_assert_eq!(state_units(weight), units as i32);
        }
    }

    #[test]
    fn what_is_decayed_is_what_was_recorded() {
        assert_eq!(decay(-448, 3095), -338);
        assert_eq!(decay(6400, 3095), 4835);
        assert_eq!(decay(i32::MIN, DECAY_UNITY), i32::MIN);
    }

    #[test]
    fn the_limit_of_24_bits_is_the_positive_one() {
        assert_eq!(wrap_state(STATE_LIMIT), STATE_LIMIT);
        assert_eq!(wrap_state(STATE_LIMIT + 1), 1 - STATE_LIMIT);
        assert_eq!(wrap_state(-STATE_LIMIT), STATE_LIMIT);
    }
}
