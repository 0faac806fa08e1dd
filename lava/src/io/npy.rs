//! NumPy's files of arrays, `.npy`.

use std::path::Path;

use super::limits::ReadLimits;
use super::tensor::{Tensor, TensorValues};

/// A file of an array cannot be read or written.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum NpyError {
    /// The file system refuses.
    #[error("`{path}`: {cause}")]
    File {
        /// The path of the file.
        path: String,
        /// The cause.
        cause: std::io::Error,
    },
    /// The file is no `.npy` file, or a damaged one.
    #[error("this is no `.npy` file, or it is damaged: {0}")]
    Damaged(&'static str),
    /// An array of a type that is not read.
    #[error("the array has elements of type {0:?}; numbers and truth values are read")]
    Element(String),
    /// The file declares more than the limit.
    #[error(
        "the array takes more than the limit of {0} bytes; if you trust the file, raise the limit with `ReadLimits::bytes`"
    )]
    Large(u64),
    /// The archive of a `.npz` file is damaged, or cannot be written.
    #[error("this is no `.npz` file, or it is damaged: {0}")]
    Archive(String),
    /// Texts cannot be written.
    #[error("an array of texts cannot be written")]
    Text,
}

crate::from_cause!(NpyError);

const MAGIC: &[u8] = b"\x93NUMPY";

impl Tensor {
    /// Reads a `.npy` file, within the default limits.
    ///
    /// ```
    /// use lava::io::Tensor;
    ///
    /// # fn main() -> lava::Result<()> {
    /// let tensor = Tensor::new([2, 1], vec![1.5_f32, -2.0]);
    /// assert_eq!(Tensor::from_npy(&tensor.to_npy()?)?, tensor);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// [`NpyError`] if the file cannot be read, or has elements that are neither numbers nor truth values.
    pub fn read_npy(path: impl AsRef<Path>) -> Result<Tensor, NpyError> {
        Tensor::read_npy_with(path, &ReadLimits::new())
    }

    /// Reads a `.npy` file within `limits`.
    ///
    /// # Errors
    /// Those of [`read_npy`](Tensor::read_npy).
    pub fn read_npy_with(path: impl AsRef<Path>, limits: &ReadLimits) -> Result<Tensor, NpyError> {
        let path = path.as_ref();
        let failed = |cause| of_file(path, cause);
        let len = std::fs::metadata(path).map_err(failed)?.len();
        let limit = limits.of_file(len);
        if len > limit {
            return Err(NpyError::Large(limit));
        }
        Tensor::from_npy(&std::fs::read(path).map_err(failed)?)
    }

    /// Reads the bytes of a `.npy` file. An array takes no more than they have.
    ///
    /// # Errors
    /// Those of [`read_npy`](Tensor::read_npy).
    pub fn from_npy(bytes: &[u8]) -> Result<Tensor, NpyError> {
        let rest = bytes
            .strip_prefix(MAGIC)
            .ok_or(NpyError::Damaged("it does not begin as one"))?;
        let short = NpyError::Damaged("it ends in its header");
        let (len, rest) = match rest {
            [1, _, a, b, rest @ ..] => (usize::from(u16::from_le_bytes([*a, *b])), rest),
            [2 | 3, _, a, b, c, d, rest @ ..] => {
                (u32::from_le_bytes([*a, *b, *c, *d]) as usize, rest)
            }
            _ => return Err(NpyError::Damaged("its version is not known")),
        };
        let (header, data) = rest.split_at_checked(len).ok_or(short)?;
        let header = std::str::from_utf8(header);
        let header = header.map_err(|_| NpyError::Damaged("its header is no text"))?;
        let (descr, is_fortran, shape) = parse(header)?;
        let count = shape
            .iter()
            .try_fold(1_usize, |count, extent| count.checked_mul(*extent));
        let count = count.ok_or(NpyError::Damaged("its shape is too large"))?;
        let values = decode(descr, data, count)?;
        let tensor = Tensor::of_values(shape, values);
        Ok(if is_fortran {
            tensor.transposed_order()
        } else {
            tensor
        })
    }

    /// Writes a `.npy` file, in place of an older one.
    ///
    /// # Errors
    /// [`NpyError`] for texts, or if the file cannot be written.
    pub fn write_npy(&self, path: impl AsRef<Path>) -> Result<(), NpyError> {
        let path = path.as_ref();
        std::fs::write(path, self.to_npy()?).map_err(|cause| of_file(path, cause))
    }

