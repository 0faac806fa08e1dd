//! Conformance: networks recorded from Lava are built, run and compared with what was recorded.
//!
//! One file is one network ([`mod@file`]). Its processes are made by the registry ([`kinds`]) and
//! reached through dynamic ports and Vars ([`handle`], [`port`], [`var`], [`adapted_var`], [`channel`]); [`build`]
//! connects them, [`run`] plays the schedule, [`compare`] finds the first difference. A kind of
//! process that the registry does not know makes a file unsupported, which is no failure.

pub mod adapted_var;
pub mod array;
pub mod build;
pub mod channel;
pub mod compare;
pub mod config;
pub mod file;
pub mod handle;
pub mod kinds;
pub mod port;
pub mod run;
pub mod sum;
pub mod var;

#[cfg(test)]
mod tests;

use std::fmt;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use file::Trace;

/// The result of one file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Everything is as recorded.
    Pass,
    /// The first difference, or the mistake in the file or the network.
    Fail(String),
    /// The needs of the file that the registry does not meet.
    Unsupported(Vec<String>),
}

impl Outcome {
    /// The line that reports this outcome of the file `name`.
    pub fn line(&self, name: &str) -> String {
        match self {
            Outcome::Pass => format!("pass {name}"),
            Outcome::Fail(why) => format!("fail {name}: {why}"),
            Outcome::Unsupported(what) => format!("unsupported {name}: {}", what.join(", ")),
        }
    }
}

/// Numbers of files that passed, failed and were skipped as unsupported.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Totals {
    /// As recorded.
    pub passed: usize,
    /// Not as recorded.
    pub failed: usize,
    /// Unsupported.
    pub skipped: usize,
}

impl Totals {
    /// Counts one more file.
    pub fn count(&mut self, outcome: &Outcome) {
        match outcome {
            Outcome::Pass => self.passed += 1,
            Outcome::Fail(_) => self.failed += 1,
            Outcome::Unsupported(_) => self.skipped += 1,
        }
    }
}

impl fmt::Display for Totals {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Totals {
            passed,
            failed,
            skipped,
        } = self;
        write!(f, "{passed} passed, {failed} failed, {skipped} skipped")
    }
}

/// The traces in a folder, `*.json`, sorted by name.
///
/// # Errors
/// If the folder cannot be read or has no traces.
pub fn traces(folder: &Path) -> Result<Vec<PathBuf>> {
    let entries = folder
        .read_dir()
        .with_context(|| format!("cannot read {}", folder.display()))?;
    let mut paths = entries
        .map(|entry| Ok(entry?.path()))
        .collect::<Result<Vec<_>>>()
        .with_context(|| format!("cannot list {}", folder.display()))?;
    paths.retain(|path| {
        path.extension()
            .is_some_and(|extension| extension == "json")
    });
    paths.sort();
    anyhow::ensure!(!paths.is_empty(), "no *.json in {}", folder.display());
    Ok(paths)
}

/// The name that a trace is reported under: its file's, without the extension.
pub fn name(path: &Path) -> String {
    path.file_stem()
        .unwrap_or_default()
        .to_string_lossy()
        .into_owned()
}

/// Reads, builds, runs and compares one file. `workers` is how many threads run the network;
/// `None` leaves it to the library.
pub fn check_file(path: &Path, workers: Option<usize>) -> Outcome {
    outcome(|| check(&Trace::read(path)?, workers))
}

/// [`check_file`] for a trace that has been read.
pub fn check_trace(trace: &Trace, workers: Option<usize>) -> Outcome {
    outcome(|| check(trace, workers))
}

fn check(trace: &Trace, workers: Option<usize>) -> Result<Outcome> {
    let unsupported = build::unsupported(trace);
    if !unsupported.is_empty() {
        return Ok(Outcome::Unsupported(unsupported));
    }
    let network = build::build(trace, workers)?;
    let played = run::play(trace, &network)?;
    Ok(match compare::first_difference(trace, &played)? {
        None => Outcome::Pass,
        Some(difference) => Outcome::Fail(difference.to_string()),
    })
}

/// An error is a failure, told in one line.
fn outcome(check: impl FnOnce() -> Result<Outcome>) -> Outcome {
    check().unwrap_or_else(|error| {
        let words = format!("{error:#}");
        Outcome::Fail(words.split_whitespace().collect::<Vec<_>>().join(" "))
    })
}
