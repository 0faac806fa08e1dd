//! Recordings as files.

use std::path::Path;

use crate::Result;
use crate::monitor::files;
use crate::proc::Events;

impl Events {
    /// Writes the spikes to a file, in the formats of [`SpikeProbe::save`](crate::monitor::SpikeProbe::save).
    ///
    /// # Errors
    /// As [`SpikeProbe::save`](crate::monitor::SpikeProbe::save).
    pub fn save(&self, path: impl AsRef<Path>) -> Result<()> {
        Ok(files::save_events(path.as_ref(), self.iter(), self.dt())?)
    }
}
