//! The file of a stored network: the description as JSON, and the elements of arrays as bytes.

use std::path::Path;
use std::sync::Arc;

use lava_core::data::Dims;

use super::error::StoreError;
use crate::schema::{self, FileBytes, StoredArray, StoredValue};
use crate::snapshot::container::{self, ContainerEntries, ContainerError, Format};
use crate::snapshot::{Content, SnapshotValue};

/// The version of the format.
pub(super) const VERSION: u32 = 1;

/// The files of networks.
const FORMAT: Format = Format {
    magic: b"LAVA-NET",
    version: VERSION,
};

/// The name of the entry with the description; no other sorts before it.
const DESCRIPTION: &str = " description";
/// The field of an array in the description: the type of its elements, and its shape.
const ARRAY: &str = "array";

/// Returns `true` for bytes that begin as those of a stored network do.
pub(super) fn is_network(bytes: &[u8]) -> bool {
    bytes.starts_with(FORMAT.magic)
}

/// Writes a description in the place of an older file.
pub(super) fn write(description: &StoredValue, path: &Path) -> Result<(), StoreError> {
    container::write(&entries(description), &FORMAT, path).map_err(|cause| StoreError::Write {
        path: path.display().to_string(),
        cause,
    })
}

/// The text of a description, and its arrays by their places.
fn entries(description: &StoredValue) -> ContainerEntries {
    let mut entries = ContainerEntries::new();
    let mut array = |array: &StoredArray, place: &str| {
        let layout = layout(array);
        let content = Content::Own(array.bytes.to_vec());
        let value = SnapshotValue {
            layout: layout.clone(),
            content,
        };
        entries.insert(place.to_owned(), value);
        StoredValue::table([(ARRAY, StoredValue::Text(layout))])
    };
    let text = schema::write(description, &mut array);
    entries.insert(
        DESCRIPTION.to_owned(),
        SnapshotValue {
            layout: "json".to_owned(),
            content: Content::Own(text.into_bytes()),
        },
    );
    entries
}

/// The type and shape of an array: `f32 [3, 4]`.
fn layout(array: &StoredArray) -> String {
    format!("{} {}", array.element(), Dims::from(array.shape()))
}

/// Reads a description.
pub(super) fn read(path: &Path) -> Result<StoredValue, StoreError> {
    let name = path.display().to_string();
    match container::read(path, &FORMAT) {
        Ok(entries) => description(entries, &name),
        Err(cause) => Err(StoreError::Read { path: name, cause }),
    }
}

/// The description in the bytes of a file.
pub(super) fn parse(bytes: Vec<u8>, path: &str) -> Result<StoredValue, StoreError> {
    description(container::parse(bytes, &FORMAT), path)
}

/// The description among the values of a file.
fn description(
    entries: Result<ContainerEntries, ContainerError>,
    path: &str,
) -> Result<StoredValue, StoreError> {
    let path = path.to_owned();
    let entries = match entries {
        Ok(entries) => entries,
        Err(ContainerError::NoContainer) => return Err(StoreError::NoNetwork { path }),
        Err(ContainerError::Version(version)) => return Err(StoreError::Version { path, version }),
        Err(ContainerError::Length { len, expected }) => {
            return Err(StoreError::Length {
                path,
                len,
                expected,
            });
        }
        Err(ContainerError::Altered) => return Err(StoreError::Altered { path }),
        Err(ContainerError::Damaged(cause)) => {
            return Err(StoreError::Damaged {
                path,
                what: cause.to_string(),
            });
        }
    };
    with_arrays(entries).map_err(|what| StoreError::Damaged { path, what })
}

/// The text of a file's description.
pub(super) fn text(bytes: Vec<u8>, path: &str) -> Result<String, StoreError> {
    // All of it is checked.
    parse(bytes.clone(), path)?;
    let entries = container::parse(bytes, &FORMAT).unwrap_or_default();
    let text = entries.get(DESCRIPTION);
    Ok(text.map_or_else(String::new, |text| {
        String::from_utf8_lossy(&text.content).into_owned()
    }))
}

/// The description, with its arrays in their places.
fn with_arrays(mut entries: ContainerEntries) -> Result<StoredValue, String> {
    let description = entries.remove(DESCRIPTION);
    let description = description.ok_or("there is no description")?;
    let text = std::str::from_utf8(&description.content);
    let text = text.map_err(|_| "the description is not UTF-8")?;
    let mut value = schema::parse(text)?;
    // Only arrays remain.
    put_arrays(&mut value, "", &mut entries)?;
    match entries.keys().next() {
        None => Ok(value),
        Some(place) => Err(format!(
            "there is an array at `{place}`, and no mention of it"
        )),
    }
}

fn put_arrays(
    value: &mut StoredValue,
    place: &str,
    entries: &mut ContainerEntries,
) -> Result<(), String> {
    let inside = |name: &str| match place {
        "" => name.to_owned(),
        _ => format!("{place}/{name}"),
    };
    if let StoredValue::Table(fields) = value
        && let [(name, StoredValue::Text(layout))] = fields.as_slice()
        && name == ARRAY
    {
        *value = StoredValue::Array(array(layout, place, entries)?);
        return Ok(());
    }
    match value {
        StoredValue::List(values) => (0..)
            .zip(values)
            .try_for_each(|(at, value)| put_arrays(value, &inside(&format!("{at}")), entries)),
        StoredValue::Table(fields) => fields
            .iter_mut()
            .try_for_each(|(name, value)| put_arrays(value, &inside(name), entries)),
        _ => Ok(()),
    }
}

/// The array at a place.
fn array(layout: &str, place: &str, entries: &mut ContainerEntries) -> Result<StoredArray, String> {
    let entry = entries.remove(place);
    let entry = entry.ok_or_else(|| format!("the array at `{place}` is missing"))?;
    if entry.layout != layout {
        let own = entry.layout;
        return Err(format!(
            "the array at `{place}` is `{own}`, and is said to be `{layout}`"
        ));
    }
    let wrong = || format!("`{layout}`, at `{place}`, is no type of an array");
    let (element, shape) = layout.split_once(' ').ok_or_else(wrong)?;
    let shape = shape
        .strip_prefix('[')
        .and_then(|shape| shape.strip_suffix(']'))
        .ok_or_else(wrong)?;
    let extents = shape.split(", ").filter(|extent| !extent.is_empty());
    let shape: Result<Vec<usize>, _> = extents.map(str::parse).collect();
    let bytes = match entry.content {
        Content::Own(bytes) => FileBytes::from(bytes),
        Content::Part(file, range) => FileBytes::part(Arc::clone(&file), range),
    };
    Ok(StoredArray {
        element: element.to_owned(),
        shape: shape.map_err(|_| wrong())?,
        bytes,
    })
}
