//! Tables as text: connections and spikes.
//!
//! | file | contents | read by | written by |
//! |---|---|---|---|
//! | `.csv`, `.tsv` | `source,target,weight,delay` | [`Synapses::read`](crate::proc::synapse::Synapses::read) | [`Synapses::save`](crate::proc::synapse::Synapses::save) |
//! | `.mtx` | a Matrix Market matrix of weights, `[targets, sources]` | the same | the same |
//! | `.csv`, `.tsv` | `step,neuron` | [`Events::read`](crate::proc::Events::read) | [`SpikeProbe::save`](crate::monitor::SpikeProbe::save) |
//!
//! Fields are separated by commas, semicolons, tabs or spaces; `#` begins a comment. The first line may name the
//! columns, in any order.

mod connections;
mod spikes;

use std::path::Path;

use super::limits::ReadLimits;

/// A table cannot be read or written.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum TableError {
    /// The file system refuses.
    #[error("`{path}`: {cause}")]
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

/// A text that is read line by line.
struct TextTable {
    path: String,
    text: String,
    /// The memory that reading may take, in bytes.
    limit: u64,
}

impl TextTable {
    fn read(path: &Path, limits: &ReadLimits) -> Result<TextTable, TableError> {
        let name = path.display().to_string();
        let failed = |cause| TableError::File {
            path: name.clone(),
            cause,
        };
        let len = std::fs::metadata(path).map_err(failed)?.len();
        let limit = limits.of_file(len);
        if len > limit {
            return Err(TableError::Large { path: name, limit });
        }
        let text = std::fs::read_to_string(path).map_err(failed)?;
        Ok(TextTable {
            path: name,
            text,
            limit,
        })
    }

    /// The lines that are no comments and not empty, with their numbers; `comment` begins a comment.
    fn lines(&self, comment: char) -> impl Iterator<Item = (usize, &str)> {
        let lines = (1..).zip(self.text.lines());
        let lines = lines.map(move |(number, line)| {
            let content = line
                .split_once(comment)
                .map_or(line, |(content, _)| content);
            (number, content.trim())
        });
        lines.filter(|(_, line)| !line.is_empty())
    }

    fn error(&self, line: usize, what: impl Into<String>) -> TableError {
        TableError::Line {
            path: self.path.clone(),
            line,
            what: what.into(),
        }
    }

    /// Fails if `count` items of a size in bytes take more memory than the limit.
    fn check(&self, count: usize, size: usize) -> Result<(), TableError> {
        match count.checked_mul(size) {
            Some(bytes) if bytes as u64 <= self.limit => Ok(()),
            _ => Err(TableError::Large {
                path: self.path.clone(),
                limit: self.limit,
            }),
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
    /// The columns `known`, of which the first `required` must be there: by the names of the first line, or
    /// in this order. Each has several names.
    fn new(table: &TextTable, known: &[&[&str]], required: usize) -> Result<Columns, TableError> {
        let Some((number, first)) = table.lines('#').next() else {
            let places = (0..known.len()).map(Some).collect();
            return Ok(Columns {
                places,
                has_header: false,
            });
        };
        let names: Vec<String> = fields(first)
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
                Err(table.error(number, what))
            }
            None => Ok(Columns { places, has_header }),
        }
    }

    /// The numbers of a line in the columns that are known; `None` in those that are not there.
    fn numbers<const N: usize>(
        &self,
        table: &TextTable,
        (line, content): (usize, &str),
    ) -> Result<[Option<f64>; N], TableError> {
        let values: Vec<&str> = fields(content).collect();
        let mut numbers = [None; N];
        for (number, place) in numbers.iter_mut().zip(&self.places) {
            let Some(place) = place else {
                continue;
            };
            let value = values.get(*place);
            let value = value.ok_or_else(|| {
                table.error(line, format!("there are {} fields, too few", values.len()))
            })?;
            let parsed = value.parse::<f64>();
            *number =
                Some(parsed.map_err(|_| table.error(line, format!("`{value}` is no number")))?);
        }
        Ok(numbers)
    }
}

/// A number as an index.
fn index(table: &TextTable, line: usize, number: f64) -> Result<usize, TableError> {
    let is_index = number.fract() == 0.0 && (0.0..4_294_967_295.0).contains(&number);
    match is_index {
        true => Ok(number as usize),
        false => Err(table.error(line, format!("`{number}` is no index of a neuron or step"))),
    }
}

/// The ending of a file's name, in small letters.
pub(super) fn ending(path: &Path) -> String {
    let ending = path.extension().unwrap_or_default();
    ending.to_string_lossy().to_lowercase()
}
