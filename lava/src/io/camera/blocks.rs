//! Recordings block by block: the bytes of a file, and the events that are made of them.

use std::fs::File;
use std::io::{self, BufRead, BufReader, ErrorKind, Read, Write};
use std::path::Path;

use super::{CameraError, CameraEvent, aedat4, dat, nmnist};
use crate::io::ReadLimits;

/// The bytes that are read at once.
const BLOCK: usize = 1 << 16;

/// A recording that is read block by block.
pub(super) struct CameraReader {
    path: String,
    limit: u64,
    file: RecordingBytes,
    format: Box<dyn EventFormat>,
    /// The width and height that the file says.
    pub(super) size: Option<(u16, u16)>,
}

/// The events of a file of some format.
pub(super) trait EventFormat: Send {
    /// Appends the events of the next block or packet. Returns `false` at the end of the file.
    fn read(
        &mut self,
        file: &mut RecordingBytes,
        events: &mut BoundedEvents,
    ) -> Result<bool, Mistake>;
}

/// A format whose header has been read, and the width and height that this says.
pub(super) type Opened = (Box<dyn EventFormat>, Option<(u16, u16)>);

/// A mistake in a file.
pub(super) enum Mistake {
    /// The file system refuses.
    File(io::Error),
    /// What is at this place is none of the format, in words.
    Damaged { at: u64, what: String },
    /// It takes more memory than the limit.
    Large,
}

/// A mistake at a place.
pub(super) fn mistake(at: u64, what: impl Into<String>) -> Mistake {
    let what = what.into();
    Mistake::Damaged { at, what }
}

impl CameraReader {
    /// Reads the header.
    pub(super) fn open(path: &Path, limits: &ReadLimits) -> Result<CameraReader, CameraError> {
        let name = path.display().to_string();
        let ending = path.extension().unwrap_or_default();
        let ending = ending.to_string_lossy().to_lowercase();
        let open: fn(&mut RecordingBytes, u64) -> Result<Opened, Mistake> = match ending.as_str() {
            "aedat4" => aedat4::open,
            "dat" => dat::open,
            "bin" => nmnist::open,
            _ => return Err(CameraError::Ending { path: name }),
        };
        let opened = limits.open(path);
        let (file, len, limit) = opened.map_err(|cause| error(&name, 0, Mistake::File(cause)))?;
        let mut file = RecordingBytes::new(file, len);
        let opened = open(&mut file, limit);
        let (format, size) = opened.map_err(|mistake| error(&name, limit, mistake))?;
        Ok(CameraReader {
            path: name,
            limit,
            file,
            format,
            size,
        })
    }

    /// Appends the events of the next block or packet. Returns `false` at the end of the file.
    pub(super) fn read(&mut self, events: &mut Vec<CameraEvent>) -> Result<bool, CameraError> {
        let mut list = BoundedEvents {
            events: std::mem::take(events),
            limit: self.limit,
        };
        let read = self.format.read(&mut self.file, &mut list);
        *events = list.events;
        read.map_err(|mistake| error(&self.path, self.limit, mistake))
    }
}

fn error(path: &str, limit: u64, mistake: Mistake) -> CameraError {
    let path = path.to_owned();
    match mistake {
        Mistake::File(cause) => CameraError::File { path, cause },
        Mistake::Damaged { at, what } => CameraError::Damaged { path, at, what },
        Mistake::Large => CameraError::Large { path, limit },
    }
}

/// Events within a limit of memory.
pub(super) struct BoundedEvents {
    events: Vec<CameraEvent>,
    limit: u64,
}

impl BoundedEvents {
    pub(super) fn push(&mut self, event: CameraEvent) -> Result<(), Mistake> {
        let most = usize::try_from(self.limit).unwrap_or(usize::MAX) / size_of::<CameraEvent>();
        if self.events.len() >= most {
            return Err(Mistake::Large);
        }
        reserve(&mut self.events, 1, most);
        self.events.push(event);
        Ok(())
    }

    /// The memory that the limit leaves, in bytes.
    pub(super) fn left(&self) -> u64 {
        let taken = self.events.len() * size_of::<CameraEvent>();
        self.limit.saturating_sub(taken as u64)
    }
}

/// Makes room for `more` elements: for twice as many as there are, so that a list grows at little cost, but for no
/// more than `most`.
fn reserve<T>(list: &mut Vec<T>, more: usize, most: usize) {
    if list.capacity() - list.len() < more {
        let room = list.len().min(most.saturating_sub(list.len()));
        list.reserve_exact(room.max(more));
    }
}

/// A file, from its next byte on.
pub(super) struct RecordingBytes {
    file: BufReader<File>,
    /// The place of the next byte.
    pub(super) at: u64,
    /// The length of the file.
    pub(super) len: u64,
    block: Vec<u8>,
}

impl RecordingBytes {
    fn new(file: File, len: u64) -> RecordingBytes {
        RecordingBytes {
            file: BufReader::new(file),
            at: 0,
            len,
            block: Vec::new(),
        }
    }

    /// The next byte, which stays the next; `None` at the end.
    pub(super) fn peek(&mut self) -> Result<Option<u8>, Mistake> {
        let next = self.fill_buf().map_err(Mistake::File)?;
        Ok(next.first().copied())
    }

    /// The next `N` bytes; `what` is the mistake if there are fewer.
    pub(super) fn array<const N: usize>(&mut self, what: &str) -> Result<[u8; N], Mistake> {
        let at = self.at;
        let mut bytes = [0; N];
        self.read_exact(&mut bytes)
            .map_err(|error| match error.kind() {
                ErrorKind::UnexpectedEof => mistake(at, what),
                _ => Mistake::File(error),
            })?;
        Ok(bytes)
    }

    /// The next block of events of `size` bytes each: there are none at the end of the file.
    pub(super) fn block(&mut self, size: usize) -> Result<&[u8], Mistake> {
        let mut block = std::mem::take(&mut self.block);
        block.clear();
        let most = BLOCK / size * size;
        let read = self.take(most as u64).read_to_end(&mut block);
        read.map_err(Mistake::File)?;
        let rest = block.len() % size;
        if rest > 0 {
            let what = format!("{rest} bytes are left behind events of {size}");
            return Err(mistake(self.at - rest as u64, what));
        }
        self.block = block;
        Ok(&self.block)
    }
}

impl Read for RecordingBytes {
    fn read(&mut self, bytes: &mut [u8]) -> io::Result<usize> {
        let count = self.file.read(bytes)?;
        self.at += count as u64;
        Ok(count)
    }
}

impl BufRead for RecordingBytes {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        self.file.fill_buf()
    }

    fn consume(&mut self, count: usize) {
        self.file.consume(count);
        self.at += count as u64;
    }
}

/// Reads all bytes of `from` in place of those of `bytes`. Returns `false` if there are more than `most`.
pub(super) fn read_within(from: impl Read, bytes: &mut Vec<u8>, most: u64) -> io::Result<bool> {
    bytes.clear();
    let room = usize::try_from(most).unwrap_or(usize::MAX);
    io::copy(
        &mut from.take(most.saturating_add(1)),
        &mut Within(bytes, room),
    )?;
    Ok(bytes.len() <= room)
}

/// Bytes that are appended, with room for no more than a number of them as long as they are no more.
struct Within<'a>(&'a mut Vec<u8>, usize);

impl Write for Within<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        reserve(self.0, bytes.len(), self.1);
        self.0.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
