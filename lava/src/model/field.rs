//! How the fields of a model are bound to the members of its process.

use ndarray::{ArcArray, Array, ArrayD, Ix1, Ix2, Ix3, Ix4, IxDyn};

use super::binder::Binder;
use super::context::Context;
use super::port::{In, Out};
use crate::process::{
    Dims, Element, InPort, Init, OutPort, Param, Payload, Scalar, Shape, Var, VarField,
};

/// A model's field of this type can hold the process's member `M`.
///
/// `InPort<T>` is bound by [`In<T>`], `OutPort<T>` by [`Out<T>`]; a `Var<T>` by `ArrayD<T>`, an
/// `Array1<T>` … `Array4<T>`, a `Vec<T>` in row-major order, an `ArcArray<T, IxDyn>` (shared with
/// the initial value until it is written), [`PerNeuron<T>`] or [`ColumnMajor<T>`]; a scalar Var by the number itself; a `Param<X>` by `X` or
/// `Param<X>`.
#[diagnostic::on_unimplemented(
    message = "the process declares a `{M}`, which a model cannot keep in a field of type `{Self}`",
    label = "does not fit the process's `{M}`",
    note = "`InPort<T>` is bound by `In<T>`, `OutPort<T>` by `Out<T>`, `Var<T>` by `ArrayD<T>` or `PerNeuron<T>`, a scalar `Var<T, Scalar>` by the number itself, `T`, and `Param<X>` by `X`"
)]
pub trait ModelField<M>: Sized {
    /// Makes the field.
    #[doc(hidden)]
    fn bind(name: &'static str, binder: &mut Binder<'_>) -> crate::Result<Self>;

    /// Tells the member where it lives in the model.
    #[doc(hidden)]
    fn attach<Model: 'static>(
        name: &'static str,
        binder: &mut Binder<'_>,
        field: fn(&mut Model) -> &mut Self,
    ) {
        let _ = (name, binder, field);
    }
}

#[diagnostic::do_not_recommend]
impl<T: Payload, S: 'static, R: 'static> ModelField<InPort<T, S, R>> for In<T> {
    fn bind(name: &'static str, binder: &mut Binder<'_>) -> crate::Result<Self> {
        Ok(binder.in_port::<T, S, R>(name))
    }
}

#[diagnostic::do_not_recommend]
impl<T: Payload, S: 'static, L: 'static> ModelField<OutPort<T, S, L>> for Out<T> {
    fn bind(name: &'static str, binder: &mut Binder<'_>) -> crate::Result<Self> {
        Ok(binder.out_port::<T, S, L>(name))
    }
}

#[diagnostic::do_not_recommend]
impl<X: Clone + Send + Sync + 'static> ModelField<Param<X>> for X {
    fn bind(name: &'static str, binder: &mut Binder<'_>) -> crate::Result<Self> {
        Ok(X::clone(binder.member::<Param<X>>(name)))
    }
}

#[diagnostic::do_not_recommend]
impl<X: Send + Sync + 'static> ModelField<Param<X>> for Param<X> {
    fn bind(name: &'static str, binder: &mut Binder<'_>) -> crate::Result<Self> {
        Ok(binder.member::<Param<X>>(name).clone())
    }
}

/// A [`VarField`] that can be made from a Var's initial value.
pub trait FromInit<T: Element>: VarField<T> + Sized + 'static {
    /// Makes the field; `init` broadcasts to `dims`.
    fn from_init(init: &Init<T>, dims: &Dims) -> Self;
}

macro_rules! var_field {
    ([$($generics:tt)*] $field:ty: Var<$element:ty, $shape:ty>) => {
        #[diagnostic::do_not_recommend]
        impl<$($generics)*> ModelField<Var<$element, $shape>> for $field {
            fn bind(name: &'static str, binder: &mut Binder<'_>) -> crate::Result<Self> {
                let core = binder.var::<$element, $shape>(name);
                Ok(Self::from_init(&core.init(), &core.dims))
            }

            fn attach<Model: 'static>(
                name: &'static str,
                binder: &mut Binder<'_>,
                field: fn(&mut Model) -> &mut Self,
            ) {
                binder.var::<$element, $shape>(name).bind(Box::new(move |model| {
                    field(model.downcast_mut().expect("a Var is bound to its own model"))
                }));
            }
        }
    };
}

