//! Tables of spikes.

use std::path::Path;

use super::{Columns, TableError, TextTable, ending, index};
use crate::Result;
use crate::io::ReadLimits;
use crate::proc::Events;
use crate::units::Time;

/// The memory that a spike takes while a table is read, in bytes.
const SPIKE: usize = 64;

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
        let table = open(path.as_ref(), limits)?;
        let (unit, spikes) = spikes(&table)?;
        if unit != Unit::Steps {
            let what = "the table has times; read it by `Events::read_times` with a time step";
            return Err(table.error(1, what).into());
        }
        let mut steps = Vec::with_capacity(spikes.len());
        for (line, step, neuron) in spikes {
            steps.push((index(&table, line, step)? as u64, neuron));
        }
        Ok(Events::from_steps(steps))
    }

    /// Reads spikes at times: a table with the columns `time` in ms, or `timestamp` in s, and `neuron`. Spikes
    /// of a neuron in one step are one.
    ///
    /// # Errors
    /// As [`read`](Events::read), and if a time is before the first step of `dt`.
    pub fn read_times(path: impl AsRef<Path>, dt: Time) -> Result<Events> {
        let table = open(path.as_ref(), &ReadLimits::new())?;
        let (unit, spikes) = spikes(&table)?;
        let neurons = spikes.iter().map(|(_, _, neuron)| neuron + 1).max();
        table.check(neurons.unwrap_or(0), SPIKE)?;
        let mut trains = vec![Vec::new(); neurons.unwrap_or(0)];
        for (_, time, neuron) in spikes {
            let factor = match unit {
                Unit::Steps => dt.in_ms(),
                Unit::Milliseconds => 1.0,
                Unit::Seconds => 1000.0,
            };
            trains[neuron].push(time * factor);
        }
        Events::merging_times(trains, dt.in_ms())
    }
}

fn open(path: &Path, limits: &ReadLimits) -> Result<TextTable, TableError> {
    match ending(path).as_str() {
        "csv" | "tsv" | "txt" => TextTable::read(path, limits),
        _ => Err(TableError::Ending {
            path: path.display().to_string(),
            endings: "`.csv`, `.tsv` or `.txt`",
        }),
    }
}

/// The line, the step or time, and the neuron of each spike.
fn spikes(table: &TextTable) -> Result<(Unit, Vec<(usize, f64, usize)>), TableError> {
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
    let mut found = None;
    for (unit, names) in TIMES {
        if let Ok(columns) = Columns::new(table, &[names, NEURON], 2) {
            found = Some((unit, columns));
            break;
        }
    }
    let Some((unit, columns)) = found else {
        let what = "there are no columns `step` and `neuron`, nor `time` and `neuron`";
        return Err(table.error(1, what));
    };
    let mut spikes = Vec::new();
    for (line, content) in table.lines('#').skip(usize::from(columns.has_header)) {
        let [time, neuron] = columns.numbers(table, (line, content))?;
        let neuron = index(table, line, neuron.unwrap_or(-1.0))?;
        table.check(spikes.len() + 1, SPIKE)?;
        spikes.push((line, time.unwrap_or(0.0), neuron));
    }
    Ok((unit, spikes))
}
