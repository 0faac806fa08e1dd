//! Types of weights, the messages that synapses receive, and their products.

use super::super::WeightStorage;
use super::format::scaled;
use crate::model::{In, Persist};
use crate::process::{MAX_DELAY, Payload, Spike, Value};

/// A type that synaptic weights can have: `f32`, `f64`, or `i32` for Loihi's fixed point.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be the type of synaptic weights [E3204]",
    label = "not a weight type",
    note = "weights are `f32`, `f64`, or `i32` for Loihi's fixed point"
)]
pub trait Weight: Value + Message<Self, Factor = Self> + WeightStorage<Self> {
    /// The product; integers wrap around.
    #[must_use]
    fn times(self, other: Self) -> Self;
    /// The weight of this type that is nearest to a number; `None` if it cannot hold the number.
    fn from_f64(value: f64) -> Option<Self>;
    /// The weight as a number.
    fn to_f64(self) -> f64;
    /// `true` if weights are whole numbers.
    #[doc(hidden)]
    const IS_WHOLE: bool = false;
    /// The longest delay of a [`DelayDense`](crate::proc::DelayDense), in steps.
    #[doc(hidden)]
    const LONGEST_DELAY: i32 = MAX_DELAY as i32 - 1;
    /// A convolution's sum as it is sent: in fixed point times `2^exponent`, wrapped around at
    /// Loihi's 24 bits.
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
    const IS_WHOLE: bool = true;
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
pub(in crate::proc) trait FloatWeight: Weight {
    /// The same number in this type.
    fn from_f32(value: f32) -> Self;
}

impl FloatWeight for f32 {
    #[inline(always)]
    fn from_f32(value: f32) -> f32 {
        value
    }
}

impl FloatWeight for f64 {
    #[inline(always)]
    fn from_f32(value: f32) -> f64 {
        f64::from(value)
    }
}

/// A message that synapses of weight type `T` can receive: [`Spike`]s, or numbers of that type.
#[diagnostic::on_unimplemented(
    message = "synapses of `{T}` cannot receive `{Self}` [E3204]",
    label = "neither `Spike` nor `{T}`",
    note = "write `Dense<{T}>` for synapses that receive spikes, `Dense<{T}, {T}>` for numbers"
)]
pub trait Message<T: Weight>: Payload {
    /// The factor of an active input's weights.
    #[doc(hidden)]
    type Factor: Factor<T>;
    /// `true` if active inputs differ in their factors.
    #[doc(hidden)]
    const HAS_FACTOR: bool = true;
    /// The inputs that are active in this step, ascending. If `binary`, a number counts as a spike.
    #[doc(hidden)]
    fn active(port: &mut In<Self>, binary: bool) -> impl Iterator<Item = (usize, Self::Factor)>;
    /// The number of inputs that are active in this step.
    #[doc(hidden)]
    fn count(port: &mut In<Self>) -> usize;
    /// The message as one number per input, 1 for a spike; `buffer` has that length.
    #[doc(hidden)]
    fn numbers<'a>(port: &'a mut In<Self>, binary: bool, buffer: &'a mut [T]) -> &'a [T];
}

/// The factor of an active input's weights: none for a spike, the number that it sent otherwise.
#[doc(hidden)]
pub trait Factor<T>: Copy + Persist + Send + Sync + 'static {
    /// The product with a weight; integers wrap around.
    #[must_use]
    fn apply(self, weight: T) -> T;
}

impl<T: Weight> Factor<T> for () {
    #[inline(always)]
    fn apply(self, weight: T) -> T {
        weight
    }
}

impl<T: Weight> Factor<T> for T {
    #[inline(always)]
    fn apply(self, weight: T) -> T {
        weight.times(self)
    }
}

impl<T: Weight> Message<T> for Spike {
    type Factor = ();
    const HAS_FACTOR: bool = false;

    #[inline(always)]
    fn active(port: &mut In<Spike>, _: bool) -> impl Iterator<Item = (usize, ())> {
        let spikes = port.recv().indices().iter();
        spikes.map(|input| (*input as usize, ()))
    }

    #[inline(always)]
    fn count(port: &mut In<Spike>) -> usize {
        port.recv().len()
    }

    #[inline(always)]
    fn numbers<'a>(port: &'a mut In<Spike>, _: bool, buffer: &'a mut [T]) -> &'a [T] {
        buffer.fill(T::ZERO);
        for &input in port.recv().indices() {
            buffer[input as usize] = T::ONE;
        }
        buffer
    }
}

macro_rules! numbers {
    ($number:ty) => {
        impl Message<$number> for $number {
            type Factor = $number;

            #[inline(always)]
            fn active(
                port: &mut In<$number>,
                binary: bool,
            ) -> impl Iterator<Item = (usize, $number)> {
                let values = port.recv_slice().iter().copied().enumerate();
                let active = values.filter(|(_, value)| *value != <$number>::ZERO);
                let number = move |value| if binary { <$number>::ONE } else { value };
                active.map(move |(input, value)| (input, number(value)))
            }

            #[inline(always)]
            fn count(port: &mut In<$number>) -> usize {
                // In numbers as narrow as the values: vectors of counts have as many elements.
                let active = |values: &[$number]| -> u32 {
                    let active = values.iter().map(|value| *value != <$number>::ZERO);
                    active.map(u32::from).sum()
                };
                let parts = port.recv_slice().chunks(1 << 16);
                parts.map(|values| active(values) as usize).sum()
            }

            #[inline(always)]
            fn numbers<'a>(
                port: &'a mut In<$number>,
                binary: bool,
                buffer: &'a mut [$number],
            ) -> &'a [$number] {
                let values = port.recv_slice();
                if !binary {
                    return values;
                }
                for (number, value) in buffer.iter_mut().zip(values) {
                    *number = if *value == <$number>::ZERO {
                        <$number>::ZERO
                    } else {
                        <$number>::ONE
                    };
                }
                buffer
            }
        }
    };
}

numbers!(f32);
numbers!(f64);
numbers!(i32);
