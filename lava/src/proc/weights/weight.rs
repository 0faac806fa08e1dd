//! The types that weights have.

use super::super::synapse::Stored;
use super::format::scaled;
use super::message::Message;
use crate::process::{MAX_DELAY, Value};

/// A type that synaptic weights can have: `f32`, `f64`, or `i32` for Loihi's fixed point.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be the type of synaptic weights",
    label = "not a weight type",
    note = "weights are `f32`, `f64`, or `i32` for Loihi's fixed point"
)]
pub trait Weight: Value + Message<Self, Factor = Self> + Stored<Self> {
    /// The product; integers wrap around.
    #[must_use]
    fn times(self, other: Self) -> Self;
    /// The nearest weight of this type to a number; `None` where there is none.
    fn from_f64(value: f64) -> Option<Self>;
    /// The weight as a number.
    fn to_f64(self) -> f64;
    /// The longest delay of a [`DelayDense`](crate::proc::DelayDense), in steps.
    #[doc(hidden)]
    const LONGEST_DELAY: i32 = MAX_DELAY as i32 - 1;
    /// A sum of a convolution as it is sent: in fixed point multiplied by `2^exponent` and wrapped
    /// around at Loihi's 24 bits.
    #[doc(hidden)]
    #[must_use]
    fn message(self, exponent: i32) -> Self {
        let _ = exponent;
        self
    }
}

impl Weight for f32 {
    #[inline(always)]
    fn times(self, other: f32) -> f32 {
        self * other
    }

    fn from_f64(value: f64) -> Option<f32> {
        Some(value as f32).filter(|weight| weight.is_finite())
    }

    fn to_f64(self) -> f64 {
        f64::from(self)
    }
}

impl Weight for f64 {
    #[inline(always)]
    fn times(self, other: f64) -> f64 {
        self * other
    }

    fn from_f64(value: f64) -> Option<f64> {
        Some(value).filter(|weight| weight.is_finite())
    }

    fn to_f64(self) -> f64 {
        self
    }
}

impl Weight for i32 {
    const LONGEST_DELAY: i32 = 63;

    #[inline(always)]
    fn message(self, exponent: i32) -> i32 {
        scaled(self, exponent).wrapping_shl(8) >> 8
    }

    #[inline(always)]
    fn times(self, other: i32) -> i32 {
        self.wrapping_mul(other)
    }

    fn from_f64(value: f64) -> Option<i32> {
        let range = f64::from(i32::MIN)..=f64::from(i32::MAX);
        range.contains(&value).then(|| value.round() as i32)
    }

    fn to_f64(self) -> f64 {
        f64::from(self)
    }
}

/// The weight types that compute in floating point.
pub(in crate::proc) trait FloatWeight: Weight {}

impl FloatWeight for f32 {}
impl FloatWeight for f64 {}
