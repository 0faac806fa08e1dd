//! Errors of snapshots.

use lava_core::data::PersistError;

use super::file::VERSION;

/// A snapshot cannot be written, read, or fitted to a network. The network is as it was before.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SnapshotError {
    /// The file cannot be written. An older one is as it was.
    #[error("the snapshot `{path}` cannot be written: {cause}")]
    Write {
        /// The file.
        path: String,
        /// The error of the operating system.
        cause: std::io::Error,
    },
    /// The file cannot be read.
    #[error("the snapshot `{path}` cannot be read: {cause}")]
    Read {
        /// The file.
        path: String,
        /// The error of the operating system.
        cause: std::io::Error,
    },
    /// The file does not begin as a snapshot does.
    #[error("`{path}` is not a snapshot of a network, or its beginning has been altered")]
    NoSnapshot {
        /// The file.
        path: String,
    },
    /// The file has another version of the format.
    #[error(
        "the snapshot `{path}` has version {version} of the format, and this library reads {VERSION}; restore it with the library that has written it"
    )]
    Version {
        /// The file.
        path: String,
        /// Its version.
        version: u32,
    },
    /// The file is shorter or longer than it says.
    #[error(
        "the snapshot `{path}` has {len} bytes, of {expected} that were written; it was cut off or added to"
    )]
    Length {
        /// The file.
        path: String,
        /// The bytes that it has.
        len: u64,
        /// The bytes that it should have.
        expected: u64,
    },
    /// The checksum is wrong.
    #[error("the snapshot `{path}` has been altered since it was written: its checksum is wrong")]
    Altered {
        /// The file.
        path: String,
    },
    /// The checksum is right, and the content is none of a snapshot.
    #[error("the snapshot `{path}` is damaged: {what}")]
    Damaged {
        /// The file.
        path: String,
        /// The damage, in words.
        what: String,
    },
    /// The snapshot is of another network.
    #[error("the snapshot `{path}` is of another network: {what}")]
    Network {
        /// The file.
        path: String,
        /// The difference, in words.
        what: String,
    },
    /// A value does not fit the network.
    #[error("the snapshot `{path}` does not fit the network, at `{entry}`: {cause}")]
    Entry {
        /// The file.
        path: String,
        /// The value.
        entry: String,
        /// The reason.
        cause: PersistError,
    },
}
