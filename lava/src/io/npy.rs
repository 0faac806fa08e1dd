//! NumPy's files of arrays, `.npy`.

use std::fs::File;
use std::io::{BufReader, BufWriter, Read, Write};
use std::path::Path;

use lava_core::files;

use super::limits::ReadLimits;
use super::tensor::{Tensor, TensorValues};

/// A file of an array cannot be read or written.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum NpyError {
    /// The file system refuses.
    #[error("`{path}` cannot be {}: {cause}", files::attempted(cause))]
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
        let (file, len, limit) = limits.open(path).map_err(failed)?;
        if len > limit {
            return Err(NpyError::Large(limit));
        }
        Tensor::read_npy_from(&mut BufReader::new(file), len).map_err(|error| match error {
            NpyError::File { cause, .. } => failed(files::reading(cause)),
            error => error,
        })
    }

    /// Reads the bytes of a `.npy` file. An array takes no more than they have.
    ///
    /// # Errors
    /// Those of [`read_npy`](Tensor::read_npy).
    pub fn from_npy(bytes: &[u8]) -> Result<Tensor, NpyError> {
        Tensor::read_npy_from(&mut &*bytes, bytes.len() as u64)
    }

    /// Reads a `.npy` file of at most `len` bytes, block by block.
    pub(super) fn read_npy_from(file: &mut impl Read, len: u64) -> Result<Tensor, NpyError> {
        let mut start = [0; 8];
        let read = file.read_exact(&mut start);
        if read.is_err() || !start.starts_with(MAGIC) {
            return Err(NpyError::Damaged("it does not begin as one"));
        }
        let mut size = [0; 4];
        let size_bytes = match start[6] {
            1 => 2,
            2 | 3 => 4,
            _ => return Err(NpyError::Damaged("its version is not known")),
        };
        let short = |_| NpyError::Damaged("it ends in its header");
        file.read_exact(&mut size[..size_bytes]).map_err(short)?;
        let size = u64::from(u32::from_le_bytes(size));
        let before = (start.len() + size_bytes) as u64;
        let left = len.checked_sub(before + size);
        let left = left.ok_or(NpyError::Damaged("it ends in its header"))?;
        let mut header = vec![0; size as usize];
        file.read_exact(&mut header).map_err(short)?;
        let header = std::str::from_utf8(&header);
        let header = header.map_err(|_| NpyError::Damaged("its header is no text"))?;
        let (descr, is_fortran, shape) = parse(header)?;
        let count = shape
            .iter()
            .try_fold(1_usize, |count, extent| count.checked_mul(*extent));
        let count = count.ok_or(NpyError::Damaged("its shape is too large"))?;
        let values = decode(descr, file, count, left)?;
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
        let failed = |cause| of_file(path, files::writing(cause));
        files::replace(path, failed, |part| {
            let file = File::create(part).map_err(failed)?;
            self.write_npy_to(&mut BufWriter::new(file))
                .map_err(|error| match error {
                    NpyError::File { cause, .. } => failed(cause),
                    error => error,
                })
        })
    }

    /// The bytes of a `.npy` file.
    ///
    /// # Errors
    /// [`NpyError::Text`] for texts.
    pub fn to_npy(&self) -> Result<Vec<u8>, NpyError> {
        let mut bytes = Vec::new();
        self.write_npy_to(&mut bytes)?;
        Ok(bytes)
    }

    /// Writes a `.npy` file, element by element.
    pub(super) fn write_npy_to(&self, file: &mut impl Write) -> Result<(), NpyError> {
        let descr = descr(self.values()).ok_or(NpyError::Text)?;
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
        let written = (|| {
            file.write_all(MAGIC)?;
            file.write_all(&[1, 0])?;
            file.write_all(&(header.len() as u16).to_le_bytes())?;
            file.write_all(header.as_bytes())?;
            write_elements(self.values(), file)?;
            file.flush()
        })();
        written.map_err(|cause| of_file(Path::new(""), cause))
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

/// The bytes that are read at once.
const BLOCK: usize = 1 << 16;

/// Reads `count` elements of `SIZE` bytes, of a file that has at most `left` bytes.
fn elements<const SIZE: usize, T>(
    file: &mut impl Read,
    count: usize,
    left: u64,
    element: impl Fn([u8; SIZE]) -> T,
) -> Result<Vec<T>, NpyError> {
    let short = || NpyError::Damaged("it is shorter than its shape");
    if (count as u64)
        .checked_mul(SIZE as u64)
        .is_none_or(|bytes| bytes > left)
    {
        return Err(short());
    }
    let mut elements = Vec::with_capacity(count);
    let mut block = vec![0; BLOCK.min(count * SIZE)];
    while elements.len() < count {
        let bytes = block.len().min((count - elements.len()) * SIZE);
        file.read_exact(&mut block[..bytes]).map_err(|_| short())?;
        elements.extend(
            block[..bytes]
                .as_chunks()
                .0
                .iter()
                .map(|bytes| element(*bytes)),
        );
    }
    Ok(elements)
}

fn decode(
    descr: &str,
    file: &mut impl Read,
    count: usize,
    left: u64,
) -> Result<TensorValues, NpyError> {
    let big = descr.starts_with('>');
    /// Numbers in either order of bytes.
    macro_rules! numbers {
        ($variant:ident, $type:ty) => {
            TensorValues::$variant(elements(file, count, left, |bytes| match big {
                true => <$type>::from_be_bytes(bytes),
                false => <$type>::from_le_bytes(bytes),
            })?)
        };
    }
    Ok(match descr.trim_start_matches(['<', '>', '|', '=']) {
        "f4" => numbers!(F32, f32),
        "f8" => numbers!(F64, f64),
        "i1" => numbers!(I8, i8),
        "i2" => numbers!(I16, i16),
        "i4" => numbers!(I32, i32),
        "i8" => numbers!(I64, i64),
        "u1" => numbers!(U8, u8),
        "u2" => numbers!(U16, u16),
        "u4" => numbers!(U32, u32),
        "u8" => numbers!(U64, u64),
        "b1" => TensorValues::Bool(elements(file, count, left, |[byte]| byte != 0)?),
        _ => return Err(NpyError::Element(descr.to_owned())),
    })
}

/// The type of the elements, as NumPy writes it; `None` for texts.
fn descr(values: &TensorValues) -> Option<&'static str> {
    Some(match values {
        TensorValues::F32(_) => "<f4",
        TensorValues::F64(_) => "<f8",
        TensorValues::I8(_) => "|i1",
        TensorValues::I16(_) => "<i2",
        TensorValues::I32(_) => "<i4",
        TensorValues::I64(_) => "<i8",
        TensorValues::U8(_) => "|u1",
        TensorValues::U16(_) => "<u2",
        TensorValues::U32(_) => "<u4",
        TensorValues::U64(_) => "<u8",
        TensorValues::Bool(_) => "|b1",
        TensorValues::Text(_) => return None,
    })
}

/// Writes elements, the lowest byte of each first.
fn write_elements(values: &TensorValues, file: &mut impl Write) -> std::io::Result<()> {
    macro_rules! write {
        ($values:expr) => {
            $values
                .iter()
                .try_for_each(|value| file.write_all(&value.to_le_bytes()))
        };
    }
    match values {
        TensorValues::F32(values) => write!(values),
        TensorValues::F64(values) => write!(values),
        TensorValues::I8(values) => write!(values),
        TensorValues::I16(values) => write!(values),
        TensorValues::I32(values) => write!(values),
        TensorValues::I64(values) => write!(values),
        TensorValues::U8(values) => write!(values),
        TensorValues::U16(values) => write!(values),
        TensorValues::U32(values) => write!(values),
        TensorValues::U64(values) => write!(values),
        TensorValues::Bool(values) => values
            .iter()
            .try_for_each(|value| file.write_all(&[u8::from(*value)])),
        TensorValues::Text(_) => Ok(()),
    }
}
