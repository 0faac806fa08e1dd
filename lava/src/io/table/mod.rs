//! Tables as text: connections and spikes.
//!
//! | file | contents | read by | written by |
//! |---|---|---|---|
//! | `.csv`, `.tsv` | `source,target,weight,delay` | [`Synapses::read`](crate::proc::synapse::Synapses::read) | [`Synapses::save`](crate::proc::synapse::Synapses::save) |
//! | `.mtx` | a Matrix Market matrix of weights, `[targets, sources]` | the same | the same |
//! | `.csv`, `.tsv` | `step,neuron` | [`Events::read`](crate::proc::Events::read), [`read_times`](crate::proc::Events::read_times) | [`SpikeProbe::save`](crate::monitor::SpikeProbe::save) |
//!
//! Fields are separated by commas, semicolons, tabs or spaces; `#` begins a comment. The first line may name the
//! columns, in any order. A file is read line by line, of at most 1 MiB each, and takes the memory of what is made
//! of it.

mod connections;
mod spikes;

use std::mem::take;
use std::path::Path;

use lava_core::files;

use super::limits::ReadLimits;
use super::lines::{LineError, Lines};

/// A table cannot be read or written.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum TableError {
    /// The file system refuses.
    #[error("`{path}` cannot be {}: {cause}", files::attempted(cause))]
    File {
        /// The file.
        path: String,
        /// The error of the operating system.
        cause: std::io::Error,
    },
    /// The ending of the name is that of no format.
    #[error("`{path}` is no table: its name ends with {endings}")]
    Ending {
        /// The file.
        path: String,
        /// The endings that are known.
        endings: &'static str,
    },
    /// A line is wrong.
    #[error("`{path}`, line {line}: {what}")]
    Line {
        /// The file.
        path: String,
        /// The line, from 1.
        line: usize,
        /// The mistake, in words.
        what: String,
    },
    /// The table takes more memory than the limit.
    #[error(
        "`{path}` takes more than the limit of {limit} bytes; if you trust the file, raise the limit with `ReadLimits::bytes`"
    )]
    Large {
        /// The file.
        path: String,
        /// The limit, in bytes.
        limit: u64,
    },
    /// The format has no place for something.
    #[error("`{path}` cannot hold {what}")]
    Format {
        /// The file.
        path: String,
        /// The part that it cannot hold.
        what: &'static str,
    },
}

crate::from_cause!(TableError);

/// A table that is read line by line.
struct TextTable {
    path: String,
    lines: Lines,
    /// The letter that begins a comment.
    comment: char,
    /// The line that was read last is still to be visited.
    is_pending: bool,
    /// The memory that reading may take, in bytes.
    limit: u64,
}

impl TextTable {
    fn open(path: &Path, comment: char, limits: &ReadLimits) -> Result<TextTable, TableError> {
        let name = path.display().to_string();
        let failed = |cause| TableError::File {
            path: name.clone(),
            cause,
        };
        let (file, _, limit) = limits.open(path).map_err(failed)?;
        Ok(TextTable {
            lines: Lines::new(file),
            path: name,
            comment,
            is_pending: false,
            limit,
        })
    }

    /// Goes to the next line, which may be empty or a comment. Returns `false` if there is none.
    fn next_line(&mut self) -> Result<bool, TableError> {
        self.lines.advance().map_err(|error| match error {
            LineError::File(cause) => TableError::File {
                path: self.path.clone(),
                cause,
            },
            LineError::Content(what) => self.error(what),
        })
    }

