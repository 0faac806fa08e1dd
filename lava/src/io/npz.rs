//! NumPy's files of several arrays, `.npz`: an archive of `.npy` files.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufReader, BufWriter, Read};
use std::path::Path;

use lava_core::files;
use zip::result::ZipError;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipArchive, ZipWriter};

use super::limits::ReadLimits;
use super::npy::NpyError;
use super::tensor::Tensor;

/// The memory that an entry of the directory takes, in bytes.
const ENTRY: u64 = 512;

fn damaged(error: ZipError) -> NpyError {
    NpyError::Archive(error.to_string())
}

/// Reads all arrays.
pub(super) fn read(path: &Path, limits: &ReadLimits) -> Result<BTreeMap<String, Tensor>, NpyError> {
    let of_file = |cause| NpyError::File {
        path: path.display().to_string(),
        cause,
    };
    let (file, _, limit) = limits.open(path).map_err(of_file)?;
    let mut archive = ZipArchive::new(BufReader::new(file)).map_err(damaged)?;
    let mut left = limit;
    let mut take = |bytes: u64| {
        left = left.checked_sub(bytes).ok_or(NpyError::Large(limit))?;
        Ok(left)
    };
    take((archive.len() as u64).saturating_mul(ENTRY))?;
    let mut arrays = BTreeMap::new();
    for index in 0..archive.len() {
        let file = archive.by_index(index).map_err(damaged)?;
        let name = file.name().map_err(damaged)?.into_owned();
        let Some(name) = name.strip_suffix(".npy") else {
            continue;
        };
        // The declared size may be a lie: no more than it is read. As read, and in the order of rows.
        let declared = file.size();
        take(declared.saturating_mul(2))?;
        let array = Tensor::read_npy_from(&mut file.take(declared), declared)?;
        arrays.insert(name.to_owned(), array);
    }
    Ok(arrays)
}

/// Writes arrays, compressed.
pub(super) fn write(path: &Path, arrays: &BTreeMap<String, Tensor>) -> Result<(), NpyError> {
    let of_file = |cause| NpyError::File {
        path: path.display().to_string(),
        cause,
    };
    files::replace(path, of_file, |part| {
        let file = File::create(part).map_err(|cause| of_file(files::writing(cause)))?;
        write_arrays(file, arrays).map_err(|error| match error {
            NpyError::File { cause, .. } => of_file(files::writing(cause)),
            error => error,
        })
    })
}

fn write_arrays(file: File, arrays: &BTreeMap<String, Tensor>) -> Result<(), NpyError> {
    let failed = |error| match error {
        ZipError::Io(cause) => NpyError::File {
            path: String::new(),
            cause,
        },
        error => damaged(error),
    };
    let mut archive = ZipWriter::new(file);
    let options = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated);
    for (name, array) in arrays {
        // Elements have at most 8 bytes.
        let is_large = array.len() > 1 << 28;
        archive
            .start_file(format!("{name}.npy"), options.large_file(is_large))
            .map_err(failed)?;
        array.write_npy_to(&mut BufWriter::new(&mut archive))?;
    }
    archive.finish().map_err(failed)?;
    Ok(())
}
