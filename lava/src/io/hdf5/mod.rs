//! HDF5 files as trees in memory.
//!
//! A file is read whole, within [`ReadLimits`](super::ReadLimits): every size that it declares is counted
//! before memory is taken for it. What formats make of a tree needs no bounds of its own.

mod read;
mod write;

use std::collections::BTreeMap;

use lava_core::files;

use super::tensor::Tensor;

pub(super) use read::read;
#[cfg(any(feature = "nir", feature = "netx"))]
pub(super) use read::read_bytes;
#[cfg(feature = "nir")]
pub(super) use write::to_bytes;
pub(super) use write::write;
#[cfg(feature = "sonata")]
pub(super) use write::write_plain;

/// A group: items and attributes by name.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct FileGroup {
    pub(super) items: BTreeMap<String, Item>,
    pub(super) attributes: BTreeMap<String, Tensor>,
    /// The attributes of the arrays that have some, by the names of these.
    pub(super) data_attributes: BTreeMap<String, BTreeMap<String, Tensor>>,
}

/// An item of a group.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Item {
    Group(FileGroup),
    Data(Tensor),
}

#[cfg_attr(
    not(any(feature = "nir", feature = "netx", feature = "sonata")),
    allow(dead_code, reason = "arrays alone need no lookup")
)]
impl FileGroup {
    /// Returns the group `name`, or `None` if there is none of that name.
    pub(super) fn group(&self, name: &str) -> Option<&FileGroup> {
        match self.items.get(name)? {
            Item::Group(group) => Some(group),
            Item::Data(_) => None,
        }
    }

    /// Returns the array `name`, or `None` if there is none of that name.
    pub(super) fn data(&self, name: &str) -> Option<&Tensor> {
        match self.items.get(name)? {
            Item::Data(data) => Some(data),
            Item::Group(_) => None,
        }
    }

    /// Adds an array.
    pub(super) fn insert(&mut self, name: &str, data: impl Into<Tensor>) {
        self.items.insert(name.to_owned(), Item::Data(data.into()));
    }

    /// Returns the attribute `attribute` of the array `name`, or `None` if there is none of that name.
    #[cfg(feature = "sonata")]
    pub(super) fn data_attribute(&self, name: &str, attribute: &str) -> Option<&Tensor> {
        self.data_attributes.get(name)?.get(attribute)
    }

    /// Gives the array `name` an attribute.
    #[cfg(feature = "sonata")]
    pub(super) fn set_data_attribute(
        &mut self,
        name: &str,
        attribute: &str,
        value: impl Into<Tensor>,
    ) {
        let attributes = self.data_attributes.entry(name.to_owned()).or_default();
        attributes.insert(attribute.to_owned(), value.into());
    }

    /// Adds a group.
    #[cfg(any(feature = "nir", feature = "sonata"))]
    pub(super) fn insert_group(&mut self, name: &str, group: FileGroup) {
        self.items.insert(name.to_owned(), Item::Group(group));
    }
}

crate::from_cause!(Hdf5Error);

/// An HDF5 file cannot be read or written.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Hdf5Error {
    /// The file system refuses.
    #[error("`{path}` cannot be {}: {cause}", files::attempted(cause))]
    File {
        /// The path of the file.
        path: String,
        /// The cause.
        cause: std::io::Error,
    },
    /// The file is no HDF5 file, or a damaged one.
    #[error("this is no HDF5 file, or it is damaged, at `{at}`: {cause}")]
    Damaged {
        /// The group or array inside the file.
        at: String,
        /// The report of the reader.
        cause: String,
    },
    /// The file declares more than the limit.
    #[error(
        "reading `{at}` takes the file beyond the limit of {limit} bytes; if you trust the file, raise the limit with `ReadLimits::bytes`"
    )]
    Large {
        /// The group or array inside the file.
        at: String,
        /// The limit, in bytes.
        limit: u64,
    },
    /// Groups are nested too deeply.
    #[error("groups are nested more than {depth} deep at `{at}`")]
    Deep {
        /// The group inside the file.
        at: String,
        /// The bound.
        depth: usize,
    },
    /// An array of a type that is not read.
    #[error(
        "`{at}` has elements of type {kind}; integers, floating-point numbers, truth values and texts are read"
    )]
    Element {
        /// The array inside the file.
        at: String,
        /// The type of its elements.
        kind: String,
    },
    /// The file cannot be made.
    #[error("the file cannot be made: {0}")]
    Write(String),
}
