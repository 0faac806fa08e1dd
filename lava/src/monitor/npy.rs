//! Files of records in NumPy's format, version 1.0 (NumPy Enhancement Proposal 1).

use std::fs::File;
use std::io::{self, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use lava_core::data::Dims;

use super::error::ProbeError;

/// The alignment of the first record.
const ALIGNMENT: usize = 64;

/// A file of records, to which more are appended.
#[derive(Debug)]
pub(super) struct NpyFile {
    file: File,
    path: PathBuf,
    /// The fields of a record, as NumPy writes them.
    fields: String,
    records: u64,
    /// Its first error: nothing is written after it.
    error: Option<ProbeError>,
}

impl NpyFile {
    /// Creates a file without records.
    pub(super) fn create(path: &Path, fields: String) -> Result<NpyFile, ProbeError> {
        let created = File::create(path).and_then(|mut file| {
            file.write_all(&header(&fields, 0))?;
            Ok(file)
        });
        match created {
            Ok(file) => Ok(NpyFile {
                file,
                path: path.to_owned(),
                fields,
                records: 0,
                error: None,
            }),
            Err(error) => Err(file_error(path, &error)),
        }
    }

    /// Appends `records` records.
    pub(super) fn append(&mut self, records: u64, bytes: &[u8]) -> Result<(), ProbeError> {
        self.attempt(|file| {
            file.file.write_all(bytes)?;
            file.records += records;
            Ok(())
        })
    }

    /// Writes the number of records: the file can be read then.
    pub(super) fn finish(&mut self) -> Result<(), ProbeError> {
        self.attempt(|file| {
            file.file.seek(SeekFrom::Start(0))?;
            file.file.write_all(&header(&file.fields, file.records))?;
            file.file.seek(SeekFrom::End(0))?;
            Ok(())
        })
    }

    /// Drops all records, and the error.
    pub(super) fn restart(&mut self) {
        self.error = None;
        self.records = 0;
        // An error is kept, for the next record.
        let _ = self.attempt(|file| {
            file.file.set_len(0)?;
            file.file.seek(SeekFrom::Start(0))?;
            file.file.write_all(&header(&file.fields, 0))
        });
    }

    fn attempt(
        &mut self,
        write: impl FnOnce(&mut NpyFile) -> io::Result<()>,
    ) -> Result<(), ProbeError> {
        if self.error.is_none()
            && let Err(error) = write(self)
        {
            self.error = Some(file_error(&self.path, &error));
        }
        self.error.clone().map_or(Ok(()), Err)
    }
}

fn file_error(path: &Path, error: &io::Error) -> ProbeError {
    ProbeError::File {
        path: path.display().to_string(),
        reason: error.to_string(),
    }
}

/// The header of a file; its length does not depend on the number of records.
fn header(fields: &str, records: u64) -> Vec<u8> {
    const MAGIC: &[u8] = b"\x93NUMPY\x01\x00";
    let dict =
        format!("{{'descr': [{fields}], 'fortran_order': False, 'shape': ({records:<20},), }}");
    let start = MAGIC.len() + 2;
    let len = (start + dict.len() + 1).next_multiple_of(ALIGNMENT);
    let mut header = MAGIC.to_vec();
    header.extend(((len - start) as u16).to_le_bytes());
    header.extend(dict.bytes());
    header.resize(len - 1, b' ');
    header.push(b'\n');
    header
}

/// A field of a record, as NumPy writes it.
pub(super) fn field(name: &str, element: &str, dims: &Dims) -> String {
    let extents = dims.as_slice();
    if extents.is_empty() {
        return format!("('{name}', '{element}')");
    }
    let extents: Vec<String> = extents.iter().map(|extent| format!("{extent},")).collect();
    format!("('{name}', '{element}', ({}))", extents.join(" "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_header_has_one_length_and_ends_on_a_boundary() {
        let fields = field("value", "<f4", &[2, 3].into());
        assert_eq!(fields, "('value', '<f4', (2, 3,))");
        let empty = header(&fields, 0);
        assert_eq!(empty.len() % ALIGNMENT, 0);
        assert_eq!(header(&fields, u64::MAX).len(), empty.len());
        let len = u16::from_le_bytes([empty[8], empty[9]]);
        assert_eq!(usize::from(len) + 10, empty.len());
    }
}
