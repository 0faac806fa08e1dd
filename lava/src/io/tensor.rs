//! Arrays of files, with the element type that the file gives them.

use ndarray::ArrayD;

/// An array of a file: elements in row-major order, and a shape.
///
/// It keeps the element type of the file, so that what is read is written equal. Conversions to the type
/// that is computed with are explicit: [`to_f64`](Tensor::to_f64), [`to_i64`](Tensor::to_i64).
///
/// ```
/// use lava::io::Tensor;
///
/// let tensor = Tensor::new([2, 2], vec![1.0_f32, 2.0, 3.0, 4.0]);
/// assert_eq!(tensor.shape(), [2, 2]);
/// assert_eq!(tensor.to_f64(), Some(vec![1.0, 2.0, 3.0, 4.0]));
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Tensor {
    shape: Vec<usize>,
    values: TensorValues,
}

/// The elements of a [`Tensor`].
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
#[allow(missing_docs)]
pub enum TensorValues {
    F32(Vec<f32>),
    F64(Vec<f64>),
    I8(Vec<i8>),
    I16(Vec<i16>),
    I32(Vec<i32>),
    I64(Vec<i64>),
    U8(Vec<u8>),
    U16(Vec<u16>),
    U32(Vec<u32>),
    U64(Vec<u64>),
    Bool(Vec<bool>),
    Text(Vec<String>),
}

/// Element type of a [`Tensor`]. Sealed.
pub trait TensorElement: sealed::Sealed + Sized {
    /// Elements as those of a tensor.
    #[doc(hidden)]
    fn values(elements: Vec<Self>) -> TensorValues;
}

mod sealed {
    pub trait Sealed {}
}

macro_rules! element {
    ($($type:ty => $variant:ident),* $(,)?) => {$(
        impl sealed::Sealed for $type {}

        impl TensorElement for $type {
            fn values(elements: Vec<$type>) -> TensorValues {
                TensorValues::$variant(elements)
            }
        }
    )*};
}

element!(
    f32 => F32, f64 => F64, i8 => I8, i16 => I16, i32 => I32, i64 => I64, u8 => U8, u16 => U16, u32 => U32,
    u64 => U64, bool => Bool, String => Text,
);

/// Evaluates `$body` with `$values` bound to the vector of numbers, `$other` for texts.
macro_rules! numbers {
    ($of:expr, $values:ident => $body:expr, $bools:ident => $truth:expr, $other:expr) => {
        match $of {
            TensorValues::F32($values) => $body,
            TensorValues::F64($values) => $body,
            TensorValues::I8($values) => $body,
            TensorValues::I16($values) => $body,
            TensorValues::I32($values) => $body,
            TensorValues::I64($values) => $body,
            TensorValues::U8($values) => $body,
            TensorValues::U16($values) => $body,
            TensorValues::U32($values) => $body,
            TensorValues::U64($values) => $body,
            TensorValues::Bool($bools) => $truth,
            TensorValues::Text(_) => $other,
        }
    };
}

#[cfg(feature = "hdf5")]
impl TensorValues {
    /// The number of elements.
    pub(super) fn count(&self) -> usize {
        match self {
            TensorValues::Text(texts) => texts.len(),
            values => numbers!(values, values => values.len(), truths => truths.len(), 0),
        }
    }
}

impl Tensor {
    /// An array of `elements` in row-major order; an empty `shape` is that of a scalar.
    ///
    /// # Panics
    /// If `elements` are not as many as `shape` has.
    #[track_caller]
    pub fn new<T: TensorElement>(shape: impl Into<Vec<usize>>, elements: Vec<T>) -> Tensor {
        let shape = shape.into();
        let count: usize = shape.iter().product();
        assert_eq!(count, elements.len(), "elements of shape {shape:?}");
        Tensor {
            shape,
            values: T::values(elements),
        }
    }

    /// A scalar.
    pub fn scalar<T: TensorElement>(value: T) -> Tensor {
        Tensor::new([], vec![value])
    }

    /// The shape; empty for a scalar.
    pub fn shape(&self) -> &[usize] {
        &self.shape
    }

    /// The elements, in row-major order.
    pub fn values(&self) -> &TensorValues {
        &self.values
    }

