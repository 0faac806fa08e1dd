//! Files of recordings, to which records are appended: NumPy's formats, HDF5, and text.
//!
//! A file has two columns: the step, and the values or the neuron. A [`RecordBatch`] is what is in memory of it.

mod csv;
#[cfg(feature = "hdf5")]
mod hdf5;
mod npy;
#[cfg(feature = "npz")]
mod npz;

use std::fmt::{self, Write};
use std::io;
use std::path::{Path, PathBuf};

use lava_core::data::{Dims, Element};
use lava_core::files;

use super::error::ProbeError;
use crate::units::Time;

/// The formats of files with arrays.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum FileFormat {
    Npy,
    Npz,
    Hdf5,
    /// Text with commas.
    Csv,
}

impl FileFormat {
    /// The format that the ending of a name says; fails with the words that say what is wrong.
    pub(crate) fn of(path: &Path) -> Result<FileFormat, String> {
        let ending = path.extension().unwrap_or_default();
        let (format, is_on, feature) = match ending.to_string_lossy().to_lowercase().as_str() {
            "npy" => return Ok(FileFormat::Npy),
            "csv" => return Ok(FileFormat::Csv),
            "npz" => (FileFormat::Npz, cfg!(feature = "npz"), "npz"),
            "h5" | "hdf5" => (FileFormat::Hdf5, cfg!(feature = "hdf5"), "hdf5"),
            _ => {
                let known = "its name ends with none of `.npy`, `.npz`, `.h5`, `.hdf5` and `.csv`";
                return Err(known.to_owned());
            }
        };
        match is_on {
            true => Ok(format),
            false => Err(format!("it needs the feature `{feature}` of lava")),
        }
    }
}

/// The second column of a file; the first has steps.
#[derive(Clone)]
pub(super) struct DataColumn {
    pub(super) name: &'static str,
    /// The type of an element in files of NumPy.
    pub(super) element: &'static str,
    /// The extents of a record; none for one element.
    pub(super) dims: Dims,
    /// The bytes of a record.
    pub(super) size: usize,
    /// Takes an element from bytes, and appends its text.
    write_text: fn(&mut &[u8], &mut String),
}

impl DataColumn {
    pub(super) fn new<T: Element>(name: &'static str, dims: Dims) -> DataColumn {
        DataColumn {
            name,
            element: T::NPY_TYPE,
            size: dims.len() * size_of::<T>(),
            dims,
            write_text: |bytes, text| {
                if let Ok(value) = T::load(bytes) {
                    // A text takes what is written.
                    let _ = write!(text, "{value:?}");
                }
            },
        }
    }
}

impl fmt::Debug for DataColumn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {} {}", self.name, self.element, self.dims)
    }
}

/// Records to be written, little-endian.
#[derive(Debug, Default)]
pub(super) struct RecordBatch {
    pub(super) records: usize,
    /// A `u64` for each record.
    pub(super) steps: Vec<u8>,
    pub(super) data: Vec<u8>,
}

impl RecordBatch {
    /// The memory from which on a batch is written.
    const BYTES: usize = 1 << 18;

    pub(super) fn clear(&mut self) {
        self.records = 0;
        self.steps.clear();
        self.data.clear();
    }

    /// Returns `true` if the batch is to be written before more is added.
    fn is_full(&self) -> bool {
        self.steps.len() + self.data.len() >= RecordBatch::BYTES
    }
}

/// The part of a recording that a file of one array has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum SingleArray {
    /// Records of a step and its data.
    Records,
    /// The values alone, `[rows, …]`; of spikes the steps and neurons, `[spikes, 2]`.
    Values,
}

/// A file of one format.
trait RecordWriter: Send {
    fn append(&mut self, batch: &RecordBatch, dt: Option<Time>) -> io::Result<()>;
    /// Completes the file: it can be read then, and be appended to.
    fn finish(&mut self, dt: Option<Time>) -> io::Result<()>;
}

/// A file, to which records are appended.
pub(super) struct RecordingFile {
    path: PathBuf,
    format: FileFormat,
    column: DataColumn,
    array: SingleArray,
    /// `None` if it could not be created again.
    writer: Option<Box<dyn RecordWriter>>,
    /// Its first error: nothing is written after it.
    error: Option<ProbeError>,
}

impl RecordingFile {
    /// Creates a file without records, in place of an older one.
    pub(super) fn create(
        path: &Path,
        column: DataColumn,
        array: SingleArray,
    ) -> Result<RecordingFile, ProbeError> {
        let format = format(path)?;
        let path = files::target(path).map_err(|error| file_error(path, error))?;
        RecordingFile::new(&path, format, column, array)
    }

