//! Reading, within bounds.

use std::collections::{BTreeMap, HashMap};
use std::path::Path;

use hdf5_pure::{
    AttrValue, Chunk, DType, Dataset, Datatype, DatatypeByteOrder, File, VlenStringReadOptions,
};

use super::super::limits::ReadLimits;
use super::super::tensor::{Tensor, TensorValues};
use super::{FileGroup, Hdf5Error, Item};

/// The deepest nesting of groups.
const DEPTH: usize = 64;
/// The memory that a group, an array or an attribute takes beside its elements, in bytes.
const ITEM: u64 = 512;
/// The names of truth values, as Python writes them.
const TRUTH: [&str; 2] = ["FALSE", "TRUE"];
/// The memory taken for an element while it is read, as a multiple of its size: as stored, as decoded, and
/// in the chunk that it comes from.
const COPIES: u64 = 3;

/// Reads a file.
pub(in crate::io) fn read(path: &Path, limits: &ReadLimits) -> Result<FileGroup, Hdf5Error> {
    let of_file = |cause| Hdf5Error::File {
        path: path.display().to_string(),
        cause,
    };
    let (_, len, limit) = limits.open(path).map_err(of_file)?;
    if len > limit {
        let at = path.display().to_string();
        return Err(Hdf5Error::Large { at, limit });
    }
    // Arrays are read from the file one by one, which is never in memory as a whole.
    read_tree(|| File::open_streaming(path), limit)
}

/// Reads the bytes of a file.
#[cfg(any(feature = "nir", feature = "netx"))]
pub(in crate::io) fn read_bytes(
    bytes: Vec<u8>,
    limits: &ReadLimits,
) -> Result<FileGroup, Hdf5Error> {
    let limit = limits.of_file(bytes.len() as u64);
    read_tree(|| File::from_bytes(bytes), limit)
}

/// Reads a file that `open` opens.
fn read_tree(
    open: impl FnOnce() -> Result<File, hdf5_pure::Error>,
    limit: u64,
) -> Result<FileGroup, Hdf5Error> {
    let read = move || {
        let file = open().map_err(|error| damaged("/", error))?;
        let mut reader = Reader {
            left: limit,
            limit,
            len: file.file_size(),
        };
        reader.group(&file.root(), "", 0)
    };
    // The parser is of another crate: a panic in it is a damaged file, and not the end of the program.
    match std::panic::catch_unwind(std::panic::AssertUnwindSafe(read)) {
        Ok(result) => result,
        Err(_) => Err(damaged("/", "the parser has failed")),
    }
}

fn damaged(at: &str, cause: impl ToString) -> Hdf5Error {
    let at = if at.is_empty() { "/" } else { at };
    Hdf5Error::Damaged {
        at: at.to_owned(),
        cause: cause.to_string(),
    }
}

struct Reader {
    /// The bytes that may still be taken.
    left: u64,
    limit: u64,
    /// The bytes of the file.
    len: u64,
}

impl Reader {
    /// Counts `bytes` that are about to be taken.
    fn take(&mut self, bytes: Option<u64>, at: &str) -> Result<(), Hdf5Error> {
        let left = bytes.and_then(|bytes| self.left.checked_sub(bytes));
        self.left = left.ok_or_else(|| Hdf5Error::Large {
            at: at.to_owned(),
            limit: self.limit,
        })?;
        Ok(())
    }

    fn group(
        &mut self,
        group: &hdf5_pure::Group,
        at: &str,
        depth: usize,
    ) -> Result<FileGroup, Hdf5Error> {
        if depth > DEPTH {
            let (at, depth) = (at.to_owned(), DEPTH);
            return Err(Hdf5Error::Deep { at, depth });
        }
        let mut tree = FileGroup::default();
        for (name, dataset) in group.iter_datasets().map_err(|e| damaged(at, e))? {
            let at = format!("{at}/{name}");
            self.take(Some(ITEM + at.len() as u64), &at)?;
            let data = self.data(&dataset, &at)?;
            let attributes = dataset.attrs().map_err(|e| damaged(&at, e))?;
            let attributes = self.attributes(attributes, &at)?;
            if !attributes.is_empty() {
                tree.data_attributes.insert(name.clone(), attributes);
            }
            tree.items.insert(name, Item::Data(data));
        }
        for (name, group) in group.iter_groups().map_err(|e| damaged(at, e))? {
            let at = format!("{at}/{name}");
            self.take(Some(ITEM + at.len() as u64), &at)?;
            let group = self.group(&group, &at, depth + 1)?;
            tree.items.insert(name, Item::Group(group));
        }
        let attributes = group.attrs().map_err(|e| damaged(at, e))?;
        tree.attributes = self.attributes(attributes, at)?;
        Ok(tree)
    }

