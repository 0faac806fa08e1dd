//! The trait of parameters that a file can hold, and its implementations for common types.

use super::error::ValueError;
use super::value::StoredValue;

/// A parameter that a stored network can have.
///
/// Implemented for numbers, `bool`, `String`, `Option`, `Vec`, arrays, and the parameters of the library's
/// processes. A struct or enum of one's own implements it by [`storable!`](crate::storable), and is made
/// known by [`register_parameter!`](crate::register_parameter).
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be stored [E3212]",
    label = "does not implement `Storable`",
    note = "write `lava::storable!(struct {Self} {{ field, … }})`, with all its fields"
)]
pub trait Storable: Sized {
    /// The value in a file.
    ///
    /// # Errors
    /// [`ValueError`] if this value cannot be stored.
    fn store(&self) -> Result<StoredValue, ValueError>;

    /// The parameter of a value in a file.
    ///
    /// # Errors
    /// [`ValueError`] if it is not the value of such a parameter.
    fn restore(value: &StoredValue) -> Result<Self, ValueError>;
}

macro_rules! integers {
    ($($type:ty)+) => {$(
        impl Storable for $type {
            fn store(&self) -> Result<StoredValue, ValueError> {
                Ok(StoredValue::Integer(*self as i128))
            }

            fn restore(value: &StoredValue) -> Result<$type, ValueError> {
                const EXPECTED: &str = concat!("a whole number of type `", stringify!($type), "`");
                match value {
                    StoredValue::Integer(number) => <$type>::try_from(*number)
                        .map_err(|_| ValueError::new(format!("{EXPECTED} is expected, and {number} is there"))),
                    _ => Err(value.unexpected(EXPECTED)),
                }
            }
        }
    )+};
}

integers!(i8 i16 i32 i64 u8 u16 u32 u64 usize);

/// Numbers that no text of digits says: JSON has none.
const INFINITE: &str = "inf";
const NEGATIVE_INFINITE: &str = "-inf";
const NOT_A_NUMBER: &str = "nan";

/// The number with the fewest digits that is read as this one, to the bit.
fn shortest<X: Copy + Into<f64> + std::fmt::Debug>(number: X) -> f64 {
    let digits = format!("{number:?}").parse::<f64>();
    let exact: f64 = number.into();
    let is_same = |short: &f64| (*short as f32).to_bits() == (exact as f32).to_bits();
    digits.ok().filter(is_same).unwrap_or(exact)
}

macro_rules! numbers {
    ($($type:ty)+) => {$(
        impl Storable for $type {
            fn store(&self) -> Result<StoredValue, ValueError> {
                let text = match *self {
                    number if number.is_nan() => NOT_A_NUMBER,
                    <$type>::INFINITY => INFINITE,
                    <$type>::NEG_INFINITY => NEGATIVE_INFINITE,
                    number => return Ok(StoredValue::Number(shortest(number))),
                };
                Ok(StoredValue::Text(text.to_owned()))
            }

            fn restore(value: &StoredValue) -> Result<$type, ValueError> {
                const EXPECTED: &str = concat!("a number of type `", stringify!($type), "`");
                match value {
                    StoredValue::Number(number) => Ok(*number as $type),
                    StoredValue::Integer(number) => Ok(*number as $type),
                    StoredValue::Text(text) => match text.as_str() {
                        NOT_A_NUMBER => Ok(<$type>::NAN),
                        INFINITE => Ok(<$type>::INFINITY),
                        NEGATIVE_INFINITE => Ok(<$type>::NEG_INFINITY),
                        _ => Err(value.unexpected(EXPECTED)),
                    },
                    _ => Err(value.unexpected(EXPECTED)),
                }
            }
        }
    )+};
}

numbers!(f32 f64);

impl Storable for bool {
    fn store(&self) -> Result<StoredValue, ValueError> {
        Ok(StoredValue::Bool(*self))
    }

