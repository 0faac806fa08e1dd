//! NumPy's format of one array, version 1.0 (NumPy Enhancement Proposal 1).

use std::fs::File;
use std::io::{self, Seek, SeekFrom, Write};
use std::path::Path;

use super::{DataColumn, RecordBatch, RecordWriter, SingleArray};
use crate::units::Time;

/// The alignment of the first record.
const ALIGNMENT: usize = 64;

/// A file of records, or of their data.
#[derive(Debug)]
pub(super) struct NpyFile {
    file: File,
    array: NpyArray,
    contents: Contents,
    records: u64,
    /// Buffer of records.
    bytes: Vec<u8>,
}

/// The elements of an array, and the extents of a record.
#[derive(Debug)]
pub(super) struct NpyArray {
    /// As NumPy writes their type.
    descr: String,
    /// With a comma behind each.
    extents: String,
}

#[derive(Clone, Copy, Debug)]
enum Contents {
    /// Steps and data of this many bytes.
    Records(usize),
    Data,
    /// Steps and neurons, as numbers of one type.
    Pairs,
}

impl NpyFile {
    /// Creates a file without records.
    pub(super) fn create(
        path: &Path,
        column: &DataColumn,
        array: SingleArray,
    ) -> io::Result<NpyFile> {
        let (array, contents) = match array {
            SingleArray::Records => (NpyArray::records(column), Contents::Records(column.size)),
            SingleArray::Values if column.name == "neuron" => (NpyArray::pairs(), Contents::Pairs),
            SingleArray::Values => (NpyArray::of(column), Contents::Data),
        };
        let mut file = File::create(path)?;
        file.write_all(&array.header(0))?;
        Ok(NpyFile {
            file,
            array,
            contents,
            records: 0,
            bytes: Vec::new(),
        })
    }
}

impl RecordWriter for NpyFile {
    fn append(&mut self, batch: &RecordBatch, _: Option<Time>) -> io::Result<()> {
        let steps = batch.steps.as_chunks::<8>().0;
        self.bytes.clear();
        match self.contents {
            Contents::Data => self.file.write_all(&batch.data)?,
            Contents::Records(size) => {
                for (record, step) in steps.iter().enumerate() {
                    self.bytes.extend_from_slice(step);
                    let data = &batch.data[record * size..][..size];
                    self.bytes.extend_from_slice(data);
                }
            }
            Contents::Pairs => {
                for (step, neuron) in steps.iter().zip(batch.data.as_chunks::<4>().0) {
                    self.bytes.extend_from_slice(step);
                    self.bytes.extend_from_slice(neuron);
                    self.bytes.extend_from_slice(&[0; 4]);
                }
            }
        }
        self.file.write_all(&self.bytes)?;
        self.records += batch.records as u64;
        Ok(())
    }

    /// Writes the number of records.
    fn finish(&mut self, _: Option<Time>) -> io::Result<()> {
        self.file.seek(SeekFrom::Start(0))?;
        self.file.write_all(&self.array.header(self.records))?;
        self.file.seek(SeekFrom::End(0))?;
        Ok(())
    }
}

impl NpyArray {
    /// Records of a step and data.
    fn records(column: &DataColumn) -> NpyArray {
        let DataColumn { name, element, .. } = column;
        let extents = extents(column);
        let dims = match extents.as_str() {
            "" => String::new(),
            extents => format!(", ({})", extents.trim_start()),
        };
        NpyArray {
            descr: format!("[('step', '<u8'), ('{name}', '{element}'{dims})]"),
            extents: String::new(),
        }
    }

    /// Steps and neurons.
    fn pairs() -> NpyArray {
        NpyArray {
            descr: "'<u8'".to_owned(),
            extents: " 2,".to_owned(),
        }
    }

    /// Steps.
    #[cfg(feature = "npz")]
    pub(super) fn steps() -> NpyArray {
        NpyArray {
            descr: "'<u8'".to_owned(),
            extents: String::new(),
        }
    }

    /// Data of records.
    pub(super) fn of(column: &DataColumn) -> NpyArray {
        NpyArray {
            descr: format!("'{}'", column.element),
            extents: extents(column),
        }
    }

    /// The header of a file; its length does not depend on the number of records.
    pub(super) fn header(&self, records: u64) -> Vec<u8> {
        let NpyArray { descr, extents } = self;
        npy_header(descr, &format!("{records:<20},{extents}"))
    }
}

/// The header of an array of a type and shape, as NumPy writes them.
pub(super) fn npy_header(descr: &str, shape: &str) -> Vec<u8> {
    const MAGIC: &[u8] = b"\x93NUMPY\x01\x00";
    let dict = format!("{{'descr': {descr}, 'fortran_order': False, 'shape': ({shape}), }}");
    let start = MAGIC.len() + 2;
    let len = (start + dict.len() + 1).next_multiple_of(ALIGNMENT);
    let mut header = MAGIC.to_vec();
    header.extend(((len - start) as u16).to_le_bytes());
    header.extend(dict.bytes());
    header.resize(len - 1, b' ');
    header.push(b'\n');
    header
}

/// The extents of a record, with a comma behind each.
fn extents(column: &DataColumn) -> String {
    let extents = column.dims.as_slice().iter();
    extents.map(|extent| format!(" {extent},")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_header_has_one_length_and_ends_on_a_boundary() {
        let column = DataColumn::new::<f32>("value", [2, 3].into());
        let array = NpyArray::records(&column);
        assert_eq!(array.descr, "[('step', '<u8'), ('value', '<f4', (2, 3,))]");
        let empty = array.header(0);
        assert_eq!(empty.len() % ALIGNMENT, 0);
        assert_eq!(array.header(u64::MAX).len(), empty.len());
        let len = u16::from_le_bytes([empty[8], empty[9]]);
        assert_eq!(usize::from(len) + 10, empty.len());
    }
}
