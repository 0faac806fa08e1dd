//! Recordings of event cameras.
//!
//! | file | camera or data set | |
//! |---|---|---|
//! | `.aedat4` | iniVation, DV | events of polarity; uncompressed, LZ4 and Zstandard |
//! | `.dat` | Prophesee | events of change detection |
//! | `.bin` | N-MNIST, N-Caltech101 | 5 bytes an event |
//!
//! A [`SpikeTrain`](crate::proc::SpikeTrain) plays them:
//!
//! ```no_run
//! use lava::io::CameraEvents;
//! use lava::prelude::*;
//! use lava::proc::SpikeTrain;
//! use lava::units::ms;
//!
//! # fn main() -> lava::Result<()> {
//! let recording = CameraEvents::read("hand.aedat4")?;
//! let net = Network::<Loihi1SimCfg>::new();
//! let input = SpikeTrain::shape(recording.shape()).events(recording.spikes(1.0 * ms)?);
//! let input = net.add(input)?;
//! # net.stop()
//! # }
//! ```
//!
//! [`CameraEvents`] has all events in memory, 16 bytes each. A long recording stays in its file: a [`CameraFile`] is
//! read by blocks of 64 KiB, and of AEDAT 4 by packets, while a [`Generator`](crate::proc::io::Generator) plays it.

mod aedat4;
mod blocks;
mod dat;
mod file;
mod nmnist;
#[cfg(test)]
mod tests;

use std::path::Path;

use blocks::CameraReader;
pub use file::CameraFile;

use super::limits::ReadLimits;
use crate::Result;
use crate::proc::Events;
use crate::units::Time;

/// A recording of an event camera cannot be read.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum CameraError {
    /// The file system refuses.
    #[error("`{path}` cannot be read: {cause}")]
    File {
        /// The file.
        path: String,
        /// The error of the operating system.
        cause: std::io::Error,
    },
    /// The ending of the name is that of no format.
    #[error("`{path}` is no recording of a camera: its name ends with `.aedat4`, `.dat` or `.bin`")]
    Ending {
        /// The file.
        path: String,
    },
    /// The file is damaged, or of another format than its name says.
    #[error("`{path}` is no such recording, or it is damaged, at byte {at}: {what}")]
    Damaged {
        /// The file.
        path: String,
        /// The place.
        at: u64,
        /// The mistake, in words.
        what: String,
    },
    /// The recording takes more memory than the limit.
    #[error(
        "`{path}` takes more than the limit of {limit} bytes; if you trust the file, raise the limit with `ReadLimits::bytes`"
    )]
    Large {
        /// The file.
        path: String,
        /// The limit, in bytes.
        limit: u64,
    },
}

crate::from_cause!(CameraError);

/// An event: the brightness of a pixel has changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CameraEvent {
    /// The time in µs, by the clock of the camera.
    pub time: u64,
    /// The column of the pixel, from the left.
    pub x: u16,
    /// The row of the pixel, from the top.
    pub y: u16,
    /// `true` if it has become brighter.
    pub on: bool,
}

/// A recording of an event camera.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CameraEvents {
    size: SensorSize,
    events: Vec<CameraEvent>,
}

impl CameraEvents {
    /// A recording of a camera of `width` times `height` pixels. Events are put into the order of time.
    pub fn new(width: u16, height: u16, mut events: Vec<CameraEvent>) -> CameraEvents {
        // Sorting takes memory, and most recordings are in order.
        if !events.is_sorted_by_key(|event| event.time) {
            events.sort_by_key(|event| event.time);
        }
        CameraEvents {
            size: SensorSize { width, height },
            events,
        }
    }

    /// Reads a recording in the format that the ending of the name says.
    ///
    /// # Errors
    /// [`CameraError`] if the file cannot be read, or is damaged.
    pub fn read(path: impl AsRef<Path>) -> Result<CameraEvents, CameraError> {
        CameraEvents::read_with(path, &ReadLimits::new())
    }

    /// Reads a recording within `limits`.
    ///
    /// # Errors
    /// As [`read`](CameraEvents::read).
    pub fn read_with(
        path: impl AsRef<Path>,
        limits: &ReadLimits,
    ) -> Result<CameraEvents, CameraError> {
        let mut reader = CameraReader::open(path.as_ref(), limits)?;
        let (mut size, mut events) = (SensorSize::new(reader.size), Vec::new());
        while reader.read(&mut events)? {}
        events.iter().for_each(|event| size.include(event));
        Ok(CameraEvents::new(size.width, size.height, events))
    }

    /// The shape of the spikes: `[2, height, width]`, of which the first plane has the pixels that become
    /// darker.
    pub fn shape(&self) -> [usize; 3] {
        self.size.shape()
    }

    /// The events in the order of time.
    pub fn events(&self) -> &[CameraEvent] {
        &self.events
    }

    /// The events as spikes in steps of `dt`, the first in step 1: of neurons in row-major order of
    /// [`shape`](CameraEvents::shape). Events of a pixel in one step are one spike, as
    /// [`Events::merged`] counts.
    ///
    /// # Errors
    /// If `dt` is not a finite time above zero.
    pub fn spikes(&self, dt: Time) -> Result<Events> {
        let first = self.events.first().map_or(0, |event| event.time);
        let places = SpikePlaces::new(self.shape(), first, dt)?;
        let spike = |event: &CameraEvent| (places.step(event), places.neuron(event));
        Ok(Events::from_steps(self.events.iter().map(spike)))
    }
}

/// The width and height of a camera: those that its file says, or as many as have events.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct SensorSize {
    width: u16,
    height: u16,
}

impl SensorSize {
    fn new(declared: Option<(u16, u16)>) -> SensorSize {
        let (width, height) = declared.unwrap_or_default();
        SensorSize { width, height }
    }

    fn include(&mut self, event: &CameraEvent) {
        self.width = self.width.max(event.x.saturating_add(1));
        self.height = self.height.max(event.y.saturating_add(1));
    }

    fn shape(self) -> [usize; 3] {
        [2, usize::from(self.height), usize::from(self.width)]
    }
}

/// Steps and neurons of events.
struct SpikePlaces {
    height: usize,
    width: usize,
    /// The time of the first step, in µs.
    first: u64,
    /// The time step in µs.
    dt: f64,
}

impl SpikePlaces {
    fn new([_, height, width]: [usize; 3], first: u64, dt: Time) -> Result<SpikePlaces> {
        let microseconds = dt.in_ms() * 1000.0;
        if !(microseconds > 0.0 && microseconds.is_finite()) {
            let message = format!("the time step is {dt}; give a positive number: `1.0 * ms`");
            return Err(crate::Error::model(message));
        }
        Ok(SpikePlaces {
            height,
            width,
            first,
            dt: microseconds,
        })
    }

    fn step(&self, event: &CameraEvent) -> u64 {
        let since = event.time.saturating_sub(self.first) as f64;
        ((since / self.dt) as u64).saturating_add(1)
    }

    fn neuron(&self, event: &CameraEvent) -> usize {
        let plane = usize::from(event.on) * self.height + usize::from(event.y);
        plane * self.width + usize::from(event.x)
    }
}
