//! Payloads: the contents of messages, and conversions between them.

use std::ops::Range;

use ndarray::{ArrayViewD, IxDyn};
use num_traits::AsPrimitive;

use super::element::Element;
use super::persist::Persist;
use super::sealed::Sealed;
use super::shape::Dims;
use super::spikes::Spikes;

/// A type that an `OutPort` can send to an `InPort`.
///
/// Either a number, of which a message carries one per element of the port's shape, or [`Spike`], of
/// which a message carries the list of the neurons that fired. Sealed.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be sent through a port [E3006]",
    label = "not a payload type",
    note = "ports carry numbers (`f32`, `f64`, `i8` … `i64`, `u8` … `u64`) or `Spike`",
    note = "a type parameter has the bounds of the process's: `T: Value`"
)]
pub trait Payload: Sealed + Sized + Send + Sync + 'static {
    /// The element of a message as an array: the number itself, or `bool` for spikes.
    type Record: Element + RecordOf<Self>;
    /// The item of a stored message: numbers in row-major order, or indices of neurons. A message
    /// has a row as long as the port; a list of neurons may leave the end of it unused.
    #[doc(hidden)]
    type Item: Copy + Default + Persist + Send + Sync + 'static;
    /// Numbers or spikes: [`NumberPayload`] or [`SpikePayload`].
    #[doc(hidden)]
    type Kind;
    /// A received message: an [`ArrayViewD`] of numbers, or [`Spikes`].
    type Received<'a>;
    /// Presents the message `items` of a port of extents `dims`.
    #[doc(hidden)]
    fn received<'a>(items: &'a [Self::Item], dims: &'a Dims) -> Self::Received<'a>;
    /// Presents a sum; `items` is its list if the payload is a list.
    #[doc(hidden)]
    fn received_sum<'a>(
        sum: &'a [Self::Record],
        items: &'a [Self::Item],
        dims: &'a Dims,
    ) -> Self::Received<'a>;
    /// Lists a sum in `row` if the payload is a list. Returns the number of items.
    #[doc(hidden)]
    fn list(sum: &[Self::Record], row: &mut [Self::Item]) -> usize;
    /// Writes an empty message into `row`. Returns the number of its items.
    #[doc(hidden)]
    fn silence(row: &mut [Self::Item]) -> usize;
    /// Writes the elements of an array, in row-major order, into `row`. Returns the number of items.
    #[doc(hidden)]
    fn write<'a>(row: &mut [Self::Item], record: impl Iterator<Item = &'a Self::Record>) -> usize;
    /// Returns `true` if a port of `len` elements can send these items.
    #[doc(hidden)]
    fn is_message(items: &[Self::Item], len: usize) -> bool;
    /// Adds a message to a sum in row-major order; spikes are united.
    #[doc(hidden)]
    fn add(items: &[Self::Item], sum: &mut [Self::Record]);
    /// Writes a message to an array in row-major order.
    #[doc(hidden)]
    fn record(items: &[Self::Item], out: &mut [Self::Record]);
    /// Writes the sum of two messages to an array.
    #[doc(hidden)]
    fn record_sum(items: [&[Self::Item]; 2], out: &mut [Self::Record]) {
        let [first, second] = items;
        Self::record(first, out);
        Self::add(second, out);
    }
    /// Writes the elements `slice` of a message into `row` from element `at` on; the elements before
    /// are `count` items. Returns the number of items after it.
    #[doc(hidden)]
    fn copy(
        items: &[Self::Item],
        slice: Range<usize>,
        row: &mut [Self::Item],
        at: usize,
        count: usize,
    ) -> usize;
}

/// The element of messages of `T` as an array: its [`Record`](Payload::Record). Sealed.
///
/// A bound by this trait is reported in its words, not as two types that differ.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be sent from a port of `{T}` [E3103]",
    label = "this port sends `{T}`",
    note = "numbers are not converted: `value as f32` for each, `&values.mapv(|value| value as f32)` for an array; or change the port's type",
    note = "spikes are `bool`s, such as `value > 0.0`, or the indices of the neurons that spike: `send_indices(&[0, 2])`"
)]
pub trait RecordOf<T>: Sealed + Sized {
    /// These elements.
    fn records(values: &[Self]) -> &[T::Record]
    where
        T: Payload;
}

