//! Files of spikes.

use std::collections::BTreeMap;
use std::mem::take;
use std::path::Path;

use super::super::hdf5::{FileGroup, Item};
use super::super::limits::ReadLimits;
use super::super::tensor::Tensor;
use super::error::SonataError;
use super::files::{self, TableLines};

/// The memory that a spike takes while a table is read, in bytes: its list doubles its length.
const SPIKE: usize = 2 * size_of::<TimedSpike>();
/// The memory that a population takes beside, in bytes.
const POPULATION: usize = 256;

/// A spike: its time in ms, and the id of its node.
pub type TimedSpike = (f64, u64);

/// Spikes of nodes, by population.
///
/// ```
/// use lava::sonata::SpikeFile;
///
/// # fn main() -> lava::Result<()> {
/// # let path = std::env::temp_dir().join(format!("lava-sonata-spikes-{}.h5", std::process::id()));
/// let mut spikes = SpikeFile::new();
/// spikes.populations.insert("cells".to_owned(), vec![(1.5, 3), (0.4, 7)]);
/// spikes.write(&path)?;
/// let read = SpikeFile::read(&path)?;
/// assert_eq!(read.populations["cells"], [(0.4, 7), (1.5, 3)]); // by time
/// # std::fs::remove_file(&path)?;
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct SpikeFile {
    /// The spikes of each population. Early files name none: theirs is the empty name.
    pub populations: BTreeMap<String, Vec<TimedSpike>>,
}

impl SpikeFile {
    /// A file without spikes.
    pub fn new() -> SpikeFile {
        SpikeFile::default()
    }

    /// Reads an HDF5 file, or a table whose name ends with `.csv`, within the default limits.
    ///
    /// # Errors
    /// [`SonataError`] if the file cannot be read, or is no file of spikes.
    pub fn read(path: impl AsRef<Path>) -> Result<SpikeFile, SonataError> {
        SpikeFile::read_with(path, &ReadLimits::new())
    }

    /// Reads a file within `limits`.
    ///
    /// # Errors
    /// As [`read`](SpikeFile::read).
    pub fn read_with(
        path: impl AsRef<Path>,
        limits: &ReadLimits,
    ) -> Result<SpikeFile, SonataError> {
        let path = path.as_ref();
        let is_table = path
            .extension()
            .is_some_and(|ending| ending.eq_ignore_ascii_case("csv"));
        let mut file = match is_table {
            true => of_table(path, limits)?,
            false => of_tree(path, limits)?,
        };
        for (population, spikes) in &mut file.populations {
            if spikes.iter().any(|(time, _)| !time.is_finite()) {
                let problem = "a time is no finite number";
                return Err(wrong(path, population, problem));
            }
            sort(spikes);
        }
        Ok(file)
    }

    /// Writes an HDF5 file; its spikes are sorted by time.
    ///
    /// # Errors
    /// [`SonataError`] if the file cannot be written.
    pub fn write(&self, path: impl AsRef<Path>) -> Result<(), SonataError> {
        let mut groups = FileGroup::default();
        for (name, spikes) in &self.populations {
            let mut spikes = spikes.clone();
            sort(&mut spikes);
            let (times, ids): (Vec<f64>, Vec<u64>) = spikes.into_iter().unzip();
            let mut group = FileGroup::default();
            group.insert("timestamps", Tensor::new([times.len()], times));
            group.set_data_attribute("timestamps", "units", "ms".to_owned());
            group.insert("node_ids", Tensor::new([ids.len()], ids));
            groups.insert_group(name, group);
        }
        let mut root = FileGroup::default();
        root.insert_group("spikes", groups);
        files::write_tree(path.as_ref(), root)
    }
}

/// Sorts by time, and by id at the same time.
fn sort(spikes: &mut [TimedSpike]) {
    spikes.sort_unstable_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
}

fn wrong(path: &Path, population: &str, problem: impl Into<String>) -> SonataError {
    SonataError::Population {
        path: files::shown(path),
        population: population.to_owned(),
        problem: problem.into(),
    }
}

/// The spikes of an HDF5 file.
fn of_tree(path: &Path, limits: &ReadLimits) -> Result<SpikeFile, SonataError> {
    let root = files::tree(path, limits)?;
    let groups = root
        .group("spikes")
        .ok_or_else(|| wrong(path, "", "there is no group `spikes`"))?;
    let mut file = SpikeFile::new();
    if groups.data("timestamps").is_some() {
        let spikes = of_group(groups, "gids").map_err(|problem| wrong(path, "", problem))?;
        file.populations.insert(String::new(), spikes);
    }
    for (name, item) in &groups.items {
        if let Item::Group(group) = item {
            let spikes =
                of_group(group, "node_ids").map_err(|problem| wrong(path, name, problem))?;
            file.populations.insert(name.clone(), spikes);
        }
    }
    Ok(file)
}

fn of_group(group: &FileGroup, ids: &str) -> Result<Vec<TimedSpike>, String> {
    let times = group.data("timestamps").and_then(Tensor::to_f64);
    let times = times.ok_or("there is no array of numbers `timestamps`")?;
    let unit = group
        .data_attribute("timestamps", "units")
        .and_then(Tensor::text);
    let scale = match unit {
        None | Some("ms" | "milliseconds") => 1.0,
        Some("s" | "seconds") => 1e3,
        Some(other) => return Err(format!("times are in `{other}`, neither `ms` nor `s`")),
    };
    let ids = files::naturals_of(group, ids, times.len())?;
    Ok(times
        .into_iter()
        .map(|time| time * scale)
        .zip(ids)
        .collect())
}

/// The spikes of a table: a line for each, or, in early files, a line for each node with its times between commas.
fn of_table(path: &Path, limits: &ReadLimits) -> Result<SpikeFile, SonataError> {
    let mut table = TableLines::open(path, limits)?;
    table.advance()?;
    let columns = take(&mut table.fields);
    let place = |names: &[&str]| {
        columns
            .iter()
            .position(|column| names.contains(&column.as_str()))
    };
    let (Some(times), Some(ids)) = (
        place(&["timestamps", "spike-times"]),
        place(&["node_ids", "gid", "gids"]),
    ) else {
        let problem =
            "the columns are `timestamps`, `population` and `node_ids`, separated by spaces";
        return Err(table.error(problem));
    };
    let population = place(&["population"]);
    let (mut file, mut bytes) = (SpikeFile::new(), 0);
    while table.advance()? {
        let fields = &table.fields;
        if fields.len() != columns.len() {
            return Err(table.error("the line has not as many fields as there are columns"));
        }
        let id: u64 = fields[ids]
            .parse()
            .map_err(|_| table.error("the id of a node is an integer from 0"))?;
        let name = population.map_or("", |place| fields[place].as_str());
        if !file.populations.contains_key(name) {
            bytes += POPULATION + name.len();
            file.populations.insert(name.to_owned(), Vec::new());
        }
        let Some(spikes) = file.populations.get_mut(name) else {
            continue;
        };
        for time in fields[times].split(',').filter(|time| !time.is_empty()) {
            let time = time
                .parse()
                .map_err(|_| table.error("a time is a number, in ms"))?;
            bytes += SPIKE;
            table.check(bytes)?;
            spikes.push((time, id));
        }
    }
    Ok(file)
}
