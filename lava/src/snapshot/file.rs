//! The files of snapshots. See the module for their format.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use lava_core::data::{Checksum, Persist, PersistError, take_bytes};

use super::{Content, Snapshot, SnapshotError, SnapshotValue};

/// The version of the format.
pub(super) const VERSION: u32 = 1;
/// The beginning of every snapshot.
const MAGIC: &[u8; 8] = b"LAVASNAP";
/// The bytes before the entries, without their number.
const HEADER: usize = 20;
/// The bytes of the checksum.
const CHECKSUM: usize = 8;

impl Snapshot {
    /// Reads a snapshot.
    ///
    /// # Errors
    /// [`SnapshotError`] for a file that cannot be read, is no snapshot, has another version, or was cut
    /// off or altered.
    pub fn open(path: impl AsRef<Path>) -> Result<Snapshot, SnapshotError> {
        let name = path.as_ref().display().to_string();
        match fs::read(path) {
            Ok(bytes) => Snapshot::of_file(bytes, &name),
            Err(cause) => Err(SnapshotError::Read { path: name, cause }),
        }
    }

    /// Reads a snapshot from the bytes of a file; `path` names it in errors.
    ///
    /// # Errors
    /// As [`open`](Snapshot::open).
    pub fn from_bytes(bytes: &[u8], path: &str) -> Result<Snapshot, SnapshotError> {
        Snapshot::of_file(bytes.to_vec(), path)
    }

    /// The snapshot of a file's bytes, which its values refer to.
    fn of_file(bytes: Vec<u8>, path: &str) -> Result<Snapshot, SnapshotError> {
        let path = path.to_owned();
        let mut header = &bytes[..];
        if !take_bytes(&mut header, MAGIC.len()).is_ok_and(|magic| magic == MAGIC) {
            return Err(SnapshotError::NoSnapshot { path });
        }
        let Ok(version) = u32::load(&mut header) else {
            return Err(SnapshotError::NoSnapshot { path });
        };
        if version != VERSION {
            return Err(SnapshotError::Version { path, version });
        }
        let len = bytes.len() as u64;
        let expected = u64::load(&mut header).unwrap_or(0);
        let content = bytes.split_last_chunk::<CHECKSUM>();
        let Some((content, checksum)) = content.filter(|_| len == expected) else {
            return Err(SnapshotError::Length {
                path,
                len,
                expected,
            });
        };
        if Checksum::of(content) != u64::from_le_bytes(*checksum) {
            return Err(SnapshotError::Altered { path });
        }
        let damaged = |cause: PersistError| SnapshotError::Damaged {
            path: path.clone(),
            what: cause.to_string(),
        };
        let end = content.len();
        let entries = parse(&Arc::new(bytes), end).map_err(damaged)?;
        Ok(Snapshot { entries, path })
    }

    /// The bytes of a file.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(self.file_len());
        let put = |part: &[u8]| {
            bytes.extend_from_slice(part);
            Ok(())
        };
        // Memory takes all that is put.
        let _ = self.write_parts(put);
        bytes
    }

    /// The number of bytes of the file.
    fn file_len(&self) -> usize {
        let entries = self.entries.iter();
        let len = |(name, value): (&String, &SnapshotValue)| {
            name.len() + value.layout.len() + value.content.len() + 3 * size_of::<u64>()
        };
        HEADER + size_of::<u64>() + entries.map(len).sum::<usize>() + CHECKSUM
    }

    /// Puts the bytes of the file, part by part.
    fn write_parts(&self, mut put: impl FnMut(&[u8]) -> io::Result<()>) -> io::Result<()> {
        let mut checksum = Checksum::default();
        let mut put = |part: &[u8]| {
            checksum.add(part);
            put(part)?;
            Ok::<_, io::Error>(checksum.value())
        };
        let mut head = MAGIC.to_vec();
        VERSION.save(&mut head);
        self.file_len().save(&mut head);
        self.entries.len().save(&mut head);
        let mut sum = put(&head)?;
        for (name, value) in &self.entries {
            head.clear();
            name.save(&mut head);
            value.layout.save(&mut head);
            value.content.len().save(&mut head);
            put(&head)?;
            sum = put(&value.content)?;
        }
        put(&sum.to_le_bytes()).map(drop)
    }
}

/// The entries of a file, which end before `end`.
fn parse(file: &Arc<Vec<u8>>, end: usize) -> Result<BTreeMap<String, SnapshotValue>, PersistError> {
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

/// Writes a snapshot: to another file first, which takes the place of an older snapshot when all of it
/// is on the disk.
pub(crate) fn write(snapshot: &Snapshot, path: &Path) -> Result<(), SnapshotError> {
    let temporary = temporary(path);
    let written = write_to(&temporary, snapshot);
    let renamed = written.and_then(|()| fs::rename(&temporary, path));
    renamed.and_then(|()| sync_folder(path)).map_err(|cause| {
        // It may not be there.
        let _ = fs::remove_file(&temporary);
        let path = path.display().to_string();
        SnapshotError::Write { path, cause }
    })
}

fn write_to(path: &Path, snapshot: &Snapshot) -> io::Result<()> {
    let mut file = BufWriter::new(File::create(path)?);
    snapshot.write_parts(|part| file.write_all(part))?;
    file.into_inner()?.sync_all()
}

/// The file that is written first, beside the snapshot: a file is renamed within a file system only.
fn temporary(path: &Path) -> PathBuf {
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(format!(".{}.part", std::process::id()));
    path.with_file_name(name)
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

    fn snapshot() -> Snapshot {
        let mut snapshot = Snapshot::default();
        snapshot.put("network steps", &7_u64);
        snapshot.put("state lif.x", &vec![1.5_f32, -2.0]);
        snapshot
    }

    #[test]
    fn a_snapshot_is_read_as_it_was_written() {
        let snapshot = snapshot();
        let read = Snapshot::from_bytes(&snapshot.to_bytes(), "");
        assert_eq!(read.expect("it is whole"), snapshot);
        assert_eq!(snapshot.time_step(), 7);
    }

    #[test]
    fn a_length_is_that_of_the_bytes() {
        for snapshot in [snapshot(), Snapshot::default()] {
            assert_eq!(snapshot.file_len(), snapshot.to_bytes().len());
        }
    }

    #[test]
    fn every_altered_byte_and_every_length_is_noticed() {
        let bytes = snapshot().to_bytes();
        for at in 0..bytes.len() {
            for change in [1, 0x80, 0xff] {
                let mut altered = bytes.clone();
                altered[at] ^= change;
                assert!(Snapshot::from_bytes(&altered, "").is_err(), "byte {at}");
            }
            let cut = Snapshot::from_bytes(&bytes[..at], "");
            assert!(cut.is_err(), "{at} bytes");
        }
        let longer = [&bytes[..], &[0]].concat();
        assert!(matches!(
            Snapshot::from_bytes(&longer, ""),
            Err(SnapshotError::Length { .. })
        ));
    }

    #[test]
    fn a_content_with_a_right_checksum_is_still_checked() {
        let mut bytes = snapshot().to_bytes();
        // The number of entries.
        bytes[HEADER..HEADER + 8].fill(0xff);
        bytes.truncate(bytes.len() - CHECKSUM);
        Checksum::of(&bytes).save(&mut bytes);
        assert!(matches!(
            Snapshot::from_bytes(&bytes, ""),
            Err(SnapshotError::Damaged { .. })
        ));
    }
}