macro_rules! record {
    ($($record:ty: $payload:ty),+ $(,)?) => {$(
        #[diagnostic::do_not_recommend]
        impl RecordOf<$payload> for $record {
            #[inline(always)]
            fn records(values: &[$record]) -> &[$record] {
                values
            }
        }
    )+};
}

record!(bool: Spike, f32: f32, f64: f64, i8: i8, i16: i16, i32: i32, i64: i64);
record!(u8: u8, u16: u16, u32: u32, u64: u64);

/// The kind of payloads that are numbers.
#[doc(hidden)]
#[derive(Clone, Copy, Debug)]
pub enum NumberPayload {}

/// The kind of the payload [`Spike`].
#[doc(hidden)]
#[derive(Clone, Copy, Debug)]
pub enum SpikePayload {}

/// The event that a neuron fired. A message of a port of spikes carries the indices of the neurons
/// that fired in a step, so that a receiver does work for these neurons only.
///
/// As an array, a message is one `bool` per neuron: `true` if it fired.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Spike {}

impl Sealed for Spike {}

impl Payload for Spike {
    type Record = bool;
    type Item = u32;
    type Kind = SpikePayload;
    type Received<'a> = Spikes<'a>;

    fn received<'a>(items: &'a [u32], dims: &'a Dims) -> Spikes<'a> {
        Spikes::new(items, dims.len())
    }

    fn received_sum<'a>(_: &'a [bool], items: &'a [u32], dims: &'a Dims) -> Spikes<'a> {
        Spikes::new(items, dims.len())
    }

    fn list(sum: &[bool], row: &mut [u32]) -> usize {
        Spike::write(row, sum.iter())
    }

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

    fn is_message(items: &[u32], len: usize) -> bool {
        items.is_sorted_by(|before, next| before < next)
            && items.last().is_none_or(|last| (*last as usize) < len)
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

    fn copy(items: &[u32], slice: Range<usize>, row: &mut [u32], at: usize, count: usize) -> usize {
        let before = |end: usize| items.partition_point(|neuron| (*neuron as usize) < end);
        let fired = &items[before(slice.start)..before(slice.end)];
        for (item, neuron) in row[count..].iter_mut().zip(fired) {
            *item = (*neuron as usize - slice.start + at) as u32;
        }
        count + fired.len()
    }
}

/// A number that can be sent through a port, and is summed if several connections lead to one port:
/// `f32`, `f64`, and the integers of 8 to 64 bits. Sealed.
pub trait Value:
    Payload<Record = Self, Item = Self, Kind = NumberPayload>
    + Element
    + AcceptsPayload<Self>
    + Converts<Self>
    + RecordOf<Self>
{
    /// Zero: an in-port reads it if no message arrived.
    const ZERO: Self;
    /// One: the value of a spike after conversion into a number.
    const ONE: Self;
    /// The sum; integers wrap around, as on the hardware.
    #[must_use]
    fn plus(self, other: Self) -> Self;
}

