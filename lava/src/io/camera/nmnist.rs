//! The files of N-MNIST and N-Caltech101: 5 bytes an event.
//!
//! Source: Orchard, Jayawant, Cohen, Thakor (2015), *Converting Static Image Datasets to Spiking
//! Neuromorphic Datasets Using Saccades*, and the description of the data set.

use super::CameraEvent;
use super::blocks::{BoundedEvents, EventFormat, Mistake, Opened, RecordingBytes};

/// The row of an event that says that the clock has overflown.
const OVERFLOW: u8 = 240;
/// The time that passes with each, in µs.
const PERIOD: u64 = 1 << 13;

/// The column, the row, a bit of the polarity and 23 of the time in µs, the highest byte first.
#[derive(Default)]
struct NmnistEvents {
    /// The time that has passed at overflows, in µs.
    passed: u64,
}

pub(super) fn open(_: &mut RecordingBytes, _: u64) -> Result<Opened, Mistake> {
    Ok((Box::new(NmnistEvents::default()), None))
}

impl EventFormat for NmnistEvents {
    fn read(
        &mut self,
        file: &mut RecordingBytes,
        events: &mut BoundedEvents,
    ) -> Result<bool, Mistake> {
        let block = file.block(5)?;
        for [x, y, high, middle, low] in block.as_chunks::<5>().0 {
            if *y == OVERFLOW {
                self.passed += PERIOD;
                continue;
            }
            let time = u32::from_be_bytes([0, high & 0x7f, *middle, *low]);
            events.push(CameraEvent {
                time: self.passed + u64::from(time),
                x: u16::from(*x),
                y: u16::from(*y),
                on: high & 0x80 != 0,
            })?;
        }
        Ok(!block.is_empty())
    }
}
