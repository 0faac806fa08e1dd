//! Writing.

use std::collections::BTreeMap;
use std::path::Path;

use hdf5_pure::{AttrValue, DatasetBuilder, EnumTypeBuilder, FileBuilder, GroupBuilder};
use lava_core::files;

use super::super::tensor::{Tensor, TensorValues};
use super::{FileGroup, Hdf5Error, Item};

/// Arrays of fewer elements are not compressed.
const COMPRESSED: usize = 256;
/// The most elements of a chunk. The library HDF5 does not read chunks of 65,536 and more along an axis from the
/// writer.
const CHUNK: u64 = 1 << 15;
/// The level of compression.
const LEVEL: u32 = 4;

/// The storage of long arrays.
#[derive(Clone, Copy, PartialEq, Eq)]
enum ArrayStorage {
    Compressed,
    #[cfg(feature = "sonata")]
    Plain,
}

/// Writes a file, in place of an older one.
pub(in crate::io) fn write(path: &Path, root: &FileGroup) -> Result<(), Hdf5Error> {
    write_bytes(path, &to_bytes(root)?)
}

/// Writes a file without compression, for readers that have no filters.
#[cfg(feature = "sonata")]
pub(in crate::io) fn write_plain(path: &Path, root: &FileGroup) -> Result<(), Hdf5Error> {
    write_bytes(path, &bytes(root, ArrayStorage::Plain)?)
}

fn write_bytes(path: &Path, bytes: &[u8]) -> Result<(), Hdf5Error> {
    files::write(path, bytes).map_err(|cause| Hdf5Error::File {
        path: path.display().to_string(),
        cause,
    })
}

/// The bytes of a file.
pub(in crate::io) fn to_bytes(root: &FileGroup) -> Result<Vec<u8>, Hdf5Error> {
    bytes(root, ArrayStorage::Compressed)
}

fn bytes(root: &FileGroup, storage: ArrayStorage) -> Result<Vec<u8>, Hdf5Error> {
    let refused = |error: hdf5_pure::Error| Hdf5Error::Write(error.to_string());
    let mut file = FileBuilder::new();
    for (name, item) in &root.items {
        match item {
            Item::Data(data) => fill(
                file.create_dataset(name),
                data,
                root.data_attributes.get(name),
                storage,
            )?,
            Item::Group(group) => {
                let mut builder = file.create_group(name);
                fill_group(&mut builder, group, storage)?;
                file.add_group(builder.finish());
            }
        }
    }
    for (name, value) in &root.attributes {
        file.set_attr(name, attribute(value)?);
    }
    file.finish().map_err(refused)
}

fn fill_group(
    builder: &mut GroupBuilder,
    group: &FileGroup,
    storage: ArrayStorage,
) -> Result<(), Hdf5Error> {
    for (name, item) in &group.items {
        match item {
            Item::Data(data) => {
                let attributes = group.data_attributes.get(name);
                fill(builder.create_dataset(name), data, attributes, storage)?;
            }
            Item::Group(group) => {
                let mut inner = builder.create_group(name);
                fill_group(&mut inner, group, storage)?;
                builder.add_group(inner.finish());
            }
        }
    }
    for (name, value) in &group.attributes {
        builder.set_attr(name, attribute(value)?);
    }
    Ok(())
}

fn fill(
    builder: &mut DatasetBuilder,
    data: &Tensor,
    attributes: Option<&BTreeMap<String, Tensor>>,
    storage: ArrayStorage,
) -> Result<(), Hdf5Error> {
    let shape: Vec<u64> = data.shape().iter().map(|extent| *extent as u64).collect();
    match data.values() {
        TensorValues::F32(values) => builder.with_f32_data(values),
        TensorValues::F64(values) => builder.with_f64_data(values),
        TensorValues::I8(values) => builder.with_i8_data(values),
        TensorValues::I16(values) => builder.with_i16_data(values),
        TensorValues::I32(values) => builder.with_i32_data(values),
        TensorValues::I64(values) => builder.with_i64_data(values),
        TensorValues::U8(values) => builder.with_u8_data(values),
        TensorValues::U16(values) => builder.with_u16_data(values),
        TensorValues::U32(values) => builder.with_u32_data(values),
        TensorValues::U64(values) => builder.with_u64_data(values),
        TensorValues::Bool(values) => {
            let kind = EnumTypeBuilder::u8_based()
                .u8_value("FALSE", 0)
                .u8_value("TRUE", 1);
            let kind = kind
                .build()
                .map_err(|error| Hdf5Error::Write(error.to_string()))?;
            let bytes: Vec<u8> = values.iter().map(|value| u8::from(*value)).collect();
            builder.with_enum_u8_data(kind, &bytes)
        }
        TensorValues::Text(texts) => {
            let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
            builder.with_vlen_strings(&texts)
        }
    };
    builder.with_shape(&shape);
    let is_text = matches!(data.values(), TensorValues::Text(_));
    if storage == ArrayStorage::Compressed && data.len() >= COMPRESSED && !is_text {
        builder.with_chunks(&chunk(&shape)).with_deflate(LEVEL);
    }
    for (name, value) in attributes.into_iter().flatten() {
        builder.set_attr(name, attribute(value)?);
    }
    Ok(())
}

/// The shape of a chunk: whole rows where they fit.
fn chunk(shape: &[u64]) -> Vec<u64> {
    let mut left = CHUNK;
    let extents = shape.iter().rev().map(|extent| {
        let extent = (*extent).clamp(1, left);
        left /= extent;
        extent
    });
    let mut extents: Vec<u64> = extents.collect();
    extents.reverse();
    extents
}

fn attribute(value: &Tensor) -> Result<AttrValue, Hdf5Error> {
    let refused = || Hdf5Error::Write("an attribute of more than one axis".to_owned());
    if value.shape().is_empty() {
        if let Some(text) = value.text() {
            // Python reads texts of fixed length as bytes.
            return Ok(AttrValue::VarLenString(text.to_owned()));
        }
        match value.values() {
            TensorValues::I64(values) => return Ok(AttrValue::I64(values[0])),
            TensorValues::U32(values) => return Ok(AttrValue::U32(values[0])),
            _ => {}
        }
        return Ok(AttrValue::F64(value.to_f64().ok_or_else(refused)?[0]));
    }
    if let TensorValues::U32(values) = value.values() {
        return Ok(AttrValue::U32Array(values.clone()));
    }
    if let Some(texts) = value.texts() {
        return Ok(AttrValue::StringArray(texts.to_vec()));
    }
    Ok(AttrValue::F64Array(value.to_f64().ok_or_else(refused)?))
}