macro_rules! number {
    ($type:ty, $plus:expr) => {
        impl Payload for $type {
            type Record = $type;
            type Item = $type;
            type Kind = NumberPayload;
            type Received<'a> = ArrayViewD<'a, $type>;

            fn received<'a>(items: &'a [$type], dims: &'a Dims) -> ArrayViewD<'a, $type> {
                ArrayViewD::from_shape(IxDyn(dims.as_slice()), items)
                    .expect("a message has the port's shape")
            }

            fn received_sum<'a>(
                sum: &'a [$type],
                _: &'a [$type],
                dims: &'a Dims,
            ) -> ArrayViewD<'a, $type> {
                <$type>::received(sum, dims)
            }

            fn list(_: &[$type], _: &mut [$type]) -> usize {
                0
            }

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

            fn is_message(items: &[$type], len: usize) -> bool {
                items.len() == len
            }

            fn add(items: &[$type], sum: &mut [$type]) {
                for (sum, item) in sum.iter_mut().zip(items) {
                    *sum = sum.plus(*item);
                }
            }

            fn record(items: &[$type], out: &mut [$type]) {
                out.copy_from_slice(items);
            }

            #[inline(always)]
            fn record_sum(items: [&[$type]; 2], out: &mut [$type]) {
                let [first, second] = items;
                for (out, (first, second)) in out.iter_mut().zip(first.iter().zip(second)) {
                    *out = first.plus(*second);
                }
            }

            fn copy(
                items: &[$type],
                slice: Range<usize>,
                row: &mut [$type],
                at: usize,
                _: usize,
            ) -> usize {
                let slice = &items[slice];
                row[at..at + slice.len()].copy_from_slice(slice);
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

number!(f32, |a: f32, b: f32| a + b);
number!(f64, |a: f64, b: f64| a + b);
number!(i8, i8::wrapping_add);
number!(i16, i16::wrapping_add);
number!(i32, i32::wrapping_add);
number!(i64, i64::wrapping_add);
number!(u8, u8::wrapping_add);
number!(u16, u16::wrapping_add);
number!(u32, u32::wrapping_add);
number!(u64, u64::wrapping_add);

/// The payload of an in-port that an out-port of `T` can drive: the same type. Sealed.
///
/// `Self` is the receiving side, so that a missing implementation is reported in the words of this
/// trait rather than as two types that do not unify.
#[diagnostic::on_unimplemented(
    message = "payloads differ: an output of `{T}` cannot drive an input of `{Self}` [E3201]",
    label = "this input takes `{Self}`, the output sends `{T}`",
    note = "convert it where it is connected, `source.s_out.cast::<{Self}>().connect(…)`, or change the type of one port"
)]
pub trait AcceptsPayload<T>: Sealed {}

impl AcceptsPayload<Spike> for Spike {}
impl AcceptsPayload<f32> for f32 {}
impl AcceptsPayload<f64> for f64 {}
impl AcceptsPayload<i8> for i8 {}
impl AcceptsPayload<i16> for i16 {}
impl AcceptsPayload<i32> for i32 {}
impl AcceptsPayload<i64> for i64 {}
impl AcceptsPayload<u8> for u8 {}
impl AcceptsPayload<u16> for u16 {}
impl AcceptsPayload<u32> for u32 {}
impl AcceptsPayload<u64> for u64 {}

/// A payload into which messages of `A` can be converted: numbers as by Rust's `as`, spikes into 1
/// and 0, non-zero numbers into spikes. Sealed, as [`Payload`] is.
#[diagnostic::on_unimplemented(
    message = "`{A}` cannot be converted into `{Self}` on its way through a port [E3201]",
    label = "no such conversion"
)]
pub trait Converts<A: Payload>: Payload {
    /// Adds a message to a sum: element `i` to the element `index_of(i)`, if that is `Some`.
    #[doc(hidden)]
    fn convert(
        items: &[A::Item],
        sum: &mut [Self::Record],
        index_of: impl Fn(usize) -> Option<usize>,
    );
}

impl Converts<Spike> for Spike {
    fn convert(items: &[u32], sum: &mut [bool], index_of: impl Fn(usize) -> Option<usize>) {
        for index in items.iter().filter_map(|neuron| index_of(*neuron as usize)) {
            sum[index] = true;
        }
    }
}

impl<A: Value> Converts<A> for Spike {
    fn convert(items: &[A], sum: &mut [bool], index_of: impl Fn(usize) -> Option<usize>) {
        for (element, value) in items.iter().enumerate() {
            if let Some(index) = index_of(element) {
                sum[index] |= *value != A::ZERO;
            }
        }
    }
}

impl<B: Value> Converts<Spike> for B {
    fn convert(items: &[u32], sum: &mut [B], index_of: impl Fn(usize) -> Option<usize>) {
        for index in items.iter().filter_map(|neuron| index_of(*neuron as usize)) {
            sum[index] = sum[index].plus(B::ONE);
        }
    }
}

impl<A: Value + AsPrimitive<B>, B: Value> Converts<A> for B {
    fn convert(items: &[A], sum: &mut [B], index_of: impl Fn(usize) -> Option<usize>) {
        for (element, value) in items.iter().enumerate() {
            if let Some(index) = index_of(element) {
                sum[index] = sum[index].plus(value.as_());
            }
        }
    }
}