    fn restore(value: &StoredValue) -> Result<bool, ValueError> {
        match value {
            StoredValue::Bool(value) => Ok(*value),
            _ => Err(value.unexpected("`true` or `false`")),
        }
    }
}

impl Storable for String {
    fn store(&self) -> Result<StoredValue, ValueError> {
        Ok(StoredValue::Text(self.clone()))
    }

    fn restore(value: &StoredValue) -> Result<String, ValueError> {
        value.text().map(str::to_owned)
    }
}

impl<X: Storable> Storable for Option<X> {
    fn store(&self) -> Result<StoredValue, ValueError> {
        self.as_ref().map_or(Ok(StoredValue::Nothing), X::store)
    }

    fn restore(value: &StoredValue) -> Result<Option<X>, ValueError> {
        match value {
            StoredValue::Nothing => Ok(None),
            _ => X::restore(value).map(Some),
        }
    }
}

/// The values of a list.
fn store_all<X: Storable>(values: &[X]) -> Result<StoredValue, ValueError> {
    let stored = values.iter().enumerate();
    let stored = stored.map(|(at, value)| value.store().map_err(|error| error.within(at)));
    Ok(StoredValue::List(stored.collect::<Result<_, _>>()?))
}

impl<X: Storable> Storable for Vec<X> {
    fn store(&self) -> Result<StoredValue, ValueError> {
        store_all(self)
    }

    fn restore(value: &StoredValue) -> Result<Vec<X>, ValueError> {
        let values = value.list()?.iter().enumerate();
        values
            .map(|(at, value)| X::restore(value).map_err(|error| error.within(at)))
            .collect()
    }
}

impl<X: Storable, const N: usize> Storable for [X; N] {
    fn store(&self) -> Result<StoredValue, ValueError> {
        store_all(self)
    }

    fn restore(value: &StoredValue) -> Result<[X; N], ValueError> {
        let values = Vec::restore(value)?;
        let len = values.len();
        let wrong = |_| ValueError::new(format!("{N} values are expected, and {len} are there"));
        values.try_into().map_err(wrong)
    }
}

impl<A: Storable, B: Storable> Storable for (A, B) {
    fn store(&self) -> Result<StoredValue, ValueError> {
        Ok(StoredValue::List(vec![self.0.store()?, self.1.store()?]))
    }

    fn restore(value: &StoredValue) -> Result<(A, B), ValueError> {
        match value.list()? {
            [first, second] => Ok((A::restore(first)?, B::restore(second)?)),
            list => Err(ValueError::new(format!(
                "2 values are expected, and {} are there",
                list.len()
            ))),
        }
    }
}

