//! Vectors that look like nothing in particular.

use ndarray::{Array1, Array2, Axis};

/// A number between −1 and 1, another for every place.
fn number(row: usize, column: usize) -> f64 {
    let turn = 12.9898 * row as f64 + 78.233 * column as f64 + 1.0;
    (43_758.545 * turn.sin()).fract()
}

/// A vector of length 1 in every row.
pub fn unit_vectors(rows: usize, len: usize) -> Array2<f64> {
    let mut vectors = Array2::from_shape_fn((rows, len), |(row, column)| number(row, column));
    for mut vector in vectors.axis_iter_mut(Axis(0)) {
        let length = vector.dot(&vector).sqrt();
        vector /= length;
    }
    vectors
}

/// A vector of numbers between −1 and 1.
pub fn inputs(len: usize) -> Array1<f64> {
    Array1::from_shape_fn(len, |column| number(1000, 7 * column))
}
