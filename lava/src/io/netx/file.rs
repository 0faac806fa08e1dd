//! The file.

use std::fmt;
use std::path::Path;

use super::super::hdf5::{self, FileGroup, Item};
use super::super::limits::ReadLimits;
use super::error::NetxError;
use super::layer::{NetxLayer, type_name};

/// A network of lava-dl, layer by layer. `Display` lists its layers.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct NetxFile {
    /// The layers, from input to output.
    pub layers: Vec<NetxLayer>,
}

impl NetxFile {
    /// Reads a file, within the default limits.
    ///
    /// # Errors
    /// [`NetxError`] if the file cannot be read, or a layer has not what its type needs.
    pub fn read(path: impl AsRef<Path>) -> Result<NetxFile, NetxError> {
        NetxFile::read_with(path, &ReadLimits::new())
    }

    /// Reads a file within `limits`.
    ///
    /// # Errors
    /// Those of [`read`](NetxFile::read).
    pub fn read_with(path: impl AsRef<Path>, limits: &ReadLimits) -> Result<NetxFile, NetxError> {
        NetxFile::of_root(&hdf5::read(path.as_ref(), limits)?)
    }

    /// Reads the bytes of a file, within the default limits.
    ///
    /// # Errors
    /// Those of [`read`](NetxFile::read).
    pub fn from_bytes(bytes: Vec<u8>) -> Result<NetxFile, NetxError> {
        NetxFile::of_root(&hdf5::read_bytes(bytes, &ReadLimits::new())?)
    }

    fn of_root(root: &FileGroup) -> Result<NetxFile, NetxError> {
        let group = root.group("layer").ok_or(NetxError::NoLayers)?;
        let mut layers = Vec::new();
        for layer in 0..group.items.len() {
            let Some(Item::Group(group)) = group.items.get(&layer.to_string()) else {
                return Err(NetxError::NoLayers);
            };
            let read = NetxLayer::read(group).map_err(|problem| NetxError::Layer {
                layer,
                kind: type_name(group).unwrap_or("without a type").to_owned(),
                problem,
            });
            layers.push(read?);
        }
        match layers.is_empty() {
            true => Err(NetxError::NoLayers),
            false => Ok(NetxFile { layers }),
        }
    }
}

impl fmt::Display for NetxFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (number, layer) in self.layers.iter().enumerate() {
            writeln!(f, "{number:3}  {:10}  {:?}", layer.type_name, layer.shape)?;
        }
        Ok(())
    }
}
