//! Values in snapshots: their form as bytes.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use ndarray::{ArcArray, Array, Dimension, IntoDimension};

use super::error::PersistError;

/// A value that a snapshot of a network can hold: the state of a model in a `#[local]` field, or what
/// its `save_state` puts there.
///
/// Implemented for numbers, `bool`, `char`, `String`, `()`, tuples of up to four, arrays, `Option`,
/// `Box`, `Vec`, `VecDeque`, `BTreeMap`, `BTreeSet`, and for arrays of `ndarray`. A struct implements
/// it field by field:
///
/// ```
/// # mod lava { pub mod model { pub use lava_core::data::{Persist, PersistError}; } }
/// use lava::model::{Persist, PersistError};
///
/// struct Average {
///     sum: f64,
///     count: u64,
/// }
///
/// impl Persist for Average {
///     fn layout() -> String {
///         <(f64, u64)>::layout()
///     }
///
///     fn save(&self, bytes: &mut Vec<u8>) {
///         self.sum.save(bytes);
///         self.count.save(bytes);
///     }
///
///     fn load(bytes: &mut &[u8]) -> Result<Average, PersistError> {
///         let (sum, count) = Persist::load(bytes)?;
///         Ok(Average { sum, count })
///     }
/// }
/// # let mut bytes = Vec::new();
/// # Average { sum: 1.5, count: 2 }.save(&mut bytes);
/// # assert_eq!(Average::load(&mut &bytes[..])?.count, 2);
/// # Ok::<(), PersistError>(())
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be kept in a snapshot [E3211]",
    label = "does not implement `Persist`",
    note = "implement `lava::model::Persist` for it, field by field; or give numbers, or tuples or arrays of them"
)]
pub trait Persist: Sized {
    /// The type of the value as a snapshot names it: `[f32]`. A value is loaded where the same is
    /// expected only.
    fn layout() -> String;

    /// Appends the value.
    fn save(&self, bytes: &mut Vec<u8>);

    /// Takes a value from the beginning of `bytes`.
    ///
    /// # Errors
    /// [`PersistError`] if `bytes` do not begin with such a value. No more memory is taken than they
    /// can fill.
    fn load(bytes: &mut &[u8]) -> Result<Self, PersistError>;
}

/// Takes `len` bytes from the beginning of `bytes`.
///
/// # Errors
/// [`PersistError::Short`] if there are fewer.
pub fn take_bytes<'a>(bytes: &mut &'a [u8], len: usize) -> Result<&'a [u8], PersistError> {
    let (taken, rest) = bytes.split_at_checked(len).ok_or(PersistError::Short)?;
    *bytes = rest;
    Ok(taken)
}

macro_rules! numbers {
    ($($type:ty)+) => {$(
        impl Persist for $type {
            fn layout() -> String {
                stringify!($type).to_owned()
            }

            #[inline]
            fn save(&self, bytes: &mut Vec<u8>) {
                bytes.extend_from_slice(&self.to_le_bytes());
            }

            #[inline]
            fn load(bytes: &mut &[u8]) -> Result<$type, PersistError> {
                let (taken, rest) = bytes.split_first_chunk().ok_or(PersistError::Short)?;
                *bytes = rest;
                Ok(<$type>::from_le_bytes(*taken))
            }
        }
    )+};
}

numbers!(f32 f64 i8 i16 i32 i64 i128 u8 u16 u32 u64 u128);

/// Values that are kept as others.
macro_rules! kept_as {
    ($($type:ty: $other:ty, $name:literal, $save:expr, $load:expr;)+) => {$(
        impl Persist for $type {
            fn layout() -> String {
                $name.to_owned()
            }

            #[inline]
            fn save(&self, bytes: &mut Vec<u8>) {
                let value: $other = $save(*self);
                value.save(bytes);
            }

            #[inline]
            fn load(bytes: &mut &[u8]) -> Result<$type, PersistError> {
                let value = <$other>::load(bytes)?;
                let wrong = || PersistError::Value { layout: $name, value: value.to_string() };
                $load(value).ok_or_else(wrong)
            }
        }
    )+};
}

kept_as! {
    bool: u8, "bool", u8::from, |value| match value { 0 => Some(false), 1 => Some(true), _ => None };
    char: u32, "char", u32::from, char::from_u32;
    usize: u64, "usize", |value| value as u64, |value: u64| usize::try_from(value).ok();
    isize: i64, "isize", |value| value as i64, |value: i64| isize::try_from(value).ok();
}

impl Persist for () {
    fn layout() -> String {
        "()".to_owned()
    }

    fn save(&self, _: &mut Vec<u8>) {}

