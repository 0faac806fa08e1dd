//! Elements: the values of a Var.

use std::fmt::Debug;

use super::init::{IntoInit, Values};
use super::sealed::Sealed;

/// An element of a `Var`: a number or `bool`.
///
/// Implemented for `bool`, `f32`, `f64`, and the integers of 8 to 64 bits. Sealed.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be stored in a Var",
    label = "not an element type",
    note = "a Var is an array of numbers (`f32`, `f64`, `i8` … `i64`, `u8` … `u64`) or of `bool`; write `Var<f32>`, not `Var<ArrayD<f32>>`",
    note = "for anything else use a parameter: `name: Param<{Self}>`",
    note = "a type parameter has the bounds of the process's: `T: Value`"
)]
pub trait Element:
    Sealed + IntoInit<Self> + Copy + Debug + Default + PartialEq + PartialOrd + Send + Sync + 'static
{
    /// Returns `true` if the value is neither NaN nor infinite.
    fn is_finite(self) -> bool;

    /// The type in files of NumPy.
    #[doc(hidden)]
    const NPY_TYPE: &'static str;

    /// Appends the value as it is stored in files: little-endian.
    #[doc(hidden)]
    fn append_to(self, bytes: &mut Vec<u8>);
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

            fn append_to(self, bytes: &mut Vec<u8>) {
                bytes.extend_from_slice(&ToLittleEndian::to_le(self));
            }
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

/// The bytes of a value, the least significant first.
trait ToLittleEndian<const N: usize> {
    fn to_le(self) -> [u8; N];
}

impl ToLittleEndian<1> for bool {
    fn to_le(self) -> [u8; 1] {
        [u8::from(self)]
    }
}

macro_rules! little_endian {
    ($($type:ty)+) => {$(
        impl ToLittleEndian<{ size_of::<$type>() }> for $type {
            fn to_le(self) -> [u8; size_of::<$type>()] {
                self.to_le_bytes()
            }
        }
    )+};
}

little_endian!(f32 f64 i8 i16 i32 i64 u8 u16 u32 u64);

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