    fn attributes(
        &mut self,
        attributes: HashMap<String, AttrValue>,
        at: &str,
    ) -> Result<BTreeMap<String, Tensor>, Hdf5Error> {
        let mut known = BTreeMap::new();
        for (name, value) in attributes {
            self.take(Some(ITEM), at)?;
            if let Some(value) = attribute(&value) {
                known.insert(name, value);
            }
        }
        Ok(known)
    }

    fn data(&mut self, dataset: &Dataset, at: &str) -> Result<Tensor, Hdf5Error> {
        let fail = |error: hdf5_pure::Error| damaged(at, error);
        let dims = dataset.shape().map_err(fail)?;
        let element = dataset.element_size().map_err(fail)?;
        self.take(bytes(&dims, element), at)?;
        if let Some(chunk) = dataset.chunk_shape().map_err(fail)? {
            // A chunk is decoded whole, and may be larger than the array.
            if bytes(&chunk, element).is_none_or(|bytes| bytes > self.left) {
                self.take(None, at)?;
            }
            self.check_chunks(dataset, at)?;
        }
        let mut shape = dims
            .iter()
            .map(|extent| *extent as usize)
            .collect::<Vec<_>>();
        let count = shape.iter().product::<usize>();
        macro_rules! read {
            ($read:ident) => {{
                let elements = dataset.$read().map_err(fail)?;
                if elements.len() != count {
                    return Err(damaged(at, "an array is shorter than its shape"));
                }
                Tensor::new(shape, elements)
            }};
        }
        Ok(match dataset.dtype().map_err(fail)? {
            DType::F32 => read!(read_f32),
            DType::F64 => read!(read_f64),
            DType::I8 => read!(read_i8),
            DType::I16 => read!(read_i16),
            DType::I32 => read!(read_i32),
            DType::I64 => read!(read_i64),
            DType::U8 => read!(read_u8),
            DType::U16 => read!(read_u16),
            DType::U32 => read!(read_u32),
            DType::U64 => read!(read_u64),
            DType::String => read!(read_string),
            DType::VariableLengthString => {
                let texts = self.texts(dataset, at)?;
                if texts.len() != count {
                    return Err(damaged(at, "an array is shorter than its shape"));
                }
                Tensor::new(shape, texts)
            }
            DType::Enum(names) if names == TRUTH => {
                let raw = dataset.read_raw().map_err(fail)?;
                if raw.len() != count {
                    return Err(damaged(at, "an array is shorter than its shape"));
                }
                Tensor::new(shape, raw.iter().map(|byte| *byte != 0).collect())
            }
            DType::Array(kind, inner) => {
                shape.extend(inner.iter().map(|extent| *extent as usize));
                Reader::rows(dataset, &kind, shape, at)?
            }
            other => match half(dataset, count).map_err(fail)? {
                Some(elements) => Tensor::new(shape, elements),
                None => {
                    let (at, kind) = (at.to_owned(), other.to_string());
                    return Err(Hdf5Error::Element { at, kind });
                }
            },
        })
    }

    /// Fails if a chunk is said to lie beyond the end of the file: the parser makes room for it before it looks.
    fn check_chunks(&self, dataset: &Dataset, at: &str) -> Result<(), Hdf5Error> {
        // An index that cannot be listed is for the parser to refuse.
        let chunks = dataset.chunks().unwrap_or_default();
        let is_within = |chunk: &Chunk| {
            let end = chunk.address.checked_add(chunk.storage_size);
            end.is_some_and(|end| end <= self.len)
        };
        match chunks.iter().all(is_within) {
            true => Ok(()),
            false => Err(damaged(at, "a part of it lies beyond the end of the file")),
        }
    }

    /// An array of `shape`, whose elements are arrays of numbers, as recordings have them.
    fn rows(
        dataset: &Dataset,
        kind: &DType,
        shape: Vec<usize>,
        at: &str,
    ) -> Result<Tensor, Hdf5Error> {
        let fail = |error: hdf5_pure::Error| damaged(at, error);
        let is_little_endian = match dataset.datatype().map_err(fail)? {
            Datatype::Array { base_type, .. } => match *base_type {
                Datatype::FixedPoint { byte_order, .. }
                | Datatype::FloatingPoint { byte_order, .. } => {
                    byte_order == DatatypeByteOrder::LittleEndian
                }
                // Truth values, which have one byte.
                _ => true,
            },
            _ => false,
        };
        let raw = dataset.read_raw().map_err(fail)?;
        let values = numbers(kind, &raw).filter(|_| is_little_endian);
        let values = values.ok_or_else(|| Hdf5Error::Element {
            at: at.to_owned(),
            kind: format!("array of {kind}"),
        })?;
        match shape
            .iter()
            .try_fold(1, |count: usize, extent| count.checked_mul(*extent))
        {
            Some(count) if values.count() == count => Ok(Tensor::of_values(shape, values)),
            _ => Err(damaged(at, "an array is shorter than its shape")),
        }
    }