    fn load(_: &mut &[u8]) -> Result<(), PersistError> {
        Ok(())
    }
}

impl Persist for String {
    fn layout() -> String {
        "text".to_owned()
    }

    fn save(&self, bytes: &mut Vec<u8>) {
        self.len().save(bytes);
        bytes.extend_from_slice(self.as_bytes());
    }

    fn load(bytes: &mut &[u8]) -> Result<String, PersistError> {
        let len = usize::load(bytes)?;
        let text = take_bytes(bytes, len)?.to_vec();
        String::from_utf8(text).map_err(|_| PersistError::Value {
            layout: "text",
            value: "not UTF-8".to_owned(),
        })
    }
}

macro_rules! tuple {
    ($($name:ident)+) => {
        impl<$($name: Persist),+> Persist for ($($name,)+) {
            fn layout() -> String {
                let parts = [$($name::layout()),+];
                format!("({})", parts.join(", "))
            }

            #[allow(non_snake_case)]
            fn save(&self, bytes: &mut Vec<u8>) {
                let ($($name,)+) = self;
                $($name.save(bytes);)+
            }

            fn load(bytes: &mut &[u8]) -> Result<Self, PersistError> {
                Ok(($($name::load(bytes)?,)+))
            }
        }
    };
}

tuple!(A);
tuple!(A B);
tuple!(A B C);
tuple!(A B C D);

impl<T: Persist, const N: usize> Persist for [T; N] {
    fn layout() -> String {
        format!("[{}; {N}]", T::layout())
    }

    fn save(&self, bytes: &mut Vec<u8>) {
        self.iter().for_each(|value| value.save(bytes));
    }

    fn load(bytes: &mut &[u8]) -> Result<Self, PersistError> {
        let values = (0..N).map(|_| T::load(bytes));
        let values: Vec<T> = values.collect::<Result<_, _>>()?;
        values.try_into().map_err(|_| PersistError::Short)
    }
}

impl<T: Persist> Persist for Option<T> {
    fn layout() -> String {
        format!("{}?", T::layout())
    }

    fn save(&self, bytes: &mut Vec<u8>) {
        self.is_some().save(bytes);
        if let Some(value) = self {
            value.save(bytes);
        }
    }

    fn load(bytes: &mut &[u8]) -> Result<Self, PersistError> {
        bool::load(bytes)?.then(|| T::load(bytes)).transpose()
    }
}

impl<T: Persist> Persist for Box<T> {
    fn layout() -> String {
        T::layout()
    }

    fn save(&self, bytes: &mut Vec<u8>) {
        T::save(self, bytes);
    }

    fn load(bytes: &mut &[u8]) -> Result<Self, PersistError> {
        T::load(bytes).map(Box::new)
    }
}

/// Appends values and their number.
pub(super) fn save_all<'a, T: Persist + 'a>(
    values: impl ExactSizeIterator<Item = &'a T>,
    bytes: &mut Vec<u8>,
) {
    values.len().save(bytes);
    values.for_each(|value| value.save(bytes));
}

/// Takes as many values as `bytes` say.
fn load_all<T: Persist>(bytes: &mut &[u8]) -> Result<Vec<T>, PersistError> {
    /// Values that take no bytes.
    const MOST_EMPTY: usize = u32::MAX as usize;
    let len = usize::load(bytes)?;
    let most = if size_of::<T>() == 0 {
        MOST_EMPTY
    } else {
        bytes.len()
    };
    if len > most {
        return Err(PersistError::Short);
    }
    // A value in memory may be longer than its bytes: what is there decides.
    let mut values = Vec::with_capacity(len.min(bytes.len() / size_of::<T>().max(1)));
    for _ in 0..len {
        values.push(T::load(bytes)?);
    }
    Ok(values)
}

/// Collections: the number of values, and the values.
macro_rules! collections {
    ($($type:ident [$($bound:tt)*];)+) => {$(
        impl<T: Persist $($bound)*> Persist for $type<T> {
            fn layout() -> String {
                format!("[{}]", T::layout())
            }

            fn save(&self, bytes: &mut Vec<u8>) {
                save_all(self.iter(), bytes);
            }

            fn load(bytes: &mut &[u8]) -> Result<Self, PersistError> {
                Ok(load_all(bytes)?.into_iter().collect())
            }
        }
    )+};
}

collections! {
    Vec [];
    VecDeque [];
    BTreeSet [+ Ord];
}

impl<K: Persist + Ord, V: Persist> Persist for BTreeMap<K, V> {
    fn layout() -> String {
        Vec::<(K, V)>::layout()
    }

