//! Recordings that stay in their file.

use std::ops::RangeInclusive;
use std::path::{Path, PathBuf};

use super::blocks::CameraReader;
use super::{CameraError, CameraEvent, SensorSize, SpikePlaces};
use crate::Result;
use crate::io::ReadLimits;
use crate::proc::io::Rows;
use crate::process::Spike;
use crate::units::Time;

/// A recording of an event camera that stays in its file: one block of it is in memory.
///
/// [`open`](CameraFile::open) reads all of the file once, so that a damage is known before a run.
///
/// ```no_run
/// use lava::io::CameraFile;
/// use lava::prelude::*;
/// use lava::proc::io::Generator;
/// use lava::units::ms;
///
/// # fn main() -> lava::Result<()> {
/// let recording = CameraFile::open("an-hour.dat")?;
/// let net = Network::<Loihi1SimCfg>::new();
/// let input = net.add(Generator::rows(recording.rows(1.0 * ms)?).pause_at_end(true))?;
/// # net.stop()
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct CameraFile {
    path: PathBuf,
    limits: ReadLimits,
    size: SensorSize,
    events: u64,
    times: Option<RangeInclusive<u64>>,
    /// The number of the first event that is earlier than the one before it, from 0.
    late: Option<u64>,
}

impl CameraFile {
    /// Reads a recording, in the format that the ending of the name says, block by block.
    ///
    /// # Errors
    /// [`CameraError`] if the file cannot be read, or is damaged.
    pub fn open(path: impl AsRef<Path>) -> Result<CameraFile, CameraError> {
        CameraFile::open_with(path, &ReadLimits::new())
    }

    /// Reads a recording, of which a block is within `limits`.
    ///
    /// # Errors
    /// As [`open`](CameraFile::open).
    pub fn open_with(
        path: impl AsRef<Path>,
        limits: &ReadLimits,
    ) -> Result<CameraFile, CameraError> {
        let mut reader = CameraReader::open(path.as_ref(), limits)?;
        let mut file = CameraFile {
            path: path.as_ref().to_owned(),
            limits: *limits,
            size: SensorSize::new(reader.size),
            events: 0,
            times: None,
            late: None,
        };
        let (mut block, mut last) = (Vec::new(), 0);
        while reader.read(&mut block)? {
            for event in block.drain(..) {
                file.include(&event, last);
                last = event.time;
            }
        }
        Ok(file)
    }

    /// Counts an event, which follows one at the time `last`.
    fn include(&mut self, event: &CameraEvent, last: u64) {
        if event.time < last && self.late.is_none() {
            self.late = Some(self.events);
        }
        let times = self.times.take().unwrap_or(event.time..=event.time);
        self.times = Some(event.time.min(*times.start())..=event.time.max(*times.end()));
        self.size.include(event);
        self.events += 1;
    }

    /// The shape of the spikes: `[2, height, width]`, of which the first plane has the pixels that become
    /// darker.
    pub fn shape(&self) -> [usize; 3] {
        self.size.shape()
    }

    /// Returns the number of events.
    pub fn len(&self) -> u64 {
        self.events
    }

    /// Returns `true` if there are no events.
    pub fn is_empty(&self) -> bool {
        self.events == 0
    }

    /// The first and the last time in µs, by the clock of the camera; `None` if there are no events.
    pub fn times(&self) -> Option<RangeInclusive<u64>> {
        self.times.clone()
    }

    /// Spikes for a [`Generator`](crate::proc::io::Generator), which has the [`shape`](CameraFile::shape): those of
    /// [`CameraEvents::spikes`](super::CameraEvents::spikes), read from the file while the network runs. They are those
    /// of the step, also after a reset or a restoration.
    ///
    /// # Errors
    /// If `dt` is not a finite time above zero, or the events are not in the order of time: only
    /// [`CameraEvents`](super::CameraEvents) sorts them. A run ends with [`CameraError`] where the file has been altered.
    pub fn rows(&self, dt: Time) -> Result<Rows<Spike>> {
        if let Some(late) = self.late {
            return Err(crate::Error::model(format!(
                "event {late} of `{}` is earlier than the one before it; read the recording with `CameraEvents::read`, \
                 which sorts",
                self.path.display()
            )));
        }
        let first = self.times.as_ref().map_or(0, |times| *times.start());
        let mut player = Player {
            places: SpikePlaces::new(self.shape(), first, dt)?,
            file: self.clone(),
            reader: None,
            block: Vec::new(),
            next: 0,
            step: 0,
        };
        Ok(Rows::from_writer(self.shape(), move |step, row| {
            player.write(step, row)
        }))
    }
}

/// A recording that is played step by step.
struct Player {
    file: CameraFile,
    places: SpikePlaces,
    /// `None` before the first step.
    reader: Option<CameraReader>,
    block: Vec<CameraEvent>,
    /// The first event of the block that has not been played.
    next: usize,
    /// The last step.
    step: u64,
}

impl Player {
    /// Writes the spikes of a step. Returns `false` if none are left.
    fn write(&mut self, step: u64, row: &mut [bool]) -> Result<bool> {
        if step <= self.step {
            self.reader = None;
        }
        self.step = step;
        let mut is_left = false;
        while let Some(event) = self.event()? {
            let at = self.places.step(&event);
            if at > step {
                return Ok(true);
            }
            self.next += 1;
            if at == step {
                is_left = true;
                let spike = row.get_mut(self.places.neuron(&event));
                *spike.ok_or_else(|| self.altered())? = true;
            }
        }
        Ok(is_left)
    }

    /// The next event, which stays the next; `None` at the end.
    fn event(&mut self) -> Result<Option<CameraEvent>> {
        let reader = match &mut self.reader {
            Some(reader) => reader,
            None => {
                self.block.clear();
                self.next = 0;
                let file = &self.file;
                self.reader
                    .insert(CameraReader::open(&file.path, &file.limits)?)
            }
        };
        while self.next >= self.block.len() {
            self.block.clear();
            self.next = 0;
            if !reader.read(&mut self.block)? {
                return Ok(None);
            }
        }
        Ok(self.block.get(self.next).copied())
    }

    fn altered(&self) -> crate::Error {
        let path = self.file.path.display();
        crate::Error::model(format!("`{path}` has been altered since it was opened"))
    }
}
