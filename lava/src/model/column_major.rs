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

    /// All columns, one after the other.
    #[inline(always)]
    pub(crate) fn as_columns(&self) -> &[T] {
        self.values.as_slice_memory_order().unwrap_or_default()
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

    fn replace(&mut self, value: Init<T>, dims: &Dims) -> Init<T> {
        let given = value.into_array(dims).into_dimensionality::<Ix2>();
        let given = given.expect("the process's Var has two axes");
        // A matrix that is in this order is not copied.
        let new = match given.t().is_standard_layout() {
            true => given,
            false => ColumnMajor::from_init(&Init::new(given), dims).values,
        };
        Init::new(std::mem::replace(&mut self.values, new))
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

/// Copies a row-major matrix to a column-major one, tile by tile. Each tile is copied by rows and
/// written by columns, so that neither side of the memory is read in strides.
fn transpose_tiled<T: Element>(from: &[T], (rows, columns): (usize, usize), to: &mut [T]) {
    const TILE: usize = 64;
    if from.len() <= TILE {
        for (column, to) in to.chunks_exact_mut(rows.max(1)).enumerate() {
            let from = from.iter().skip(column).step_by(columns);
            to.iter_mut().zip(from).for_each(|(to, from)| *to = *from);
        }
        return;
    }
    let mut tile = [[T::default(); TILE]; TILE];
    for top in (0..rows).step_by(TILE) {
        let height = TILE.min(rows - top);
        for left in (0..columns).step_by(TILE) {
            let width = TILE.min(columns - left);
            for (row, tile) in (top..top + height).zip(&mut tile) {
                tile[..width].copy_from_slice(&from[row * columns + left..][..width]);
            }
            for column in 0..width {
                let to = &mut to[(left + column) * rows + top..][..height];
                for (to, row) in to.iter_mut().zip(&tile) {
                    *to = row[column];
                }
            }
        }
    }
}
