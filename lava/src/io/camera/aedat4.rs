//! iniVation's files, AEDAT 4.
//!
//! A line, a header, and packets, each of a stream. Header and packets are FlatBuffers with their size before
//! them; packets may be compressed. Of a FlatBuffer the few fields that are needed are looked up, every
//! offset within its bounds.
//!
//! Source: iniVation, *AEDAT 4.0 file format*; Google, *FlatBuffers internals*.

use std::io::{self, Read};

use super::CameraEvent;
use super::blocks::{
    BoundedEvents, EventFormat, Mistake, Opened, RecordingBytes, mistake, read_within,
};

const MAGIC: &[u8] = b"#!AER-DAT4.0\r\n";
/// The bytes of an event.
const EVENT: usize = 16;

/// Packets, one of which is in memory.
struct Packets {
    compression: PacketCompression,
    /// The place behind the last.
    end: u64,
    content: Vec<u8>,
}

/// Reads the line and the header.
pub(super) fn open(file: &mut RecordingBytes, limit: u64) -> Result<Opened, Mistake> {
    const FOREIGN: &str = "it does not begin with `#!AER-DAT4.0`";
    if file.array::<{ MAGIC.len() }>(FOREIGN)? != MAGIC {
        return Err(mistake(0, FOREIGN));
    }
    let at = file.at;
    let damaged = || mistake(at, "the header is damaged");
    let size = file.array("the header is damaged")?;
    let len = u64::from(u32::from_le_bytes(size));
    if len > file.len - file.at {
        return Err(damaged());
    }
    let mut bytes = Vec::new();
    let sized = size.as_slice().chain(&mut *file).take(4 + len);
    let read = read_within(sized, &mut bytes, limit);
    if !read.map_err(Mistake::File)? {
        return Err(Mistake::Large);
    }
    let header = FlatTable::sized(&bytes, b"IOHE").ok_or_else(damaged)?;
    let compression = header.field(0).map_or(Some(0), |at| header.u32(at));
    let compression = PacketCompression::of(compression.unwrap_or(u32::MAX))
        .ok_or_else(|| mistake(at, "the compression is not known"))?;
    let info = header.field(2).and_then(|at| header.text(at));
    // The table of packets behind them is not needed.
    let end = header.field(1).and_then(|at| header.u64(at));
    let end = end.filter(|end| (file.at..=file.len).contains(end));
    let packets = Packets {
        compression,
        end: end.unwrap_or(file.len),
        content: Vec::new(),
    };
    Ok((Box::new(packets), info.and_then(sensor_size)))
}

impl EventFormat for Packets {
    fn read(
        &mut self,
        file: &mut RecordingBytes,
        events: &mut BoundedEvents,
    ) -> Result<bool, Mistake> {
        let at = file.at;
        if at >= self.end {
            return Ok(false);
        }
        const SHORT: &str = "a packet ends too early";
        let [_, _, _, _, size @ ..] = file.array::<8>(SHORT)?;
        let len = u64::from(u32::from_le_bytes(size));
        if len > self.end.saturating_sub(file.at) {
            return Err(mistake(at, SHORT));
        }
        let mut packet = file.take(len);
        let read = self
            .compression
            .read(&mut packet, &mut self.content, events.left());
        let is_within =
            read.map_err(|error| mistake(at, format!("a packet is damaged: {error}")))?;
        if !is_within {
            return Err(Mistake::Large);
        }
        // What is behind the compressed bytes.
        io::copy(&mut packet, &mut io::sink()).map_err(Mistake::File)?;
        if packet.limit() > 0 {
            return Err(mistake(at, SHORT));
        }
        // Frames, and samples of other sensors, have other names.
        if let Some(packet) = FlatTable::sized(&self.content, b"EVTS") {
            read_events(&packet, events, || {
                mistake(at, "a packet of events is damaged")
            })?;
        }
        Ok(true)
    }
}

/// Adds the events of a packet: time in µs, column, row, polarity.
fn read_events(
    packet: &FlatTable<'_>,
    events: &mut BoundedEvents,
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
        })?;
    }
    Ok(())
}

/// The width and the height that the description of the streams says.
fn sensor_size(info: &str) -> Option<(u16, u16)> {
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

    /// Reads the content of a packet. Returns `false` if it has more than `most` bytes.
    fn read(self, packet: impl Read, content: &mut Vec<u8>, most: u64) -> io::Result<bool> {
        match self {
            PacketCompression::None => read_within(packet, content, most),
            PacketCompression::Lz4 => {
                read_within(lz4_flex::frame::FrameDecoder::new(packet), content, most)
            }
            PacketCompression::Zstd => {
                let decoder = ruzstd::decoding::StreamingDecoder::new(packet);
                read_within(decoder.map_err(io::Error::other)?, content, most)
            }
        }
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
    /// The root of a buffer of a type, with its size before it.
    fn sized(bytes: &'a [u8], kind: &[u8; 4]) -> Option<FlatTable<'a>> {
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
        Some(table)
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
