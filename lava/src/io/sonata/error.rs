//! Errors.

use lava_core::files::attempted;

use super::super::hdf5::Hdf5Error;
use super::report::CircuitReport;

/// A circuit, its input or its output cannot be read, written or built.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SonataError {
    /// The file system refuses.
    #[error("`{path}` cannot be {}: {cause}", attempted(cause))]
    File {
        /// The file or folder.
        path: String,
        /// The error of the operating system.
        cause: std::io::Error,
    },
    /// An HDF5 file cannot be read or written.
    #[error("`{path}`: {cause}")]
    Hdf5 {
        /// The file.
        path: String,
        /// The cause.
        cause: Hdf5Error,
    },
    /// A file takes more memory than the limit.
    #[error(
        "`{path}` takes more than the limit of {limit} bytes; if you trust the file, raise the limit with `ReadLimits::bytes`"
    )]
    Large {
        /// The file.
        path: String,
        /// The limit, in bytes.
        limit: u64,
    },
    /// A file is no JSON.
    #[error("`{path}` is no JSON: {problem}")]
    Json {
        /// The file.
        path: String,
        /// The mistake, and its place.
        problem: String,
    },
    /// An entry of a configuration is wrong, or not there.
    #[error("`{path}`, `{key}`: {problem}")]
    Config {
        /// The file.
        path: String,
        /// The entry.
        key: String,
        /// The mistake, in words.
        problem: String,
    },
    /// A line of a table of types or spikes is wrong.
    #[error("`{path}`, line {line}: {problem}")]
    Table {
        /// The file.
        path: String,
        /// The line, from 1.
        line: usize,
        /// The mistake, in words.
        problem: String,
    },
    /// A population of nodes, edges, spikes or values is not as the format has it.
    #[error("`{path}`, population `{population}`: {problem}")]
    Population {
        /// The file, or the circuit that was made.
        path: String,
        /// The population.
        population: String,
        /// The mistake, in words.
        problem: String,
    },
    /// A node set cannot be resolved.
    #[error("node set `{name}`: {problem}")]
    NodeSet {
        /// The node set.
        name: String,
        /// The mistake, in words.
        problem: String,
    },
    /// There is no such population, node or report.
    #[error("there is no {what} `{name}`; there are: {names}")]
    NoSuch {
        /// The thing that was looked for.
        what: &'static str,
        /// Its name.
        name: String,
        /// The names that there are.
        names: String,
    },
    /// The circuit does not fit.
    #[error("the circuit cannot be built:\n{0}")]
    Unfit(Box<CircuitReport>),
    /// The network does not take the processes.
    #[error("{0}")]
    Network(Box<crate::Error>),
}

impl SonataError {
    pub(super) fn no_such<'a>(
        what: &'static str,
        name: &str,
        names: impl Iterator<Item = &'a str>,
    ) -> SonataError {
        let names: Vec<String> = names.map(|name| format!("`{name}`")).collect();
        SonataError::NoSuch {
            what,
            name: name.to_owned(),
            names: names.join(", "),
        }
    }
}

impl From<crate::Error> for SonataError {
    fn from(error: crate::Error) -> SonataError {
        SonataError::Network(Box::new(error))
    }
}

impl From<SonataError> for crate::Error {
    fn from(error: SonataError) -> crate::Error {
        match error {
            SonataError::Network(error) => *error,
            error => crate::Error::model(error),
        }
    }
}
