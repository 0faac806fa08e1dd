//! Arrays in NumPy's file format.

use std::path::Path;

use anyhow::{Context, Result, ensure};
use ndarray::{Array, Dimension, IxDyn};

/// Numbers that can be read from a file.
pub(super) trait Number: Sized {
    /// NumPy's name of the type, with its byte order.
    const TYPE: &'static str;
    /// Bytes of a number.
    const SIZE: usize = size_of::<Self>();

    /// A number from its [`SIZE`](Number::SIZE) bytes.
    fn from_bytes(bytes: &[u8]) -> Self;
}

macro_rules! number {
    ($($type:ty, $name:literal;)+) => {$(
        impl Number for $type {
            const TYPE: &'static str = $name;

            fn from_bytes(bytes: &[u8]) -> $type {
                <$type>::from_le_bytes(bytes.try_into().expect("as many bytes as the type has"))
            }
        }
    )+};
}

number! {
    u8, "|u1";
    u16, "<u2";
    f32, "<f4";
}

/// Reads an array in row-major order.
///
/// # Errors
/// If the file cannot be read, or holds other numbers or another rank.
pub(super) fn read<T: Number, D: Dimension>(path: &Path) -> Result<Array<T, D>> {
    let bytes = std::fs::read(path).with_context(|| format!("cannot read {}", path.display()))?;
    parse(&bytes).with_context(|| format!("cannot make sense of {}", path.display()))
}

/// The array that a file of version 1 holds: a magic number, the version, the length of the
/// header in two bytes, the header, the numbers.
fn parse<T: Number, D: Dimension>(bytes: &[u8]) -> Result<Array<T, D>> {
    let rest = bytes.strip_prefix(b"\x93NUMPY\x01\x00");
    let rest = rest.context("it is no file of NumPy's format, version 1")?;
    let (length, rest) = rest.split_first_chunk::<2>().context("it ends early")?;
    let length = usize::from(u16::from_le_bytes(*length));
    let (header, data) = rest.split_at_checked(length).context("it ends early")?;
    let header = std::str::from_utf8(header)?;
    let kind = format!("'descr': '{}'", T::TYPE);
    ensure!(header.contains(&kind), "its numbers are not `{}`", T::TYPE);
    ensure!(
        header.contains("'fortran_order': False"),
        "it lies in columns"
    );
    let shape = shape(header).context("it has no shape")?;
    let numbers = data.chunks_exact(T::SIZE).map(T::from_bytes);
    let array = Array::from_shape_vec(IxDyn(&shape), numbers.collect())?;
    Ok(array.into_dimensionality()?)
}

/// The lengths in `'shape': (1797, 8, 8)`.
fn shape(header: &str) -> Option<Vec<usize>> {
    let (_, rest) = header.split_once("'shape': (")?;
    let (lengths, _) = rest.split_once(')')?;
    let lengths = lengths.split(',').map(str::trim);
    let lengths = lengths.filter(|length| !length.is_empty());
    lengths.map(|length| length.parse().ok()).collect()
}

#[cfg(test)]
mod tests {
    use ndarray::{Array1, Array2, array};

    use super::*;

    /// A file with the shape and numbers given.
    fn file(shape: &str, numbers: &[u8]) -> Vec<u8> {
        let header = format!("{{'descr': '<u2', 'fortran_order': False, 'shape': {shape}, }}\n");
        let mut file = b"\x93NUMPY\x01\x00".to_vec();
        file.extend((header.len() as u16).to_le_bytes());
        file.extend(header.as_bytes());
        file.extend(numbers);
        file
    }

    #[test]
    fn numbers_lie_in_rows() -> Result<()> {
        let two_rows = file("(2, 2)", &[1, 0, 2, 0, 3, 0, 0, 1]);
        let array: Array2<u16> = parse(&two_rows)?;
        assert_eq!(array, array![[1, 2], [3, 256]]);
        Ok(())
    }

    #[test]
    fn a_file_that_does_not_fit_is_refused() {
        let good = file("(2,)", &[1, 0, 2, 0]);
        assert!(parse::<u16, ndarray::Ix1>(&good).is_ok());
        assert!(parse::<f32, ndarray::Ix1>(&good).is_err(), "other numbers");
        assert!(parse::<u16, ndarray::Ix2>(&good).is_err(), "another rank");
        for length in 0..good.len() {
            let cut: Result<Array1<u16>> = parse(&good[..length]);
            assert!(cut.is_err(), "{length} bytes of it");
        }
    }
}
