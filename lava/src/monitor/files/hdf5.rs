//! HDF5: arrays that grow in the file.

use std::io;
use std::path::{Path, PathBuf};

use hdf5_pure::{
    Dataset, Datatype, EnumTypeBuilder, Error, File, FileAccessProperties, FileBuilder,
    FileLocking, MaxExtent, SyncPolicy, make_f32_type, make_f64_type, make_i8_type, make_i16_type,
    make_i32_type, make_i64_type, make_u8_type, make_u16_type, make_u32_type, make_u64_type,
};

use super::{DataColumn, RecordBatch, RecordWriter};
use crate::units::Time;

/// The bytes of a chunk, by which arrays grow.
const CHUNK: usize = 1 << 16;
/// The most elements of a chunk: longer ones are not read by the library HDF5 from this writer.
const MOST: usize = 1 << 15;
/// The level of compression.
const LEVEL: u32 = 4;

/// A file of `step`, the data, and `dt` in ms if the network has a time step. An element of the data is a record.
pub(super) struct Hdf5File {
    path: PathBuf,
    column: DataColumn,
    /// The open arrays; `None` before the first record, when the time step may not be known.
    arrays: Option<[GrowingArray; 2]>,
}

/// An array of a file that is open, and its elements that fill no chunk yet.
struct GrowingArray {
    array: Dataset,
    /// The bytes of a chunk.
    chunk: usize,
    rest: Vec<u8>,
}

impl Hdf5File {
    /// Creates a file without records.
    pub(super) fn create(path: &Path, column: DataColumn) -> io::Result<Hdf5File> {
        let file = Hdf5File {
            path: path.to_owned(),
            column,
            arrays: None,
        };
        file.write_empty(None)?;
        Ok(file)
    }

    /// Writes a file of empty arrays.
    fn write_empty(&self, dt: Option<Time>) -> io::Result<()> {
        let mut file = FileBuilder::new();
        let columns = [("step", make_u64_type(), 8), self.data()?];
        for (name, kind, size) in columns {
            file.create_dataset(name)
                .with_dtype(kind)
                .with_shape(&[0])
                .with_maxshape(&[MaxExtent::Unlimited])
                .with_chunks(&[records_of_chunk(size) as u64])
                .with_deflate(LEVEL);
        }
        if let Some(dt) = dt {
            file.create_dataset("dt")
                .with_f64_data(&[dt.in_ms()])
                .with_shape(&[]);
        }
        file.write(&self.path).map_err(refused)
    }

    /// The name, the type and the bytes of the data's elements.
    fn data(&self) -> io::Result<(&'static str, Datatype, usize)> {
        let DataColumn {
            name,
            element,
            dims,
            size,
            ..
        } = &self.column;
        let base_type = Box::new(element_type(element)?);
        let extents = dims.as_slice().iter();
        let dimensions: Result<Vec<u32>, _> =
            extents.map(|extent| u32::try_from(*extent)).collect();
        let dimensions = dimensions.map_err(|_| io::Error::other("a row is too long"))?;
        let kind = match dimensions.is_empty() {
            true => *base_type,
            false => Datatype::Array {
                base_type,
                dimensions,
            },
        };
        Ok((name, kind, *size))
    }

    /// Opens the arrays, to be appended to.
    fn open(&self) -> io::Result<[GrowingArray; 2]> {
        // Readers may look at any time, and the operating system writes when it likes.
        let properties = FileAccessProperties::new()
            .with_locking(FileLocking::Disabled)
            .with_sync_policy(SyncPolicy::OnClose);
        let file = File::open_rw_with_options(&self.path, properties).map_err(refused)?;
        let array = |name: &str, size: usize| {
            Ok::<_, io::Error>(GrowingArray {
                array: file.dataset(name).map_err(refused)?,
                chunk: records_of_chunk(size) * size,
                rest: Vec::new(),
            })
        };
        Ok([
            array("step", 8)?,
            array(self.column.name, self.column.size)?,
        ])
    }
}

impl RecordWriter for Hdf5File {
    fn append(&mut self, batch: &RecordBatch, dt: Option<Time>) -> io::Result<()> {
        if self.arrays.is_none() {
            self.write_empty(dt)?;
        }
        let [steps, data] = match &mut self.arrays {
            Some(arrays) => arrays,
            None => self.arrays.insert(self.open()?),
        };
        steps.append(&batch.steps)?;
        data.append(&batch.data)
    }

    fn finish(&mut self, dt: Option<Time>) -> io::Result<()> {
        match &mut self.arrays {
            Some(arrays) => arrays.iter_mut().try_for_each(GrowingArray::finish),
            None => self.write_empty(dt),
        }
    }
}

impl GrowingArray {
    /// Appends elements, whole chunks at a time.
    fn append(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.rest.extend_from_slice(bytes);
        let whole = self.rest.len() - self.rest.len() % self.chunk.max(1);
        if whole > 0 {
            self.array
                .append_raw(&self.rest[..whole])
                .map_err(refused)?;
            self.rest.drain(..whole);
        }
        Ok(())
    }

    /// Appends what fills no chunk.
    fn finish(&mut self) -> io::Result<()> {
        if !self.rest.is_empty() {
            self.array.append_raw(&self.rest).map_err(refused)?;
            self.rest.clear();
        }
        Ok(())
    }
}

/// The records of a chunk.
fn records_of_chunk(size: usize) -> usize {
    (CHUNK / size.max(1)).clamp(1, MOST)
}

/// The type of an element that NumPy names so.
fn element_type(npy: &str) -> io::Result<Datatype> {
    Ok(match npy.trim_start_matches(['<', '|']) {
        "f4" => make_f32_type(),
        "f8" => make_f64_type(),
        "i1" => make_i8_type(),
        "i2" => make_i16_type(),
        "i4" => make_i32_type(),
        "i8" => make_i64_type(),
        "u1" => make_u8_type(),
        "u2" => make_u16_type(),
        "u4" => make_u32_type(),
        "u8" => make_u64_type(),
        // As Python writes truth values.
        _ => EnumTypeBuilder::u8_based()
            .u8_value("FALSE", 0)
            .u8_value("TRUE", 1)
            .build()
            .map_err(io::Error::other)?,
    })
}

fn refused(error: Error) -> io::Error {
    match error {
        Error::Io(error) => error,
        error => io::Error::other(error.to_string()),
    }
}