    /// Has `write` append all records of a file, which takes the place of an older one when it is whole.
    pub(super) fn replace(
        path: &Path,
        column: DataColumn,
        array: SingleArray,
        write: impl FnOnce(&mut RecordingFile) -> Result<(), ProbeError>,
    ) -> Result<(), ProbeError> {
        let format = format(path)?;
        let failed = |error| file_error(path, error);
        files::replace(path, failed, |part| {
            let file = RecordingFile::new(part, format, column, array);
            let written = file.and_then(|mut file| write(&mut file));
            written.map_err(|error| match error {
                // Not of the part.
                ProbeError::File { reason, .. } => file_error(path, reason),
                error => error,
            })
        })
    }

    fn new(
        path: &Path,
        format: FileFormat,
        column: DataColumn,
        array: SingleArray,
    ) -> Result<RecordingFile, ProbeError> {
        let writer = writer(path, format, &column, array);
        let writer = writer.map_err(|error| file_error(path, files::writing(error)))?;
        Ok(RecordingFile {
            path: path.to_owned(),
            format,
            column,
            array,
            writer: Some(writer),
            error: None,
        })
    }

    /// Appends the records of a batch.
    pub(super) fn append(
        &mut self,
        batch: &RecordBatch,
        dt: Option<Time>,
    ) -> Result<(), ProbeError> {
        self.attempt(|file| match &mut file.writer {
            Some(writer) if batch.records > 0 => writer.append(batch, dt),
            _ => Ok(()),
        })
    }

    /// Appends the records of a batch if it is full, and empties it.
    pub(super) fn append_full(
        &mut self,
        batch: &mut RecordBatch,
        dt: Option<Time>,
    ) -> Result<(), ProbeError> {
        if batch.is_full() {
            self.append(batch, dt)?;
            batch.clear();
        }
        Ok(())
    }

    /// Completes the file: it can be read then.
    pub(super) fn finish(&mut self, dt: Option<Time>) -> Result<(), ProbeError> {
        self.attempt(|file| {
            file.writer
                .as_mut()
                .map_or(Ok(()), |writer| writer.finish(dt))
        })
    }

    /// Drops all records, and the error.
    pub(super) fn restart(&mut self) {
        self.error = None;
        // What the old one still writes comes before the new one.
        self.writer = None;
        // An error is kept, for the next record.
        let _ = self.attempt(|file| {
            let writer = writer(&file.path, file.format, &file.column, file.array)?;
            file.writer = Some(writer);
            Ok(())
        });
    }

    fn attempt(
        &mut self,
        write: impl FnOnce(&mut RecordingFile) -> io::Result<()>,
    ) -> Result<(), ProbeError> {
        if self.error.is_none()
            && let Err(error) = write(self)
        {
            self.error = Some(file_error(&self.path, files::writing(error)));
        }
        self.error.clone().map_or(Ok(()), Err)
    }
}

impl fmt::Debug for RecordingFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RecordingFile")
            .field("path", &self.path)
            .field("column", &self.column)
            .finish_non_exhaustive()
    }
}

fn writer(
    path: &Path,
    format: FileFormat,
    column: &DataColumn,
    array: SingleArray,
) -> io::Result<Box<dyn RecordWriter>> {
    Ok(match format {
        FileFormat::Npy => Box::new(npy::NpyFile::create(path, column, array)?),
        FileFormat::Csv => Box::new(csv::CsvFile::create(path, column.clone())?),
        #[cfg(feature = "npz")]
        FileFormat::Npz => Box::new(npz::NpzFile::create(path, column.clone())?),
        #[cfg(feature = "hdf5")]
        FileFormat::Hdf5 => Box::new(hdf5::Hdf5File::create(path, column.clone())?),
        #[cfg(not(all(feature = "npz", feature = "hdf5")))]
        _ => unreachable!("a format whose feature is off is refused"),
    })
}

fn format(path: &Path) -> Result<FileFormat, ProbeError> {
    FileFormat::of(path).map_err(|reason| file_error(path, reason))
}

fn file_error(path: &Path, reason: impl ToString) -> ProbeError {
    ProbeError::File {
        path: path.display().to_string(),
        reason: reason.to_string(),
    }
}

/// Writes spikes in the order of steps to a file, in the formats of a probe of spikes.
#[cfg(any(
    feature = "events",
    feature = "hdf5",
    feature = "npy",
    feature = "tables"
))]
pub(crate) fn save_events(
    path: &Path,
    events: impl Iterator<Item = (u64, usize)>,
    dt: Option<Time>,
) -> Result<(), ProbeError> {
    use lava_core::data::Persist;

    let column = DataColumn::new::<u32>("neuron", [0; 0].into());
    RecordingFile::replace(path, column, SingleArray::Values, |file| {
        let mut batch = RecordBatch::default();
        for (step, neuron) in events {
            batch.records += 1;
            step.save(&mut batch.steps);
            let neuron = u32::try_from(neuron);
            let neuron =
                neuron.map_err(|_| file_error(path, "there is a neuron beyond 2³² − 1"))?;
            neuron.save(&mut batch.data);
            file.append_full(&mut batch, dt)?;
        }
        file.append(&batch, dt)?;
        file.finish(dt)
    })
}
