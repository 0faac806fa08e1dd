//! Files of named values with a checksum: snapshots, and stored networks.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, BufWriter, Read, Write};
use std::path::Path;
use std::sync::Arc;

use lava_core::data::{Checksum, Persist, PersistError, take_bytes};
use lava_core::files;

use super::{Content, SnapshotValue};

/// The bytes before the entries, without their number.
pub(crate) const HEADER: usize = 20;
/// The bytes of the checksum.
pub(crate) const CHECKSUM: usize = 8;

/// A kind of files.
pub(crate) struct Format {
    /// The beginning of every file.
    pub(crate) magic: &'static [u8; 8],
    /// The version that is written and read.
    pub(crate) version: u32,
}

/// The values of a file, by name.
pub(crate) type ContainerEntries = BTreeMap<String, SnapshotValue>;

/// A file that is not as it was written.
pub(crate) enum ContainerError {
    /// Its beginning is another.
    NoContainer,
    /// It has this version.
    Version(u32),
    /// It has another length than the one it says.
    Length { len: u64, expected: u64 },
    /// Its checksum is wrong.
    Altered,
    /// Its checksum is right, and its content none.
    Damaged(PersistError),
}

/// Reads a file: of one of another kind no more than its beginning.
pub(crate) fn read(
    path: &Path,
    format: &Format,
) -> io::Result<Result<ContainerEntries, ContainerError>> {
    let mut file = files::open(path)?;
    let len = file.metadata()?.len();
    let mut bytes = Vec::new();
    let beginning = (&mut file).take(HEADER as u64).read_to_end(&mut bytes);
    beginning.map_err(files::reading)?;
    if let Err(error) = check_header(&bytes, len, format) {
        return Ok(Err(error));
    }
    file.read_to_end(&mut bytes).map_err(files::reading)?;
    Ok(parse(bytes, format))
}

/// Checks the beginning of a file of `len` bytes.
fn check_header(header: &[u8], len: u64, format: &Format) -> Result<(), ContainerError> {
    let mut header = header;
    let magic = take_bytes(&mut header, format.magic.len());
    if !magic.is_ok_and(|magic| magic == format.magic) {
        return Err(ContainerError::NoContainer);
    }
    let version = u32::load(&mut header).map_err(|_| ContainerError::NoContainer)?;
    if version != format.version {
        return Err(ContainerError::Version(version));
    }
    let expected = u64::load(&mut header).unwrap_or(0);
    match len == expected {
        true => Ok(()),
        false => Err(ContainerError::Length { len, expected }),
    }
}

/// The values of a file's bytes, which they refer to.
pub(crate) fn parse(bytes: Vec<u8>, format: &Format) -> Result<ContainerEntries, ContainerError> {
    let len = bytes.len() as u64;
    check_header(&bytes, len, format)?;
    let content = bytes.split_last_chunk::<CHECKSUM>();
    let Some((content, checksum)) = content else {
        return Err(ContainerError::Length { len, expected: len });
    };
    if Checksum::of(content) != u64::from_le_bytes(*checksum) {
        return Err(ContainerError::Altered);
    }
    let end = content.len();
    parse_entries(&Arc::new(bytes), end).map_err(ContainerError::Damaged)
}

/// The entries of a file, which end before `end`.
fn parse_entries(file: &Arc<Vec<u8>>, end: usize) -> Result<ContainerEntries, PersistError> {
    let bytes = &mut file.get(HEADER..end).unwrap_or_default();
    let count = usize::load(bytes)?;
    let mut entries = BTreeMap::new();
    for _ in 0..count {
        let (name, layout) = <(String, String)>::load(bytes)?;
        let len = usize::load(bytes)?;
        let first = end - bytes.len();
        take_bytes(bytes, len)?;
        let content = Content::Part(Arc::clone(file), first..first + len);
        let value = SnapshotValue { layout, content };
        if entries.insert(name.clone(), value).is_some() {
            return Err(PersistError::Twice { name });
        }
    }
    match bytes.len() {
        0 => Ok(entries),
        rest => Err(PersistError::Long { rest }),
    }
}

/// The bytes of a file.
pub(crate) fn to_bytes(entries: &ContainerEntries, format: &Format) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(file_len(entries));
    let put = |part: &[u8]| {
        bytes.extend_from_slice(part);
        Ok(())
    };
    // Memory takes all that is put.
    let _ = write_parts(entries, format, put);
    bytes
}

/// The number of bytes of the file.
fn file_len(entries: &ContainerEntries) -> usize {
    let len = |(name, value): (&String, &SnapshotValue)| {
        name.len() + value.layout.len() + value.content.len() + 3 * size_of::<u64>()
    };
    HEADER + size_of::<u64>() + entries.iter().map(len).sum::<usize>() + CHECKSUM
}

/// Puts the bytes of the file, part by part.
fn write_parts(
    entries: &ContainerEntries,
    format: &Format,
    mut put: impl FnMut(&[u8]) -> io::Result<()>,
) -> io::Result<()> {
    let mut checksum = Checksum::default();
    let mut put = |part: &[u8]| {
        checksum.add(part);
        put(part)?;
        Ok::<_, io::Error>(checksum.value())
    };
    let mut head = format.magic.to_vec();
    format.version.save(&mut head);
    file_len(entries).save(&mut head);
    entries.len().save(&mut head);
    let mut sum = put(&head)?;
    for (name, value) in entries {
        head.clear();
        name.save(&mut head);
        value.layout.save(&mut head);
        value.content.len().save(&mut head);
        put(&head)?;
        sum = put(&value.content)?;
    }
    put(&sum.to_le_bytes()).map(drop)
}

/// Writes a file, which takes the place of an older one when all of it is on the disk.
pub(crate) fn write(entries: &ContainerEntries, format: &Format, path: &Path) -> io::Result<()> {
    let path = &files::target(path)?;
    files::replace(path, files::writing, |part| {
        write_to(part, entries, format).map_err(files::writing)
    })?;
    sync_folder(path).map_err(files::writing)
}

fn write_to(path: &Path, entries: &ContainerEntries, format: &Format) -> io::Result<()> {
    let mut file = BufWriter::new(File::create(path)?);
    write_parts(entries, format, |part| file.write_all(part))?;
    file.into_inner()?.sync_all()
}

/// Has the new name of a file on the disk, where folders can be opened.
fn sync_folder(path: &Path) -> io::Result<()> {
    if cfg!(unix) {
        let folder = path
            .parent()
            .filter(|folder| !folder.as_os_str().is_empty());
        File::open(folder.unwrap_or(Path::new(".")))?.sync_all()?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_length_is_that_of_the_bytes() {
        let format = Format {
            magic: b"LAVATEST",
            version: 1,
        };
        let value = |bytes: &[u8]| SnapshotValue {
            layout: "[u8]".to_owned(),
            content: Content::Own(bytes.to_vec()),
        };
        let some = [("a", value(b"")), ("bc", value(b"123"))];
        let some = some.map(|(name, value)| (name.to_owned(), value));
        for entries in [ContainerEntries::from(some), ContainerEntries::new()] {
            assert_eq!(file_len(&entries), to_bytes(&entries, &format).len());
        }
    }
}
