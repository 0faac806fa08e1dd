//! What arrives at synapses, and what it does to their weights.

use super::weight::Weight;
use crate::model::In;
use crate::process::{Payload, Spike, Value};

/// What can arrive at synapses of weight type `T`: [`Spike`]s, or numbers of that type.
#[diagnostic::on_unimplemented(
    message = "synapses of `{T}` cannot receive `{Self}`",
    label = "neither `Spike` nor `{T}`",
    note = "write `Dense<{T}>` for synapses that receive spikes, `Dense<{T}, {T}>` for numbers"
)]
pub trait Message<T: Weight>: Payload {
    /// What the weights of an active input are multiplied by.
    #[doc(hidden)]
    type Factor: Factor<T>;
    /// The inputs that are active in this step, in ascending order. Where the message is `binary`,
    /// a number counts as a spike.
    #[doc(hidden)]
    fn active(port: &mut In<Self>, binary: bool) -> impl Iterator<Item = (usize, Self::Factor)>;
    /// How many inputs are active in this step.
    #[doc(hidden)]
    fn count(port: &mut In<Self>) -> usize;
    /// The message as one number an input, 1 for a spike; `buffer` has room for them.
    #[doc(hidden)]
    fn numbers<'a>(port: &'a mut In<Self>, binary: bool, buffer: &'a mut [T]) -> &'a [T];
}

/// What the weights of an active input are multiplied by: nothing where it sent a spike, and the
/// number that it sent otherwise.
#[doc(hidden)]
pub trait Factor<T>: Copy + Send + Sync + 'static {
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
                let active = port.recv_slice().iter();
                active
                    .map(|value| usize::from(*value != <$number>::ZERO))
                    .sum()
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
