//! Learning in floating point.

use super::number::{Bounds, FactorKind, LearningNumber, Target};
use super::values::FactorValues;
use crate::proc::kernel::real::Real;
use crate::proc::synapse::weights::{FloatWeight, SignMode, WeightError};
use crate::process::Element;

impl<T: Real + FloatWeight> LearningNumber for T {
    type Scale = T;
    type Constant = T;
    type Impulse = T;

    fn not_carried() -> T {
        T::nan()
    }

    fn scale_of(mantissa: i32, exponent: i32, _: u32) -> T {
        T::of(f64::from(mantissa) * 2.0_f64.powi(exponent))
    }

    fn constant(number: f64) -> T {
        T::of(number)
    }

    fn impulse(number: f64) -> T {
        T::of(number)
    }

    #[inline(always)]
    fn raised(self, impulse: T, _: u32) -> T {
        self + impulse
    }

    #[inline(always)]
    fn decay(from: &[T], to: &mut [T], kept: f64, _: f64) {
        let kept = T::of(kept);
        for (to, from) in to.iter_mut().zip(from) {
            *to = (kept * *from).settled();
        }
    }

    #[inline(always)]
    fn half(self) -> T {
        self * T::of(0.5)
    }

    #[inline(always)]
    fn add_saturating(self, half: T) -> T {
        self + half
    }

    #[inline(always)]
    fn add_overflowing(self, half: T) -> (T, bool) {
        (self + half, true)
    }

    fn stored(_: SignMode, _: u32) -> Result<impl Fn(T) -> T, WeightError> {
        Ok(|weight| weight)
    }

    #[inline(always)]
    fn shift(_: &mut [T], _: i32) {}

    #[inline(always)]
    fn begin(products: &mut [T], scale: T) {
        products.fill(scale);
    }

    #[inline(always)]
    fn multiply(products: &mut [T], values: FactorValues<'_, T>, factor: FactorKind<T>) {
        let constant = factor.constant;
        match (values, factor.is_sign) {
            (FactorValues::One(value), false) => {
                let value = constant.map_or(value, |constant| value + constant);
                products
                    .iter_mut()
                    .for_each(|product| *product = *product * value);
            }
            (FactorValues::One(value), true) => {
                let value = sign(value + constant.unwrap_or(T::ZERO));
                products
                    .iter_mut()
                    .for_each(|product| *product = *product * value);
            }
            (FactorValues::Each(values), false) => match constant {
                None => {
                    for (product, value) in products.iter_mut().zip(values) {
                        *product = *product * *value;
                    }
                }
                Some(constant) => {
                    for (product, value) in products.iter_mut().zip(values) {
                        *product = *product * (*value + constant);
                    }
                }
            },
            (FactorValues::Each(values), true) => {
                let constant = constant.unwrap_or(T::ZERO);
                for (product, value) in products.iter_mut().zip(values) {
                    *product = *product * sign(*value + constant);
                }
            }
        }
    }

    #[inline(always)]
    fn begin_sums(sums: &mut [T], _: &[T]) {
        sums.fill(T::ZERO);
    }

    #[inline(always)]
    fn add_products(sums: &mut [T], products: &[T], _: T) {
        for (sum, product) in sums.iter_mut().zip(products) {
            *sum = *sum + *product;
        }
    }

    #[inline(always)]
    fn store(variable: &mut [T], sums: &[T], bounds: Bounds) -> bool {
        let (least, greatest) = match (bounds.target, bounds.sign_mode) {
            (Target::Weight, SignMode::Excitatory | SignMode::Null) | (Target::Delay, _) => {
                (T::ZERO, T::infinity())
            }
            (Target::Weight, SignMode::Inhibitory) => (T::neg_infinity(), T::ZERO),
            (Target::Weight, SignMode::Mixed) | (Target::Tag, _) => {
                (T::neg_infinity(), T::infinity())
            }
        };
        let mut all_finite = true;
        for (value, sum) in variable.iter_mut().zip(sums) {
            let changed = *value + *sum;
            let changed = if changed < least { least } else { changed };
            *value = if changed > greatest {
                greatest
            } else {
                changed
            };
            all_finite &= Element::is_finite(*value);
        }
        all_finite
    }
}

/// −1, 0 or 1.
#[inline(always)]
fn sign<T: Real + FloatWeight>(value: T) -> T {
    let one = T::of(1.0);
    if value > T::ZERO {
        one
    } else if value < T::ZERO {
        -one
    } else {
        T::ZERO
    }
}
