//! iniVation's files, AEDAT 4.
//!
//! A line, a header, and packets, each of a stream. Header and packets are FlatBuffers with their size before
//! them; packets may be compressed. Of a FlatBuffer the few fields that are needed are looked up, every
//! offset within its bounds.
//!
//! Source: iniVation, *AEDAT 4.0 file format*; Google, *FlatBuffers internals*.

use std::io::Read;

use super::{Allowed, CameraEvent, Found, Mistake, mistake};

const MAGIC: &[u8] = b"#!AER-DAT4.0\r\n";
/// The bytes of an event.
const EVENT: usize = 16;

pub(super) fn parse(bytes: &[u8], allowed: &Allowed) -> Result<Found, Mistake> {
    if !bytes.starts_with(MAGIC) {
        return Err(mistake(0, "it does not begin with `#!AER-DAT4.0`"));
    }
    let mut at = MAGIC.len();
    let (header, len) = FlatTable::sized(&bytes[at..], b"IOHE")
        .ok_or_else(|| mistake(at, "the header is damaged"))?;
    let compression = header.field(0).map_or(Some(0), |at| header.u32(at));
    let compression = PacketCompression::of(compression.unwrap_or(u32::MAX))
        .ok_or_else(|| mistake(at, "the compression is not known"))?;
    let info = header.field(2).and_then(|at| header.text(at));
    at += len;
    // The table of packets behind them is not needed.
    let end = header.field(1).and_then(|at| header.u64(at));
    let end = end.and_then(|end| usize::try_from(end).ok());
    let end = end.filter(|end| *end >= at && *end <= bytes.len());
    let bytes = &bytes[..end.unwrap_or(bytes.len())];
    let mut found = Found {
        size: info.and_then(size),
        events: Vec::new(),
    };
    while at < bytes.len() {
        let head = bytes
            .get(at..at + 8)
            .and_then(|head| head.as_chunks::<4>().0.get(1));
        let len = head.map(|len| u32::from_le_bytes(*len) as usize);
        let packet = len.and_then(|len| bytes.get(at + 8..)?.get(..len));
        let packet = packet.ok_or_else(|| mistake(at, "a packet ends too early"))?;
        let content = compression
            .content(packet, allowed)
            .map_err(|error| error.map(|what| (at, what)))?;
        // Frames, and samples of other sensors, have other names.
        if let Some((events, _)) = FlatTable::sized(&content, b"EVTS") {
            let damaged = || mistake(at, "a packet of events is damaged");
            read_events(&events, &mut found.events, allowed, damaged)?;
        }
        at += 8 + packet.len();
    }
    Ok(found)
}

/// Adds the events of a packet: time in µs, column, row, polarity.
fn read_events(
    packet: &FlatTable<'_>,
    events: &mut Vec<CameraEvent>,
    allowed: &Allowed,
    damaged: impl Fn() -> Mistake,
) -> Result<(), Mistake> {
    let Some(field) = packet.field(0) else {
        return Ok(());
    };
    let (start, count) = packet.vector(field).ok_or_else(&damaged)?;
    let content = count
        .checked_mul(EVENT)
        .and_then(|len| packet.bytes.get(start..)?.get(..len));
    for event in content.ok_or_else(&damaged)?.as_chunks::<EVENT>().0 {
        allowed.check(events)?;
        let [a, b, c, d, e, f, g, h, x, x1, y, y1, on, ..] = *event;
        let time = i64::from_le_bytes([a, b, c, d, e, f, g, h]);
        let [x, y] = [[x, x1], [y, y1]].map(i16::from_le_bytes);
        let place = u16::try_from(x).ok().zip(u16::try_from(y).ok());
        let (x, y) = place.ok_or_else(&damaged)?;
        events.push(CameraEvent {
            time: u64::try_from(time).map_err(|_| damaged())?,
            x,
            y,
            on: on != 0,
        });
    }
    Ok(())
}

