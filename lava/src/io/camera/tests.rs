//! Recordings that are made here byte by byte, as the descriptions of the formats say.

use super::{CameraError, CameraEvent, CameraEvents};
use crate::io::ReadLimits;
use crate::proc::Events;
use crate::units::ms;

fn event(time: u64, x: u16, y: u16, on: bool) -> CameraEvent {
    CameraEvent { time, x, y, on }
}

fn events() -> Vec<CameraEvent> {
    (0..200)
        .map(|n| {
            event(
                1000 + 37 * n,
                (n * 7 % 20) as u16,
                (n * 3 % 11) as u16,
                n % 3 == 0,
            )
        })
        .collect()
}

fn read(ending: &str, bytes: &[u8]) -> Result<CameraEvents, CameraError> {
    read_with(ending, bytes, &ReadLimits::new())
}

fn read_with(ending: &str, bytes: &[u8], limits: &ReadLimits) -> Result<CameraEvents, CameraError> {
    let thread = std::thread::current();
    let test = thread.name().unwrap_or_default().replace("::", "-");
    let name = format!("lava-{}-{test}.{ending}", std::process::id());
    let path = std::env::temp_dir().join(name);
    std::fs::write(&path, bytes).expect("a temporary file");
    let read = CameraEvents::read_with(&path, limits);
    std::fs::remove_file(path).expect("it was written");
    read
}

/// A FlatBuffer with its size before it: a table of a type with fields of 4 bytes each, and what follows it.
/// An offset counts from its own place.
fn buffer(kind: &[u8; 4], fields: &[u32], content: &[u8]) -> Vec<u8> {
    let count = fields.len();
    // Root, type, table of fields (padded), table.
    let table_of_fields = 4 + 2 * count;
    let table = 8 + table_of_fields.next_multiple_of(4);
    let mut bytes = (table as u32).to_le_bytes().to_vec();
    bytes.extend(kind);
    bytes.extend((table_of_fields as u16).to_le_bytes());
    bytes.extend(((4 + 4 * count) as u16).to_le_bytes());
    (0..count).for_each(|field| bytes.extend(((4 + 4 * field) as u16).to_le_bytes()));
    bytes.resize(table, 0);
    bytes.extend(((table - 8) as u32).to_le_bytes());
    fields
        .iter()
        .for_each(|field| bytes.extend(field.to_le_bytes()));
    bytes.extend(content);
    let mut sized = (bytes.len() as u32).to_le_bytes().to_vec();
    sized.extend(bytes);
    sized
}

/// A field that leads behind the last of `count` fields.
fn behind(field: u32, count: u32) -> u32 {
    4 * (count - field)
}

fn aedat4(compression: u32, compress: impl Fn(&[u8]) -> Vec<u8>) -> Vec<u8> {
    let info = "<dv version=\"2.0\"><node name=\"0\"><attr key=\"sizeX\" type=\"int\">346</attr>\
                <attr key=\"sizeY\" type=\"int\">260</attr></node></dv>";
    let mut text = (info.len() as u32).to_le_bytes().to_vec();
    text.extend(info.bytes());
    let mut bytes = b"#!AER-DAT4.0\r\n".to_vec();
    // The compression, no place of a table (a field of 8 bytes that is left out), the description.
    let mut header = buffer(b"IOHE", &[compression, 0, behind(2, 3)], &text);
    // The second field has its default.
    let table_of_fields = 4 + 8;
    header[table_of_fields + 6..table_of_fields + 8].fill(0);
    bytes.extend(header);
    for part in events().chunks(70) {
        let mut content = (part.len() as u32).to_le_bytes().to_vec();
        for event in part {
            content.extend(event.time.to_le_bytes());
            content.extend(event.x.to_le_bytes());
            content.extend(event.y.to_le_bytes());
            content.extend([u8::from(event.on), 0, 0, 0]);
        }
        let packets = [
            buffer(b"EVTS", &[behind(0, 1)], &content),
            // Something else between.
            buffer(b"IMUS", &[], &[]),
        ];
        for (stream, packet) in packets.iter().enumerate() {
            let packet = compress(packet);
            bytes.extend((stream as u32).to_le_bytes());
            bytes.extend((packet.len() as u32).to_le_bytes());
            bytes.extend(packet);
        }
    }
    bytes
}

