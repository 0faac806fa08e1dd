//! Text files by lines.

use std::fs::File;
use std::io::{BufRead, BufReader, Error, Read};
use std::mem::take;

use lava_core::files;

/// The most bytes that a line may have.
const LINE: usize = 1 << 20;
/// The bytes that are read at once.
const BLOCK: usize = 1 << 16;

/// A text file that is read line by line: one of them is in memory.
pub(super) struct Lines {
    file: BufReader<File>,
    line: String,
    number: usize,
}

/// A line cannot be read.
#[derive(Debug)]
pub(super) enum LineError {
    /// The file system refuses.
    File(Error),
    /// The line is no text, or too long, in words.
    Content(String),
}

impl Lines {
    pub(super) fn new(file: File) -> Lines {
        Lines {
            file: BufReader::with_capacity(BLOCK, file),
            line: String::new(),
            number: 0,
        }
    }

    /// Reads the next line. Returns `false` if there is none.
    pub(super) fn advance(&mut self) -> Result<bool, LineError> {
        let mut bytes = take(&mut self.line).into_bytes();
        bytes.clear();
        let mut file = (&mut self.file).take(LINE as u64 + 1);
        if file
            .read_until(b'\n', &mut bytes)
            .map_err(|cause| LineError::File(files::reading(cause)))?
            == 0
        {
            return Ok(false);
        }
        self.number += 1;
        if bytes.len() > LINE {
            let what = format!("it has more than {LINE} bytes, the most that a line may have");
            return Err(LineError::Content(what));
        }
        self.line = String::from_utf8(bytes).map_err(|error| {
            let column = error.utf8_error().valid_up_to() + 1;
            let what = format!("it is no text from byte {column} on; save the file as UTF-8");
            LineError::Content(what)
        })?;
        Ok(true)
    }

    /// The line that was read last, without the mark of UTF-8 that some programs begin a file with.
    pub(super) fn line(&self) -> &str {
        let mark = (self.number == 1).then(|| self.line.strip_prefix('\u{feff}'));
        mark.flatten().unwrap_or(&self.line)
    }

    /// The number of the line that was read last, from 1.
    pub(super) fn number(&self) -> usize {
        self.number
    }
}
