//! Text with commas: a line for each record.

use std::fmt::Write as _;
use std::fs::File;
use std::io::{self, Write};
use std::path::Path;

use super::{DataColumn, RecordBatch, RecordWriter};
use crate::units::Time;

/// A table: step, time in ms if the network has a time step, values or neuron.
#[derive(Debug)]
pub(super) struct CsvFile {
    file: File,
    column: DataColumn,
    /// The names of the columns are written: the time step is known then.
    has_header: bool,
    /// Buffer of lines.
    text: String,
}

impl CsvFile {
    /// Creates an empty file.
    pub(super) fn create(path: &Path, column: DataColumn) -> io::Result<CsvFile> {
        Ok(CsvFile {
            file: File::create(path)?,
            column,
            has_header: false,
            text: String::new(),
        })
    }

    fn add_header(&mut self, dt: Option<Time>) {
        let DataColumn { name, dims, .. } = &self.column;
        let time = if dt.is_some() { ",time_ms" } else { "" };
        // A text takes what is written, here and below.
        let _ = write!(self.text, "step{time}");
        match dims.as_slice() {
            [] => self.text.extend([",", *name]),
            _ => (0..dims.len()).for_each(|element| {
                let _ = write!(self.text, ",{name}_{element}");
            }),
        }
        self.text.push('\n');
    }

    fn write(&mut self) -> io::Result<()> {
        self.file.write_all(self.text.as_bytes())?;
        self.text.clear();
        Ok(())
    }
}

impl RecordWriter for CsvFile {
    fn append(&mut self, batch: &RecordBatch, dt: Option<Time>) -> io::Result<()> {
        if !self.has_header {
            self.add_header(dt);
            self.has_header = true;
        }
        let mut data = &batch.data[..];
        for step in batch.steps.as_chunks::<8>().0 {
            let step = u64::from_le_bytes(*step);
            let _ = write!(self.text, "{step}");
            if let Some(dt) = dt {
                let _ = write!(self.text, ",{}", step as f64 * dt.in_ms());
            }
            for _ in 0..self.column.dims.len() {
                self.text.push(',');
                (self.column.write_text)(&mut data, &mut self.text);
            }
            self.text.push('\n');
        }
        self.write()
    }

    fn finish(&mut self, dt: Option<Time>) -> io::Result<()> {
        if self.has_header {
            return Ok(());
        }
        // A file without records has the names of its columns; others may follow once there is a record.
        self.add_header(dt);
        self.has_header = true;
        self.write()
    }
}
