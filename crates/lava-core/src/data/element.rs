//! Elements: the values of a Var.

use std::fmt::Debug;

use super::init::{IntoInit, Values};
use super::persist::Persist;
use super::sealed::Sealed;

/// An element of a `Var`: a number or `bool`.
///
/// Implemented for `bool`, `f32`, `f64`, and the integers of 8 to 64 bits. Sealed.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be stored in a Var [E3006]",
    label = "not an element type",
    note = "a Var is an array of numbers (`f32`, `f64`, `i8` … `i64`, `u8` … `u64`) or of `bool`; write `Var<f32>`, not `Var<ArrayD<f32>>`",
    note = "for anything else use a parameter: `name: Param<{Self}>`",
    note = "a type parameter has the bounds of the process's: `T: Value`"
)]
pub trait Element:
    Sealed
    + IntoInit<Self>
    + Persist
    + Copy
    + Debug
    + Default
    + PartialEq
    + PartialOrd
    + Send
    + Sync
    + 'static
{
    /// Returns `true` if the value is neither NaN nor infinite.
    fn is_finite(self) -> bool;

    /// The type in files of NumPy.
    #[doc(hidden)]
    const NPY_TYPE: &'static str;
}

macro_rules! element {
    ($($type:ty: $finite:expr, $npy:literal;)+) => {$(
        impl Sealed for $type {}

        impl Element for $type {
            #[inline(always)]
            fn is_finite(self) -> bool {
                $finite(self)
            }

            const NPY_TYPE: &'static str = $npy;
        }

        // One impl a type: with one for all, an integer literal would be taken for the element type.
        #[diagnostic::do_not_recommend]
        impl IntoInit<$type> for $type {
            fn into_init(self) -> Values<$type> {
                ndarray::arr0(self).into_init()
            }
        }
    )+};
}

element! {
    f32: f32::is_finite, "<f4";
    f64: f64::is_finite, "<f8";
    bool: |_| true, "|b1";
    i8: |_| true, "|i1";
    i16: |_| true, "<i2";
    i32: |_| true, "<i4";
    i64: |_| true, "<i8";
    u8: |_| true, "|u1";
    u16: |_| true, "<u2";
    u32: |_| true, "<u4";
    u64: |_| true, "<u8";
}