    /// The texts of an array of variable length, whose bytes are counted before they are read.
    fn texts(&mut self, dataset: &Dataset, at: &str) -> Result<Vec<String>, Hdf5Error> {
        let most = usize::try_from(self.left / COPIES).unwrap_or(usize::MAX);
        let options = VlenStringReadOptions::new()
            .with_max_elements(most / size_of::<String>())
            .with_max_payload_bytes(most);
        let texts = dataset.read_vlen_strings(options);
        let texts = texts.map_err(|error| damaged(at, error))?;
        let taken = texts
            .iter()
            .map(|text| (text.len() + size_of::<String>()) as u64);
        self.take(Some(taken.sum()), at)?;
        Ok(texts)
    }
}

/// Numbers of a type from bytes, the lowest of each first; `None` for other types.
fn numbers(kind: &DType, raw: &[u8]) -> Option<TensorValues> {
    macro_rules! numbers {
        ($variant:ident, $type:ty) => {{
            let numbers = raw.as_chunks().0.iter();
            TensorValues::$variant(
                numbers
                    .map(|bytes| <$type>::from_le_bytes(*bytes))
                    .collect(),
            )
        }};
    }
    Some(match kind {
        DType::F32 => numbers!(F32, f32),
        DType::F64 => numbers!(F64, f64),
        DType::I8 => numbers!(I8, i8),
        DType::I16 => numbers!(I16, i16),
        DType::I32 => numbers!(I32, i32),
        DType::I64 => numbers!(I64, i64),
        DType::U8 => numbers!(U8, u8),
        DType::U16 => numbers!(U16, u16),
        DType::U32 => numbers!(U32, u32),
        DType::U64 => numbers!(U64, u64),
        DType::Enum(names) if *names == TRUTH => {
            TensorValues::Bool(raw.iter().map(|byte| *byte != 0).collect())
        }
        _ => return None,
    })
}

/// The memory that reading an array takes; `None` if it cannot be counted.
fn bytes(dims: &[u64], element: u64) -> Option<u64> {
    let elements = dims
        .iter()
        .try_fold(1_u64, |product, extent| product.checked_mul(*extent));
    elements?.checked_mul(element)?.checked_mul(COPIES)
}

/// The elements of an array in half precision, which become `f32`; `None` for other types.
fn half(dataset: &Dataset, count: usize) -> Result<Option<Vec<f32>>, hdf5_pure::Error> {
    let Datatype::FloatingPoint {
        size: 2,
        byte_order,
        ..
    } = dataset.datatype()?
    else {
        return Ok(None);
    };
    let raw = dataset.read_raw()?;
    let (pairs, _) = raw.as_chunks::<2>();
    let bits = pairs.iter().map(|pair| match byte_order {
        DatatypeByteOrder::BigEndian => u16::from_be_bytes(*pair),
        _ => u16::from_le_bytes(*pair),
    });
    let elements: Vec<f32> = bits.map(of_half).collect();
    Ok((elements.len() == count).then_some(elements))
}

/// A number in half precision, IEEE 754 binary16.
fn of_half(bits: u16) -> f32 {
    let sign = if bits >> 15 == 1 { -1.0 } else { 1.0 };
    let (exponent, fraction) = (i32::from(bits >> 10 & 31), f32::from(bits & 1023));
    sign * match exponent {
        0 => fraction * 2_f32.powi(-24),
        31 if fraction == 0.0 => f32::INFINITY,
        31 => f32::NAN,
        _ => (1.0 + fraction / 1024.0) * 2_f32.powi(exponent - 15),
    }
}

/// The value of an attribute; `None` for types that no format of the library has.
fn attribute(value: &AttrValue) -> Option<Tensor> {
    if let Some(text) = value.as_str() {
        return Some(Tensor::scalar(text.to_owned()));
    }
    if let Some(texts) = value.as_strings() {
        return Some(Tensor::new([texts.len()], texts.to_vec()));
    }
    if let Some(number) = value.as_i64() {
        return Some(Tensor::scalar(number));
    }
    if let Some(number) = value.as_f64() {
        return Some(Tensor::scalar(number));
    }
    let numbers = value.to_f64s()?;
    Some(Tensor::new([numbers.len()], numbers))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn half_precision_is_exact() {
        assert_eq!(
            [0x3c00, 0xc000, 0x0001, 0x7bff].map(of_half),
            [1.0, -2.0, 2_f32.powi(-24), 65504.0]
        );
        assert_eq!(of_half(0x7c00), f32::INFINITY);
    }
}
