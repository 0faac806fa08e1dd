//! Files of reports: values of nodes over time.

use std::collections::BTreeMap;
use std::path::Path;

use ndarray::Array2;

use super::super::hdf5::{FileGroup, Item};
use super::super::limits::ReadLimits;
use super::super::tensor::Tensor;
use super::error::SonataError;
use super::files;

/// Values of nodes over time, by population: the frame-oriented reports of SONATA.
///
/// Frame *k* is that of time `start + k·step`; there is none at `stop`.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct FrameFile {
    /// The values of each population.
    pub populations: BTreeMap<String, Frames>,
}

/// The values of a population.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Frames {
    /// The time of the first frame, in ms.
    pub start: f64,
    /// The end, in ms, of which there is no frame.
    pub stop: f64,
    /// The time from frame to frame, in ms.
    pub step: f64,
    /// The unit of the values; empty if the file names none.
    pub unit: String,
    /// The ids of the nodes.
    pub ids: Vec<u64>,
    /// The first column of each node, and the end of the last one. A point neuron has one column.
    pub pointers: Vec<usize>,
    /// The values, `[frames, columns]`.
    pub data: Array2<f32>,
}

impl Frames {
    /// Values of point neurons, a column for each.
    pub(super) fn new(
        [start, stop, step]: [f64; 3],
        unit: &str,
        ids: Vec<u64>,
        data: Array2<f32>,
    ) -> Frames {
        Frames {
            start,
            stop,
            step,
            unit: unit.to_owned(),
            pointers: (0..=ids.len()).collect(),
            ids,
            data,
        }
    }
}

impl FrameFile {
    /// A file without values.
    pub fn new() -> FrameFile {
        FrameFile::default()
    }

    /// Reads a file, within the default limits.
    ///
    /// # Errors
    /// [`SonataError`] if the file cannot be read, or is no report.
    pub fn read(path: impl AsRef<Path>) -> Result<FrameFile, SonataError> {
        FrameFile::read_with(path, &ReadLimits::new())
    }

    /// Reads a file within `limits`.
    ///
    /// # Errors
    /// As [`read`](FrameFile::read).
    pub fn read_with(
        path: impl AsRef<Path>,
        limits: &ReadLimits,
    ) -> Result<FrameFile, SonataError> {
        let path = path.as_ref();
        let root = files::tree(path, limits)?;
        let wrong = |population: &str, problem: String| SonataError::Population {
            path: files::shown(path),
            population: population.to_owned(),
            problem,
        };
        let groups = root
            .group("report")
            .ok_or_else(|| wrong("", "there is no group `report`".to_owned()))?;
        let mut file = FrameFile::new();
        for (name, item) in &groups.items {
            if let Item::Group(group) = item {
                let frames = of_tree(group).map_err(|problem| wrong(name, problem))?;
                file.populations.insert(name.clone(), frames);
            }
        }
        Ok(file)
    }

    /// Writes an HDF5 file.
    ///
    /// # Errors
    /// [`SonataError`] if the file cannot be written.
    pub fn write(&self, path: impl AsRef<Path>) -> Result<(), SonataError> {
        let mut groups = FileGroup::default();
        for (name, frames) in &self.populations {
            groups.insert_group(name, to_tree(frames));
        }
        let mut root = FileGroup::default();
        root.insert_group("report", groups);
        files::write_tree(path.as_ref(), root)
    }
}

fn to_tree(frames: &Frames) -> FileGroup {
    let columns = frames.data.ncols();
    let mut mapping = FileGroup::default();
    let pointers: Vec<u64> = frames
        .pointers
        .iter()
        .map(|pointer| *pointer as u64)
        .collect();
    mapping.insert(
        "node_ids",
        Tensor::new([frames.ids.len()], frames.ids.clone()),
    );
    mapping.insert("index_pointers", Tensor::new([pointers.len()], pointers));
    mapping.insert("element_ids", Tensor::new([columns], vec![0_u32; columns]));
    mapping.insert(
        "element_pos",
        Tensor::new([columns], vec![0.0_f32; columns]),
    );
    mapping.insert(
        "time",
        Tensor::new([3], vec![frames.start, frames.stop, frames.step]),
    );
    mapping.set_data_attribute("time", "units", "ms".to_owned());
    let mut tree = FileGroup::default();
    tree.insert("data", frames.data.clone().into_dyn());
    tree.set_data_attribute("data", "units", frames.unit.clone());
    tree.insert_group("mapping", mapping);
    tree
}

#[allow(
    clippy::cast_possible_truncation,
    reason = "the format has values of single precision"
)]
fn of_tree(tree: &FileGroup) -> Result<Frames, String> {
    let mapping = tree.group("mapping").ok_or("there is no group `mapping`")?;
    let data = tree.data("data").ok_or("there is no array `data`")?;
    let &[frames, columns] = data.shape() else {
        return Err("`data` has not the axes of frames and values".to_owned());
    };
    let values = data.to_f64().ok_or("`data` has no numbers")?;
    let values = values.into_iter().map(|value| value as f32).collect();
    let times = mapping.data("time").and_then(Tensor::to_f64);
    let [start, stop, step] = times
        .and_then(|times| times.try_into().ok())
        .ok_or("`time` has not three numbers")?;
    let ids = files::naturals(mapping, "node_ids")?;
    // Early files have the first name.
    let name = ["index_pointer", "index_pointers"]
        .into_iter()
        .find(|name| mapping.data(name).is_some());
    let pointers = files::naturals(mapping, name.ok_or("there is no array `index_pointers`")?)?;
    let mut pointers: Vec<usize> = pointers
        .into_iter()
        .map(|pointer| pointer as usize)
        .collect();
    if pointers.len() == ids.len() {
        pointers.push(columns);
    }
    let ascend = pointers.is_sorted() && pointers.last().is_none_or(|last| *last <= columns);
    if pointers.len() != ids.len() + 1 || !ascend {
        return Err("`index_pointers` do not divide the values among the nodes".to_owned());
    }
    let unit = tree.data_attribute("data", "units").and_then(Tensor::text);
    Ok(Frames {
        start,
        stop,
        step,
        unit: unit.unwrap_or_default().to_owned(),
        ids,
        pointers,
        data: Array2::from_shape_vec((frames, columns), values)
            .map_err(|error| error.to_string())?,
    })
}
