//! Errors.

use super::super::hdf5::Hdf5Error;
use super::report::Report;

/// A graph cannot be read, written or built.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum NirError {
    /// The file.
    #[error(transparent)]
    File(#[from] Hdf5Error),
    /// The file has no graph.
    #[error(
        "the file has no group `node`: it is no NIR graph (spikes and traces are read by `NirData`)"
    )]
    NoGraph,
    /// The file has a node and no graph.
    #[error("the file has a single {kind} and no graph; put it between an Input and an Output")]
    Alone {
        /// The node's primitive.
        kind: &'static str,
    },
    /// A node without a type.
    #[error("node `{node}` has no text `type`")]
    Untyped {
        /// The path of the node.
        node: String,
    },
    /// A node of a primitive that the format does not have.
    #[error("node `{node}` is a `{kind}`, which is no primitive of NIR 1.0.8")]
    UnknownKind {
        /// The path of the node.
        node: String,
        /// The name of the primitive.
        kind: String,
    },
    /// A node without one of its parameters.
    #[error("node `{node}` is a {kind} without `{parameter}`")]
    Missing {
        /// The path of the node.
        node: String,
        /// The primitive.
        kind: &'static str,
        /// The parameter.
        parameter: &'static str,
    },
    /// Edges that are no pairs of names.
    #[error("the edges of graph `{graph}` are no array of pairs of names")]
    Edges {
        /// The path of the graph.
        graph: String,
    },
    /// A name that no file can have.
    #[error("`{name}` can be no name of a node: it is empty, `.`, or has a `/`")]
    Name {
        /// The name.
        name: String,
    },
    /// The graph does not fit.
    #[error("the graph cannot be built:\n{0}")]
    Unfit(Box<Report>),
    /// There is no such input, output or population.
    #[error("there is no {what} `{name}`; there are: {names}")]
    NoSuch {
        /// The thing that was looked for.
        what: &'static str,
        /// Its name.
        name: String,
        /// The names that there are.
        names: String,
    },
    /// The network does not take the processes.
    #[error("{0}")]
    Network(Box<crate::Error>),
    /// Recorded data that are no NIRData.
    #[error("this is no NIRData: {0}")]
    Data(String),
}

impl From<crate::Error> for NirError {
    fn from(error: crate::Error) -> NirError {
        NirError::Network(Box::new(error))
    }
}

impl From<NirError> for crate::Error {
    fn from(error: NirError) -> crate::Error {
        match error {
            NirError::Network(error) => *error,
            error => crate::Error::model(error),
        }
    }
}