    fn save(&self, bytes: &mut Vec<u8>) {
        self.len().save(bytes);
        for (key, value) in self {
            key.save(bytes);
            value.save(bytes);
        }
    }

    fn load(bytes: &mut &[u8]) -> Result<Self, PersistError> {
        Ok(load_all::<(K, V)>(bytes)?.into_iter().collect())
    }
}

/// In row-major order.
impl<T: Persist, D: Dimension> Persist for Array<T, D> {
    fn layout() -> String {
        match D::NDIM {
            Some(axes) => format!("[{}] of {axes} axes", T::layout()),
            None => format!("[{}] of any axes", T::layout()),
        }
    }

    fn save(&self, bytes: &mut Vec<u8>) {
        save_all(self.shape().iter(), bytes);
        save_all(self.iter(), bytes);
    }

    fn load(bytes: &mut &[u8]) -> Result<Self, PersistError> {
        let shape: Vec<usize> = Persist::load(bytes)?;
        let wrong = |value: String| PersistError::Value {
            layout: "array",
            value,
        };
        let text = format!("of shape {shape:?}");
        if D::NDIM.is_some_and(|axes| axes != shape.len()) {
            return Err(wrong(text));
        }
        let values: Vec<T> = Persist::load(bytes)?;
        let array = Array::from_shape_vec(shape.into_dimension(), values);
        let array = array.map_err(|_| wrong(text.clone()))?;
        array.into_dimensionality().map_err(|_| wrong(text))
    }
}

impl<T: Persist + Clone, D: Dimension> Persist for ArcArray<T, D> {
    fn layout() -> String {
        Array::<T, D>::layout()
    }

    fn save(&self, bytes: &mut Vec<u8>) {
        save_all(self.shape().iter(), bytes);
        save_all(self.iter(), bytes);
    }

    fn load(bytes: &mut &[u8]) -> Result<Self, PersistError> {
        Array::load(bytes).map(Array::into_shared)
    }
}

#[cfg(test)]
mod tests {
    use ndarray::{Array2, arr2};

    use super::*;

    fn bytes(value: &impl Persist) -> Vec<u8> {
        let mut bytes = Vec::new();
        value.save(&mut bytes);
        bytes
    }

    #[track_caller]
    fn check<T: Persist + PartialEq + std::fmt::Debug>(value: &T, layout: &str) {
        assert_eq!(T::layout(), layout);
        let bytes = bytes(value);
        let mut rest = &bytes[..];
        assert_eq!(T::load(&mut rest).as_ref(), Ok(value));
        assert!(rest.is_empty());
        for len in 0..bytes.len() {
            assert_eq!(T::load(&mut &bytes[..len]), Err(PersistError::Short));
        }
    }

    #[test]
    fn values_are_loaded_as_they_were_saved() {
        check(&1.5_f32, "f32");
        check(&(-7_i64, true, 'ü'), "(i64, bool, char)");
        check(&"naïve".to_owned(), "text");
        check(&vec![Some(1_u8), None], "[u8?]");
        check(&[[1_u16, 2], [3, 4]], "[[u16; 2]; 2]");
        check(&VecDeque::from([vec![1_usize], vec![]]), "[[usize]]");
        check(&BTreeMap::from([(1_u8, 2.5_f64)]), "[(u8, f64)]");
        check(&arr2(&[[1, 2, 3], [4, 5, 6]]), "[i32] of 2 axes");
        check(&(u128::MAX, Box::new(5_i8)), "(u128, i8)");
    }

    #[test]
    fn floating_point_numbers_keep_their_bits() {
        let bits = 0x7fc0_1234;
        let loaded = f32::load(&mut &bytes(&f32::from_bits(bits))[..]);
        assert_eq!(loaded.map(f32::to_bits), Ok(bits));
    }

    #[test]
    fn lengths_are_checked_before_memory_is_taken() {
        let huge = bytes(&u64::MAX);
        assert_eq!(Vec::<u64>::load(&mut &huge[..]), Err(PersistError::Short));
        assert_eq!(Vec::<()>::load(&mut &huge[..]), Err(PersistError::Short));
        assert_eq!(String::load(&mut &huge[..]), Err(PersistError::Short));
        let shape = bytes(&(vec![usize::MAX, 2], vec![1_u8, 2]));
        assert!(Array2::<u8>::load(&mut &shape[..]).is_err());
    }

    #[test]
    fn wrong_values_are_refused() {
        assert!(bool::load(&mut &[2_u8][..]).is_err());
        assert!(char::load(&mut &bytes(&0xd800_u32)[..]).is_err());
        assert!(String::load(&mut &bytes(&(1_usize, 0xff_u8))[..]).is_err());
    }
}
