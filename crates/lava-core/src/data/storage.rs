//! Storage of Vars: the types that can hold a value.

use ndarray::{ArcArray, Array, ArrayD, Ix1, Ix2, Ix3, Ix4, IxDyn};

use super::element::Element;
use super::init::Init;
use super::shape::Dims;

/// The storage of a Var in a model: implemented by `ArrayD<T>`, by the arrays of fixed rank, by
/// `Vec<T>`, `PerNeuron<T>`, `ColumnMajor<T>` and `DelayLine<T>`, and by plain numbers (for scalar
/// Vars).
///
/// Implement it, [`FromInit`] and `ModelField` for a type of your own to keep a Var in another
/// layout.
pub trait VarField<T: Element>: Send {
    /// The value as an array of extents `dims`, those of the Var or of the model's slice of it.
    fn read(&self, dims: &Dims) -> ArrayD<T>;
    /// Replaces the value by `value`, which broadcasts to `dims`.
    fn write(&mut self, value: &Init<T>, dims: &Dims);
    /// Replaces the value as [`write`](VarField::write) does. Returns the one before, to be written back
    /// if the model refuses the new one. The default copies it; arrays take the memory of `value`.
    fn replace(&mut self, value: Init<T>, dims: &Dims) -> Init<T> {
        let before = Init::new(self.read(dims));
        self.write(&value, dims);
        before
    }
    /// Returns `true` if the value is known to be `init`, without looking at its elements: a snapshot
    /// then keeps the fingerprint of `init` only.
    #[doc(hidden)]
    fn is_initial(&self, init: &Init<T>) -> bool {
        let _ = init;
        false
    }
    /// Returns `true` if other ranks have some of the elements; they are zero here.
    #[doc(hidden)]
    fn is_partial(&self) -> bool {
        false
    }
    /// Copies the value to `out` in row-major order. Probes call it every step, so it should not
    /// allocate.
    fn copy_to(&self, out: &mut [T], dims: &Dims);
    /// Replaces the value by `values`, in row-major order. Other models call it in their steps, so it
    /// should not allocate; the default does.
    fn copy_from(&mut self, values: &[T], dims: &Dims) {
        let array = ArrayD::from_shape_vec(dims.as_slice(), values.to_vec());
        let array = array.expect("as many values as the Var has elements");
        self.write(&Init::new(array), dims);
    }
}

/// A [`VarField`] that is made from the initial value of a Var.
pub trait FromInit<T: Element>: VarField<T> + Sized + 'static {
    /// The number of axes that the Var must have.
    const RANK: Option<usize> = None;
    /// Makes the field from `init`, which broadcasts to `dims`.
    ///
    /// # Panics
    /// If `dims` has another number of axes than `RANK` says.
    fn from_init(init: &Init<T>, dims: &Dims) -> Self;
}

impl<T: Element> VarField<T> for Init<T> {
    fn read(&self, dims: &Dims) -> ArrayD<T> {
        self.to_shared(dims).to_owned()
    }

    fn write(&mut self, value: &Init<T>, _: &Dims) {
        self.clone_from(value);
    }

    fn replace(&mut self, value: Init<T>, _: &Dims) -> Init<T> {
        std::mem::replace(self, value)
    }

    fn is_initial(&self, init: &Init<T>) -> bool {
        self.is_same(init)
    }

    fn copy_to(&self, out: &mut [T], dims: &Dims) {
        if let Some(values) = self.broadcast(dims) {
            for (out, value) in out.iter_mut().zip(&values) {
                *out = *value;
            }
        }
    }
}

impl<T: Element> VarField<T> for T {
    fn read(&self, dims: &Dims) -> ArrayD<T> {
        ArrayD::from_elem(IxDyn(dims.as_slice()), *self)
    }

    fn write(&mut self, value: &Init<T>, _: &Dims) {
        *self = value.uniform().unwrap_or_default();
    }

    fn copy_to(&self, out: &mut [T], _: &Dims) {
        out.fill(*self);
    }

    fn copy_from(&mut self, values: &[T], _: &Dims) {
        if let Some(value) = values.first() {
            *self = *value;
        }
    }
}

impl<T: Element> FromInit<T> for T {
    fn from_init(init: &Init<T>, _: &Dims) -> T {
        init.uniform().unwrap_or_default()
    }
}

/// Writes `value`, broadcast to `dims`, into `array`.
fn assign<T: Element, D: ndarray::Dimension>(
    array: &mut Array<T, D>,
    value: &Init<T>,
    dims: &Dims,
) {
    let Some(values) = value.broadcast(dims) else {
        return;
    };
    match (values.as_slice(), array.as_slice_mut()) {
        (Some(values), Some(array)) => array.copy_from_slice(values),
        _ => array
            .iter_mut()
            .zip(&values)
            .for_each(|(to, from)| *to = *from),
    }
}

