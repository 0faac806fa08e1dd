//! What can travel through a port ([`Payload`]) and what a Var can hold ([`Element`]).

use std::fmt::Debug;
use std::ops::Range;

use super::init::{IntoInit, Values};
use crate::model::Converts;

/// A value that a [`Var`](crate::Var) can be made of: a number or `bool`.
///
/// Implemented for `bool` and for the primitive integer and floating-point types.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be stored in a Var",
    label = "not an element type",
    note = "a Var is an array of numbers (`f32`, `f64`, `i8` … `i64`, `u8` … `u64`) or of `bool`; write `Var<f32>`, not `Var<ArrayD<f32>>`",
    note = "for anything else use a parameter: `name: Param<{Self}>`"
)]
pub trait Element:
    IntoInit<Self> + Copy + Debug + Default + PartialEq + PartialOrd + Send + Sync + 'static
{
    /// False for NaN and for the infinities.
    fn is_finite(self) -> bool;
}

/// A type that can be sent from an [`OutPort`](crate::OutPort) to an [`InPort`](crate::InPort).
///
/// Either a number, of which every message carries one per element of the port's shape, or
/// [`Spike`], of which a message carries a list of the neurons that fired.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be sent through a port",
    label = "not a payload type",
    note = "ports carry numbers (`f32`, `f64`, `i8` … `i64`, `u8` … `u64`) or `Spike`"
)]
pub trait Payload: Sized + Send + Sync + 'static {
    /// What a message looks like as an array: the number itself, or `bool` for spikes.
    type Record: Element;
    /// What a message is made of: numbers in the order of the port's shape, or indices of neurons.
    /// It takes a row as long as the port; a list of neurons may leave the end of it unused.
    #[doc(hidden)]
    type Item: Copy + Default + Send + Sync + 'static;
    /// Writes an empty message into a row. Returns how many items it has.
    #[doc(hidden)]
    fn silence(row: &mut [Self::Item]) -> usize;
    /// Writes the elements of an array in row-major order. Returns how many items that makes.
    #[doc(hidden)]
    fn write<'a>(row: &mut [Self::Item], record: impl Iterator<Item = &'a Self::Record>) -> usize;
    /// Adds a message to a sum in row-major order; spikes are united.
    #[doc(hidden)]
    fn add(items: &[Self::Item], sum: &mut [Self::Record]);
    /// Writes a message to an array in row-major order.
    #[doc(hidden)]
    fn record(items: &[Self::Item], out: &mut [Self::Record]);
    /// Writes the elements `piece` of a message into a row from element `at` on, whose earlier
    /// elements made `count` items. Returns how many there are now.
    #[doc(hidden)]
    fn copy(
        items: &[Self::Item],
        piece: Range<usize>,
        row: &mut [Self::Item],
        at: usize,
        count: usize,
    ) -> usize;
}

/// The event "this neuron fired". A port of spikes carries the indices of the neurons that fired
/// in a step; whoever receives it does work for those neurons only.
///
/// As an array a message is `true` where a neuron fired.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Spike {}

impl Payload for Spike {
    type Record = bool;
    type Item = u32;

    fn silence(_: &mut [u32]) -> usize {
        0
    }

    fn write<'a>(row: &mut [u32], record: impl Iterator<Item = &'a bool>) -> usize {
        let fired = record.enumerate().filter(|(_, fired)| **fired);
        let mut count = 0;
        for (item, (index, _)) in row.iter_mut().zip(fired) {
            *item = index as u32;
            count += 1;
        }
        count
    }

    fn add(items: &[u32], sum: &mut [bool]) {
        for &index in items {
            sum[index as usize] = true;
        }
    }

    fn record(items: &[u32], out: &mut [bool]) {
        out.fill(false);
        Spike::add(items, out);
    }

    fn copy(items: &[u32], piece: Range<usize>, row: &mut [u32], at: usize, count: usize) -> usize {
        let before = |end: usize| items.partition_point(|neuron| (*neuron as usize) < end);
        let fired = &items[before(piece.start)..before(piece.end)];
        for (item, neuron) in row[count..].iter_mut().zip(fired) {
            *item = (*neuron as usize - piece.start + at) as u32;
        }
        count + fired.len()
    }
}