    /// The number of elements.
    pub fn len(&self) -> usize {
        self.shape.iter().product()
    }

    /// Returns `true` if there are no elements.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The elements in double precision; truth values become 1 and 0. Returns `None` for texts.
    #[allow(clippy::unnecessary_cast, reason = "one expression for all types")]
    pub fn to_f64(&self) -> Option<Vec<f64>> {
        numbers!(
            &self.values,
            values => Some(values.iter().map(|value| *value as f64).collect()),
            truths => Some(truths.iter().map(|truth| f64::from(u8::from(*truth))).collect()),
            None
        )
    }

    /// The elements as integers. Returns `None` for texts, and if a number is no integer or too large.
    pub fn to_i64(&self) -> Option<Vec<i64>> {
        /// The integers that double precision holds without gaps.
        const EXACT: f64 = 9_007_199_254_740_992.0;
        match &self.values {
            TensorValues::I64(values) => Some(values.clone()),
            TensorValues::U64(values) => {
                let values = values.iter().map(|value| i64::try_from(*value));
                values.collect::<Result<_, _>>().ok()
            }
            _ => {
                let values = self.to_f64()?.into_iter();
                let integer = |value: f64| {
                    let is_integer = value.fract() == 0.0 && value.abs() <= EXACT;
                    is_integer.then_some(value as i64)
                };
                values.map(integer).collect()
            }
        }
    }

    /// The text of a scalar. Returns `None` for numbers and for arrays.
    pub fn text(&self) -> Option<&str> {
        match &self.values {
            TensorValues::Text(texts) if self.shape.iter().product::<usize>() == 1 => {
                texts.first().map(String::as_str)
            }
            _ => None,
        }
    }

    /// The texts. Returns `None` for numbers.
    pub fn texts(&self) -> Option<&[String]> {
        match &self.values {
            TensorValues::Text(texts) => Some(texts),
            _ => None,
        }
    }

    /// An array of elements that are as many as `shape` has.
    #[cfg(any(feature = "npy", feature = "hdf5"))]
    pub(super) fn of_values(shape: Vec<usize>, values: TensorValues) -> Tensor {
        Tensor { shape, values }
    }

    /// The array whose elements are in column-major order.
    #[cfg(feature = "npy")]
    pub(super) fn transposed_order(self) -> Tensor {
        /// The elements of a vector in row-major order.
        fn reordered<T: Clone>(shape: &[usize], values: &[T]) -> Vec<T> {
            let reversed: Vec<usize> = shape.iter().rev().copied().collect();
            let array = ndarray::ArrayViewD::from_shape(reversed, values);
            array.map_or_else(
                |_| values.to_vec(),
                |array| array.t().iter().cloned().collect(),
            )
        }
        let shape = self.shape;
        macro_rules! each {
            ($($variant:ident),*) => {
                match self.values {
                    $(TensorValues::$variant(values) => {
                        TensorValues::$variant(reordered(&shape, &values))
                    })*
                }
            };
        }
        let values = each!(F32, F64, I8, I16, I32, I64, U8, U16, U32, U64, Bool, Text);
        Tensor { shape, values }
    }

    /// The elements in double precision, as an array. Returns `None` for texts.
    pub fn to_array(&self) -> Option<ArrayD<f64>> {
        ArrayD::from_shape_vec(self.shape.clone(), self.to_f64()?).ok()
    }

    /// The same elements in another shape. Returns `None` if it has not as many.
    pub fn reshaped(self, shape: impl Into<Vec<usize>>) -> Option<Tensor> {
        let shape = shape.into();
        let fits = shape.iter().product::<usize>() == self.len();
        fits.then_some(Tensor { shape, ..self })
    }
}

/// The elements of an array.
impl<T: TensorElement + Clone> From<ArrayD<T>> for Tensor {
    fn from(array: ArrayD<T>) -> Tensor {
        let shape = array.shape().to_vec();
        Tensor::new(shape, array.iter().cloned().collect())
    }
}

/// A scalar.
impl<T: TensorElement> From<T> for Tensor {
    fn from(value: T) -> Tensor {
        Tensor::scalar(value)
    }
}