    /// Goes to the next line that has contents. Returns `false` if there is none.
    fn advance(&mut self) -> Result<bool, TableError> {
        if take(&mut self.is_pending) {
            return Ok(true);
        }
        while self.next_line()? {
            if !self.content().is_empty() {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// The line without its comment.
    fn content(&self) -> &str {
        let line = self.lines.line();
        let content = line.split_once(self.comment);
        content.map_or(line, |(content, _)| content).trim()
    }

    /// The number of the line, from 1.
    fn line(&self) -> usize {
        self.lines.number()
    }

    /// A mistake in the line.
    fn error(&self, what: impl Into<String>) -> TableError {
        self.error_at(self.line(), what)
    }

    fn error_at(&self, line: usize, what: impl Into<String>) -> TableError {
        TableError::Line {
            path: self.path.clone(),
            line: line.max(1),
            what: what.into(),
        }
    }

    /// Fails if items take more memory than the limit: numbers of items, and the bytes of one.
    fn check<const N: usize>(&self, items: [(usize, usize); N]) -> Result<(), TableError> {
        let bytes = items.iter().try_fold(0_usize, |bytes, (count, size)| {
            bytes.checked_add(count.checked_mul(*size)?)
        });
        match bytes {
            Some(bytes) if bytes as u64 <= self.limit => Ok(()),
            _ => Err(TableError::Large {
                path: self.path.clone(),
                limit: self.limit,
            }),
        }
    }

    /// A number of the line as an index.
    fn index(&self, number: f64) -> Result<usize, TableError> {
        let is_index = number.fract() == 0.0 && (0.0..4_294_967_295.0).contains(&number);
        match is_index {
            true => Ok(number as usize),
            false => Err(self.error(format!("`{number}` is no index of a neuron or step"))),
        }
    }
}

/// The fields of a line.
fn fields(line: &str) -> impl Iterator<Item = &str> {
    let separators = |letter: char| matches!(letter, ',' | ';' | '\t' | ' ');
    line.split(separators).filter(|field| !field.is_empty())
}

/// The columns of a table by name.
struct Columns {
    /// For each column that is known, its place in a line.
    places: Vec<Option<usize>>,
    /// The first line names them.
    has_header: bool,
}

impl Columns {
    /// The columns `known`, of which the first `required` must be there: by the names of the line, the table's
    /// first, or in this order, as in a table without lines. Each has several names.
    fn new(table: &TextTable, known: &[&[&str]], required: usize) -> Result<Columns, TableError> {
        if table.content().is_empty() {
            return Ok(Columns {
                places: (0..known.len()).map(Some).collect(),
                has_header: false,
            });
        }
        let names: Vec<String> = fields(table.content())
            .map(|name| name.trim_matches('"').to_lowercase())
            .collect();
        let is_number = |name: &String| name.parse::<f64>().is_ok();
        let has_header = !names.iter().any(is_number);
        let place = |column: usize| match has_header {
            true => names
                .iter()
                .position(|name| known[column].contains(&name.as_str())),
            false => (column < names.len()).then_some(column),
        };
        let places: Vec<Option<usize>> = (0..known.len()).map(place).collect();
        match places[..required].iter().position(Option::is_none) {
            Some(missing) => {
                let what = format!("there is no column `{}`", known[missing][0]);
                Err(table.error(what))
            }
            None => Ok(Columns { places, has_header }),
        }
    }

    /// The numbers of the line in the columns that are known; `None` in those that are not there.
    fn numbers<const N: usize>(&self, table: &TextTable) -> Result<[Option<f64>; N], TableError> {
        let content = table.content();
        let mut numbers = [None; N];
        for (number, place) in numbers.iter_mut().zip(&self.places) {
            let Some(place) = place else {
                continue;
            };
            let value = fields(content).nth(*place).ok_or_else(|| {
                let count = fields(content).count();
                table.error(format!("there are {count} fields, too few"))
            })?;
            let parsed = value.parse::<f64>();
            *number = Some(parsed.map_err(|_| table.error(format!("`{value}` is no number")))?);
        }
        Ok(numbers)
    }
}

/// The ending of a file's name, in small letters.
pub(super) fn ending(path: &Path) -> String {
    let ending = path.extension().unwrap_or_default();
    ending.to_string_lossy().to_lowercase()
}