/// A number that can travel through a port and be summed where several connections meet.
pub trait Value:
    Payload<Record = Self, Item = Self> + Element + Takes<Self> + Converts<Self>
{
    /// Zero, which an in-port reads where nothing arrived.
    const ZERO: Self;
    /// One, which a spike becomes when it is converted into a value.
    const ONE: Self;
    /// The sum; integers wrap around, as they do on the hardware.
    #[must_use]
    fn plus(self, other: Self) -> Self;
}

macro_rules! number {
    ($type:ty, $plus:expr, $finite:expr) => {
        #[diagnostic::do_not_recommend]
        impl IntoInit<$type> for $type {
            fn into_init(self) -> Values<$type> {
                ndarray::arr0(self).into_init()
            }
        }

        impl Element for $type {
            fn is_finite(self) -> bool {
                $finite(self)
            }
        }

        impl Payload for $type {
            type Record = $type;
            type Item = $type;

            fn silence(row: &mut [$type]) -> usize {
                row.fill(Self::ZERO);
                row.len()
            }

            fn write<'a>(row: &mut [$type], record: impl Iterator<Item = &'a $type>) -> usize {
                for (item, value) in row.iter_mut().zip(record) {
                    *item = *value;
                }
                row.len()
            }

            fn add(items: &[$type], sum: &mut [$type]) {
                for (sum, item) in sum.iter_mut().zip(items) {
                    *sum = sum.plus(*item);
                }
            }

            fn record(items: &[$type], out: &mut [$type]) {
                out.copy_from_slice(items);
            }

            fn copy(
                items: &[$type],
                piece: Range<usize>,
                row: &mut [$type],
                at: usize,
                _: usize,
            ) -> usize {
                let piece = &items[piece];
                row[at..at + piece.len()].copy_from_slice(piece);
                row.len()
            }
        }

        impl Value for $type {
            const ZERO: $type = 0 as $type;
            const ONE: $type = 1 as $type;

            #[inline(always)]
            fn plus(self, other: $type) -> $type {
                $plus(self, other)
            }
        }
    };
}

number!(f32, |a: f32, b: f32| a + b, f32::is_finite);
number!(f64, |a: f64, b: f64| a + b, f64::is_finite);
number!(i8, i8::wrapping_add, |_| true);
number!(i16, i16::wrapping_add, |_| true);
number!(i32, i32::wrapping_add, |_| true);
number!(i64, i64::wrapping_add, |_| true);
number!(u8, u8::wrapping_add, |_| true);
number!(u16, u16::wrapping_add, |_| true);
number!(u32, u32::wrapping_add, |_| true);
number!(u64, u64::wrapping_add, |_| true);

#[diagnostic::do_not_recommend]
impl IntoInit<bool> for bool {
    fn into_init(self) -> Values<bool> {
        ndarray::arr0(self).into_init()
    }
}

impl Element for bool {
    fn is_finite(self) -> bool {
        true
    }
}

/// An in-port of `Self` can be driven by an out-port of `T`: they carry the same type.
///
/// The port that receives is `Self`: a missing implementation is then reported in the words below
/// rather than as two types that do not unify.
#[diagnostic::on_unimplemented(
    message = "payloads differ: an output of `{T}` cannot drive an input of `{Self}`",
    label = "this input takes `{Self}`, the output sends `{T}`",
    note = "convert it where it is connected, `source.s_out.cast::<{Self}>().connect(…)`, or change the type of one port"
)]
pub trait Takes<T> {}

impl Takes<Spike> for Spike {}
impl Takes<f32> for f32 {}
impl Takes<f64> for f64 {}
impl Takes<i8> for i8 {}
impl Takes<i16> for i16 {}
impl Takes<i32> for i32 {}
impl Takes<i64> for i64 {}
impl Takes<u8> for u8 {}
impl Takes<u16> for u16 {}
impl Takes<u32> for u32 {}
impl Takes<u64> for u64 {}
