//! What the models of a network cost.

use std::fmt;
use std::time::Duration;

/// What the models of a network have done and how long it took: see
/// [`Network::profile`](crate::Network::profile).
///
/// Printed, it is a table, the models that took longest first.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Profile {
    /// A row for each model; a process that is cut has several.
    pub rows: Vec<ProfileRow>,
}

/// What one model has done.
#[derive(Clone, Debug, PartialEq)]
pub struct ProfileRow {
    /// The process.
    pub process: String,
    /// The type of the model.
    pub model: &'static str,
    /// The worker that runs it.
    pub worker: usize,
    /// How many steps were measured.
    pub steps: u64,
    /// How long they took, all phases.
    pub time: Duration,
    /// How many spikes and numbers it has sent. What several processes add to one sum is counted
    /// with each of them.
    pub sent: u64,
}

impl Profile {
    /// The time that all models took, on all workers together.
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