/// Implements [`Storable`](crate::schema::Storable) for a struct, of which all fields are named, or an enum,
/// of which all variants are named; the types of fields implement it too.
///
/// ```
/// #[derive(Clone, Debug, PartialEq)]
/// struct Filter {
///     taps: Vec<f64>,
///     mode: Mode,
/// }
///
/// #[derive(Clone, Debug, PartialEq)]
/// enum Mode {
///     Open,
///     Circular,
///     Padded(f64),
///     Between { low: f64, high: f64 },
/// }
///
/// lava::storable!(struct Filter { taps, mode });
/// lava::storable!(enum Mode { Open, Circular, Padded(value), Between { low, high } });
///
/// use lava::schema::Storable;
/// let filter = Filter { taps: vec![0.5, 0.25], mode: Mode::Between { low: 0.0, high: 1.0 } };
/// assert_eq!(Filter::restore(&filter.store()?)?, filter);
/// # Ok::<(), lava::schema::ValueError>(())
/// ```
#[macro_export]
macro_rules! storable {
    (struct $type:ident { $($field:ident),* $(,)? } $(with { $($other:ident: $value:expr),* $(,)? })?) => {
        impl $crate::schema::Storable for $type {
            fn store(&self) -> ::core::result::Result<$crate::schema::StoredValue, $crate::schema::ValueError> {
                Ok($crate::schema::StoredValue::table([
                    $((
                        stringify!($field),
                        $crate::schema::Storable::store(&self.$field)
                            .map_err(|error| error.within(stringify!($field)))?,
                    )),*
                ]))
            }

            fn restore(value: &$crate::schema::StoredValue) -> ::core::result::Result<Self, $crate::schema::ValueError> {
                let fields = value.fields(&[$(stringify!($field)),*])?;
                Ok($type {
                    $($field: fields.field(stringify!($field))?,)*
                    $($($other: $value,)*)?
                })
            }
        }
    };
    (enum $type:ident { $($variant:ident $(($inner:ident))? $({ $($field:ident),* $(,)? })?),* $(,)? }) => {
        impl $crate::schema::Storable for $type {
            fn store(&self) -> ::core::result::Result<$crate::schema::StoredValue, $crate::schema::ValueError> {
                Ok(match self {
                    $($type::$variant $(($inner))? $({ $($field),* })? => {
                        $crate::storable!(@store $variant $(($inner))? $({ $($field),* })?)
                    })*
                    #[allow(unreachable_patterns)]
                    _ => return Err($crate::schema::ValueError::new("this variant cannot be stored")),
                })
            }

            fn restore(value: &$crate::schema::StoredValue) -> ::core::result::Result<Self, $crate::schema::ValueError> {
                let (name, content) = $crate::schema::variant(value)?;
                let _ = &content;
                match name {
                    $(stringify!($variant) => {
                        $crate::storable!(@restore content $type $variant $(($inner))? $({ $($field),* })?)
                    })*
                    _ => Err($crate::schema::no_variant(name, &[$(stringify!($variant)),*])),
                }
            }
        }
    };
    (@store $variant:ident) => {
        $crate::schema::StoredValue::Text(stringify!($variant).to_owned())
    };
    (@store $variant:ident ($inner:ident)) => {
        $crate::schema::StoredValue::table([(
            stringify!($variant),
            $crate::schema::Storable::store($inner)?,
        )])
    };
    (@store $variant:ident { $($field:ident),* }) => {
        $crate::schema::StoredValue::table([(
            stringify!($variant),
            $crate::schema::StoredValue::table([
                $((stringify!($field), $crate::schema::Storable::store($field)?)),*
            ]),
        )])
    };
    (@restore $content:ident $type:ident $variant:ident) => {
        match $content {
            None => Ok($type::$variant),
            Some(content) => Err(content.unexpected("nothing").within(stringify!($variant))),
        }
    };
    (@restore $content:ident $type:ident $variant:ident ($inner:ident)) => {{
        let content = $content.unwrap_or(&$crate::schema::StoredValue::Nothing);
        $crate::schema::Storable::restore(content)
            .map($type::$variant)
            .map_err(|error| error.within(stringify!($variant)))
    }};
    (@restore $content:ident $type:ident $variant:ident { $($field:ident),* }) => {{
        let content = $content.unwrap_or(&$crate::schema::StoredValue::Nothing);
        let restored = || {
            let fields = content.fields(&[$(stringify!($field)),*])?;
            Ok($type::$variant { $($field: fields.field(stringify!($field))?),* })
        };
        restored().map_err(|error: $crate::schema::ValueError| error.within(stringify!($variant)))
    }};
}

/// The variant of an enum in a value, and its content.
#[doc(hidden)]
pub fn variant(value: &StoredValue) -> Result<(&str, Option<&StoredValue>), ValueError> {
    match value {
        StoredValue::Text(name) => Ok((name, None)),
        StoredValue::Table(entries) => match entries.as_slice() {
            [(name, content)] => Ok((name, Some(content))),
            _ => Err(ValueError::new(
                "one variant is expected, and several fields are there",
            )),
        },
        _ => Err(value.unexpected("the name of a variant")),
    }
}

/// The error of a name that is no variant.
#[doc(hidden)]
pub fn no_variant(name: &str, known: &[&str]) -> ValueError {
    let known = known.join("`, `");
    ValueError::new(format!("`{name}` is none of `{known}`"))
}
