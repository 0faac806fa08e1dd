//! Tables of spikes.

use std::path::Path;

use super::{Columns, TableError, TextTable, ending};
use crate::Result;
use crate::io::ReadLimits;
use crate::proc::Events;
use crate::units::Time;

/// The memory that a spike takes while a table is read, in bytes.
const SPIKE: usize = 64;
/// The memory that the times of a neuron take beside, in bytes.
const TRAIN: usize = 2 * size_of::<Vec<f64>>();

/// The times of a table.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Unit {
    Steps,
    Milliseconds,
    Seconds,
}

impl Events {
    /// Reads spikes: a table with the columns `step` and `neuron`, of steps from 1 and neurons from 0, as
    /// [`SpikeProbe::save`](crate::monitor::SpikeProbe::save) writes it. Without names of columns these two come
    /// first.
    ///
    /// ```
    /// use lava::proc::Events;
    ///
    /// # fn main() -> lava::Result<()> {
    /// # let path = std::env::temp_dir().join(format!("lava-spikes-{}.csv", std::process::id()));
    /// std::fs::write(&path, "step,neuron\n1,0\n3,1\n")?;
    /// assert_eq!(Events::read(&path)?, Events::from_steps([(1, 0), (3, 1)]));
    /// # std::fs::remove_file(&path)?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// [`TableError`] if the file cannot be read, with the line that is wrong, also for a table of times: they
    /// need a time step, [`read_times`](Events::read_times).
    pub fn read(path: impl AsRef<Path>) -> Result<Events> {
        Events::read_with(path, &ReadLimits::new())
    }

    /// Reads spikes within `limits`.
    ///
    /// # Errors
    /// As [`read`](Events::read).
    pub fn read_with(path: impl AsRef<Path>, limits: &ReadLimits) -> Result<Events> {
        let mut table = SpikeLines::open(path.as_ref(), limits)?;
        let mut steps = Vec::new();
        while let Some((step, neuron)) = table.next()? {
            if table.unit != Unit::Steps {
                let what = "the table has times; read it by `Events::read_times` with a time step";
                return Err(table.text.error(what).into());
            }
            table.text.check([(steps.len() + 1, SPIKE)])?;
            steps.push((table.text.index(step)? as u64, neuron));
        }
        Ok(Events::from_steps(steps))
    }

    /// Reads spikes at times: a table with the columns `time` in ms, or `timestamp` in s, and `neuron`. Spikes
    /// of a neuron in one step are one.
    ///
    /// # Errors
    /// As [`read`](Events::read), and if a time is before the first step of `dt`.
    pub fn read_times(path: impl AsRef<Path>, dt: Time) -> Result<Events> {
        Events::read_times_with(path, dt, &ReadLimits::new())
    }

    /// Reads spikes at times, within `limits`.
    ///
    /// # Errors
    /// As [`read_times`](Events::read_times).
    pub fn read_times_with(
        path: impl AsRef<Path>,
        dt: Time,
        limits: &ReadLimits,
    ) -> Result<Events> {
        let mut table = SpikeLines::open(path.as_ref(), limits)?;
        let factor = match table.unit {
            Unit::Steps => dt.in_ms(),
            Unit::Milliseconds => 1.0,
            Unit::Seconds => 1000.0,
        };
        let (mut trains, mut count) = (Vec::new(), 0);
        while let Some((time, neuron)) = table.next()? {
            count += 1;
            let neurons = trains.len().max(neuron + 1);
            table.text.check([(count, SPIKE), (neurons, TRAIN)])?;
            trains.resize_with(neurons, Vec::new);
            trains[neuron].push(time * factor);
        }
        Events::merging_times(trains, dt.in_ms())
    }
}

/// A table of spikes that is read line by line.
struct SpikeLines {
    text: TextTable,
    unit: Unit,
    columns: Columns,
}

impl SpikeLines {
    fn open(path: &Path, limits: &ReadLimits) -> Result<SpikeLines, TableError> {
        const NEURON: &[&str] = &[
            "neuron",
            "id",
            "neuron_id",
            "node_id",
            "node_ids",
            "senders",
            "i",
        ];
        const TIMES: [(Unit, &[&str]); 3] = [
            (Unit::Steps, &["step", "steps", "time_step"]),
            (Unit::Milliseconds, &["time", "times", "t", "time_ms"]),
            (Unit::Seconds, &["timestamp", "timestamps", "time_s"]),
        ];
        if !matches!(ending(path).as_str(), "csv" | "tsv" | "txt") {
            return Err(TableError::Ending {
                path: path.display().to_string(),
                endings: "`.csv`, `.tsv` or `.txt`",
            });
        }
        let mut text = TextTable::open(path, '#', limits)?;
        text.is_pending = text.advance()?;
        let found = TIMES.iter().find_map(|(unit, names)| {
            let columns = Columns::new(&text, &[names, NEURON], 2);
            Some((*unit, columns.ok()?))
        });
        let Some((unit, columns)) = found else {
            let what = "there are no columns `step` and `neuron`, nor `time` and `neuron`";
            return Err(text.error(what));
        };
        text.is_pending &= !columns.has_header;
        Ok(SpikeLines {
            text,
            unit,
            columns,
        })
    }

    /// The step or time, and the neuron, of the next spike.
    fn next(&mut self) -> Result<Option<(f64, usize)>, TableError> {
        if !self.text.advance()? {
            return Ok(None);
        }
        let [time, neuron] = self.columns.numbers(&self.text)?;
        let neuron = self.text.index(neuron.unwrap_or(0.0))?;
        Ok(Some((time.unwrap_or(0.0), neuron)))
    }
}
