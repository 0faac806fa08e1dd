//! Column-major matrices of weights.

use ndarray::{Array, ArrayD, Ix2};

use lava_core::data::{Dims, Element, FromInit, Init, VarField};

/// A column-major matrix, for models that visit the columns of the active inputs. The shape of the
/// Var, `[rows, columns]`, and the order of its elements are those of the row-major matrix.
///
/// ```
/// use lava::model::{ColumnMajor, FromInit};
/// use lava::process::{Dims, Init};
///
/// let dims = Dims::from([2, 3]);
/// let weights = ColumnMajor::from_init(&Init::new([[1, 2, 3], [4, 5, 6]]), &dims);
/// assert_eq!(weights.column(1), [2, 5]);
/// ```
#[derive(Clone, Debug)]
pub struct ColumnMajor<T> {
    values: Array<T, Ix2>,
    rows: usize,
}

impl<T: Element> ColumnMajor<T> {
    /// Column `index`: the weights from one input to all outputs.
    ///
    /// # Panics
    /// If there is no such column.
    #[inline(always)]
    pub fn column(&self, index: usize) -> &[T] {
        let values = self.values.as_slice_memory_order().unwrap_or_default();
        &values[index * self.rows..][..self.rows]
    }

    /// Column `index`, to be changed.
    ///
    /// # Panics
    /// If there is no such column.
    #[inline(always)]
    pub fn column_mut(&mut self, index: usize) -> &mut [T] {
        let rows = self.rows;
        let values = self.values.as_slice_memory_order_mut().unwrap_or_default();
        &mut values[index * rows..][..rows]
    }

    /// Replaces every element by `change` of it.
    pub fn map(&mut self, change: impl FnMut(T) -> T) {
        self.values.mapv_inplace(change);
    }

    /// The matrix `[rows, columns]`: rows are outputs, columns inputs.
    pub fn view(&self) -> ndarray::ArrayView2<'_, T> {
        self.values.view()
    }
}

impl<T: Element> FromInit<T> for ColumnMajor<T> {
    const RANK: Option<usize> = Some(2);

    fn from_init(init: &Init<T>, dims: &Dims) -> Self {
        let [rows, columns] = *dims.as_slice() else {
            panic!("a column-major matrix has two axes, not those of {dims}");
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
        assign(&values.view(), &mut self.values);
    }

    /// Exchanges the values with those of `value`, so that both stay where they are in memory.
    fn replace(&mut self, value: Init<T>, dims: &Dims) -> Init<T> {
        let mut given = value.into_array(dims);
        match (
            given.as_slice_mut(),
            self.values.as_slice_memory_order_mut(),
        ) {
            (Some(given), Some(values)) => swap_transposed(given, dims, values),
            _ => given
                .iter_mut()
                .zip(&mut self.values)
                .for_each(|(given, value)| std::mem::swap(given, value)),
        }
        Init::new(given)
    }

    fn copy_to(&self, out: &mut [T], _: &Dims) {
        let columns = self.values.ncols();
        match self.values.as_slice_memory_order() {
            // The columns are the rows of the transposed matrix.
            Some(values) => transpose_tiled(values, (columns, self.rows), out),
            None => out
                .iter_mut()
                .zip(&self.values)
                .for_each(|(to, from)| *to = *from),
        }
    }
}

/// Copies a matrix into a column-major one.
fn assign<T: Element>(from: &ndarray::ArrayView2<'_, T>, to: &mut Array<T, Ix2>) {
    match (from.as_slice(), to.as_slice_memory_order_mut()) {
        (Some(rows), Some(to)) => transpose_tiled(rows, from.dim(), to),
        _ => to.assign(from),
    }
}

/// Copies a row-major matrix to a column-major one.
fn transpose_tiled<T: Copy>(from: &[T], (rows, columns): (usize, usize), to: &mut [T]) {
    for_each_tile_column(rows, columns, |column, top, height| {
        let to = &mut to[column * rows + top..][..height];
        for (row, to) in (top..).zip(to) {
            *to = from[row * columns + column];
        }
    });
}

/// Exchanges the elements of a row-major matrix with those of a column-major one.
fn swap_transposed<T>(by_rows: &mut [T], dims: &Dims, by_columns: &mut [T]) {
    let [rows, columns] = *dims.as_slice() else {
        return;
    };
    for_each_tile_column(rows, columns, |column, top, height| {
        let by_columns = &mut by_columns[column * rows + top..][..height];
        for (row, value) in (top..).zip(by_columns) {
            std::mem::swap(&mut by_rows[row * columns + column], value);
        }
    });
}

/// Calls `visit` with each column of each tile of a matrix, so that both orders stay in the cache:
/// the column, its topmost row in the tile, and the number of rows.
fn for_each_tile_column(rows: usize, columns: usize, mut visit: impl FnMut(usize, usize, usize)) {
    const TILE: usize = 16;
    for left in (0..columns).step_by(TILE) {
        for top in (0..rows).step_by(TILE) {
            let height = TILE.min(rows - top);
            (left..(left + TILE).min(columns)).for_each(|column| visit(column, top, height));
        }
    }
}
