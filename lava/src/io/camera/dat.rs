//! The files of Prophesee's cameras, `.dat`.
//!
//! Source: Prophesee, *DAT file format*.

use super::{Allowed, CameraEvent, Found, Mistake, mistake};

/// The bytes of an event.
const EVENT: usize = 8;

/// Lines that begin with `%`, the type and the size of an event, and events: the time in µs, and a word of
/// 14 bits of the column, 14 of the row, 4 of the polarity; the lowest byte first.
pub(super) fn parse(bytes: &[u8], allowed: &Allowed) -> Result<Found, Mistake> {
    let (mut at, mut width, mut height) = (0, None, None);
    while bytes.get(at) == Some(&b'%') {
        let end = bytes[at..].iter().position(|byte| *byte == b'\n');
        let end = end.ok_or_else(|| mistake(at, "the header does not end"))?;
        let line = String::from_utf8_lossy(&bytes[at..at + end]);
        let mut words = line.trim_start_matches('%').split_whitespace();
        let (name, value) = (
            words.next(),
            words.next().and_then(|word| word.parse().ok()),
        );
        match name.map(str::to_lowercase).as_deref() {
            Some("width") => width = value,
            Some("height") => height = value,
            _ => {}
        }
        at += end + 1;
    }
    if at > 0 {
        // The type is 0 or 12, of change detection; others have other sizes.
        match bytes.get(at..at + 2) {
            Some(&[_, size]) if usize::from(size) == EVENT => at += 2,
            Some(&[_, size]) => {
                return Err(mistake(
                    at,
                    format!("an event has {size} bytes, not {EVENT}"),
                ));
            }
            _ => return Err(mistake(at, "the size of an event is missing")),
        }
    }
    let (events, rest) = bytes[at..].as_chunks::<EVENT>();
    if !rest.is_empty() {
        let what = format!("{} bytes are left behind events of {EVENT}", rest.len());
        return Err(mistake(bytes.len() - rest.len(), what));
    }
    let mut found = Found {
        size: width.zip(height),
        events: Vec::new(),
    };
    // The clock has 32 bits: it begins again after 71 minutes.
    let (mut passed, mut last) = (0_u64, 0);
    for event in events {
        allowed.check(&found.events)?;
        let [a, b, c, d, e, f, g, h] = *event;
        let time = u32::from_le_bytes([a, b, c, d]);
        let word = u32::from_le_bytes([e, f, g, h]);
        const HALF: u32 = 1 << 31;
        if time < last && last - time > HALF {
            passed += 1 << 32;
        }
        last = time;
        found.events.push(CameraEvent {
            time: passed + u64::from(time),
            x: (word & 0x3fff) as u16,
            y: (word >> 14 & 0x3fff) as u16,
            on: word >> 28 != 0,
        });
    }
    Ok(found)
}
