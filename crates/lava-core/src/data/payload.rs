//! Payloads: the messages of ports, and conversions between them.

use std::ops::Range;

use ndarray::{ArrayViewD, IxDyn};
use num_traits::AsPrimitive;

use super::element::Element;
use super::shape::Dims;
use super::spikes::Spikes;

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
    /// Numbers or spikes: [`NumberPayload`] or [`SpikePayload`].
    #[doc(hidden)]
    type Kind;
    /// A received message: an [`ArrayViewD`] of numbers, or [`Spikes`].
    type Received<'a>;
    /// Presents a message of these items and extents.
    #[doc(hidden)]
    fn received<'a>(items: &'a [Self::Item], dims: &'a Dims) -> Self::Received<'a>;
    /// Presents a sum, which `items` lists where its payload is a list.
    #[doc(hidden)]
    fn received_sum<'a>(
        sum: &'a [Self::Record],
        items: &'a [Self::Item],
        dims: &'a Dims,
    ) -> Self::Received<'a>;
    /// Lists a sum in a row, where the payload is a list. Returns the number of items.
    #[doc(hidden)]
    fn list(sum: &[Self::Record], row: &mut [Self::Item]) -> usize;
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

/// The kind of payloads that are numbers.
#[doc(hidden)]
#[derive(Clone, Copy, Debug)]
pub enum NumberPayload {}

/// The kind of the payload [`Spike`].
#[doc(hidden)]
#[derive(Clone, Copy, Debug)]
pub enum SpikePayload {}

/// The event "this neuron fired". A port of spikes carries the indices of the neurons that fired
/// in a step; whoever receives it does work for those neurons only.
///
/// As an array a message is `true` where a neuron fired.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Spike {}

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
    Payload<Record = Self, Item = Self, Kind = NumberPayload>
    + Element
    + AcceptsPayload<Self>
    + Converts<Self>
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

/// An in-port of `Self` can be driven by an out-port of `T`: they carry the same type.
///
/// The port that receives is `Self`: a missing implementation is then reported in the words below
/// rather than as two types that do not unify.
#[diagnostic::on_unimplemented(
    message = "payloads differ: an output of `{T}` cannot drive an input of `{Self}`",
    label = "this input takes `{Self}`, the output sends `{T}`",
    note = "convert it where it is connected, `source.s_out.cast::<{Self}>().connect(…)`, or change the type of one port"
)]
pub trait AcceptsPayload<T> {}

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

/// A message of `A` can be converted into one of `Self`: numbers by Rust's `as`, spikes into 1
/// and 0, non-zero numbers into spikes.
#[diagnostic::on_unimplemented(
    message = "`{A}` cannot be converted into `{Self}` on its way through a port",
    label = "no such conversion"
)]
pub trait Converts<A: Payload>: Payload {
    /// Adds a message to a sum, each element at its place, if it has one.
    #[doc(hidden)]
    fn convert(items: &[A::Item], sum: &mut [Self::Record], place: impl Fn(usize) -> Option<usize>);
}

impl Converts<Spike> for Spike {
    fn convert(items: &[u32], sum: &mut [bool], place: impl Fn(usize) -> Option<usize>) {
        for place in items.iter().filter_map(|index| place(*index as usize)) {
            sum[place] = true;
        }
    }
}

impl<A: Value> Converts<A> for Spike {
    fn convert(items: &[A], sum: &mut [bool], place: impl Fn(usize) -> Option<usize>) {
        for (index, value) in items.iter().enumerate() {
            if let Some(place) = place(index) {
                sum[place] |= *value != A::ZERO;
            }
        }
    }
}

impl<B: Value> Converts<Spike> for B {
    fn convert(items: &[u32], sum: &mut [B], place: impl Fn(usize) -> Option<usize>) {
        for place in items.iter().filter_map(|index| place(*index as usize)) {
            sum[place] = sum[place].plus(B::ONE);
        }
    }
}

impl<A: Value + AsPrimitive<B>, B: Value> Converts<A> for B {
    fn convert(items: &[A], sum: &mut [B], place: impl Fn(usize) -> Option<usize>) {
        for (index, value) in items.iter().enumerate() {
            if let Some(place) = place(index) {
                sum[place] = sum[place].plus(value.as_());
            }
        }
    }
}
