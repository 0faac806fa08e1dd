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

mod aedat4;
mod dat;
mod nmnist;
#[cfg(test)]
mod tests;

use std::path::Path;

use super::limits::ReadLimits;
use crate::Result;
use crate::proc::Events;
use crate::units::Time;

/// A recording of an event camera cannot be read.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum CameraError {
    /// The file system refuses.
    #[error("`{path}`: {cause}")]
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
        at: usize,
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
    width: u16,
    height: u16,
    events: Vec<CameraEvent>,
}

/// Events of a file, and the size that it says.
#[derive(Default)]
struct Found {
    /// The width and height that the file says.
    size: Option<(u16, u16)>,
    events: Vec<CameraEvent>,
}

/// A mistake in a file: its place, and what it is; `None` for one that takes too much memory.
type Mistake = Option<(usize, String)>;

/// A mistake at a place.
fn mistake(at: usize, what: impl Into<String>) -> Mistake {
    Some((at, what.into()))
}

/// The events that a limit of memory allows.
struct Allowed(u64);

impl Allowed {
    /// Fails if one more event takes more than the limit.
    fn check(&self, events: &[CameraEvent]) -> Result<(), Mistake> {
        let bytes = (events.len() as u64 + 1) * size_of::<CameraEvent>() as u64;
        if bytes <= self.0 { Ok(()) } else { Err(None) }
    }
}

impl CameraEvents {
    /// A recording of a camera of `width` times `height` pixels. Events are put into the order of time.
    pub fn new(width: u16, height: u16, mut events: Vec<CameraEvent>) -> CameraEvents {
        events.sort_by_key(|event| event.time);
        CameraEvents {
            width,
            height,
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
        let path = path.as_ref();
        let name = path.display().to_string();
        let ending = path.extension().unwrap_or_default();
        let parse: fn(&[u8], &Allowed) -> Result<Found, Mistake> =
            match ending.to_string_lossy().to_lowercase().as_str() {
                "aedat4" => aedat4::parse,
                "dat" => dat::parse,
                "bin" => nmnist::parse,
                _ => return Err(CameraError::Ending { path: name }),
            };
        let of_file = |cause| CameraError::File {
            path: name.clone(),
            cause,
        };
        let (len, limit) = limits.of_path(path).map_err(of_file)?;
        if len > limit {
            return Err(CameraError::Large { path: name, limit });
        }
        let bytes = std::fs::read(path).map_err(of_file)?;
        let found = parse(&bytes, &Allowed(limit)).map_err(|mistake| match mistake {
            Some((at, what)) => CameraError::Damaged {
                path: name.clone(),
                at,
                what,
            },
            None => CameraError::Large {
                path: name.clone(),
                limit,
            },
        })?;
        Ok(found.recording())
    }

    /// The shape of the spikes: `[2, height, width]`, of which the first plane has the pixels that become
    /// darker.
    pub fn shape(&self) -> [usize; 3] {
        [2, usize::from(self.height), usize::from(self.width)]
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
        let microseconds = dt.in_ms() * 1000.0;
        if !(microseconds > 0.0 && microseconds.is_finite()) {
            let message = format!("the time step is {dt}; give a positive number: `1.0 * ms`");
            return Err(crate::Error::model(message));
        }
        let first = self.events.first().map_or(0, |event| event.time);
        let [_, height, width] = self.shape();
        let spike = |event: &CameraEvent| {
            let since = (event.time - first) as f64;
            let plane = usize::from(event.on) * height + usize::from(event.y);
            let neuron = plane * width + usize::from(event.x);
            (((since / microseconds) as u64).saturating_add(1), neuron)
        };
        Ok(Events::from_steps(self.events.iter().map(spike)))
    }
}

impl Found {
    /// The recording, with as many pixels as the file says, or as have events.
    fn recording(self) -> CameraEvents {
        let size = |of: fn(&CameraEvent) -> u16| {
            let last = self.events.iter().map(of).max();
            last.map_or(0, |last| last.saturating_add(1))
        };
        let (width, height) = (size(|event| event.x), size(|event| event.y));
        let (declared_width, declared_height) = self.size.unwrap_or_default();
        CameraEvents::new(
            width.max(declared_width),
            height.max(declared_height),
            self.events,
        )
    }
}
