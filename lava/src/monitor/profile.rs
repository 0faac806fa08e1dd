//! Profiles: the time and messages of each model.

use std::fmt;
use std::time::Duration;

use crate::process::WIDEST_NAME;

/// The measurements of a network's models: see [`Network::profile`](crate::Network::profile).
///
/// Its `Display` is a table, the model with the longest time first.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct Profile {
    /// A row for each model; a sharded process has several.
    pub rows: Vec<ProfileRow>,
}

/// The measurements of one model.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct ProfileRow {
    /// The process.
    pub process: String,
    /// The type of the model.
    pub model: &'static str,
    /// The index of its worker.
    pub worker: usize,
    /// The number of steps that were measured.
    pub steps: u64,
    /// The time of these steps, all phases together.
    pub time: Duration,
    /// The number of spikes and numbers that it has sent. Contributions to a shared accumulator are
    /// counted for each of its processes.
    pub sent: u64,
}

impl Profile {
    /// The time of all models, summed over the workers.
    pub fn time(&self) -> Duration {
        self.rows.iter().map(|row| row.time).sum()
    }
}

impl fmt::Display for Profile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let total = self.time().as_secs_f64();
        let mut rows: Vec<&ProfileRow> = self.rows.iter().collect();
        rows.sort_by_key(|row| std::cmp::Reverse(row.time));
        let width = |column: fn(&ProfileRow) -> usize, head: &str| {
            rows.iter()
                .map(|row| column(row))
                .max()
                .unwrap_or(0)
                .max(head.len())
                .min(WIDEST_NAME)
        };
        let processes = width(|row| row.process.chars().count(), "process");
        let models = width(|row| row.model.len(), "model");
        writeln!(
            f,
            "{:<processes$}  {:<models$}  worker    time, %    ns/step  sent/step",
            "process", "model"
        )?;
        for row in rows {
            let steps = row.steps.max(1) as f64;
            let (time, sent) = (row.time.as_secs_f64(), row.sent as f64);
            let share = if total > 0.0 {
                100.0 * time / total
            } else {
                0.0
            };
            writeln!(
                f,
                "{:<processes$}  {:<models$}  {:>6}  {share:>9.1}  {:>9.0}  {:>9.1}",
                row.process,
                row.model,
                row.worker,
                1e9 * time / steps,
                sent / steps,
            )?;
        }
        Ok(())
    }
}