var_field!([T: Element] T: Var<T, Scalar>);
var_field!([T: Element, S: Shape] ArrayD<T>: Var<T, S>);
var_field!([T: Element, S: Shape] Vec<T>: Var<T, S>);
var_field!([T: Element, S: Shape] Array<T, Ix1>: Var<T, S>);
var_field!([T: Element, S: Shape] Array<T, Ix2>: Var<T, S>);
var_field!([T: Element, S: Shape] Array<T, Ix3>: Var<T, S>);
var_field!([T: Element, S: Shape] Array<T, Ix4>: Var<T, S>);
var_field!([T: Element, S: Shape] ArcArray<T, IxDyn>: Var<T, S>);
var_field!([T: Element, S: Shape] PerNeuron<T>: Var<T, S>);
var_field!([T: Element, S: Shape] ColumnMajor<T>: Var<T, S>);

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
}

impl<T: Element> FromInit<T> for T {
    fn from_init(init: &Init<T>, _: &Dims) -> T {
        init.uniform().unwrap_or_default()
    }
}

/// Writes `value` into `array`, whole.
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
            .zip(values)
            .for_each(|(to, from)| *to = *from),
    }
}

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

            fn copy_to(&self, out: &mut [T], _: &Dims) {
                copy(self.as_slice(), self.iter(), out);
            }
        }

        impl<T: Element> FromInit<T> for Array<T, $dim> {
            fn from_init(init: &Init<T>, dims: &Dims) -> Self {
                // Row by row, whatever the layout of the value: models take slices.
                let values = init.to_shared(dims);
                let values = values.as_standard_layout().into_owned();
                values
                    .into_dimensionality()
                    .expect("the model's array has the rank of the process's Var")
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

    fn copy_to(&self, out: &mut [T], _: &Dims) {
        out.copy_from_slice(self);
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

    fn copy_to(&self, out: &mut [T], _: &Dims) {
        copy(self.as_slice(), self.iter(), out);
    }
}

impl<T: Element> FromInit<T> for ArcArray<T, IxDyn> {
    fn from_init(init: &Init<T>, dims: &Dims) -> Self {
        init.to_shared(dims)
    }
}

/// How many neurons [`PerNeuron::block`] serves at a time.
pub const BLOCK: usize = 256;

/// A parameter of a population that is usually the same for all neurons: one value, or one per
/// neuron where the user gave an array. The Var itself has the population's shape either way.
///
/// A kernel goes through the population in blocks of [`BLOCK`] neurons and need not know which
/// case it has: a uniform parameter is served from a block that stays in the cache.
///
/// ```
/// use lava::model::{BLOCK, FromInit, PerNeuron};
/// use lava::process::{Dims, Init};
///
/// let population = Dims::from([3]);
/// let du = PerNeuron::from_init(&Init::new(0.5_f32), &population);
/// assert_eq!(du.uniform(), Some(0.5));
/// assert_eq!(du.block(0, 3), [0.5, 0.5, 0.5]);
/// let du = PerNeuron::from_init(&Init::new([0.1_f32, 0.2, 0.3]), &population);
/// assert_eq!(du.block(1, 2), [0.2, 0.3]);
/// ```
#[derive(Clone, Debug)]
pub struct PerNeuron<T> {
    /// One value per neuron, or `BLOCK` copies of the only one.
    values: Vec<T>,
    uniform: Option<T>,
}

impl<T: Element> PerNeuron<T> {
    /// The value that all neurons share, if they do.
    pub fn uniform(&self) -> Option<T> {
        self.uniform
    }

    /// The values of `len` ≤ [`BLOCK`] neurons from `start`, in row-major order.
    ///
    /// # Panics
    /// If the range leaves the population, or the block.
    #[inline(always)]
    pub fn block(&self, start: usize, len: usize) -> &[T] {
        let start = if self.uniform.is_some() { 0 } else { start };
        &self.values[start..start + len]
    }
}

impl<T: Element> FromInit<T> for PerNeuron<T> {
    fn from_init(init: &Init<T>, dims: &Dims) -> Self {
        match init.uniform() {
            Some(value) => PerNeuron {
                values: vec![value; BLOCK],
                uniform: Some(value),
            },
            None => PerNeuron {
                values: init.to_shared(dims).iter().copied().collect(),
                uniform: None,
            },
        }
    }
}

impl<T: Element> VarField<T> for PerNeuron<T> {
    fn read(&self, dims: &Dims) -> ArrayD<T> {
        let shape = IxDyn(dims.as_slice());
        match self.uniform {
            Some(value) => ArrayD::from_elem(shape, value),
            None => {
                ArrayD::from_shape_vec(shape, self.values.clone()).expect("one value per neuron")
            }
        }
    }

    fn write(&mut self, value: &Init<T>, dims: &Dims) {
        *self = PerNeuron::from_init(value, dims);
    }

    fn copy_to(&self, out: &mut [T], _: &Dims) {
        match self.uniform {
            Some(value) => out.fill(value),
            None => out.copy_from_slice(&self.values),
        }
    }
}

/// A matrix kept column by column: for models that walk the columns of the inputs that are
/// active. The Var's shape, and the index of every element, are those of the ordinary matrix.
#[derive(Clone, Debug)]
pub struct ColumnMajor<T> {
    values: Array<T, Ix2>,
    rows: usize,
}

impl<T: Element> ColumnMajor<T> {
    /// Column `index`: the weights of one input.
    ///
    /// # Panics
    /// If there is no such column.
    #[inline(always)]
    pub fn column(&self, index: usize) -> &[T] {
        let values = self.values.as_slice_memory_order().unwrap_or_default();
        &values[index * self.rows..][..self.rows]
    }

    /// Replaces every element.
    pub fn map(&mut self, change: impl FnMut(T) -> T) {
        self.values.mapv_inplace(change);
    }

    /// The matrix, whose rows are the outputs.
    pub fn view(&self) -> ndarray::ArrayView2<'_, T> {
        self.values.view()
    }
}

impl<T: Element> FromInit<T> for ColumnMajor<T> {
    fn from_init(init: &Init<T>, dims: &Dims) -> Self {
        let (rows, columns) = match *dims.as_slice() {
            [rows, columns] => (rows, columns),
            _ => (dims.len(), 1),
        };
        let mut matrix = ColumnMajor {
            values: Array::from_elem(ndarray::ShapeBuilder::f((rows, columns)), T::default()),
            rows,
        };
        matrix.write(init, dims);
        matrix
    }
}

impl<T: Element> VarField<T> for ColumnMajor<T> {
    fn read(&self, _: &Dims) -> ArrayD<T> {
        self.values.clone().into_dyn()
    }

    fn write(&mut self, value: &Init<T>, dims: &Dims) {
        let Some(values) = value.broadcast(dims) else {
            return;
        };
        let Ok(values) = values.into_dimensionality::<Ix2>() else {
            return;
        };
        transpose(&values, &mut self.values);
    }

    fn copy_to(&self, out: &mut [T], _: &Dims) {
        out.iter_mut()
            .zip(&self.values)
            .for_each(|(to, from)| *to = *from);
    }
}

/// Copies a matrix into one that is kept column by column; tile by tile where it comes row by
/// row, so that both stay in the cache.
fn transpose<T: Element>(from: &ndarray::ArrayView2<'_, T>, to: &mut Array<T, Ix2>) {
    const TILE: usize = 16;
    let (rows, columns) = from.dim();
    let (Some(from), Some(to)) = (from.as_slice(), to.as_slice_memory_order_mut()) else {
        to.assign(from);
        return;
    };
    for left in (0..columns).step_by(TILE) {
        for top in (0..rows).step_by(TILE) {
            let height = TILE.min(rows - top);
            for column in left..(left + TILE).min(columns) {
                let to = &mut to[column * rows + top..][..height];
                for (row, to) in (top..).zip(to) {
                    *to = from[row * columns + column];
                }
            }
        }
    }
}

/// A field that belongs to the model alone: `#[local]`.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "`{Self}` has no default value to start a `#[local]` field with",
    label = "not a default value",
    note = "derive `Default`, or say how it starts: `#[local(init = …)]`"
)]
pub trait Local: Sized {
    fn local(binder: &mut Binder<'_>) -> Self;
    fn reset(&mut self);
}

impl<T: Default> Local for T {
    fn local(_: &mut Binder<'_>) -> T {
        T::default()
    }

    fn reset(&mut self) {
        *self = T::default();
    }
}

impl Local for Context {
    fn local(binder: &mut Binder<'_>) -> Context {
        binder.context()
    }

    fn reset(&mut self) {}
}
