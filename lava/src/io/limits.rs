//! Bounds on what a file may take.

use std::fs::File;
use std::io::Result;
use std::path::Path;

use lava_core::files;

/// Bounds on what reading a file may take: memory, and nesting.
///
/// A small file can declare, and by compression contain, far more than its length. By default a file may
/// take 256 MiB, or eight times its own length if that is more. Tables of text are read line by line, of at most
/// 1 MiB each, and recordings of cameras by blocks or packets: they take the memory of what is made of them.
///
/// ```
/// use lava::io::ReadLimits;
///
/// let limits = ReadLimits::new().bytes(4 << 30);
/// # let _ = limits;
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ReadLimits {
    bytes: Option<u64>,
}

/// The memory that any file may take, in bytes.
const BYTES: u64 = 256 << 20;
/// The memory that a long file may take, as a multiple of its length.
const MULTIPLE: u64 = 8;

impl ReadLimits {
    /// The default bounds.
    pub fn new() -> ReadLimits {
        ReadLimits::default()
    }

    /// Sets the memory that a file may take, in bytes.
    pub fn bytes(mut self, bytes: u64) -> ReadLimits {
        self.bytes = Some(bytes);
        self
    }

    /// Opens a file. Returns it, its length, and the memory that it may take, in bytes. Fails for what has no length:
    /// a directory, a pipe, a device.
    pub(super) fn open(&self, path: &Path) -> Result<(File, u64, u64)> {
        let file = files::open(path)?;
        let len = file.metadata()?.len();
        Ok((file, len, self.of_file(len)))
    }

    /// The memory that a file of `len` bytes may take.
    pub(super) fn of_file(&self, len: u64) -> u64 {
        self.bytes
            .unwrap_or_else(|| BYTES.max(len.saturating_mul(MULTIPLE)))
    }
}
