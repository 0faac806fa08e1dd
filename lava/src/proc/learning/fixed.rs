//! Learning in Loihi's fixed point, bit for bit as Intel's Lava approximates it.

use super::number::{Bounds, FactorKind, LearningNumber, Target};
use super::values::FactorValues;
use crate::proc::synapse::weights::{SignMode, WeightError, scaled};

/// Bits of a variable behind the binary point of its accumulator.
const FRACTION: u32 = 7;
/// The bits of an accumulator, without its sign.
const ACCUMULATOR: u32 = 15;
/// The bits of the mantissa of a scale.
const MANTISSA: u32 = 4;
/// The largest trace.
const TRACE: i32 = 127;

/// The scale of a product.
#[derive(Clone, Copy)]
pub(super) struct FixedScale {
    mantissa: i32,
    /// Bits that a product loses, so that it fits an accumulator.
    right: u32,
    left: u32,
}

/// A constant in a factor.
#[derive(Clone, Copy)]
pub(super) enum FixedConstant {
    Whole(i32),
    Real(f64),
}

/// The number that a spike adds to a trace.
#[derive(Clone, Copy)]
pub(super) struct FixedImpulse {
    whole: i32,
    /// In units of 1/256; from 128 on a trace is always rounded up.
    fraction: u32,
}

impl LearningNumber for i32 {
    type Scale = FixedScale;
    type Constant = FixedConstant;
    type Impulse = FixedImpulse;

    fn not_carried() -> i32 {
        0
    }

    fn scale_of(mantissa: i32, exponent: i32, widths: u32) -> FixedScale {
        FixedScale {
            mantissa,
            right: (widths + MANTISSA).saturating_sub(ACCUMULATOR).min(31),
            left: (exponent + FRACTION as i32).max(0) as u32,
        }
    }

    fn constant(number: f64) -> FixedConstant {
        if number.fract() == 0.0 {
            FixedConstant::Whole(number as i32)
        } else {
            FixedConstant::Real(number)
        }
    }

    fn impulse(number: f64) -> FixedImpulse {
        FixedImpulse {
            whole: number.floor() as i32,
            fraction: ((number - number.floor()) * 256.0).round_ties_even() as u32,
        }
    }

    #[inline(always)]
    fn raised(self, impulse: FixedImpulse, random: u32) -> i32 {
        let rounded = i32::from(random < impulse.fraction);
        self.saturating_add(impulse.whole)
            .saturating_add(rounded)
            .clamp(0, TRACE)
    }

    #[inline(always)]
    fn decay(from: &[i32], to: &mut [i32], kept: f64, random: f64) {
        for (to, from) in to.iter_mut().zip(from) {
            let exact = kept * f64::from(*from);
            let whole = exact.floor();
            *to = whole as i32 + i32::from(random < exact - whole);
        }
    }

    #[inline(always)]
    fn half(self) -> i32 {
        let half = (f64::from(self) * 0.5).round_ties_even() as i64;
        i32::from(half as u8)
    }

    #[inline(always)]
    fn add_saturating(self, half: i32) -> i32 {
        i32::from(self.wrapping_add(half) as u8).min(TRACE)
    }

    #[inline(always)]
    fn add_overflowing(self, half: i32) -> (i32, bool) {
        let sum = i32::from(self.wrapping_add(half) as u8);
        let overflows = sum > TRACE;
        (if overflows { sum - TRACE } else { sum }, overflows)
    }

    /// Truncates, and does not clip.
    fn stored(mode: SignMode, bits: u32) -> Result<impl Fn(i32) -> i32, WeightError> {
        match bits {
            0..=8 => Ok(move |weight| mode.truncate(weight, bits)),
            _ => Err(WeightError::Bits(bits)),
        }
    }

    #[inline(always)]
    fn shift(sums: &mut [i32], exponent: i32) {
        sums.iter_mut()
            .for_each(|sum| *sum = scaled(*sum, exponent));
    }

    #[inline(always)]
    fn begin(products: &mut [i32], _: FixedScale) {
        products.fill(1);
    }

    #[inline(always)]
    fn multiply(products: &mut [i32], values: FactorValues<'_, i32>, factor: FactorKind<i32>) {
        let (least, greatest) = (-(1 << factor.width), (1 << factor.width) - 1);
        let constant = match factor.constant {
            None => 0,
            Some(FixedConstant::Whole(constant)) => constant,
            Some(FixedConstant::Real(constant)) => {
                let number = |value: i32| {
                    let sum = f64::from(value) + constant;
                    let number = if factor.is_sign { sum.signum() } else { sum };
                    (number as i32).clamp(least, greatest)
                };
                return multiply(products, values, number);
            }
        };
        if factor.is_sign {
            multiply(products, values, |value| {
                value.saturating_add(constant).signum()
            });
        } else {
            multiply(products, values, |value| {
                value.saturating_add(constant).clamp(least, greatest)
            });
        }
    }

    #[inline(always)]
    fn begin_sums(sums: &mut [i32], variable: &[i32]) {
        for (sum, value) in sums.iter_mut().zip(variable) {
            *sum = *value << FRACTION;
        }
    }

    #[inline(always)]
    fn add_products(sums: &mut [i32], products: &[i32], scale: FixedScale) {
        for (sum, product) in sums.iter_mut().zip(products) {
            let scaled = product.wrapping_mul(scale.mantissa) >> scale.right;
            let scaled = saturated(scaled.wrapping_shl(scale.left));
            *sum = saturated(sum.saturating_add(scaled));
        }
    }

    #[inline(always)]
    fn store(variable: &mut [i32], sums: &[i32], bounds: Bounds) -> bool {
        let (least, greatest) = match (bounds.target, bounds.sign_mode) {
            (Target::Weight, SignMode::Mixed) => (-256, 255),
            (Target::Weight, SignMode::Inhibitory) => (-255, 0),
            (Target::Weight, SignMode::Excitatory | SignMode::Null) | (Target::Delay, _) => {
                (0, 255)
            }
            (Target::Tag, _) => (-257, 255),
        };
        // Rounds up if the random number is below the fraction. A sum of the wrong sign, rounded,
        // is not above 0 or not below it, so that clipping afterwards is enough.
        let round = (1 << FRACTION) - 1 - (bounds.random * f64::from(1 << FRACTION)) as i32;
        for (value, sum) in variable.iter_mut().zip(sums) {
            *value = (sum.saturating_add(round) >> FRACTION).clamp(least, greatest);
        }
        true
    }
}

#[inline(always)]
fn multiply(products: &mut [i32], values: FactorValues<'_, i32>, number: impl Fn(i32) -> i32) {
    match values {
        FactorValues::One(value) => {
            let number = number(value);
            for product in products {
                *product = product.wrapping_mul(number);
            }
        }
        FactorValues::Each(values) => {
            for (product, value) in products.iter_mut().zip(values) {
                *product = product.wrapping_mul(number(*value));
            }
        }
    }
}

/// The nearest number that an accumulator holds.
#[inline(always)]
fn saturated(number: i32) -> i32 {
    number.clamp(-(1 << ACCUMULATOR) - 1, (1 << ACCUMULATOR) - 1)
}