fn lz4(bytes: &[u8]) -> Vec<u8> {
    use std::io::Write;
    let mut encoder = lz4_flex::frame::FrameEncoder::new(Vec::new());
    encoder.write_all(bytes).expect("a vector takes all");
    encoder.finish().expect("a vector takes all")
}

fn zstd(bytes: &[u8]) -> Vec<u8> {
    ruzstd::encoding::compress_to_vec(bytes, ruzstd::encoding::CompressionLevel::Fastest)
}

#[test]
fn aedat4_is_read_with_each_compression() {
    for bytes in [aedat4(0, <[u8]>::to_vec), aedat4(1, lz4), aedat4(4, zstd)] {
        let recording = read("aedat4", &bytes).expect("it is whole");
        assert_eq!(recording.shape(), [2, 260, 346]);
        assert_eq!(recording.events(), events());
    }
}

#[test]
fn dat_is_read_with_and_without_a_header() {
    let mut content = Vec::new();
    for event in events() {
        content.extend((event.time as u32).to_le_bytes());
        let word = u32::from(event.x) | u32::from(event.y) << 14 | u32::from(event.on) << 28;
        content.extend(word.to_le_bytes());
    }
    let header = b"% Data file\n% Version 2\n% Width 304\n% Height 240\n\x0c\x08";
    let recording = read("dat", &[header, &content[..]].concat()).expect("it is whole");
    assert_eq!(recording.shape(), [2, 240, 304]);
    assert_eq!(recording.events(), events());
    let recording = read("dat", &content).expect("it is whole");
    assert_eq!(recording.shape(), [2, 11, 20]);
}

#[test]
fn nmnist_is_read_across_overflows_of_its_clock() {
    let event_bytes = |time: u32, x: u8, y: u8, on: bool| {
        let [_, high, middle, low] = time.to_be_bytes();
        [x, y, high | u8::from(on) << 7, middle, low]
    };
    let bytes = [
        event_bytes(5, 3, 4, true),
        event_bytes(100_000, 33, 2, false),
        event_bytes(0, 0, 240, false),
        event_bytes(100_001, 1, 33, true),
    ];
    let recording = read("bin", &bytes.concat()).expect("it is whole");
    assert_eq!(recording.shape(), [2, 34, 34]);
    let expected = [
        event(5, 3, 4, true),
        event(100_000, 33, 2, false),
        event(108_193, 1, 33, true),
    ];
    assert_eq!(recording.events(), expected);
}

#[test]
fn events_are_spikes_of_two_planes() {
    let recording = CameraEvents::new(
        4,
        3,
        vec![
            event(2100, 1, 2, true),
            event(1000, 3, 0, false),
            event(1500, 3, 0, false),
        ],
    );
    let spikes = recording.spikes(1.0 * ms).expect("a time step");
    // The two events of a pixel in the first step are one spike.
    assert_eq!(spikes, Events::from_steps([(1, 3), (2, 12 + 2 * 4 + 1)]));
    assert_eq!(spikes.merged(), 1);
    assert!(recording.spikes(0.0 * ms).is_err());
}

#[test]
fn a_recording_that_is_cut_off_or_too_large_is_an_error() {
    let bytes = aedat4(1, lz4);
    for len in 0..bytes.len() {
        if let Ok(recording) = read("aedat4", &bytes[..len]) {
            // Whole packets are left.
            assert!([0, 70, 140, 200].contains(&recording.events().len()));
        }
    }
    let limits = ReadLimits::new().bytes(bytes.len() as u64);
    let large = read_with("aedat4", &bytes, &limits);
    assert!(matches!(large, Err(CameraError::Large { .. })), "{large:?}");
    let damaged = read("bin", &[0; 7]);
    assert!(matches!(damaged, Err(CameraError::Damaged { at: 5, .. })));
    assert!(matches!(read("avi", &[]), Err(CameraError::Ending { .. })));
}
