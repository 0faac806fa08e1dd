//! The files of Prophesee's cameras, `.dat`.
//!
//! Source: Prophesee, *DAT file format*.

use std::io::{BufRead, Read};

use super::CameraEvent;
use super::blocks::{BoundedEvents, EventFormat, Mistake, Opened, RecordingBytes, mistake};

/// The bytes of an event.
const EVENT: usize = 8;
/// The most bytes that a line of the header may have.
const LINE: u64 = 1 << 16;

/// Events: the time in µs, and a word of 14 bits of the column, 14 of the row, 4 of the polarity; the lowest byte
/// first.
#[derive(Default)]
struct DatEvents {
    /// The time that has passed when the clock of 32 bits began again, which it does after 71 minutes, in µs.
    passed: u64,
    /// The time of the event before.
    last: u32,
}

/// Reads lines that begin with `%`, and the type and the size of an event.
pub(super) fn open(file: &mut RecordingBytes, _: u64) -> Result<Opened, Mistake> {
    let (mut width, mut height) = (None, None);
    let mut line = Vec::new();
    while file.peek()? == Some(b'%') {
        let at = file.at;
        line.clear();
        let read = file.take(LINE).read_until(b'\n', &mut line);
        read.map_err(Mistake::File)?;
        if !line.ends_with(b"\n") {
            return Err(mistake(at, "the header does not end"));
        }
        let text = String::from_utf8_lossy(&line);
        let mut words = text.trim_start_matches('%').split_whitespace();
        let (name, value) = (
            words.next(),
            words.next().and_then(|word| word.parse().ok()),
        );
        match name.map(str::to_lowercase).as_deref() {
            Some("width") => width = value,
            Some("height") => height = value,
            _ => {}
        }
    }
    if file.at > 0 {
        // The type is 0 or 12, of change detection; others have other sizes.
        let at = file.at;
        let [_, size] = file.array("the size of an event is missing")?;
        if usize::from(size) != EVENT {
            let what = format!("an event has {size} bytes, not {EVENT}");
            return Err(mistake(at, what));
        }
    }
    Ok((Box::new(DatEvents::default()), width.zip(height)))
}

impl EventFormat for DatEvents {
    fn read(
        &mut self,
        file: &mut RecordingBytes,
        events: &mut BoundedEvents,
    ) -> Result<bool, Mistake> {
        const HALF: u32 = 1 << 31;
        let block = file.block(EVENT)?;
        for [a, b, c, d, e, f, g, h] in block.as_chunks::<EVENT>().0 {
            let time = u32::from_le_bytes([*a, *b, *c, *d]);
            let word = u32::from_le_bytes([*e, *f, *g, *h]);
            if time < self.last && self.last - time > HALF {
                self.passed += 1 << 32;
            }
            self.last = time;
            events.push(CameraEvent {
                time: self.passed + u64::from(time),
                x: (word & 0x3fff) as u16,
                y: (word >> 14 & 0x3fff) as u16,
                on: word >> 28 != 0,
            })?;
        }
        Ok(!block.is_empty())
    }
}