/// The width and the height that the description of the streams says.
fn size(info: &str) -> Option<(u16, u16)> {
    let value = |key: &str| {
        let (_, rest) = info.split_once(&format!("key=\"{key}\""))?;
        let (_, rest) = rest.split_once('>')?;
        rest.split_once('<')?.0.trim().parse().ok()
    };
    value("sizeX").zip(value("sizeY"))
}

/// The compression of packets.
#[derive(Clone, Copy)]
enum PacketCompression {
    None,
    Lz4,
    Zstd,
}

impl PacketCompression {
    fn of(number: u32) -> Option<PacketCompression> {
        match number {
            0 => Some(PacketCompression::None),
            1 | 2 => Some(PacketCompression::Lz4),
            3 | 4 => Some(PacketCompression::Zstd),
            _ => None,
        }
    }

    /// The content of a packet; the error is `None` for one that is too large.
    fn content(self, packet: &[u8], allowed: &Allowed) -> Result<Vec<u8>, Option<String>> {
        let text = |error: &dyn std::fmt::Display| Some(format!("a packet is damaged: {error}"));
        let mut content = Vec::new();
        let most = allowed.0.saturating_add(1);
        let read = match self {
            PacketCompression::None => return Ok(packet.to_vec()),
            PacketCompression::Lz4 => {
                let mut decoder = lz4_flex::frame::FrameDecoder::new(packet).take(most);
                decoder.read_to_end(&mut content)
            }
            PacketCompression::Zstd => {
                let decoder = ruzstd::decoding::StreamingDecoder::new(packet);
                let mut decoder = decoder.map_err(|error| text(&error))?.take(most);
                decoder.read_to_end(&mut content)
            }
        };
        read.map_err(|error| text(&error))?;
        if content.len() as u64 > allowed.0 {
            return Err(None);
        }
        Ok(content)
    }
}

/// A table of a FlatBuffer.
struct FlatTable<'a> {
    bytes: &'a [u8],
    /// The place of the table.
    at: usize,
    /// The place of its table of fields.
    fields: usize,
}

impl<'a> FlatTable<'a> {
    /// The root of a buffer of a type, with its size before it. Returns the bytes that both take too.
    fn sized(bytes: &'a [u8], kind: &[u8; 4]) -> Option<(FlatTable<'a>, usize)> {
        let len = u32::from_le_bytes(*bytes.first_chunk()?) as usize;
        let bytes = bytes.get(4..)?.get(..len)?;
        if bytes.get(4..8)? != kind {
            return None;
        }
        let at = u32::from_le_bytes(*bytes.first_chunk()?) as usize;
        let mut table = FlatTable {
            bytes,
            at,
            fields: 0,
        };
        let back = table.u32(at)?.cast_signed();
        table.fields = usize::try_from(i64::try_from(at).ok()? - i64::from(back)).ok()?;
        Some((table, 4 + len))
    }

    fn read<const N: usize>(&self, at: usize) -> Option<[u8; N]> {
        self.bytes.get(at..)?.first_chunk().copied()
    }

    fn u32(&self, at: usize) -> Option<u32> {
        self.read(at).map(u32::from_le_bytes)
    }

    fn u64(&self, at: usize) -> Option<u64> {
        self.read(at).map(u64::from_le_bytes)
    }

    /// The place of a field; `None` if it has its default.
    fn field(&self, number: usize) -> Option<usize> {
        let len = usize::from(self.read(self.fields).map(u16::from_le_bytes)?);
        let entry = 4 + 2 * number;
        if entry + 2 > len {
            return None;
        }
        let offset = self.read(self.fields.checked_add(entry)?);
        let offset = usize::from(offset.map(u16::from_le_bytes)?);
        (offset > 0).then(|| self.at.checked_add(offset)).flatten()
    }

    /// The place of the first element that a field leads to, and their number.
    fn vector(&self, field: usize) -> Option<(usize, usize)> {
        let at = field.checked_add(self.u32(field)? as usize)?;
        let count = self.u32(at)? as usize;
        Some((at.checked_add(4)?, count))
    }

    fn text(&self, field: usize) -> Option<&'a str> {
        let (start, len) = self.vector(field)?;
        std::str::from_utf8(self.bytes.get(start..)?.get(..len)?).ok()
    }
}
