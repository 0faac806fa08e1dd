//! Matrices of weights, for models that walk columns.

use ndarray::{Array, ArrayD, Ix2};

use lava_core::data::{Dims, Element, FromInit, Init, VarField};

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
        transpose(&values.view(), &mut self.values);
    }

    fn copy_to(&self, out: &mut [T], _: &Dims) {
        let columns = self.values.ncols();
        match self.values.as_slice_memory_order() {
            // Column by column, it is the rows of the transposed matrix.
            Some(values) => turn(values, (columns, self.rows), out),
            None => out
                .iter_mut()
                .zip(&self.values)
                .for_each(|(to, from)| *to = *from),
        }
    }
}

/// Copies a matrix into one that is kept column by column; tile by tile where it comes row by
/// row, so that both stay in the cache.
fn transpose<T: Element>(from: &ndarray::ArrayView2<'_, T>, to: &mut Array<T, Ix2>) {
    match (from.as_slice(), to.as_slice_memory_order_mut()) {
        (Some(rows), Some(to)) => turn(rows, from.dim(), to),
        _ => to.assign(from),
    }
}

/// Copies a matrix, row by row, to one that is column by column.
fn turn<T: Copy>(from: &[T], (rows, columns): (usize, usize), to: &mut [T]) {
    const TILE: usize = 16;
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
