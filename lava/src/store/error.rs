//! Errors of stored networks.

use super::file::VERSION;

/// A network cannot be written to a file, or read from one. Nothing is written, or built, then.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StoreError {
    /// The file cannot be written. An older one is as it was.
    #[error("the network cannot be written to `{path}`: {cause}")]
    Write {
        /// The file.
        path: String,
        /// The error of the operating system.
        cause: std::io::Error,
    },
    /// The file cannot be read.
    #[error("the network `{path}` cannot be read: {cause}")]
    Read {
        /// The file.
        path: String,
        /// The error of the operating system.
        cause: std::io::Error,
    },
    /// The file does not begin as a network does.
    #[error("`{path}` is not a stored network, or its beginning has been altered")]
    NoNetwork {
        /// The file.
        path: String,
    },
    /// The file has another version of the format.
    #[error(
        "the network `{path}` has version {version} of the format, and this library reads {VERSION}; store it again with this version"
    )]
    Version {
        /// The file.
        path: String,
        /// Its version.
        version: u32,
    },
    /// The file is shorter or longer than it says.
    #[error(
        "the network `{path}` has {len} bytes, of {expected} that were written; it was cut off or added to"
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
    #[error("the network `{path}` has been altered since it was written: its checksum is wrong")]
    Altered {
        /// The file.
        path: String,
    },
    /// The checksum is right, and the content is none of a network.
    #[error("the network `{path}` is damaged: {what}")]
    Damaged {
        /// The file.
        path: String,
        /// The damage, in words.
        what: String,
    },
    /// The file says what this program cannot build.
    #[error("the network `{path}` cannot be built, at `{place}`: {what}")]
    Unfit {
        /// The file.
        path: String,
        /// The process, member or connection.
        place: String,
        /// The reason, in words.
        what: String,
    },
    /// A part of a network cannot be stored.
    #[error("`{part}` cannot be stored: {what}")]
    Unstorable {
        /// The process, or its member.
        part: String,
        /// The reason, in words.
        what: String,
    },
}
