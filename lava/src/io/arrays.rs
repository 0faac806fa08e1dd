//! Named arrays in one file: `.npz` and HDF5.

use std::collections::BTreeMap;
use std::path::Path;

use super::limits::ReadLimits;
use super::tensor::Tensor;
use crate::Result;
use crate::monitor::files::FileFormat;

/// Named arrays of a file: NumPy's `.npz`, or HDF5, whose arrays in groups are named `group/array`.
///
/// ```
/// use lava::io::{Arrays, Tensor};
///
/// # fn main() -> lava::Result<()> {
/// # let path = std::env::temp_dir().join(format!("lava-arrays-{}.npz", std::process::id()));
/// let mut arrays = Arrays::new();
/// arrays.insert("weights", Tensor::new([1, 2], vec![0.5_f32, -1.0]));
/// # if cfg!(feature = "npz") {
/// arrays.save(&path)?; // weights = np.load("….npz")["weights"]
/// assert_eq!(Arrays::read(&path)?, arrays);
/// # std::fs::remove_file(&path)?;
/// # }
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Arrays(BTreeMap<String, Tensor>);

/// The format that the name of a file says.
fn format(path: &Path) -> Result<FileFormat> {
    FileFormat::of(path).map_err(|reason| {
        crate::Error::model(format!(
            "`{}` is no file of arrays: {reason}",
            path.display()
        ))
    })
}

impl Arrays {
    /// No arrays.
    pub fn new() -> Arrays {
        Arrays::default()
    }

    /// Returns the array of this name, or `None` if there is none.
    pub fn get(&self, name: &str) -> Option<&Tensor> {
        self.0.get(name)
    }

    /// The arrays, by name.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Tensor)> {
        self.0.iter().map(|(name, array)| (name.as_str(), array))
    }

    /// Adds an array, or replaces the one of this name.
    pub fn insert(&mut self, name: impl Into<String>, array: impl Into<Tensor>) {
        self.0.insert(name.into(), array.into());
    }

    /// Reads a file whose name ends with `.npz`, `.h5` or `.hdf5`, within the default limits.
    ///
    /// # Errors
    /// [`NpyError`](super::NpyError) and [`Hdf5Error`](super::Hdf5Error), and an error that names the feature
    /// if that is off.
    pub fn read(path: impl AsRef<Path>) -> Result<Arrays> {
        Arrays::read_with(path, &ReadLimits::new())
    }

    /// Reads a file within `limits`.
    ///
    /// # Errors
    /// As [`read`](Arrays::read).
    pub fn read_with(path: impl AsRef<Path>, limits: &ReadLimits) -> Result<Arrays> {
        let path = path.as_ref();
        match format(path)? {
            #[cfg(feature = "npz")]
            FileFormat::Npz => Ok(Arrays(super::npz::read(path, limits)?)),
            #[cfg(feature = "hdf5")]
            FileFormat::Hdf5 => {
                let mut arrays = Arrays::new();
                arrays.add_group("", super::hdf5::read(path, limits)?);
                Ok(arrays)
            }
            _ => {
                let _ = limits;
                Err(one_array(path))
            }
        }
    }

    /// Writes a file whose name ends with `.npz`, `.h5` or `.hdf5`.
    ///
    /// # Errors
    /// As [`read`](Arrays::read).
    pub fn save(&self, path: impl AsRef<Path>) -> Result<()> {
        let path = path.as_ref();
        match format(path)? {
            #[cfg(feature = "npz")]
            FileFormat::Npz => Ok(super::npz::write(path, &self.0)?),
            #[cfg(feature = "hdf5")]
            FileFormat::Hdf5 => Ok(super::hdf5::write(path, &self.group())?),
            _ => Err(one_array(path)),
        }
    }

    #[cfg(feature = "hdf5")]
    fn add_group(&mut self, prefix: &str, group: super::hdf5::FileGroup) {
        use super::hdf5::Item;
        for (name, item) in group.items {
            let name = format!("{prefix}{name}");
            match item {
                Item::Data(data) => self.insert(name, data),
                Item::Group(inner) => self.add_group(&format!("{name}/"), inner),
            }
        }
    }

    /// The arrays as a tree.
    #[cfg(feature = "hdf5")]
    fn group(&self) -> super::hdf5::FileGroup {
        use super::hdf5::{FileGroup, Item};
        let mut root = FileGroup::default();
        for (name, array) in &self.0 {
            let mut group = &mut root;
            let mut parts: Vec<&str> = name.split('/').collect();
            let last = parts.pop().unwrap_or_default();
            for part in parts {
                let item = group.items.entry(part.to_owned());
                let item = item.or_insert_with(|| Item::Group(FileGroup::default()));
                if let Item::Data(_) = item {
                    // An array of the same name stands there: a group takes its place.
                    *item = Item::Group(FileGroup::default());
                }
                let Item::Group(inner) = item else {
                    unreachable!("it is a group now")
                };
                group = inner;
            }
            group.insert(last, array.clone());
        }
        root
    }
}

/// The error of a format that holds one array.
fn one_array(path: &Path) -> crate::Error {
    crate::Error::model(format!(
        "`{}` holds one array; read it as a `Tensor`, or write `.npz` or `.h5`",
        path.display()
    ))
}
