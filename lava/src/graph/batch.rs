//! Connections and recordings in all samples of a batch.

use lava_core::data::{Dims, IndexMap};

use super::{Edge, Graph, SourceRef};

impl Graph {
    /// The element of the in-port for each element of the out-port, in all samples of a batch.
    pub(crate) fn batch_map(&self, edge: &Edge) -> IndexMap {
        let sent = &self.process(edge.from.process).out_ports[edge.from.port.index()];
        let received = &self.process(edge.to.process).in_ports[edge.to.port.index()];
        let (sent, received) = (sent.extents.sample().len(), received.extents.sample().len());
        match self.batch.get() {
            None => edge.map.clone(),
            Some(samples) => edge.map.for_samples(samples, sent, received),
        }
    }

    /// The extents of something that each sample has, in all samples of a batch.
    pub(crate) fn batch_dims(&self, dims: Dims) -> Dims {
        match self.batch.get() {
            None => dims,
            Some(samples) => [&[samples], dims.as_slice()].concat().into(),
        }
    }

    /// The extents of a row of each sample, and the places in it of `len` elements, in all samples of a
    /// batch.
    pub(crate) fn batch_row(&self, row: Dims, len: usize, map: IndexMap) -> (Dims, IndexMap) {
        let map = match self.batch.get() {
            None => map,
            Some(samples) => map.for_samples(samples, len, row.len()),
        };
        (self.batch_dims(row), map)
    }

    /// The contribution of an out-port to a row of `len` elements, in all samples of a batch.
    pub(crate) fn batch_source(&self, source: SourceRef, len: usize) -> SourceRef {
        match self.batch.get() {
            None => source,
            Some(samples) => SourceRef {
                len: samples * source.len,
                map: source.map.for_samples(samples, source.len, len),
                ..source
            },
        }
    }
}
