//! Errors.

use super::super::hdf5::Hdf5Error;
use super::report::Report;

/// A graph cannot be read, written or built.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum NirError {
    /// The file.
    #[error("{0}")]
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
    /// Recorded data that are no NIRData.
    #[error("this is no NIRData: {0}")]
    Data(String),
}

impl From<NirError> for crate::Error {
    fn from(error: NirError) -> crate::Error {
        crate::Error::model(error)
    }
}
