//! NumPy's archives of arrays. An archive has one array after the other, so that each column lies in a file
//! of its own until the archive is made.

use std::fs::{self, File};
use std::io::{self, BufWriter, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use lava_core::files;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

use super::npy::{NpyArray, npy_header};
use super::{DataColumn, RecordBatch, RecordWriter};
use crate::units::Time;

/// An archive of `step`, the data, and `dt` in ms if the network has a time step.
#[derive(Debug)]
pub(super) struct NpzFile {
    path: PathBuf,
    column: DataColumn,
    records: u64,
    steps: ColumnFile,
    data: ColumnFile,
}

/// The elements of a column, removed in the end.
#[derive(Debug)]
struct ColumnFile {
    path: PathBuf,
    file: File,
}

impl NpzFile {
    /// Creates an archive without records.
    pub(super) fn create(path: &Path, column: DataColumn) -> io::Result<NpzFile> {
        let mut file = NpzFile {
            path: path.to_owned(),
            steps: ColumnFile::create(path, "step")?,
            data: ColumnFile::create(path, column.name)?,
            column,
            records: 0,
        };
        file.finish(None)?;
        Ok(file)
    }

    fn write_archive(&mut self, path: &Path, dt: Option<Time>) -> io::Result<()> {
        let mut archive = ZipWriter::new(BufWriter::new(File::create(path)?));
        let arrays = [
            ("step", NpyArray::steps(), &mut self.steps.file),
            (
                self.column.name,
                NpyArray::of(&self.column),
                &mut self.data.file,
            ),
        ];
        for (name, array, file) in arrays {
            let len = file.seek(SeekFrom::End(0))?;
            let options = SimpleFileOptions::default()
                .compression_method(CompressionMethod::Deflated)
                .large_file(len > 1 << 31);
            archive.start_file(format!("{name}.npy"), options)?;
            archive.write_all(&array.header(self.records))?;
            file.seek(SeekFrom::Start(0))?;
            io::copy(file, &mut archive)?;
        }
        if let Some(dt) = dt {
            archive.start_file("dt.npy", SimpleFileOptions::default())?;
            archive.write_all(&npy_header("'<f8'", ""))?;
            archive.write_all(&dt.in_ms().to_le_bytes())?;
        }
        archive.finish()?.flush()
    }
}

impl RecordWriter for NpzFile {
    fn append(&mut self, batch: &RecordBatch, _: Option<Time>) -> io::Result<()> {
        self.steps.file.write_all(&batch.steps)?;
        self.data.file.write_all(&batch.data)?;
        self.records += batch.records as u64;
        Ok(())
    }

    /// Makes the archive, which then takes the place of the one before.
    fn finish(&mut self, dt: Option<Time>) -> io::Result<()> {
        let path = self.path.clone();
        files::replace(&path, files::writing, |part| self.write_archive(part, dt))
    }
}

impl ColumnFile {
    fn create(archive: &Path, column: &str) -> io::Result<ColumnFile> {
        let path = files::beside(archive, column);
        let file = File::options()
            .read(true)
            .write(true)
            .create(true)
            .truncate(true)
            .open(&path)?;
        Ok(ColumnFile { path, file })
    }
}

impl Drop for ColumnFile {
    fn drop(&mut self) {
        // It may have been removed by others.
        let _ = fs::remove_file(&self.path);
    }
}