/// The array in row-major order, of which models take slices.
fn row_major<T: Element, D: ndarray::Dimension>(array: ArrayD<T>) -> Array<T, D> {
    let array = match array.is_standard_layout() {
        true => array,
        false => array.as_standard_layout().into_owned(),
    };
    array
        .into_dimensionality()
        .expect("the model's array has the rank of the process's Var")
}

/// Copies the values to `out`: `values` if they are contiguous, or else `all`.
fn copy<'a, T: Element>(values: Option<&[T]>, all: impl Iterator<Item = &'a T>, out: &mut [T]) {
    match values {
        Some(values) => out.copy_from_slice(values),
        None => out.iter_mut().zip(all).for_each(|(to, from)| *to = *from),
    }
}

macro_rules! array_field {
    ($dim:ty) => {
        impl<T: Element> VarField<T> for Array<T, $dim> {
            fn read(&self, _: &Dims) -> ArrayD<T> {
                self.clone().into_dyn()
            }

            fn write(&mut self, value: &Init<T>, dims: &Dims) {
                assign(self, value, dims);
            }

            fn replace(&mut self, value: Init<T>, dims: &Dims) -> Init<T> {
                let new = row_major(value.into_array(dims));
                Init::new(std::mem::replace(self, new))
            }

            fn copy_to(&self, out: &mut [T], _: &Dims) {
                copy(self.as_slice(), self.iter(), out);
            }

            fn copy_from(&mut self, values: &[T], _: &Dims) {
                self.iter_mut()
                    .zip(values)
                    .for_each(|(to, from)| *to = *from);
            }
        }

        impl<T: Element> FromInit<T> for Array<T, $dim> {
            const RANK: Option<usize> = <$dim as ndarray::Dimension>::NDIM;

            fn from_init(init: &Init<T>, dims: &Dims) -> Self {
                row_major(init.clone().into_array(dims))
            }
        }
    };
}

array_field!(IxDyn);
array_field!(Ix1);
array_field!(Ix2);
array_field!(Ix3);
array_field!(Ix4);

impl<T: Element> VarField<T> for Vec<T> {
    fn read(&self, dims: &Dims) -> ArrayD<T> {
        ArrayD::from_shape_vec(IxDyn(dims.as_slice()), self.clone())
            .expect("the model's Vec has as many elements as the process's Var")
    }

    fn write(&mut self, value: &Init<T>, dims: &Dims) {
        let Some(values) = value.broadcast(dims) else {
            return;
        };
        copy(values.as_slice(), values.iter(), self);
    }

    fn replace(&mut self, value: Init<T>, dims: &Dims) -> Init<T> {
        let new: ArrayD<T> = row_major(value.into_array(dims));
        let new = match new.into_raw_vec_and_offset() {
            (values, None | Some(0)) => values,
            (values, Some(offset)) => values[offset..][..dims.len()].to_vec(),
        };
        let before = ArrayD::from_shape_vec(dims.as_slice(), std::mem::replace(self, new));
        Init::new(before.expect("the model's Vec has as many elements as the process's Var"))
    }

    fn copy_to(&self, out: &mut [T], _: &Dims) {
        out.copy_from_slice(self);
    }

    fn copy_from(&mut self, values: &[T], _: &Dims) {
        self.copy_from_slice(values);
    }
}

impl<T: Element> FromInit<T> for Vec<T> {
    fn from_init(init: &Init<T>, dims: &Dims) -> Self {
        let mut values = vec![T::default(); dims.len()];
        values.write(init, dims);
        values
    }
}

impl<T: Element> VarField<T> for ArcArray<T, IxDyn> {
    fn read(&self, _: &Dims) -> ArrayD<T> {
        self.to_owned()
    }

    fn write(&mut self, value: &Init<T>, dims: &Dims) {
        *self = value.to_shared(dims);
    }

    fn replace(&mut self, value: Init<T>, dims: &Dims) -> Init<T> {
        Init::new(std::mem::replace(self, value.to_shared(dims)))
    }

    fn is_initial(&self, init: &Init<T>) -> bool {
        init.is_same(&Init::new(self.clone()))
    }

    fn copy_to(&self, out: &mut [T], _: &Dims) {
        copy(self.as_slice(), self.iter(), out);
    }
}

impl<T: Element> FromInit<T> for ArcArray<T, IxDyn> {
    fn from_init(init: &Init<T>, dims: &Dims) -> Self {
        init.to_shared(dims)
    }
}

impl<T: Element> FromInit<T> for Init<T> {
    fn from_init(init: &Init<T>, _: &Dims) -> Self {
        init.clone()
    }
}
