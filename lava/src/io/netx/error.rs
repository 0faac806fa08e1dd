//! Errors.

use super::super::hdf5::Hdf5Error;

/// A netx file cannot be read or built.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum NetxError {
    /// The file.
    #[error(transparent)]
    File(#[from] Hdf5Error),
    /// The file has no layers.
    #[error("the file has no group `layer` with layers 0, 1, …: it is no netx file")]
    NoLayers,
    /// A layer, or its neuron, that cannot be read.
    #[error("layer {layer}, {kind}: {problem}")]
    Layer {
        /// The number of the layer.
        layer: usize,
        /// The type of the layer.
        kind: String,
        /// The fault.
        problem: String,
    },
    /// The network does not take the processes.
    #[error("{0}")]
    Network(Box<crate::Error>),
}

impl From<crate::Error> for NetxError {
    fn from(error: crate::Error) -> NetxError {
        NetxError::Network(Box::new(error))
    }
}

impl From<NetxError> for crate::Error {
    fn from(error: NetxError) -> crate::Error {
        match error {
            NetxError::Network(error) => *error,
            error => crate::Error::model(error),
        }
    }
}