    /// The bytes of a `.npy` file.
    ///
    /// # Errors
    /// [`NpyError::Text`] for texts.
    pub fn to_npy(&self) -> Result<Vec<u8>, NpyError> {
        let (descr, data) = encode(self.values()).ok_or(NpyError::Text)?;
        let extents: String = self
            .shape()
            .iter()
            .map(|extent| format!("{extent}, "))
            .collect();
        let mut header =
            format!("{{'descr': '{descr}', 'fortran_order': False, 'shape': ({extents}), }}");
        // Data begin at a multiple of 64.
        let unpadded = MAGIC.len() + 4 + header.len() + 1;
        header.push_str(&" ".repeat(unpadded.next_multiple_of(64) - unpadded));
        header.push('\n');
        let mut bytes = MAGIC.to_vec();
        bytes.extend([1, 0]);
        bytes.extend((header.len() as u16).to_le_bytes());
        bytes.extend(header.into_bytes());
        bytes.extend(data);
        Ok(bytes)
    }
}

fn of_file(path: &Path, cause: std::io::Error) -> NpyError {
    let path = path.display().to_string();
    NpyError::File { path, cause }
}

/// Type, order and shape of a header, which is a literal of Python.
fn parse(header: &str) -> Result<(&str, bool, Vec<usize>), NpyError> {
    let value = |key: &str| {
        let at = header.find(&format!("'{key}'"))?;
        let rest = header[at..].split_once(':')?.1;
        Some(rest.trim_start())
    };
    let descr = value("descr").and_then(|rest| rest.strip_prefix('\'')?.split_once('\''));
    let (descr, _) = descr.ok_or_else(|| NpyError::Element(header.trim().to_owned()))?;
    let order = value("fortran_order").ok_or(NpyError::Damaged("its order is missing"))?;
    let shape = value("shape").and_then(|rest| rest.strip_prefix('(')?.split_once(')'));
    let (shape, _) = shape.ok_or(NpyError::Damaged("its shape is missing"))?;
    let extents = shape
        .split(',')
        .map(str::trim)
        .filter(|extent| !extent.is_empty());
    let extents: Result<Vec<usize>, _> = extents.map(str::parse).collect();
    let extents = extents.map_err(|_| NpyError::Damaged("its shape has no numbers"))?;
    Ok((descr, order.starts_with("True"), extents))
}

/// Reads numbers of a type and order of bytes.
macro_rules! numbers {
    ($variant:ident, $type:ty, $data:expr, $count:expr, $big:expr) => {{
        const SIZE: usize = size_of::<$type>();
        let (chunks, _) = $data.as_chunks::<SIZE>();
        if chunks.len() < $count {
            return Err(NpyError::Damaged("it is shorter than its shape"));
        }
        let number = |bytes: &[u8; SIZE]| match $big {
            true => <$type>::from_be_bytes(*bytes),
            false => <$type>::from_le_bytes(*bytes),
        };
        TensorValues::$variant(chunks[..$count].iter().map(number).collect())
    }};
}

fn decode(descr: &str, data: &[u8], count: usize) -> Result<TensorValues, NpyError> {
    let big = descr.starts_with('>');
    Ok(match descr.trim_start_matches(['<', '>', '|', '=']) {
        "f4" => numbers!(F32, f32, data, count, big),
        "f8" => numbers!(F64, f64, data, count, big),
        "i1" => numbers!(I8, i8, data, count, big),
        "i2" => numbers!(I16, i16, data, count, big),
        "i4" => numbers!(I32, i32, data, count, big),
        "i8" => numbers!(I64, i64, data, count, big),
        "u1" => numbers!(U8, u8, data, count, big),
        "u2" => numbers!(U16, u16, data, count, big),
        "u4" => numbers!(U32, u32, data, count, big),
        "u8" => numbers!(U64, u64, data, count, big),
        "b1" => {
            let data = data
                .get(..count)
                .ok_or(NpyError::Damaged("it is shorter than its shape"))?;
            TensorValues::Bool(data.iter().map(|byte| *byte != 0).collect())
        }
        _ => return Err(NpyError::Element(descr.to_owned())),
    })
}

fn encode(values: &TensorValues) -> Option<(&'static str, Vec<u8>)> {
    /// The bytes of numbers, the lowest first.
    macro_rules! bytes {
        ($values:expr) => {
            $values
                .iter()
                .flat_map(|value| value.to_le_bytes())
                .collect()
        };
    }
    Some(match values {
        TensorValues::F32(values) => ("<f4", bytes!(values)),
        TensorValues::F64(values) => ("<f8", bytes!(values)),
        TensorValues::I8(values) => ("|i1", bytes!(values)),
        TensorValues::I16(values) => ("<i2", bytes!(values)),
        TensorValues::I32(values) => ("<i4", bytes!(values)),
        TensorValues::I64(values) => ("<i8", bytes!(values)),
        TensorValues::U8(values) => ("|u1", bytes!(values)),
        TensorValues::U16(values) => ("<u2", bytes!(values)),
        TensorValues::U32(values) => ("<u4", bytes!(values)),
        TensorValues::U64(values) => ("<u8", bytes!(values)),
        TensorValues::Bool(values) => {
            ("|b1", values.iter().map(|value| u8::from(*value)).collect())
        }
        TensorValues::Text(_) => return None,
    })
}
