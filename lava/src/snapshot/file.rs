//! The files of snapshots. See the module for their format.

use std::path::Path;

use super::container::{self, ContainerEntries, ContainerError, Format};
use super::{Snapshot, SnapshotError};

/// The version of the format.
pub(super) const VERSION: u32 = 1;

/// The files of snapshots.
const FORMAT: Format = Format {
    magic: b"LAVASNAP",
    version: VERSION,
};

impl Snapshot {
    /// Reads a snapshot.
    ///
    /// # Errors
    /// [`SnapshotError`] for a file that cannot be read, is no snapshot, has another version, or was cut
    /// off or altered.
    pub fn open(path: impl AsRef<Path>) -> Result<Snapshot, SnapshotError> {
        let name = path.as_ref().display().to_string();
        match container::read(path.as_ref(), &FORMAT) {
            Ok(entries) => Snapshot::of_file(entries, &name),
            Err(cause) => Err(SnapshotError::Read { path: name, cause }),
        }
    }

    /// Reads a snapshot from the bytes of a file; `path` names it in errors.
    ///
    /// # Errors
    /// As [`open`](Snapshot::open).
    pub fn from_bytes(bytes: &[u8], path: &str) -> Result<Snapshot, SnapshotError> {
        Snapshot::of_file(container::parse(bytes.to_vec(), &FORMAT), path)
    }

    /// The snapshot of a file's values.
    fn of_file(
        entries: Result<ContainerEntries, ContainerError>,
        path: &str,
    ) -> Result<Snapshot, SnapshotError> {
        let path = path.to_owned();
        match entries {
            Ok(entries) => Ok(Snapshot { entries, path }),
            Err(ContainerError::NoContainer) => Err(SnapshotError::NoSnapshot { path }),
            Err(ContainerError::Version(version)) => Err(SnapshotError::Version { path, version }),
            Err(ContainerError::Length { len, expected }) => Err(SnapshotError::Length {
                path,
                len,
                expected,
            }),
            Err(ContainerError::Altered) => Err(SnapshotError::Altered { path }),
            Err(ContainerError::Damaged(cause)) => Err(SnapshotError::Damaged {
                path,
                what: cause.to_string(),
            }),
        }
    }

    /// The bytes of a file.
    pub fn to_bytes(&self) -> Vec<u8> {
        container::to_bytes(&self.entries, &FORMAT)
    }
}

/// Writes a snapshot in the place of an older one.
pub(crate) fn write(snapshot: &Snapshot, path: &Path) -> Result<(), SnapshotError> {
    container::write(&snapshot.entries, &FORMAT, path).map_err(|cause| {
        let path = path.display().to_string();
        SnapshotError::Write { path, cause }
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::snapshot::container::{CHECKSUM, HEADER};
    use lava_core::data::{Checksum, Persist};

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
