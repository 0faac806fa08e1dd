//! Arrays as traces write them.
//!
//! `f64` holds whatever a trace can say without loss: its integers have at most 32 bits.

use anyhow::{Context, Result, bail, ensure};
use ndarray::{ArrayD, IxDyn};
use serde_json::Value;

/// The most elements that a port or a buffer of a trace may have: far more than one can record.
const MOST: usize = 1 << 24;

/// Checks that an array of this shape is of a size that a trace can have.
///
/// # Errors
/// If it is larger.
pub fn check_size(shape: &[usize]) -> Result<()> {
    let size = shape
        .iter()
        .try_fold(1_usize, |size, &extent| size.checked_mul(extent));
    ensure!(
        size.is_some_and(|size| size <= MOST),
        "shape {shape:?} is too large"
    );
    Ok(())
}

/// Nested lists of numbers, of `inf`, `-inf`, `nan` as strings, and of truth values.
///
/// # Errors
/// If there is something else, or rows differ in length.
pub fn parse(value: &Value) -> Result<ArrayD<f64>> {
    let mut shape = Vec::new();
    let mut first = value;
    while let Value::Array(items) = first {
        shape.push(items.len());
        match items.first() {
            Some(item) => first = item,
            None => break,
        }
    }
    let mut numbers = Vec::new();
    collect(value, &shape, &mut numbers)?;
    ArrayD::from_shape_vec(IxDyn(&shape), numbers).context("a ragged array")
}

fn collect(value: &Value, shape: &[usize], numbers: &mut Vec<f64>) -> Result<()> {
    match (value, shape) {
        (Value::Array(items), [len, inner @ ..]) => {
            ensure!(
                items.len() == *len,
                "a ragged array: a row of {}, not {len}",
                items.len()
            );
            items
                .iter()
                .try_for_each(|item| collect(item, inner, numbers))
        }
        (Value::Array(_), []) | (_, [_, ..]) => bail!("a ragged array: rows and numbers mixed"),
        (number, []) => {
            numbers.push(parse_number(number)?);
            Ok(())
        }
    }
}

/// The shape and the entries of a matrix in SciPy's CSR format, row by row.
///
/// # Errors
/// If its parts do not fit together.
pub fn csr(value: &Value) -> Result<([usize; 2], Vec<([usize; 2], f64)>)> {
    let whole = |key: &str| -> Result<Vec<usize>> {
        let list = value.get(key).with_context(|| format!("no `{key}`"))?;
        serde_json::from_value(list.clone()).with_context(|| format!("`{key}`"))
    };
    let shape = <[usize; 2]>::try_from(whole("shape")?);
    let [rows, columns] = shape.ok().context("`shape` has not two extents")?;
    check_size(&[rows, columns])?;
    let (indices, starts) = (whole("indices")?, whole("indptr")?);
    let data = parse(value.get("data").context("no `data`")?)?;
    ensure!(
        starts.len() == rows + 1
            && starts.first() == Some(&0)
            && starts.last() == Some(&indices.len())
            && starts.is_sorted()
            && data.shape() == [indices.len()],
        "`indptr`, `indices` and `data` do not fit together"
    );
    ensure!(
        indices.iter().all(|column| *column < columns),
        "an index outside of {columns} columns"
    );
    let pairs = starts.windows(2).enumerate();
    let places = pairs.flat_map(|(row, pair)| (pair[0]..pair[1]).map(move |_| row));
    let places = places.zip(&indices).map(|(row, column)| [row, *column]);
    Ok(([rows, columns], places.zip(data).collect()))
}

fn parse_number(value: &Value) -> Result<f64> {
    Ok(match value {
        Value::Number(number) => number
            .as_f64()
            .with_context(|| format!("{number} is too large"))?,
        Value::Bool(truth) => f64::from(u8::from(*truth)),
        Value::String(word) => match word.as_str() {
            "inf" => f64::INFINITY,
            "-inf" => f64::NEG_INFINITY,
            "nan" => f64::NAN,
            _ => bail!("\"{word}\" is not a number"),
        },
        other => bail!("{} is not a number", shorten(other)),
    })
}

fn shorten(value: &Value) -> String {
    let text = value.to_string();
    match text.char_indices().nth(40) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text,
    }
}

/// The same array with one axis at another place, in row-major order.
pub fn move_axis<T: Clone>(array: ArrayD<T>, from: usize, to: usize) -> ArrayD<T> {
    if array.ndim() <= from.max(to) {
        return array;
    }
    let mut axes: Vec<usize> = (0..array.ndim()).collect();
    let axis = axes.remove(from);
    axes.insert(to, axis);
    array.permuted_axes(axes).as_standard_layout().into_owned()
}

/// Time first, as here, from time last, as in Lava.
pub fn time_first<T: Clone>(array: ArrayD<T>) -> ArrayD<T> {
    let last = array.ndim().saturating_sub(1);
    move_axis(array, last, 0)
}

/// Time last, as in Lava, from time first, as here.
pub fn time_last<T: Clone>(array: ArrayD<T>) -> ArrayD<T> {
    let last = array.ndim().saturating_sub(1);
    move_axis(array, 0, last)
}
