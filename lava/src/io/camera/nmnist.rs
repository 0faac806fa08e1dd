//! The files of N-MNIST and N-Caltech101: 5 bytes an event.
//!
//! Source: Orchard, Jayawant, Cohen, Thakor (2015), *Converting Static Image Datasets to Spiking
//! Neuromorphic Datasets Using Saccades*, and the description of the data set.

use super::{Allowed, CameraEvent, Found, Mistake, mistake};

/// The row of an event that says that the clock has overflown.
const OVERFLOW: u8 = 240;
/// The time that passes with each, in µs.
const PERIOD: u64 = 1 << 13;

/// The column, the row, a bit of the polarity and 23 of the time in µs, the highest byte first.
pub(super) fn parse(bytes: &[u8], allowed: &Allowed) -> Result<Found, Mistake> {
    let (events, rest) = bytes.as_chunks::<5>();
    if !rest.is_empty() {
        let what = format!("{} bytes are left behind events of 5", rest.len());
        return Err(mistake(bytes.len() - rest.len(), what));
    }
    let mut found = Found::default();
    let mut passed = 0;
    for [x, y, high, middle, low] in events {
        if *y == OVERFLOW {
            passed += PERIOD;
            continue;
        }
        allowed.check(&found.events)?;
        let time = u32::from_be_bytes([0, high & 0x7f, *middle, *low]);
        found.events.push(CameraEvent {
            time: passed + u64::from(time),
            x: u16::from(*x),
            y: u16::from(*y),
            on: high & 0x80 != 0,
        });
    }
    Ok(found)
}
